//! The faults, each a change of a plan that is otherwise clean.

use std::fmt::Write as _;

use super::tables::Table;

/// A run to be written: rows with their part and class, and the options that faults change.
pub struct Plan {
    seed: u64,
    classes: usize,
    /// Cells, class, part: 0 training, 1 validation, 2 test.
    rows: Vec<(Vec<f64>, usize, usize)>,
    scale: bool,
    units: usize,
    hidden: String,
    output: &'static str,
    rate: f64,
    epochs: usize,
    stops: bool,
    /// State of the generator.
    state: u64,
}

/// A fault and the findings that name it.
pub struct Fault {
    pub what: &'static str,
    pub names: &'static [&'static str],
    pub inject: fn(&mut Plan),
}

const OVERFITTING: &[&str] = &[
    "overfitting",
    "overfitting_benign",
    "overfitting_mild",
    "epochs_too_many",
];

pub const FAULTS: &[Fault] = &[
    Fault {
        what: "rows sorted by class before the split",
        names: &["validation_split_unshuffled", super::REFUSED],
        inject: Plan::sort,
    },
    Fault {
        what: "shifted class shares (a fifth of the classes thinned to a quarter)",
        names: &[
            "train_val_distribution_shift",
            "validation_split_unshuffled",
        ],
        inject: Plan::shift,
    },
    Fault {
        what: "a fifth of the validation rows copied from training",
        names: &["duplicate_rows"],
        inject: Plan::copy,
    },
    Fault {
        what: "a column that leaks the class",
        names: &["leaking_feature"],
        inject: Plan::leak,
    },
    Fault {
        what: "one feature times 10,000, unscaled",
        names: &["inputs_unscaled"],
        inject: Plan::unscale,
    },
    Fault {
        what: "learning rate x 100",
        names: &["lr_too_high"],
        inject: |plan| plan.rate *= 100.0,
    },
    Fault {
        what: "learning rate / 1000",
        names: &["lr_too_low"],
        inject: |plan| plan.rate /= 1000.0,
    },
    Fault {
        what: "dead relu units",
        names: &["dead_relu"],
        inject: Plan::kill,
    },
    Fault {
        what: "sigmoid under a categorical loss",
        names: &["wrong_activation_loss_pairing"],
        inject: |plan| plan.output = "sigmoid",
    },
    Fault {
        what: "too many epochs of a large network",
        names: OVERFITTING,
        inject: Plan::too_long,
    },
    Fault {
        what: "5 % of the labels changed",
        names: &["label_noise"],
        inject: |plan| plan.noise(0.05),
    },
    Fault {
        what: "10 % of the labels changed",
        names: &["label_noise"],
        inject: |plan| plan.noise(0.1),
    },
    Fault {
        what: "20 % of the labels changed",
        names: &["label_noise"],
        inject: |plan| plan.noise(0.2),
    },
    Fault {
        what: "one hidden unit",
        names: &["network_too_small", "underfitting", "plateau"],
        inject: |plan| (plan.units, plan.epochs, plan.stops, plan.rate) = (1, 200, false, 1e-2),
    },
    Fault {
        what: "a feature moved by two deviations in the validation rows",
        names: &["train_val_distribution_shift"],
        inject: Plan::shift_feature,
    },
    Fault {
        what: "validation rows on another scale",
        names: &[
            "train_test_scaling_mismatch",
            "train_val_distribution_shift",
        ],
        inject: Plan::rescale,
    },
    Fault {
        what: "too few rows",
        names: &["too_little_data", "overfitting"],
        inject: Plan::too_few,
    },
];

impl Plan {
    /// A sound run: scaled inputs, a split stratified by class, a small network, early stopping.
    pub fn clean(table: &Table, seed: u64) -> Plan {
        let mut plan = Plan {
            seed,
            classes: table.classes,
            rows: vec![],
            scale: true,
            units: 16,
            hidden: String::new(),
            output: "softmax",
            rate: 1e-3,
            epochs: 60,
            stops: true,
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678,
        };
        let mut order: Vec<usize> = (0..table.rows.len()).collect();
        plan.shuffle(&mut order);
        let mut of_class = vec![0usize; table.classes];
        let mut seen: Vec<&Vec<f64>> = vec![];
        for i in order {
            // Rows that repeat themselves would be a fault of their own.
            if seen.contains(&&table.rows[i]) {
                continue;
            }
            seen.push(&table.rows[i]);
            let class = table.labels[i];
            // Of each ten rows of a class six are trained on, three validate, one tests.
            let part = [0, 0, 1, 0, 0, 1, 0, 2, 0, 1][of_class[class] % 10];
            of_class[class] += 1;
            plan.rows.push((table.rows[i].clone(), class, part));
        }
        plan
    }

