//! Normalization: features shifted and scaled to mean 0 and deviation 1.
//!
//!   x (B, ...) -> (x - mean) / max(sqrt(variance), 1e-7);  inverted: mean + x · max(sqrt(variance), 1e-7)
//!
//! `axis` names the axes along which each place has a mean and a variance of its own. Without given ones the layer has weights
//! `mean`, `variance` and `count` (0, 1, 0), as in Keras. `adapt` gives the layer whose weights begin as those of the data.
//! Follows keras/src/layers/preprocessing/normalization.py.

use regimen_graph::{DType, Fault, Tensor, Type, Var, elements};
use serde_json::{Map, Value as Json, json};

use crate::host::{self, Adapter, HostFault, HostInfo, HostLayer, HostValue, single};
use crate::{
    Axes, Call, Configured, Layer, LayerDef, OptionValue, Options, Scope, Value,
    initializers::Initializer,
    input_spec, keras_config,
    limits::{self, Checks, Limits},
    option_kinds::resolve_axis,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Normalization",
    aliases: &[],
    about: "features shifted and scaled to mean 0 and deviation 1",
    options: Normalization::options,
    read: read_config,
};

const NAME: &str = "Normalization";
/// What configs of ours have around numbers that were learnt from data: Keras's have null, and the numbers among the weights.
const LEARNT: &str = "learnt";
/// Least deviation to divide by.
const EPSILON: f64 = 1e-7;

/// A number, or nested lists of equal lengths; `{"learnt": ...}` where they were learnt from data.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// Sizes; none for one number.
    pub shape: Vec<usize>,
    /// Elements, row-major.
    pub data: Vec<f64>,
    /// Whether `adapt` learnt them: they are what weights begin as.
    pub learnt: bool,
}

impl OptionValue for Numbers {
    const KIND: &'static str = "number or list of numbers";

    fn read(value: &Json) -> Result<Numbers, String> {
        if let Some(learnt) = value.get(LEARNT) {
            return Ok(Numbers {
                learnt: true,
                ..Numbers::read(learnt)?
            });
        }
        let Json::Array(items) = value else {
            let number = f64::read(value).map_err(|_| "expected a number or a list of them")?;
            return Ok(number.into());
        };
        let parts: Vec<Numbers> = items.iter().map(Numbers::read).collect::<Result<_, _>>()?;
        let inner = parts.first().map_or(vec![], |p| p.shape.clone());
        if parts.iter().any(|p| p.shape != inner) {
            return Err("expected lists of equal lengths".to_string());
        }
        Ok(Numbers {
            shape: [parts.len()].into_iter().chain(inner).collect(),
            data: parts.into_iter().flat_map(|p| p.data).collect(),
            learnt: false,
        })
    }

    fn write(&self) -> Json {
        match self.learnt {
            true => json!({ LEARNT: self.lists() }),
            false => self.lists(),
        }
    }
}

impl Numbers {
    fn lists(&self) -> Json {
        match self.shape.split_first() {
            None => self.data.first().copied().into(),
            Some((_, inner)) => {
                let part = |data: &[f64]| {
                    Numbers {
                        shape: inner.to_vec(),
                        data: data.to_vec(),
                        learnt: false,
                    }
                    .lists()
                };
                self.data.chunks(elements(inner).max(1)).map(part).collect()
            }
        }
    }
}

impl From<f64> for Numbers {
    fn from(number: f64) -> Numbers {
        Numbers {
            shape: vec![],
            data: vec![number],
            learnt: false,
        }
    }
}

impl From<Vec<f64>> for Numbers {
    fn from(data: Vec<f64>) -> Numbers {
        Numbers {
            shape: vec![data.len()],
            data,
            learnt: false,
        }
    }
}

/// The axes that are kept; none for one mean of everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAxes(pub Vec<i64>);

impl OptionValue for KeptAxes {
    const KIND: &'static str = "integer, list of integers or null";

    fn read(value: &Json) -> Result<KeptAxes, String> {
        match value {
            Json::Null => Ok(KeptAxes(vec![])),
            Json::Array(items) if items.is_empty() => Ok(KeptAxes(vec![])),
            other => Axes::read(other).map(|axes| KeptAxes(axes.0)),
        }
    }

    fn write(&self) -> Json {
        self.0.clone().into()
    }
}

impl From<i64> for KeptAxes {
    fn from(axis: i64) -> KeptAxes {
        KeptAxes(vec![axis])
    }
}

impl<const N: usize> From<[i64; N]> for KeptAxes {
    fn from(axes: [i64; N]) -> KeptAxes {
        KeptAxes(axes.to_vec())
    }
}

