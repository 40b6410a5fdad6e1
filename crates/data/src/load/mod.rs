//! From the `[data]` part of a run spec to a [`Dataset`].
//!
//! `table` and `arrays` read a source into raw rows, `streaming` opens one whose rows stay on disk; `assemble` balances and splits them, fits the
//! preprocessing to the training part, applies it, and measures the profile.

mod array_files;
mod arrays;
mod assemble;
mod before;
mod build;
mod columns;
mod distinct;
mod fitted;
mod given;
mod images;
mod inputs;
mod keep;
mod parquet;
mod profile;
mod propose;
mod roles;
mod split_column;
mod spooled;
mod stored_arrays;
mod stream_table;
mod stream_texts;
mod streaming;
mod table;
mod texts;
mod told;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regimen_run::spec::{
    ArraysSpec, CsvSpec, DataSpec, ImagesSpec, LabelEncoding, ParquetSpec, SplitBy, TargetSpec,
    TextsSpec,
};

use self::array_files::Format;
pub use self::array_files::{read_array, read_arrays};
pub(crate) use self::arrays::check_finite;
use self::assemble::Raw;
pub(crate) use self::build::ids;
pub(crate) use self::columns::find_column;
pub(crate) use self::given::Place;
pub(crate) use self::images::{ENDINGS as PICTURES, form as picture_form};
pub(crate) use self::split_column::times;
pub(crate) use self::table::read_file;
pub(crate) use self::table::{intern, read_dates};
pub use self::table::{parse_table, read_table};
pub(crate) use self::texts::decode as text_of;

use crate::augment::augmentation;
use crate::dataset::Dataset;
use crate::error::{DataError, DataErrors, Fault};
use crate::memory::Budget;
use crate::table::TableFault;

/// What loading needs beside the spec.
#[derive(Debug, Clone)]
pub struct LoadContext<'a> {
    /// The run file's folder: the first place of relative paths.
    pub base_dir: &'a Path,
    /// The second place of relative paths (`REGIMEN_DATA`).
    pub data_dir: Option<PathBuf>,
    /// The run's seed.
    pub seed: u64,
    /// Encoding of labels when the spec states none: chosen by the caller from the loss.
    pub default_encoding: LabelEncoding,
    /// The same for a target by its name, where there are several.
    pub encodings: BTreeMap<String, LabelEncoding>,
    /// Column of a table that holds each row's weight.
    pub sample_weight_column: Option<&'a str>,
    /// Bytes of memory that may be used; `None` is no limit.
    pub max_memory: Option<u64>,
}

impl LoadContext<'_> {
    fn budget(&self) -> Budget {
        Budget(self.max_memory)
    }

    /// How the labels of a target reach the loss.
    fn encoding(&self, target: &TargetSpec) -> LabelEncoding {
        let named = target.name.as_ref().and_then(|n| self.encodings.get(n));
        let stated = target.label_encoding.as_ref();
        *stated.or(named).unwrap_or(&self.default_encoding)
    }
}

/// Loads, preprocesses and splits the data of a run.
pub fn load(spec: &DataSpec, cx: &LoadContext<'_>) -> Result<Dataset, DataErrors> {
    let source = the_source(spec)?;
    if spec.split.by == SplitBy::Folder && !matches!(source, Source::Texts(_) | Source::Images(_)) {
        let reason = "by = \"folder\" needs data in folders; leave it out".to_owned();
        return Err(DataError::new("data.split.by", Fault::Split { reason }).into());
    }
    check_options(&source, spec, cx)?;
    check_balance(spec)?;
    let in_memory = || assemble::assemble(load_raw(&source, spec, cx)?, spec, cx);
    let streaming = || {
        let raw = streaming::load_streaming(&source, spec, cx)?;
        assemble::assemble(raw, spec, cx)
    };
    let mut dataset = match (spec.stream, streaming::streams(&source, spec)) {
        (Some(true), _) => streaming(),
        (None, true) => match in_memory() {
            Err(errors) => match beyond_memory(&errors) {
                None => Err(errors),
                Some(note) => {
                    // What keeps the rows from being streamed is told beside what keeps them from memory.
                    let mut dataset =
                        streaming().map_err(|more| DataErrors([errors.0, more.0].concat()))?;
                    dataset.profile.notes.insert(0, note);
                    Ok(dataset)
                }
            },
            loaded => loaded,
        },
        _ => in_memory(),
    }?;
    let recipes = &dataset.preprocessing.inputs;
    dataset.augment = augmentation(spec, &dataset.inputs, recipes, cx.seed)?;
    Ok(dataset)
}

/// A note that rows are streamed, where memory is what they lacked.
fn beyond_memory(errors: &DataErrors) -> Option<String> {
    errors.0.iter().find_map(|error| match &*error.fault {
        Fault::Table {
            file,
            fault: TableFault::TooLarge,
        } => Some(format!(
            "rows are streamed from disk: {file} is larger than 4 GiB"
        )),
        Fault::Memory { what, .. } => Some(format!(
            "rows are streamed from disk: {what} would not fit into memory"
        )),
        _ => None,
    })
}

