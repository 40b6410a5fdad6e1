//! AugMix: images blended with a mixture of several chains of random changes, while training.
//!
//!   x (B, H, W, 3) -> clip(m x + (1 - m) · sum over chains k of w[k] · chain k of x, value_range)
//!   m from Beta(α, α), w from a Dirichlet distribution of equal α, both one a batch
//!
//! A chain is `chain_depth` steps, each one of the eleven changes of RandAugment (seven without `all_ops`) or none, by equal
//! chance. The choice is drawn anew at each step of training. Keras draws it where Python runs the layer: once
//! where a step is compiled. Every change of every step is computed and one of them taken.
//!
//! Hendrycks et al. 2020. Follows keras/src/layers/preprocessing/image_preprocessing/aug_mix.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, LayerDef, Sampling, Scope, ValueRange,
    augmenters::{Augmenters, Named},
    factors::{BYTES, uniform},
    gamma_draws,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "AugMix",
    aliases: &[],
    about: "images blended with chains of random changes while training",
    options: AugMix::options,
    read: image_layer::read::<AugMix>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Images blended with chains of random changes; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::AugMix;
    /// assert_eq!(AugMix::new().num_chains, 3);
    /// ```
    pub struct AugMix() {
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// How many chains. Default 3.
        num_chains: usize = 3,
        /// How many steps a chain has, those of no change among them. Default 3.
        chain_depth: usize = 3,
        /// The range of every change's factor, 0 to 1; one number f is 0 to f. Default 0.3.
        factor: Factor = Factor::One(0.3),
        /// α of both distributions, above 0. Default 1.
        alpha: f64 = 1.0,
        /// Whether brightness, colours, contrast and sharpness change, too. Default true.
        all_ops: bool = true,
        /// How places between pixels are read. Default bilinear.
        interpolation: Sampling = Sampling::Bilinear,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for AugMix {
    fn limits(&self) -> Checks {
        let (low, high) = self.factor.within(BOUNDS);
        let checks = self.value_range.check(Checks::new());
        let checks = self.factor.check(checks, "factor", BOUNDS);
        // The shear takes no less and no more.
        let checks = Factor::Range(low, high).check_each(checks, "factor", BOUNDS);
        let few = |n: usize| (1..=16).contains(&n);
        let (chains, depth) = (self.num_chains, self.chain_depth);
        let ok = self.alpha > 0.0 && self.alpha.is_finite();
        checks
            .holds(few(chains), "num_chains", chains, "a whole number, 1 to 16")
            .holds(few(depth), "chain_depth", depth, "a whole number, 1 to 16")
            .holds(ok, "alpha", self.alpha, "a number above 0")
    }
}

image_layer!(AugMix, factor = |l| l.factor.within(BOUNDS));

impl AugMix {
    fn augmenters(&self) -> Vec<Named> {
        let augmenters = Augmenters {
            factor: self.factor.within(BOUNDS),
            value_range: self.value_range,
            interpolation: self.interpolation,
            seed: self.seed,
            data_format: self.data_format,
        };
        augmenters.mixed(self.all_ops)
    }
}

/// The name of a step's parameters in a transformation.
fn step_name(chain: usize, depth: usize) -> String {
    format!("{chain}.{depth}")
}

impl ImageLayer for AugMix {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let (all, chains, depth) = (self.augmenters(), self.num_chains, self.chain_depth);
        let alpha = images.builder().scalar(self.alpha);
        let weights = gamma_draws::dirichlet(s, self.seed, &alpha, chains);
        let blend = gamma_draws::beta(s, self.seed, &alpha, 1);
        let kinds = all.len() as f64 + 1.0;
        let choices = uniform(s, self.seed, (0.0, kinds), &[chains, depth]).floor();
        let mut drawn = Drawn::new()
            .with("chain_mixing_weights", weights)
            .with("weight_sample", blend)
            .with("choices", choices);
        for (chain, step) in (0..chains).flat_map(|c| (0..depth).map(move |d| (c, d))) {
            let mut of_step = Drawn::new();
            for (name, layer) in &all {
                of_step.add(name, layer.draw(s, images));
            }
            drawn.add(&step_name(chain, step), of_step);
        }
        drawn
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let (all, chains, depth) = (self.augmenters(), self.num_chains, self.chain_depth);
        let weights = drawn.get("chain_mixing_weights", images, &[chains]);
        let choices = drawn.get("choices", images, &[chains * depth]);
        let blend = drawn.get("weight_sample", images, &[]);
        let mut mixture = images.zeros_like();
        for chain in 0..chains {
            let mut changed = images.clone();
            for step in 0..depth {
                let at = chain * depth + step;
                let choice = choices.slice(0, at, at + 1).reshape(&[1, 1, 1, 1]);
                let of_step = drawn.under(&step_name(chain, step));
                let before = changed.clone();
                for (i, (name, layer)) in all.iter().enumerate() {
                    let y = layer.transform_images(&before, &of_step.under(name));
                    let chosen = choice.eq_to(&choice.scalar_like(i as f64));
                    changed = chosen.select(&y, &changed);
                }
            }
            let weight = weights.slice(0, chain, chain + 1).reshape(&[]);
            mixture = mixture + changed * weight;
        }
        let blended = &blend * images + (1.0 - &blend) * mixture;
        self.value_range.clip(&blended)
    }

    fn channels(&self) -> &'static [usize] {
        if self.all_ops { &[1, 3] } else { &[] }
    }
}