keras_config! {
    /// Shifts and scales features to mean 0 and deviation 1, by a mean and a variance that are given or learnt from data.
    ///
    /// ```
    /// use regimen_graph::Tensor;
    /// use regimen_nn::{Layer, layers::Normalization, host::adapt};
    /// let data = || Tensor::f32([2, 2], vec![0.0, 10.0, 2.0, 30.0]).unwrap().into();
    /// let layer = adapt(&Normalization::new(), &[data()]).unwrap();
    /// assert_eq!(layer.config()["mean"]["learnt"], serde_json::json!([1.0, 20.0]));
    /// assert_eq!(layer.config()["variance"]["learnt"], serde_json::json!([1.0, 100.0]));
    /// ```
    pub struct Normalization() {
        /// Axes with a mean and a variance for each place; none of them (`null`) for one of everything. Default the last.
        axis: KeptAxes = KeptAxes(vec![-1]),
        /// Means; a number, or as many as the kept axes have places.
        mean: Option<Numbers> = None,
        /// Variances, of the shape of the means.
        variance: Option<Numbers> = None,
        /// Whether normalized numbers become what they were. Default false.
        invert: bool = false,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    limits::read::<Normalization>(o)
}

impl Limits for Normalization {
    fn limits(&self) -> Checks {
        let shape = |n: &Option<Numbers>| n.as_ref().map(|n| n.shape.clone());
        let (mean, variance) = (shape(&self.mean), shape(&self.variance));
        let rank = mean.as_ref().map_or(0, Vec::len);
        let negative = |n: &Numbers| n.data.iter().any(|v| v.is_nan() || *v < 0.0);
        Checks::new()
            .holds(
                mean == variance,
                "variance",
                format!("shape {variance:?}, and mean of shape {mean:?}"),
                "both, of one shape, or neither",
            )
            .holds(
                rank <= self.axis.0.len(),
                "mean",
                format!(
                    "shape {:?} for axis {:?}",
                    mean.unwrap_or_default(),
                    self.axis.0
                ),
                "no more axes than `axis` names",
            )
            .holds(
                !self.variance.as_ref().is_some_and(negative),
                "variance",
                "a number below 0",
                "numbers of 0 or more",
            )
    }
}

impl Normalization {
    /// The kept axes of a value of `rank` axes, in order.
    fn kept(&self, rank: usize) -> Result<Vec<usize>, HostFault> {
        let resolved: Option<Vec<usize>> =
            self.axis.0.iter().map(|&a| resolve_axis(a, rank)).collect();
        let mut kept = resolved.unwrap_or_default();
        kept.sort_unstable();
        kept.dedup();
        if kept.len() == self.axis.0.len() && !kept.contains(&0) {
            return Ok(kept);
        }
        Err(HostFault::new(
            NAME,
            format!("axis {:?} of a value of {rank} axes", self.axis.0),
            "different axes of the value, the first one, of rows, not among them",
            "Change `axis`; null has one mean for everything, such as for rows of one number.",
        ))
    }

    /// Given means or variances, laid out to broadcast over a value of this shape.
    fn laid_out(&self, given: &Numbers, shape: &[usize], kept: &[usize]) -> Option<Vec<usize>> {
        let mut layout = vec![1; shape.len()];
        for (i, &size) in given.shape.iter().rev().enumerate() {
            let axis = *kept.get(kept.len().checked_sub(i + 1)?)?;
            if size != 1 && size != shape[axis] {
                return None;
            }
            layout[axis] = size;
        }
        Some(layout)
    }

    fn constants(&self, x: &Var, kept: &[usize]) -> Option<(Var, Var)> {
        let lay = |given: &Numbers| {
            let layout = self.laid_out(given, &x.shape(), kept)?;
            let tensor = Tensor::from_f64(DType::F32, layout, &given.data);
            Some(x.builder().constant(tensor))
        };
        lay(self.mean.as_ref()?).zip(lay(self.variance.as_ref()?))
    }

    /// The weights mean and variance: what the layer learnt, 0 and 1 until then.
    fn weights(&self, s: &mut Scope, x: &Var, kept: &[usize]) -> (Var, Var) {
        let shape: Vec<usize> = kept.iter().map(|&a| x.shape()[a]).collect();
        let layout: Vec<usize> = (x.shape().iter().enumerate())
            .map(|(a, &size)| if kept.contains(&a) { size } else { 1 })
            .collect();
        let first = |learnt: &Option<Numbers>, otherwise: f64| {
            let begins = learnt.clone().unwrap_or_else(|| otherwise.into()).lists();
            let object = json!({ "class_name": "Constant", "config": { "value": begins } });
            Initializer::read(&object).unwrap_or_else(|_| Initializer::named("zeros"))
        };
        let mean = s.state("mean", &shape, &first(&self.mean, 0.0));
        let variance = s.state("variance", &shape, &first(&self.variance, 1.0));
        // Keras has it for files of old versions; nothing reads it.
        s.state("count", &[], &Initializer::named("zeros"));
        (mean.reshape(&layout), variance.reshape(&layout))
    }
}

impl Layer for Normalization {
    fn class_name(&self) -> &'static str {
        NAME
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        if x.is_broken() {
            return vec![Value { x, mask }];
        }
        let kept = match self.kept(x.rank()) {
            Ok(kept) => kept,
            Err(e) => return vec![s.fault(NAME, e.fault, x.ty()).into()],
        };
        let constants = self.constants(&x, &kept);
        let (mean, variance) = match (&self.mean, constants) {
            (Some(mean), None) if !mean.data.is_empty() => return vec![misfit(s, self, &x)],
            (Some(Numbers { learnt: false, .. }), Some(given)) => given,
            _ => self.weights(s, &x, &kept),
        };
        let deviation = variance.sqrt();
        let deviation = deviation.maximum(&deviation.scalar_like(EPSILON));
        let y = match self.invert {
            true => mean + x * deviation,
            false => (x - mean) / deviation,
        };
        vec![Value { x: y, mask }]
    }

    fn host(&self) -> Option<&dyn HostLayer> {
        Some(self)
    }
}

