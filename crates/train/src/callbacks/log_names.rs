//! The names that the logs of a training will have, as far as they are known before its first epoch.

use regimen_nn::config::nearest;

use crate::callbacks::{Callback, find};

/// Classes that add the learning rate to the logs.
const RATE_LOGGERS: &[&str] = &["LearningRateScheduler", "ReduceLROnPlateau"];

/// Names in the logs at the end of epochs, when steps log `trained` and callbacks the learning rates `rates`. None where a callback of the caller's own may add
/// any name.
pub(crate) fn log_names(
    trained: Vec<String>,
    validates: bool,
    rates: &[String],
    callbacks: &[Box<dyn Callback>],
) -> Vec<String> {
    let classes: Vec<&str> = callbacks.iter().map(|c| c.class_name()).collect();
    if classes.iter().any(|class| find(class).is_none()) {
        return vec![];
    }
    let mut names = trained;
    if validates {
        let of_validation: Vec<String> = names.iter().map(|name| format!("val_{name}")).collect();
        names.extend(of_validation);
    }
    if classes.iter().any(|class| RATE_LOGGERS.contains(class)) {
        names.extend_from_slice(rates);
    }
    names
}

/// Those that the logs have after a batch: all but validation's.
pub(crate) fn of_batches(names: &[String]) -> Vec<&str> {
    let trained = |name: &&str| {
        !name
            .strip_prefix("val_")
            .is_some_and(|plain| names.iter().any(|other| other == plain))
    };
    names.iter().map(String::as_str).filter(trained).collect()
}

/// The other name of a log value: `acc` and `accuracy` find each other, `lr` finds `learning_rate`.
pub(crate) fn other_name(name: &str) -> &str {
    match name {
        "lr" => "learning_rate",
        "acc" => "accuracy",
        "val_acc" => "val_accuracy",
        "accuracy" => "acc",
        "val_accuracy" => "val_acc",
        _ => name,
    }
}

/// Whether a name is among the names, by itself or by its other name.
pub(crate) fn has(names: &[&str], name: &str) -> bool {
    names.contains(&name) || names.contains(&other_name(name))
}

/// The name that was meant by one that is not among the names.
pub(crate) fn meant<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    if has(names, name) {
        return None;
    }
    let of_validation = |n: &str| n.starts_with("val_");
    let alike = names
        .iter()
        .filter(|n| of_validation(n) == of_validation(name));
    nearest(name, alike.copied()).or_else(|| nearest(name, names.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callbacks::{Context, EarlyStopping, Flow, Moment, ReduceLROnPlateau};

    struct Own;
    impl Callback for Own {
        fn class_name(&self) -> &'static str {
            "Own"
        }
        fn on(&mut self, _: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
            Ok(vec![])
        }
    }

    #[test]
    fn names_are_those_of_steps_of_validation_and_of_callbacks() {
        let trained = || vec!["loss".to_string(), "val_x_loss".to_string()];
        let rates = ["learning_rate".to_string()];
        let names = log_names(trained(), false, &rates, &[EarlyStopping::new().into()]);
        assert_eq!(names, trained());
        let names = log_names(trained(), true, &rates, &[ReduceLROnPlateau::new().into()]);
        let all = [
            "loss",
            "val_x_loss",
            "val_loss",
            "val_val_x_loss",
            "learning_rate",
        ];
        assert_eq!(names, all);
        assert_eq!(of_batches(&names), ["loss", "val_x_loss", "learning_rate"]);
        assert!(log_names(trained(), true, &rates, &[Box::new(Own)]).is_empty());
    }

    #[test]
    fn slips_are_recognised() {
        let names = ["accuracy", "loss", "val_accuracy", "val_loss"];
        assert_eq!(meant("val_los", &names), Some("val_loss"));
        assert_eq!(meant("val_acuracy", &names), Some("val_accuracy"));
        assert_eq!(meant("acc", &names), None);
        assert_eq!(meant("val_loss", &["accuracy", "loss"]), None);
    }
}
