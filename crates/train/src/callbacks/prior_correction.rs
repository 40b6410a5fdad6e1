//! PriorCorrection: after training, classes are named as if all were equally common.
//!
//! A network learns p(class | row), in which rare classes have little chance. Dividing by the classes' shares pi in the
//! training rows and bringing the sum back to 1 gives the probabilities for equal shares, and the best decision for the
//! mean recall over classes (Menon et al., "Long-tail learning via logit adjustment", 2021, section 4). In front of softmax
//! that is a change of biases alone:
//!
//!   b_k - ln pi_k        (one sigmoid unit: b - ln(pi_1 / pi_0))
//!
//! Keras has no such callback; with it users move the threshold by hand.

use regimen_graph::{Data, Tensor};
use regimen_nn::{Configured, keras_config};
use serde_json::{Value as Json, json};

use crate::callbacks::saved_state::Saved;
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "PriorCorrection",
    aliases: &[],
    about: "after training, decides classes as if all were equally common",
    options: PriorCorrection::options,
    read: |options, _| Some(PriorCorrection::read(options)?.into()),
};

keras_config! {
    /// After training, decides classes as if all were equally common: thresholds adjusted to the shares of the classes.
    ///
    /// Of Regimen, not of Keras. The last layer needs a bias, and softmax, sigmoid or a loss that takes logits behind it.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, PriorCorrection};
    ///
    /// let callback: Box<dyn Callback> = PriorCorrection::new(vec![0.9, 0.1]).into();
    /// assert_eq!(callback.class_name(), "PriorCorrection");
    /// ```
    pub struct PriorCorrection(
        /// Share of each class in the training rows, by class number; brought to a sum of 1.
        shares: Vec<f64>,
    ) {
        /// Path of the bias, such as `dense_2/bias`. Default: the last bias of the model.
        bias: Option<String> = None,
    }
}

impl From<PriorCorrection> for Box<dyn Callback> {
    fn from(options: PriorCorrection) -> Box<dyn Callback> {
        Box::new(Running {
            options,
            corrected: false,
        })
    }
}

struct Running {
    options: PriorCorrection,
    /// Whether the bias in the model is a corrected one.
    corrected: bool,
}

impl Running {
    /// What is taken off the bias.
    fn offsets(&self, units: usize) -> Result<Vec<f32>, String> {
        let shares = &self.options.shares;
        if shares.len() < 2 || shares.iter().any(|s| !s.is_finite() || *s <= 0.0) {
            return Err(
                "shares are to be numbers above 0, one for each class, two at least".to_owned(),
            );
        }
        let sum: f64 = shares.iter().sum();
        let log = |s: &f64| (s / sum).ln() as f32;
        match (units, shares.as_slice()) {
            (1, [no, yes]) => Ok(vec![log(yes) - log(no)]),
            (n, all) if n == all.len() => Ok(all.iter().map(log).collect()),
            (n, all) => Err(format!(
                "there are {} shares for an output of {n} units; give one share for each class, two for one unit",
                all.len()
            )),
        }
    }

    /// The bias moved by `sign` times the offsets.
    fn moved(&self, cx: &Context<'_>, sign: f32) -> Result<Vec<Flow>, String> {
        let Some(trainer) = cx.trainer else {
            return Ok(vec![]);
        };
        let mut paths = trainer.weight_infos().iter().map(|info| info.path.as_str());
        let last = paths.rfind(|path| path.ends_with("/bias"));
        let path = self.options.bias.as_deref().or(last);
        let path = path.ok_or("the model has no bias; give the last layer use_bias = true")?;
        let bias = trainer.weight(path).ok_or_else(|| {
            format!("the model has no weight `{path}`; `regimen summary` names the layers")
        })?;
        let values = bias.to_f64();
        let offsets = self.offsets(values.len())?;
        let next = values
            .iter()
            .zip(offsets)
            .map(|(b, o)| *b as f32 + sign * o);
        let next = Tensor {
            shape: bias.shape.clone(),
            data: Data::F32(next.collect()),
        };
        Ok(vec![Flow::SetWeight(path.to_owned(), next)])
    }
}

impl Callback for Running {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn check(&self, cx: &Context<'_>) -> Result<(), String> {
        self.moved(cx, -1.0).map(drop)
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        match moment {
            // A run that goes on learns from the network as it was.
            Moment::TrainBegin if self.corrected => {
                self.corrected = false;
                self.moved(cx, 1.0)
            }
            Moment::TrainEnd if !self.corrected => {
                self.corrected = true;
                self.moved(cx, -1.0)
            }
            _ => Ok(vec![]),
        }
    }

    fn state(&self) -> Json {
        json!({"corrected": self.corrected})
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        self.corrected = Saved::new(DEF.class_name, state)?.flag("corrected")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use regimen_graph::Reference;
    use regimen_nn::{layers::Dense, model::Sequential};

    use super::*;
    use crate::callbacks::drive_tests::{assert_resumes, errors, of_losses};
    use crate::{Arrays, CompileOptions, FitOptions, Trainer};

    #[test]
    fn a_resumed_run_goes_on_alike() {
        for at in 0..6 {
            let make = || PriorCorrection::new(vec![0.9, 0.1]).into();
            assert_resumes(make, &of_losses(&[1.0; 6]), at);
        }
    }

    #[test]
    fn bad_options_are_told() {
        let text = errors("PriorCorrection", json!({}));
        assert!(text.contains("shares"), "{text}");
        let of = |shares: &[f64]| Running {
            options: PriorCorrection::new(shares.to_vec()),
            corrected: false,
        };
        assert!(of(&[0.5, 0.0]).offsets(2).is_err());
        assert!(
            of(&[0.5, 0.5])
                .offsets(3)
                .expect_err("three")
                .contains("3 units")
        );
        let offsets = of(&[9.0, 1.0]).offsets(1).expect("one unit");
        assert!((offsets[0] + 9f32.ln()).abs() < 1e-6);
    }

    #[test]
    fn the_bias_moves_at_the_end_alone() {
        let x = Tensor::f32([4, 1], vec![0.0; 4]).expect("x");
        let y = Tensor::f32([4, 2], vec![1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0]).expect("y");
        let data = Arrays::new(x, y);
        let run = |callbacks: &mut [Box<dyn Callback>]| {
            let engine = Reference;
            let model = Sequential::new()
                .add(Dense::new(2usize).activation("softmax"))
                .build();
            let options = CompileOptions::new("sgd", "categorical_crossentropy");
            let mut trainer = Trainer::new(&engine, model, &options, &data, 1).expect("a trainer");
            let fit = FitOptions {
                epochs: 2,
                ..FitOptions::default()
            };
            trainer
                .fit(&data, None, &fit, callbacks, &mut ())
                .expect("trains");
            trainer.weight("dense/bias").expect("a bias").to_f64()
        };
        let plain = run(&mut []);
        let corrected = run(&mut [PriorCorrection::new(vec![3.0, 1.0]).into()]);
        for (k, share) in [0.75f64, 0.25].into_iter().enumerate() {
            assert!((plain[k] - share.ln() - corrected[k]).abs() < 1e-6);
        }
    }
}
