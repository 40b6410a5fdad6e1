//! Keras's datasets from folders: images or texts in a folder per class, with their labels, split into training and validation.
//!
//! Thin over [`crate::load`]: what a run file's `images` and `texts` read, as functions. Follows keras/src/utils/
//! image_dataset_utils.py and text_dataset_utils.py; which rows a seed puts into which part is this library's own.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use regimen_run::spec::{
    DataSpec, Encoding, ImagesSpec, InputSpec, Interpolation, LabelEncoding, SplitSpec, TextsSpec,
};

use crate::array::{Array, Values};
use crate::dataset::Part;
use crate::error::{DataError, DataErrors, Fault};
use crate::load::{LoadContext, load};
use crate::raw_texts::RawTexts;

/// What labels become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LabelMode {
    /// The number of the class, int32 (rows).
    #[default]
    Int,
    /// 0 or 1 of two classes, float32 (rows, 1).
    Binary,
    /// A 1 at the class, float32 (rows, classes).
    Categorical,
    /// Nothing: (rows, 0).
    None,
}

/// How a folder is read.
#[derive(Debug, Clone, PartialEq)]
pub struct FromDirectory {
    /// What labels become. Default int.
    pub label_mode: LabelMode,
    /// Names of the folders that are classes, in order. Default: all, sorted.
    pub class_names: Vec<String>,
    /// Whether rows are in an order by the seed. Default true.
    pub shuffle: bool,
    /// Decides the order. Default 0.
    pub seed: u64,
    /// Share of the rows, the last ones in that order, that are kept for validation. Default none.
    pub validation_split: Option<f64>,
}

impl Default for FromDirectory {
    fn default() -> FromDirectory {
        FromDirectory {
            label_mode: LabelMode::Int,
            class_names: Vec::new(),
            shuffle: true,
            seed: 0,
            validation_split: None,
        }
    }
}

/// Rows from a folder: Keras's `subset="training"` and `subset="validation"`, or `"both"`.
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryRows {
    /// All rows but those for validation.
    pub training: Part,
    /// Rows for validation.
    pub validation: Part,
    /// The classes in order.
    pub class_names: Vec<String>,
    /// Of texts: what the numbers of the rows stand for.
    pub texts: Option<Arc<RawTexts>>,
}

/// How images are read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImageOptions {
    /// Height and width. Default 256 each.
    pub image_size: [usize; 2],
    /// 1 for grey, 3 for colour. Default 3.
    pub channels: usize,
    /// How images are brought to their size. Default bilinear.
    pub interpolation: Interpolation,
}

impl Default for ImageOptions {
    fn default() -> ImageOptions {
        ImageOptions {
            image_size: [256, 256],
            channels: 3,
            interpolation: Interpolation::Bilinear,
        }
    }
}

/// Keras's `image_dataset_from_directory`: images of a folder per class as float32 pixels 0 to 255, (rows, height, width, channels).
pub fn image_dataset_from_directory(
    directory: &Path,
    images: &ImageOptions,
    how: &FromDirectory,
) -> Result<DirectoryRows, DataErrors> {
    let spec = DataSpec {
        images: Some(ImagesSpec {
            path: directory.display().to_string(),
            size: images.image_size,
            channels: images.channels,
            interpolation: images.interpolation,
            classes: how.class_names.clone(),
        }),
        ..DataSpec::default()
    };
    read(spec, how)
}

/// Keras's `text_dataset_from_directory`: texts of a folder per class, by number (rows, 1), and what the numbers stand for.
///
/// ```
/// use regimen_data::{FromDirectory, text_dataset_from_directory};
/// let dir = tempfile::tempdir()?;
/// for (class, text) in [("neg", "bad"), ("pos", "good")] {
///     std::fs::create_dir(dir.path().join(class))?;
///     std::fs::write(dir.path().join(class).join("1.txt"), text)?;
/// }
/// let how = FromDirectory { shuffle: false, ..FromDirectory::default() };
/// let rows = text_dataset_from_directory(dir.path(), &how)?;
/// assert_eq!(rows.class_names, ["neg", "pos"]);
/// let first = rows.training.x[0].as_i32().unwrap()[0];
/// assert_eq!(rows.texts.unwrap().text(first), "bad");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn text_dataset_from_directory(
    directory: &Path,
    how: &FromDirectory,
) -> Result<DirectoryRows, DataErrors> {
    let spec = DataSpec {
        texts: Some(TextsSpec {
            path: directory.display().to_string(),
            classes: how.class_names.clone(),
            extension: "txt".to_owned(),
            encoding: Encoding::default(),
        }),
        inputs: vec![InputSpec::Raw {
            name: None,
            columns: vec!["text".to_owned()],
        }],
        ..DataSpec::default()
    };
    read(spec, how)
}

fn read(spec: DataSpec, how: &FromDirectory) -> Result<DirectoryRows, DataErrors> {
    let share = how.validation_split.unwrap_or(0.0);
    let wrong = |option: &str, reason: String| {
        let option = option.to_owned();
        DataErrors::from(DataError::new(
            "directory",
            Fault::Option { option, reason },
        ))
    };
    if !(0.0..1.0).contains(&share) {
        return Err(wrong(
            "validation_split",
            format!("is {share}; give a share of 0 or more, below 1"),
        ));
    }
    let encoding = match how.label_mode {
        LabelMode::Categorical => LabelEncoding::OneHot,
        _ => LabelEncoding::Index,
    };
    let spec = DataSpec {
        split: SplitSpec {
            train: 1.0,
            validation: 0.0,
            test: 0.0,
            shuffle: how.shuffle,
            seed: Some(how.seed),
            ..SplitSpec::default()
        },
        label_encoding: Some(encoding),
        stream: Some(false),
        ..spec
    };
    let cx = LoadContext {
        base_dir: Path::new("."),
        data_dir: None,
        seed: how.seed,
        default_encoding: encoding,
        encodings: BTreeMap::new(),
        sample_weight_column: None,
        max_memory: None,
    };
    let data = load(&spec, &cx)?;
    if how.label_mode == LabelMode::Binary && data.classes.len() != 2 {
        return Err(wrong(
            "label_mode",
            format!(
                "is binary, and there are {} classes; give two, or another mode",
                data.classes.len()
            ),
        ));
    }
    let mut all = data.train;
    all.y = labels(all.y, how.label_mode);
    // As Keras rounds: down for the last rows, which are those of validation.
    let rows = all.rows();
    let cut = rows - (share * rows as f64) as usize;
    Ok(DirectoryRows {
        texts: data
            .preprocessing
            .inputs
            .first()
            .and_then(|i| i.raw_texts().cloned()),
        training: all.take(&(0..cut).collect::<Vec<_>>()),
        validation: all.take(&(cut..rows).collect::<Vec<_>>()),
        class_names: data.classes,
    })
}

fn labels(y: Array, mode: LabelMode) -> Array {
    let rows = y.rows();
    match (mode, y.data) {
        (LabelMode::None, _) => Array::f32(vec![rows, 0], Vec::new()),
        (LabelMode::Binary, Values::I32(classes)) => Array::f32(
            vec![rows, 1],
            classes.into_iter().map(|c| c as f32).collect(),
        ),
        (_, data) => Array {
            shape: y.shape,
            data,
        },
    }
}
