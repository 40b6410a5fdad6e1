//! Splits that look at the rows: by class, by group, by time.
//!
//!   stratified   of the n rows of a class, in their order, part k ends before row
//!                round(n * (sum of shares up to k)); parts keep the order of rows
//!   group        groups follow each other; a group goes to the part that holds its middle row
//!   time         rows sorted by time (rows of one time in their order), then cut by shares

use regimen_run::spec::SplitBy;

use crate::error::Fault;
use crate::random::{Stream, shuffle};
use crate::split::{Parts, cut};

/// What a split looks at: one value for each row of the source.
#[derive(Debug, Clone)]
pub(crate) enum SplitKey {
    /// Class or group.
    Groups(Vec<u32>),
    /// Time, in any unit.
    Times(Vec<f64>),
}

/// How rows are split.
pub(crate) struct Rule<'a> {
    pub by: SplitBy,
    pub shares: [f64; 3],
    pub permute: bool,
    pub seed: u64,
    pub key: Option<&'a SplitKey>,
}

/// Cuts `rows` by the rule. A part whose share is not 0 gets a row at least, or it is an error.
pub(crate) fn cut_by(mut rows: Vec<usize>, rule: &Rule<'_>) -> Result<Parts, Fault> {
    match (rule.by, rule.key) {
        (SplitBy::Stratified, Some(SplitKey::Groups(class_of))) => {
            if rule.permute {
                shuffle(&mut rows, rule.seed, Stream::Split);
            }
            stratified(&rows, rule.shares, class_of)
        }
        (SplitBy::Group, Some(SplitKey::Groups(group_of))) => grouped(rows, rule, group_of),
        (SplitBy::Time, Some(SplitKey::Times(times))) => {
            rows.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
            cut(rows, rule.shares, false, rule.seed)
        }
        (SplitBy::Random | SplitBy::Column | SplitBy::Folder, _) => {
            cut(rows, rule.shares, rule.permute, rule.seed)
        }
        (by, _) => Err(Fault::Split {
            reason: format!("{by:?} needs a column of a table; name it in `column`"),
        }),
    }
}

/// Sums of shares; the allowance takes up the rounding of sums such as 0.7 + 0.1.
fn ends(shares: [f64; 3]) -> [f64; 3] {
    let [a, b, c] = shares;
    [a, a + b, a + b + c].map(|end| end + 1e-9)
}

fn stratified(rows: &[usize], shares: [f64; 3], class_of: &[u32]) -> Result<Parts, Fault> {
    let classes = rows
        .iter()
        .map(|&r| class_of[r] as usize + 1)
        .max()
        .unwrap_or(0);
    let mut total = vec![0usize; classes];
    for &row in rows {
        total[class_of[row] as usize] += 1;
    }
    let mut seen = vec![0usize; classes];
    let mut parts: [Vec<usize>; 3] = Default::default();
    for &row in rows {
        let class = class_of[row] as usize;
        let before = |end: &f64| seen[class] < (total[class] as f64 * end + 0.5).floor() as usize;
        if let Some(part) = ends(shares).iter().position(before) {
            parts[part].push(row);
        }
        seen[class] += 1;
    }
    full(parts, shares, |part| {
        format!(
            "the {part} part is empty: every class is too small for its share; raise it or set it to 0"
        )
    })
}

fn grouped(mut rows: Vec<usize>, rule: &Rule<'_>, group_of: &[u32]) -> Result<Parts, Fault> {
    let groups = rows
        .iter()
        .map(|&r| group_of[r] as usize + 1)
        .max()
        .unwrap_or(0);
    let mut sizes = vec![0usize; groups];
    let mut order = Vec::new();
    for &row in &rows {
        let group = group_of[row] as usize;
        if sizes[group] == 0 {
            order.push(group);
        }
        sizes[group] += 1;
    }
    if rule.permute {
        shuffle(&mut order, rule.seed, Stream::Groups);
        shuffle(&mut rows, rule.seed, Stream::Split);
    }
    let mut part_of = vec![None; groups];
    let mut start = 0;
    for &group in &order {
        let middle = (start as f64 + sizes[group] as f64 / 2.0) / rows.len() as f64;
        part_of[group] = ends(rule.shares).iter().position(|end| middle < *end);
        start += sizes[group];
    }
    let mut parts: [Vec<usize>; 3] = Default::default();
    for row in rows {
        if let Some(part) = part_of[group_of[row] as usize] {
            parts[part].push(row);
        }
    }
    let count = order.len();
    full(parts, rule.shares, |part| {
        format!(
            "the {part} part is empty: none of the {count} groups falls into its share; raise it, \
             set it to 0, or take another seed"
        )
    })
}

fn full(
    parts: [Vec<usize>; 3],
    shares: [f64; 3],
    reason: impl Fn(&str) -> String,
) -> Result<Parts, Fault> {
    for ((rows, share), part) in parts
        .iter()
        .zip(shares)
        .zip(["train", "validation", "test"])
    {
        if share > 0.0 && rows.is_empty() {
            return Err(Fault::Split {
                reason: reason(part),
            });
        }
    }
    let [train, validation, test] = parts;
    Ok(Parts {
        train,
        validation,
        test,
    })
}

