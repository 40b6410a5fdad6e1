//! Working memory of kernels: a few buffers per thread that grow to the largest use and stay, so that a step allocates
//! nothing once each shape has been seen. Aligned to cache lines.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// What a buffer is for. Kernels that call each other use different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Packed left matrix.
    PackA,
    /// Packed right matrix.
    PackB,
    /// Right matrix packed once for many products.
    Packed,
    /// Partial sums of a split product or reduction.
    Partial,
    /// Rows of windows that a convolution gathers.
    Columns,
    /// A kernel turned around for the gradient of a convolution.
    Turned,
    /// A product that is computed as its transpose.
    TurnedC,
    /// State carried along a sequence.
    State,
    /// Gradients carried along a sequence.
    Carry,
    /// Scores of an attention, and their gradients.
    Scores,
    /// Registers of a fused group.
    Registers,
}

const SLOTS: usize = 11;

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[allow(dead_code, reason = "only seen through a slice of floats")] [f32; 16]);

thread_local! {
    static BUFFERS: RefCell<[Vec<Line>; SLOTS]> = const { RefCell::new([const { Vec::new() }; SLOTS]) };
}

/// A buffer of floats on loan from the thread; what it holds is left over from earlier uses.
pub struct Scratch {
    slot: Slot,
    lines: Vec<Line>,
    len: usize,
}

/// Lends `len` floats of the thread's buffer for `slot`. A second loan of a slot that is out gets memory of its own.
pub fn take(slot: Slot, len: usize) -> Scratch {
    let mut lines = BUFFERS.with_borrow_mut(|buffers| std::mem::take(&mut buffers[slot as usize]));
    if lines.len() * 16 < len {
        lines.resize(len.div_ceil(16), Line([0.0; 16]));
    }
    Scratch { slot, lines, len }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        // The buffers are gone when a thread ends; then this one goes as well.
        let _ = BUFFERS.try_with(|buffers| {
            let kept = &mut buffers.borrow_mut()[self.slot as usize];
            if kept.len() < lines.len() {
                *kept = lines;
            }
        });
    }
}

impl Deref for Scratch {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        // SAFETY: a line is sixteen floats without padding, and `len` fits the lines.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as in `deref`.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}

thread_local! {
    static LISTS: RefCell<Vec<Vec<usize>>> = const { RefCell::new(Vec::new()) };
}

/// A growing list of indices on loan from the thread, empty at first.
#[derive(Default)]
pub struct Indices(Vec<usize>);

/// Lends a list.
pub fn indices() -> Indices {
    let spare = LISTS.with_borrow_mut(Vec::pop);
    Indices(spare.unwrap_or_default())
}

impl Drop for Indices {
    fn drop(&mut self) {
        let mut list = std::mem::take(&mut self.0);
        list.clear();
        // The lists are gone when a thread ends; then this one goes as well.
        let _ = LISTS.try_with(|lists| lists.borrow_mut().push(list));
    }
}

impl Deref for Indices {
    type Target = Vec<usize>;
    fn deref(&self) -> &Vec<usize> {
        &self.0
    }
}

impl DerefMut for Indices {
    fn deref_mut(&mut self) -> &mut Vec<usize> {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_and_do_not_overlap() {
        let first = take(Slot::Partial, 100).as_ptr();
        assert_eq!(first as usize % 64, 0);
        let mut a = take(Slot::Partial, 90);
        assert_eq!(a.as_ptr(), first);
        let mut b = take(Slot::Partial, 90);
        a.fill(1.0);
        b.fill(2.0);
        assert!(a.iter().all(|&x| x == 1.0));
        assert_eq!((a.len(), b.len()), (90, 90));
    }
}
