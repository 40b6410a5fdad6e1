//! Raw rows of `.npy` arrays.

use std::io::Read;
use std::path::{Path, PathBuf};

use regimen_run::spec::{DataSpec, LabelEncoding, NpySpec};

use super::LoadContext;
use super::assemble::{Given, Raw, RawInput};
use super::table::read_file;
use crate::array::Array;
use crate::error::{DataError, DataErrors, Fault, tuple};
use crate::labels::{LabelArray, array_labels};
use crate::locate::locate;
use crate::memory::Budget;
use crate::npy::parse_npy;
use crate::npy_header::parse_npy_header;

/// An array, its path as typed, and where the run file names it.
struct Named<'a> {
    file: &'a str,
    at: &'static str,
    array: Array,
}

pub(super) fn load_npy(
    npy: &NpySpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    if npy.x_val.is_some() != npy.y_val.is_some() {
        return Err(half_validation(npy).into());
    }
    let mut files = vec![
        ("data.npy.x", npy.x.as_str()),
        ("data.npy.y", npy.y.as_str()),
    ];
    if let (Some(x), Some(y)) = (&npy.x_val, &npy.y_val) {
        files.extend([
            ("data.npy.x_val", x.as_str()),
            ("data.npy.y_val", y.as_str()),
        ]);
    }
    let mut arrays = read_all(&files, cx)?.into_iter();
    let (Some(x), Some(y)) = (arrays.next(), arrays.next()) else {
        return Err(half_validation(npy).into()); // two files are always named
    };
    let given = arrays.next().zip(arrays.next());
    check_shapes(&x, &y, given.as_ref())?;

    let file = x.file.to_owned();
    let encoding = spec.label_encoding.unwrap_or(cx.default_encoding);
    let (x_val, y_val) = given.unzip();
    let labels: Vec<LabelArray<'_>> = [Some(y), y_val].into_iter().flatten().map(label).collect();
    check_one_hot(&labels, encoding, cx)?;
    let mut labels = array_labels(labels, encoding, spec.label_encoding.is_some())
        .map_err(DataErrors)?
        .into_iter();
    let (Some(own), validation) = (labels.next(), labels.next()) else {
        return Err(half_validation(npy).into()); // as many come back as went in
    };
    Ok(Raw {
        inputs: vec![RawInput::Numbers {
            name: None,
            columns: None,
            array: x.array,
            scale: spec.scale,
        }],
        labels: own,
        weights: None,
        validation: x_val
            .zip(validation)
            .map(|(x, labels)| Given { x: x.array, labels }),
        label: None,
        file,
        notes: Vec::new(),
    })
}

fn label<'a>(named: Named<'a>) -> LabelArray<'a> {
    LabelArray {
        array: named.array,
        file: named.file,
        at: named.at,
    }
}

fn half_validation(npy: &NpySpec) -> DataError {
    let (at, missing) = match npy.x_val {
        Some(_) => ("data.npy.x_val", "y_val"),
        None => ("data.npy.y_val", "x_val"),
    };
    DataError::new(
        at,
        Fault::Option {
            option: missing.to_owned(),
            reason: "is missing: validation features and labels come together".to_owned(),
        },
    )
}

/// Finds, sizes up and reads the files; faults of all of them are reported.
fn read_all<'a>(
    files: &[(&'static str, &'a str)],
    cx: &LoadContext<'_>,
) -> Result<Vec<Named<'a>>, DataErrors> {
    let mut errors = Vec::new();
    let mut found: Vec<(&'static str, &'a str, PathBuf)> = Vec::new();
    let mut need = 0u64;
    for &(at, file) in files {
        let sized = locate(file, cx.base_dir, cx.data_dir.as_deref())
            .and_then(|path| Ok((need_of(&path, file)?, path)));
        match sized {
            Ok((bytes, path)) => {
                need = need.saturating_add(bytes);
                found.push((at, file, path));
            }
            Err(fault) => errors.push(DataError::new(at, fault)),
        }
    }
    if errors.is_empty()
        && let Err(fault) = cx.budget().check("the arrays of data.npy", need)
    {
        errors.push(DataError::new("data.npy", fault));
    }
    if !errors.is_empty() {
        return Err(DataErrors(errors));
    }
    let mut arrays = Vec::new();
    for (at, file, path) in found {
        match read_array(&path, file, cx.budget()) {
            Ok(array) => {
                match at {
                    "data.npy.x" | "data.npy.x_val" => {
                        errors.extend(
                            check_finite(&array, file, at)
                                .err()
                                .into_iter()
                                .flat_map(|e| e.0),
                        );
                    }
                    _ => {} // labels are checked where they are read
                }
                arrays.push(Named { file, at, array });
            }
            Err(fault) => errors.push(DataError::new(at, fault)),
        }
    }
    if errors.is_empty() {
        Ok(arrays)
    } else {
        Err(DataErrors(errors))
    }
}

