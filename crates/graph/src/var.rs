//! A value under construction, with the methods that layers are written in.
//!
//! They need neither `?` nor panics: a bad shape leaves a fault in the builder.

use crate::{Builder, DType, Edge, Fault, Op, Tensor, Type, ops::*};

/// A value of a graph under construction. Cheap to clone.
#[derive(Clone)]
pub struct Var {
    pub(crate) builder: Builder,
    pub(crate) edge: Edge,
}

impl std::fmt::Debug for Var {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "%{}.{}: {}", self.edge.node, self.edge.out, self.ty())
    }
}

impl PartialEq for Var {
    /// Whether both are the same value of the same graph.
    fn eq(&self, other: &Var) -> bool {
        std::rc::Rc::ptr_eq(&self.builder.0, &other.builder.0) && self.edge == other.edge
    }
}

impl Var {
    /// The graph it belongs to.
    pub fn builder(&self) -> &Builder {
        &self.builder
    }

    /// Element type and shape.
    pub fn ty(&self) -> Type {
        self.builder.0.borrow().nodes[self.edge.node].types[self.edge.out].clone()
    }

    /// Sizes.
    pub fn shape(&self) -> Vec<usize> {
        self.ty().shape
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        self.builder.0.borrow().nodes[self.edge.node].types[self.edge.out].dtype
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.ty().rank()
    }

    /// Size of an axis, negative counting from the end; 1 where there is no such axis.
    pub fn dim(&self, axis: isize) -> usize {
        let shape = self.shape();
        let at = if axis < 0 {
            axis + shape.len() as isize
        } else {
            axis
        };
        usize::try_from(at)
            .ok()
            .and_then(|a| shape.get(a).copied())
            .unwrap_or(1)
    }

    /// Layer path it was written by.
    pub fn path(&self) -> String {
        self.builder.0.borrow().nodes[self.edge.node]
            .path
            .to_string()
    }

    /// Whether an earlier fault left its type unknown.
    pub fn is_broken(&self) -> bool {
        self.builder.0.borrow().broken.contains(&self.edge.node)
    }

    fn one(&self, op: Op, inputs: &[&Var]) -> Var {
        self.builder.apply(op, inputs).swap_remove(0)
    }

    pub(crate) fn unary(&self, kind: UnaryKind) -> Var {
        self.one(Op::Unary(Unary { kind }), &[self])
    }

    pub(crate) fn binary(&self, kind: BinaryKind, other: &Var) -> Var {
        self.one(Op::Binary(Binary { kind }), &[self, other])
    }

    pub(crate) fn compare(&self, kind: CompareKind, other: &Var) -> Var {
        self.one(Op::Compare(Compare { kind }), &[self, other])
    }

    /// A scalar constant of this value's type.
    pub fn scalar_like(&self, x: f64) -> Var {
        self.builder
            .constant(Tensor::from_f64(self.dtype(), vec![], &[x]))
    }

    /// Zeros of this value's type and shape.
    pub fn zeros_like(&self) -> Var {
        self.full_like(0.0)
    }

    /// Ones of this value's type and shape.
    pub fn ones_like(&self) -> Var {
        self.full_like(1.0)
    }

    /// One number in this value's type and shape.
    pub fn full_like(&self, x: f64) -> Var {
        self.scalar_like(x).broadcast_to(&self.shape())
    }

    /// a^b, elementwise.
    pub fn pow(&self, other: &Var) -> Var {
        self.binary(BinaryKind::Pow, other)
    }

    /// The larger, elementwise; NaN where either is NaN.
    pub fn maximum(&self, other: &Var) -> Var {
        self.binary(BinaryKind::Max, other)
    }

    /// The smaller, elementwise; NaN where either is NaN.
    pub fn minimum(&self, other: &Var) -> Var {
        self.binary(BinaryKind::Min, other)
    }

    /// Remainder with the sign of the divisor, as NumPy's `mod`.
    pub fn rem(&self, other: &Var) -> Var {
        self.binary(BinaryKind::Rem, other)
    }

    /// Both true.
    pub fn and(&self, other: &Var) -> Var {
        self.binary(BinaryKind::And, other)
    }

    /// Either true.
    pub fn or(&self, other: &Var) -> Var {
        self.binary(BinaryKind::Or, other)
    }

    /// Into `[low, high]`.
    pub fn clip(&self, low: f64, high: f64) -> Var {
        self.maximum(&self.scalar_like(low))
            .minimum(&self.scalar_like(high))
    }

    /// Truth value of `self ? a : b`, with broadcasting.
    pub fn select(&self, a: &Var, b: &Var) -> Var {
        self.one(Op::Select(Select), &[self, a, b])
    }

