//! SpectralNormalization: divides the kernel of a layer by its largest singular value, while training.
//!
//!   x -> y, as the layer inside;
//!   v = normalize(u · Wᵀ), u' = normalize(v · W), `power_iterations` times;  W' = W / (v · W · u'ᵀ)
//!   W (.., F) flattened to (N, F), u (1, F)
//!
//! u moves while training. As on Keras's JAX engine, gradients pass through the division, and the optimizer moves W
//! itself. Miyato et al. 2018. Follows keras/src/layers/normalization/spectral_normalization.py.

use regimen_graph::{Fault, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, InnerLayer, Layer, LayerDef, Object, Scope, Value, WeightInfo, WeightOptions,
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "SpectralNormalization",
    aliases: &[],
    about: "divides the kernel of a layer by its largest singular value",
    options: SpectralNormalization::options,
    read: limits::read::<SpectralNormalization>,
};

keras_config! {
    /// Divides the kernel, or the embeddings, of a layer by its largest singular value while training.
    ///
    /// ```
    /// use regimen_nn::layers::{Conv2D, SpectralNormalization};
    /// let layer = SpectralNormalization::new(Conv2D::new(8usize, 3usize)).power_iterations(2usize);
    /// assert_eq!(layer.layer.name, "conv2d");
    /// ```
    pub struct SpectralNormalization(
        /// The layer whose kernel it is.
        layer: InnerLayer,
    ) {
        /// How often u and v are refined in a step. Default 1.
        power_iterations: usize = 1,
    }
}

/// Below this length a vector is not divided by it.
const EPSILON: f64 = 1e-7;

impl Limits for SpectralNormalization {
    fn limits(&self) -> Checks {
        Checks::new().at_least_one("power_iterations", self.power_iterations)
    }
}

impl SpectralNormalization {
    /// The kernel divided, and the next u.
    fn divided(&self, kernel: &Var, u: &Var) -> (Var, Var) {
        let columns = kernel.dim(-1);
        let rows = regimen_graph::elements(&kernel.shape()) / columns.max(1);
        let w = kernel.reshape(&[rows, columns]);
        let still = w.stop_gradient();
        let (mut u, mut v) = (u.clone(), u.clone());
        for _ in 0..self.power_iterations.max(1) {
            v = normalized(&u.matmul_with(&still, false, true));
            u = normalized(&v.matmul(&still));
        }
        let sigma = v.matmul(&w).matmul_with(&u, false, true).sum_all();
        // A kernel of zeros stays as it is.
        let zeros = sigma_of_zeros(kernel);
        let sigma = zeros.select(&sigma.ones_like(), &sigma);
        (kernel / sigma, u)
    }

    /// The kernel in the layer's own names: where it is and how it begins.
    fn kernel<'w>(
        &self,
        s: &Scope,
        weights: &'w [WeightInfo],
    ) -> Option<(&'static str, &'w WeightInfo)> {
        let path = self.layer.path(s);
        let find = |name: &'static str| {
            let found = weights.iter().find(|w| w.path == format!("{path}/{name}"));
            found.map(|w| (name, w))
        };
        find("kernel").or_else(|| find("embeddings"))
    }
}

/// Whether every element is zero.
fn sigma_of_zeros(kernel: &Var) -> Var {
    let axes: Vec<isize> = (0..kernel.rank() as isize).collect();
    let largest = kernel.stop_gradient().abs().max(&axes, false);
    largest.eq_to(&largest.scalar_like(0.0))
}

fn normalized(x: &Var) -> Var {
    let square = x.square().sum(&[0, 1], true);
    x * square.rsqrt().minimum(&square.scalar_like(1.0 / EPSILON))
}

impl Layer for SpectralNormalization {
    fn class_name(&self) -> &'static str {
        "SpectralNormalization"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        vec![(self.layer.name.clone(), self.layer.layer.as_ref())]
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, .. } = &call.inputs[0];
        if x.is_broken() {
            return vec![x.clone().into()];
        }
        let fixed = s.fixed_batch().unwrap_or(x.dim(0));
        let trial = self.layer.try_out(s, &[x.ty()], fixed);
        if let Some(meant) = trial.refused(s) {
            return meant.into_iter().map(Value::from).collect();
        }
        let Some((name, info)) = self.kernel(s, &trial.weights) else {
            let found = format!("{} without a kernel", self.layer.layer.class_name());
            let fault = Fault::new(
                found,
                "a layer with `kernel` or `embeddings`",
                "Wrap a layer such as Dense, Conv2D or Embedding.",
            );
            s.builder().fault("SpectralNormalization", fault);
            return self.layer.run(s, call);
        };
        let options = WeightOptions {
            regularizer: info.regularizer.clone(),
            constraint: info.constraint.clone(),
            non_trainable: false,
        };
        let inner = &self.layer;
        let pending = s.pending(&format!("{}/{name}", inner.name));
        let kernel = s.within(&inner.name, inner.trainable, |s| {
            s.weight(name, &info.shape, &info.initializer, options)
        });
        let kernel = pending.unwrap_or(kernel);
        let initial = Object::named("TruncatedNormal").with("stddev", 0.02);
        let u = s.state(
            "vector_u",
            &[1, kernel.dim(-1)],
            &Initializer::from(initial),
        );
        let u = s.pending("vector_u").unwrap_or(u);
        if !s.training() {
            return self.outputs(s, call, x);
        }
        let (divided, next) = self.divided(&kernel, &u);
        let kept = sigma_of_zeros(&kernel).select(&u, &next);
        s.update("vector_u", kept);
        s.update(&format!("{}/{name}", inner.name), divided.clone());
        s.replacing(&info.path, divided, |s| self.outputs(s, call, x))
    }
}

impl SpectralNormalization {
    /// What the layer inside returns, in the type of the input, as in Keras.
    fn outputs(&self, s: &mut Scope, call: &Call, x: &Var) -> Vec<Value> {
        let outputs = self.layer.run(s, call).into_iter();
        let cast = |v: Value| Value {
            x: v.x.cast(x.dtype()),
            mask: None,
        };
        outputs.map(cast).collect()
    }
}
