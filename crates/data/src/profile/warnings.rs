//! What is likely wrong with data, the gravest first; `docs/data.md` says when each is told.

use regimen_run::profile::{DataWarning, Profile};

use super::MOST_LISTED;
use super::pass::{OfInput, Told};
use crate::numbers::shorten;
use crate::preprocessing::Preprocessing;

/// Names that are told of many.
const MOST_NAMES: usize = 5;
/// A class with fewer training rows is rare.
const RARE: usize = 10;

const PARTS: [&str; 3] = ["training", "validation", "test"];

/// The warnings of a profile. `read` are the rows that duplicates were looked for in.
pub(super) fn of(
    profile: &Profile,
    read: [usize; 3],
    told: &Told,
    made: &Preprocessing,
) -> Vec<DataWarning> {
    let mut found = Vec::new();
    if made.windows.is_none() {
        let targets = made.targets.iter();
        let labels: Vec<&String> = targets
            .flat_map(|target| target.label.iter().chain(&target.labels))
            .collect();
        labels_as_features(profile, &labels, &mut found);
        leaks(told, &labels, &mut found);
    }
    met_again(profile, read, &mut found);
    lacking(profile, &mut found);
    ids(profile, told, &mut found);
    constant(told, &mut found);
    wide(told, &mut found);
    rare(profile, &mut found);
    missing(profile, &mut found);
    found
}

fn warning(id: &str, text: String, mend: &str) -> DataWarning {
    DataWarning {
        id: id.to_owned(),
        text,
        mend: mend.to_owned(),
    }
}

fn many(count: usize, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        n => format!("{n} {several}"),
    }
}

/// The first names, in quotes.
fn names<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = all.len().saturating_sub(MOST_NAMES);
    let mut some: Vec<String> = all
        .take(MOST_NAMES)
        .map(|name| format!("`{}`", shorten(name)))
        .collect();
    if more > 0 {
        some.push(format!("{more} more"));
    }
    match some.pop() {
        Some(last) if !some.is_empty() => format!("{} and {last}", some.join(", ")),
        Some(only) => only,
        None => String::new(),
    }
}

fn every(told: &Told, of: fn(&OfInput) -> &Vec<String>) -> Vec<&str> {
    let inputs = told.inputs.iter().filter(|i| i.features <= MOST_LISTED);
    inputs.flat_map(of).map(String::as_str).collect()
}

/// Labels that inputs name.
fn labels_as_features(profile: &Profile, labels: &[&String], found: &mut Vec<DataWarning>) {
    let features = profile.columns.iter().map(|column| &column.name);
    let both: Vec<&str> = features
        .filter(|name| labels.contains(name))
        .map(String::as_str)
        .collect();
    if !both.is_empty() {
        let text = format!(
            "{} {} a label and a feature as well",
            names(both.iter().copied()),
            if both.len() == 1 { "is" } else { "are each" }
        );
        let mend = "Leave it out of `data.inputs`: the model would learn to copy it, and new rows do not have it.";
        found.push(warning("label_as_feature", text, mend));
    }
}

fn leaks(told: &Told, labels: &[&String], found: &mut Vec<DataWarning>) {
    let mend = "Leave the column out of `data.inputs`, unless it is known before the label is: the model would learn \
                to copy it.";
    let all = told.inputs.iter().flat_map(|input| &input.leaks);
    for (name, how) in all.filter(|(name, _)| !labels.contains(&name)) {
        let text = format!("`{}` may give the label away: {how}", shorten(name));
        found.push(warning("leak", text, mend));
    }
}

fn met_again(profile: &Profile, read: [usize; 3], found: &mut Vec<DataWarning>) {
    let again = &profile.duplicates;
    let parts = [
        (2, "test_in_training", again.test, again.test_other_label),
        (
            1,
            "validation_in_training",
            again.validation,
            again.validation_other_label,
        ),
    ];
    for (part, id, rows, other) in parts {
        if rows == 0 {
            continue;
        }
        let share = 100.0 * rows as f64 / read[part].max(1) as f64;
        let mut text = format!(
            "{rows} of {} {} rows ({share:.1} %) {} training rows, too",
            read[part],
            PARTS[part],
            if rows == 1 { "is among the" } else { "are" },
        );
        if other > 0 {
            text += &format!(", {other} of them with another label");
        }
        let mend = "Set drop_duplicates = true (tables and texts), or keep repeated rows in one part with split.by = \"group\": \
                    what was learnt by heart counts as understood.";
        found.push(warning(id, text, mend));
    }
}

