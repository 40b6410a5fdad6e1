//! Reads the `data` part of a run file.

use std::collections::BTreeMap;

use super::node::Node;
use super::place::join;
use super::read_split::Given;
use super::walk::{Table, Walker, one_of};
use super::{Balance, DataSpec, LabelEncoding, Scale, SplitSpec};

const KEYS: [&str; 21] = [
    "sample",
    "csv",
    "parquet",
    "npy",
    "npz",
    "idx",
    "texts",
    "images",
    "label",
    "labels",
    "label_separator",
    "label_groups",
    "label_encoding",
    "inputs",
    "scale",
    "drop_duplicates",
    "windows",
    "split",
    "balance",
    "stream",
    "augment",
];
/// The keys among them that name a source.
const SOURCES: &[&str] = &[
    "sample", "csv", "parquet", "npy", "npz", "idx", "texts", "images",
];
const BALANCES: [(&str, Balance); 2] = [
    ("downsample", Balance::Downsample),
    ("upsample", Balance::Upsample),
];
const ENCODINGS: [(&str, LabelEncoding); 3] = [
    ("one_hot", LabelEncoding::OneHot),
    ("index", LabelEncoding::Index),
    ("number", LabelEncoding::Number),
];
pub(super) const SCALES: [(&str, Scale); 2] =
    [("standard", Scale::Standard), ("min_max", Scale::MinMax)];

impl Walker {
    /// The data part. `held_out`: `fit.validation_split` takes the place of a validation share.
    pub(crate) fn data(&mut self, node: &Node, path: &str, held_out: bool) -> Option<DataSpec> {
        let before = self.errors.len();
        let table = self.table(node, path, &KEYS)?;
        let data = DataSpec {
            sample: self.opt(&table, "sample", Self::word),
            csv: self.opt(&table, "csv", Self::csv),
            parquet: self.opt(&table, "parquet", Self::parquet),
            npy: self.opt(&table, "npy", |w, node, path| w.arrays(node, path, false)),
            npz: self.opt(&table, "npz", |w, node, path| w.arrays(node, path, true)),
            idx: self.opt(&table, "idx", |w, node, path| w.arrays(node, path, false)),
            images: self.opt(&table, "images", Self::images),
            texts: self.opt(&table, "texts", Self::texts),
            label: self.opt(&table, "label", Self::word),
            labels: self
                .opt(&table, "labels", |w, node, path| {
                    w.list(node, path, "a list of column names", Self::text)
                })
                .unwrap_or_default(),
            label_separator: self.opt(&table, "label_separator", Self::separator),
            label_groups: self
                .opt(&table, "label_groups", Self::groups)
                .unwrap_or_default(),
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
            drop_duplicates: self
                .opt(&table, "drop_duplicates", Self::boolean)
                .unwrap_or_default(),
            split: SplitSpec::default(),
            windows: self.opt(&table, "windows", |w, node, path| {
                w.windows(&table, node, path, held_out)
            }),
            balance: self.opt(&table, "balance", |w, node, path| {
                w.choice(node, path, &BALANCES)
            }),
            stream: self.opt(&table, "stream", Self::boolean),
            augment: self
                .opt(&table, "augment", |w, node, path| {
                    w.list(
                        node,
                        path,
                        "a list of tables with `kind`",
                        Self::augment_step,
                    )
                })
                .unwrap_or_default(),
        };
        self.one_source(&table);
        self.fitting_labels(&table, &data);
        if held_out && data.balance == Some(Balance::Upsample) {
            let found = "`fit.validation_split` would cut repeated rows into both parts";
            let mend = "write `split = { validation = 0.1 }` instead of it";
            self.fault(
                table.place("balance"),
                &join(path, "balance"),
                found,
                "",
                mend,
            );
        }
        let arrays = [&data.npy, &data.npz, &data.idx];
        let arrays = arrays.into_iter().flatten().next();
        let given = Given {
            validation: arrays.is_some_and(|a| a.x_val.is_some()),
            test: arrays.is_some_and(|a| a.x_test.is_some()),
            held_out,
        };
        let split = self.split(&table, given);
        (self.errors.len() == before).then_some(DataSpec { split, ..data })
    }

