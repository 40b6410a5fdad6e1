//! Raw rows of `.npy` and IDX files whose features stay on disk; labels are read.

use std::sync::Arc;

use regimen_run::spec::{ArraysSpec, DataSpec};

use super::LoadContext;
use super::array_files::{Format, Named, check_rows, read_all};
use super::arrays::{Shaped, Wanted, check_shapes, targets, wanted, with_labels};
use super::assemble::{Inputs, Raw};
use super::given::{Given, Place};
use super::streaming::Numbers;
use crate::array_rows::{ArrayFile, ArrayRows};
use crate::error::{DataError, DataErrors};
use crate::locate::locate;

pub(super) fn stream_arrays(
    format: Format,
    arrays: &ArraysSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let wanted = wanted(format, arrays)?;
    let labels = wanted.iter().flat_map(|part| &part.y);
    let labels: Vec<(&str, &str)> = labels.map(|(key, what)| (key.as_str(), *what)).collect();
    let mut labels = read_all(format, None, &labels, cx)?.into_iter();
    let of_part = |part: &Wanted<'_>| labels.by_ref().take(part.y.len()).collect();
    let y: Vec<Vec<Named>> = wanted.iter().map(of_part).collect();
    let x = open(format, wanted.iter().map(|part| &part.x), cx)?;
    let shaped = x.iter().zip(&y).map(|(x, y)| {
        let x = Shaped {
            file: x.file(),
            at: x.at(),
            shape: x.shape(),
        };
        with_labels(x, y)
    });
    check_shapes(&shaped.collect::<Vec<_>>())?;
    check_numbers(&x)?;
    let rows = x.iter().map(|x| x.shape().first().copied().unwrap_or(0));
    let runs: Vec<(Place, usize)> = wanted.iter().map(|part| part.place).zip(rows).collect();
    let file = x.first().map_or(String::new(), |x| x.file().to_owned());
    let pixels = format == Format::Idx && x.first().is_some_and(|x| x.shape().len() >= 3);
    let rows = ArrayRows::new(x, pixels, arrays.channel_axis);
    Ok(Raw {
        inputs: Inputs::OnDisk(Box::new(Numbers {
            rows: Arc::new(rows),
            scale: spec.scale,
        })),
        targets: targets(y, spec, cx)?,
        weights: None,
        key: None,
        given: (runs.len() > 1).then(|| Given::runs(&runs)),
        file,
        notes: Vec::new(),
    })
}

/// Opens the files of features; faults of all of them are reported.
fn open<'a>(
    format: Format,
    wanted: impl Iterator<Item = &'a (String, &'a str)>,
    cx: &LoadContext<'_>,
) -> Result<Vec<ArrayFile>, DataErrors> {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for (key, file) in wanted {
        let at = format!("data.{}.{key}", format.key());
        let opened = locate(file, cx.base_dir, cx.data_dir.as_deref()).and_then(|path| {
            let opened = match format {
                Format::Idx => ArrayFile::idx(&path, file, &at)?,
                _ => ArrayFile::npy(&path, file, &at)?,
            };
            check_rows(file, opened.shape())?;
            Ok(opened)
        });
        match opened {
            Ok(opened) => files.push(opened),
            Err(fault) => errors.push(DataError::new(at, fault)),
        }
    }
    all_or(files, errors)
}

fn all_or<T>(all: T, errors: Vec<DataError>) -> Result<T, DataErrors> {
    match errors.is_empty() {
        true => Ok(all),
        false => Err(DataErrors(errors)),
    }
}

fn check_numbers(x: &[ArrayFile]) -> Result<(), DataErrors> {
    let errors = x.iter().filter_map(|file| file.check().err()).collect();
    all_or((), errors)
}