    /// The same values in another type; floats to integers truncate toward zero.
    pub fn cast(&self, dtype: DType) -> Var {
        if self.dtype() == dtype {
            self.clone()
        } else {
            self.one(Op::Cast(Cast { dtype }), &[self])
        }
    }

    /// Matrix product over the last two axes, the ones before broadcast.
    pub fn matmul(&self, other: &Var) -> Var {
        self.matmul_with(other, false, false)
    }

    /// Matrix product with either operand's last two axes swapped first.
    pub fn matmul_with(&self, other: &Var, transpose_a: bool, transpose_b: bool) -> Var {
        self.one(
            Op::MatMul(MatMul {
                transpose_a,
                transpose_b,
            }),
            &[self, other],
        )
    }

    fn reduce(&self, kind: ReduceKind, axes: &[isize], keepdims: bool) -> Var {
        let axes = self.axes(axes);
        self.one(
            Op::Reduce(Reduce {
                kind,
                axes,
                keepdims,
            }),
            &[self],
        )
    }

    /// Axes counted from the front, sorted; out of range ones stay out of range.
    fn axes(&self, axes: &[isize]) -> Vec<usize> {
        let rank = self.rank() as isize;
        let wrap =
            |a: isize| usize::try_from(if a < 0 { a + rank } else { a }).unwrap_or(usize::MAX);
        let mut list: Vec<usize> = axes.iter().map(|&a| wrap(a)).collect();
        list.sort_unstable();
        list.dedup();
        list
    }

    fn no_axis(&self, op: &str, axis: isize) {
        let found = format!("axis {axis} of shape {:?}", self.shape());
        self.builder.fault(
            op,
            Fault::new(
                found,
                "an axis of the input",
                "Choose an axis that the input has.",
            ),
        );
    }

    /// Sum over axes (negative from the end).
    pub fn sum(&self, axes: &[isize], keepdims: bool) -> Var {
        self.reduce(ReduceKind::Sum, axes, keepdims)
    }

    /// Sum over all axes, a scalar.
    pub fn sum_all(&self) -> Var {
        self.sum(&(0..self.rank() as isize).collect::<Vec<_>>(), false)
    }

    /// Mean over axes.
    pub fn mean(&self, axes: &[isize], keepdims: bool) -> Var {
        let n: usize = self
            .axes(axes)
            .iter()
            .map(|&a| self.dim(a as isize))
            .product();
        self.sum(axes, keepdims) * (1.0 / n as f64)
    }

    /// Mean over all axes, a scalar.
    pub fn mean_all(&self) -> Var {
        self.mean(&(0..self.rank() as isize).collect::<Vec<_>>(), false)
    }

    /// Largest over axes.
    pub fn max(&self, axes: &[isize], keepdims: bool) -> Var {
        self.reduce(ReduceKind::Max, axes, keepdims)
    }

    /// Smallest over axes.
    pub fn min(&self, axes: &[isize], keepdims: bool) -> Var {
        self.reduce(ReduceKind::Min, axes, keepdims)
    }

    /// Product over axes.
    pub fn prod(&self, axes: &[isize], keepdims: bool) -> Var {
        self.reduce(ReduceKind::Prod, axes, keepdims)
    }

    /// Index of the first largest element along an axis, int32; the axis is dropped.
    pub fn argmax(&self, axis: isize) -> Var {
        let axis = self.axes(&[axis])[0];
        self.one(
            Op::ArgReduce(ArgReduce {
                kind: ArgKind::Max,
                axis,
            }),
            &[self],
        )
    }

    /// Index of the first smallest element along an axis, int32; the axis is dropped.
    pub fn argmin(&self, axis: isize) -> Var {
        let axis = self.axes(&[axis])[0];
        self.one(
            Op::ArgReduce(ArgReduce {
                kind: ArgKind::Min,
                axis,
            }),
            &[self],
        )
    }

    /// The same elements in another shape.
    pub fn reshape(&self, shape: &[usize]) -> Var {
        if self.shape() == shape {
            return self.clone();
        }
        self.one(
            Op::Reshape(Reshape {
                shape: shape.to_vec(),
            }),
            &[self],
        )
    }

    /// A new axis of size 1 at `axis` (negative from the end of the result).
    pub fn expand_dims(&self, axis: isize) -> Var {
        let mut shape = self.shape();
        let at = if axis < 0 {
            axis + shape.len() as isize + 1
        } else {
            axis
        };
        let at = usize::try_from(at).unwrap_or(0).min(shape.len());
        shape.insert(at, 1);
        self.reshape(&shape)
    }

