//! Nadam: Adam with Nesterov's momentum.
//!
//!   u_t = β1 (1 - ½ 0.96ᵗ);  Π = u_1 ... u_t;  m, v as in Adam;
//!   m̂ = u_{t+1} m / (1 - Π u_{t+1}) + (1 - u_t) g / (1 - Π);  w -= lr m̂ / (√(v / (1 - β2ᵗ)) + ε).
//!
//! Dozat, 2016. Follows keras/src/optimizers/nadam.py, which keeps Π as state; here it is a function of t.

use regimen_graph::{DType, Tensor, Var};

use crate::Configured;
use crate::optimizers::adam::{adam_slots, toward};
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Nadam",
    aliases: &[],
    about: "Adam with Nesterov's momentum",
    options: Nadam::options,
    read: |o| {
        read::<Nadam>(o, |made, checks| {
            checks.kept("beta_1", made.beta_1);
            checks.kept("beta_2", made.beta_2);
            checks.not_negative("epsilon", made.epsilon);
        })
    },
};

optimizer_config! {
    /// Adam with Nesterov's momentum.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Nadam, Rule};
    /// assert_eq!(Nadam::new().common().learning_rate, 0.001);
    /// ```
    pub struct Nadam(learning_rate = 0.001, weight_decay = None) {
        /// Share that the mean of gradients keeps. Default 0.9.
        beta_1: f64 = 0.9,
        /// Share that the mean of squares keeps. Default 0.999.
        beta_2: f64 = 0.999,
        /// Added to the root. Default 1e-7.
        epsilon: f64 = 1e-7,
    }
}

impl Rule for Nadam {
    fn class_name(&self) -> &'static str {
        "Nadam"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        adam_slots(weight, false)
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let u = |t: &Var| (1.0 - t.scalar_like(0.96).pow(t) * 0.5) * self.beta_1;
        let (now, next) = (u(&cx.t), u(&(&cx.t + 1.0)));
        let product = cx.power(self.beta_1) * falling_product(&cx.t);
        let m = toward(&slots[0], g, 1.0 - self.beta_1);
        let v = toward(&slots[1], &g.square(), 1.0 - self.beta_2);
        let mean = &m * (&next / (1.0 - &product * &next)) + g * ((1.0 - now) / (1.0 - product));
        let root = (&v / (1.0 - cx.power(self.beta_2))).sqrt();
        (w - mean * &cx.lr / (root + self.epsilon), vec![m, v])
    }
}

/// (1 - ½ 0.96) (1 - ½ 0.96²) ... up to the power t, from a table: the factors beyond its end are 1 in float32.
fn falling_product(t: &Var) -> Var {
    const END: usize = 512;
    let mut products = vec![1.0];
    for i in 1..=END {
        products.push(products[i - 1] * (1.0 - 0.5 * 0.96_f64.powi(i as i32)));
    }
    let table = t
        .builder()
        .constant(Tensor::from_f64(DType::F32, vec![END + 1], &products));
    table.gather(&t.minimum(&t.scalar_like(END as f64)).cast(DType::I32))
}
