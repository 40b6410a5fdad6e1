//! Views: a value read in place, through strides, instead of being computed.
//!
//! Reshape, Broadcast, Slice and Transpose move no numbers by themselves. Each such value is described as strides over
//! the value it reads (its base); elementwise groups read bases through them, everything else gets a dense copy unless
//! the view is contiguous anyway.

use regimen_graph::{Edge, Graph, Node, Op, elements, row_major_strides};

/// Element `i` (row-major over `shape`) of the value is element `offset + index(i) . strides` of the base.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct View {
    pub(crate) base: Edge,
    pub(crate) offset: usize,
    pub(crate) shape: Vec<usize>,
    pub(crate) strides: Vec<usize>,
}

impl View {
    pub(crate) fn dense(base: Edge, shape: &[usize]) -> View {
        View {
            base,
            offset: 0,
            shape: shape.to_vec(),
            strides: row_major_strides(shape),
        }
    }

    /// Whether the elements lie side by side in the base, in order.
    pub(crate) fn is_contiguous(&self) -> bool {
        let axes = collapse(&self.shape, &self.strides);
        elements(&self.shape) <= 1 || axes.len() == 1 && axes[0].1 == 1
    }

    /// Whether the view is one row of so many numbers, side by side, again and again.
    pub(crate) fn repeats_rows_of(&self, columns: usize) -> bool {
        let mut axes = collapse(&self.shape, &self.strides);
        if axes.first().is_some_and(|axis| axis.1 == 0) {
            axes.remove(0);
        }
        let row = if columns == 1 {
            vec![]
        } else {
            vec![(columns, 1)]
        };
        axes == row
    }

    /// The view as a matrix of so many columns, each row side by side: the distance of rows.
    pub(crate) fn as_matrix(&self, columns: usize) -> Option<usize> {
        let axes = collapse(&self.shape, &self.strides);
        match axes[..] {
            [(rows, stride), (width, 1)] if width == columns && stride >= columns && rows > 0 => {
                Some(stride)
            }
            _ => None,
        }
    }

    /// Strides of the same element order over another shape, where that shape's axes cut this one's evenly.
    pub(crate) fn strides_over(&self, shape: &[usize]) -> Option<Vec<usize>> {
        let mut axes = collapse(&self.shape, &self.strides);
        let mut strides = vec![0; shape.len()];
        for (stride, &size) in strides.iter_mut().zip(shape).rev() {
            if size == 1 {
                continue;
            }
            let last = axes.last_mut()?;
            if last.0 % size != 0 {
                return None;
            }
            *stride = last.1;
            *last = (last.0 / size, last.1 * size);
            if last.0 == 1 {
                axes.pop();
            }
        }
        Some(strides)
    }

    /// Products of the sizes behind each axis boundary that the view needs: where its stride pattern breaks.
    pub(crate) fn boundaries(&self) -> Vec<usize> {
        let mut behind = 1;
        let axes = collapse(&self.shape, &self.strides);
        let mut found = vec![];
        for (size, _) in axes.into_iter().rev() {
            behind *= size;
            found.push(behind);
        }
        found.pop();
        found
    }

    /// Repeated, by NumPy's rule, from `shape` (which the view must reach: see [`View::or_own`]) to a larger shape.
    pub(crate) fn broadcast(&self, to: &[usize]) -> View {
        let missing = to.len() - self.shape.len();
        let strides = (0..to.len())
            .map(|i| {
                if i < missing || self.shape[i - missing] == 1 {
                    0
                } else {
                    self.strides[i - missing]
                }
            })
            .collect();
        View {
            base: self.base,
            offset: self.offset,
            shape: to.to_vec(),
            strides,
        }
    }

    /// The view over its value's own shape; where a reshape hides those axes, the value itself becomes the base.
    pub(crate) fn or_own(&self, edge: Edge, shape: &[usize]) -> View {
        self.over(shape).unwrap_or_else(|| View::dense(edge, shape))
    }

