//! A data profile as text: tables of parts, labels, columns and features, then notes and warnings.

use regimen::run::console::wrap;
use regimen::run::profile::{
    DataWarning, FeatureProfile, Figures, InputProfile, LabelProfile, Profile, TextProfile,
};
use regimen::view::aligned;

use crate::screen;

/// Lines of a table that is not shown whole.
const SOME: usize = 20;
/// The narrowest that a name is cut to.
const NARROWEST: usize = 10;
const PARTS: [&str; 3] = ["training", "validation", "test"];

/// How the report is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Columns of text.
    pub width: usize,
    /// Whether warnings are painted.
    pub color: bool,
    /// Whether long tables are shown whole.
    pub all: bool,
}

/// The whole report.
pub(super) fn text(profile: &Profile, style: Style) -> String {
    let mut sections = vec![parts(profile, style)];
    sections.extend(profile.labels().map(|label| labels(label, profile, style)));
    sections.push(columns(profile, style));
    for input in &profile.inputs {
        sections.push(of_input(profile, input, style));
    }
    sections.push(strongest(profile, style));
    sections.push(compared(profile, style));
    sections.push(notes(profile, style));
    sections.push(warnings(&profile.warnings, style));
    sections.retain(|section| !section.is_empty());
    sections.join("\n")
}

/// Rows under a head, the first column cut where the table would be too wide. All but the first stand to the right.
fn table(head: &[&str], mut rows: Vec<Vec<String>>, style: Style) -> String {
    rows.insert(0, head.iter().map(|cell| (*cell).to_owned()).collect());
    let length = |cell: &String| cell.chars().count();
    let widest = |c: usize| rows.iter().filter_map(|row| row.get(c)).map(length).max();
    let others: usize = (1..head.len()).filter_map(widest).map(|w| w + 2).sum();
    let room = style.width.saturating_sub(others).max(NARROWEST);
    for name in rows.iter_mut().filter_map(|row| row.first_mut()) {
        *name = screen::plain(name);
        if length(name) > room {
            *name = name.chars().take(room - 1).chain(['…']).collect();
        }
    }
    aligned(&rows, &(1..head.len()).collect::<Vec<_>>())
}

/// The first rows of a table, and a line on the others.
fn some(head: &[&str], mut rows: Vec<Vec<String>>, rest: &str, style: Style) -> String {
    let count = rows.len();
    if !style.all {
        rows.truncate(SOME);
    }
    let mut text = table(head, rows, style);
    if !style.all && count > SOME {
        text += &format!("... {} more{rest}; --all shows them\n", count - SOME);
    }
    text
}

fn parts(profile: &Profile, style: Style) -> String {
    let again = &profile.duplicates;
    let found = [
        (again.train, again.train_other_label),
        (again.validation, again.validation_other_label),
        (again.test, again.test_other_label),
    ];
    let rows = (0..3).filter(|&p| p == 0 || profile.rows[p] > 0).map(|p| {
        let counts = [profile.rows[p], found[p].0, found[p].1];
        let cells = counts.iter().map(usize::to_string);
        std::iter::once(PARTS[p].to_owned()).chain(cells).collect()
    });
    let head = ["part", "rows", "also in training", "with another label"];
    let mut text = table(&head, rows.collect(), style);
    if let Some(k) = profile.one_row_in {
        text += &format!("One row in {k} was read.\n");
    }
    text
}

fn labels(label: &LabelProfile, profile: &Profile, style: Style) -> String {
    let named: Vec<String> = label
        .columns
        .iter()
        .map(|c| format!(" `{}`", screen::plain(c)))
        .collect();
    let output = label.output.as_ref();
    let of = output.map(|name| format!(" of `{}`", screen::plain(name)));
    let title = format!(
        "Label{}{} ({})\n",
        of.unwrap_or_default(),
        named.join(","),
        label.encoding
    );
    let shown: Vec<usize> = (0..3).filter(|&p| profile.rows[p] > 0).collect();
    if label.classes.is_empty() {
        let rows = shown.iter().filter_map(|&p| {
            let figures = label.numbers.get(p).copied().flatten()?;
            Some(
                std::iter::once(PARTS[p].to_owned())
                    .chain(cells(&figures))
                    .collect(),
            )
        });
        let head = ["part", "min", "mean", "max", "deviation"];
        return title + &table(&head, rows.collect(), style);
    }
    let rows = label.classes.iter().map(|class| {
        let count = |&p: &usize| format!("{} ({:>6})", class.rows[p], percent(class.shares[p]));
        std::iter::once(class.name.clone())
            .chain(shown.iter().map(count))
            .collect()
    });
    let head: Vec<&str> = std::iter::once("class")
        .chain(shown.iter().map(|&p| PARTS[p]))
        .collect();
    title + &some(&head, rows.collect(), "", style)
}

