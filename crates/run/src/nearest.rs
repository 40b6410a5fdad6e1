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
    use super::nearest;

    #[test]
    fn finds_slips_and_refuses_strangers() {
        let known = ["epochs", "batch_size", "Dense", "Conv1D", "Conv2D"];
        assert_eq!(nearest("epcohs", known), Some("epochs"));
        assert_eq!(nearest("BatchSize", known), Some("batch_size"));
        assert_eq!(nearest("batch-size", known), Some("batch_size"));
        assert_eq!(nearest("dense", known), Some("Dense"));
        assert_eq!(nearest("Conv2d", known), Some("Conv2D"));
        assert_eq!(nearest("optimizer", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("x", []), None);
    }
}
