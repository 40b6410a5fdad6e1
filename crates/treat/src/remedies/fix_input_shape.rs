//! Rows and the first layer brought to one shape.

use regimen_run::spec::DataSpec;
use serde_json::{Value, json};

use crate::network::ranks::dimensions;
use crate::network::{inputs, layer, layers, prepend, recurrent, stack};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "fix_input_shape",
    title: "Rows and the first layer of one shape",
    explain: "States the shape that rows have, or gives rows the last axis of 1 that the first convolution or recurrent layer takes.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let [input] = patient.profile.inputs.as_slice() else {
        return Err("there is not one input alone".to_owned());
    };
    let shape = input.shape.as_slice();
    let mut spec = patient.spec.clone();
    let all = layers(&mut spec)?;
    for (option, skip) in [
        ("shape", 0),
        ("input_shape", 0),
        ("batch_shape", 1),
        ("batch_input_shape", 1),
    ] {
        let stated = all
            .first_mut()
            .and_then(|l| l.object.config.get_mut(option));
        let Some(sizes) = stated.and_then(Value::as_array_mut) else {
            continue;
        };
        // Sizes that are not stated take any.
        let fits = sizes.len() == shape.len() + skip
            && sizes
                .iter()
                .skip(skip)
                .zip(shape)
                .all(|(s, n)| s.as_u64().is_none_or(|s| s == *n as u64));
        if !fits {
            sizes.truncate(skip);
            sizes.extend(shape.iter().map(|n| json!(n)));
            return Ok(one(format!("{option} of {shape:?}"), spec));
        }
    }
    let layers = stack(&mut spec)?;
    let first = layers
        .get(inputs(layers))
        .ok_or("the model has no layers")?;
    let takes = match recurrent::options(first) {
        Some(_) => Some(3),
        None => dimensions(&first.object.class_name),
    };
    if takes != Some(shape.len() + 2) {
        return Err("the first layer takes rows as they are".to_owned());
    }
    if let Some(axis) = channel_axis(&mut spec.data)
        && shape.len() == 2
    {
        *axis = true;
        return Ok(one("channel_axis", spec));
    }
    let target: Vec<usize> = shape.iter().copied().chain([1]).collect();
    prepend(
        &mut spec,
        layer("Reshape", [("target_shape", json!(target))]),
    )?;
    Ok(one(format!("Reshape to {target:?}"), spec))
}

fn channel_axis(data: &mut DataSpec) -> Option<&mut bool> {
    let arrays = [&mut data.npy, &mut data.npz, &mut data.idx];
    let found = arrays.into_iter().find_map(Option::as_mut)?;
    Some(&mut found.channel_axis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, digits, edits, image, option, refusal, with_layers};

    #[test]
    fn the_shape_that_rows_have() {
        let mut patient = digits();
        assert!(refusal(&DEF, &patient).contains("as they are"));
        assert!(refusal(&DEF, &image()).contains("as they are"));
        patient.spec = with_layers(
            "{ class_name = \"InputLayer\", shape = [63] }, { class_name = \"Dense\", units = 3 }",
        );
        assert_eq!(option(&edits(&DEF, &patient)[0], 0, "shape"), json!([64]));
    }

    #[test]
    fn an_axis_more() {
        let mut patient = digits();
        patient.spec = with_layers(
            "{ class_name = \"Conv1D\", filters = 2, kernel_size = 3 }, \"Flatten\", { class_name = \"Dense\", units = 3 }",
        );
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(classes(fixed)[0], "Reshape");
        assert_eq!(option(fixed, 0, "target_shape"), json!([64, 1]));
    }
}
