//! Names of Keras's callbacks that no run file can use, each with its reason.

use regimen_nn::config::nearest;
use regimen_nn::object::same_name;

use super::CALLBACKS;

/// A name and why it is refused.
const REFUSED: &[(&str, &str)] = &[
    (
        "LambdaCallback",
        "it is made of functions, which a run file cannot hold; in Rust there is `callbacks::LambdaCallback`",
    ),
    (
        "Callback",
        "it is the base class that others are made of; in Rust implement the trait `callbacks::Callback`",
    ),
    (
        "CallbackList",
        "it is Keras's own container; write the callbacks themselves into the list `callbacks`",
    ),
];

/// What to say of a name that no callback has.
pub(crate) fn unknown(name: &str) -> String {
    if let Some((own, reason)) = REFUSED.iter().find(|(own, _)| same_name(own, name)) {
        return format!("`{own}`: {reason}");
    }
    let hint = match nearest(name, CALLBACKS.iter().map(|d| d.class_name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`regimen list callbacks` prints all".to_string(),
    };
    format!("there is no callback `{name}`: {hint}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::callbacks::drive_tests::errors;

    #[test]
    fn each_is_refused_with_its_reason() {
        for (name, reason) in [
            ("LambdaCallback", "made of functions"),
            ("lambda_callback", "made of functions"),
            ("Callback", "implement the trait"),
            ("CallbackList", "write the callbacks themselves"),
            ("EarlyStoping", "did you mean `EarlyStopping`?"),
        ] {
            let text = errors(name, json!({}));
            assert!(text.contains(reason), "{text}");
        }
    }
}