    fn random(&mut self) -> f64 {
        // xorshift64*
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            let j = (self.random() * (i + 1) as f64) as usize;
            list.swap(i, j.min(i));
        }
    }

    fn sort(&mut self) {
        self.rows.sort_by_key(|row| row.1);
        let n = self.rows.len();
        for (i, row) in self.rows.iter_mut().enumerate() {
            row.2 = usize::from(10 * i >= 6 * n) + usize::from(10 * i >= 9 * n);
        }
    }

    fn shift(&mut self) {
        let thin = self.classes.div_ceil(5);
        let mut seen = 0;
        self.rows.retain(|row| {
            let of_thin = row.1 < thin && row.2 == 1;
            seen += usize::from(of_thin);
            !of_thin || seen % 4 == 0
        });
    }

    fn copy(&mut self) {
        let train: Vec<(Vec<f64>, usize)> = self
            .rows
            .iter()
            .filter(|row| row.2 == 0)
            .map(|row| (row.0.clone(), row.1))
            .collect();
        let copies = self.rows.iter_mut().filter(|row| row.2 == 1).step_by(5);
        for (copy, own) in copies.zip(train) {
            (copy.0, copy.1) = own;
        }
    }

    fn leak(&mut self) {
        for i in 0..self.rows.len() {
            let noise = 0.02 * self.random();
            let class = self.rows[i].1 as f64;
            self.rows[i].0.push(class + noise);
        }
    }

    fn unscale(&mut self) {
        self.scale = false;
        let place = self.varying();
        self.rows.iter_mut().for_each(|row| row.0[place] *= 1e4);
    }

    /// A feature that varies.
    fn varying(&self) -> usize {
        let first = &self.rows[0].0;
        let varies = |j: usize| {
            self.rows.iter().filter(|row| row.0[j] != first[j]).count() * 2 > self.rows.len()
        };
        (0..first.len()).find(|j| varies(*j)).unwrap_or(0)
    }

    /// Changes the class of about this share of all rows.
    fn noise(&mut self, share: f64) {
        let others = self.classes.saturating_sub(1).max(1);
        for i in 0..self.rows.len() {
            if self.random() < share {
                let by = 1 + ((self.random() * others as f64) as usize).min(others - 1);
                self.rows[i].1 = (self.rows[i].1 + by) % self.classes;
            }
        }
    }

    fn shift_feature(&mut self) {
        let place = self.varying();
        let n = self.rows.len() as f64;
        let mean = self.rows.iter().map(|row| row.0[place]).sum::<f64>() / n;
        let spread = |row: &(Vec<f64>, usize, usize)| (row.0[place] - mean).powi(2);
        let deviation = (self.rows.iter().map(spread).sum::<f64>() / n).sqrt();
        let moved = self.rows.iter_mut().filter(|row| row.2 == 1);
        moved.for_each(|row| row.0[place] += 2.0 * deviation);
    }

    fn rescale(&mut self) {
        for row in self.rows.iter_mut().filter(|row| row.2 == 1) {
            row.0.iter_mut().for_each(|x| *x /= 255.0);
        }
    }

    fn kill(&mut self) {
        "bias_initializer = { class_name = \"Constant\", value = -30.0 }\n"
            .clone_into(&mut self.hidden);
    }

    fn too_long(&mut self) {
        (self.units, self.epochs, self.stops) = (256, 300, false);
    }

    fn too_few(&mut self) {
        let mut kept = vec![0usize; self.classes];
        self.rows.retain(|row| {
            kept[row.1] += usize::from(row.2 == 0);
            row.2 != 0 || kept[row.1] <= 5
        });
        (self.units, self.epochs, self.stops) = (64, 200, false);
        self.rate *= 10.0;
    }

    /// The table, with a column for the part.
    pub fn csv(&self) -> String {
        let n = self.rows[0].0.len();
        let names: Vec<String> = (0..n).map(|j| format!("x{j}")).collect();
        let mut text = format!("{},label,part\n", names.join(","));
        for (cells, class, part) in &self.rows {
            let cells: Vec<String> = cells.iter().map(f64::to_string).collect();
            let part = ["train", "validation", "test"][*part];
            let _written = writeln!(text, "{},c{class},{part}", cells.join(","));
        }
        text
    }

    /// The run file.
    pub fn toml(&self) -> String {
        let columns: Vec<String> = (0..self.rows[0].0.len())
            .map(|j| format!("\"x{j}\""))
            .collect();
        let scale = if self.scale {
            "scale = \"standard\"\n"
        } else {
            ""
        };
        let callbacks = if self.stops {
            "[[callbacks]]\nclass_name = \"EarlyStopping\"\nmonitor = \"val_loss\"\npatience = 3\nrestore_best_weights = true\n"
        } else {
            ""
        };
        format!(
            "seed = {seed}\n\n[data]\ncsv = \"table.csv\"\nlabel = \"label\"\nsplit = {{ by = \"column\", column = \"part\" }}\n\n\
             [[data.inputs]]\nkind = \"numeric\"\ncolumns = [{columns}]\n{scale}\n\
             [[model.layers]]\nclass_name = \"Dense\"\nunits = {units}\nactivation = \"relu\"\n{hidden}\n\
             [[model.layers]]\nclass_name = \"Dense\"\nunits = {classes}\nactivation = \"{output}\"\n\n\
             [compile]\noptimizer = {{ class_name = \"Adam\", learning_rate = {rate} }}\nloss = \"sparse_categorical_crossentropy\"\n\
             metrics = [\"accuracy\"]\n\n[fit]\nepochs = {epochs}\nbatch_size = 32\n\n{callbacks}",
            seed = self.seed,
            columns = columns.join(", "),
            units = self.units,
            hidden = self.hidden,
            classes = self.classes,
            output = self.output,
            rate = self.rate,
            epochs = self.epochs,
        )
    }
}
