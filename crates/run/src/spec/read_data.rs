//! Reads the `data` part of a run file.

use super::node::Node;
use super::place::join;
use super::read_split::Given;
use super::walk::{Table, Walker, one_of};
use super::{Balance, DataSpec, LabelArrays, Scale, SplitSpec};

const KEYS: [&str; 22] = [
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
    "targets",
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
pub(super) const SCALES: [(&str, Scale); 2] =
    [("standard", Scale::Standard), ("min_max", Scale::MinMax)];

impl Walker {
    /// The data part. `held_out`: `fit.validation_split` takes the place of a validation share.
    pub(crate) fn data(&mut self, node: &Node, path: &str, held_out: bool) -> Option<DataSpec> {
        let before = self.errors.len();
        let table = self.table(node, path, &KEYS)?;
        let labels = self.label_keys(&table);
        let data = DataSpec {
            sample: self.opt(&table, "sample", Self::word),
            csv: self.opt(&table, "csv", Self::csv),
            parquet: self.opt(&table, "parquet", Self::parquet),
            npy: self.opt(&table, "npy", |w, node, path| w.arrays(node, path, false)),
            npz: self.opt(&table, "npz", |w, node, path| w.arrays(node, path, true)),
            idx: self.opt(&table, "idx", |w, node, path| w.arrays(node, path, false)),
            images: self.opt(&table, "images", Self::images),
            texts: self.opt(&table, "texts", Self::texts),
            label: labels.label,
            labels: labels.labels,
            label_separator: labels.label_separator,
            label_groups: labels.label_groups,
            label_encoding: labels.label_encoding,
            targets: self
                .opt(&table, "targets", |w, node, path| {
                    w.targets(&table, node, path)
                })
                .unwrap_or_default(),
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
        if data.drop_duplicates && table.has("windows") {
            let (at, path) = (
                table.place("drop_duplicates"),
                join(path, "drop_duplicates"),
            );
            let found = "windows take every row of a series";
            self.fault(at, &path, found, "", "leave it out");
        }
        self.fitting_encoding(&table, &data);
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
        let arrays = data.arrays();
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
        if columns && !table.has("targets") {
            self.need_label(table);
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
            ("targets", columns),
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

    /// Several arrays of labels have the encodings that the losses of their outputs take.
    fn fitting_encoding(&mut self, table: &Table<'_>, data: &DataSpec) {
        let named = |y: &LabelArrays| matches!(y, LabelArrays::Named(_));
        if table.has("label_encoding") && data.arrays().is_some_and(|arrays| named(&arrays.y)) {
            let found = "`label_encoding` beside a table of arrays `y`";
            let mend = "leave it out: the loss of each output decides";
            let (at, path) = (
                table.place("label_encoding"),
                join(&table.path, "label_encoding"),
            );
            self.fault(at, &path, found, "", mend);
        }
    }
}
