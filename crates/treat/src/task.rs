//! What a run is to learn, as far as its data tell.

use regimen_run::spec::PerOutput;

use crate::loss::key;
use crate::network::answer::{Answer, list};
use crate::patient::Patient;

/// What a row's label is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// One class of so many.
    Classes(u64),
    /// Any of so many classes at once.
    Labels(u64),
    /// So many numbers, where the run file says how many.
    Numbers(Option<u64>),
}

/// Most classes that numbers are taken for.
const MOST_CLASSES: f64 = 1000.0;

impl Task {
    /// What the only output learns; why that is not known.
    pub fn of(patient: &Patient) -> Result<Task, String> {
        let (data, label) = (&patient.spec.data, &patient.profile.label);
        if data.all_targets().len() > 1 || !patient.profile.more_labels.is_empty() {
            return Err("there are several outputs".to_owned());
        }
        let classes = label.classes.len();
        Ok(match label.encoding.as_str() {
            "multi_hot" => Task::Labels(classes as u64),
            "one_hot" | "index" if numbers_as_classes(patient) => numbers(patient),
            "one_hot" | "index" if classes > 1 => Task::Classes(classes as u64),
            "number" => match classes_as_numbers(patient) {
                Some(classes) => Task::Classes(classes),
                None => numbers(patient),
            },
            _ => return Err("nothing is known of the labels".to_owned()),
        })
    }
}

/// As many numbers as there are label columns, and steps ahead in windows.
fn numbers(patient: &Patient) -> Task {
    let columns = patient.profile.label.columns.len();
    let steps = patient.spec.data.windows.as_ref().map_or(1, |w| w.horizon);
    Task::Numbers((columns > 0).then_some((columns * steps) as u64))
}

/// Whether a crossentropy was given numbers: nearly every row has a class of its own, and all are called by numbers.
fn numbers_as_classes(patient: &Patient) -> bool {
    let classes = &patient.profile.label.classes;
    classes.len() > 20
        && 2 * classes.len() > patient.profile.rows[0]
        && classes.iter().all(|c| c.name.parse::<f64>().is_ok())
}

/// The number of classes where a distance was given class numbers: from 0 up, judged by accuracy or answered by softmax.
fn classes_as_numbers(patient: &Patient) -> Option<u64> {
    let figures = patient.profile.label.numbers.first().copied().flatten()?;
    let whole = figures.max.fract() == 0.0 && (1.0..MOST_CLASSES).contains(&figures.max);
    let metrics = &patient.spec.compile.metrics;
    let judged = match metrics {
        PerOutput::All(list) => list
            .iter()
            .any(|m| key(m) == "acc" || key(m).ends_with("accuracy")),
        _ => false,
    };
    let softmax = || {
        let layers = &list(&patient.spec).ok()?.layers;
        let answer = Answer::of(&patient.spec).ok()?;
        Some(answer.activation(layers) == "softmax" && answer.units(layers) > Some(1))
    };
    let classes = figures.min == 0.0 && whole && (judged || softmax() == Some(true));
    classes.then_some(figures.max as u64 + 1)
}
