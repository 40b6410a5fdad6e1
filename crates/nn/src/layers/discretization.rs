//! Discretization: numbers to the bins that boundaries part.
//!
//!   x (B, ...) -> bins int32 (B, ...), or one place per bin: (B, ..., N) float32;  bin = how many boundaries are <= x
//!
//! Boundaries are given, or learnt as quantiles: `adapt` keeps a summary of about 1 / epsilon values. It depends, slightly, on
//! how rows are cut into batches, as in Keras. Follows keras/src/layers/preprocessing/discretization.py.

use regimen_graph::{DType, Fault, Tensor};
use serde_json::{Map, Value as Json};

use crate::host::{
    self, Adapter, HostFault, HostInfo, HostLayer, HostValue, OutputMode, Summary, single,
};
use crate::{
    Call, Configured, Layer, LayerDef, OptionValue, Options, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Discretization",
    aliases: &[],
    about: "numbers to the bins that boundaries part",
    options: Discretization::options,
    read: read_config,
};

const NAME: &str = "Discretization";

keras_config! {
    /// Puts numbers into bins: below the first boundary, between two, from the last on.
    ///
    /// ```
    /// use regimen_graph::Tensor;
    /// use regimen_nn::{Layer, layers::Discretization};
    /// let layer = Discretization::new().bin_boundaries(vec![0.0, 1.0, 2.0]);
    /// let x = Tensor::f32([4], vec![-1.5, 1.0, 3.4, 0.5]).unwrap().into();
    /// let bins = layer.host().unwrap().apply(&[x]).unwrap();
    /// assert_eq!(bins.numbers().unwrap().to_f64(), [0.0, 2.0, 3.0, 1.0]);
    /// ```
    pub struct Discretization() {
        /// Boundaries in ascending order. Default: learnt.
        bin_boundaries: Option<Vec<f64>> = None,
        /// How many bins of equally many values are learnt.
        num_bins: Option<usize> = None,
        /// How far a learnt boundary may be off, as a share of the values. Default 0.01.
        epsilon: f64 = 0.01,
        /// What becomes of bins. Default int.
        output_mode: OutputMode = OutputMode::Int,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    host::dense_only(o);
    limits::read::<Discretization>(o)
}

impl Limits for Discretization {
    fn limits(&self) -> Checks {
        let boundaries = self.bin_boundaries.as_deref().unwrap_or_default();
        let ascending =
            boundaries.windows(2).all(|w| w[0] <= w[1]) && boundaries.iter().all(|b| !b.is_nan());
        Checks::new()
            .holds(
                self.bin_boundaries.is_some() || self.num_bins.is_some(),
                "num_bins",
                "null, and no `bin_boundaries`",
                "one of them",
            )
            .places("num_bins", self.num_bins.unwrap_or(0))
            .holds(
                self.num_bins != Some(0),
                "num_bins",
                0,
                "a whole number, 1 or more",
            )
            .holds(
                ascending,
                "bin_boundaries",
                self.bin_boundaries.write(),
                "numbers in ascending order",
            )
            .holds(
                self.epsilon > 0.0 && self.epsilon < 1.0,
                "epsilon",
                self.epsilon,
                "a number between 0 and 1",
            )
            .holds(
                self.output_mode != OutputMode::TfIdf,
                "output_mode",
                "tf_idf",
                "int, one_hot, multi_hot or count",
            )
    }
}

impl Discretization {
    fn depth(&self) -> Option<usize> {
        self.bin_boundaries
            .as_ref()
            .map(|b| b.len() + 1)
            .or(self.num_bins)
    }

    fn boundaries(&self) -> Result<Vec<f32>, HostFault> {
        match &self.bin_boundaries {
            Some(given) => Ok(given.iter().map(|&b| b as f32).collect()),
            None => Err(HostFault::new(
                NAME,
                "no boundaries",
                "`bin_boundaries`, or a layer that has been adapted",
                "Give `bin_boundaries`, or adapt the layer to data.",
            )),
        }
    }
}

impl Layer for Discretization {
    fn class_name(&self) -> &'static str {
        NAME
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let x = call.inputs[0].x.cast(DType::F32);
        let depth = self.depth().unwrap_or(1);
        let bins = match self.boundaries() {
            Ok(boundaries) => {
                let places: Vec<f64> = boundaries.iter().map(|&b| f64::from(b)).collect();
                let places = Tensor::from_f64(DType::F32, vec![places.len()], &places);
                let places = s.builder().constant(places);
                // Not x >= boundary: NaN is beyond the last one.
                let below = x.expand_dims(-1).lt(&places).cast(DType::I32);
                match boundaries.is_empty() {
                    true => x.zeros_like().cast(DType::I32),
                    false => (below.ones_like() - below).sum(&[-1], false),
                }
            }
            Err(e) => {
                s.builder().fault(
                    NAME,
                    Fault {
                        meant: None,
                        ..e.fault
                    },
                );
                x.zeros_like().cast(DType::I32)
            }
        };
        vec![self.output_mode.write_graph(&bins, depth, None, &[]).into()]
    }

    fn host(&self) -> Option<&dyn HostLayer> {
        Some(self)
    }
}

impl HostLayer for Discretization {
    fn host_only(&self) -> bool {
        false
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        let x = single(NAME, inputs)?.need_numbers(NAME)?;
        let boundaries = self.boundaries()?;
        let bin = |x: f64| {
            let x = x as f32;
            let beyond = if x.is_nan() {
                boundaries.len()
            } else {
                boundaries.partition_point(|&b| b <= x)
            };
            beyond as i64
        };
        let bins: Vec<i64> = x.to_f64().into_iter().map(bin).collect();
        Ok(self
            .output_mode
            .encode(&x.shape, &bins, boundaries.len() + 1, &[])
            .into())
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let input = single(NAME, inputs)?;
        host::expect_texts(NAME, input, false)?;
        host::encoded(NAME, self.output_mode, input, self.depth())
    }

    fn adapter(&self) -> Option<Box<dyn Adapter>> {
        let bins = self.num_bins.filter(|_| self.bin_boundaries.is_none())?;
        let (layer, summary) = (self.clone(), Summary::default());
        Some(Box::new(Learning {
            layer,
            bins,
            summary,
        }))
    }
}

/// A layer that is learning its boundaries.
struct Learning {
    layer: Discretization,
    bins: usize,
    summary: Summary,
}

impl Adapter for Learning {
    fn see(&mut self, batch: &HostValue) -> Result<(), HostFault> {
        let values = batch.need_numbers(NAME)?.to_f64();
        let epsilon = self.layer.epsilon;
        let values = values.into_iter().map(|v| v as f32).collect();
        let before = std::mem::take(&mut self.summary);
        self.summary = Summary::of(values, epsilon).merged(before, epsilon);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Box<dyn Layer>, HostFault> {
        let boundaries = self.summary.boundaries(self.bins);
        let boundaries: Vec<f64> = boundaries.into_iter().map(f64::from).collect();
        Ok(Box::new(self.layer.bin_boundaries(boundaries)))
    }
}
