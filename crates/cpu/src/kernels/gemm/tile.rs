//! One tile of a product in one thread: blocks of k, panels of columns, strips of rows. How fast: `mod`.

use super::around::TurnedAround;
use super::micro::Micro;
use super::pack;
use crate::kernels::scratch::{self, Slot};
use crate::simd::{Kernel, Level, Simd};

/// Runs `this.make::<ROWS, VECTORS>(..)`, a kernel, for a strip of `rows` rows by two vectors of columns where `wide`, else one.
macro_rules! in_strip {
    ($s:expr, $rows:expr, $wide:expr, $this:ident . $make:ident ( $($arg:expr),* )) => {
        match ($rows, $wide) {
            (12, true) if S::ROWS >= 12 => $s.call($this.$make::<12, 2>($($arg),*)),
            (8, true) if S::ROWS >= 8 => $s.call($this.$make::<8, 2>($($arg),*)),
            (6, true) if S::ROWS == 6 => $s.call($this.$make::<6, 2>($($arg),*)),
            (4, true) => $s.call($this.$make::<4, 2>($($arg),*)),
            (2, true) => $s.call($this.$make::<2, 2>($($arg),*)),
            (_, true) => $s.call($this.$make::<1, 2>($($arg),*)),
            (12, false) if S::ROWS >= 12 => $s.call($this.$make::<12, 1>($($arg),*)),
            (8, false) if S::ROWS >= 8 => $s.call($this.$make::<8, 1>($($arg),*)),
            (6, false) if S::ROWS == 6 => $s.call($this.$make::<6, 1>($($arg),*)),
            (4, false) => $s.call($this.$make::<4, 1>($($arg),*)),
            (2, false) => $s.call($this.$make::<2, 1>($($arg),*)),
            (_, false) => $s.call($this.$make::<1, 1>($($arg),*)),
        }
    };
}
pub(crate) use in_strip;

/// Depth of a block of k: two vectors of columns of B then fill most of the L1 cache.
pub(super) const DEPTH: usize = 256;
/// Rows from which packing a panel of B pays, when B could be read in place.
const PACK_ROWS: usize = 48;

/// Panels of columns up to which a transposed A is read where it lies, if the block stays in the L2 cache: each panel runs
/// down it once, at a row of a line per step of k. On an AMD EPYC with AVX2 (157 x 128)ᵀ by 64 columns takes
/// 40 % of the time that packing takes.
const TURNED_PANELS: usize = 8;
/// Bytes of a block of a transposed A that is read where it lies.
const TURNED_BYTES: usize = 128 * 1024;

/// What C starts from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Init {
    /// Nothing.
    Zero,
    /// Rows of numbers at a distance; 0 repeats one row.
    Rows(*const f32, usize),
}

/// What happens to C in the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// Nothing.
    Plain,
    /// Clips it at zero.
    Relu,
    /// Leaves it where a number is above zero, in rows at a distance; zero elsewhere.
    Where(*const f32, usize),
}

impl End {
    /// The same for the part of C from this row and column on.
    pub(super) fn at(self, row: usize, column: usize) -> End {
        match self {
            End::Where(from, stride) => {
                End::Where(from.wrapping_add(row * stride + column), stride)
            }
            other => other,
        }
    }
}

/// The right matrix.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Right {
    /// In memory, with row and column stride, one of them 1.
    Strided(*const f32, usize, usize),
    /// Packed by [`pack_right`].
    Packed(*const f32),
}

/// A product that one thread computes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tile {
    /// m, n and k.
    pub size: [usize; 3],
    pub a: *const f32,
    /// Row and column stride, one of them 1.
    pub a_strides: (usize, usize),
    pub b: Right,
    pub c: *mut f32,
    pub ldc: usize,
    pub init: Init,
    pub end: End,
}

/// Floats that [`pack_right`] fills for a k x n matrix.
pub(crate) fn packed_len(level: Level, k: usize, n: usize) -> usize {
    n.div_ceil(2 * level.lanes()) * 2 * level.lanes() * k
}

/// Packs a k x n matrix for many products with it, panel after panel of two vectors of columns.
///
/// # Safety
/// `b` is readable over the matrix.
pub(crate) unsafe fn pack_right(
    level: Level,
    b: *const f32,
    strides: (usize, usize),
    size: [usize; 2],
    out: &mut [f32],
) {
    let [k, n] = size;
    assert!(
        out.len() >= packed_len(level, k, n),
        "the packed matrix needs {}",
        packed_len(level, k, n)
    );
    level.dispatch(PackRight {
        b,
        strides,
        size,
        out: out.as_mut_ptr(),
    });
}

struct PackRight {
    b: *const f32,
    strides: (usize, usize),
    size: [usize; 2],
    out: *mut f32,
}

impl Kernel for PackRight {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let ([k, n], width) = (self.size, 2 * S::LANES);
        for panel in 0..n.div_ceil(width) {
            let j = panel * width;
            // SAFETY: `pack_right` vouches for B and the output.
            unsafe {
                let from = self.b.add(j * self.strides.1);
                pack::right(
                    s,
                    from,
                    self.strides,
                    [k, width.min(n - j)],
                    self.out.add(panel * width * k),
                );
            }
        }
    }
}

impl Tile {
    /// Computes the tile.
    ///
    /// # Safety
    /// A, B, `init` and the rows of `end` are readable and C is writable over the tile; nothing else touches C meanwhile.
    pub(crate) unsafe fn run(self, level: Level) {
        level.dispatch(self);
    }
}

