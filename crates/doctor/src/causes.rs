//! Competing causes of what a run shows, ranked, each with the experiment that separates it from the others.
//!
//! A curve that stands still, or a network that learns by heart, has several possible causes, and most of them look the
//! same in the curves. For each cause c of a symptom
//!
//!   weight(c) = base(c) * told(c),   share(c) = weight(c) / sum of weights
//!
//! base is how often it was the accepted answer among the 88 published training faults of the collection that
//! docs/doctor.md names (plus one half; causes of overfitting, which it does not tell apart, weigh the same). told is the
//! odds p / (1 - p) of the cause's own finding, 30 at most, where the doctor told it; 1/10 where it looked and found
//! nothing; 1 where there was nothing to look at. Shares are a ranking, not frequencies: they say what to try first.

use regimen_run::Finding;
use regimen_run::finding::Cause;

use crate::Facts;

/// What has to be known for silence about a cause to say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// The layers.
    InModel,
    /// The rows.
    InData,
    /// The look inside.
    Inside,
    /// By trying it alone.
    ByTrying,
}

struct Candidate {
    /// The finding that names it.
    id: &'static str,
    /// Published faults of this kind.
    count: u32,
    seen: Seen,
    experiment: &'static str,
}

const fn by(id: &'static str, count: u32, seen: Seen, experiment: &'static str) -> Candidate {
    Candidate {
        id,
        count,
        seen,
        experiment,
    }
}

/// Symptoms, and what may be behind them.
const SYMPTOMS: &[(&[&str], &[Candidate])] = &[
    (
        &[
            "no_learning",
            "underfitting",
            "plateau",
            "constant_prediction",
        ],
        &[
            by(
                "wrong_loss",
                13,
                Seen::InModel,
                "train with the loss that fits the labels",
            ),
            by(
                "lr_too_high",
                9,
                Seen::ByTrying,
                "train three epochs at a tenth of the learning rate",
            ),
            by(
                "epochs_too_few",
                7,
                Seen::ByTrying,
                "train three times as long",
            ),
            by(
                "inputs_unscaled",
                6,
                Seen::InData,
                "standardise the inputs, change nothing else",
            ),
            by(
                "softmax_single_unit",
                5,
                Seen::InModel,
                "give one output unit a sigmoid",
            ),
            by(
                "lr_too_low",
                5,
                Seen::ByTrying,
                "train three epochs at ten times the learning rate",
            ),
            by(
                "wrong_hidden_activation",
                5,
                Seen::InModel,
                "make the hidden layers relu",
            ),
            by(
                "wrong_output_activation",
                5,
                Seen::InModel,
                "let the last activation reach all targets",
            ),
            by(
                "wrong_activation_loss_pairing",
                4,
                Seen::InModel,
                "pair the last activation with the loss",
            ),
            by(
                "network_too_small",
                4,
                Seen::ByTrying,
                "double the narrowest layer",
            ),
            by(
                "wrong_init",
                3,
                Seen::InModel,
                "take glorot_uniform for every kernel",
            ),
            by(
                "targets_unscaled",
                3,
                Seen::InData,
                "standardise the targets",
            ),
            by(
                "no_signal",
                2,
                Seen::InData,
                "shuffle the labels: the same curve means that the features say nothing",
            ),
            by(
                "dead_relu",
                1,
                Seen::Inside,
                "take leaky_relu, or biases of 0",
            ),
            by(
                "vanishing_gradients",
                1,
                Seen::Inside,
                "leave out the middle layers",
            ),
            by("l2_too_strong", 1, Seen::InModel, "train without penalties"),
        ],
    ),
    (
        &["overfitting", "overfitting_benign", "overfitting_mild"],
        &[
            by(
                "too_little_data",
                0,
                Seen::ByTrying,
                "train on half of the rows: if validation gets worse, more rows help",
            ),
            by(
                "network_too_large",
                0,
                Seen::InModel,
                "halve the widest layer",
            ),
            by(
                "epochs_too_many",
                0,
                Seen::ByTrying,
                "stop at the best epoch (EarlyStopping, restore_best_weights)",
            ),
            by(
                "unregularized_parameters",
                0,
                Seen::InModel,
                "put the penalty or dropout where the parameters are",
            ),
            by(
                "label_noise",
                0,
                Seen::InData,
                "look at fifty rows that it gets wrong with high confidence",
            ),
            by(
                "train_val_distribution_shift",
                0,
                Seen::InData,
                "split again at random, stratified by class",
            ),
        ],
    ),
    (
        &["val_fluctuation"],
        &[
            by(
                "lr_too_high",
                9,
                Seen::ByTrying,
                "three epochs at a tenth of the learning rate: jumps shrink by half",
            ),
            by(
                "batchnorm_train_eval_mismatch",
                3,
                Seen::Inside,
                "momentum 0.9 in batch normalization",
            ),
            by(
                "batch_size_too_small",
                1,
                Seen::InModel,
                "four times the batch",
            ),
            by("exploding_gradients", 1, Seen::Inside, "clipnorm = 1"),
        ],
    ),
    (
        &["train_loss_fluctuation", "divergence"],
        &[
            by(
                "lr_too_high",
                9,
                Seen::ByTrying,
                "three epochs at a tenth of the learning rate: jumps shrink by half",
            ),
            by("inputs_unscaled", 6, Seen::InData, "standardise the inputs"),
            by("exploding_gradients", 1, Seen::Inside, "clipnorm = 1"),
            by(
                "batch_size_too_small",
                1,
                Seen::InModel,
                "four times the batch",
            ),
        ],
    ),
    (
        &["nan_loss"],
        &[
            by(
                "lr_too_high",
                9,
                Seen::ByTrying,
                "a tenth of the learning rate",
            ),
            by("inputs_unscaled", 6, Seen::InData, "standardise the inputs"),
            by(
                "targets_unscaled",
                3,
                Seen::InData,
                "standardise the targets",
            ),
            by(
                "targets_out_of_range",
                1,
                Seen::InData,
                "print the least and the largest target",
            ),
            by("exploding_gradients", 1, Seen::Inside, "clipnorm = 1"),
        ],
    ),
];