/// Columns, where there is more to say of them than of their features.
fn columns(profile: &Profile, style: Style) -> String {
    let telling = |c: &&regimen::run::profile::ColumnProfile| {
        style.all || c.categories.is_some() || c.kind == "date" || c.missing.is_some_and(|n| n > 0)
    };
    let mut told: Vec<_> = profile.columns.iter().filter(telling).collect();
    if told.is_empty() {
        return String::new();
    }
    // Those that lack most come first where not all are shown.
    if told.len() > SOME && !style.all {
        told.sort_by_key(|c| std::cmp::Reverse(c.missing.unwrap_or(0)));
    }
    let or_none = |n: Option<usize>| n.map_or("-".to_owned(), |n| n.to_string());
    let rows = told.iter().map(|c| {
        vec![
            c.name.clone(),
            c.kind.clone(),
            or_none(c.missing),
            or_none(c.categories),
        ]
    });
    let head = ["column", "kind", "missing", "categories"];
    format!("Columns\n{}", some(&head, rows.collect(), "", style))
}

fn of_input(profile: &Profile, input: &InputProfile, style: Style) -> String {
    let name = input
        .name
        .as_ref()
        .map(|n| format!(" `{}`", screen::plain(n)));
    let title = format!("Input{}{}", name.unwrap_or_default(), shape(&input.shape));
    if let Some(text) = &input.text {
        return format!("{title}: words\n{}", words(text, profile, style));
    }
    let Some(figures) = &input.figures else {
        return format!("{title}: ids\n");
    };
    let [min, mean, max, deviation] = cells(figures);
    let constant = match input.constant {
        0 => String::new(),
        n => format!(", {n} of one value"),
    };
    let features = match input.features {
        1 => "1 feature".to_owned(),
        n => format!("{n} features"),
    };
    let mut text = String::new();
    let line = format!(
        "{title}: {features} from {min} to {max}, mean {mean}, deviation {deviation}{constant}"
    );
    wrap(&line, style.width)
        .iter()
        .for_each(|line| text += &format!("{line}\n"));
    if !input.each.is_empty() {
        text += &features_table(&input.each, &profile.correlation.measure, style);
    }
    text
}

fn features_table(each: &[FeatureProfile], measure: &str, style: Style) -> String {
    let mut shown: Vec<&FeatureProfile> = each.iter().collect();
    if shown.len() > SOME && !style.all {
        let strength = |f: &FeatureProfile| f.correlation.map_or(-1.0, f64::abs);
        shown.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
    }
    let rows = shown.iter().map(|feature| {
        let correlation = feature
            .correlation
            .map_or("-".to_owned(), |r| format!("{r:.3}"));
        std::iter::once(feature.name.clone())
            .chain(cells(&feature.figures))
            .chain([correlation])
            .collect()
    });
    let last = format!("{measure} (label)");
    let rest = ", less correlated with the label";
    let head = ["feature", "min", "mean", "max", "deviation", &last];
    some(&head, rows.collect(), rest, style)
}

fn words(text: &TextProfile, profile: &Profile, style: Style) -> String {
    let column = screen::plain(&text.column);
    let line = format!(
        "`{column}`: {} ids, the median text has {} words, the longest {}; {} are kept",
        text.vocabulary, text.median, text.longest, text.length
    );
    let lines: String = wrap(&line, style.width)
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    let rows = (0..3).filter(|&p| profile.rows[p] > 0).map(|p| {
        let share = |part: usize, all: usize| match all {
            0 => "-".to_owned(),
            all => percent(part as f64 / all as f64),
        };
        vec![
            PARTS[p].to_owned(),
            text.words[p].to_string(),
            share(text.unknown[p], text.words[p]),
            share(text.cut[p], profile.rows[p]),
        ]
    });
    let head = ["part", "words", "unknown words", "texts cut"];
    lines + &table(&head, rows.collect(), style)
}

