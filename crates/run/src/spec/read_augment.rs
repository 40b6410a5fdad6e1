//! Reads `data.augment` of a run file.

use super::augment::{AugmentSpec, Change, DropMode, Fill, FillMode, FlipMode};
use super::node::{Kind, Node};
use super::place::join;
use super::read_sources::INTERPOLATIONS;
use super::walk::{Table, Walker};

type Read = fn(&mut Walker, &Node, &str) -> Option<AugmentSpec>;

const KINDS: [(&str, Read); 7] = [
    ("flip", Walker::flip),
    ("shift", Walker::shift),
    ("rotate", Walker::rotate),
    ("zoom", Walker::zoom),
    ("contrast", Walker::contrast),
    ("token_dropout", Walker::token_dropout),
    ("swap", Walker::swap),
];
/// Keras's layers, which are understood as kinds.
const LAYERS: [(&str, &str); 5] = [
    ("RandomFlip", "flip"),
    ("RandomTranslation", "shift"),
    ("RandomRotation", "rotate"),
    ("RandomZoom", "zoom"),
    ("RandomContrast", "contrast"),
];
const MODES: [(&str, FlipMode); 3] = [
    ("horizontal", FlipMode::Horizontal),
    ("vertical", FlipMode::Vertical),
    ("horizontal_and_vertical", FlipMode::HorizontalAndVertical),
];
const FILLS: [(&str, FillMode); 4] = [
    ("reflect", FillMode::Reflect),
    ("wrap", FillMode::Wrap),
    ("constant", FillMode::Constant),
    ("nearest", FillMode::Nearest),
];
const DROPS: [(&str, DropMode); 2] = [("unknown", DropMode::Unknown), ("remove", DropMode::Remove)];
const RANGE: &str = "a number, or two such as [-0.1, 0.2]";
const SHARE: &str = "give both `height_factor` and `width_factor`, such as 0.1, or 0 for none";

impl Walker {
    pub(super) fn augment_step(&mut self, node: &Node, path: &str) -> Option<AugmentSpec> {
        let entries = self.entries(node, path, "a table with `kind`")?;
        let head = Table {
            path: path.to_owned(),
            at: node.at,
            entries,
        };
        let mend = "write `kind = \"flip\"`, \"shift\", \"rotate\", \"zoom\", \"contrast\", \
                    \"token_dropout\" or \"swap\"";
        let read = self.need(&head, "kind", mend, |w, node, path| {
            let layer = LAYERS.iter().find(|(layer, _)| is_text(node, layer));
            match layer.and_then(|(_, kind)| KINDS.iter().find(|k| k.0 == *kind)) {
                Some((_, read)) => Some(*read),
                None => w.choice(node, path, &KINDS),
            }
        })?;
        read(self, node, path)
    }

    fn flip(&mut self, node: &Node, path: &str) -> Option<AugmentSpec> {
        let table = self.table(node, path, &["kind", "input", "mode"])?;
        let mode = self.opt(&table, "mode", |w, node, path| w.choice(node, path, &MODES));
        let mode = mode.unwrap_or_default();
        self.checked(&table, Change::Flip { mode })
    }

    fn shift(&mut self, node: &Node, path: &str) -> Option<AugmentSpec> {
        let keys = ["height_factor", "width_factor"];
        let table = self.table(node, path, &with_fill(&keys))?;
        let [height_factor, width_factor] =
            keys.map(|key| self.need(&table, key, SHARE, Self::about_zero));
        let fill = self.fill(&table);
        let change = Change::Shift {
            height_factor: height_factor?,
            width_factor: width_factor?,
            fill,
        };
        self.checked(&table, change)
    }

    fn rotate(&mut self, node: &Node, path: &str) -> Option<AugmentSpec> {
        let table = self.table(node, path, &with_fill(&["factor"]))?;
        let mend = "write `factor = 0.1`, a share of a full turn";
        let factor = self.need(&table, "factor", mend, Self::about_zero);
        let fill = self.fill(&table);
        let change = Change::Rotate {
            factor: factor?,
            fill,
        };
        self.checked(&table, change)
    }

    fn zoom(&mut self, node: &Node, path: &str) -> Option<AugmentSpec> {
        let keys = ["height_factor", "width_factor"];
        let table = self.table(node, path, &with_fill(&keys))?;
        let mend = "write `height_factor = 0.2`";
        let height_factor = self.need(&table, "height_factor", mend, Self::about_zero);
        let width_factor = self.opt(&table, "width_factor", Self::about_zero);
        let fill = self.fill(&table);
        let change = Change::Zoom {
            height_factor: height_factor?,
            width_factor,
            fill,
        };
        self.checked(&table, change)
    }

    fn contrast(&mut self, node: &Node, path: &str) -> Option<AugmentSpec> {
        let table = self.table(node, path, &["kind", "input", "factor", "value_range"])?;
        let mend = "write `factor = 0.2`";
        let factor = self.need(&table, "factor", mend, |w, node, path| match &node.kind {
            Kind::Number(_) => w.number(node, path, RANGE, |_| true).map(|f| [f, f]),
            _ => w.pair(node, path, RANGE),
        });
        let value_range = self.opt(&table, "value_range", |w, node, path| {
            w.pair(node, path, "two numbers, such as [0, 255]")
        });
        let change = Change::Contrast {
            factor: factor?,
            value_range,
        };
        self.checked(&table, change)
    }

