//! Names near a mistyped one, for error messages.
//!
//! Distance: edits (insert, delete, replace, swap of neighbours), case ignored; near means at most
//! a third of the longer name, or one name holding the other.

/// Up to three of `names` near `wanted`, nearest first.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted: Vec<char> = wanted.to_lowercase().chars().take(64).collect();
    let mut near: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let chars: Vec<char> = name.to_lowercase().chars().take(64).collect();
            let edits = distance(&wanted, &chars);
            let close = edits * 3 <= wanted.len().max(chars.len());
            (close || holds(&wanted, &chars)).then_some((edits, name))
        })
        .collect();
    near.sort();
    near.dedup();
    near.into_iter()
        .take(3)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// Whether the shorter, of three letters or more, is part of the longer.
fn holds(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 3 && long.windows(short.len()).any(|w| w == short)
}

/// Optimal string alignment distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = last[j] + usize::from(a[i] != b[j]);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typos_and_parts() {
        let names = ["Rating", "Review Text", "Title", "Age"];
        assert_eq!(nearest("ratign", names.into_iter()), ["Rating"]);
        assert_eq!(nearest("review", names.into_iter()), ["Review Text"]);
        assert!(nearest("zzz", names.into_iter()).is_empty());
        assert!(nearest("", [].into_iter()).is_empty());
    }
}
