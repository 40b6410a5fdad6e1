//! Reads `data.inputs` of a run file.

use super::node::Node;
use super::read_data::SCALES;
use super::walk::{Table, Walker};
use super::{InputSpec, Side};

const SIDES: [(&str, Side); 2] = [("pre", Side::Pre), ("post", Side::Post)];

impl Walker {
    pub(super) fn input(&mut self, node: &Node, path: &str) -> Option<InputSpec> {
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
}
