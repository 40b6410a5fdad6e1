//! Majority class: the network answers one class whatever it is shown.
//!
//! Seen directly in the shares of predicted classes, where the trainer recorded them; else from
//! validation accuracy that equals the share of the commonest validation class to within half a
//! row, epoch after epoch. The state has to last until the latest epoch, and every number in it has
//! to be finite: what a broken network answers is no answer.
//!
//! `chance` says how likely a sound network looks like that; the finding's probability is what is
//! left. It is a warning when that is beyond doubt, the state lasts for three epochs (two long ones)
//! and a hundred steps, and nothing moved meanwhile (`movement`). Otherwise it is told "so far".

mod chance;
mod movement;
mod standing;
#[cfg(test)]
mod tests;

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{EpochFacts, Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "majority_class",
    title: "One class for every row",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "scale_inputs",
        "lower_learning_rate",
        "fix_output_activation",
        "class_weight",
        "balanced_sampling",
    ],
};

const EXPLAIN: &str = "\
The network answers the same class for every validation row, so its accuracy is exactly that
class's share: a number that can look respectable and means that nothing was learned.

How the doctor knows: from the share of each predicted class, which Regimen records with every
epoch; for a log alone, from validation accuracy that equals the share of the commonest class to
within half a row, epoch after epoch. It is sure when there are so many validation rows that chance
is below 1 % (the finding tells the number), when the state lasts for three epochs or two of 1000
steps together, and 100 steps at least, and when nothing moves meanwhile: a training accuracy that
rises, or a validation loss below that of knowing only how common the classes are, means that the
network learns. Then, and early in training, when many a network answers one class for a while, it
says what holds \"so far\" and raises no alarm. Once losses are not finite it says nothing. Where a
log does not tell the shares, a validation accuracy that stands still to the last digit is a suspicion;
--val-class-shares makes it sure or refutes it.

Usual causes, cheapest to check first: inputs of very different or large scale; a learning rate so
high that the first steps saturate the network, or so low that it has not moved; an output
activation that does not fit the loss; dead hidden units; classes so unequal that always answering
the commonest is hard to beat, for which class weights or balancing help.";

/// Chance that leaves no doubt, and chance that leaves too much to say anything.
const SURE: f64 = 0.01;
const SUSPECT: f64 = 0.1;
/// The law behind the chance is a simplification too.
const SUREST: f64 = 0.99;
/// Share of a sound network's favourite answer where no class shares are known.
const FAVOURITE: f64 = 0.9;
const EPOCHS: usize = 3;
const FEWEST_EPOCHS: usize = 2;
/// Steps that make up for an epoch less.
const MANY_STEPS: u64 = 1000;
const FEWEST_STEPS: u64 = 100;

/// The latest epochs, in order, in which one class was answered.
struct State<'f, 'a> {
    rows: Vec<&'f EpochFacts<'a>>,
    /// `None` when it was not the same one in all of them.
    class: Option<usize>,
    share: Option<f64>,
    chance: f64,
}

fn detect(facts: &Facts) -> Option<Finding> {
    if !facts.non_finite.is_empty() || is_one_class(facts) || has_several_outputs(facts) {
        return None;
    }
    let recorded = |row: &EpochFacts| !row.telemetry.val_predicted_shares.is_empty();
    let shares_known = facts.data.is_some_and(|data| !data.val_shares.is_empty());
    let state = match facts.history.iter().any(recorded) {
        true => by_predictions(facts),
        false if !shares_known => return standing::standing(facts),
        false => by_accuracy(facts),
    }?;
    let enough = state.rows.len() >= FEWEST_EPOCHS && state.chance <= SUSPECT;
    (enough && state.rows.iter().all(|row| is_finite(row))).then(|| tell(facts, &state))
}

/// From predicted shares: one class gets all rows in each of the latest epochs.
fn by_predictions<'f, 'a>(facts: &'f Facts<'a>) -> Option<State<'f, 'a>> {
    let n_rows = val_rows(facts);
    let off = n_rows.map_or(chance::ROUNDING, chance::near);
    let single = |row: &EpochFacts| {
        let shares = &row.telemetry.val_predicted_shares;
        let class = shares.iter().position(|share| *share > 1.0 - off);
        class.filter(|_| shares.len() > 1)
    };
    let measured = facts
        .history
        .iter()
        .filter(|row| !row.telemetry.val_predicted_shares.is_empty());
    let (mut rows, classes): (Vec<_>, Vec<_>) = measured
        .rev()
        .map_while(|row| Some((row, single(row)?)))
        .unzip();
    rows.reverse();
    let class = classes
        .first()
        .copied()
        .filter(|c| classes.iter().all(|x| x == c));
    let data = facts.data;
    let shares = data.map(|data| data.train_shares.iter().chain(&data.val_shares));
    let favourite = shares.and_then(|shares| shares.copied().max_by(f64::total_cmp));
    let share = class.and_then(|class| data?.val_shares.get(class).copied());
    Some(State {
        rows,
        class,
        share,
        chance: chance::same_answer(n_rows.unwrap_or(1), favourite.unwrap_or(FAVOURITE)),
    })
}