fn load_raw(source: &Source<'_>, spec: &DataSpec, cx: &LoadContext<'_>) -> Result<Raw, DataErrors> {
    match *source {
        Source::Sample(name) => table::load_sample(name, spec, cx),
        Source::Csv(csv) => table::load_csv(csv, spec, cx),
        Source::Parquet(file) => parquet::load_parquet(file, spec, cx),
        Source::Arrays(format, arrays) => arrays::load_arrays(format, arrays, spec, cx),
        Source::Images(images) => images::load_images(images, spec, cx, false),
        Source::Texts(texts) => texts::load_texts(texts, spec, cx),
    }
}

/// Options that a source does not understand must not pass unheard.
fn check_options(
    source: &Source<'_>,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<(), DataErrors> {
    match source {
        Source::Csv(_) | Source::Parquet(_) => Ok(()),
        Source::Sample(_) => refuse_table_options(spec, cx, "sample"),
        Source::Arrays(format, _) => refuse_table_options(spec, cx, format.key()),
        Source::Images(_) => refuse_table_options(spec, cx, "images"),
        Source::Texts(_) => {
            let options = ["data.label", "data.targets", "fit.sample_weight"];
            refuse(spec, cx, "texts", &options)
        }
    }
}

/// Rows that balance the classes of one target would not balance those of another.
fn check_balance(spec: &DataSpec) -> Result<(), DataErrors> {
    let targets = spec.all_targets().len();
    if spec.balance.is_none() || targets < 2 {
        return Ok(());
    }
    let option = "balance".to_owned();
    let reason = format!("is for a single target, and there are {targets}: take it out");
    Err(DataError::new("data.balance", Fault::Option { option, reason }).into())
}

/// Where rows come from.
#[derive(Clone, Copy)]
enum Source<'a> {
    Sample(&'a str),
    Csv(&'a CsvSpec),
    Parquet(&'a ParquetSpec),
    Arrays(Format, &'a ArraysSpec),
    Texts(&'a TextsSpec),
    Images(&'a ImagesSpec),
}

/// The only source of a spec.
fn the_source(spec: &DataSpec) -> Result<Source<'_>, DataError> {
    let arrays = |format| move |spec| Source::Arrays(format, spec);
    let sources = [
        ("sample", spec.sample.as_deref().map(Source::Sample)),
        ("csv", spec.csv.as_ref().map(Source::Csv)),
        ("parquet", spec.parquet.as_ref().map(Source::Parquet)),
        ("npy", spec.npy.as_ref().map(arrays(Format::Npy))),
        ("npz", spec.npz.as_ref().map(arrays(Format::Npz))),
        ("texts", spec.texts.as_ref().map(Source::Texts)),
        ("images", spec.images.as_ref().map(Source::Images)),
        ("idx", spec.idx.as_ref().map(arrays(Format::Idx))),
    ];
    let mut names = Vec::new();
    let mut found = None;
    for (name, source) in sources {
        if let Some(source) = source {
            names.push(name);
            found = Some(source);
        }
    }
    match (found, names.as_slice()) {
        (Some(source), [_]) => Ok(source),
        (_, names) => {
            let none = names.is_empty();
            let found = if none {
                "none".to_owned()
            } else {
                names.join(" and ")
            };
            Err(DataError::new("data", Fault::Source { found }))
        }
    }
}

/// Options that only a table understands must not pass unheard.
fn refuse_table_options(
    spec: &DataSpec,
    cx: &LoadContext<'_>,
    source: &str,
) -> Result<(), DataErrors> {
    let options = [
        "data.label",
        "data.targets",
        "data.inputs",
        "fit.sample_weight",
    ];
    refuse(spec, cx, source, &options)
}

fn refuse(
    spec: &DataSpec,
    cx: &LoadContext<'_>,
    source: &str,
    options: &[&str],
) -> Result<(), DataErrors> {
    let given = [
        ("data.label", spec.label.is_some()),
        ("data.labels", !spec.labels.is_empty()),
        ("data.label_separator", spec.label_separator.is_some()),
        ("data.label_groups", !spec.label_groups.is_empty()),
        ("data.targets", !spec.targets.is_empty()),
        ("data.drop_duplicates", spec.drop_duplicates),
        ("data.split.column", spec.split.column.is_some()),
        ("data.inputs", !spec.inputs.is_empty()),
        ("fit.sample_weight", cx.sample_weight_column.is_some()),
    ];
    let errors: Vec<DataError> = given
        .into_iter()
        .filter(|&(at, given)| given && options.contains(&at))
        .map(|(at, _)| {
            let option = at.to_owned();
            let reason = format!("names columns of a table; a `{source}` has none: take it out");
            DataError::new(at, Fault::Option { option, reason })
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(DataErrors(errors))
    }
}

#[cfg(test)]
mod tests;
