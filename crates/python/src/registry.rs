//! Every class that the library has, with its options: what the package makes its classes of.

use pyo3::pyfunction;
use regimen::nn::config::OptionInfo;
use regimen::nn::{
    activations, constraints, initializers, layers, losses, metrics, optimizers, regularizers,
    schedules,
};
use regimen::train::callbacks;
use serde_json::{Value as Json, json};

/// `[name, [aliases], about, [[option, default] or [option]]]`: an option without a default has to be given.
fn entry(name: &str, aliases: &[&str], about: &str, options: Vec<OptionInfo>) -> Json {
    let option = |o: OptionInfo| match o.default {
        Some(default) => json!([o.name, default]),
        None => json!([o.name]),
    };
    let options: Vec<Json> = options.into_iter().map(option).collect();
    json!([name, aliases, about, options])
}

macro_rules! classes {
    ($defs:expr) => {
        $defs
            .iter()
            .map(|def| entry(def.class_name, def.aliases, def.about, (def.options)()))
            .collect::<Json>()
    };
}

/// The classes of a kind as JSON.
#[pyfunction]
pub(crate) fn registry(kind: &str) -> Option<String> {
    let all = match kind {
        "layers" => classes!(layers::LAYERS),
        "losses" => classes!(losses::LOSSES),
        "metrics" => classes!(metrics::METRICS),
        "optimizers" => classes!(optimizers::OPTIMIZERS),
        "schedules" => classes!(schedules::SCHEDULES),
        "callbacks" => classes!(callbacks::CALLBACKS),
        "initializers" => classes!(initializers::INITIALIZERS),
        "regularizers" => classes!(regularizers::REGULARIZERS),
        "constraints" => classes!(constraints::CONSTRAINTS),
        "activations" => activations::ACTIVATIONS
            .iter()
            .map(|def| entry(def.name, def.aliases, def.about, vec![]))
            .collect(),
        _ => return None,
    };
    Some(all.to_string())
}
