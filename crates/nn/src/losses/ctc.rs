//! CTC: -ln of the probability that logits (B, T, C) spell labels (B, N), blanks and repetitions aside; (B,).
//!
//! Class 0 is the blank, and labels are padded with 0. A path is in state φ(n), where n labels are done and a blank
//! came last, or ε(n), where label n was emitted last. In logarithms, with p the logits' log-softmax at a step:
//!
//! ```text
//! φ(n) at the next step = (φ(n) or ε(n)) + p(blank)
//! ε(n) at the next step = (φ(n - 1) or ε(n - 1) or ε(n)) + p(label n)
//! ```
//!
//! where ε(n - 1) is left out if label n is the same as the one before: a blank has to part them. Graves et al., "Connectionist temporal
//! classification", 2006. Follows keras/src/losses/losses.py and ctc_loss of keras/src/backend/jax/nn.py.

use regimen_graph::{Builder, DType, Fault, Graph, InputKind, ModelFaults, Tensor, Type, Var};

use crate::activations::log_softmax;
use crate::losses::numerics::one_hot;
use crate::losses::{Loss, LossDef, Reduction};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: LossDef = LossDef {
    class_name: "CTC",
    aliases: &["ctc"],
    about: "sequences of labels without their places in time; class 0 is the blank",
    options: Ctc::options,
    read: |o| Ctc::read(o).map(|l| Box::new(l) as Box<dyn Loss>),
};

keras_config! {
    /// Loss of sequences of labels without their places in time.
    ///
    /// ```
    /// use regimen_nn::{Object, losses};
    /// let loss = losses::read(&Object::named("ctc"), "compile.loss").unwrap();
    /// assert_eq!(loss.class_name(), "CTC");
    /// ```
    pub struct Ctc() {
        /// How values become one number.
        reduction: Reduction = Reduction::SumOverBatchSize,
    }
}

/// Logarithm of the probability of what cannot happen, as in Keras.
const NEVER: f64 = -1e5;

impl Loss for Ctc {
    fn class_name(&self) -> &'static str {
        "CTC"
    }

    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let rows = y_pred.dim(0);
        let nothing = || y_pred.scalar_like(0.0).broadcast_to(&[rows]);
        if y_pred.rank() != 3 || y_true.rank() != 2 || y_true.dim(0) != rows {
            let found = format!(
                "targets of shape {:?} for predictions of shape {:?}",
                y_true.shape(),
                y_pred.shape()
            );
            let expected = "labels (rows, N) for logits (rows, steps, classes)";
            let mend = "Let the model give logits for each step, and pad labels with 0, the blank.";
            y_pred
                .builder()
                .fault("CTC", Fault::new(found, expected, mend));
            return nothing();
        }
        let labels = y_true.cast(DType::I32);
        match log_likelihood(&labels, &log_softmax(y_pred, -1)) {
            Ok(log_likelihood) => -log_likelihood,
            Err(faults) => {
                for fault in faults.0 {
                    y_pred.builder().fault(&fault.op, fault.fault);
                }
                nothing()
            }
        }
    }
}

/// ln of the labels' probability (B,), by a pass over the steps of `log_p` (B, T, C).
fn log_likelihood(labels: &Var, log_p: &Var) -> Result<Var, ModelFaults> {
    let (rows, n) = (labels.dim(0), labels.dim(1));
    let hot = one_hot(labels, log_p.dim(-1)).cast(log_p.dtype());
    let emitted = log_p.matmul_with(&hot, false, true).transpose(&[1, 0, 2]);
    let blank = log_p.slice(-1, 0, 1).transpose(&[1, 0, 2]);
    let never = |width: usize| log_p.scalar_like(NEVER).broadcast_to(&[rows, width]);
    let begin = Var::concat(
        &[&log_p.scalar_like(0.0).broadcast_to(&[rows, 1]), &never(n)],
        1,
    );
    let ran = log_p.builder().scan(
        step(rows, n)?,
        (log_p.dim(1), false),
        &[begin, never(n)],
        &[emitted, blank],
        &[repeated(labels, n)],
    );
    let end = enter(&ran.carries[0], &ran.carries[1]);
    let zero = labels.scalar_like(0.0);
    let length = labels.ne_to(&zero).cast(DType::I32).sum(&[-1], false);
    let at_end = one_hot(&length, n + 1);
    Ok(at_end.select(&end, &end.scalar_like(0.0)).sum(&[-1], false))
}

/// 1 where the next label is the same, (B, N).
fn repeated(labels: &Var, n: usize) -> Var {
    let next = match n {
        0 => labels.clone(),
        n => Var::concat(&[&labels.slice(1, 1, n), &labels.slice(1, 0, 1)], 1),
    };
    let place = labels.builder().iota(DType::I32, &[1, n], 1);
    let last = place.eq_to(&place.scalar_like(n.saturating_sub(1) as f64));
    labels.eq_to(&next).and(&last.not()).cast(DType::F32)
}

/// One step: φ (B, N + 1), ε (B, N), the step's log-probabilities of the labels (B, N) and of the blank (B, 1), and
/// which labels are repeated, to the next φ and ε.
fn step(rows: usize, n: usize) -> Result<Graph, ModelFaults> {
    let body = Builder::new();
    let feed = |name: &str, width: usize| {
        body.input(
            name,
            Type::new(DType::F32, vec![rows, width]),
            InputKind::Feed,
        )
    };
    let (phi, emit) = (feed("phi", n + 1), feed("emit", n));
    let (emitted, blank) = (feed("emitted", n), feed("blank", 1));
    let repeated = feed("repeated", n);
    let never = body.constant(Tensor::scalar(NEVER as f32));
    let ready = enter(&phi, &(&emit + &never * &repeated));
    let next_emit = log_add_exp(&(ready.slice(1, 0, n) + &emitted), &(&emit + &emitted));
    let moved = &ready + &blank;
    let next_phi = enter(&moved, &(&emit + &blank + &never * (1.0 - &repeated)));
    body.finish(&[("phi", next_phi), ("emit", next_emit)], &[])
}

/// φ with the paths that come from ε: its first entry has none.
fn enter(phi: &Var, from: &Var) -> Var {
    let n = phi.dim(1);
    let rest = log_add_exp(&phi.slice(1, 1, n), from);
    Var::concat(&[&phi.slice(1, 0, 1), &rest], 1)
}

/// ln(e^a + e^b).
fn log_add_exp(a: &Var, b: &Var) -> Var {
    a.maximum(b) + (-(a - b).abs()).softplus()
}
