//! The results of a treatment as text: a table of the remedies, and sentences.

use regimen_run::treatment::{RemedyResult, Treatment, Verdict, probability};

use crate::aligned;

/// The results as a table and sentences.
pub fn treatment_text(treatment: &Treatment) -> String {
    let sign = if treatment.more_is_better { 1.0 } else { -1.0 };
    let base = &treatment.baseline;
    let shown = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.4}"));
    let mut text = format!(
        "\nBaseline: {} {} on validation, {} on test rows ({} seed{}, deviation {}).{}\n\n",
        treatment.metric,
        shown(base.validation),
        shown(base.test),
        base.seeds,
        if base.seeds == 1 { "" } else { "s" },
        shown(base.deviation),
        match base.deviation {
            None if treatment.margin == 0.0 => String::new(),
            _ => format!(
                " A difference below {:.4} does not matter.",
                treatment.margin
            ),
        }
    );
    let judged = |r: &&RemedyResult| r.effect.is_some();
    let head = [
        "remedy",
        "change",
        "verdict",
        "effect",
        "95 % interval",
        "p",
        "seeds",
        "loss",
        "cost",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for result in treatment.remedies.iter().filter(judged) {
        let interval = match (result.low, result.high) {
            (Some(low), Some(high)) => format!("{low:+.4} to {high:+.4}"),
            _ => "-".to_owned(),
        };
        rows.push(vec![
            result.id.clone(),
            result.change.clone(),
            verdict(result),
            result.effect.map_or("-".to_owned(), |x| format!("{x:+.4}")),
            interval,
            result.p.map_or("-".to_owned(), probability),
            result.seeds.to_string(),
            result.loss.map_or("-".to_owned(), |x| format!("{x:+.4}")),
            result
                .cost
                .map_or("-".to_owned(), |cost| format!("{cost:.1}x")),
        ]);
    }
    text += &aligned(&rows, &[3, 4, 5, 6, 7, 8]);
    text += &format!(
        "Effects are differences of {} on {} rows from the same fresh seeds, positive where the remedy is better; `loss` is the change of the loss on these rows.\n",
        treatment.metric, treatment.part
    );
    for result in treatment.remedies.iter().filter(judged) {
        if let Some(reason) = &result.reason {
            text += &format!("{}: {reason}\n", result.id);
        }
    }
    if let Some(control) = treatment.control_differs() {
        text += &format!("{control}\n");
    }
    for (_, why, results) in treatment.not_judged() {
        let shown = |r: &&RemedyResult| match r.screened {
            Some(mean) => format!("{} ({mean:+.4})", r.id),
            None => r.id.clone(),
        };
        let ids: Vec<String> = results.iter().map(shown).collect();
        let verdict = results.first().map(|r| verdict(r)).unwrap_or_default();
        text += &format!("{verdict}: {}: {why}\n", ids.join(", "));
    }
    let best = treatment
        .remedies
        .iter()
        .find(|r| r.verdict == Verdict::Helps && r.id != "null" && r.p.is_some());
    text += &match best {
        Some(best) => {
            let after = best.score;
            let before = after.map(|x| x - sign * best.effect.unwrap_or(0.0));
            format!(
                "\n{} helps: {} goes from {} to {} on the seeds that it was judged on. What changes in the run file:\n{}\n",
                best.id,
                treatment.metric,
                shown(before),
                shown(after),
                best.diff
                    .iter()
                    .map(|line| format!("  {line}\n"))
                    .collect::<String>()
            )
        }
        None => "\nNothing that was tried is shown to help.\n\n".to_owned(),
    };
    for (finding, state) in &treatment.findings_by_treatment {
        text += &format!("{finding}: {state} by treatment\n");
    }
    text
}

fn verdict(result: &RemedyResult) -> String {
    let word = match result.verdict {
        Verdict::Helps => "helps",
        Verdict::NoDifference => "no difference",
        Verdict::Harms => "harms",
        Verdict::Undecided => "undecided",
        Verdict::NotApplicable => "not applicable",
    };
    match result.seeds_needed {
        Some(seeds) => format!("{word}, needs about {seeds} seeds"),
        None => word.to_owned(),
    }
}
