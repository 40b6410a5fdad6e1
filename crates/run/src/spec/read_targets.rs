//! Reads what is learnt: the label keys of a run file's `data`, `data.targets`, and the arrays `y`.

use std::collections::BTreeMap;

use super::node::{Kind, Node};
use super::place::join;
use super::walk::{Table, Walker};
use super::{LabelArrays, LabelEncoding, TargetSpec};

/// The keys that say how the labels of a target are read: in `data` itself, or in one of `data.targets`.
pub(super) const LABEL_KEYS: [&str; 5] = [
    "label",
    "labels",
    "label_separator",
    "label_groups",
    "label_encoding",
];
const ENCODINGS: [(&str, LabelEncoding); 3] = [
    ("one_hot", LabelEncoding::OneHot),
    ("index", LabelEncoding::Index),
    ("number", LabelEncoding::Number),
];
const WRITE_LABEL: &str = "write `label = \"...\"`, the column to be learnt";

impl Walker {
    /// The label keys of a table, as far as they are there.
    pub(super) fn label_keys(&mut self, table: &Table<'_>) -> TargetSpec {
        let target = TargetSpec {
            name: None,
            label: self.opt(table, "label", Self::word),
            labels: self
                .opt(table, "labels", |w, node, path| {
                    w.list(node, path, "a list of column names", Self::text)
                })
                .unwrap_or_default(),
            label_separator: self.opt(table, "label_separator", Self::separator),
            label_groups: self
                .opt(table, "label_groups", Self::groups)
                .unwrap_or_default(),
            label_encoding: self.opt(table, "label_encoding", |w, node, path| {
                w.choice(node, path, &ENCODINGS)
            }),
        };
        self.fitting_labels(table, &target);
        target
    }

    /// Refuses a table without a label column.
    pub(super) fn need_label(&mut self, table: &Table<'_>) {
        if !table.has("label") && !table.has("labels") {
            let path = join(&table.path, "label");
            self.fault(table.at, &path, "missing", "", WRITE_LABEL);
        }
    }

    /// `data.targets`, and what cannot stand beside them in `data`.
    pub(super) fn targets(
        &mut self,
        data: &Table<'_>,
        node: &Node,
        path: &str,
    ) -> Option<Vec<TargetSpec>> {
        for key in LABEL_KEYS.into_iter().filter(|key| data.has(key)) {
            let found = format!("`{key}` beside `targets`, each of which has its own");
            let mend = "move it into the target that it is for";
            self.fault(data.place(key), &join(&data.path, key), &found, "", mend);
        }
        let what = "a list of tables with `name` and `label`";
        let Kind::List(items) = &node.kind else {
            self.wrong(node, path, what);
            return None;
        };
        if items.is_empty() {
            self.wrong(node, path, "at least one target");
        }
        let several = items.len() > 1;
        let mut known: Vec<String> = Vec::new();
        self.list(node, path, what, |w, node, path| {
            let keys = [&["name"], LABEL_KEYS.as_slice()].concat();
            let table = w.table(node, path, &keys)?;
            let mend = "write `name = \"...\"`, the output of the model that it feeds";
            let name = match several {
                true => w.need(&table, "name", mend, Self::word),
                false => w.opt(&table, "name", Self::word),
            };
            if let Some(name) = name.as_ref().filter(|name| known.contains(name)) {
                let found = format!("a second target for the output `{name}`");
                let (at, path) = (table.place("name"), join(path, "name"));
                w.fault(at, &path, &found, "one for each output", "");
            }
            known.extend(name.clone());
            w.need_label(&table);
            let target = w.label_keys(&table);
            Some(TargetSpec { name, ..target })
        })
    }

    /// The array of the labels, or a table of arrays by the names of outputs.
    pub(super) fn label_arrays(&mut self, node: &Node, path: &str) -> Option<LabelArrays> {
        if !matches!(node.kind, Kind::Table(_)) {
            return self.word(node, path).map(LabelArrays::One);
        }
        let what = "a table from the names of outputs to arrays";
        let entries = self.entries(node, path, what)?;
        if entries.is_empty() {
            self.wrong(node, path, what);
        }
        let mut named = BTreeMap::new();
        for item in entries {
            let path = join(path, &item.key);
            self.note(&path, item.value.at);
            let array = self.word(&item.value, &path)?;
            named.insert(item.key.clone(), array);
        }
        Some(LabelArrays::Named(named))
    }

    /// `labels` and `label_separator` each decide how labels reach the loss.
    fn fitting_labels(&mut self, table: &Table<'_>, target: &TargetSpec) {
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
        let encoding = target.label_encoding.unwrap_or(LabelEncoding::Number);
        let numbers = target.label_encoding == Some(LabelEncoding::Number);
        if table.has("label_groups") && (numbers || table.has("labels")) {
            clash("label_groups", "the labels are numbers, not classes");
        }
        if table.has("labels") && encoding != LabelEncoding::Number {
            clash("label_encoding", "several label columns are numbers");
        }
        if table.has("labels") && target.labels.is_empty() {
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