/// Bytes that reading and splitting a file takes, from its header and its size.
fn need_of(path: &Path, file: &str) -> Result<u64, Fault> {
    let unreadable = |e: std::io::Error| Fault::Unreadable {
        file: file.to_owned(),
        reason: e.to_string(),
    };
    let handle = std::fs::File::open(path).map_err(unreadable)?;
    let size = handle.metadata().map_err(unreadable)?.len();
    let mut head = Vec::new();
    handle
        .take(1 << 17)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    let header = parse_npy_header(&head).map_err(|fault| Fault::Npy {
        file: file.to_owned(),
        fault,
    })?;
    // What the header claims cannot exceed what one-byte elements in this file could hold.
    let elements = (header.elements().unwrap_or(usize::MAX) as u64).min(size);
    Ok(size.saturating_add(elements.saturating_mul(8)))
}

fn read_array(path: &Path, file: &str, budget: Budget) -> Result<Array, Fault> {
    let bytes = read_file(path, budget)?;
    let array = parse_npy(&bytes).map_err(|fault| Fault::Npy {
        file: file.to_owned(),
        fault,
    })?;
    let fault = |expected: &str| Fault::Shape {
        file: file.to_owned(),
        found: array.shape.clone(),
        expected: expected.to_owned(),
    };
    match array.shape.as_slice() {
        [] => Err(fault("rows first: (N, ...)")),
        [0, ..] => Err(fault("one row at least")),
        [_, sizes @ ..] if sizes.contains(&0) => Err(fault("no axis of size 0")),
        _ => Ok(array),
    }
}

/// An error naming the first NaN or infinity and counting the others.
pub(crate) fn check_finite(array: &Array, file: &str, at: &str) -> Result<(), DataErrors> {
    let Some(data) = array.as_f32() else {
        return Ok(());
    };
    let mut bad = data.iter().enumerate().filter(|(_, x)| !x.is_finite());
    let Some((i, &found)) = bad.next() else {
        return Ok(());
    };
    let length = array.row_len().max(1);
    Err(DataError::new(
        at,
        Fault::NotFiniteElement {
            file: file.to_owned(),
            row: i / length,
            column: i % length,
            found,
            more: bad.count(),
        },
    )
    .into())
}

fn check_shapes(
    x: &Named<'_>,
    y: &Named<'_>,
    given: Option<&(Named<'_>, Named<'_>)>,
) -> Result<(), DataErrors> {
    let mut errors = Vec::new();
    let mut expect = |named: &Named<'_>, good: bool, expected: String| {
        if !good {
            let fault = Fault::Shape {
                file: named.file.to_owned(),
                found: named.array.shape.clone(),
                expected,
            };
            errors.push(DataError::new(named.at, fault));
        }
    };
    let rows = |x: &Named<'_>| format!("{} rows, as {} has", x.array.rows(), x.file);
    let like = |a: &Named<'_>| {
        format!(
            "rows of shape {}, as {} has",
            tuple(a.array.row_shape()),
            a.file
        )
    };
    expect(y, y.array.rows() == x.array.rows(), rows(x));
    if let Some((x_val, y_val)) = given {
        expect(
            x_val,
            x_val.array.row_shape() == x.array.row_shape(),
            like(x),
        );
        expect(
            y_val,
            y_val.array.row_shape() == y.array.row_shape(),
            like(y),
        );
        expect(y_val, y_val.array.rows() == x_val.array.rows(), rows(x_val));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(DataErrors(errors))
    }
}

/// One large label must not ask for a row of millions of classes.
fn check_one_hot(
    labels: &[LabelArray<'_>],
    encoding: LabelEncoding,
    cx: &LoadContext<'_>,
) -> Result<(), DataErrors> {
    if encoding != LabelEncoding::OneHot {
        return Ok(());
    }
    let single = labels.iter().filter(|l| l.array.row_len() == 1);
    let rows: usize = single.clone().map(|l| l.array.rows()).sum();
    let elements = |l: &LabelArray<'_>| {
        (0..l.array.rows())
            .map(|i| l.array.at(i))
            .fold(0.0, f64::max)
    };
    let most = single.map(elements).fold(0.0, f64::max);
    let classes = (most as usize).saturating_add(1);
    let what = format!("one-hot labels of {rows} rows and {classes} classes");
    cx.budget()
        .check(&what, crate::memory::arrays(rows, classes))
        .map_err(|fault| DataError::new("data.npy.y", fault).into())
}
