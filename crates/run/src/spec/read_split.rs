//! Reads `data.split` of a run file.

use super::place::join;
use super::walk::{Table, Walker, one_of};
use super::{SplitBy, SplitSpec};

const SHARE: &str = "a share from 0 to 1";
const WAYS: [(&str, SplitBy); 2] = [("random", SplitBy::Random), ("folder", SplitBy::Folder)];
/// Sources that lie in folders.
const FOLDERS: [&str; 1] = ["texts"];

/// Parts that need no share of `split`.
#[derive(Clone, Copy)]
pub(super) struct Given {
    /// The source has validation rows of its own.
    pub validation: bool,
    /// The source has test rows of its own.
    pub test: bool,
    /// `fit.validation_split` cuts the validation rows.
    pub held_out: bool,
}

impl Walker {
    /// Shares not stated take their default, or what is left of 1 when that is less.
    pub(super) fn split(&mut self, data: &Table<'_>, given: Given) -> SplitSpec {
        let stated = self.opt(data, "split", |w, node, path| {
            let keys = ["train", "validation", "test", "shuffle", "by", "seed"];
            let table = w.table(node, path, &keys)?;
            let mut share = |key| {
                w.opt(&table, key, |w, node, path| {
                    w.number(node, path, SHARE, |n| (0.0..=1.0).contains(&n))
                })
            };
            let shares = [share("train"), share("validation"), share("test")];
            let shuffle = w.opt(&table, "shuffle", Self::boolean).unwrap_or(true);
            let by = w.opt(&table, "by", |w, node, path| w.choice(node, path, &WAYS));
            let seed = w.opt(&table, "seed", |w, node, path| w.whole(node, path, 0));
            w.check_shares(&table, &shares, given);
            if by == Some(SplitBy::Folder) && !FOLDERS.iter().any(|key| data.has(key)) {
                let mend = format!("leave it out; it is for {}", one_of(&FOLDERS));
                let found = "`by = \"folder\"`, but the data lies in no folders";
                let (at, path) = (table.place("by"), join(path, "by"));
                w.fault(at, &path, found, "", &mend);
            }
            Some((shares, shuffle, by, seed))
        });
        let (stated, shuffle, by, seed) = stated.unwrap_or(([None; 3], true, None, None));
        let by = by.unwrap_or_default();
        let defaults: [f64; 3] = match (given.validation, given.test, given.held_out) {
            _ if by == SplitBy::Folder => [1.0, 0.0, 0.0],
            (true, ..) | (false, true, true) => [1.0, 0.0, 0.0],
            (false, true, false) => [0.9, 0.1, 0.0],
            (false, false, true) => [0.8, 0.0, 0.2],
            (false, false, false) => [0.7, 0.1, 0.2],
        };
        let mut left = 1.0 - stated.iter().flatten().sum::<f64>();
        let mut shares = [0.0; 3];
        for (i, default) in defaults.into_iter().enumerate() {
            shares[i] = stated[i].unwrap_or_else(|| {
                // Rounded, so that 1 - 0.8 - 0.1 leaves 0.1.
                let share = (default.min(left).max(0.0) * 1e12).round() / 1e12;
                left -= share;
                share
            });
        }
        SplitSpec {
            train: shares[0],
            validation: shares[1],
            test: shares[2],
            shuffle,
            by,
            seed,
        }
    }

    fn check_shares(&mut self, table: &Table<'_>, shares: &[Option<f64>; 3], given: Given) {
        let sum: f64 = shares.iter().flatten().sum();
        if sum > 1.0 + 1e-9 {
            let found = format!("the shares sum to {sum}");
            self.fault(table.at, &table.path, &found, "1 or less", "");
        }
        let path = join(&table.path, "train");
        if shares[0] == Some(0.0) {
            let at = table.place("train");
            self.fault(at, &path, "no rows to train on", "a share above 0", "");
        }
        if shares[0].is_none() && (1.0..=1.0 + 1e-9).contains(&sum) {
            let found = "the other shares leave no rows to train on";
            self.fault(table.at, &path, found, "a share above 0", "");
        }
        let validation = match (given.validation, given.held_out) {
            (true, _) => Some("the source has a validation part of its own"),
            (_, true) => Some("`fit.validation_split` cuts the validation part already"),
            _ => None,
        };
        let test = given
            .test
            .then_some("the source has a test part of its own");
        for (key, share, reason) in [
            ("validation", shares[1], validation),
            ("test", shares[2], test),
        ] {
            if let (Some(reason), true) = (reason, share.is_some_and(|share| share > 0.0)) {
                let (at, path) = (table.place(key), join(&table.path, key));
                let mend = format!("write `{key} = 0`");
                self.fault(at, &path, reason, "one of the two", &mend);
            }
        }
    }
}
