//! Preprocessing on the host: what happens to data before the graph.
//!
//! Texts and hashes of them have no place in a graph. A layer that works on them has a host form, [`HostLayer`]: a pure
//! function of plain values. Layers that learn from data before training (a vocabulary, a mean, boundaries) have an
//! [`Adapter`], which sees the data batch by batch and gives the layer that knows them; the layer itself never changes.
//!
//! ```
//! use regimen_nn::{Layer, layers::StringLookup, host::{HostValue, Texts, adapt}};
//! let data = HostValue::from(Texts::column(["d", "a", "d"]));
//! let layer = adapt(&StringLookup::new(), &[data])?;
//! let ids = layer.host().unwrap().apply(&[Texts::column(["a", "z"]).into()])?;
//! assert_eq!(ids.numbers().unwrap().to_f64(), [2.0, 0.0]);
//! # Ok::<(), regimen_nn::host::HostFault>(())
//! ```

mod feature_space;
mod feature_space_config;
mod fingerprint;
mod ngrams;
mod output_mode;
mod quantiles;
mod reference;
mod siphash;
mod value;
pub(crate) mod vocabulary;

use regimen_graph::{DType, Fault};

use crate::{Call, Layer, Scope, Value};

pub use feature_space::{Cross, Feature, FeatureMode, FeatureSpace};
pub(crate) use fingerprint::{crossed, fingerprint64};
pub use ngrams::{Split, Standardize};
pub(crate) use ngrams::{cut, tokens};
pub use output_mode::OutputMode;
pub(crate) use quantiles::Summary;
pub(crate) use reference::{info_of, on_reference};
pub(crate) use siphash::siphash;
pub(crate) use value::integers;
pub use value::{HostValue, Texts};
pub use vocabulary::Salt;

/// What a host layer refuses: found, expected, the mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{layer}: found {}, expected {}. {}", .fault.found, .fault.expected, .fault.mend)]
pub struct HostFault {
    /// The layer's name or class.
    pub layer: String,
    /// What is wrong.
    pub fault: Fault,
}

impl HostFault {
    /// A fault of the layer.
    pub(crate) fn new(
        layer: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
        mend: impl Into<String>,
    ) -> HostFault {
        HostFault {
            layer: layer.to_string(),
            fault: Fault::new(found, expected, mend),
        }
    }
}

/// Type and sizes of one row on the host; sizes that depend on the rows are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostInfo {
    /// Sizes without the axis of rows.
    pub shape: Vec<Option<usize>>,
    /// Element type; `None` for texts.
    pub dtype: Option<DType>,
}

/// The host form of a layer.
pub trait HostLayer {
    /// Whether this is the layer's only form: texts, hashes, errors that depend on values.
    fn host_only(&self) -> bool;

    /// What the layer makes of the inputs of one call. The first axis counts rows.
    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault>;

    /// Type and sizes of what [`HostLayer::apply`] gives.
    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault>;

    /// Learns what the layer still lacks; `None` where it lacks nothing, or learns nothing.
    fn adapter(&self) -> Option<Box<dyn Adapter>> {
        None
    }

    /// What output_mode tf_idf multiplies each place by, those of special tokens first; `None` for every other layer. Keras
    /// keeps it beside the weights.
    fn idf_weights(&self) -> Option<Vec<f32>> {
        None
    }
}

/// Keras's `adapt`: sees all batches of some data, then gives the layer that has learnt from them.
pub trait Adapter {
    /// One batch; the first axis counts rows. What comes of it does not depend on how rows are cut into batches, except
    /// for Discretization (see there).
    fn see(&mut self, batch: &HostValue) -> Result<(), HostFault>;

    /// The layer with what the batches say.
    fn finish(self: Box<Self>) -> Result<Box<dyn Layer>, HostFault>;
}

/// `layer.adapt(data)`: the layer as it is after it has seen the batches. A layer that lacks nothing is refused, as Keras
/// refuses to adapt one with a vocabulary of its own.
pub fn adapt(layer: &dyn Layer, batches: &[HostValue]) -> Result<Box<dyn Layer>, HostFault> {
    let adapter = layer.host().and_then(HostLayer::adapter);
    let Some(mut adapter) = adapter else {
        return Err(HostFault::new(
            layer.class_name(),
            "a layer that has nothing to learn",
            "one without vocabulary, boundaries, or mean and variance",
            "Leave those out, or do not adapt it.",
        ));
    };
    for batch in batches {
        adapter.see(batch)?;
    }
    adapter.finish()
}

/// The one input of a call.
pub(crate) fn single<'a, T>(layer: &str, inputs: &'a [T]) -> Result<&'a T, HostFault> {
    match inputs {
        [one] => Ok(one),
        many => Err(HostFault::new(
            layer,
            format!("{} inputs", many.len()),
            "one",
            "Call the layer on one value.",
        )),
    }
}

/// Type and sizes of indices of `input` in an output mode. A `depth` of `None` is not known yet.
pub(crate) fn encoded(
    layer: &str,
    mode: OutputMode,
    input: &HostInfo,
    depth: Option<usize>,
) -> Result<HostInfo, HostFault> {
    if input.shape.is_empty() && !matches!(mode, OutputMode::Int | OutputMode::OneHot) {
        return Err(HostFault::new(
            layer,
            "rows of a single value, without an axis",
            format!("rows with an axis for output_mode {}", mode.name()),
            "Declare the input with shape [1].",
        ));
    }
    if mode != OutputMode::Int && depth.is_none() {
        return Err(HostFault::new(
            layer,
            "a layer that does not know yet how many places its output has",
            "a vocabulary or boundaries",
            "Give them, or adapt the layer to data first.",
        ));
    }
    let indices: Vec<Option<usize>> = [None].into_iter().chain(input.shape.clone()).collect();
    let shape = mode.shape(&indices, depth, Some(1));
    Ok(HostInfo {
        shape: shape[1..].to_vec(),
        dtype: Some(mode.dtype()),
    })
}

/// Refuses an output that is not dense; the numbers are the same.
pub(crate) fn dense_only(o: &mut crate::Options<'_>) {
    for name in ["sparse", "ragged"] {
        crate::limits::absent(o, name, "the output is dense, with the same numbers");
    }
}

/// Elements of a row, at least one.
pub(crate) fn row_length(shape: &[usize]) -> usize {
    shape.iter().skip(1).product::<usize>().max(1)
}

/// Refuses rows of texts where numbers are taken, and numbers where texts are.
pub(crate) fn expect_texts(layer: &str, input: &HostInfo, texts: bool) -> Result<(), HostFault> {
    match (input.dtype, texts) {
        (None, true) | (Some(_), false) => Ok(()),
        (found, _) => Err(HostFault::new(
            layer,
            found.map_or("texts".to_string(), |dtype| format!("numbers ({dtype})")),
            if texts { "texts" } else { "numbers" },
            "Check what feeds the layer; `Input(dtype=\"string\")` declares texts.",
        )),
    }
}

/// The fault of a layer that has no form in a graph, noted; the output that was most likely meant.
pub(crate) fn not_in_graph(s: &mut Scope, layer: &str, call: &Call) -> Vec<Value> {
    let x = &call.inputs[0].x;
    let fault = Fault::new(
        format!("input {} in the graph", x.ty()),
        "a place before the graph: texts, hashes and checks of values are no tensors",
        "Let only inputs and layers of its kind feed it, and split the model with `Model::split_host`.",
    );
    vec![s.fault(layer, fault, x.ty()).into()]
}