/// Positions of training rows with those of each class repeated until it has as many as the most
/// frequent: every row once, then all of the class in turns, at random by the seed.
pub(crate) fn upsample(class_of: &[u32], classes: usize, permute: bool, seed: u64) -> Vec<usize> {
    let mut by_class = vec![Vec::new(); classes];
    for (row, &class) in class_of.iter().enumerate() {
        by_class[class as usize].push(row);
    }
    let largest = by_class.iter().map(Vec::len).max().unwrap_or(0);
    let mut all: Vec<usize> = Vec::with_capacity(largest * classes);
    for (class, mut rows) in by_class
        .into_iter()
        .enumerate()
        .filter(|(_, rows)| !rows.is_empty())
    {
        shuffle(&mut rows, seed, Stream::Balance(class as u64));
        all.extend(rows.iter().cycle().take(largest));
    }
    all.sort_unstable();
    if permute {
        shuffle(&mut all, seed, Stream::Repeats);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(by: SplitBy, shares: [f64; 3], key: &SplitKey) -> Rule<'_> {
        Rule {
            by,
            shares,
            permute: true,
            seed: 5,
            key: Some(key),
        }
    }

    fn sorted(mut rows: Vec<usize>) -> Vec<usize> {
        rows.sort_unstable();
        rows
    }

    #[test]
    fn strata_keep_their_shares() {
        let class_of: Vec<u32> = (0..1000).map(|i| u32::from(i % 10 == 0)).collect();
        let key = SplitKey::Groups(class_of.clone());
        let rule = rule(SplitBy::Stratified, [0.7, 0.1, 0.2], &key);
        let parts = cut_by((0..1000).collect(), &rule).unwrap();
        for (part, size, rare) in [
            (&parts.train, 700, 70),
            (&parts.validation, 100, 10),
            (&parts.test, 200, 20),
        ] {
            let found: u32 = part.iter().map(|&r| class_of[r]).sum();
            assert_eq!((part.len(), found), (size, rare));
        }
        assert_ne!(parts.train, sorted(parts.train.clone()));
        assert_eq!(parts, cut_by((0..1000).collect(), &rule).unwrap());
        let lonely = SplitKey::Groups(vec![0, 1, 2]);
        let rule = Rule {
            key: Some(&lonely),
            ..rule
        };
        let words = cut_by(vec![0, 1, 2], &rule).unwrap_err().to_string();
        assert!(
            words.contains("the validation part is empty: every class"),
            "{words}"
        );
    }

    #[test]
    fn groups_stay_whole() {
        let group_of: Vec<u32> = (0..300).map(|i| i % 37).collect();
        let key = SplitKey::Groups(group_of.clone());
        let parts = cut_by(
            (0..300).collect(),
            &rule(SplitBy::Group, [0.6, 0.2, 0.2], &key),
        )
        .unwrap();
        let of = |part: &[usize]| -> std::collections::BTreeSet<u32> {
            part.iter().map(|&r| group_of[r]).collect()
        };
        let (a, b, c) = (of(&parts.train), of(&parts.validation), of(&parts.test));
        assert!(a.is_disjoint(&b) && a.is_disjoint(&c) && b.is_disjoint(&c));
        assert_eq!(a.len() + b.len() + c.len(), 37);
        assert!(
            (170..190).contains(&parts.train.len()),
            "{}",
            parts.train.len()
        );
        let one = SplitKey::Groups(vec![0; 10]);
        let words = cut_by(
            (0..10).collect(),
            &rule(SplitBy::Group, [0.8, 0.0, 0.2], &one),
        )
        .unwrap_err()
        .to_string();
        assert!(words.contains("none of the 1 groups"), "{words}");
    }

    #[test]
    fn time_puts_the_latest_rows_last() {
        let key = SplitKey::Times(vec![5.0, 1.0, 4.0, 2.0, 3.0]);
        let parts = cut_by(
            (0..5).collect(),
            &rule(SplitBy::Time, [0.6, 0.2, 0.2], &key),
        )
        .unwrap();
        assert_eq!(
            (parts.train, parts.validation, parts.test),
            (vec![1, 3, 4], vec![2], vec![0])
        );
    }

    #[test]
    fn upsampling_repeats_rare_rows_evenly() {
        let class_of = [0, 0, 0, 0, 0, 1, 1, 3];
        let all = upsample(&class_of, 4, true, 1);
        assert_eq!(all.len(), 15);
        let count = |row: usize| all.iter().filter(|&&r| r == row).count();
        assert!((0..5).all(|row| count(row) == 1));
        assert_eq!((count(5) + count(6), count(7)), (5, 5));
        assert!(count(5).abs_diff(count(6)) == 1);
        assert_eq!(upsample(&class_of, 4, false, 1), sorted(all));
    }
}
