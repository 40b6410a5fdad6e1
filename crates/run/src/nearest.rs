//! The known name closest to a mistyped one, for "did you mean".
//!
//! Distance is optimal string alignment (insert, delete, replace, swap of neighbours), without
//! regard to case and with `-` and space read as `_`.

/// The candidate nearest to `name`, when one is near enough to be a likely slip.
///
/// Near enough is a third of the name's length, at least one slip. The first of equals wins.
///
/// ```
/// use regimen_run::nearest::nearest;
/// assert_eq!(nearest("epoch", ["batch_size", "epochs"]), Some("epochs"));
/// assert_eq!(nearest("colour", ["batch_size", "epochs"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(name);
    let limit = (wanted.len() / 3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let known = folded(candidate);
        if known.len().abs_diff(wanted.len()) > limit {
            continue;
        }
        let slips = distance(&wanted, &known);
        if slips <= limit && slips < known.len() && best.is_none_or(|(least, _)| slips < least) {
            best = Some((slips, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Up to three candidates that may be meant by `name`, likeliest first: those within a slip as for
/// [`nearest`], and those of which `name` is a part or that are a part of it (three letters or more).
///
/// ```
/// use regimen_run::nearest::nearest_three;
/// assert_eq!(nearest_three("review", ["Title", "Review Text"]), ["Review Text"]);
/// ```
pub fn nearest_three<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = folded(name);
    let limit = (wanted.len() / 3).max(1);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let known = folded(candidate);
            let slips = distance(&wanted, &known);
            let close = slips <= limit && slips < known.len();
            (close || holds(&wanted, &known)).then_some((slips, candidate))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(3);
    near.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// Whether the shorter, of three letters or more, is part of the longer.
fn holds(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 3 && long.windows(short.len()).any(|w| w == short)
}

fn folded(name: &str) -> Vec<char> {
    name.chars()
        .take(200)
        .flat_map(char::to_lowercase)
        .map(|c| if c == '-' || c == ' ' { '_' } else { c })
        .collect()
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{nearest, nearest_three};

    #[test]
    fn finds_slips_and_refuses_strangers() {
        let known = ["epochs", "batch_size", "Dense", "Conv1D", "Conv2D"];
        assert_eq!(nearest("epcohs", known), Some("epochs"));
        assert_eq!(nearest("BatchSize", known), Some("batch_size"));
        assert_eq!(nearest("batch-size", known), Some("batch_size"));
        assert_eq!(nearest("dense", known), Some("Dense"));
        assert_eq!(nearest("rleu", ["elu", "glu", "relu"]), Some("relu"));
        assert_eq!(nearest("Conv2d", known), Some("Conv2D"));
        assert_eq!(nearest("optimizer", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn finds_three_and_parts() {
        let names = ["Rating", "Review Text", "Title", "Age"];
        assert_eq!(nearest_three("ratign", names), ["Rating"]);
        assert_eq!(nearest_three("review", names), ["Review Text"]);
        assert_eq!(nearest_three("a", ["d", "c", "b"]), [""; 0]);
        assert_eq!(
            nearest_three("col1", ["col5", "col4", "col3", "col3", "col12"]),
            ["col12", "col3", "col4"]
        );
        assert!(nearest_three("zzz", names).is_empty());
        assert!(nearest_three("", names).is_empty());
    }
}
