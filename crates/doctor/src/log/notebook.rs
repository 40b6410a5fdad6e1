//! What the cells of a Jupyter notebook printed.
//!
//! A notebook is JSON: `{"cells": [{"outputs": [{"text": [...]}]}]}`; in its third version cells stand in `worksheets`.

use serde_json::Value;

/// Everything printed, cell by cell; `None` for JSON that is no notebook.
pub(super) fn outputs(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let own = value.get("cells").and_then(Value::as_array);
    let sheets = value.get("worksheets").and_then(Value::as_array);
    let of_sheets = sheets.into_iter().flatten();
    let of_sheets = of_sheets.filter_map(|sheet| sheet.get("cells")?.as_array());
    let lists: Vec<&Vec<Value>> = own.into_iter().chain(of_sheets).collect();
    if lists.is_empty() {
        return None;
    }
    let mut printed = String::new();
    for cell in lists.into_iter().flatten() {
        let outputs = cell.get("outputs").and_then(Value::as_array);
        for output in outputs.into_iter().flatten() {
            match output.get("text") {
                Some(Value::String(text)) => printed += text,
                Some(Value::Array(lines)) => {
                    lines
                        .iter()
                        .filter_map(Value::as_str)
                        .for_each(|line| printed += line);
                }
                _ => continue,
            }
            printed.push('\n');
        }
    }
    Some(printed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_lines_of_all_cells() {
        let text = r#"{"cells": [
            {"cell_type": "markdown", "source": ["loss: 9"]},
            {"outputs": [{"output_type": "stream", "text": ["Epoch 1/2\n", " - loss: 0.5\n"]}, {"data": {}}]},
            {"outputs": [{"text": "Epoch 2/2\n - loss: 0.4\n"}]}
        ], "nbformat": 4}"#;
        let printed = outputs(text).expect("a notebook");
        let runs = crate::log::read(&printed).expect("a log");
        assert_eq!(runs[0].epochs.len(), 2);
        assert_eq!(
            crate::log::read(text).expect("a notebook")[0].epochs.len(),
            2
        );
        assert_eq!(outputs(r#"{"loss": [1, 2]}"#), None);
    }
}
