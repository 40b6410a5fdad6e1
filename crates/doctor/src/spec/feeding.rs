//! Rows and labels against the model: does what is fed fit its first and its last layer?
//!
//! Shapes of the data are told by the notes (`x_shape`), by arrays in program texts, and by data sets that are known by
//! name. A program may change them where no text tells; so a fault needs that nothing told fits.

use serde_json::Value;

use super::layers::Layer;
use super::value::{self, Shape, Size, show};
use super::walk::Walk;
use super::{Known, Parts, ShapeFault, programs};

/// Whether the rows themselves are what is to be learnt, as in an autoencoder.
pub(super) fn copies_itself(parts: &Parts) -> bool {
    let args = parts.fit.get("data_args").and_then(Value::as_array);
    args.is_some_and(|args| args.len() > 1 && args[0] == args[1])
}

/// Row shapes that the spec tells of, likeliest first.
fn candidates(parts: &Parts) -> Vec<Vec<Size>> {
    let fed = |i: usize, key: &str| parts.fit.get(key).and_then(|list| list.get(i));
    let given = [
        parts.fit.get("x"),
        fed(0, "data_args"),
        fed(0, "validation_data"),
    ];
    let mut arrays: Vec<Vec<Size>> = given
        .into_iter()
        .flatten()
        .flat_map(programs::arrays_in)
        .collect();
    // Zeros, ones and reshapes may be labels as well.
    let rows = parts.calls.iter().filter(|text| text.contains("rand"));
    arrays.extend(rows.flat_map(|text| programs::arrays(text)));
    // In notes `null` is a size that nobody told.
    let noted = parts.notes.get("x_shape").and_then(value::sizes);
    let told = |size: Size| {
        if size == Size::Open {
            Size::Unknown
        } else {
            size
        }
    };
    arrays.extend(noted.map(|sizes| sizes.into_iter().map(told).collect::<Vec<_>>()));
    arrays.retain(|array| array.len() > 1);
    arrays.iter().map(|array| array[1..].to_vec()).collect()
}

/// The row shape of the data, where the spec tells of one only.
pub(super) fn rows_of_data(parts: &Parts, texts: &[String]) -> Shape {
    let told = candidates(parts);
    match told.split_first() {
        Some((first, rest)) => rest
            .iter()
            .all(|other| agree(first, other))
            .then(|| first.clone()),
        None => raw_rows(parts, texts).map(|row| row.iter().map(|n| Size::Known(*n)).collect()),
    }
}

/// Rows of a data set that go into validation as they are loaded: no text changes their shape.
fn raw_rows(parts: &Parts, texts: &[String]) -> Option<&'static [usize]> {
    let set = programs::data_set(texts)?;
    let validation = parts.fit.get("validation_data")?.get(0)?;
    let plain = validation.get("var").is_some();
    (plain && !set.row.is_empty() && !programs::reshaped(texts)).then_some(set.row)
}

fn agree(a: &[Size], b: &[Size]) -> bool {
    let one = |(a, b): (&Size, &Size)| match (a, b) {
        (Size::Known(a), Size::Known(b)) => a == b,
        _ => true,
    };
    a.len() == b.len() && a.iter().zip(b).all(one)
}

/// Faults of what goes in and of what is compared with the output.
pub(super) fn faults(parts: &Parts, texts: &[String], walk: &Walk) -> Vec<ShapeFault> {
    let input = walk
        .fault
        .is_none()
        .then(|| input_fault(parts, texts))
        .flatten();
    let declared = parts
        .layers
        .first()
        .and_then(|first| declared_in_words(parts, first));
    let first_ones = declared.or(input);
    let output = match (&first_ones, &walk.fault) {
        (None, None) => output_fault(parts, texts, walk),
        _ => None,
    };
    let others = [
        first_ones,
        output,
        labels_fault(parts, texts),
        embedding_fault(parts),
        batch_fault(parts),
    ];
    others.into_iter().flatten().collect()
}