    fn token_dropout(&mut self, node: &Node, path: &str) -> Option<AugmentSpec> {
        let table = self.table(node, path, &["kind", "input", "rate", "mode"])?;
        let mend = "write `rate = 0.1`, the chance of each word";
        let rate = self.need(&table, "rate", mend, Self::any_number);
        let mode = self.opt(&table, "mode", |w, node, path| w.choice(node, path, &DROPS));
        let change = Change::TokenDropout {
            rate: rate?,
            mode: mode.unwrap_or_default(),
        };
        self.checked(&table, change)
    }

    fn swap(&mut self, node: &Node, path: &str) -> Option<AugmentSpec> {
        let table = self.table(node, path, &["kind", "input", "rate", "count"])?;
        let before = self.errors.len();
        let rate = self.opt(&table, "rate", Self::any_number);
        let count = self.opt(&table, "count", |w, node, path| w.count(node, path, 1));
        if self.errors.len() > before {
            return None;
        }
        self.checked(&table, Change::Swap { rate, count })
    }

    fn fill(&mut self, table: &Table<'_>) -> Fill {
        let mode = self.opt(table, "fill_mode", |w, node, path| {
            w.choice(node, path, &FILLS)
        });
        let value = self.opt(table, "fill_value", Self::any_number);
        let interpolation = self.opt(table, "interpolation", |w, node, path| {
            w.choice(node, path, &INTERPOLATIONS)
        });
        Fill {
            fill_mode: mode.unwrap_or_default(),
            fill_value: value.unwrap_or(0.0),
            interpolation: interpolation.unwrap_or_default(),
        }
    }

    /// The step, where its options are in range.
    fn checked(&mut self, table: &Table<'_>, change: Change) -> Option<AugmentSpec> {
        let input = self.opt(table, "input", Self::word);
        let faults = change.out_of_range();
        for fault in &faults {
            let (at, path) = (table.place(fault.key), join(&table.path, fault.key));
            let found = format!("found {}", fault.found);
            self.fault(at, &path, &found, fault.expected, "");
        }
        faults.is_empty().then_some(AugmentSpec { input, change })
    }

    fn any_number(&mut self, node: &Node, path: &str) -> Option<f64> {
        self.number(node, path, "a number", |_| true)
    }

    /// `f` is from -f to f; two numbers are a range, in either order.
    fn about_zero(&mut self, node: &Node, path: &str) -> Option<[f64; 2]> {
        if let Kind::Number(_) = node.kind {
            let f = self.number(node, path, RANGE, |_| true)?.abs();
            return Some([-f, f]);
        }
        let [a, b] = self.pair(node, path, RANGE)?;
        Some([a.min(b), a.max(b)])
    }

    fn pair(&mut self, node: &Node, path: &str, what: &str) -> Option<[f64; 2]> {
        if !matches!(&node.kind, Kind::List(items) if items.len() == 2) {
            self.wrong(node, path, what);
            return None;
        }
        let numbers = self.list(node, path, what, Self::any_number)?;
        numbers.try_into().ok()
    }
}