    /// Without an axis of size 1.
    pub fn squeeze(&self, axis: isize) -> Var {
        let mut shape = self.shape();
        let at = self.axes(&[axis])[0];
        if at < shape.len() {
            shape.remove(at);
        } else {
            self.no_axis("Squeeze", axis);
        }
        self.reshape(&shape)
    }

    /// Axes in another order: axis `i` of the result is axis `perm[i]` of this.
    pub fn transpose(&self, perm: &[usize]) -> Var {
        self.one(
            Op::Transpose(Transpose {
                perm: perm.to_vec(),
            }),
            &[self],
        )
    }

    /// Repeated over new and size-1 axes to this shape.
    pub fn broadcast_to(&self, shape: &[usize]) -> Var {
        if self.shape() == shape {
            return self.clone();
        }
        self.one(
            Op::Broadcast(Broadcast {
                shape: shape.to_vec(),
            }),
            &[self],
        )
    }

    /// Elements `start..stop` of one axis.
    pub fn slice(&self, axis: isize, start: usize, stop: usize) -> Var {
        let shape = self.shape();
        let at = self.axes(&[axis])[0];
        let mut op = Slice {
            start: vec![0; shape.len()],
            stop: shape.clone(),
            step: vec![1; shape.len()],
        };
        if at < shape.len() {
            (op.start[at], op.stop[at]) = (start, stop);
        } else {
            self.no_axis("Slice", axis);
        }
        self.one(Op::Slice(op), &[self])
    }

    /// Elements `start..stop` by `step` of every axis.
    pub fn slice_axes(&self, start: &[usize], stop: &[usize], step: &[usize]) -> Var {
        let op = Slice {
            start: start.to_vec(),
            stop: stop.to_vec(),
            step: step.to_vec(),
        };
        self.one(Op::Slice(op), &[self])
    }

    /// `low[i]` and `high[i]` cells of `value` around axis `i`.
    pub fn pad(&self, low: &[usize], high: &[usize], value: f64) -> Var {
        self.one(
            Op::Pad(Pad {
                low: low.to_vec(),
                high: high.to_vec(),
                inner: vec![0; low.len()],
                value,
            }),
            &[self],
        )
    }

    /// Values joined along an axis; there has to be at least one.
    pub fn concat(values: &[&Var], axis: isize) -> Var {
        let axis = values[0].axes(&[axis])[0];
        values[0].one(Op::Concat(Concat { axis }), values)
    }

    /// The axes in reverse order of elements.
    pub fn reverse(&self, axes: &[isize]) -> Var {
        let axes = self.axes(axes);
        self.one(Op::Reverse(Reverse { axes }), &[self])
    }

    /// Rows of this table by integer ids: (V, ...) and ids (...) give (ids..., ...).
    pub fn gather(&self, ids: &Var) -> Var {
        self.one(Op::Gather(Gather), &[self, ids])
    }

    /// Adds rows of `updates` into a zero table of `rows` rows, at `ids`.
    pub fn scatter_add(ids: &Var, updates: &Var, rows: usize) -> Var {
        ids.one(Op::ScatterAdd(ScatterAdd { rows }), &[ids, updates])
    }

    /// Attention of this query (B, T, H, K) on keys (B, S, G, K) and values (B, S, G, V), where a mask that broadcasts to
    /// (B, H, T, S) lets it: (B, T, H, V).
    pub fn attention(&self, key: &Var, value: &Var, mask: Option<&Var>, scale: f64) -> Var {
        let masked = mask.is_some();
        let inputs: Vec<&Var> = [self, key, value].into_iter().chain(mask).collect();
        self.one(Op::Attention(Attention { scale, masked }), &inputs)
    }

    /// Running sum along an axis.
    pub fn cumsum(&self, axis: isize, exclusive: bool, reverse: bool) -> Var {
        let axis = self.axes(&[axis])[0];
        self.one(
            Op::CumSum(CumSum {
                axis,
                exclusive,
                reverse,
            }),
            &[self],
        )
    }

    /// Sorted values and their int32 positions along the last axis; ties keep their order.
    pub fn sort(&self, descending: bool) -> (Var, Var) {
        self.sorted(Sort {
            descending,
            limit: None,
        })
    }

    /// The k largest of the last axis, falling, and their int32 positions.
    pub fn top_k(&self, k: usize) -> (Var, Var) {
        self.sorted(Sort {
            descending: true,
            limit: Some(k),
        })
    }

    fn sorted(&self, op: Sort) -> (Var, Var) {
        let mut out = self.builder.apply(Op::Sort(op), &[self]);
        let positions = out.swap_remove(1);
        (out.swap_remove(0), positions)
    }
}
