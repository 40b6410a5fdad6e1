//! Reads the `compile` part of a run file: an optimizer, and losses, weights and metrics for each output.
//!
//! Each may be one for all outputs, a list in their order, or a table by their names; `"None"` in a list or table
//! stands for an output without one.

use std::collections::BTreeMap;

use serde_json::Map;

use super::node::{Entry, Kind, Node};
use super::place::join;
use super::walk::Walker;
use super::{CompileSpec, KerasObject, PerOutput};

const KEYS: [&str; 5] = [
    "optimizer",
    "loss",
    "loss_weights",
    "metrics",
    "weighted_metrics",
];

impl Walker {
    pub(crate) fn compile(&mut self, node: &Node, path: &str) -> Option<CompileSpec> {
        let table = self.table(node, path, &KEYS)?;
        let optimizer = if table.has("optimizer") {
            self.opt(&table, "optimizer", |w, node, path| {
                w.object(node, path, &[])
            })
        } else {
            Some(KerasObject {
                class_name: "rmsprop".to_owned(),
                config: Map::new(),
            })
        };
        let mend = "write `loss = \"...\"`, such as \"sparse_categorical_crossentropy\"";
        let loss = self.need(&table, "loss", mend, Self::losses);
        let loss_weights = self.opt(&table, "loss_weights", Self::loss_weights);
        let metrics = self.opt(&table, "metrics", Self::metrics);
        let weighted_metrics = self.opt(&table, "weighted_metrics", Self::metrics);
        Some(CompileSpec {
            optimizer: optimizer?,
            loss: loss?,
            loss_weights,
            metrics: metrics.unwrap_or_default(),
            weighted_metrics: weighted_metrics.unwrap_or_default(),
        })
    }

    fn losses(&mut self, node: &Node, path: &str) -> Option<PerOutput<Option<KerasObject>>> {
        let each = |w: &mut Self, item: &Node, path: &str| match item.kind {
            Kind::Null => Some(None),
            _ => w.object(item, path, &[]).map(Some),
        };
        match &node.kind {
            Kind::List(items) if items.is_empty() => {
                self.wrong(node, path, "at least one loss");
                None
            }
            Kind::List(_) => {
                let what = "a list of losses, one for each output";
                self.list(node, path, what, each).map(PerOutput::InOrder)
            }
            Kind::Table(entries) if by_output(entries) => self.named(node, path, each),
            _ => self
                .object(node, path, &[])
                .map(|one| PerOutput::All(Some(one))),
        }
    }

    fn loss_weights(&mut self, node: &Node, path: &str) -> Option<PerOutput<f64>> {
        let each = |w: &mut Self, item: &Node, path: &str| {
            w.number(item, path, "a weight, such as 0.5", f64::is_finite)
        };
        match &node.kind {
            Kind::List(_) => {
                let what = "a list of weights, one for each output";
                self.list(node, path, what, each).map(PerOutput::InOrder)
            }
            Kind::Table(_) => self.named(node, path, each),
            _ => each(self, node, path).map(PerOutput::All),
        }
    }

    fn metrics(&mut self, node: &Node, path: &str) -> Option<PerOutput<Vec<KerasObject>>> {
        let each = |w: &mut Self, item: &Node, path: &str| match item.kind {
            Kind::Null => Some(vec![]),
            Kind::List(_) => w.objects(item, path),
            _ => w.object(item, path, &[]).map(|one| vec![one]),
        };
        let of_outputs = |item: &Node| matches!(item.kind, Kind::Null | Kind::List(_));
        match &node.kind {
            Kind::List(items) if items.iter().any(of_outputs) => {
                let what = "a list of metrics for each output";
                self.list(node, path, what, each).map(PerOutput::InOrder)
            }
            Kind::List(_) => self.objects(node, path).map(PerOutput::All),
            Kind::Table(entries) if by_output(entries) => self.named(node, path, each),
            _ => each(self, node, path).map(PerOutput::All),
        }
    }

    /// A table from the names of outputs.
    fn named<T>(
        &mut self,
        node: &Node,
        path: &str,
        mut each: impl FnMut(&mut Self, &Node, &str) -> Option<T>,
    ) -> Option<PerOutput<T>> {
        let mut found = BTreeMap::new();
        let mut whole = true;
        for item in self.entries(node, path, "a table by the names of outputs")? {
            let path = join(path, &item.key);
            self.note(&path, item.value.at);
            match each(self, &item.value, &path) {
                Some(value) => _ = found.insert(item.key.clone(), value),
                None => whole = false,
            }
        }
        whole.then_some(PerOutput::Named(found))
    }
}

/// Whether a table is one by the names of outputs, not an object with its class.
fn by_output(entries: &[Entry]) -> bool {
    let of_class = [
        "class_name",
        "class",
        "type",
        "classname",
        "class_nam",
        "kind",
        "config",
    ];
    !entries.iter().any(|e| of_class.contains(&e.key.as_str()))
}
