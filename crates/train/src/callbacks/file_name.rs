//! File names with fields, as `str.format` of Python fills them: `{epoch:02d}-{val_loss:.2f}.regimen`.

use regimen_run::event::Logs;

use crate::callbacks::format_spec::FormatSpec;
use crate::callbacks::log_names::{has, meant};
use crate::callbacks::monitor::look_up;

/// A parsed template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileName {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Field { name: String, spec: FormatSpec },
}

impl FileName {
    /// Reads a template; a fault is told with the field it is in.
    pub(crate) fn parse(template: &str) -> Result<FileName, String> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            let brace = &rest[at..at + 1];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                text.push_str(brace);
                rest = after;
            } else if brace == "}" {
                return Err("a `}` stands alone; write `}}` for the character itself".to_string());
            } else {
                let Some((inside, after)) = rest.split_once('}') else {
                    return Err(
                        "a `{` is not closed; write `{{` for the character itself".to_string()
                    );
                };
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(field(inside)?);
                rest = after;
            }
        }
        text.push_str(rest);
        parts.push(Part::Text(text));
        Ok(FileName { parts })
    }

    /// Whether a field has this name.
    pub(crate) fn uses(&self, wanted: &str) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Field { name, .. } if name == wanted))
    }

    /// Whether `epoch`, `batch` and these names of the logs fill every field.
    pub(crate) fn check(&self, names: &[&str]) -> Result<(), String> {
        let missing = self.parts.iter().find_map(|part| match part {
            Part::Field { name, .. } if !["epoch", "batch"].contains(&name.as_str()) => {
                (!has(names, name)).then_some(name)
            }
            _ => None,
        });
        missing.map_or(Ok(()), |name| Err(unknown(name, names)))
    }

    /// Fills in `epoch` and `batch` (both 1-based in the name, 0-based here) and values of the logs.
    pub(crate) fn fill(
        &self,
        epoch: usize,
        batch: Option<usize>,
        logs: &Logs,
    ) -> Result<String, String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Field { name, spec } => match (name.as_str(), batch) {
                    ("epoch", _) => text.push_str(&spec.integer(epoch + 1)),
                    ("batch", Some(batch)) => text.push_str(&spec.integer(batch + 1)),
                    _ => match look_up(name, logs) {
                        Some(x) => text.push_str(&spec.float(x)),
                        None => {
                            let names: Vec<&str> = logs.keys().map(String::as_str).collect();
                            return Err(unknown(name, &names));
                        }
                    },
                },
            }
        }
        Ok(text)
    }
}

/// What stands between braces.
fn field(inside: &str) -> Result<Part, String> {
    let (name, spec) = inside.split_once(':').unwrap_or((inside, ""));
    let plain = !name.is_empty() && !name.contains(['!', '{', '[']);
    if !plain {
        return Err(format!(
            "`{{{inside}}}` is not a field; write `{{epoch}}`, `{{batch}}` or a log name such as `{{val_loss:.2f}}`"
        ));
    }
    let spec = FormatSpec::parse(spec).map_err(|e| format!("`{{{inside}}}`: {e}"))?;
    if spec.is_integer() && !["epoch", "batch"].contains(&name) {
        return Err(format!(
            "`{{{inside}}}`: `d` is for whole numbers; write `{{{name}:.2f}}`"
        ));
    }
    Ok(Part::Field {
        name: name.to_string(),
        spec,
    })
}

fn unknown(name: &str, names: &[&str]) -> String {
    match meant(name, names) {
        Some(near) => format!("the logs have no `{name}`: did you mean `{{{near}}}`?"),
        None => format!("the logs have no `{name}`: they have {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> Result<String, String> {
        let logs = Logs::from([
            ("val_loss".to_string(), 0.456),
            ("accuracy".to_string(), 0.5),
        ]);
        FileName::parse(template)?.fill(4, Some(11), &logs)
    }

    #[test]
    fn fields_are_filled() {
        assert_eq!(filled("m.regimen").unwrap(), "m.regimen");
        assert_eq!(
            filled("{epoch:02d}-{val_loss:.2f}.regimen").unwrap(),
            "05-0.46.regimen"
        );
        assert_eq!(filled("{epoch}/{batch:04d}").unwrap(), "5/0012");
        assert_eq!(filled("{val_loss}").unwrap(), "0.456");
        assert_eq!(filled("{acc:.1f}").unwrap(), "0.5");
        assert_eq!(filled("{{epoch}} {epoch}é").unwrap(), "{epoch} 5é");
    }

    #[test]
    fn faults_are_told() {
        for (template, part) in [
            ("{epoch", "not closed"),
            ("epoch}", "stands alone"),
            ("{}", "not a field"),
            ("{epoch!r}", "not a field"),
            ("{epoch:s}", "`s`"),
            ("{val_loss:02d}", "whole numbers"),
            ("{val_los:.2f}", "did you mean `{val_loss}`"),
            ("{precision_of_that}", "they have accuracy, val_loss"),
        ] {
            let error = filled(template).unwrap_err();
            assert!(error.contains(part), "{template}: {error}");
        }
        let names = ["accuracy", "loss"];
        let check = |template: &str| FileName::parse(template).unwrap().check(&names);
        assert_eq!(check("{epoch}-{batch}-{acc:.2f}-{loss}"), Ok(()));
        assert!(check("{epoch}-{los}").unwrap_err().contains("`{loss}`"));
        let error = check("{val_loss}").unwrap_err();
        assert!(error.contains("they have accuracy, loss"), "{error}");
        let epochs_only = FileName::parse("{batch}").unwrap();
        assert!(epochs_only.uses("batch") && !epochs_only.uses("epoch"));
        assert!(epochs_only.fill(0, None, &Logs::new()).is_err());
    }
}