/// The strongest correlations, where features are not all listed.
fn strongest(profile: &Profile, style: Style) -> String {
    let found = &profile.correlation;
    let unlisted = profile.inputs.iter().any(|i| i.features > i.each.len());
    if !unlisted || found.top.is_empty() {
        return String::new();
    }
    let mut title = format!("Most correlated with the label, {} rows", found.rows);
    if found.features < found.of {
        title += &format!(", {} of {} features", found.features, found.of);
    }
    let rows = found.top.iter().map(|c| {
        let name = match &c.label {
            Some(label) => format!("{} and {label}", c.feature),
            None => c.feature.clone(),
        };
        vec![name, format!("{:.3}", c.value)]
    });
    format!(
        "{title}\n{}",
        table(&["feature", &found.measure], rows.collect(), style)
    )
}

/// Rows beside their neighbours, and the features of one part beside those of the other.
fn compared(profile: &Profile, style: Style) -> String {
    let mut text = String::new();
    let percent = |count: usize, of: usize| 100.0 * count as f64 / of.max(1) as f64;
    if let Some(near) = &profile.neighbours {
        let line = format!(
            "The ten nearest rows tell the class of {:.1} % of {} training rows (the commonest has {:.1} %); of {} rows whose \
             neighbours agree, {} are of another class",
            percent(near.right, near.rows),
            near.rows,
            percent(near.commonest, near.rows),
            near.agreeing,
            near.contradicting,
        );
        let lines = wrap(&line, style.width).into_iter();
        text.extend(lines.flat_map(|line| [line, "\n".to_owned()]));
    }
    if let Some(shift) = profile.shift.as_ref().filter(|shift| shift.shifted > 0) {
        let features = shift.top.iter().map(|of| {
            vec![
                of.feature.clone(),
                format!("{:.3}", of.distance),
                format!("{:.1e}", of.p),
            ]
        });
        text += &format!(
            "{} of {} features differ between training and validation\n{}",
            shift.shifted,
            shift.features,
            table(&["feature", "distance", "p"], features.collect(), style)
        );
    }
    text
}

fn notes(profile: &Profile, style: Style) -> String {
    let all = profile.notes.iter();
    all.map(|note| block("note", note, "", style, "\x1b[1m"))
        .collect()
}

fn warnings(all: &[DataWarning], style: Style) -> String {
    let of = |w: &DataWarning| {
        let head = format!("warning[{}]", w.id);
        block(&head, &w.text, &w.mend, style, "\x1b[1;33m")
    };
    all.iter().map(of).collect()
}

/// A sentence behind its head, and below it what to do.
fn block(head: &str, said: &str, mend: &str, style: Style, paint: &str) -> String {
    let said = screen::plain(said);
    let mut text = String::new();
    for (i, line) in wrap(&format!("{head}: {said}"), style.width)
        .into_iter()
        .enumerate()
    {
        let indent = if i > 0 { "  " } else { "" };
        text += indent;
        match (style.color, i, line.strip_prefix(head)) {
            (true, 0, Some(rest)) => text += &format!("{paint}{head}\x1b[0m{rest}\n"),
            _ => text += &format!("{line}\n"),
        }
    }
    if !mend.is_empty() {
        for line in wrap(mend, style.width.saturating_sub(2)) {
            text += &format!("  {line}\n");
        }
    }
    text
}

fn cells(figures: &Figures) -> [String; 4] {
    [figures.min, figures.mean, figures.max, figures.deviation].map(number)
}

/// Four digits, and whole numbers whole.
fn number(x: f64) -> String {
    let size = x.abs();
    if x == 0.0 {
        "0".to_owned()
    } else if !x.is_finite() || !(1e-3..1e7).contains(&size) {
        format!("{x:.3e}")
    } else if x.fract() == 0.0 || size >= 1000.0 {
        format!("{x:.0}")
    } else {
        let decimals = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
        let text = format!("{x:.decimals$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// The sizes of a row of several axes.
fn shape(sizes: &[usize]) -> String {
    match sizes {
        [] | [_] => String::new(),
        sizes => {
            let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
            format!(" of {}", sizes.join(" x "))
        }
    }
}
