//! Reading blocks of any array, through strides, into another type; and writing them back.

use regimen_graph::{DType, bf16_to_f32, f32_to_bf16};

use super::MOST_AXES;
use crate::bytes::Pod;

/// A register's element.
pub(super) trait Word: Pod {
    fn of_f32(x: f32) -> Self;
    fn of_f64(x: f64) -> Self;
    fn of_i64(x: i64) -> Self;
    fn to_f32(self) -> f32;
    fn to_f64(self) -> f64;
    fn to_i64(self) -> i64;
}

impl Word for f32 {
    #[inline(always)]
    fn of_f32(x: f32) -> f32 {
        x
    }
    #[inline(always)]
    fn of_f64(x: f64) -> f32 {
        x as f32
    }
    #[inline(always)]
    fn of_i64(x: i64) -> f32 {
        x as f32
    }
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn to_i64(self) -> i64 {
        self as i64
    }
}

impl Word for i64 {
    #[inline(always)]
    fn of_f32(x: f32) -> i64 {
        x as i64
    }
    #[inline(always)]
    fn of_f64(x: f64) -> i64 {
        x as i64
    }
    #[inline(always)]
    fn of_i64(x: i64) -> i64 {
        x
    }
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self as f64
    }
    #[inline(always)]
    fn to_i64(self) -> i64 {
        self
    }
}

/// An array seen through strides over an index space.
#[derive(Clone, Copy)]
pub(crate) struct Strided<'a> {
    pub(crate) data: *const u8,
    pub(crate) dtype: DType,
    pub(crate) dims: &'a [usize],
    pub(crate) strides: &'a [usize],
    pub(crate) dense: bool,
}

/// Copies elements `start..start + n` of the index space to `to`, converted.
///
/// # Safety
/// Every element of the index space is readable behind `data`, and `to` is writable for `n` words.
#[inline(always)]
pub(super) unsafe fn fetch<W: Word>(from: Strided<'_>, start: usize, n: usize, to: *mut W) {
    // SAFETY: the caller's, with the type that the bytes hold.
    unsafe {
        match from.dtype {
            DType::F32 => copy::<f32, W>(from, start, n, to, W::of_f32),
            DType::F64 => copy::<f64, W>(from, start, n, to, W::of_f64),
            DType::BF16 => copy::<u16, W>(from, start, n, to, |x| W::of_f32(bf16_to_f32(x))),
            DType::I32 => copy::<i32, W>(from, start, n, to, |x| W::of_i64(i64::from(x))),
            DType::I64 => copy::<i64, W>(from, start, n, to, W::of_i64),
            DType::U8 | DType::Bool => {
                copy::<u8, W>(from, start, n, to, |x| W::of_i64(i64::from(x)))
            }
        }
    }
}

/// A run of one value up to which a whole vector is written: a loop of so few takes longer.
const SHORT: usize = 8;

/// Runs along the last axis, counting up the others like an odometer.
#[inline(always)]
unsafe fn copy<T: Pod, W: Copy>(
    from: Strided<'_>,
    start: usize,
    n: usize,
    to: *mut W,
    turn: impl Fn(T) -> W,
) {
    let data: *const T = from.data.cast();
    let last = from.dims.len().saturating_sub(1);
    // SAFETY: the caller's: reads stay in the index space, writes in the first n words.
    unsafe {
        if from.dense || from.dims.is_empty() {
            for i in 0..n {
                *to.add(i) = turn(data.add(start + i).read_unaligned());
            }
            return;
        }
        let (inner, stride) = (from.dims[last], from.strides[last]);
        let mut index = [0usize; MOST_AXES];
        let (mut rest, mut row) = (start / inner, 0);
        let mut at = start % inner;
        for axis in (0..last).rev() {
            index[axis] = rest % from.dims[axis];
            rest /= from.dims[axis];
            row += index[axis] * from.strides[axis];
        }
        let mut done = 0;
        while done < n {
            let run = (inner - at).min(n - done);
            let (source, target) = (data.add(row + at * stride), to.add(done));
            match stride {
                0 => {
                    let value = turn(source.read_unaligned());
                    match run <= SHORT && done + SHORT <= n {
                        // The next run writes over what is too much.
                        true => (0..SHORT).for_each(|i| *target.add(i) = value),
                        false => (0..run).for_each(|i| *target.add(i) = value),
                    }
                }
                1 => (0..run).for_each(|i| *target.add(i) = turn(source.add(i).read_unaligned())),
                _ => (0..run)
                    .for_each(|i| *target.add(i) = turn(source.add(i * stride).read_unaligned())),
            }
            done += run;
            at = 0;
            if last == 1 {
                // Behind the last row only loads whose rows all are one go on.
                row += from.strides[0];
                continue;
            }
            for axis in (0..last).rev() {
                index[axis] += 1;
                row += from.strides[axis];
                if index[axis] < from.dims[axis] {
                    break;
                }
                row -= index[axis] * from.strides[axis];
                index[axis] = 0;
            }
        }
    }
}

