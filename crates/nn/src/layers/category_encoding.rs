//! CategoryEncoding: integers to one place of many.
//!
//!   ids (B, ..., S) -> one_hot (B, ..., S, N), or (B, ..., N) where S is 1; multi_hot and count (B, ..., N)
//!
//! An id outside 0..N gives zeros. Follows keras/src/layers/preprocessing/category_encoding.py.

use regimen_graph::Fault;
use serde_json::{Map, Value as Json};

use crate::host::{self, HostFault, HostInfo, HostLayer, HostValue, OutputMode, single};
use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "CategoryEncoding",
    aliases: &[],
    about: "integers to one place of many",
    options: CategoryEncoding::options,
    read: read_config,
};

const NAME: &str = "CategoryEncoding";

keras_config! {
    /// Encodes integers below `num_tokens` as zeros and ones, or counts. In mode count, the call's `count_weights` (of the
    /// shape of the ids) say how much each counts.
    ///
    /// ```
    /// use regimen_graph::Tensor;
    /// use regimen_nn::{Layer, layers::CategoryEncoding};
    /// let ids = Tensor::i32([2, 2], vec![0, 1, 3, 3]).unwrap().into();
    /// let hot = CategoryEncoding::new(4usize).host().unwrap().apply(&[ids]).unwrap();
    /// assert_eq!(hot.numbers().unwrap().to_f64(), [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    /// ```
    pub struct CategoryEncoding(
        /// Number of places.
        num_tokens: usize,
    ) {
        /// What becomes of ids: one_hot, multi_hot or count. Default multi_hot.
        output_mode: OutputMode = OutputMode::MultiHot,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    host::dense_only(o);
    limits::read::<CategoryEncoding>(o)
}

impl Limits for CategoryEncoding {
    fn limits(&self) -> Checks {
        let mode = self.output_mode;
        Checks::new()
            .at_least_one("num_tokens", self.num_tokens)
            .places("num_tokens", self.num_tokens)
            .holds(
                !matches!(mode, OutputMode::Int | OutputMode::TfIdf),
                "output_mode",
                mode.name(),
                "one_hot, multi_hot or count",
            )
    }
}

impl Layer for CategoryEncoding {
    fn class_name(&self) -> &'static str {
        NAME
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let ids = &call.inputs[0].x;
        let mut weights = call.tensor("count_weights").map(|w| w.x.clone());
        if let Some(given) =
            weights.take_if(|w| self.output_mode != OutputMode::Count || w.shape() != ids.shape())
        {
            let fault = Fault::new(
                format!(
                    "count_weights {} with output_mode {} and ids {}",
                    given.ty(),
                    self.output_mode.name(),
                    ids.ty()
                ),
                "output_mode count, and weights of the shape of the ids",
                "Change `output_mode`, or leave out `count_weights`.",
            );
            s.builder().fault(NAME, fault);
        }
        let weights = weights.map(|w| w.cast(regimen_graph::DType::F32));
        vec![
            self.output_mode
                .write_graph(ids, self.num_tokens, weights.as_ref(), &[])
                .into(),
        ]
    }

    fn host(&self) -> Option<&dyn HostLayer> {
        Some(self)
    }
}

impl HostLayer for CategoryEncoding {
    fn host_only(&self) -> bool {
        false
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        let ids = single(NAME, inputs)?.need_numbers(NAME)?;
        let indices = host::integers(ids);
        Ok(self
            .output_mode
            .encode(&ids.shape, &indices, self.num_tokens, &[])
            .into())
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let input = single(NAME, inputs)?;
        host::expect_texts(NAME, input, false)?;
        host::encoded(NAME, self.output_mode, input, Some(self.num_tokens))
    }
}
