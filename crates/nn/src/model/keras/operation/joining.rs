//! Operations that join tensors, and that part one.

use regimen_graph::{Fault, Var};
use serde_json::Value as Json;

use super::given::{Given, Made};

pub(super) fn concatenate(given: &Given<'_>) -> Made {
    let all = given.all();
    let axis = given.axis("axis", all[0].rank(), -1)?;
    let others = |x: &Var| {
        let mut shape = x.shape();
        if axis < shape.len() {
            shape[axis] = 0;
        }
        shape
    };
    if let Some(other) = all.iter().find(|x| others(x) != others(&all[0])) {
        return Err(Fault::new(
            format!("{} and {}", all[0].ty(), other.ty()),
            format!("equal sizes but for axis {axis}"),
            "Check what feeds the operation.",
        ));
    }
    Ok(vec![Var::concat(
        &all.iter().collect::<Vec<_>>(),
        axis as isize,
    )])
}

pub(super) fn stack(given: &Given<'_>) -> Made {
    let all = given.all();
    let axis = given.axis("axis", all[0].rank() + 1, 0)? as isize;
    if let Some(other) = all.iter().find(|x| x.shape() != all[0].shape()) {
        let found = format!("{} and {}", all[0].ty(), other.ty());
        return Err(Fault::new(
            found,
            "equal shapes",
            "Check what feeds the operation.",
        ));
    }
    let wide: Vec<Var> = all.iter().map(|x| x.expand_dims(axis)).collect();
    Ok(vec![Var::concat(&wide.iter().collect::<Vec<_>>(), axis)])
}

/// Parts of equal sizes, or cut at these places.
pub(super) fn split(given: &Given<'_>) -> Made {
    let x = given.x();
    let axis = given.axis("axis", x.rank(), 0)?;
    let size = x.shape()[axis];
    let cuts: Option<Vec<usize>> = match given.option("indices_or_sections") {
        Some(Json::Array(all)) => all.iter().map(|at| Some(at.as_u64()? as usize)).collect(),
        Some(one) => one
            .as_u64()
            .filter(|parts| *parts > 0 && size.is_multiple_of(*parts as usize))
            .map(|parts| {
                (1..parts as usize)
                    .map(|i| i * (size / parts as usize))
                    .collect()
            }),
        None => None,
    };
    let cuts = cuts.filter(|all| all.is_sorted() && all.iter().all(|at| *at <= size));
    let Some(cuts) = cuts else {
        return Err(given.misfit(&format!(
            "{} parts of {size} along axis {axis}",
            given
                .config
                .get("indices_or_sections")
                .cloned()
                .unwrap_or_default()
        )));
    };
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([size]);
    let parts = starts.zip(ends);
    Ok(parts
        .map(|(from, to)| x.slice(axis as isize, from, to))
        .collect())
}
