//! The geometry of a sliding window along one axis, shared by convolution and pooling.

use std::ops::Range;

/// One spatial axis: output cell `o` sees the input cells `o * stride + tap * dilation - low` that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// Cells of the input.
    pub input: usize,
    /// Taps of the window.
    pub kernel: usize,
    /// Cells of the output.
    pub output: usize,
    /// Step of the window.
    pub stride: usize,
    /// Distance of taps.
    pub dilation: usize,
    /// Padding before the first cell.
    pub low: isize,
}

impl Axis {
    /// An axis of one cell and one tap: what stands in for axes that a shape lacks.
    pub const SINGLE: Axis = Axis {
        input: 1,
        kernel: 1,
        output: 1,
        stride: 1,
        dilation: 1,
        low: 0,
    };

    /// The axis with the output that padding `(low, high)` leaves.
    pub fn new(
        input: usize,
        kernel: usize,
        stride: usize,
        dilation: usize,
        (low, high): (usize, usize),
    ) -> Axis {
        let reach = (kernel.max(1) - 1) * dilation + 1;
        let output = (input + low + high)
            .checked_sub(reach)
            .map_or(0, |room| room / stride + 1);
        Axis {
            input,
            kernel,
            output,
            stride,
            dilation,
            low: low as isize,
        }
    }

    /// Up to three axes as three: singles in front.
    pub(crate) fn three(axes: &[Axis]) -> [Axis; 3] {
        assert!(axes.len() <= 3, "at most three spatial axes");
        let mut all = [Axis::SINGLE; 3];
        all[3 - axes.len()..].copy_from_slice(axes);
        all
    }

    /// The input cell under a tap, if it exists.
    #[inline(always)]
    pub(crate) fn cell(&self, output: usize, tap: usize) -> Option<usize> {
        let at = (output * self.stride + tap * self.dilation) as isize - self.low;
        (at >= 0 && (at as usize) < self.input).then_some(at as usize)
    }

    /// The taps whose input cells exist.
    #[inline(always)]
    pub(crate) fn taps(&self, output: usize) -> Range<usize> {
        let start = (output * self.stride) as isize - self.low;
        let d = self.dilation as isize;
        let first = if start < 0 { (-start + d - 1) / d } else { 0 };
        let end = if start >= self.input as isize {
            0
        } else {
            (self.input as isize - start - 1) / d + 1
        };
        let end = end.min(self.kernel as isize);
        first.min(end) as usize..end as usize
    }

    /// The outputs whose every tap has an input cell.
    pub(crate) fn interior(&self) -> Range<usize> {
        let s = self.stride as isize;
        let first = ((self.low + s - 1) / s).max(0);
        let last =
            self.input as isize - 1 - ((self.kernel - 1) * self.dilation) as isize + self.low;
        let end = if last < 0 {
            0
        } else {
            (last / s + 1).min(self.output as isize)
        };
        first.min(end) as usize..end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps_and_interior_agree_with_cells() {
        for (input, kernel, stride, dilation, low, high) in [
            (7, 3, 1, 1, 1, 1),
            (7, 3, 2, 2, 2, 1),
            (5, 5, 1, 1, 4, 0),
            (4, 2, 3, 1, 0, 0),
            (3, 2, 1, 4, 4, 4),
        ] {
            let axis = Axis::new(input, kernel, stride, dilation, (low, high));
            for o in 0..axis.output {
                let exist: Vec<usize> =
                    (0..kernel).filter(|&k| axis.cell(o, k).is_some()).collect();
                assert_eq!(axis.taps(o).collect::<Vec<_>>(), exist, "{axis:?} at {o}");
                assert_eq!(
                    axis.interior().contains(&o),
                    exist.len() == kernel,
                    "{axis:?} at {o}"
                );
            }
        }
    }
}