/// Writes `n` words as elements `start..start + n` of a dense array.
///
/// # Safety
/// `from` is readable for `n` words at distance `step`, the array writable in that range.
#[inline(always)]
pub(super) unsafe fn put<W: Word>(
    from: *const W,
    step: usize,
    n: usize,
    to: *mut u8,
    dtype: DType,
    start: usize,
) {
    // SAFETY: the caller's, with the type that the bytes hold.
    unsafe {
        match dtype {
            DType::F32 => write(from, step, n, to.cast::<f32>().add(start), W::to_f32),
            DType::F64 => write(from, step, n, to.cast::<f64>().add(start), W::to_f64),
            DType::BF16 => write(from, step, n, to.cast::<u16>().add(start), |x| {
                f32_to_bf16(x.to_f32())
            }),
            DType::I32 => write(from, step, n, to.cast::<i32>().add(start), |x| {
                x.to_i64() as i32
            }),
            DType::I64 => write(from, step, n, to.cast::<i64>().add(start), W::to_i64),
            DType::U8 | DType::Bool => write(from, step, n, to.add(start), |x| x.to_i64() as u8),
        }
    }
}

#[inline(always)]
unsafe fn write<W: Word, T>(
    from: *const W,
    step: usize,
    n: usize,
    to: *mut T,
    turn: impl Fn(W) -> T,
) {
    for i in 0..n {
        // SAFETY: the caller's: n elements on both sides.
        unsafe { to.add(i).write_unaligned(turn(*from.add(i * step))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_runs_of_one_value_end_where_they_should() {
        let data: Vec<f32> = (0..9).map(|i| i as f32).collect();
        for inner in [1, 3, 8, 9] {
            let from = Strided {
                data: data.as_ptr().cast(),
                dtype: DType::F32,
                dims: &[9, inner],
                strides: &[1, 0],
                dense: false,
            };
            for start in 0..9 * inner {
                for n in 1..=9 * inner - start {
                    let mut to = [-1i64; 90];
                    // SAFETY: the space has 9 x inner elements.
                    unsafe { fetch(from, start, n, to.as_mut_ptr()) };
                    let exact = |i: usize| match i < n {
                        true => ((start + i) / inner) as i64,
                        false => -1,
                    };
                    assert!((0..90).all(|i| to[i] == exact(i)), "{inner} {start} {n}");
                }
            }
        }
    }

    #[test]
    fn strides_repeat_skip_and_convert() {
        let data: Vec<i32> = (0..12).collect();
        let from = Strided {
            data: data.as_ptr().cast(),
            dtype: DType::I32,
            dims: &[2, 3, 2],
            strides: &[6, 0, 2],
            dense: false,
        };
        let mut to = [0f32; 12];
        // SAFETY: the largest element is 6 + 2, the space has 12.
        unsafe { fetch(from, 1, 10, to.as_mut_ptr()) };
        assert_eq!(
            to,
            [2.0, 0.0, 2.0, 0.0, 2.0, 6.0, 8.0, 6.0, 8.0, 6.0, 0.0, 0.0]
        );
    }
}
