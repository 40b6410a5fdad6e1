//! Reads the `fit` part of a run file.

use std::collections::BTreeMap;

use super::node::{Kind, Node};
use super::place::join;
use super::walk::Walker;
use super::{ClassWeight, ClassWeightRule, FitSpec, OneOrMany, Shuffle, ShuffleWithin};

const FIT_KEYS: [&str; 13] = [
    "epochs",
    "batch_size",
    "validation_split",
    "shuffle",
    "class_weight",
    "sample_weight",
    "initial_epoch",
    "steps_per_epoch",
    "validation_freq",
    "validation_batch_size",
    "validation_steps",
    "checkpoint_steps",
    "mixup",
];

impl Walker {
    pub(crate) fn fit(&mut self, node: &Node, path: &str) -> Option<FitSpec> {
        let node = self.fit_of_today(node, path);
        let table = self.table(&node, path, &FIT_KEYS)?;
        let default = FitSpec::default();
        let mut count =
            |key, least| self.opt(&table, key, |w, node, path| w.count(node, path, least));
        let epochs = count("epochs", 0).unwrap_or(default.epochs);
        let batch_size = count("batch_size", 1).unwrap_or(default.batch_size);
        let initial_epoch = count("initial_epoch", 0).unwrap_or(default.initial_epoch);
        let steps_per_epoch = count("steps_per_epoch", 1);
        let validation_batch_size = count("validation_batch_size", 1);
        let validation_steps = count("validation_steps", 1);
        let validation_split = self.opt(&table, "validation_split", |w, node, path| {
            w.number(node, path, "a share from 0 to below 1", |n| {
                (0.0..1.0).contains(&n)
            })
        });
        Some(FitSpec {
            epochs,
            batch_size,
            validation_split: validation_split.unwrap_or(default.validation_split),
            shuffle: self
                .opt(&table, "shuffle", Self::shuffle)
                .unwrap_or(default.shuffle),
            class_weight: self.opt(&table, "class_weight", Self::class_weight),
            sample_weight: self.opt(&table, "sample_weight", Self::word),
            initial_epoch,
            steps_per_epoch,
            validation_freq: self
                .opt(&table, "validation_freq", Self::validation_freq)
                .unwrap_or(default.validation_freq),
            validation_batch_size,
            validation_steps,
            checkpoint_steps: self.opt(&table, "checkpoint_steps", |w, node, path| {
                w.whole(node, path, 1)
            }),
            mixup: self.opt(&table, "mixup", |w, node, path| {
                w.number(node, path, "a number above 0, up to 1", |n| {
                    n > 0.0 && n <= 1.0
                })
            }),
        })
    }

    fn class_weight(&mut self, node: &Node, path: &str) -> Option<ClassWeight> {
        if let Kind::Text(_) = node.kind {
            let rules = [("balanced", ClassWeightRule::Balanced)];
            return self.choice(node, path, &rules).map(ClassWeight::Rule);
        }
        let what =
            "\"balanced\", or a table from class to weight, such as { \"0\" = 1.0, \"1\" = 2.5 }";
        let mut weights = BTreeMap::new();
        for item in self.entries(node, path, what)? {
            let path = join(path, &item.key);
            self.note(&path, item.value.at);
            let weight = self.number(&item.value, &path, "a weight, 0 or more", |n| n >= 0.0);
            weights.extend(weight.map(|weight| (item.key.clone(), weight)));
        }
        Some(ClassWeight::PerClass(weights))
    }

    fn shuffle(&mut self, node: &Node, path: &str) -> Option<Shuffle> {
        match node.kind {
            Kind::Text(_) => self.choice(
                node,
                path,
                &[("batch", Shuffle::Within(ShuffleWithin::Batch))],
            ),
            _ => self.boolean(node, path).map(Shuffle::Rows),
        }
    }

    fn validation_freq(&mut self, node: &Node, path: &str) -> Option<OneOrMany<usize>> {
        match &node.kind {
            Kind::List(_) => self
                .list(node, path, "a list of epochs", |w, node, path| {
                    w.count(node, path, 1)
                })
                .map(OneOrMany::Many),
            _ => self.count(node, path, 1).map(OneOrMany::One),
        }
    }
}
