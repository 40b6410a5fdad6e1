//! Reads the sources of a run file's `data` that are no tables.

use super::ArraysSpec;
use super::node::Node;
use super::walk::Walker;

/// Pairs of features and labels that come together.
const PARTS: [[&str; 2]; 2] = [["x_val", "y_val"], ["x_test", "y_test"]];

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
        let y = self.need(&table, "y", mends[1], Self::word);
        for [a, b] in PARTS {
            if table.has(a) != table.has(b) {
                let found = format!("one of `{a}` and `{b}` without the other");
                self.fault(table.at, path, &found, "both or none", "");
            }
        }
        let mut word = |key| self.opt(&table, key, Self::word);
        let [x_val, y_val] = [word("x_val"), word("y_val")];
        let [x_test, y_test] = [word("x_test"), word("y_test")];
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
}
