//! Raw rows of arrays: `.npy`, `.npz` and IDX.

use regimen_run::spec::{ArraysSpec, DataSpec, LabelEncoding};

use super::LoadContext;
use super::array_files::{Format, Named, read_all};
use super::assemble::{Inputs, Raw, RawInput};
use super::given::{Given, Place};
use crate::array::{Array, Values};
use crate::error::{DataError, DataErrors, Fault, tuple};
use crate::labels::{LabelArray, Labels, array_labels};

/// Parts with their keys in the run file: features, then labels.
const PARTS: [(Place, &str, &str); 3] = [
    (Place::Train, "x", "y"),
    (Place::Validation, "x_val", "y_val"),
    (Place::Test, "x_test", "y_test"),
];

pub(super) fn load_arrays(
    format: Format,
    arrays: &ArraysSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let mut named = read_all(
        format,
        archive(format, arrays)?,
        &wanted(format, arrays)?,
        cx,
    )?;
    let places: Vec<Place> = places(arrays).collect();
    for features in named.iter_mut().step_by(2) {
        check_finite(&features.array, &features.file, &features.at)?;
        prepare(&mut features.array, format, arrays.channel_axis);
    }
    let shapes: Vec<Shaped<'_>> = named.iter().map(Shaped::of).collect();
    check_shapes(&shapes)?;

    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (i, array) in named.into_iter().enumerate() {
        if i % 2 == 0 {
            x.push(array);
        } else {
            y.push(array);
        }
    }
    let runs: Vec<(Place, usize)> = places
        .into_iter()
        .zip(x.iter().map(|x| x.array.rows()))
        .collect();
    let file = x.first().map_or(String::new(), |x| x.file.clone());
    Ok(Raw {
        labels: labels(y, spec, cx)?,
        inputs: Inputs::InMemory(vec![RawInput::Numbers {
            array: Array::join(x.into_iter().map(|x| x.array).collect()),
            scale: spec.scale,
        }]),
        weights: None,
        key: None,
        given: (runs.len() > 1).then(|| Given::runs(&runs)),
        label: None,
        file,
        notes: Vec::new(),
    })
}

/// Labels of all parts, as the loss takes them.
pub(super) fn labels(
    mut y: Vec<Named>,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Labels, DataErrors> {
    let encoding = spec.label_encoding.unwrap_or(cx.default_encoding);
    let labels: Vec<LabelArray<'_>> = y.iter_mut().map(label).collect();
    check_one_hot(&labels, encoding, cx)?;
    let labels = array_labels(labels, encoding, spec.label_encoding.is_some());
    Ok(Labels::join(labels.map_err(DataErrors)?))
}

fn label(named: &mut Named) -> LabelArray<'_> {
    let nothing = Array::f32(vec![0], Vec::new());
    LabelArray {
        array: std::mem::replace(&mut named.array, nothing),
        file: &named.file,
        at: &named.at,
    }
}

/// The path of an `.npz`; no other format has one.
fn archive(format: Format, arrays: &ArraysSpec) -> Result<Option<&str>, DataError> {
    let fault = |reason: &str| {
        Err(DataError::new(
            format!("data.{}.path", format.key()),
            Fault::Option {
                option: "path".to_owned(),
                reason: reason.to_owned(),
            },
        ))
    };
    match (format, &arrays.path) {
        (Format::Npz, None) => fault("is missing: name the .npz file"),
        (Format::Npz, Some(path)) => Ok(Some(path)),
        (_, Some(_)) => fault("is for `npz`; name the files in `x` and `y`"),
        (_, None) => Ok(None),
    }
}

fn of_part(arrays: &ArraysSpec, place: Place) -> [Option<&str>; 2] {
    match place {
        Place::Train => [Some(&arrays.x), Some(&arrays.y)],
        Place::Validation => [arrays.x_val.as_deref(), arrays.y_val.as_deref()],
        Place::Test => [arrays.x_test.as_deref(), arrays.y_test.as_deref()],
    }
}

pub(super) fn places(arrays: &ArraysSpec) -> impl Iterator<Item = Place> + '_ {
    let all = PARTS.into_iter().map(|(place, ..)| place);
    all.filter(|&place| of_part(arrays, place)[0].is_some())
}

/// Keys and what they name: features and labels in turn.
pub(super) fn wanted(
    format: Format,
    arrays: &ArraysSpec,
) -> Result<Vec<(&'static str, &str)>, DataError> {
    let mut wanted = Vec::new();
    for (place, x, y) in PARTS {
        let missing = match of_part(arrays, place) {
            [Some(features), Some(labels)] => {
                wanted.extend([(x, features), (y, labels)]);
                continue;
            }
            [None, None] => continue,
            [Some(_), None] => y,
            [None, Some(_)] => x,
        };
        return Err(DataError::new(
            format!("data.{}.{missing}", format.key()),
            Fault::Option {
                option: missing.to_owned(),
                reason: format!("is missing: `{x}` and `{y}` come together"),
            },
        ));
    }
    Ok(wanted)
}

/// Pixels of IDX files become floats; a channel axis is added where it is asked for.
fn prepare(array: &mut Array, format: Format, channel_axis: bool) {
    if let (Format::Idx, Values::I32(_), 3..) = (format, &array.data, array.shape.len()) {
        let pixels = std::mem::replace(array, Array::f32(vec![0], Vec::new()));
        *array = pixels.into_f32();
    }
    if channel_axis {
        array.shape.push(1);
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

/// The sizes of an array, its name in errors, and where the run file names it.
pub(super) struct Shaped<'a> {
    pub file: &'a str,
    pub at: &'a str,
    pub shape: &'a [usize],
}

impl Shaped<'_> {
    pub fn of(named: &Named) -> Shaped<'_> {
        Shaped {
            file: &named.file,
            at: &named.at,
            shape: &named.array.shape,
        }
    }

    fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    fn row(&self) -> &[usize] {
        self.shape.get(1..).unwrap_or(&[])
    }
}

/// Rows of all parts alike, and a label for each row: features and labels in turn.
pub(super) fn check_shapes(named: &[Shaped<'_>]) -> Result<(), DataErrors> {
    let mut errors = Vec::new();
    let mut expect = |named: &Shaped<'_>, good: bool, expected: String| {
        if !good {
            let fault = Fault::Shape {
                file: named.file.to_owned(),
                found: named.shape.to_vec(),
                expected,
            };
            errors.push(DataError::new(named.at, fault));
        }
    };
    let rows = |x: &Shaped<'_>| format!("{} rows, as {} has", x.rows(), x.file);
    let like = |a: &Shaped<'_>| {
        let shape = tuple(a.row());
        format!("rows of shape {shape}, as {} has", a.file)
    };
    for pair in named.chunks_exact(2) {
        let (x, y) = (&pair[0], &pair[1]);
        if let [first_x, first_y, ..] = named {
            expect(x, x.row() == first_x.row(), like(first_x));
            expect(y, y.row() == first_y.row(), like(first_y));
        }
        expect(y, y.rows() == x.rows(), rows(x));
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
        .map_err(|fault| DataError::new(labels.first().map_or("data", |l| l.at), fault).into())
}
