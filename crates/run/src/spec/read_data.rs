//! Reads the `data` part of a run file.

use super::node::{Kind, Node};
use super::place::join;
use super::walk::{Table, Walker};
use super::{
    Balance, CsvSpec, DataSpec, InputSpec, LabelEncoding, NpySpec, Scale, Side, SplitSpec,
};

const KEYS: [&str; 9] = [
    "sample",
    "csv",
    "npy",
    "label",
    "label_encoding",
    "inputs",
    "scale",
    "split",
    "balance",
];
const ENCODINGS: [(&str, LabelEncoding); 3] = [
    ("one_hot", LabelEncoding::OneHot),
    ("index", LabelEncoding::Index),
    ("number", LabelEncoding::Number),
];
const SCALES: [(&str, Scale); 2] = [("standard", Scale::Standard), ("min_max", Scale::MinMax)];
const SIDES: [(&str, Side); 2] = [("pre", Side::Pre), ("post", Side::Post)];
const SHARE: &str = "a share from 0 to 1";

impl Walker {
    /// The data part. `held_out`: `fit.validation_split` takes the place of a validation share.
    pub(crate) fn data(&mut self, node: &Node, path: &str, held_out: bool) -> Option<DataSpec> {
        let before = self.errors.len();
        let table = self.table(node, path, &KEYS)?;
        let data = DataSpec {
            sample: self.opt(&table, "sample", Self::word),
            csv: self.opt(&table, "csv", Self::csv),
            npy: self.opt(&table, "npy", Self::npy),
            label: self.opt(&table, "label", Self::word),
            label_encoding: self.opt(&table, "label_encoding", |w, node, path| {
                w.choice(node, path, &ENCODINGS)
            }),
            inputs: self
                .opt(&table, "inputs", |w, node, path| {
                    w.list(node, path, "a list of tables with `kind`", Self::input)
                })
                .unwrap_or_default(),
            scale: self.opt(&table, "scale", |w, node, path| {
                w.choice(node, path, &SCALES)
            }),
            split: SplitSpec::default(),
            balance: self.opt(&table, "balance", |w, node, path| {
                w.choice(node, path, &[("downsample", Balance::Downsample)])
            }),
        };
        self.one_source(&table);
        let has_validation = data.npy.as_ref().is_some_and(|npy| npy.x_val.is_some());
        let split = self.split(&table, has_validation, held_out);
        (self.errors.len() == before).then_some(DataSpec { split, ..data })
    }

    /// Exactly one source, and only options that this source knows.
    fn one_source(&mut self, table: &Table<'_>) {
        let given: Vec<&str> = ["sample", "csv", "npy"]
            .into_iter()
            .filter(|key| table.has(key))
            .collect();
        let expected = "exactly one of `sample`, `csv` and `npy`";
        match given.as_slice() {
            [source] => self.fitting_options(table, source),
            [] => self.fault(table.at, &table.path, "no source of data", expected, ""),
            [_, second, ..] => {
                let found = format!("{} sources of data", given.len());
                self.fault(table.place(second), &table.path, &found, expected, "");
            }
        }
    }

    fn fitting_options(&mut self, table: &Table<'_>, source: &str) {
        let csv = source == "csv";
        if csv && !table.has("label") {
            let path = join(&table.path, "label");
            let mend = "write `label = \"...\"`, the column to be learnt";
            self.fault(table.at, &path, "missing", "", mend);
        }
        for key in ["label", "inputs"] {
            if !csv && table.has(key) {
                let found =
                    format!("`{key}` chooses columns of a table, but the data is `{source}`");
                let path = join(&table.path, key);
                self.fault(table.place(key), &path, &found, "", "leave it out");
            }
        }
        if csv && table.has("scale") {
            let path = join(&table.path, "scale");
            let mend =
                "a table states it per input: `inputs = [{ kind = \"numeric\", scale = ... }]`";
            let found = "`scale` of the whole data, but the data is a table";
            self.fault(table.place("scale"), &path, found, "", mend);
        }
    }

    fn csv(&mut self, node: &Node, path: &str) -> Option<CsvSpec> {
        if let Kind::Text(_) = &node.kind {
            return Some(CsvSpec {
                path: self.word(node, path)?,
                delimiter: None,
                header: true,
            });
        }
        let table = self.table(node, path, &["path", "delimiter", "header"])?;
        let file = self.need(&table, "path", "write `path = \"table.csv\"`", Self::word);
        let delimiter = self.opt(&table, "delimiter", |w, node, path| {
            let text = w.text(node, path)?;
            let good = text.len() == 1 && text != "\"" && text != "\n" && text != "\r";
            if !good {
                w.wrong(
                    node,
                    path,
                    "one character, such as \",\" \";\" \"|\" or \"\\t\"",
                );
            }
            good.then_some(text)
        });
        let header = self.opt(&table, "header", Self::boolean);
        Some(CsvSpec {
            path: file?,
            delimiter,
            header: header.unwrap_or(true),
        })
    }