impl Tile {
    /// Whether a transposed A is read where it lies.
    pub(super) fn reads_turned(&self, panels: usize, depth: usize) -> bool {
        let bytes = 4 * self.a_strides.1;
        // Rows at a distance of 2 KiB or so fall on a few sets of the cache.
        panels <= TURNED_PANELS && bytes * depth <= TURNED_BYTES && !bytes.is_multiple_of(2048)
    }
}

impl Kernel for Tile {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        match self.is_turned_around(S::LANES) {
            true => s.call(TurnedAround(self)),
            false => s.call(Plain(self)),
        }
    }
}

/// A tile as it stands.
pub(super) struct Plain(pub(super) Tile);

impl Kernel for Plain {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        self.0.product(s);
    }
}

impl Tile {
    #[inline(always)]
    fn product<S: Simd>(self, s: S) {
        let [m, n, k] = self.size;
        let blocks = k.div_ceil(DEPTH).max(1);
        let depth = k.div_ceil(blocks);
        let turned = self.a_strides.1 != 1 && !self.reads_turned(n.div_ceil(2 * S::LANES), depth);
        let mut packed_a = turned.then(|| scratch::take(Slot::PackA, m * depth));
        let mut panel = scratch::take(Slot::PackB, 2 * S::LANES * depth);
        for block in 0..blocks {
            let p = block * depth;
            let kc = depth.min(k - p);
            let mut a = self.a.wrapping_add(p * self.a_strides.1);
            if let Some(packed) = packed_a.as_deref_mut() {
                // SAFETY: A holds m x k by the contract of `Tile::run`; the buffer m x depth.
                unsafe { pack::left(s, a, self.a_strides.1, [m, kc], packed.as_mut_ptr()) };
                a = packed.as_ptr();
            }
            let block = Block {
                tile: &self,
                a,
                turned,
                p,
                kc,
                init: if block == 0 {
                    self.init
                } else {
                    Init::Rows(self.c, self.ldc)
                },
                end: if block + 1 == blocks {
                    self.end
                } else {
                    End::Plain
                },
            };
            let mut j = 0;
            while j < n {
                let width = (2 * S::LANES).min(n - j);
                // SAFETY: by the contract of `Tile::run`.
                unsafe { block.columns(s, j, width, panel.as_mut_ptr()) };
                j += width;
            }
        }
    }
}

/// One block of k of a tile.
struct Block<'a> {
    tile: &'a Tile,
    a: *const f32,
    turned: bool,
    p: usize,
    kc: usize,
    init: Init,
    end: End,
}

impl Block<'_> {
    /// Columns `j..j + width`, at most two vectors, of all rows.
    #[inline(always)]
    unsafe fn columns<S: Simd>(&self, s: S, j: usize, width: usize, panel: *mut f32) {
        let [m, _, k] = self.tile.size;
        let (b, b_row) = match self.tile.b {
            Right::Packed(b) => (b.wrapping_add(j * k + self.p * 2 * S::LANES), 2 * S::LANES),
            Right::Strided(b, row, col) => {
                let from = b.wrapping_add(self.p * row + j * col);
                let roomy = col == 1 && width.is_multiple_of(S::LANES);
                if roomy && (m <= PACK_ROWS || row <= 2 * S::LANES) {
                    (from, row)
                } else {
                    // SAFETY: B holds the block; the panel two vectors times depth.
                    unsafe { pack::right(s, from, (row, col), [self.kc, width], panel) };
                    (panel.cast_const(), 2 * S::LANES)
                }
            }
        };
        let strip = Strip {
            block: self,
            b,
            b_row,
            j,
            tail: width - (width - 1) / S::LANES * S::LANES,
        };
        let mut i = 0;
        while i < m {
            let rows = strip_rows::<S>(m - i);
            in_strip!(s, rows, width > S::LANES, strip.micro(i));
            i += rows;
        }
    }
}

/// Rows of the next strip when `left` remain: as tall as the registers allow, without leaving crumbs where avoidable.
#[inline(always)]
pub(crate) fn strip_rows<S: Simd>(left: usize) -> usize {
    match left {
        _ if S::ROWS >= 12 && (left >= 17 || left == 12) => 12,
        _ if S::ROWS >= 8 && left >= 8 => 8,
        _ if S::ROWS == 6 && left >= 6 && left != 8 => 6,
        4.. => 4,
        2.. => 2,
        _ => 1,
    }
}

/// One panel of B against a block's rows.
struct Strip<'a> {
    block: &'a Block<'a>,
    b: *const f32,
    b_row: usize,
    j: usize,
    tail: usize,
}

impl Strip<'_> {
    #[inline(always)]
    fn micro<const ROWS: usize, const VECTORS: usize>(&self, i: usize) -> Micro<ROWS, VECTORS> {
        let Block {
            tile,
            a,
            turned,
            kc,
            init,
            end,
            ..
        } = *self.block;
        Micro {
            k: kc,
            a: if turned {
                a.wrapping_add(i * kc)
            } else {
                a.wrapping_add(i * tile.a_strides.0)
            },
            a_strides: if turned { (1, ROWS) } else { tile.a_strides },
            b: self.b,
            b_row: self.b_row,
            c: tile.c.wrapping_add(i * tile.ldc + self.j),
            ldc: tile.ldc,
            tail: self.tail,
            init: match init {
                Init::Zero => Init::Zero,
                Init::Rows(from, stride) => {
                    Init::Rows(from.wrapping_add(i * stride + self.j), stride)
                }
            },
            end: end.at(i, self.j),
        }
    }
}
