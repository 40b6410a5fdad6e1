//! Reads the sources of a run file's `data` that are no tables.

use super::node::{Kind, Node};
use super::place::join;
use super::read_csv::ENCODINGS;
use super::walk::{Table, Walker};
use super::{
    ArraysSpec, Encoding, ImagesSpec, Interpolation, LabelArrays, ParquetSpec, TextsSpec,
    WindowsSpec,
};

/// Pairs of features and labels that come together.
const PARTS: [[&str; 2]; 2] = [["x_val", "y_val"], ["x_test", "y_test"]];
pub(super) const INTERPOLATIONS: [(&str, Interpolation); 2] = [
    ("bilinear", Interpolation::Bilinear),
    ("nearest", Interpolation::Nearest),
];

impl Walker {
    /// `npy` and `idx` name files; `npz` names arrays of one file, its `path`.
    pub(crate) fn arrays(&mut self, node: &Node, path: &str, npz: bool) -> Option<ArraysSpec> {
        let keys = [
            "path",
            "x",
            "y",
            "x_val",
            "y_val",
            "x_test",
            "y_test",
            "channel_axis",
        ];
        let table = self.table(node, path, if npz { &keys } else { &keys[1..] })?;
        let file = match npz {
            true => {
                let mend = "write `path = \"arrays.npz\"`";
                Some(self.need(&table, "path", mend, Self::word))
            }
            false => None,
        };
        let mends = match npz {
            true => [
                "write `x = \"x_train\"`, a name in the archive",
                "write `y = \"y_train\"`, a name in the archive",
            ],
            false => ["write `x = \"x.npy\"`", "write `y = \"y.npy\"`"],
        };
        let x = self.need(&table, "x", mends[0], Self::word);
        let y = self.need(&table, "y", mends[1], Self::label_arrays);
        for [a, b] in PARTS {
            if table.has(a) != table.has(b) {
                let found = format!("one of `{a}` and `{b}` without the other");
                self.fault(table.at, path, &found, "both or none", "");
            }
        }
        let [x_val, x_test] = ["x_val", "x_test"].map(|key| self.opt(&table, key, Self::word));
        let [y_val, y_test] = ["y_val", "y_test"].map(|key| {
            let labels = self.opt(&table, key, Self::label_arrays);
            self.same_outputs(&table, y.as_ref(), (key, labels.as_ref()));
            labels
        });
        let channel_axis = self.opt(&table, "channel_axis", Self::boolean);
        Some(ArraysSpec {
            path: match file {
                Some(file) => Some(file?),
                None => None,
            },
            x: x?,
            y: y?,
            x_val,
            y_val,
            x_test,
            y_test,
            channel_axis: channel_axis.unwrap_or(false),
        })
    }

    /// Every part has labels for the same outputs.
    fn same_outputs(
        &mut self,
        table: &Table<'_>,
        y: Option<&LabelArrays>,
        (key, labels): (&str, Option<&LabelArrays>),
    ) {
        let names = |labels: &LabelArrays| -> Vec<String> {
            let named = labels.iter().filter_map(|(name, _)| name);
            named.map(str::to_owned).collect()
        };
        let (Some(wanted), Some(found)) = (y.map(names), labels.map(names)) else {
            return;
        };
        if wanted != found {
            let listed = |names: &[String]| match names {
                [] => "one array".to_owned(),
                names => format!("arrays for {}", names.join(", ")),
            };
            let expected = format!("{}, as `y` has", listed(&wanted));
            let (at, path) = (table.place(key), join(&table.path, key));
            self.fault(at, &path, &listed(&found), &expected, "");
        }
    }

    /// A path, or a table with it.
    pub(crate) fn parquet(&mut self, node: &Node, path: &str) -> Option<ParquetSpec> {
        if let Kind::Text(_) = &node.kind {
            return Some(ParquetSpec {
                path: self.word(node, path)?,
                columns: Vec::new(),
            });
        }
        let table = self.table(node, path, &["path", "columns"])?;
        let mend = "write `path = \"table.parquet\"`";
        let file = self.need(&table, "path", mend, Self::word);
        let columns = self.opt(&table, "columns", |w, node, path| {
            let names = w.list(node, path, "a list of columns to read", Self::word)?;
            let mut once = names.clone();
            once.sort();
            once.dedup();
            if once.len() < names.len() {
                let expected = "each column once";
                w.fault(node.at, path, &names.join(", "), expected, "");
            }
            Some(names)
        });
        Some(ParquetSpec {
            path: file?,
            columns: columns.unwrap_or_default(),
        })
    }

