//! What the adaptive pooling layers share: as many windows along each axis as the output has cells.
//!
//!   window i of n over S cells covers floor(i · S / n) .. ceil((i + 1) · S / n)
//!
//! One axis after the other; windows may overlap, and repeat cells where the output is the larger. Follows
//! keras/src/layers/pooling/base_adaptive_pooling.py and adaptive_average_pool and adaptive_max_pool of
//! keras/src/backend/jax/nn.py. The bounds are whole numbers here; JAX finds them in float32, where for some sizes, such
//! as n = 7, 3 becomes 3.0000002 and the window a cell too long.

use std::ops::Range;

use regimen_graph::{
    Fault, Op, Var,
    ops::{Window, WindowKind},
};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Scope, Value,
    config::PerAxis,
    limits::Checks,
    resizing::{LARGEST_MATRIX, taken, weighed},
    spatial::{Spatial, per_axis, per_axis_limits, write_per_axis},
};

/// What is taken of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WindowValue {
    Mean,
    Largest,
}

/// The options of an adaptive pooling layer, borrowed.
pub(crate) struct AdaptivePooling<'a> {
    pub at: Spatial,
    pub value: WindowValue,
    pub output_size: &'a PerAxis,
}

impl AdaptivePooling<'_> {
    /// Limits of the options.
    pub fn limits(&self) -> Checks {
        per_axis_limits(
            Checks::new(),
            "output_size",
            self.output_size,
            self.at.count,
        )
    }

    /// Keras's config from the layer's own.
    pub fn config(&self, mut map: Map<String, Json>) -> Map<String, Json> {
        write_per_axis(&mut map, "output_size", self.output_size, self.at.count);
        map
    }

    /// Writes the layer. A mask does not pass.
    pub fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let (x, at) = (&crate::input_spec::float(call.inputs[0].x.clone()), self.at);
        if !at.accepts(s, x) {
            return at.placeholder(s, x, at.channels(x));
        }
        let sizes = per_axis(self.output_size, at.count);
        let axes = at.spatial_axes();
        if let Some(fault) = fault(x, &axes, &sizes) {
            s.builder().fault(at.class_name, fault);
            return at.placeholder(s, x, at.channels(x));
        }
        let pooled = |x: Var, (&axis, &size): (&usize, &usize)| match self.value {
            WindowValue::Mean => mean(&x, axis, size),
            WindowValue::Largest => largest(&x, axis, size),
        };
        vec![axes.iter().zip(&sizes).fold(x.clone(), pooled).into()]
    }
}

fn fault(x: &Var, axes: &[usize], sizes: &[usize]) -> Option<Fault> {
    let cells = |&axis: &usize| x.dim(axis as isize);
    if axes.iter().any(|axis| cells(axis) == 0) {
        let found = format!("input {} without steps", x.ty());
        return Some(Fault::new(
            found,
            "one or more steps",
            "Pool less before, or feed longer inputs.",
        ));
    }
    let too_many =
        |(axis, size): (&usize, &usize)| cells(axis).saturating_mul(*size) > LARGEST_MATRIX;
    axes.iter().zip(sizes).any(too_many).then(|| {
        Fault::new(
            format!("`output_size` {sizes:?} for an input {}", x.ty()),
            format!("at most {LARGEST_MATRIX} pairs of a cell of the input and one of the output per axis"),
            "Choose a smaller `output_size`.",
        )
    })
}

/// The window of each cell of the output.
fn windows(from: usize, to: usize) -> Vec<Range<usize>> {
    let window = |i: usize| i * from / to..((i + 1) * from).div_ceil(to);
    (0..to).map(window).collect()
}

fn mean(x: &Var, axis: usize, to: usize) -> Var {
    let windows = windows(x.dim(axis as isize), to);
    let share = |window: &Range<usize>, cell: usize| match window.contains(&cell) {
        true => 1.0 / window.len() as f64,
        false => 0.0,
    };
    let cells = 0..x.dim(axis as isize);
    let weights = windows
        .iter()
        .flat_map(|window| cells.clone().map(move |cell| share(window, cell)));
    weighed(x, axis, to, &weights.collect::<Vec<_>>())
}

/// The windows are of one length or of two that differ by one: the largest of all windows of each length, of which
/// the wanted ones are taken.
fn largest(x: &Var, axis: usize, to: usize) -> Var {
    let from = x.dim(axis as isize);
    let windows = windows(from, to);
    let short = from.div_ceil(to);
    let step = from / to;
    if step * to == from {
        return sliding(x, axis, short, step);
    }
    let all_short = sliding(x, axis, short, 1);
    if windows.iter().all(|w| w.len() == short) {
        let places: Vec<i32> = windows.iter().map(|w| w.start as i32).collect();
        return taken(&all_short, axis, &places);
    }
    let offset = all_short.dim(axis as isize);
    let both = Var::concat(
        &[&all_short, &sliding(x, axis, short + 1, 1)],
        axis as isize,
    );
    let place = |w: &Range<usize>| match w.len() == short {
        true => w.start as i32,
        false => (offset + w.start) as i32,
    };
    taken(&both, axis, &windows.iter().map(place).collect::<Vec<_>>())
}

/// The largest of each window of `size` cells along one axis, `step` apart.
fn sliding(x: &Var, axis: usize, size: usize, step: usize) -> Var {
    let shape = x.shape();
    let before = shape[..axis].iter().product();
    let after = shape[axis + 1..].iter().product();
    let window = Window {
        kind: WindowKind::Max,
        size: vec![size],
        strides: vec![step],
        padding: vec![(0, 0)],
    };
    let rows = x.reshape(&[before, shape[axis], after]);
    let y = x
        .builder()
        .apply(Op::Window(window), &[&rows])
        .swap_remove(0);
    let mut out = shape;
    out[axis] = y.dim(1);
    y.reshape(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_every_cell() {
        assert_eq!(windows(7, 4), [0..2, 1..4, 3..6, 5..7]);
        assert_eq!(windows(6, 3), [0..2, 2..4, 4..6]);
        assert_eq!(windows(2, 3), [0..1, 0..2, 1..2]);
        assert_eq!(windows(7, 7), [0..1, 1..2, 2..3, 3..4, 4..5, 5..6, 6..7]);
        for (from, to) in (1..20_usize).flat_map(|a| (1..20).map(move |b| (a, b))) {
            let short = from.div_ceil(to);
            let fits =
                |w: &Range<usize>| w.end <= from && (w.len() == short || w.len() == short + 1);
            assert!(windows(from, to).iter().all(fits), "{from} -> {to}");
        }
    }
}