fn lacking(profile: &Profile, found: &mut Vec<DataWarning>) {
    for (part, name) in PARTS.iter().enumerate() {
        if profile.rows[part] == 0 {
            continue;
        }
        let classes = profile.labels().flat_map(|label| &label.classes);
        let without = classes.filter(|class| class.rows[part] == 0);
        let without: Vec<&str> = without.map(|class| class.name.as_str()).collect();
        if without.is_empty() {
            continue;
        }
        let text = format!(
            "no {name} row is of {} {}",
            if without.len() == 1 {
                "class"
            } else {
                "the classes"
            },
            names(without.into_iter())
        );
        let mend = "Set split.by = \"stratified\", or give the part a larger share: nothing can be said of a class that is \
                    not there.";
        found.push(warning("class_missing", text, mend));
    }
}

fn ids(profile: &Profile, told: &Told, found: &mut Vec<DataWarning>) {
    let each = profile.columns.iter().filter(|column| {
        let rows = profile.rows[0];
        rows >= 20 && column.categories == Some(rows)
    });
    let mut columns: Vec<&str> = each.map(|column| column.name.as_str()).collect();
    columns.extend(every(told, |input| &input.ids));
    if columns.is_empty() {
        return;
    }
    let text = format!(
        "{} {} another value in every row, as row numbers and ids do",
        names(columns.iter().copied()),
        if columns.len() == 1 { "has" } else { "have" },
    );
    let mend = "Leave ids out of `data.inputs`: they tell rows apart, and nothing of new ones.";
    found.push(warning("id", text, mend));
}

fn constant(told: &Told, found: &mut Vec<DataWarning>) {
    let all = every(told, |input| &input.constant);
    if !all.is_empty() {
        let text = format!(
            "{} one value in all training rows: {}",
            many(all.len(), "feature has", "features have"),
            names(all.iter().copied())
        );
        let mend = "Leave them out of `data.inputs`: they tell nothing.";
        found.push(warning("constant", text, mend));
    }
}

fn wide(told: &Told, found: &mut Vec<DataWarning>) {
    let inputs = told.inputs.iter();
    let all: Vec<&str> = inputs.flat_map(|i| &i.wide).map(String::as_str).collect();
    if !all.is_empty() {
        let text = format!(
            "{} more than 1,000 and {} not scaled: {}",
            many(all.len(), "feature spans", "features span"),
            if all.len() == 1 { "is" } else { "are" },
            names(all.iter().copied())
        );
        let mend = "Set scale = \"standard\": optimizers expect numbers near 1.";
        found.push(warning("unscaled", text, mend));
    }
}

fn rare(profile: &Profile, found: &mut Vec<DataWarning>) {
    let few = |rows: usize| (1..RARE).contains(&rows);
    let classes = profile.labels().flat_map(|label| &label.classes);
    let classes = classes.filter(|c| few(c.rows[0]));
    let all: Vec<&str> = classes.map(|class| class.name.as_str()).collect();
    if !all.is_empty() {
        let text = format!(
            "{} fewer than {RARE} training rows: {}",
            many(all.len(), "class has", "classes have"),
            names(all.iter().copied())
        );
        let mend = "Collect more rows of them, join them with others, or leave them out: so few teach nothing that holds.";
        found.push(warning("rare_class", text, mend));
    }
}

fn missing(profile: &Profile, found: &mut Vec<DataWarning>) {
    let columns = profile.columns.iter();
    let gaps = columns.filter_map(|c| Some((c.name.as_str(), c.missing.filter(|&n| n > 0)?)));
    let all: Vec<(&str, usize)> = gaps.collect();
    if !all.is_empty() {
        let cells: usize = all.iter().map(|(_, count)| count).sum();
        let text = format!(
            "{} missing: {}",
            many(cells, "cell is", "cells are"),
            names(all.iter().map(|(name, _)| *name))
        );
        let mend = "See what `missing` of the input fills them with; where gaps mean something, add a column that says so.";
        found.push(warning("missing", text, mend));
    }
}
