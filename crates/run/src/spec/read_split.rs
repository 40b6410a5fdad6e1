//! Reads `data.split` of a run file.

use super::node::Node;
use super::place::join;
use super::walk::{Table, Walker, one_of};
use super::{SplitBy, SplitSpec};

const BY: [(&str, SplitBy); 6] = [
    ("random", SplitBy::Random),
    ("stratified", SplitBy::Stratified),
    ("time", SplitBy::Time),
    ("group", SplitBy::Group),
    ("column", SplitBy::Column),
    ("folder", SplitBy::Folder),
];
const SHARE: &str = "a share from 0 to 1";
/// Sources that lie in folders.
const FOLDERS: [&str; 2] = ["texts", "images"];

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

/// A split as it is written.
#[derive(Default)]
struct Stated {
    by: SplitBy,
    column: Option<String>,
    shares: [Option<f64>; 3],
    shuffle: Option<bool>,
    seed: Option<u64>,
}

impl Walker {
    /// Shares not stated take their default, or what is left of 1 when that is less.
    pub(super) fn split(&mut self, data: &Table<'_>, given: Given) -> SplitSpec {
        let stated = self.opt(data, "split", |w, node, path| {
            w.stated_split(node, path, data, given)
        });
        let Stated {
            by,
            column,
            shares: stated,
            shuffle,
            seed,
        } = stated.unwrap_or_default();
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
        if by == SplitBy::Column {
            shares = [0.0; 3];
        }
        SplitSpec {
            by,
            column,
            train: shares[0],
            validation: shares[1],
            test: shares[2],
            shuffle: shuffle.unwrap_or(by != SplitBy::Time && !data.has("windows")),
            seed,
        }
    }

    fn stated_split(
        &mut self,
        node: &Node,
        path: &str,
        data: &Table<'_>,
        given: Given,
    ) -> Option<Stated> {
        let keys = [
            "by",
            "column",
            "train",
            "validation",
            "test",
            "shuffle",
            "seed",
        ];
        let table = self.table(node, path, &keys)?;
        let by = self.opt(&table, "by", |w, node, path| w.choice(node, path, &BY));
        let by = by.unwrap_or_default();
        let column = self.opt(&table, "column", Self::text);
        let mut share = |key| {
            self.opt(&table, key, |w, node, path| {
                w.number(node, path, SHARE, |n| (0.0..=1.0).contains(&n))
            })
        };
        let shares = [share("train"), share("validation"), share("test")];
        let shuffle = self.opt(&table, "shuffle", Self::boolean);
        let seed = self.opt(&table, "seed", |w, node, path| w.whole(node, path, 0));
        self.fitting_column(&table, by, data);
        if by == SplitBy::Folder && !FOLDERS.iter().any(|key| data.has(key)) {
            let mend = format!("leave it out; it is for {}", one_of(&FOLDERS));
            let found = "`by = \"folder\"`, but the data lies in no folders";
            self.fault(table.place("by"), &join(path, "by"), found, "", &mend);
        }
        let unordered = !matches!(by, SplitBy::Random | SplitBy::Time) || shuffle == Some(true);
        if data.has("windows") && unordered {
            let found = "`windows` need rows in time order";
            let mend = "split by time, or leave `by` and `shuffle` out to keep the order of rows";
            self.fault(table.at, path, found, "", mend);
        }
        if by == SplitBy::Time && shuffle == Some(true) {
            let (at, path) = (table.place("shuffle"), join(path, "shuffle"));
            self.fault(
                at,
                &path,
                "a split by time keeps the order of time",
                "",
                "leave it out",
            );
        }
        if by == SplitBy::Group && given.held_out {
            let found = "`fit.validation_split` would cut through groups";
            let mend = "write `validation = 0.1` in the split instead";
            self.fault(table.place("by"), &join(path, "by"), found, "", mend);
        }
        if by == SplitBy::Column {
            let names = ["train", "validation", "test"];
            for (key, share) in names.into_iter().zip(shares) {
                if share.is_some_and(|share| share > 0.0) {
                    let found = "the column says which rows are in which part";
                    self.fault(
                        table.place(key),
                        &join(path, key),
                        found,
                        "",
                        "leave it out",
                    );
                }
            }
        } else {
            self.check_shares(&table, &shares, given);
        }
        Some(Stated {
            by,
            column,
            shares,
            shuffle,
            seed,
        })
    }

    fn fitting_column(&mut self, table: &Table<'_>, by: SplitBy, data: &Table<'_>) {
        let path = join(&table.path, "column");
        let word = BY
            .iter()
            .find(|(_, b)| *b == by)
            .map_or("", |(word, _)| *word);
        let fits = matches!(by, SplitBy::Time | SplitBy::Group | SplitBy::Column);
        if fits && !table.has("column") {
            let mend = format!("`by = \"{word}\"` needs it: `column = \"...\"`");
            self.fault(table.at, &path, "missing", "", &mend);
        }
        if by == SplitBy::Random && table.has("column") {
            let mend =
                "write `by = \"stratified\"`, \"time\", \"group\" or \"column\", or leave it out";
            self.fault(
                table.place("column"),
                &path,
                "a random split looks at no column",
                "",
                mend,
            );
        } else if table.has("column") && !data.has("csv") && !data.has("parquet") {
            let found = "names a column of a table, but the data is no table";
            self.fault(table.place("column"), &path, found, "", "leave it out");
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
