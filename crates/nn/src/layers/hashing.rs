//! Hashing: texts or integers to one of a fixed number of bins, by a hash.
//!
//!   x (B, ...) -> bins int32 (B, ...), or one place per bin: (B, ..., N) float32;  bin = hash(decimals of x) mod N
//!
//! Runs on the host, before the graph: FarmHash's Fingerprint64, or SipHash under a salt. Follows
//! keras/src/layers/preprocessing/hashing.py.

use serde_json::{Map, Value as Json};

use crate::host::vocabulary::bucket;
use crate::host::{self, HostFault, HostInfo, HostLayer, HostValue, OutputMode, Salt, single};
use crate::{
    Call, Configured, Layer, LayerDef, OptionValue, Options, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Hashing",
    aliases: &[],
    about: "texts or integers to one of a number of bins, by a hash",
    options: Hashing::options,
    read: read_config,
};

const NAME: &str = "Hashing";

/// A value that stands for nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum MaskValue {
    /// Of texts.
    Text(String),
    /// Of numbers.
    Number(f64),
}

impl OptionValue for MaskValue {
    const KIND: &'static str = "text or number";

    fn read(value: &Json) -> Result<MaskValue, String> {
        match (value.as_str(), value.as_f64()) {
            (Some(text), _) => Ok(MaskValue::Text(text.to_string())),
            (_, Some(number)) => Ok(MaskValue::Number(number)),
            _ => Err("expected a text or a number".to_string()),
        }
    }

    fn write(&self) -> Json {
        match self {
            MaskValue::Text(text) => text.as_str().into(),
            MaskValue::Number(n) if n.fract() == 0.0 && n.abs() < 2f64.powi(53) => {
                (*n as i64).into()
            }
            MaskValue::Number(n) => (*n).into(),
        }
    }
}

keras_config! {
    /// Puts texts or integers into bins by a hash. Floats are cut to integers.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::Hashing, host::Texts};
    /// let texts = Texts::column(["A", "B", "C", "D", "E"]).into();
    /// let bins = Hashing::new(3usize).host().unwrap().apply(&[texts]).unwrap();
    /// assert_eq!(bins.numbers().unwrap().to_f64(), [1.0, 0.0, 1.0, 1.0, 2.0]);
    /// ```
    pub struct Hashing(
        /// Number of bins, that of the mask included.
        num_bins: usize,
    ) {
        /// Value that gets bin 0 for itself. Default none.
        mask_value: Option<MaskValue> = None,
        /// Key of the hash. Default: a hash without key.
        salt: Option<Salt> = None,
        /// What becomes of bins. Default int.
        output_mode: OutputMode = OutputMode::Int,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    host::dense_only(o);
    limits::read::<Hashing>(o)
}

impl Limits for Hashing {
    fn limits(&self) -> Checks {
        let checks = Checks::new().at_least_one("num_bins", self.num_bins);
        let checks = match self.output_mode {
            OutputMode::Int => checks.within_int32("num_bins", self.num_bins),
            _ => checks.places("num_bins", self.num_bins),
        };
        checks.holds(
            self.output_mode != OutputMode::TfIdf,
            "output_mode",
            "tf_idf",
            "int, one_hot, multi_hot or count",
        )
    }
}

impl Hashing {
    fn masked(&self, input: &HostValue) -> Result<Vec<bool>, HostFault> {
        let wrong = |found: &str| {
            Err(HostFault::new(
                NAME,
                found.to_string(),
                "values of the type of `mask_value`",
                "Change `mask_value`, or what feeds the layer.",
            ))
        };
        match (&self.mask_value, input) {
            (None, _) => Ok(vec![]),
            (Some(MaskValue::Text(mask)), HostValue::Texts(texts)) => {
                Ok(texts.data.iter().map(|t| t == mask).collect())
            }
            (Some(MaskValue::Number(mask)), HostValue::Numbers(numbers)) => {
                Ok(numbers.to_f64().iter().map(|n| n == mask).collect())
            }
            (_, HostValue::Texts(_)) => wrong("texts"),
            (_, HostValue::Numbers(_)) => wrong("numbers"),
        }
    }
}

impl Layer for Hashing {
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

    fn host(&self) -> Option<&dyn HostLayer> {
        Some(self)
    }
}

impl HostLayer for Hashing {
    fn host_only(&self) -> bool {
        true
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        let input = single(NAME, inputs)?;
        let masked = self.masked(input)?;
        // A mask in a single bin has none for itself.
        let own = usize::from(self.mask_value.is_some() && self.num_bins > 1);
        let bin = |text: &str| bucket(text.as_bytes(), self.num_bins - own, self.salt) + own as i64;
        let mut bins: Vec<i64> = input.decimals().iter().map(|text| bin(text)).collect();
        if own > 0 {
            let each = bins.iter_mut().zip(masked);
            each.filter(|(_, masked)| *masked)
                .for_each(|(bin, _)| *bin = 0);
        }
        let mut shape = input.shape();
        if self.output_mode == OutputMode::OneHot && shape.len() > 1 && shape.last() == Some(&1) {
            shape = &shape[..shape.len() - 1];
        }
        Ok(self
            .output_mode
            .encode(shape, &bins, self.num_bins, &[])
            .into())
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let mut input = single(NAME, inputs)?.clone();
        if self.output_mode == OutputMode::OneHot && input.shape.last() == Some(&Some(1)) {
            input.shape.pop();
        }
        host::encoded(NAME, self.output_mode, &input, Some(self.num_bins))
    }
}
