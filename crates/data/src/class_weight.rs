//! `class_weight` of a run to one weight per class.

use std::collections::BTreeMap;

use regimen_run::nearest::nearest_three;
use regimen_run::spec::LabelEncoding;

use crate::dataset::Dataset;
use crate::error::{DataError, DataErrors, Fault, did_you_mean};
use crate::numbers::shorten;

/// One weight per class; classes not named weigh 1.
///
/// The keys are class names if all of them are; otherwise indices ("0" is the first class). With
/// classes 1 to 5, {"1": 2} doubles class 1 and {"0": 2} does so too. Names and indices do not mix.
pub fn class_weights(
    weights: &BTreeMap<String, f64>,
    classes: &[String],
) -> Result<Vec<f32>, DataErrors> {
    if classes.is_empty() {
        return Err(fault(
            "",
            "the labels are numbers, not classes; take it out".to_owned(),
        )
        .into());
    }
    let by_name = |key: &str| classes.iter().position(|class| class == key);
    let by_index = |key: &str| key.parse().ok().filter(|&i: &usize| i < classes.len());
    let named = weights.keys().all(|key| by_name(key).is_some());
    // A key that can only be a name makes names of all.
    let name = weights
        .keys()
        .find(|key| by_name(key).is_some() && by_index(key).is_none());
    let mut resolved = vec![1.0; classes.len()];
    let mut errors = Vec::new();
    for (key, &weight) in weights {
        let class = match named || name.is_some() {
            true => by_name(key),
            false => by_index(key),
        };
        match class {
            None => errors.push(match (name, by_index(key)) {
                (Some(name), Some(index)) => mixed(key, name, &classes[index]),
                _ => unknown(key, classes),
            }),
            Some(_) if !(weight >= 0.0 && (weight as f32).is_finite()) => errors.push(fault(
                key,
                format!("the weight of `{key}` is {weight}; it is a number from 0 on"),
            )),
            Some(class) => resolved[class] = weight as f32,
        }
    }
    if errors.is_empty() {
        Ok(resolved)
    } else {
        Err(DataErrors(errors))
    }
}

/// Weights under which every class counts alike: N / (K n) for a class of n of the N training rows, where
/// K classes have any. A class without training rows weighs 1.
pub fn balanced_weights(data: &Dataset) -> Result<Vec<f32>, DataErrors> {
    let reason = match data.preprocessing.targets.first.label_encoding {
        LabelEncoding::MultiHot => {
            "the labels are several for a row, not one class; take it out, or weigh rows by a column, \
             fit.sample_weight"
        }
        _ if data.classes.is_empty() => "the labels are numbers, not classes; take it out",
        _ => return Ok(balanced(&data.profile.train_shares, data.classes.len())),
    };
    Err(fault("", reason.to_owned()).into())
}

fn balanced(shares: &[f64], classes: usize) -> Vec<f32> {
    let present = shares.iter().filter(|&&share| share > 0.0).count() as f64;
    let weight = |class: usize| match shares.get(class) {
        Some(&share) if share > 0.0 => (1.0 / (present * share)) as f32,
        _ => 1.0,
    };
    (0..classes).map(weight).collect()
}

fn fault(key: &str, reason: String) -> DataError {
    let at = match key {
        "" => "fit.class_weight".to_owned(),
        key => format!("fit.class_weight.{key}"),
    };
    DataError::new(at, Fault::ClassWeight { reason })
}

fn mixed(key: &str, name: &str, meant: &str) -> DataError {
    fault(
        key,
        format!(
            "`{key}` is an index but `{name}` is a class name; give all classes by name or all by \
             index (class {key} is `{meant}`)"
        ),
    )
}

fn unknown(key: &str, classes: &[String]) -> DataError {
    let near = nearest_three(key, classes.iter().map(String::as_str));
    let shown: Vec<String> = classes.iter().take(20).map(|c| shorten(c)).collect();
    let rest = if classes.len() > 20 { ", ..." } else { "" };
    fault(
        key,
        format!(
            "there is no class `{key}`{}; classes: {}{rest}, or all by index, 0 to {}",
            did_you_mean(&near),
            shown.join(", "),
            classes.len() - 1
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(weights: &[(&str, f64)], classes: &[&str]) -> Result<Vec<f32>, String> {
        let weights = weights.iter().map(|&(k, w)| (k.to_owned(), w)).collect();
        let classes: Vec<String> = classes.iter().map(|&c| c.to_owned()).collect();
        class_weights(&weights, &classes).map_err(|e| e.to_string())
    }

    #[test]
    fn names_first_then_indices() {
        let stars = ["1", "2", "3"];
        assert_eq!(resolve(&[("1", 5.0)], &stars).unwrap(), [5.0, 1.0, 1.0]);
        let by_index = [("0", 5.0), ("1", 2.0)];
        assert_eq!(resolve(&by_index, &stars).unwrap(), [5.0, 2.0, 1.0]);
        assert_eq!(resolve(&[("no", 2.0)], &["no", "yes"]).unwrap(), [2.0, 1.0]);
    }

    #[test]
    fn balanced_weights_make_classes_count_alike() {
        assert_eq!(balanced(&[0.75, 0.25], 2), [2.0 / 3.0, 2.0]);
        // Of three classes two have rows.
        assert_eq!(balanced(&[0.8, 0.0, 0.2], 3), [0.625, 1.0, 2.5]);
        assert_eq!(balanced(&[], 2), [1.0, 1.0]);
    }

    #[test]
    fn refuses_what_is_no_class_and_no_weight() {
        let text = resolve(&[("yess", 2.0)], &["no", "yes"]).unwrap_err();
        assert!(
            text.contains("no class `yess`; did you mean `yes`?"),
            "{text}"
        );
        let text = resolve(&[("2", 1.0)], &["no", "yes"]).unwrap_err();
        assert!(text.contains("no class `2`; classes: no, yes"), "{text}");
        assert!(resolve(&[("no", -1.0)], &["no", "yes"]).is_err());
        assert!(resolve(&[("no", f64::NAN)], &["no", "yes"]).is_err());
        assert!(resolve(&[("0", 1.0)], &[]).unwrap_err().contains("numbers"));
    }

    #[test]
    fn only_the_wrong_keys_are_reported() {
        let classes = ["down", "up"];
        let text = resolve(&[("upp", 2.0), ("down", 1.0)], &classes).unwrap_err();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(
            text.contains("no class `upp`; did you mean `up`?"),
            "{text}"
        );
        let text = resolve(&[("1", 2.0), ("down", 1.0)], &classes).unwrap_err();
        assert_eq!(
            text,
            "class_weight: `1` is an index but `down` is a class name; give all classes by name \
             or all by index (class 1 is `up`)"
        );
        let text = resolve(&[("0", 2.0), ("7", 1.0)], &classes).unwrap_err();
        assert!(text.contains("no class `7`; classes: down, up"), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        // With classes named by numbers, "0" can only be an index and "3" only a name.
        let text = resolve(&[("0", 2.0), ("3", 1.0)], &["1", "2", "3"]).unwrap_err();
        assert!(text.contains("`0` is an index but `3`"), "{text}");
    }
}
