//! Reads `data.inputs` of a run file.

use super::inputs::date_parts;
use super::node::{Kind, Node};
use super::place::join;
use super::read_data::SCALES;
use super::walk::{Table, Walker};
use super::{Categories, DatePart, InputSpec, Missing, Side, Unknown, missing_values};

const MISSING: [(&str, Missing); 5] = [
    ("error", Missing::Error),
    ("mean", Missing::Mean),
    ("median", Missing::Median),
    ("zero", Missing::Zero),
    ("drop", Missing::Drop),
];
const CATEGORIES: [(&str, Categories); 3] = [
    ("one_hot", Categories::OneHot),
    ("index", Categories::Index),
    ("hash", Categories::Hash),
];
const PARTS: [(&str, DatePart); 8] = [
    ("year", DatePart::Year),
    ("month", DatePart::Month),
    ("day", DatePart::Day),
    ("weekday", DatePart::Weekday),
    ("day_of_year", DatePart::DayOfYear),
    ("hour", DatePart::Hour),
    ("minute", DatePart::Minute),
    ("elapsed_days", DatePart::ElapsedDays),
];
const SIDES: [(&str, Side); 2] = [("pre", Side::Pre), ("post", Side::Post)];

impl Walker {
    pub(super) fn input(&mut self, node: &Node, path: &str) -> Option<InputSpec> {
        let entries = self.entries(node, path, "a table with `kind`")?;
        let kinds = [
            ("numeric", Self::numeric as fn(&mut Self, &Node, &str) -> _),
            ("categorical", Self::categorical),
            ("date", Self::date),
            ("text", Self::text_input),
            ("raw", Self::raw),
        ];
        let head = Table {
            path: path.to_owned(),
            at: node.at,
            entries,
        };
        let mend = "write `kind = \"numeric\"`, \"categorical\", \"date\", \"text\" or \"raw\"";
        let read = self.need(&head, "kind", mend, |w, node, path| {
            w.choice(node, path, &kinds)
        })?;
        read(self, node, path)
    }

    fn numeric(&mut self, node: &Node, path: &str) -> Option<InputSpec> {
        let keys = [
            "kind",
            "name",
            "columns",
            "scale",
            "missing",
            "missing_values",
        ];
        let table = self.table(node, path, &keys)?;
        Some(InputSpec::Numeric {
            name: self.opt(&table, "name", Self::word),
            columns: self.columns(&table).unwrap_or_default(),
            scale: self.opt(&table, "scale", |w, node, path| {
                w.choice(node, path, &SCALES)
            }),
            missing: self
                .opt(&table, "missing", |w, node, path| {
                    w.choice(node, path, &MISSING)
                })
                .unwrap_or_default(),
            missing_values: self
                .opt(&table, "missing_values", |w, node, path| {
                    w.list(
                        node,
                        path,
                        "a list of texts, such as [\"NA\", \"?\"]",
                        Self::text,
                    )
                })
                .unwrap_or_else(missing_values),
        })
    }

    fn columns(&mut self, table: &Table<'_>) -> Option<Vec<String>> {
        self.opt(table, "columns", |w, node, path| {
            w.list(node, path, "a list of column names", Self::text)
        })
    }