    fn over(&self, shape: &[usize]) -> Option<View> {
        let strides = self.strides_over(shape)?;
        Some(View {
            base: self.base,
            offset: self.offset,
            shape: shape.to_vec(),
            strides,
        })
    }
}

/// Axes (size, stride) without those of size 1 and with neighbours joined where one stride runs through both.
fn collapse(shape: &[usize], strides: &[usize]) -> Vec<(usize, usize)> {
    let mut axes: Vec<(usize, usize)> = vec![];
    for (&size, &stride) in shape.iter().zip(strides).filter(|(s, _)| **s != 1) {
        match axes.last_mut() {
            Some(last) if last.1 == stride * size => *last = (last.0 * size, stride),
            _ => axes.push((size, stride)),
        }
    }
    axes
}

/// The view of every output of every node, in terms of values that are really held.
pub(crate) fn views(graph: &Graph) -> Vec<Vec<View>> {
    let mut all: Vec<Vec<View>> = Vec::with_capacity(graph.nodes.len());
    for (index, node) in graph.nodes.iter().enumerate() {
        let own = |out: usize| View::dense(Edge { node: index, out }, &node.types[out].shape);
        let moved = node
            .inputs
            .first()
            .and_then(|e| through(node, &all[e.node][e.out], *e, graph));
        all.push(match moved {
            Some(view) => vec![view],
            None => (0..node.types.len()).map(own).collect(),
        });
    }
    all
}

/// The view that a node makes of its input's; `None` for nodes that compute.
fn through(node: &Node, input: &View, edge: Edge, graph: &Graph) -> Option<View> {
    let shape = &graph.ty(edge).shape;
    if elements(shape) == 0 || node.types[0].elements() == 0 {
        return None;
    }
    let source = || input.or_own(edge, shape);
    match &node.op {
        Op::Reshape(op) => Some(input.over(&op.shape).unwrap_or_else(|| input.clone())),
        Op::Broadcast(op) => Some(source().broadcast(&op.shape)),
        Op::Slice(op) => {
            let from = source();
            let start: usize = op.start.iter().zip(&from.strides).map(|(a, b)| a * b).sum();
            let strides = op
                .step
                .iter()
                .zip(&from.strides)
                .map(|(a, b)| a * b)
                .collect();
            Some(View {
                base: from.base,
                offset: from.offset + start,
                shape: node.types[0].shape.clone(),
                strides,
            })
        }
        // Reading along another axis than the last is slow: such a transpose is done once, by its own kernel.
        Op::Transpose(op) if op.perm.last().is_none_or(|&p| p + 1 == op.perm.len()) => {
            let from = source();
            let strides = op.perm.iter().map(|&p| from.strides[p]).collect();
            Some(View {
                base: from.base,
                offset: from.offset,
                shape: node.types[0].shape.clone(),
                strides,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Edge = Edge { node: 0, out: 0 };

    #[test]
    fn strides_move_to_shapes_that_cut_evenly() {
        let dense = View::dense(BASE, &[4, 6]);
        assert_eq!(dense.strides_over(&[2, 2, 3, 2]), Some(vec![12, 6, 2, 1]));
        assert_eq!(dense.strides_over(&[24]), Some(vec![1]));
        let rows = View {
            base: BASE,
            offset: 0,
            shape: vec![4, 6],
            strides: vec![0, 1],
        };
        assert_eq!(rows.strides_over(&[4, 3, 2]), Some(vec![0, 2, 1]));
        assert_eq!(rows.strides_over(&[24]), None);
        assert_eq!(rows.boundaries(), [6]);
        assert!(dense.boundaries().is_empty());
    }

    #[test]
    fn contiguity_ignores_axes_of_size_one() {
        let one = View {
            base: BASE,
            offset: 3,
            shape: vec![1, 5, 1],
            strides: vec![9, 1, 0],
        };
        assert!(one.is_contiguous());
        let column = View {
            base: BASE,
            offset: 0,
            shape: vec![5, 1],
            strides: vec![4, 1],
        };
        assert!(!column.is_contiguous());
    }
}