    /// Exactly one source, and only options that this source knows.
    fn one_source(&mut self, table: &Table<'_>) {
        let given: Vec<&str> = SOURCES
            .iter()
            .copied()
            .filter(|key| table.has(key))
            .collect();
        let expected = &format!("exactly one of {}", one_of(SOURCES));
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
        let columns = matches!(source, "csv" | "parquet");
        if columns && !table.has("label") && !table.has("labels") {
            let path = join(&table.path, "label");
            let mend = "write `label = \"...\"`, the column to be learnt";
            self.fault(table.at, &path, "missing", "", mend);
        }
        let texts = source == "texts";
        if texts && !table.has("inputs") {
            let path = join(&table.path, "inputs");
            let mend = "write `inputs = [{ kind = \"text\", column = \"text\", length = 100 }]`";
            self.fault(table.at, &path, "missing", "", mend);
        }
        let choices = [
            ("label", columns),
            ("labels", columns),
            ("label_separator", columns),
            ("label_groups", columns),
            ("drop_duplicates", columns || texts),
            ("inputs", columns || texts),
        ];
        for (key, used) in choices {
            if !used && table.has(key) {
                let found =
                    format!("`{key}` chooses columns of a table, but the data is `{source}`");
                let path = join(&table.path, key);
                self.fault(table.place(key), &path, &found, "", "leave it out");
            }
        }
        if (columns || texts) && table.has("scale") {
            let path = join(&table.path, "scale");
            let mend =
                "a table states it per input: `inputs = [{ kind = \"numeric\", scale = ... }]`";
            let found = "`scale` of the whole data, but the data is a table";
            self.fault(table.place("scale"), &path, found, "", mend);
        }
    }

    /// `labels` and `label_separator` each decide how labels reach the loss.
    fn fitting_labels(&mut self, table: &Table<'_>, data: &DataSpec) {
        let mut clash = |key: &str, found: &str| {
            let path = join(&table.path, key);
            self.fault(table.place(key), &path, found, "", "leave it out");
        };
        if table.has("label") && table.has("labels") {
            clash("label", "`labels` names the label columns already");
        }
        if table.has("label_separator") && table.has("labels") {
            clash(
                "label_separator",
                "several label columns are numbers, not lists",
            );
        }
        if table.has("label_separator") && table.has("label_encoding") {
            clash(
                "label_encoding",
                "labels in lists become 0 or 1 each, by `label_separator`",
            );
        }
        let encoding = data.label_encoding.unwrap_or(LabelEncoding::Number);
        let numbers = data.label_encoding == Some(LabelEncoding::Number);
        if table.has("label_groups") && (numbers || table.has("labels")) {
            clash("label_groups", "the labels are numbers, not classes");
        }
        if data.drop_duplicates && table.has("windows") {
            clash("drop_duplicates", "windows take every row of a series");
        }
        if table.has("labels") && encoding != LabelEncoding::Number {
            clash("label_encoding", "several label columns are numbers");
        }
        let empty = table.has("labels") && data.labels.is_empty();
        if empty {
            clash("labels", "no label column");
        }
    }

    fn groups(&mut self, node: &Node, path: &str) -> Option<BTreeMap<String, Vec<String>>> {
        let what = "a table from class to its labels, such as { cat = [\"tabby\", \"lynx\"] }";
        let mut groups = BTreeMap::new();
        let mut of: BTreeMap<String, String> = BTreeMap::new();
        for item in self.entries(node, path, what)? {
            let path = join(path, &item.key);
            self.note(&path, item.value.at);
            let cells = self.list(&item.value, &path, "a list of labels", Self::text);
            let cells = cells.unwrap_or_default();
            for cell in &cells {
                let other = of.insert(cell.trim().to_owned(), item.key.clone());
                if let Some(other) = other {
                    let found = format!("the label `{}` is in `{other}` already", cell.trim());
                    let mend = "leave it in one class, once";
                    self.fault(item.value.at, &path, &found, "", mend);
                }
            }
            groups.insert(item.key.clone(), cells);
        }
        if groups.is_empty() {
            self.wrong(node, path, what);
        }
        Some(groups)
    }

    fn separator(&mut self, node: &Node, path: &str) -> Option<String> {
        let text = self.text(node, path)?;
        if text.is_empty() {
            self.wrong(node, path, "what stands between labels, such as \"|\"");
        }
        Some(text)
    }
}
