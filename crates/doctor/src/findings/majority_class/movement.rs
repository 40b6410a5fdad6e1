//! Whether the network learns, although its answers do not show it.

use crate::{EpochFacts, Facts};

/// Accuracy that counts as movement.
const STEP: f64 = 0.02;
/// Validation loss below this part of the prior's is skill.
const SKILL: f64 = 0.95;
/// Training loss that fell to this part of itself is movement, where there is no accuracy.
const FALL: f64 = 0.8;

/// What moved during these epochs, in words. The first of them may still be the way to the state.
pub(super) fn movement(facts: &Facts, rows: &[&EpochFacts]) -> Option<String> {
    skill(facts, rows.last()?).or_else(|| accuracy(facts, rows))
}

/// Validation loss below that of knowing the classes' shares only.
fn skill(facts: &Facts, row: &EpochFacts) -> Option<String> {
    let [output] = facts.model?.outputs.as_slice() else {
        return None;
    };
    let shares = &facts.data?.val_shares;
    let fits = match output.loss.as_deref()? {
        "categorical_crossentropy" | "sparse_categorical_crossentropy" => shares.len() > 1,
        "binary_crossentropy" => {
            shares.len() == 2 && output.shape.last().copied().flatten() == Some(1)
        }
        _ => false,
    };
    let prior: f64 = shares
        .iter()
        .filter(|share| **share > 0.0)
        .map(|share| -share * share.ln())
        .sum();
    let loss = *row.logs.get("val_loss")?;
    (fits && loss < SKILL * prior).then(|| {
        format!("val_loss {loss:.4} is below {prior:.4}, that of knowing the classes' shares only")
    })
}

/// Training accuracy above the commonest class's share, or rising.
fn accuracy(facts: &Facts, rows: &[&EpochFacts]) -> Option<String> {
    let values: Vec<f64> = rows
        .iter()
        .filter_map(|row| facts.accuracy(row, ""))
        .collect();
    let Some(&last) = values.last() else {
        return loss(rows);
    };
    let step = facts
        .train_samples
        .map_or(STEP, |n| STEP.max(1.5 / n.max(1) as f64));
    let shares = facts.data.map(|data| data.train_shares.as_slice());
    let most = shares
        .unwrap_or_default()
        .iter()
        .copied()
        .max_by(f64::total_cmp);
    if let Some(most) = most.filter(|most| last > most + step) {
        return Some(format!(
            "training accuracy {last:.4} is above {most:.4}, the share of the commonest class"
        ));
    }
    // Once it stands at the share, the way there is past; without shares all of the way counts.
    let back = if most.is_some() { 3 } else { values.len() };
    let from = values
        .len()
        .saturating_sub(back)
        .max(usize::from(values.len() > 2));
    let first = values[from];
    (last - first > step).then(|| format!("training accuracy rose {first:.4} -> {last:.4}"))
}

/// Training loss that falls, for runs that log no accuracy.
fn loss(rows: &[&EpochFacts]) -> Option<String> {
    let values: Vec<f64> = rows
        .iter()
        .filter_map(|row| row.logs.get("loss").copied())
        .collect();
    let first = *values.get(usize::from(values.len() > 2))?;
    let last = *values.last()?;
    (first > 0.0 && last < FALL * first)
        .then(|| format!("training loss fell {first:.4} -> {last:.4}"))
}
