//! HashedCrossing: two or more values of a row to one bin, by a hash of all of them.
//!
//!   x_1, ..., x_n (B, 1) or (B) -> bins int32 (B, 1) or (B), or one place per bin (B, N) float32
//!
//! Runs on the host, before the graph: fingerprints of texts, and integers themselves, joined in order. Follows
//! keras/src/layers/preprocessing/hashed_crossing.py and TensorFlow's `sparse_cross`.

use serde_json::{Map, Value as Json};

use crate::host::{
    self, HostFault, HostInfo, HostLayer, HostValue, OutputMode, crossed, fingerprint64,
};
use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
    model::show_optional,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "HashedCrossing",
    aliases: &[],
    about: "several values of a row to one bin, by a hash of all",
    options: HashedCrossing::options,
    read: read_config,
};

const NAME: &str = "HashedCrossing";

keras_config! {
    /// Puts combinations of texts and integers into bins by a hash.
    ///
    /// ```
    /// use regimen_graph::Tensor;
    /// use regimen_nn::{Layer, layers::HashedCrossing, host::Texts};
    /// let names = Texts::column(["A", "B", "A", "B", "A"]).into();
    /// let numbers = Tensor::i32([5, 1], vec![101, 101, 101, 102, 102]).unwrap().into();
    /// let bins = HashedCrossing::new(5usize).host().unwrap().apply(&[names, numbers]).unwrap();
    /// assert_eq!(bins.numbers().unwrap().to_f64(), [1.0, 4.0, 1.0, 1.0, 3.0]);
    /// ```
    pub struct HashedCrossing(
        /// Number of bins.
        num_bins: usize,
    ) {
        /// What becomes of bins: int or one_hot. Default int.
        output_mode: OutputMode = OutputMode::Int,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    host::dense_only(o);
    limits::read::<HashedCrossing>(o)
}

impl Limits for HashedCrossing {
    fn limits(&self) -> Checks {
        let mode = self.output_mode;
        let checks = Checks::new().at_least_one("num_bins", self.num_bins);
        let checks = match self.output_mode {
            OutputMode::Int => checks.within_int32("num_bins", self.num_bins),
            _ => checks.places("num_bins", self.num_bins),
        };
        checks.holds(
            matches!(mode, OutputMode::Int | OutputMode::OneHot),
            "output_mode",
            mode.name(),
            "int or one_hot",
        )
    }
}

/// The fingerprint of each element.
fn fingerprints(value: &HostValue) -> Result<Vec<u64>, HostFault> {
    match value {
        HostValue::Texts(texts) => Ok(texts
            .data
            .iter()
            .map(|t| fingerprint64(t.as_bytes()))
            .collect()),
        HostValue::Numbers(t) if t.dtype().is_float() => Err(HostFault::new(
            NAME,
            format!("numbers ({})", t.dtype()),
            "texts or integers",
            "Let Discretization make integers of floats, or declare the input as int32.",
        )),
        HostValue::Numbers(t) => Ok(host::integers(t).into_iter().map(|n| n as u64).collect()),
    }
}

fn refuse(found: String) -> HostFault {
    HostFault::new(
        NAME,
        found,
        "two inputs or more, all of shape (B) or all of shape (B, 1)",
        "Feed single values of a row.",
    )
}

impl Layer for HashedCrossing {
    fn class_name(&self) -> &'static str {
        NAME
    }

    fn config(&self) -> Map<String, Json> {
        let mut map = self.write();
        // Keras takes no other type for indices; without it a config would name float32.
        if self.output_mode == OutputMode::Int {
            map.insert("dtype".to_string(), "int64".into());
        }
        map
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        host::not_in_graph(s, NAME, call)
    }

    fn arity(&self) -> (usize, usize) {
        (2, usize::MAX)
    }

    fn host(&self) -> Option<&dyn HostLayer> {
        Some(self)
    }
}

impl HostLayer for HashedCrossing {
    fn host_only(&self) -> bool {
        true
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        let shapes: Vec<&[usize]> = inputs.iter().map(HostValue::shape).collect();
        let shape = match shapes.as_slice() {
            [first @ ([_] | [_, 1]), others @ ..]
                if !others.is_empty() && others.iter().all(|s| s == first) =>
            {
                *first
            }
            _ => {
                return Err(refuse(format!(
                    "{} inputs of shapes {shapes:?}",
                    inputs.len()
                )));
            }
        };
        let columns: Vec<Vec<u64>> = inputs.iter().map(fingerprints).collect::<Result<_, _>>()?;
        let rows = shape.first().copied().unwrap_or(0);
        let bin = |row: usize| {
            let hash = crossed(columns.iter().map(|column| column[row]));
            (hash % self.num_bins.max(1) as u64) as i64
        };
        let bins: Vec<i64> = (0..rows).map(bin).collect();
        Ok(self
            .output_mode
            .encode(shape, &bins, self.num_bins, &[])
            .into())
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let shapes: Vec<&[Option<usize>]> = inputs.iter().map(|i| i.shape.as_slice()).collect();
        let shown: Vec<String> = shapes.iter().map(|s| show_optional(s)).collect();
        match shapes.as_slice() {
            [first @ ([] | [Some(1)]), others @ ..]
                if !others.is_empty() && others.iter().all(|s| s == first) =>
            {
                host::encoded(NAME, self.output_mode, &inputs[0], Some(self.num_bins))
            }
            _ => Err(refuse(format!(
                "{} inputs, of rows {}",
                inputs.len(),
                shown.join(", ")
            ))),
        }
    }
}
