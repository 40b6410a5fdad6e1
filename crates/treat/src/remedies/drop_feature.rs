//! Columns left out that give the label away, or tell nothing.

use std::collections::BTreeSet;

use regimen_run::spec::InputSpec;

use crate::network::answer::list;
use crate::patient::{Change, Patient, RemedyDef, one};
use crate::tables::inputs;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "drop_feature",
    title: "Suspect columns left out",
    explain: "Leaves out columns that give the label away; where there are none, those that are ids or have one value alone. If the score falls to a plausible level, it was a leak.",
    changes,
};

/// A correlation with the label beyond which a column is suspected to be it.
const TELLING: f64 = 0.99;

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    inputs(&mut spec.data)?;
    let dropped = suspects(patient);
    if dropped.is_empty() {
        return Err(
            "no column gives the label away, counts rows or has one value alone".to_owned(),
        );
    }
    let shapes = ["shape", "batch_shape", "input_shape", "batch_input_shape"];
    let states = |key: &&str| {
        let stated = |l: &regimen_run::spec::LayerSpec| l.object.config.contains_key(*key);
        list(&spec).is_ok_and(|list| list.layers.iter().any(stated))
    };
    if shapes.iter().any(states) || list(&spec).is_err() {
        return Err("the model states the shape of a row: leave its InputLayer out".to_owned());
    }
    let numeric = numeric_columns(patient, &spec.data.inputs);
    spec.data.inputs = std::mem::take(&mut spec.data.inputs)
        .into_iter()
        .filter_map(|input| without(input, &dropped, &numeric))
        .collect();
    if spec.data.inputs.is_empty() {
        return Err("no other column would be left".to_owned());
    }
    let names: Vec<&str> = dropped.iter().map(String::as_str).collect();
    Ok(one(format!("without {}", names.join(", ")), spec))
}

/// Columns that give the label away; else those that tell nothing.
fn suspects(patient: &Patient) -> BTreeSet<String> {
    let profile = &patient.profile;
    let columns = || profile.columns.iter().map(|column| &column.name);
    let told = |ids: [&str; 2]| -> BTreeSet<String> {
        let texts = profile
            .warnings
            .iter()
            .filter(|w| ids.contains(&w.id.as_str()));
        let texts: Vec<&String> = texts.map(|w| &w.text).collect();
        let named = |name: &&String| texts.iter().any(|text| text.contains(&format!("`{name}`")));
        columns().filter(named).cloned().collect()
    };
    let strong = profile
        .correlation
        .top
        .iter()
        .filter(|t| t.value.abs() > TELLING);
    let strong: Vec<&str> = strong.map(|top| top.feature.as_str()).collect();
    // A category is called by column and value.
    let tells = |name: &&String| {
        strong.iter().any(|f| {
            f.strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    };
    let mut found = told(["leak", "label_as_feature"]);
    found.extend(columns().filter(tells).cloned());
    match found.is_empty() {
        true => told(["id", "constant"]),
        false => found,
    }
}

/// Columns that an input of numbers without names stands for: those that no other names.
fn numeric_columns(patient: &Patient, inputs: &[InputSpec]) -> Vec<String> {
    let named = |name: &String| {
        inputs.iter().any(|input| match input {
            InputSpec::Numeric { columns, .. }
            | InputSpec::Categorical { columns, .. }
            | InputSpec::Raw { columns, .. } => columns.contains(name),
            InputSpec::Date { column, .. } | InputSpec::Text { column, .. } => column == name,
        })
    };
    let columns = patient.profile.columns.iter();
    let free = columns.filter(|c| c.kind == "numeric" && !named(&c.name));
    free.map(|c| c.name.clone()).collect()
}

/// An input without some columns; `None` where nothing is left of it.
fn without(
    mut input: InputSpec,
    dropped: &BTreeSet<String>,
    numeric: &[String],
) -> Option<InputSpec> {
    match &mut input {
        InputSpec::Numeric { columns, .. } => {
            let all = numeric.iter().any(|name| dropped.contains(name));
            if columns.is_empty() && all {
                *columns = numeric.to_vec();
            } else if columns.is_empty() {
                return Some(input);
            }
            columns.retain(|name| !dropped.contains(name));
            (!columns.is_empty()).then_some(input)
        }
        InputSpec::Categorical { columns, .. } | InputSpec::Raw { columns, .. } => {
            columns.retain(|name| !dropped.contains(name));
            (!columns.is_empty()).then_some(input)
        }
        InputSpec::Date { column, .. } | InputSpec::Text { column, .. } => {
            (!dropped.contains(column)).then_some(input)
        }
    }
}

#[cfg(test)]
mod tests {
    use regimen_run::profile::{Correlated, DataWarning};

    use super::*;
    use crate::cases::{digits, edits, refusal, table};

    fn columns(change: &Change) -> Vec<String> {
        match &change.spec.data.inputs[0] {
            InputSpec::Numeric { columns, .. } => columns.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn leaks_before_ids() {
        let mut patient = table();
        assert!(refusal(&DEF, &patient).contains("no column"));
        patient.profile.warnings = vec![DataWarning {
            id: "id".into(),
            text: "`rooms` has another value in every row".into(),
            mend: String::new(),
        }];
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(fixed.what, "without rooms");
        assert_eq!(columns(fixed), ["area", "tax"]);
        patient.profile.correlation.top = vec![Correlated {
            feature: "tax".into(),
            value: -0.999,
            label: None,
        }];
        assert_eq!(columns(&edits(&DEF, &patient)[0]), ["rooms", "area"]);
        assert!(refusal(&DEF, &digits()).contains("no table"));
    }
}
