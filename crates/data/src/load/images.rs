//! Images in a folder per class, as one array (N, height, width, channels), in memory or decoded as they are needed.

use std::collections::BTreeSet;
use std::sync::Arc;

use regimen_run::spec::{DataSpec, ImagesSpec, LabelEncoding, SplitBy};

use super::LoadContext;
use super::assemble::{Inputs, Raw, RawInput, RawTarget};
use super::given::Given;
use super::streaming::Numbers;
use super::texts::notes;
use crate::array::Array;
use crate::class_folders::{Ask, sort};
use crate::error::{DataError, DataErrors, Fault};
use crate::labels::Labels;
use crate::locate::locate_any;
use crate::members::{Lies, Members};
use crate::per_target::PerTarget;
use crate::picture_rows::{Picture, PictureRows};
use crate::pictures::Form;

/// Where the run file names the pictures.
const AT: &str = "data.images.path";
/// How names of images end.
pub(crate) const ENDINGS: [&str; 3] = [".png", ".jpg", ".jpeg"];

/// Pictures in the order in which they were met.
#[derive(Default)]
struct Found {
    pictures: Vec<Picture>,
    /// Of all pictures, or of none where they stay on disk.
    pixels: Vec<f32>,
    /// The first that does not decode, and how many there are.
    bad: Option<(String, String, usize)>,
}

/// Raw rows of images. With `stream` each is decoded once, to see that it can be, and again whenever its row is read.
pub(super) fn load_images(
    images: &ImagesSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
    stream: bool,
) -> Result<Raw, DataErrors> {
    let target = spec.all_targets().into_iter().next().unwrap_or_default();
    let encoding = cx.encoding(&target);
    if !matches!(encoding, LabelEncoding::OneHot | LabelEncoding::Index) {
        let fault = Fault::Option {
            option: "label_encoding".to_owned(),
            reason: "of images is \"one_hot\" or \"index\": folders name classes; set it, or take \
                     a loss for classes"
                .to_owned(),
        };
        return Err(DataError::new("data.label_encoding", fault).into());
    }
    let form = form(images)?;
    let at_path = |fault| DataErrors::from(DataError::new(AT, fault));
    let path = locate_any(&images.path, cx.base_dir, cx.data_dir.as_deref()).map_err(at_path)?;
    let members = Members {
        path: &path,
        file: &images.path,
        budget: cx.budget(),
    };
    let (found, folders) = find(&members, form, stream, cx).map_err(at_path)?;
    let names: Vec<String> = found.pictures.iter().map(|p| p.name.clone()).collect();
    let ask = Ask {
        file: &images.path,
        what: "images (.png, .jpg, .jpeg)",
        by_folder: spec.split.by == SplitBy::Folder,
        classes: &images.classes,
    };
    let sorted = sort(&names, &folders, &ask).map_err(at_path)?;
    let order: Vec<usize> = sorted.files.iter().map(|&(i, ..)| i).collect();
    let inputs = match stream {
        true => {
            let pictures = order.iter().map(|&i| found.pictures[i].clone()).collect();
            let rows = PictureRows::new(path.clone(), &images.path, AT, pictures, form);
            Inputs::OnDisk(Box::new(Numbers {
                rows: Arc::new(rows.map_err(at_path)?),
                scale: spec.scale,
            }))
        }
        false => {
            let shape = vec![names.len(), form.height, form.width, form.channels];
            Inputs::InMemory(vec![RawInput::Numbers {
                array: Array::f32(shape, found.pixels).take(&order),
                scale: spec.scale,
            }])
        }
    };
    let names: BTreeSet<&str> = sorted.files.iter().map(|(_, c, _)| c.as_str()).collect();
    let classes: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let class = |name: &String| classes.partition_point(|c| c < name) as u32;
    let class_of = sorted.files.iter().map(|(_, c, _)| class(c)).collect();
    let given = (spec.split.by == SplitBy::Folder)
        .then(|| Given(sorted.files.iter().map(|&(_, _, place)| place).collect()));
    Ok(Raw {
        inputs,
        targets: PerTarget::one(RawTarget {
            spec: target,
            labels: Labels::of_classes(class_of, classes, encoding),
        }),
        weights: None,
        given,
        key: None,
        file: images.path.clone(),
        notes: notes(&sorted),
    })
}

/// The form that images get.
pub(crate) fn form(images: &ImagesSpec) -> Result<Form, DataError> {
    let [height, width] = images.size;
    let fault = |key: &str, reason: &str| {
        let (option, reason) = (key.to_owned(), reason.to_owned());
        DataError::new(
            format!("data.images.{key}"),
            Fault::Option { option, reason },
        )
    };
    if height == 0 || width == 0 {
        return Err(fault("size", "has a 0; give height and width in pixels"));
    }
    if !matches!(images.channels, 1 | 3) {
        return Err(fault("channels", "is 1 for grey or 3 for colour"));
    }
    Ok(Form {
        height,
        width,
        channels: images.channels,
        interpolation: images.interpolation,
    })
}

/// Decodes every picture; those that do not decode are told all at once.
fn find(
    members: &Members<'_>,
    form: Form,
    stream: bool,
    cx: &LoadContext<'_>,
) -> Result<(Found, BTreeSet<String>), Fault> {
    let wanted = |name: &str| {
        let name = name.to_lowercase();
        ENDINGS.iter().any(|ending| name.ends_with(ending))
    };
    let mut found = Found::default();
    let folders = members.visit(&wanted, &mut |name, lies, bytes| {
        let count = found.pictures.len() + 1;
        if stream {
            let need = form.len() as u64 * size_of::<f32>() as u64;
            cx.budget()
                .check(&format!("one image of {}", members.file), need)?;
        }
        if stream && lies == Lies::Nowhere {
            return Err(Fault::Unpack {
                file: members.file.to_owned(),
                reason: "pictures cannot be streamed from the middle of such an archive; unpack it and name the folder, \
                         or pack it as .zip or .tar"
                    .to_owned(),
            });
        } else if !stream {
            // Twice, for they are sorted into a copy, and split into another.
            let need = crate::memory::arrays(count, form.len());
            cx.budget()
                .check(&format!("{count} images of {}", members.file), need)?;
        }
        match form.decode(&bytes, &mut found.pixels) {
            Ok(()) => found.pictures.push(Picture {
                name: name.to_owned(),
                lies,
            }),
            Err(reason) => match &mut found.bad {
                Some((_, _, more)) => *more += 1,
                none => *none = Some((members.inside(name), reason, 0)),
            },
        }
        if stream {
            found.pixels.clear();
        }
        Ok(())
    })?;
    match found.bad.take() {
        Some((file, reason, more)) => Err(Fault::Picture { file, reason, more }),
        None => Ok((found, folders)),
    }
}
