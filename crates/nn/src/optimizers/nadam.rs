//! Nadam: Adam with Nesterov's momentum.
//!
//!   u_t = β1 (1 - ½ 0.96ˢᵗ);  Π = u_1 ... u_t;  m, v as in Adam;
//!   m̂ = u_{t+1} m / (1 - Π u_{t+1}) + (1 - u_t) g / (1 - Π);  w -= lr m̂ / (√(v / (1 - β2ᵗ)) + ε).
//!
//! Dozat, 2016. Follows keras/src/optimizers/nadam.py, which keeps Π as state; here it is a function of t.
//! s = 1 but for configs of Keras before 2.4.

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
            checks.fraction("schedule_decay", made.schedule_decay);
            // The table of products grows as it falls.
            if made.schedule_decay < 0.001 {
                let found = made.schedule_decay;
                let text = format!("`schedule_decay`: found {found}, expected 0.001 to 1");
                checks.refuse("schedule_decay", text);
            }
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
        /// How fast the momentum rises to beta_1, 0.004 before Keras 2.4; not an option of Keras. Default 1.
        schedule_decay: f64 = 1.0,
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
        let pace = self.schedule_decay;
        let u = |t: &Var| (1.0 - t.scalar_like(0.96).pow(&(t * pace)) * 0.5) * self.beta_1;
        let (now, next) = (u(&cx.t), u(&(&cx.t + 1.0)));
        let product = cx.power(self.beta_1) * falling_product(&cx.t, pace);
        let m = toward(&slots[0], g, 1.0 - self.beta_1);
        let v = toward(&slots[1], &g.square(), 1.0 - self.beta_2);
        let mean = &m * (&next / (1.0 - &product * &next)) + g * ((1.0 - now) / (1.0 - product));
        let root = (&v / (1.0 - cx.power(self.beta_2))).sqrt();
        (w - mean * &cx.lr / (root + self.epsilon), vec![m, v])
    }
}

/// (1 - ½ 0.96^s) (1 - ½ 0.96^2s) ... up to the power t s, from a table: the factors beyond its end are 1 in float32.
fn falling_product(t: &Var, pace: f64) -> Var {
    let end = (512.0 / pace).ceil() as usize;
    let mut products = vec![1.0];
    for i in 1..=end {
        products.push(products[i - 1] * (1.0 - 0.5 * 0.96_f64.powf(i as f64 * pace)));
    }
    let table = t
        .builder()
        .constant(Tensor::from_f64(DType::F32, vec![end + 1], &products));
    table.gather(&t.minimum(&t.scalar_like(end as f64)).cast(DType::I32))
}
