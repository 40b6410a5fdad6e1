//! Reads `data.csv` of a run file.

use super::node::{Kind, Node};
use super::place::join;
use super::walk::Walker;
use super::{CsvSpec, Encoding};

pub(super) const ENCODINGS: [(&str, Encoding); 4] = [
    ("utf-8", Encoding::Utf8),
    ("latin-1", Encoding::Latin1),
    ("utf8", Encoding::Utf8),
    ("latin1", Encoding::Latin1),
];

impl Walker {
    pub(super) fn csv(&mut self, node: &Node, path: &str) -> Option<CsvSpec> {
        if let Kind::Text(_) = &node.kind {
            return Some(CsvSpec {
                path: self.word(node, path)?,
                ..CsvSpec::default()
            });
        }
        let keys = [
            "path",
            "table",
            "delimiter",
            "header",
            "columns",
            "encoding",
        ];
        let table = self.table(node, path, &keys)?;
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
        let columns = self.opt(&table, "columns", |w, node, path| {
            w.list(node, path, "a list of column names", Self::word)
        });
        if header == Some(true) && table.has("columns") {
            let found = "names for columns that the header names already";
            let (at, path) = (table.place("columns"), join(path, "columns"));
            self.fault(at, &path, found, "", "leave one of the two out");
        }
        let inside = self.opt(&table, "table", Self::word);
        let encoding = self.opt(&table, "encoding", |w, node, path| {
            w.choice(node, path, &ENCODINGS)
        });
        Some(CsvSpec {
            path: file?,
            table: inside,
            delimiter,
            header,
            columns: columns.unwrap_or_default(),
            encoding: encoding.unwrap_or_default(),
        })
    }
}
