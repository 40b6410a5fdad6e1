//! What happens to C on its way out: bias, activation, and what it is kept by.

use super::{End, Mat};
use crate::kernels::Cpu;
use crate::simd::{Kernel, Simd, math};

/// An activation that rides in the epilogue of a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Act {
    /// The product as it is.
    #[default]
    None,
    /// max(x, 0).
    Relu,
    /// 1 / (1 + e^-x).
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
}

/// What happens to an element of C before it is stored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Epilogue<'a> {
    /// One number per column, added.
    pub bias: Option<&'a [f32]>,
    /// Applied after the bias.
    pub act: Act,
    /// Then C is kept where this matrix, of C's shape, is above zero, and is zero elsewhere: the gradient of a ReLU.
    pub keep: Option<Mat<'a>>,
}

impl<'a> Epilogue<'a> {
    /// What is applied to sums as they leave the registers, and what is left for a pass afterwards. `starts` says whether
    /// the sums start from the bias.
    pub(crate) fn split(self, starts: bool) -> (End, Epilogue<'a>) {
        let biased = starts || self.bias.is_none();
        let end = match (self.act, self.keep) {
            (Act::Relu, None) if biased => End::Relu,
            (Act::None, Some(keep)) if biased => End::Where(keep.data.as_ptr(), keep.row),
            _ => End::Plain,
        };
        let rest = match end {
            End::Plain => Epilogue {
                bias: self.bias.filter(|_| !starts),
                ..self
            },
            _ => Epilogue::default(),
        };
        (end, rest)
    }

    /// What is left to do for a part of C from this row and column on.
    pub(super) fn at(self, row: usize, column: usize) -> Epilogue<'a> {
        Epilogue {
            bias: self.bias.map(|bias| &bias[column..]),
            act: self.act,
            keep: self.keep.map(|mat| Mat {
                data: &mat.data[row * mat.row + column..],
                ..mat
            }),
        }
    }
}

/// Applies an epilogue to a tile `[rows, cols, row distance]` of C.
///
/// # Safety
/// The tile is writable, the bias and what C is kept by readable over it, and nothing else touches it meanwhile.
pub(crate) unsafe fn finish(cpu: Cpu<'_>, c: *mut f32, tile: [usize; 3], epilogue: Epilogue<'_>) {
    if epilogue.bias.is_some() || epilogue.act != Act::None || epilogue.keep.is_some() {
        cpu.level.dispatch(Finish { c, tile, epilogue });
    }
}

struct Finish<'a> {
    c: *mut f32,
    tile: [usize; 3],
    epilogue: Epilogue<'a>,
}

impl Kernel for Finish<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let [m, n, ldc] = self.tile;
        for i in 0..m {
            let mut j = 0;
            while j < n {
                let len = S::LANES.min(n - j);
                // SAFETY: within the tile, by the contract of `finish`; the bias has n numbers.
                unsafe {
                    let p = self.c.add(i * ldc + j);
                    let mut v = s.load_part(p, len);
                    if let Some(bias) = self.epilogue.bias {
                        v = s.add(v, s.load_part(bias.as_ptr().add(j), len));
                    }
                    v = match self.epilogue.act {
                        Act::None => v,
                        Act::Relu => s.max(s.zero(), v),
                        Act::Sigmoid => math::sigmoid(s, v),
                        Act::Tanh => math::tanh(s, v),
                    };
                    if let Some(keep) = self.epilogue.keep {
                        let from = keep.data.as_ptr().add(i * keep.row + j);
                        let gate = s.load_part(from, len);
                        v = s.select(s.lt(s.zero(), gate), v, s.zero());
                    }
                    s.store_part(p, len, v);
                }
                j += len;
            }
        }
    }
}
