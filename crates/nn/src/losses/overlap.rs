//! Sums over axes, or over the whole batch: what losses of overlapping areas are made of.

use regimen_graph::{Fault, Var};

use crate::Axes;

/// The axes to sum over: those given, or all. An axis that is not there is a fault.
pub(crate) fn axes_of(x: &Var, axes: Option<&Axes>, class_name: &str) -> Vec<isize> {
    let all: Vec<usize> = (0..x.rank()).collect();
    let found = match axes {
        None => Some(all.clone()),
        Some(axes) => axes.resolve(x.rank()),
    };
    let axes = found.unwrap_or_else(|| {
        let given = axes.map_or(&[][..], |a| &a.0[..]);
        let found = format!("axis {given:?} for predictions of shape {:?}", x.shape());
        let mend = "Leave `axis` out to sum over the whole batch.";
        x.builder().fault(
            class_name,
            Fault::new(found, "axes of the predictions", mend),
        );
        all
    });
    axes.into_iter().map(|a| a as isize).collect()
}