    fn categorical(&mut self, node: &Node, path: &str) -> Option<InputSpec> {
        let keys = [
            "kind",
            "name",
            "columns",
            "encoding",
            "buckets",
            "unknown",
            "max_categories",
        ];
        let table = self.table(node, path, &keys)?;
        let columns = self.columns(&table).unwrap_or_default();
        if columns.is_empty() {
            let mend = "name the columns of categories: `columns = [\"...\"]`";
            self.fault(
                table.place("columns"),
                &join(path, "columns"),
                "no column",
                "",
                mend,
            );
        }
        let choice = |w: &mut Self, node: &Node, path: &str| w.choice(node, path, &CATEGORIES);
        let encoding = self.opt(&table, "encoding", choice).unwrap_or_default();
        let count = |w: &mut Self, node: &Node, path: &str| w.count(node, path, 1);
        let buckets = self.opt(&table, "buckets", count);
        let unknown = self.opt(&table, "unknown", |w, node, path| {
            w.choice(
                node,
                path,
                &[("zeros", Unknown::Zeros), ("slot", Unknown::Slot)],
            )
        });
        let max_categories = self.opt(&table, "max_categories", count);
        let hash = encoding == Categories::Hash;
        if hash && !table.has("buckets") {
            let mend = "write `buckets = 64`, or another number of places per column";
            self.fault(table.at, &join(path, "buckets"), "missing", "", mend);
        }
        let misplaced = [
            ("buckets", !hash, "`encoding = \"hash\"`"),
            ("max_categories", hash, "an encoding other than \"hash\""),
            (
                "unknown",
                encoding != Categories::OneHot && unknown.unwrap_or_default() != Unknown::Zeros,
                "`encoding = \"one_hot\"`",
            ),
        ];
        for (key, _, needed) in misplaced.iter().filter(|m| m.1 && table.has(m.0)) {
            let found = format!("`{key}` needs {needed}");
            self.fault(
                table.place(key),
                &join(path, key),
                &found,
                "",
                "leave it out",
            );
        }
        Some(InputSpec::Categorical {
            name: self.opt(&table, "name", Self::word),
            columns,
            encoding,
            buckets,
            unknown: unknown.unwrap_or_default(),
            max_categories,
        })
    }

    fn raw(&mut self, node: &Node, path: &str) -> Option<InputSpec> {
        let table = self.table(node, path, &["kind", "name", "columns"])?;
        let mend = "name the columns of texts: `columns = [\"...\"]`";
        let columns = self.need(&table, "columns", mend, |w, node, path| {
            w.list(node, path, "a list of column names", Self::text)
        });
        if columns.as_ref().is_some_and(Vec::is_empty) {
            let at = table.place("columns");
            self.fault(at, &join(path, "columns"), "no column", "", mend);
        }
        Some(InputSpec::Raw {
            name: self.opt(&table, "name", Self::word),
            columns: columns?,
        })
    }

    fn date(&mut self, node: &Node, path: &str) -> Option<InputSpec> {
        let keys = [
            "kind", "name", "column", "format", "parts", "cyclic", "scale",
        ];
        let table = self.table(node, path, &keys)?;
        let column = self.need(&table, "column", "name the column of dates", Self::text);
        let parts = self.opt(&table, "parts", |w, node, path| {
            let parts = w.list(node, path, "a list of parts of a date", |w, node, path| {
                w.choice(node, path, &PARTS)
            })?;
            if matches!(&node.kind, Kind::List(items) if items.is_empty()) {
                w.wrong(node, path, "one part at least, such as \"month\"");
            }
            Some(parts)
        });
        let name = self.opt(&table, "name", Self::word);
        let format = self.opt(&table, "format", Self::word);
        let cyclic = self.opt(&table, "cyclic", Self::boolean);
        let scale = self.opt(&table, "scale", |w, node, path| {
            w.choice(node, path, &SCALES)
        });
        Some(InputSpec::Date {
            name,
            column: column?,
            format,
            parts: parts.unwrap_or_else(date_parts),
            cyclic: cyclic.unwrap_or(false),
            scale,
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
            "start",
        ];
        let table = self.table(node, path, &keys)?;
        let side = |w: &mut Self, node: &Node, path: &str| w.choice(node, path, &SIDES);
        let column = self.need(&table, "column", "name the column of text", Self::text);
        let mend = "write `length = 100`, the words kept per text";
        let length = self.need(&table, "length", mend, |w, node, path| {
            w.count(node, path, 1)
        });
        let name = self.opt(&table, "name", Self::word);
        let start = self.opt(&table, "start", Self::boolean).unwrap_or(false);
        // Some ids are taken by padding, the unknown word, and the start.
        let least = 3 + u64::from(start);
        let vocabulary = self.opt(&table, "vocabulary", |w, node, path| {
            w.count(node, path, least)
        });
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
            start,
        })
    }
}
