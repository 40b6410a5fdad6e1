//! Images in a folder per class, as one array (N, height, width, channels).

use std::collections::BTreeSet;

use regimen_run::spec::{DataSpec, ImagesSpec, LabelEncoding, SplitBy};

use super::LoadContext;
use super::assemble::{Inputs, Raw, RawInput};
use super::given::Given;
use super::texts::notes;
use crate::array::Array;
use crate::class_folders::{Ask, sort};
use crate::error::{DataError, DataErrors, Fault};
use crate::labels::Labels;
use crate::locate::locate_any;
use crate::members::Members;
use crate::pictures::Form;

const ENDINGS: [&str; 3] = [".png", ".jpg", ".jpeg"];

/// Pictures in the order in which they were met.
#[derive(Default)]
struct Read {
    names: Vec<String>,
    pixels: Vec<f32>,
    /// The first that does not decode, and how many there are.
    bad: Option<(String, String, usize)>,
}

pub(super) fn load_images(
    images: &ImagesSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let encoding = spec.label_encoding.unwrap_or(cx.default_encoding);
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
    let at_path = |fault| DataErrors::from(DataError::new("data.images.path", fault));
    let (read, folders) = read(images, form, cx).map_err(at_path)?;
    let ask = Ask {
        file: &images.path,
        what: "images (.png, .jpg, .jpeg)",
        by_folder: spec.split.by == SplitBy::Folder,
        classes: &images.classes,
    };
    let sorted = sort(&read.names, &folders, &ask).map_err(at_path)?;
    let shape = vec![read.names.len(), form.height, form.width, form.channels];
    let order: Vec<usize> = sorted.files.iter().map(|&(i, ..)| i).collect();
    let array = Array::f32(shape, read.pixels).take(&order);
    let names: BTreeSet<&str> = sorted.files.iter().map(|(_, c, _)| c.as_str()).collect();
    let classes: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let class = |name: &String| classes.partition_point(|c| c < name) as u32;
    let class_of = sorted.files.iter().map(|(_, c, _)| class(c)).collect();
    let given = (spec.split.by == SplitBy::Folder)
        .then(|| Given(sorted.files.iter().map(|&(_, _, place)| place).collect()));
    Ok(Raw {
        inputs: Inputs::InMemory(vec![RawInput::Numbers {
            array,
            scale: spec.scale,
        }]),
        labels: Labels::of_classes(class_of, classes, encoding),
        weights: None,
        given,
        key: None,
        label: None,
        file: images.path.clone(),
        notes: notes(&sorted),
    })
}

fn form(images: &ImagesSpec) -> Result<Form, DataError> {
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

fn read(
    images: &ImagesSpec,
    form: Form,
    cx: &LoadContext<'_>,
) -> Result<(Read, BTreeSet<String>), Fault> {
    let path = locate_any(&images.path, cx.base_dir, cx.data_dir.as_deref())?;
    let members = Members {
        path: &path,
        file: &images.path,
        budget: cx.budget(),
    };
    let wanted = |name: &str| {
        let name = name.to_lowercase();
        ENDINGS.iter().any(|ending| name.ends_with(ending))
    };
    let mut read = Read::default();
    let folders = members.visit(&wanted, &mut |name, bytes| {
        // Twice, for they are sorted into a copy, and split into another.
        let count = read.names.len() + 1;
        let need = crate::memory::arrays(count, form.len());
        cx.budget()
            .check(&format!("{count} images of {}", images.path), need)?;
        match form.decode(&bytes, &mut read.pixels) {
            Ok(()) => read.names.push(name.to_owned()),
            Err(reason) => match &mut read.bad {
                Some((_, _, more)) => *more += 1,
                none => *none = Some((members.inside(name), reason, 0)),
            },
        }
        Ok(())
    })?;
    match read.bad.take() {
        Some((file, reason, more)) => Err(Fault::Picture { file, reason, more }),
        None => Ok((read, folders)),
    }
}