    /// A path, or a table with it.
    pub(crate) fn texts(&mut self, node: &Node, path: &str) -> Option<TextsSpec> {
        if let Kind::Text(_) = &node.kind {
            return Some(TextsSpec {
                path: self.word(node, path)?,
                classes: Vec::new(),
                extension: "txt".to_owned(),
                encoding: Encoding::default(),
            });
        }
        let table = self.table(node, path, &["path", "classes", "extension", "encoding"])?;
        let mend = "write `path = \"texts.tar.gz\"`";
        let file = self.need(&table, "path", mend, Self::word);
        let classes = self.opt(&table, "classes", Self::class_names);
        let extension = self.opt(&table, "extension", Self::word);
        let encoding = self.opt(&table, "encoding", |w, node, path| {
            w.choice(node, path, &ENCODINGS)
        });
        Some(TextsSpec {
            path: file?,
            classes: classes.unwrap_or_default(),
            extension: extension.unwrap_or_else(|| "txt".to_owned()),
            encoding: encoding.unwrap_or_default(),
        })
    }

    pub(crate) fn images(&mut self, node: &Node, path: &str) -> Option<ImagesSpec> {
        let keys = ["path", "size", "channels", "interpolation", "classes"];
        let table = self.table(node, path, &keys)?;
        let mend = "write `path = \"images.tar.gz\"`";
        let file = self.need(&table, "path", mend, Self::word);
        let mend = "write `size = [64, 64]`, height and width in pixels";
        let size = self.need(&table, "size", mend, |w, node, path| {
            let pixels = |w: &mut Self, node: &Node, path: &str| w.count(node, path, 1);
            let expected = "height and width, such as [64, 64]";
            let size = w.list(node, path, expected, pixels)?;
            let size = <[usize; 2]>::try_from(size);
            if size.is_err() {
                w.wrong(node, path, expected);
            }
            size.ok()
        });
        let channels = self.opt(&table, "channels", |w, node, path| {
            let what = "1 for grey or 3 for colour";
            let n = w.number(node, path, what, |n| n == 1.0 || n == 3.0)?;
            Some(n as usize)
        });
        let interpolation = self.opt(&table, "interpolation", |w, node, path| {
            w.choice(node, path, &INTERPOLATIONS)
        });
        let classes = self.opt(&table, "classes", Self::class_names);
        Some(ImagesSpec {
            path: file?,
            size: size?,
            channels: channels.unwrap_or(3),
            interpolation: interpolation.unwrap_or_default(),
            classes: classes.unwrap_or_default(),
        })
    }

    /// Windows, and what cannot stand beside them in `data`.
    pub(crate) fn windows(
        &mut self,
        data: &Table<'_>,
        node: &Node,
        path: &str,
        held_out: bool,
    ) -> Option<WindowsSpec> {
        let table = self.table(node, path, &["length", "horizon", "stride"])?;
        let mend = "write `length = 24`, the rows that go in";
        let count = |w: &mut Self, node: &Node, path: &str| w.count(node, path, 1);
        let length = self.need(&table, "length", mend, count);
        let horizon = self.opt(&table, "horizon", count);
        let stride = self.opt(&table, "stride", count);
        for key in ["texts", "sample", "balance"] {
            if data.has(key) {
                let found = format!("`{key}` beside `windows`, which need rows in time order");
                let (at, path) = (data.place(key), join(&data.path, key));
                self.fault(at, &path, &found, "", "leave out one of the two");
            }
        }
        if held_out {
            let found = "`fit.validation_split` would cut through windows";
            let mend = "write `split = { validation = 0.1 }` instead";
            self.fault(table.at, path, found, "", mend);
        }
        Some(WindowsSpec {
            length: length?,
            horizon: horizon.unwrap_or(1),
            stride: stride.unwrap_or(1),
        })
    }