/// `input_shape=X_train.shape`, or with `X_train.shape[0]` in it: the number of samples is no size of a row.
fn declared_in_words(parts: &Parts, first: &Layer) -> Option<ShapeFault> {
    let given = ["input_shape", "shape", "input_dim"]
        .iter()
        .find_map(|key| first.config.get(*key))?;
    let fed: Vec<String> = parts
        .fit
        .get("data_args")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let is_data = |name: &str| {
        let lower = name.to_ascii_lowercase();
        fed.iter().any(|arg| arg == name)
            || ["train", "test"].iter().any(|word| lower.contains(word))
            || lower == "x"
    };
    let whole = |text: &str| {
        let base = text.strip_suffix(".shape").unwrap_or_default();
        (!base.is_empty() && base == programs::subject(base) && is_data(base))
            .then(|| base.to_owned())
    };
    let samples = |text: &str| {
        let base = text.strip_suffix(".shape[0]").unwrap_or_default();
        (!base.is_empty() && base == programs::subject(base) && is_data(base))
            .then(|| base.to_owned())
    };
    let texts: Vec<&str> = match given {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let base = texts
        .iter()
        .find_map(|text| samples(text).or_else(|| whole(text)))?;
    Some(ShapeFault::new(
        "wrong_input_shape",
        first,
        format!(
            "its input shape is written with {}, whose first size is the number of samples",
            texts.join(", ")
        ),
        format!("write {base}.shape[1:]: the shape of one row"),
        Known::Certain,
    ))
}

/// The declared row shape against the rows that are fed.
fn input_fault(parts: &Parts, texts: &[String]) -> Option<ShapeFault> {
    if !parts.in_order() {
        return None;
    }
    let first = parts.layers.first()?;
    let declared = first.declared()??;
    if first.class == "Embedding" {
        return None;
    }
    let told = candidates(parts);
    if let Some(row) = told
        .first()
        .filter(|_| !told.iter().any(|row| agree(row, &declared)))
    {
        return Some(ShapeFault::new(
            "wrong_input_shape",
            first,
            format!(
                "it declares rows of {}, and the data have rows of {}",
                show(&declared),
                show(row)
            ),
            format!("declare {}", show(row)),
            Known::Certain,
        ));
    }
    let raw =
        raw_rows(parts, texts).filter(|row| told.is_empty() && row.len() != declared.len())?;
    let row: Vec<Size> = raw.iter().map(|n| Size::Known(*n)).collect();
    Some(ShapeFault::new(
        "wrong_input_shape",
        first,
        format!(
            "it declares rows of {}, and the data set is loaded with rows of {}; no text of the program reshapes them",
            show(&declared),
            show(&row)
        ),
        format!(
            "reshape the rows to {}",
            show(&[row.as_slice(), &[Size::Known(1)]].concat())
        ),
        Known::Likely,
    ))
}

/// One row of labels, where the spec tells of it: no sizes for one number a row.
fn label_row(parts: &Parts, texts: &[String]) -> Option<Vec<Size>> {
    let fed = |key: &str| parts.fit.get(key).and_then(|list| list.get(1));
    let given = [parts.fit.get("y"), fed("data_args"), fed("validation_data")];
    let arrays: Vec<Vec<Size>> = given
        .into_iter()
        .flatten()
        .flat_map(programs::arrays_in)
        .collect();
    if let Some(array) = arrays.first() {
        return array.get(1..).map(<[Size]>::to_vec);
    }
    // Two arrays of as many rows, the second with fewer axes: inputs and labels.
    let made: Vec<Vec<Size>> = parts
        .calls
        .iter()
        .flat_map(|text| programs::arrays(text))
        .collect();
    if let [x, y, ..] = made.as_slice() {
        let pair = x.first() == y.first() && x.first().is_some_and(|n| n.known().is_some());
        if pair && y.len() < x.len() {
            return Some(y[1..].to_vec());
        }
    }
    if copies_itself(parts) {
        return None;
    }
    if texts
        .iter()
        .any(|text| text.contains("flow_from_directory"))
    {
        return Some(vec![Size::Unknown]);
    }
    programs::data_set(texts)
        .filter(|_| !programs::one_hot(texts))
        .map(|_| vec![])
}

/// The output's axes and units against the labels.
fn output_fault(parts: &Parts, texts: &[String], walk: &Walk) -> Option<ShapeFault> {
    let output = walk.outputs.last()?.clone()?;
    let loss = super::compile::output(&parts.compile).loss;
    let labels = label_row(parts, texts);
    let sparse = loss.as_deref() == Some("sparse_categorical_crossentropy");
    // A class number per step and a row of numbers look the same.
    let told = labels
        .as_ref()
        .filter(|row| !sparse || row.is_empty() || **row == [Size::Known(1)]);
    let axes = told.map(|row| row.len().max(1));
    let last = parts.layers.last()?;
    let known = || {
        labels
            .as_ref()
            .map_or("labels that nobody told the shape of".to_owned(), |row| {
                format!(
                    "labels of {} a row",
                    if row.is_empty() {
                        "one number".to_owned()
                    } else {
                        show(row)
                    }
                )
            })
    };
    if output.len() > 1 && axes.is_none_or(|axes| axes == 1) {
        let conv = parts.layers.iter().rposition(Layer::is_convolution);
        let rnn = parts.layers.iter().rposition(Layer::is_recurrent);
        let certain = if axes.is_some() {
            Known::Certain
        } else {
            Known::Likely
        };
        let head = |from: usize| {
            let behind = &parts.layers[from + 1..];
            let dense = behind.iter().any(|layer| layer.class == "Dense");
            dense
                && !behind.iter().any(|layer| {
                    ["Flatten", "Reshape", "TimeDistributed"].contains(&layer.class.as_str())
                        || layer.class.starts_with("Global")
                })
        };
        if let Some(from) = conv.filter(|from| rnn.is_none_or(|rnn| rnn < *from) && head(*from)) {
            return Some(ShapeFault::new(
                "missing_flatten",
                last,
                format!(
                    "its output is {} a row, an answer at each place, for {}",
                    show(&output),
                    known()
                ),
                format!(
                    "put a Flatten (or a global pooling) behind {}",
                    last_before_dense(parts, from).path
                ),
                certain,
            ));
        }
        let rnn = &parts.layers[rnn.filter(|_| axes.is_some())?];
        if rnn.flag("return_sequences", false) == Some(true) || inner_returns(rnn) {
            return Some(ShapeFault::new(
                "wrong_return_sequences",
                rnn,
                format!(
                    "it gives every step, so that the output is {} a row, for {}",
                    show(&output),
                    known()
                ),
                format!("{}: return_sequences=False", rnn.path),
                Known::Certain,
            ));
        }
        return None;
    }
    let ([Size::Known(units)], Some([Size::Known(wide)])) = (output.as_slice(), labels.as_deref())
    else {
        return None;
    };
    (!sparse && units != wide).then(|| {
        ShapeFault::new(
            "wrong_output_units",
            last,
            format!("its output has {units} units, and a row has {wide} labels"),
            format!("{wide} units in the last layer"),
            Known::Certain,
        )
    })
}

fn inner_returns(layer: &Layer) -> bool {
    let inner = layer.inner.as_ref();
    inner.is_some_and(|inner| inner.flag("return_sequences", false) == Some(true))
}

/// The layer before the first Dense behind the convolution.
fn last_before_dense(parts: &Parts, from: usize) -> &Layer {
    let dense = parts.layers[from..]
        .iter()
        .position(|layer| layer.class == "Dense");
    let at = dense.map_or(from, |at| from + at.saturating_sub(1));
    &parts.layers[at]
}

/// Numbered classes under a loss that takes them one-hot, and the other way round.
fn labels_fault(parts: &Parts, texts: &[String]) -> Option<ShapeFault> {
    let loss = super::compile::output(&parts.compile).loss?;
    let last = parts.layers.last()?;
    let one_hot = programs::one_hot(texts);
    match loss.as_str() {
        "categorical_crossentropy" if !one_hot => {
            let set = programs::data_set(texts)?;
            (!texts.iter().any(|text| text == "(expression)")).then(|| {
                ShapeFault::new(
                    "labels_not_one_hot",
                    last,
                    format!("{} gives classes as numbers 0 to {}, and categorical_crossentropy takes one column per class; no text makes them one-hot", set.word, set.classes - 1),
                    "use sparse_categorical_crossentropy, or to_categorical on the labels".to_owned(),
                    Known::Likely,
                )
            })
        }
        "sparse_categorical_crossentropy" if programs::one_hot_labels(texts) => Some(ShapeFault::new(
            "labels_one_hot_with_sparse_loss",
            last,
            "the labels are made one-hot, and sparse_categorical_crossentropy takes class numbers"
                .to_owned(),
            "use categorical_crossentropy, or leave the labels as numbers".to_owned(),
            Known::Likely,
        )),
        _ => None,
    }
}

/// Given weights of another size than the table.
fn embedding_fault(parts: &Parts) -> Option<ShapeFault> {
    parts
        .layers
        .iter()
        .filter(|layer| layer.class == "Embedding")
        .find_map(|layer| {
            let given = layer
                .config
                .get("weights")
                .and_then(|weights| programs::arrays_in(weights).into_iter().next())?;
            let own = [layer.count("input_dim")?, layer.count("output_dim")?];
            let given: Option<Vec<usize>> = given.iter().map(|size| size.known()).collect();
            let given = given.filter(|given| given.len() == 2 && *given != own)?;
            Some(ShapeFault::new(
                "wrong_embedding_shape",
                layer,
                format!(
                    "its table is {} x {}, and the weights given are {} x {}",
                    own[0], own[1], given[0], given[1]
                ),
                format!("input_dim={}, output_dim={}", given[0], given[1]),
                Known::Certain,
            ))
        })
}

/// A batch size that is part of the model against the one that is fed.
fn batch_fault(parts: &Parts) -> Option<ShapeFault> {
    let first = parts.layers.first()?;
    let shape = ["batch_shape", "batch_input_shape"]
        .iter()
        .find_map(|key| first.config.get(*key))?;
    let fixed = value::count(shape.get(0)?)?;
    let fed = parts.fit.get("batch_size").and_then(value::count)?;
    (fixed != fed).then(|| {
        ShapeFault::new(
            "stateful_batch_size",
            first,
            format!("the model is made for batches of {fixed} rows, and fit feeds {fed}"),
            format!("batch_size={fixed}, and a number of samples that it divides"),
            Known::Certain,
        )
    })
}
