//! Raw rows of `.npy` and IDX files whose features stay on disk; labels are read.

use std::sync::Arc;

use regimen_run::spec::{ArraysSpec, DataSpec};

use super::LoadContext;
use super::array_files::{Format, Named, check_rows, read_all};
use super::arrays::{Shaped, check_shapes, labels, places, wanted};
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
    let of = |first: usize| wanted.iter().skip(first).step_by(2).copied();
    let y: Vec<(&str, &str)> = of(1).collect();
    let y = read_all(format, None, &y, cx)?;
    let x = open(format, of(0), cx)?;
    check_pairs(&x, &y)?;
    check_numbers(&x)?;
    let places: Vec<Place> = places(arrays).collect();
    let rows = x.iter().map(|x| x.shape().first().copied().unwrap_or(0));
    let runs: Vec<(Place, usize)> = places.into_iter().zip(rows).collect();
    let file = x.first().map_or(String::new(), |x| x.file().to_owned());
    let pixels = format == Format::Idx && x.first().is_some_and(|x| x.shape().len() >= 3);
    let rows = ArrayRows::new(x, pixels, arrays.channel_axis);
    Ok(Raw {
        inputs: Inputs::OnDisk(Box::new(Numbers {
            rows: Arc::new(rows),
            scale: spec.scale,
        })),
        labels: labels(y, spec, cx)?,
        weights: None,
        key: None,
        given: (runs.len() > 1).then(|| Given::runs(&runs)),
        label: None,
        file,
        notes: Vec::new(),
    })
}

/// Opens the files of features; faults of all of them are reported.
fn open<'a>(
    format: Format,
    wanted: impl Iterator<Item = (&'a str, &'a str)>,
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

fn check_pairs(x: &[ArrayFile], y: &[Named]) -> Result<(), DataErrors> {
    let pairs = x.iter().zip(y).flat_map(|(x, y)| {
        let x = Shaped {
            file: x.file(),
            at: x.at(),
            shape: x.shape(),
        };
        [x, Shaped::of(y)]
    });
    check_shapes(&pairs.collect::<Vec<_>>())
}

fn check_numbers(x: &[ArrayFile]) -> Result<(), DataErrors> {
    let errors = x.iter().filter_map(|file| file.check().err()).collect();
    all_or((), errors)
}