    /// Two classes or more, each once.
    fn class_names(&mut self, node: &Node, path: &str) -> Option<Vec<String>> {
        let names = self.list(node, path, "a list of folders, one per class", Self::word)?;
        let mut once = names.clone();
        once.sort();
        once.dedup();
        if once.len() < names.len() || names.len() < 2 {
            let expected = "two classes or more, each once";
            self.fault(node.at, path, &names.join(", "), expected, "");
            return None;
        }
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use crate::RunSpec;

    const REST: &str =
        "\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 1\n[compile]\nloss = \"mse\"\n";

    /// The shares of a source that reads, and reads back equal.
    fn shares(data: &str) -> [f64; 3] {
        let (spec, _) = RunSpec::from_toml(&format!("[data]\n{data}{REST}"), "run.toml")
            .unwrap_or_else(|e| panic!("{e}"));
        let text = spec.to_toml().expect("writes");
        let (back, _) = RunSpec::from_toml(&text, "run.toml").expect("reads back");
        assert_eq!(back, spec, "{text}");
        let split = spec.data.split;
        [split.train, split.validation, split.test]
    }

    fn faults(data: &str) -> String {
        let read = RunSpec::from_toml(&format!("[data]\n{data}{REST}"), "run.toml");
        read.expect_err("is refused").to_string()
    }

    #[test]
    fn given_parts_change_the_default_shares() {
        assert_eq!(
            shares("npz = { path = \"a.npz\", x = \"x\", y = \"y\" }"),
            [0.7, 0.1, 0.2]
        );
        let idx =
            "idx = { x = \"x\", y = \"y\", x_test = \"a\", y_test = \"b\", channel_axis = true }";
        assert_eq!(shares(idx), [0.9, 0.1, 0.0]);
        assert_eq!(
            shares("npy = { x = \"x\", y = \"y\", x_val = \"a\", y_val = \"b\" }"),
            [1.0, 0.0, 0.0]
        );
        let found = faults(&format!("{idx}\nsplit = {{ test = 0.1 }}"));
        assert!(
            found.contains("a test part of its own") && found.contains("test = 0"),
            "{found}"
        );
    }

    #[test]
    fn bad_arrays_are_refused() {
        let found = faults("npy = { path = \"a\", x = \"x\", y = \"y\" }");
        assert!(found.contains("unknown key `path`"), "{found}");
        let found = faults("npz = { x = \"x\", y = \"y\", y_test = \"z\" }");
        assert!(found.contains("`data.npz.path`: missing"), "{found}");
        assert!(
            found.contains("one of `x_test` and `y_test` without the other"),
            "{found}"
        );
    }

    #[test]
    fn parquet_is_a_table() {
        let parquet = "parquet = { path = \"a.parquet\", columns = [\"x\", \"y\"] }\n";
        assert_eq!(shares(&format!("{parquet}label = \"y\"")), [0.7, 0.1, 0.2]);
        let split = "split = { by = \"group\", column = \"x\" }";
        assert_eq!(
            shares(&format!("parquet = \"a\"\nlabel = \"y\"\n{split}")),
            [0.7, 0.1, 0.2]
        );
        let found = faults(parquet);
        assert!(found.contains("`data.label`: missing"), "{found}");
        let found = faults("parquet = { columns = [\"x\", \"x\"], table = 1 }\nlabel = \"y\"");
        assert!(found.contains("each column once"), "{found}");
        assert!(found.contains("unknown key `table`"), "{found}");
        assert!(found.contains("`data.parquet.path`: missing"), "{found}");
    }

    const INPUT: &str = "\ninputs = [{ kind = \"text\", column = \"text\", length = 9 }]\n";

    #[test]
    fn texts_split_by_folder() {
        let texts = "texts = { path = \"a.zip\", classes = [\"a\", \"b\"] }";
        assert_eq!(shares(&format!("{texts}{INPUT}")), [0.7, 0.1, 0.2]);
        let by = "split = { by = \"folder\", validation = 0.1 }";
        assert_eq!(
            shares(&format!("texts = \"a\"{INPUT}{by}")),
            [0.9, 0.1, 0.0]
        );
        let found = faults(&format!("sample = \"digits\"\n{by}"));
        assert!(
            found.contains("`data.split.by`: `by = \"folder\"`, but"),
            "{found}"
        );
        let found = faults("texts = { path = \"a\", classes = [\"a\", \"a\"] }\nlabel = \"x\"");
        assert!(found.contains("two classes or more, each once"), "{found}");
        assert!(found.contains("`data.inputs`: missing"), "{found}");
        assert!(found.contains("`label` chooses columns"), "{found}");
    }

    #[test]
    fn windows_keep_the_order_of_rows() {
        let series = "csv = \"a.csv\"\nlabel = \"y\"\nwindows = { length = 9 }\n";
        assert_eq!(shares(series), [0.7, 0.1, 0.2]);
        let text = format!("[data]\n{series}{REST}");
        let (spec, _) = RunSpec::from_toml(&text, "run.toml").expect("reads");
        assert!(!spec.data.split.shuffle);
        let windows = spec.data.windows.expect("is there");
        assert_eq!((windows.horizon, windows.stride), (1, 1));
        let found = faults(&format!("{series}split = {{ shuffle = true }}"));
        assert!(found.contains("rows in time order"), "{found}");
        let found = faults(&format!("{series}split = {{ by = \"stratified\" }}"));
        assert!(found.contains("split by time"), "{found}");
        let found = faults(&format!("{series}balance = \"upsample\""));
        assert!(found.contains("`balance` beside `windows`"), "{found}");
        let found = faults("csv = \"a.csv\"\nlabel = \"y\"\nwindows = { length = 0, step = 2 }");
        assert!(
            found.contains("unknown key `step`") && found.contains("1 or more"),
            "{found}"
        );
    }

    #[test]
    fn images_have_a_size() {
        let images = "images = { path = \"a.zip\", size = [28, 30], channels = 1 }";
        assert_eq!(shares(images), [0.7, 0.1, 0.2]);
        let by = "split = { by = \"folder\" }";
        assert_eq!(shares(&format!("{images}\n{by}")), [1.0, 0.0, 0.0]);
        let found = faults("images = { path = \"a\", size = [28], channels = 2 }");
        assert!(found.contains("height and width, such as"), "{found}");
        assert!(found.contains("1 for grey or 3 for colour"), "{found}");
        let found = faults("images = { path = \"a\" }\ninputs = []");
        assert!(found.contains("`data.images.size`: missing"), "{found}");
        assert!(found.contains("the data is `images`"), "{found}");
    }
}