/// From accuracy: it equals the largest class share in each of the latest epochs.
fn by_accuracy<'f, 'a>(facts: &'f Facts<'a>) -> Option<State<'f, 'a>> {
    let data = facts.data?;
    let shares = &data.val_shares;
    let class = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b]))?;
    let share = Some(shares[class]).filter(|share| *share > 0.0 && *share < 1.0)?;
    let off = val_rows(facts).map_or(chance::ROUNDING, chance::near);
    let n_rows = val_rows(facts).unwrap_or_else(|| chance::least_rows(share));
    let measured = facts
        .history
        .iter()
        .filter_map(|row| Some((row, facts.accuracy(row, "val_")?)));
    let mut rows: Vec<_> = measured
        .rev()
        .take_while(|(_, accuracy)| (accuracy - share).abs() <= off)
        .map(|(row, _)| row)
        .collect();
    rows.reverse();
    let on_training = rows.last().map_or(1.0, |row| training(facts, row, class));
    let chance = on_training * chance::same_share(n_rows, share, rows.len());
    // Classes that are equally common cannot be told apart by their share.
    let tie = (0..shares.len()).any(|i| i != class && (shares[i] - share).abs() <= off);
    Some(State {
        rows,
        class: Some(class).filter(|_| !tie),
        share: Some(share),
        chance,
    })
}

/// Chance that training accuracy equals the share of the class too; 1 where it does not.
fn training(facts: &Facts, row: &EpochFacts, class: usize) -> f64 {
    let same = || {
        let share = *facts.data?.train_shares.get(class)?;
        let rows = facts.train_samples.or(facts.data?.train_rows);
        let rows = rows.unwrap_or_else(|| chance::least_rows(share));
        let off = (facts.accuracy(row, "")? - share).abs();
        (off <= chance::near(rows) && share < 1.0).then(|| chance::at_share(rows, share))
    };
    same().unwrap_or(1.0)
}

fn val_rows(facts: &Facts) -> Option<usize> {
    facts.val_samples.or(facts.data?.val_rows)
}

/// A validation part of one class only: answering it always is right.
fn is_one_class(facts: &Facts) -> bool {
    facts
        .data
        .is_some_and(|data| data.val_shares.iter().any(|share| *share >= 1.0))
}

/// Class shares and accuracy are told of a single output.
fn has_several_outputs(facts: &Facts) -> bool {
    facts.model.is_some_and(|model| model.outputs.len() > 1)
}

fn is_finite(row: &EpochFacts) -> bool {
    let logs = ["loss", "val_loss"];
    logs.iter()
        .filter_map(|name| row.logs.get(*name))
        .all(|x| x.is_finite())
}

/// Steps that the state lasted for, where the run counts them.
fn steps(facts: &Facts, state: &State) -> Option<u64> {
    let (first, last) = (state.rows.first()?, state.rows.last()?);
    let before = facts
        .history
        .iter()
        .rev()
        .find(|row| row.epoch < first.epoch);
    let steps = last.step.saturating_sub(before.map_or(0, |row| row.step));
    (last.step > 0).then_some(steps)
}

/// What forbids an alarm, in words.
fn doubt(facts: &Facts, state: &State, steps: Option<u64>) -> Option<String> {
    let n_epochs = state.rows.len();
    let short = n_epochs < EPOCHS && steps.is_none_or(|steps| steps < MANY_STEPS);
    if short || steps.is_some_and(|steps| steps < FEWEST_STEPS) {
        let steps = steps.map_or(String::new(), |steps| format!(" and {steps} steps"));
        return Some(format!(
            "After {n_epochs} epochs{steps} that may still pass: many networks begin like that."
        ));
    }
    if let Some(moved) = movement::movement(facts, &state.rows) {
        return Some(format!("But it learns: {moved}."));
    }
    (state.chance > SURE).then(|| {
        format!(
            "With so few rows and epochs that is chance in {:.0} % of cases.",
            100.0 * state.chance
        )
    })
}

fn tell(facts: &Facts, state: &State) -> Finding {
    let n_epochs = state.rows.len();
    let from_epoch = state.rows.first().map(|row| facts.epoch_name(row.epoch));
    let name = state.class.map(|class| {
        let known = facts.data.and_then(|data| data.classes.get(class));
        known.cloned().unwrap_or_else(|| class.to_string())
    });
    let what = name
        .as_ref()
        .map_or("one class".to_string(), |name| format!("class {name}"));
    let part = state.share.map_or(String::new(), |share| {
        format!(", {:.1} % of them", 100.0 * share)
    });
    let steps = steps(facts, state);
    let doubt = doubt(facts, state, steps);
    let (severity, subject) = match &doubt {
        None => (Severity::Warning, "The network"),
        Some(_) => (Severity::Info, "So far the network"),
    };
    let title = format!("{subject} answers {what} for every validation row{part}");
    let explanation = format!(
        "Since epoch {} ({n_epochs} epochs) every validation row gets the same answer: the accuracy \
         is that class's share and says nothing about skill. {}",
        from_epoch.unwrap_or_default(),
        doubt.unwrap_or_default()
    );
    let last = |prefix: &str| {
        let row = state.rows.last()?;
        facts.accuracy(row, prefix)
    };
    let evidence = [
        ("class", json!(name)),
        ("class_share", json!(state.share)),
        ("val_accuracy", json!(last("val_"))),
        ("accuracy", json!(last(""))),
        ("epochs", json!(n_epochs)),
        ("steps", json!(steps)),
        ("val_samples", json!(val_rows(facts))),
        ("chance", json!(state.chance)),
    ];
    let probability = (1.0 - state.chance).min(SUREST);
    let explanation = explanation.trim_end().to_string();
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.from_epoch = from_epoch;
    finding.check = "Train on one batch of 32 rows: a sound network and learning rate bring its \
                     accuracy to 1 within a few hundred steps."
        .into();
    finding
}
