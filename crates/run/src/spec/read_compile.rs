//! Reads the `compile` part of a run file: an optimizer, and losses, weights and metrics for each output.
//!
//! Each may be one for all outputs, a list in their order, or a table by their names; `"None"` in a list or table
//! stands for an output without one.

use indexmap::IndexMap;
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

/// Arguments of Keras's `compile` that say how it runs, not what is trained.
const HOW: [&str; 4] = [
    "run_eagerly",
    "steps_per_execution",
    "jit_compile",
    "auto_scale_loss",
];

impl Walker {
    /// The part `compile` without the arguments that change no number, each of them a fault.
    fn what_is_trained(&mut self, node: &Node, path: &str) -> Node {
        let mut node = node.clone();
        if let Kind::Table(entries) = &mut node.kind {
            for item in entries.iter().filter(|e| HOW.contains(&e.key.as_str())) {
                let found = format!("`{}` says how Keras runs a step", item.key);
                let mend = match item.key.as_str() {
                    "auto_scale_loss" => {
                        "take it out; a LossScaleOptimizer around the optimizer scales the loss"
                    }
                    _ => {
                        "take it out: steps are compiled as they stand, and no number depends on it"
                    }
                };
                self.fault(item.key_at, &join(path, &item.key), &found, "", mend);
            }
            entries.retain(|e| !HOW.contains(&e.key.as_str()));
        }
        node
    }

    pub(crate) fn compile(&mut self, node: &Node, path: &str) -> Option<CompileSpec> {
        let node = &self.what_is_trained(node, path);
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
        let mut found = IndexMap::new();
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

/// Whether a table is one by the names of outputs, not an object with its class. An output may be called `kind`: beside numbers
/// such a name is taken for a slip.
fn by_output(entries: &[Entry]) -> bool {
    let of_class = ["class_name", "classname", "class_nam", "config"];
    if entries.iter().any(|e| of_class.contains(&e.key.as_str())) {
        return false;
    }
    let slip = |e: &Entry| ["class", "type", "kind"].contains(&e.key.as_str());
    let value = |e: &Entry| !matches!(e.value.kind, Kind::Bool(_) | Kind::Number(_));
    !entries.iter().any(slip) || entries.iter().all(value)
}

#[cfg(test)]
mod tests {
    use super::super::{CompileSpec, KerasObject, PerOutput, RunSpec};

    fn read(compile: &str) -> Result<CompileSpec, String> {
        let text = format!(
            "[data]\nsample = \"digits\"\n[model]\nlayers = [\"Flatten\"]\n[compile]\n{compile}\n"
        );
        let read = RunSpec::from_toml(&text, "run.toml");
        read.map(|(spec, _)| spec.compile)
            .map_err(|e| e.to_string())
    }

    fn names(list: &[KerasObject]) -> Vec<&str> {
        list.iter().map(|o| o.class_name.as_str()).collect()
    }

    #[test]
    fn losses_for_all_in_order_or_by_name() {
        let loss = |text: &str| read(text).expect("reads").loss;
        let class = |o: &Option<KerasObject>| o.as_ref().map(|o| o.class_name.clone());
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(
            loss("loss = \"mse\"").map(class),
            PerOutput::All(some("mse"))
        );
        assert_eq!(
            loss("loss = { class_name = \"Huber\", delta = 2 }").map(class),
            PerOutput::All(some("Huber"))
        );
        assert_eq!(
            loss("loss = [\"mse\", \"None\"]").map(class),
            PerOutput::InOrder(vec![some("mse"), None])
        );
        assert_eq!(
            loss("loss = { a = { class_name = \"Huber\" }, b = \"None\" }").map(class),
            PerOutput::from([("a", some("Huber")), ("b", None)])
        );
        assert_eq!(
            loss("loss = { kind = \"ce\", price = \"mse\" }").map(class),
            PerOutput::from([("kind", some("ce")), ("price", some("mse"))])
        );
        let said = read("loss = { kind = \"Huber\", delta = 2 }").expect_err("a slip");
        assert!(said.contains("instead of `kind`"), "{said}");
        let said = read("loss = { a = 3 }").expect_err("no loss");
        assert!(
            said.contains("line 6") && said.contains("compile.loss.a"),
            "{said}"
        );
        assert!(
            read("loss = []")
                .expect_err("none")
                .contains("at least one")
        );
        assert_eq!(
            loss("loss = { kind = \"ce\" }").map(class),
            PerOutput::from([("kind", some("ce"))])
        );
    }

    #[test]
    fn weights_of_losses() {
        let weights = |text: &str| {
            let text = format!("loss = \"mse\"\nloss_weights = {text}");
            read(&text).map(|c| c.loss_weights)
        };
        assert_eq!(weights("0.5"), Ok(Some(PerOutput::All(0.5))));
        assert_eq!(
            weights("[1, 0.5]"),
            Ok(Some(PerOutput::InOrder(vec![1.0, 0.5])))
        );
        assert_eq!(
            weights("{ a = 2, b = 0.5 }"),
            Ok(Some(PerOutput::from([("a", 2.0), ("b", 0.5)])))
        );
        let said = weights("{ a = \"much\" }").expect_err("no number");
        assert!(said.contains("compile.loss_weights.a"), "{said}");
        assert_eq!(read("loss = \"mse\"").map(|c| c.loss_weights), Ok(None));
    }

    #[test]
    fn metrics_for_all_in_order_or_by_name() {
        let metrics = |text: &str| {
            let text = format!("loss = \"mse\"\nmetrics = {text}");
            read(&text).expect("reads").metrics
        };
        let list = |found: &PerOutput<Vec<KerasObject>>| found.map(|list| names(list).join(" "));
        let all = |text: &str| PerOutput::All(text.to_owned());
        assert_eq!(list(&metrics("\"mae\"")), all("mae"));
        assert_eq!(
            list(&metrics("[\"mae\", { class_name = \"AUC\" }]")),
            all("mae AUC")
        );
        assert_eq!(
            list(&metrics("[[\"mae\", \"mse\"], \"None\", \"acc\"]")),
            PerOutput::InOrder(vec!["mae mse".to_owned(), String::new(), "acc".to_owned()])
        );
        assert_eq!(
            list(&metrics("{ a = [\"mae\"], b = \"acc\", c = \"None\" }")),
            PerOutput::from([
                ("a", "mae".to_owned()),
                ("b", "acc".to_owned()),
                ("c", String::new())
            ])
        );
        assert_eq!(
            list(&metrics("{ kind = [\"acc\"] }")),
            PerOutput::from([("kind", "acc".to_owned())])
        );
    }
}
