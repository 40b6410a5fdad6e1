//! Whether targets fit predictions, and what to change if not.

use regimen_graph::{Fault, Var};

use crate::losses::same_rank;

/// Targets in the predictions' type and rank, for losses that compare them number by number. Shapes that differ are a
/// fault of the graph: broadcasting would compare every target with every prediction.
pub(crate) fn alike(y_true: &Var, y_pred: &Var, class_name: &str) -> (Var, Var) {
    let (t, p) = same_rank(&y_true.cast(y_pred.dtype()), y_pred);
    if p.rank() == 0 {
        return (t.reshape(&[t.ty().elements()]), p.reshape(&[1]));
    }
    if t.shape() == p.shape() || t.is_broken() || p.is_broken() {
        return (t, p);
    }
    let (targets, outputs) = (t.shape(), p.shape());
    let mend = match (targets.last(), outputs.last()) {
        // A label for each sample, and a prediction for each class.
        (labels, Some(units)) if outputs.len() == 2 && *units > 1 && (targets.len() == 1 || labels == Some(&1)) => {
            format!(
                "If the targets are labels of {units} classes, make them one-hot rows (label_encoding = \"one_hot\") or \
                 use a crossentropy loss (sparse_categorical_crossentropy takes labels as they are); if they are \
                 numbers to predict, give the last layer 1 unit."
            )
        }
        (Some(wanted), Some(units)) if targets.len() == outputs.len() && wanted != units => {
            format!("Give the last layer {wanted} units, or the targets {units} columns.")
        }
        _ if outputs.len() > targets.len() => {
            "Let the model drop that axis before its end: return_sequences=False, pooling or Flatten.".to_string()
        }
        _ => "Make the targets as many as the outputs of the model.".to_string(),
    };
    let found = format!("targets of shape {:?}", y_true.shape());
    let expected = format!("{outputs:?}, the shape of the predictions");
    p.builder()
        .fault(class_name, Fault::new(found, expected, mend));
    (p.clone(), p)
}

/// One-hot targets for `axis` of the predictions, cast and shaped alike; else a fault that tells labels from wrong
/// numbers of classes.
pub(crate) fn one_hot_targets(
    y_true: &Var,
    y_pred: &Var,
    axis: usize,
    class_name: &str,
) -> (Var, Var) {
    let (t, p) = same_rank(&y_true.cast(y_pred.dtype()), y_pred);
    if t.shape() == p.shape() || t.is_broken() || p.is_broken() {
        return (t, p);
    }
    let classes = p.shape().get(axis).copied().unwrap_or(1);
    let labels = y_true.rank() < y_pred.rank() || (y_true.dim(-1) == 1 && classes > 1);
    let mend = if labels {
        let sparse = crate::object::snake_case(class_name);
        format!(
            "These look like integer labels: use sparse_{sparse}, or turn them into one-hot rows with \
             to_categorical(y, {classes})."
        )
    } else {
        units_mend(y_true.dim(-1), classes)
    };
    let expected = format!(
        "one-hot targets of shape {:?}, that of the predictions",
        p.shape()
    );
    p.builder().fault(
        class_name,
        Fault::new(
            format!("targets of shape {:?}", y_true.shape()),
            expected,
            mend,
        ),
    );
    (p.clone(), p)
}

/// Integer targets without the class axis, for predictions with classes last; else a fault that tells one-hot rows
/// from other shapes.
pub(crate) fn label_targets(y_true: &Var, y_pred: &Var, class_name: &str) -> Option<Var> {
    let shape = y_pred.shape();
    let (classes, positions) = match shape.split_last() {
        Some((classes, positions)) => (*classes, positions),
        None => (1, &shape[..]),
    };
    let labels = if y_true.rank() == shape.len() && y_true.dim(-1) == 1 {
        y_true.squeeze(-1)
    } else {
        y_true.clone()
    };
    if labels.shape() == positions || labels.is_broken() || y_pred.is_broken() {
        return Some(labels);
    }
    let one_hot = y_true.rank() == shape.len() && y_true.dim(-1) > 1;
    let mend = if one_hot && y_true.dim(-1) == classes {
        format!(
            "These look like one-hot rows: use {}, or give integer labels.",
            without_sparse(class_name)
        )
    } else if one_hot {
        format!(
            "These look like one-hot rows of {} classes, and the predictions have {classes}: use {} and a last layer of \
             as many units as classes, or give integer labels.",
            y_true.dim(-1),
            without_sparse(class_name)
        )
    } else if y_true.rank() + 1 < shape.len() {
        "Let the model drop an axis before its end: return_sequences=False, pooling or Flatten."
            .to_string()
    } else {
        "Give one label for each position of the predictions.".to_string()
    };
    let found = format!("targets of shape {:?}", y_true.shape());
    let expected =
        format!("integer labels of shape {positions:?} for predictions of shape {shape:?}");
    y_pred
        .builder()
        .fault(class_name, Fault::new(found, expected, mend));
    None
}

/// The name of the loss or metric for one-hot rows.
fn without_sparse(class_name: &str) -> String {
    crate::object::snake_case(class_name.trim_start_matches("Sparse"))
}

fn units_mend(wanted: usize, units: usize) -> String {
    if wanted == units {
        return "Make the targets have the axes of the predictions.".to_string();
    }
    if units == 1 {
        return format!("Give the last layer {wanted} units, one for each class.");
    }
    format!(
        "Give the last layer {wanted} units, one for each class, or the targets {units} columns."
    )
}

/// An axis counted from the front, or a fault.
pub(crate) fn axis_of(x: &Var, axis: i64, class_name: &str) -> usize {
    let rank = x.rank() as i64;
    let at = if axis < 0 { axis + rank } else { axis };
    if (0..rank).contains(&at) {
        return at as usize;
    }
    let found = format!("axis {axis} for predictions of shape {:?}", x.shape());
    x.builder().fault(
        class_name,
        Fault::new(found, "an axis of the predictions", "Leave `axis` at -1."),
    );
    x.rank().saturating_sub(1)
}