fn misfit(s: &mut Scope, layer: &Normalization, x: &Var) -> Value {
    let shape = layer.mean.as_ref().map_or(vec![], |m| m.shape.clone());
    let fault = Fault::new(
        format!("input {} and means of shape {shape:?}", x.ty()),
        format!("as many means as the axes {:?} have places", layer.axis.0),
        "Change `mean` and `variance`, or `axis`.",
    );
    s.fault(NAME, fault, Type::new(DType::F32, x.shape()))
        .into()
}

impl HostLayer for Normalization {
    fn host_only(&self) -> bool {
        false
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        // On the host there are no weights.
        let given = |learnt: &Option<Numbers>| {
            let numbers = learnt.clone();
            numbers.map(|numbers| Numbers {
                learnt: false,
                ..numbers
            })
        };
        let (mean, variance) = (given(&self.mean), given(&self.variance));
        let layer = Normalization {
            mean,
            variance,
            ..self.clone()
        };
        host::on_reference(&layer, inputs)
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let input = single(NAME, inputs)?;
        host::expect_texts(NAME, input, false)?;
        Ok(HostInfo {
            dtype: Some(DType::F32),
            ..input.clone()
        })
    }

    fn adapter(&self) -> Option<Box<dyn Adapter>> {
        self.mean.is_none().then(|| {
            let layer = self.clone();
            Box::new(Learning {
                layer,
                shape: vec![],
                count: 0.0,
                moments: vec![],
            }) as Box<dyn Adapter>
        })
    }
}

/// A layer that is learning mean and variance: sums of each kept place in f64, in the order of rows (Welford 1962), so that
/// how rows are cut into batches does not matter.
struct Learning {
    layer: Normalization,
    /// Sizes of the kept axes.
    shape: Vec<usize>,
    /// Values of each place.
    count: f64,
    /// Values so far, mean, and sum of squared differences from it.
    moments: Vec<(f64, f64, f64)>,
}

impl Adapter for Learning {
    fn see(&mut self, batch: &HostValue) -> Result<(), HostFault> {
        let numbers = batch.need_numbers(NAME)?;
        let kept = self.layer.kept(numbers.shape.len())?;
        let shape: Vec<usize> = kept.iter().map(|&a| numbers.shape[a]).collect();
        if self.moments.is_empty() {
            self.moments = vec![(0.0, 0.0, 0.0); elements(&shape)];
            self.shape = shape.clone();
        }
        if self.shape != shape {
            return Err(HostFault::new(
                NAME,
                format!("a batch whose kept axes have sizes {shape:?}"),
                format!("sizes {:?}, as in the batches before", self.shape),
                "Feed rows of one shape.",
            ));
        }
        self.count += numbers.shape.first().map_or(0.0, |&rows| rows as f64);
        for (i, x) in numbers.to_f64().into_iter().enumerate() {
            let (n, mean, squares) = &mut self.moments[place(i, &numbers.shape, &kept)];
            *n += 1.0;
            let before = x - *mean;
            *mean += before / *n;
            *squares += before * (x - *mean);
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Box<dyn Layer>, HostFault> {
        if self.count == 0.0 {
            return Err(HostFault::new(
                NAME,
                "no rows",
                "one row at least to learn a mean from",
                "Feed rows, or give `mean` and `variance`.",
            ));
        }
        let of = |f: fn(&(f64, f64, f64)) -> f64| Numbers {
            shape: self.shape.clone(),
            data: self
                .moments
                .iter()
                .map(|m| f64::from(f(m) as f32))
                .collect(),
            learnt: true,
        };
        let (mean, variance) = (of(|m| m.1), of(|m| m.2 / m.0));
        Ok(Box::new(self.layer.mean(mean).variance(variance)))
    }
}

/// Where an element belongs among the kept places.
fn place(element: usize, shape: &[usize], kept: &[usize]) -> usize {
    let (mut rest, mut place, mut stride) = (element, 0, 1);
    for (axis, &size) in shape.iter().enumerate().rev() {
        if kept.contains(&axis) {
            place += rest % size * stride;
            stride *= size;
        }
        rest /= size;
    }
    place
}