fn with_fill(keys: &[&'static str]) -> Vec<&'static str> {
    let shared = ["kind", "input", "fill_mode", "fill_value", "interpolation"];
    [&shared[..2], keys, &shared[2..]].concat()
}

fn is_text(node: &Node, text: &str) -> bool {
    matches!(&node.kind, Kind::Text(found) if found == text)
}

#[cfg(test)]
mod tests {
    use crate::RunSpec;
    use crate::spec::{AugmentSpec, Change, DropMode, Fill, FillMode, FlipMode, Interpolation};

    fn read(steps: &[&str]) -> Result<Vec<AugmentSpec>, String> {
        let steps: String = steps
            .iter()
            .map(|step| format!("[[data.augment]]\n{step}\n"))
            .collect();
        let text = format!(
            "[data]\nsample = \"digits\"\n{steps}[[model.layers]]\nclass_name = \"Dense\"\n\
             units = 1\n[compile]\nloss = \"mse\"\n"
        );
        let (spec, _) = RunSpec::from_toml(&text, "run.toml").map_err(|e| e.to_string())?;
        let toml = spec.to_toml().expect("writes");
        let (again, _) = RunSpec::from_toml(&toml, "run.toml").expect("reads back");
        assert_eq!(again, spec, "{toml}");
        let json = spec.to_json().expect("writes");
        let (again, _) = RunSpec::from_json(&json, "run.json").expect("reads back");
        assert_eq!(again, spec, "{json}");
        let plain: RunSpec = serde_json::from_str(&json).expect("is plain data");
        assert_eq!(plain, spec, "{json}");
        Ok(spec.data.augment)
    }

    #[test]
    fn every_kind_with_defaults_and_without() {
        let steps = read(&[
            "kind = \"flip\"",
            "kind = \"RandomFlip\"\nmode = \"horizontal\"\ninput = \"photo\"",
            "kind = \"shift\"\nheight_factor = -0.1\nwidth_factor = [0.3, -0.2]",
            "kind = \"RandomRotation\"\nfactor = 1\nfill_mode = \"constant\"\nfill_value = 7\n\
             interpolation = \"nearest\"",
            "kind = \"zoom\"\nheight_factor = [-0.5, 1]",
            "kind = \"contrast\"\nfactor = 0.2",
            "kind = \"contrast\"\nfactor = [0.5, 0.1]\nvalue_range = [0, 255]",
            "kind = \"token_dropout\"\nrate = 0.1",
            "kind = \"token_dropout\"\nrate = 0\nmode = \"remove\"",
            "kind = \"swap\"\nrate = 0.5",
            "kind = \"swap\"\ncount = 2",
        ])
        .unwrap();
        let fill = Fill::default();
        assert_eq!(steps[1].input.as_deref(), Some("photo"));
        let changes: Vec<Change> = steps.into_iter().map(|step| step.change).collect();
        let flip = |mode| Change::Flip { mode };
        assert_eq!(changes[0], flip(FlipMode::HorizontalAndVertical));
        assert_eq!(changes[1], flip(FlipMode::Horizontal));
        let shift = Change::Shift {
            height_factor: [-0.1, 0.1],
            width_factor: [-0.2, 0.3],
            fill,
        };
        assert_eq!(changes[2], shift);
        let rotate = Change::Rotate {
            factor: [-1.0, 1.0],
            fill: Fill {
                fill_mode: FillMode::Constant,
                fill_value: 7.0,
                interpolation: Interpolation::Nearest,
            },
        };
        assert_eq!(changes[3], rotate);
        let zoom = Change::Zoom {
            height_factor: [-0.5, 1.0],
            width_factor: None,
            fill,
        };
        assert_eq!(changes[4], zoom);
        let contrast = |factor, value_range| Change::Contrast {
            factor,
            value_range,
        };
        assert_eq!(changes[5], contrast([0.2, 0.2], None));
        assert_eq!(changes[6], contrast([0.5, 0.1], Some([0.0, 255.0])));
        let dropout = |rate, mode| Change::TokenDropout { rate, mode };
        assert_eq!(changes[7], dropout(0.1, DropMode::Unknown));
        assert_eq!(changes[8], dropout(0.0, DropMode::Remove));
        let swap = |rate, count| Change::Swap { rate, count };
        assert_eq!(changes[9], swap(Some(0.5), None));
        assert_eq!(changes[10], swap(None, Some(2)));
    }

    #[test]
    fn faults_are_told_all_at_once_with_their_places() {
        let found = read(&[
            "kind = \"rotat\"\nfactor = 0.1",
            "mode = \"horizontal\"",
            "kind = \"shift\"\nheight_factor = 1.5\nwidth_factor = [0.1]",
            "kind = \"shift\"\nheight_factor = 1.5\nwidth_factor = [0.1, -2]",
            "kind = \"zoom\"\nheight_factor = -1\nfill_mode = \"mirrored\"",
            "kind = \"contrast\"\nfactor = [0.1, -0.2]\nvalue_range = [1, 0]",
            "kind = \"token_dropout\"\nrate = 2",
            "kind = \"swap\"",
            "kind = \"swap\"\nrate = 0.1\ncount = 3",
            "kind = \"rotate\"\nfactor = \"much\"\nseed = 1",
            "kind = \"rotate\"\nfactor = 0.1\nfill_value = 1e300",
        ])
        .unwrap_err();
        for words in [
            "`data.augment[0].kind`: found the text \"rotat\"; expected `flip`",
            "did you mean `rotate`?",
            "`data.augment[1].kind`: missing",
            "`data.augment[2].width_factor`: found a list of 1; expected a number, or two",
            "`data.augment[3].height_factor`: found [-1.5, 1.5]; expected shares from -1 to 1",
            "`data.augment[3].width_factor`: found [-2.0, 0.1]; expected shares",
            "`data.augment[4].height_factor`: found [-1.0, 1.0]; expected shares above -1",
            "`data.augment[4].fill_mode`: found the text \"mirrored\"; expected `reflect`",
            "`data.augment[5].factor`: found [0.1, -0.2]; expected shares from 0 to 1",
            "`data.augment[5].value_range`: found [1.0, 0.0]; expected the least value",
            "`data.augment[6].rate`: found 2.0; expected a chance",
            "`data.augment[7].rate`: found none; expected one of `rate` and `count`",
            "`data.augment[8].rate`: found both; expected one of `rate` and `count`",
            "`data.augment[9].factor`: found the text \"much\"",
            "`data.augment[9].seed`: unknown key `seed`",
            "`data.augment[10].fill_value`: found 1e300;",
        ] {
            assert!(found.contains(words), "no `{words}` in\n{found}");
        }
        assert_eq!(found.lines().count(), 15, "{found}");
    }
}