/// Odds of a finding at most, and weight of a cause that was looked for in vain.
const ODDS: f64 = 30.0;
const IN_VAIN: f64 = 0.1;
/// Causes that are told: so many, of this share at least.
const MOST: usize = 4;
const LEAST: f64 = 0.05;

/// Gives every symptom among the findings its causes.
pub(crate) fn attach(found: &mut [Finding], facts: &Facts) {
    for i in 0..found.len() {
        let symptom = SYMPTOMS
            .iter()
            .find(|(ids, _)| ids.contains(&found[i].id.as_str()));
        if let Some((_, candidates)) = symptom {
            found[i].causes = rank(candidates, found, facts);
        }
    }
}

fn rank(candidates: &[Candidate], found: &[Finding], facts: &Facts) -> Vec<Cause> {
    let weight = |of: &Candidate| {
        let own = found.iter().find(|finding| finding.id == of.id);
        let told = match own {
            Some(own) => (own.probability / (1.0 - own.probability).max(1e-3)).clamp(1.0, ODDS),
            None if looked(of.seen, facts) => IN_VAIN,
            None => 1.0,
        };
        ((f64::from(of.count) + 0.5) * told, own.is_some())
    };
    let weights: Vec<(f64, bool)> = candidates.iter().map(weight).collect();
    let all: f64 = weights.iter().map(|(weight, _)| weight).sum();
    let mut causes: Vec<Cause> = candidates
        .iter()
        .zip(weights)
        .map(|(of, (weight, told))| Cause {
            id: of.id.to_owned(),
            share: (100.0 * weight / all).round() / 100.0,
            told,
            experiment: of.experiment.to_owned(),
        })
        .collect();
    causes.sort_by(|a, b| b.share.total_cmp(&a.share).then(b.told.cmp(&a.told)));
    causes.retain(|cause| cause.share >= LEAST);
    causes.truncate(MOST);
    causes
}

fn looked(seen: Seen, facts: &Facts) -> bool {
    match seen {
        Seen::InModel => facts.model.is_some_and(|model| !model.layers.is_empty()),
        Seen::InData => facts.profile.is_some(),
        Seen::Inside => facts
            .history
            .iter()
            .any(|row| row.telemetry.probe.is_some()),
        Seen::ByTrying => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FINDINGS;
    use crate::cases::four;
    use crate::diagnose;

    #[test]
    fn every_symptom_and_cause_is_a_finding() {
        let known = |id: &str| FINDINGS.iter().any(|def| def.id == id);
        for (symptoms, candidates) in SYMPTOMS {
            for id in symptoms
                .iter()
                .copied()
                .chain(candidates.iter().map(|c| c.id))
            {
                assert!(known(id), "{id}");
            }
        }
    }

    #[test]
    fn what_was_found_comes_first() {
        let flat = [0.69; 10];
        let events = four(&flat, &[0.5; 10], &flat, &[0.5; 10]);
        let facts = Facts::from_events(&events);
        let found = diagnose(&facts);
        let stuck = found
            .iter()
            .find(|f| f.id == "no_learning")
            .expect("stands");
        assert_eq!(stuck.causes[0].id, "wrong_loss", "{:?}", stuck.causes);
        assert!(stuck.causes.len() > 1 && stuck.causes.iter().all(|c| c.share < 0.5));
        // A finding of its own puts a cause in front.
        let mut found = vec![stuck.clone(), stuck.clone()];
        "lr_too_low".clone_into(&mut found[1].id);
        found[1].probability = 0.95;
        attach(&mut found, &facts);
        let first = &found[0].causes[0];
        assert!(
            first.id == "lr_too_low" && first.told && first.share > 0.5,
            "{first:?}"
        );
    }
}
