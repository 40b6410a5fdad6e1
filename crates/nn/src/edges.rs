//! Cells at both ends of the spatial axes: taken off by the cropping layers, added by the padding layers.
//!
//!   x (B, S.., C) -> y (B, S'.., C);  S' = S - before - after, or S + before + after
//!
//! Follows keras/src/layers/reshaping/cropping*.py and zero_padding*.py.

use regimen_graph::{Fault, Type};
use serde_json::Value as Json;

use crate::{Call, OptionValue, Scope, Value, spatial::Spatial};

/// Numbers of cells before and after, for each of N spatial axes.
///
/// ```
/// use regimen_nn::Edges;
/// assert_eq!(Edges::<2>::from([1, 0]), Edges([(1, 1), (0, 0)]));
/// assert_eq!(Edges::<1>::from((2, 1)), Edges([(2, 1)]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edges<const N: usize>(pub [(usize, usize); N]);

impl<const N: usize> From<usize> for Edges<N> {
    fn from(n: usize) -> Edges<N> {
        Edges([(n, n); N])
    }
}

impl<const N: usize> From<[usize; N]> for Edges<N> {
    fn from(list: [usize; N]) -> Edges<N> {
        Edges(list.map(|n| (n, n)))
    }
}

impl<const N: usize> From<[(usize, usize); N]> for Edges<N> {
    fn from(list: [(usize, usize); N]) -> Edges<N> {
        Edges(list)
    }
}

impl From<(usize, usize)> for Edges<1> {
    fn from(pair: (usize, usize)) -> Edges<1> {
        Edges([pair])
    }
}

fn cells(value: &Json) -> Option<usize> {
    i64::read(value).ok().and_then(|n| usize::try_from(n).ok())
}

/// A number for both ends, or one for each.
fn pair(value: &Json) -> Option<(usize, usize)> {
    match value.as_array().map(Vec::as_slice) {
        Some([before, after]) => Some((cells(before)?, cells(after)?)),
        Some(_) => None,
        None => cells(value).map(|n| (n, n)),
    }
}

impl<const N: usize> OptionValue for Edges<N> {
    const KIND: &'static str = "integer, or cells before and after each axis";

    /// One number for all ends; for one axis [before, after]; for several a list of one entry per axis, which is a
    /// number for both ends or [before, after].
    fn read(value: &Json) -> Result<Edges<N>, String> {
        let found = match value.as_array() {
            None => cells(value).map(|n| [(n, n); N]),
            Some(_) if N == 1 => pair(value).map(|p| [p; N]),
            Some(items) => {
                let pairs: Option<Vec<_>> = items.iter().map(pair).collect();
                pairs.and_then(|p| p.try_into().ok())
            }
        };
        let lists = match N {
            1 => "[before, after]".to_string(),
            _ => format!("a list of {N}, each a number or [before, after]"),
        };
        found
            .map(Edges)
            .ok_or_else(|| format!("expected a whole number, 0 or more, or {lists}"))
    }

    fn write(&self) -> Json {
        let pairs = self.0.iter().map(|&(a, b)| Json::from(vec![a, b]));
        match N {
            1 => pairs.collect::<Vec<_>>().swap_remove(0),
            _ => pairs.collect(),
        }
    }
}

/// The layer that takes `edges` off its input. A mask does not pass.
pub(crate) fn cropped<const N: usize>(
    s: &mut Scope,
    call: &Call,
    at: Spatial,
    edges: &Edges<N>,
) -> Vec<Value> {
    let x = &call.inputs[0].x;
    if !at.accepts(s, x) {
        return at.placeholder(s, x, at.channels(x));
    }
    let (mut start, mut stop) = (vec![0; x.rank()], x.shape());
    let mut misfit = None;
    for (axis, (before, after)) in at.spatial_axes().into_iter().zip(edges.0) {
        let size = stop[axis];
        let off = before.saturating_add(after);
        if off >= size {
            misfit = misfit.or(Some((axis, size, off)));
            (start[axis], stop[axis]) = (0, 1);
        } else {
            (start[axis], stop[axis]) = (before, size - after);
        }
    }
    if let Some((axis, size, off)) = misfit {
        let fault = Fault::new(
            format!(
                "input {}: {size} cells along axis {axis}, {off} to take off",
                x.ty()
            ),
            "more cells than `cropping` takes off",
            "Crop fewer cells, or feed a larger input.",
        );
        let sizes = start.iter().zip(&stop).map(|(a, b)| b - a);
        let meant = Type::new(x.dtype(), sizes.collect::<Vec<_>>());
        return vec![s.fault(at.class_name, fault, meant).into()];
    }
    vec![x.slice_axes(&start, &stop, &vec![1; x.rank()]).into()]
}

/// The layer that adds `edges` of zeros to its input. A mask does not pass.
pub(crate) fn padded<const N: usize>(
    s: &mut Scope,
    call: &Call,
    at: Spatial,
    edges: &Edges<N>,
) -> Vec<Value> {
    let x = &call.inputs[0].x;
    if !at.accepts(s, x) {
        return at.placeholder(s, x, at.channels(x));
    }
    let (mut low, mut high) = (vec![0; x.rank()], vec![0; x.rank()]);
    for (axis, (before, after)) in at.spatial_axes().into_iter().zip(edges.0) {
        (low[axis], high[axis]) = (before, after);
    }
    vec![x.pad(&low, &high, 0.0).into()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn forms_of_edges() {
        assert_eq!(Edges::<1>::read(&json!(2)), Ok(Edges([(2, 2)])));
        assert_eq!(Edges::<1>::read(&json!([0, 3])), Ok(Edges([(0, 3)])));
        assert_eq!(
            Edges::<2>::read(&json!([0, 3])),
            Ok(Edges([(0, 0), (3, 3)]))
        );
        let mixed = Edges::<2>::read(&json!([[1, 2], 3])).unwrap();
        assert_eq!(mixed, Edges([(1, 2), (3, 3)]));
        assert_eq!(mixed.write(), json!([[1, 2], [3, 3]]));
        assert_eq!(Edges::<1>([(1, 2)]).write(), json!([1, 2]));
    }

    #[test]
    fn what_is_no_edge_says_the_forms() {
        for bad in [
            json!(-1),
            json!([1]),
            json!([1, 2, 3]),
            json!([[1, 2], [3]]),
            json!("one"),
            json!(0.5),
        ] {
            let error = Edges::<2>::read(&bad).unwrap_err();
            assert!(
                error.contains("a list of 2, each a number or [before, after]"),
                "{bad}: {error}"
            );
        }
        assert!(
            Edges::<1>::read(&json!([[1, 2]]))
                .unwrap_err()
                .contains("or [before, after]")
        );
        assert!(Edges::<3>::read(&json!([1, -2, 3])).is_err());
    }
}