    fn npy(&mut self, node: &Node, path: &str) -> Option<NpySpec> {
        let table = self.table(node, path, &["x", "y", "x_val", "y_val"])?;
        let x = self.need(&table, "x", "write `x = \"x.npy\"`", Self::word);
        let y = self.need(&table, "y", "write `y = \"y.npy\"`", Self::word);
        let x_val = self.opt(&table, "x_val", Self::word);
        let y_val = self.opt(&table, "y_val", Self::word);
        if table.has("x_val") != table.has("y_val") {
            let found = "one of `x_val` and `y_val` without the other";
            self.fault(table.at, path, found, "both or none", "");
        }
        Some(NpySpec {
            x: x?,
            y: y?,
            x_val,
            y_val,
        })
    }

    fn input(&mut self, node: &Node, path: &str) -> Option<InputSpec> {
        let entries = self.entries(node, path, "a table with `kind`")?;
        let kinds = [("numeric", true), ("text", false)];
        let head = Table {
            path: path.to_owned(),
            at: node.at,
            entries,
        };
        let mend = "write `kind = \"numeric\"` or `kind = \"text\"`";
        let numeric = self.need(&head, "kind", mend, |w, node, path| {
            w.choice(node, path, &kinds)
        })?;
        if numeric {
            self.numeric(node, path)
        } else {
            self.text_input(node, path)
        }
    }

    fn numeric(&mut self, node: &Node, path: &str) -> Option<InputSpec> {
        let table = self.table(node, path, &["kind", "name", "columns", "scale"])?;
        Some(InputSpec::Numeric {
            name: self.opt(&table, "name", Self::word),
            columns: self
                .opt(&table, "columns", |w, node, path| {
                    w.list(node, path, "a list of column names", Self::text)
                })
                .unwrap_or_default(),
            scale: self.opt(&table, "scale", |w, node, path| {
                w.choice(node, path, &SCALES)
            }),
        })
    }

    fn text_input(&mut self, node: &Node, path: &str) -> Option<InputSpec> {
        let keys = [
            "kind",
            "name",
            "column",
            "vocabulary",
            "length",
            "padding",
            "truncating",
            "lower",
        ];
        let table = self.table(node, path, &keys)?;
        let side = |w: &mut Self, node: &Node, path: &str| w.choice(node, path, &SIDES);
        let column = self.need(&table, "column", "name the column of text", Self::text);
        let mend = "write `length = 100`, the words kept per text";
        let length = self.need(&table, "length", mend, |w, node, path| {
            w.count(node, path, 1)
        });
        let name = self.opt(&table, "name", Self::word);
        // Two ids are taken by padding and the unknown word.
        let vocabulary = self.opt(&table, "vocabulary", |w, node, path| w.count(node, path, 3));
        let padding = self.opt(&table, "padding", side);
        let truncating = self.opt(&table, "truncating", side);
        let lower = self.opt(&table, "lower", Self::boolean);
        Some(InputSpec::Text {
            name,
            column: column?,
            vocabulary,
            length: length?,
            padding: padding.unwrap_or(Side::Post),
            truncating: truncating.unwrap_or(Side::Post),
            lower: lower.unwrap_or(true),
        })
    }

    /// Shares not stated take their default, or what is left of 1 when that is less.
    fn split(&mut self, data: &Table<'_>, has_validation: bool, held_out: bool) -> SplitSpec {
        let defaults: [f64; 3] = match (has_validation, held_out) {
            (true, _) => [1.0, 0.0, 0.0],
            (false, true) => [0.8, 0.0, 0.2],
            (false, false) => [0.7, 0.1, 0.2],
        };
        let stated = self.opt(data, "split", |w, node, path| {
            let keys = ["train", "validation", "test", "shuffle", "seed"];
            let table = w.table(node, path, &keys)?;
            let mut share = |key| {
                w.opt(&table, key, |w, node, path| {
                    w.number(node, path, SHARE, |n| (0.0..=1.0).contains(&n))
                })
            };
            let shares = [share("train"), share("validation"), share("test")];
            let shuffle = w.opt(&table, "shuffle", Self::boolean).unwrap_or(true);
            let seed = w.opt(&table, "seed", |w, node, path| w.whole(node, path, 0));
            w.check_shares(&table, &shares, has_validation, held_out);
            Some((shares, shuffle, seed))
        });
        let (stated, shuffle, seed) = stated.unwrap_or(([None; 3], true, None));
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
            seed,
        }
    }

    fn check_shares(
        &mut self,
        table: &Table<'_>,
        shares: &[Option<f64>; 3],
        has_validation: bool,
        held_out: bool,
    ) {
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
        if shares[1].is_some_and(|share| share > 0.0) {
            let reason = match (has_validation, held_out) {
                (true, _) => "`npy.x_val` is the validation part already",
                (_, true) => "`fit.validation_split` cuts the validation part already",
                _ => return,
            };
            let path = join(&table.path, "validation");
            let at = table.place("validation");
            self.fault(
                at,
                &path,
                reason,
                "one of the two",
                "write `validation = 0`",
            );
        }
    }
}
