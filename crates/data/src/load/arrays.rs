//! Raw rows of arrays: `.npy`, `.npz` and IDX.

use regimen_run::spec::{ArraysSpec, DataSpec, LabelArrays, LabelEncoding, TargetSpec};

use super::LoadContext;
use super::array_files::{Format, Named, read_all};
use super::assemble::{Inputs, Raw, RawInput, RawTarget};
use super::given::{Given, Place};
use crate::array::{Array, Values};
use crate::error::{DataError, DataErrors, Fault, tuple};
use crate::labels::{LabelArray, Labels, array_labels};
use crate::per_target::PerTarget;

/// Parts with their keys in the run file: features, then labels.
const PARTS: [(Place, &str, &str); 3] = [
    (Place::Train, "x", "y"),
    (Place::Validation, "x_val", "y_val"),
    (Place::Test, "x_test", "y_test"),
];

/// The arrays of a part: where the run file names them, and by which name.
pub(super) struct Wanted<'a> {
    pub place: Place,
    pub x: (String, &'a str),
    /// Target by target.
    pub y: Vec<(String, &'a str)>,
}

pub(super) fn load_arrays(
    format: Format,
    arrays: &ArraysSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let wanted = wanted(format, arrays)?;
    let all = wanted
        .iter()
        .flat_map(|part| [&part.x].into_iter().chain(&part.y));
    let all: Vec<(&str, &str)> = all.map(|(key, what)| (key.as_str(), *what)).collect();
    let mut named = read_all(format, archive(format, arrays)?, &all, cx)?.into_iter();
    let mut parts: Vec<(Named, Vec<Named>)> = Vec::new();
    for part in &wanted {
        let x = named.by_ref().take(1).collect::<Vec<_>>().pop();
        let y = named.by_ref().take(part.y.len()).collect();
        parts.extend(x.map(|x| (x, y)));
    }
    for (features, _) in &mut parts {
        check_finite(&features.array, &features.file, &features.at)?;
        prepare(&mut features.array, format, arrays.channel_axis);
    }
    let shaped = parts.iter().map(|(x, y)| with_labels(x.shaped(), y));
    check_shapes(&shaped.collect::<Vec<_>>())?;

    let (x, y): (Vec<Named>, Vec<Vec<Named>>) = parts.into_iter().unzip();
    let places = wanted.iter().map(|part| part.place);
    let runs: Vec<(Place, usize)> = places.zip(x.iter().map(|x| x.array.rows())).collect();
    let file = x.first().map_or(String::new(), |x| x.file.clone());
    Ok(Raw {
        targets: targets(y, spec, cx)?,
        inputs: Inputs::InMemory(vec![RawInput::Numbers {
            array: Array::join(x.into_iter().map(|x| x.array).collect()),
            scale: spec.scale,
        }]),
        weights: None,
        key: None,
        given: (runs.len() > 1).then(|| Given::runs(&runs)),
        file,
        notes: Vec::new(),
    })
}

/// Labels of all parts, as the losses take them. `y`: part by part, and in it target by target.
pub(super) fn targets(
    y: Vec<Vec<Named>>,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<PerTarget<RawTarget>, DataErrors> {
    let mut of: Vec<Vec<Named>> = Vec::new();
    for part in y {
        of.resize_with(of.len().max(part.len()), Vec::new);
        of.iter_mut().zip(part).for_each(|(of, y)| of.push(y));
    }
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for (y, spec) in of.into_iter().zip(spec.all_targets()) {
        match labels(y, &spec, cx) {
            Ok(labels) => found.push(RawTarget { spec, labels }),
            Err(more) => errors.extend(more.0),
        }
    }
    match PerTarget::of(found) {
        Some(found) if errors.is_empty() => Ok(found),
        _ => Err(DataErrors(errors)),
    }
}

/// Labels of all parts for one target.
fn labels(
    mut y: Vec<Named>,
    target: &TargetSpec,
    cx: &LoadContext<'_>,
) -> Result<Labels, DataErrors> {
    let encoding = cx.encoding(target);
    let labels: Vec<LabelArray<'_>> = y.iter_mut().map(label).collect();
    check_one_hot(&labels, encoding, cx)?;
    let labels = array_labels(labels, encoding, target.label_encoding.is_some());
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

/// The arrays of each part that there is. Labels are for the same outputs in every part.
pub(super) fn wanted(format: Format, arrays: &ArraysSpec) -> Result<Vec<Wanted<'_>>, DataError> {
    let parts = [
        (Some(arrays.x.as_str()), Some(&arrays.y)),
        (arrays.x_val.as_deref(), arrays.y_val.as_ref()),
        (arrays.x_test.as_deref(), arrays.y_test.as_ref()),
    ];
    let outputs = |y: &LabelArrays| -> Vec<String> {
        y.iter()
            .map(|(name, _)| name.unwrap_or_default().to_owned())
            .collect()
    };
    let mut wanted = Vec::new();
    for ((place, x, y), part) in PARTS.into_iter().zip(parts) {
        let (key, reason) = match part {
            (Some(_), Some(labels)) if outputs(labels) != outputs(&arrays.y) => (
                y,
                "has other outputs than `y`: give each part the same".to_owned(),
            ),
            (Some(features), Some(labels)) => {
                let key = |name: Option<&str>| match name {
                    Some(name) => format!("{y}.{name}"),
                    None => y.to_owned(),
                };
                wanted.push(Wanted {
                    place,
                    x: (x.to_owned(), features),
                    y: labels
                        .iter()
                        .map(|(name, what)| (key(name), what))
                        .collect(),
                });
                continue;
            }
            (None, None) => continue,
            (features, _) => {
                let missing = if features.is_some() { y } else { x };
                (
                    missing,
                    format!("is missing: `{x}` and `{y}` come together"),
                )
            }
        };
        let option = key.to_owned();
        return Err(DataError::new(
            format!("data.{}.{key}", format.key()),
            Fault::Option { option, reason },
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

impl Named {
    pub fn shaped(&self) -> Shaped<'_> {
        Shaped {
            file: &self.file,
            at: &self.at,
            shape: &self.array.shape,
        }
    }
}

impl Shaped<'_> {
    fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    fn row(&self) -> &[usize] {
        self.shape.get(1..).unwrap_or(&[])
    }
}

/// The features of a part and its labels.
pub(super) fn with_labels<'a>(x: Shaped<'a>, y: &'a [Named]) -> (Shaped<'a>, Vec<Shaped<'a>>) {
    (x, y.iter().map(Named::shaped).collect())
}

/// Rows of all parts alike, and a label of each target for each row: features of each part, and its labels target by target.
pub(super) fn check_shapes(parts: &[(Shaped<'_>, Vec<Shaped<'_>>)]) -> Result<(), DataErrors> {
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
    for (x, y) in parts {
        if let Some((first_x, first_y)) = parts.first() {
            expect(x, x.row() == first_x.row(), like(first_x));
            for (y, first_y) in y.iter().zip(first_y) {
                expect(y, y.row() == first_y.row(), like(first_y));
            }
        }
        y.iter()
            .for_each(|y| expect(y, y.rows() == x.rows(), rows(x)));
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
