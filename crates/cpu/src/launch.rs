//! A launch: one planned piece of work on places in memory.

use std::ops::Range;

use crate::kernels::Cpu;
use crate::rows::LazyRows;
use crate::simd::Level;
use crate::team::Team;

/// Where a value lies: bytes behind a base. Base 0 is the arena, 1 the constants, then the graph's inputs in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) base: u32,
    pub(crate) at: usize,
}

impl Place {
    /// So many bytes further on.
    pub(crate) fn skip(self, bytes: usize) -> Place {
        let at = self.at + bytes;
        Place { at, ..self }
    }
}

/// Base of the arena.
pub(crate) const ARENA: u32 = 0;
/// Base of the constants.
pub(crate) const CONSTANTS: u32 = 1;
/// Base of the first input. Behind the last one, each input has another base: its `LazyRows`, or null.
pub(crate) const INPUTS: u32 = 2;

/// Start of each base of a program.
pub(crate) struct Bases(pub(crate) Vec<*mut u8>);

// SAFETY: arena and constants belong to the program; the others are set anew in each run and followed in it alone.
unsafe impl Send for Bases {}
// SAFETY: as above; to share it gives addresses alone.
unsafe impl Sync for Bases {}

/// What a launch runs on.
pub(crate) struct Context<'a> {
    pub(crate) level: Level,
    pub(crate) team: &'a Team,
    /// Start of each base.
    pub(crate) bases: &'a [*mut u8],
}

// SAFETY: the pointers are only followed through launches, whose tasks write disjoint parts (see `Work`).
unsafe impl Sync for Context<'_> {}

impl<'a> Context<'a> {
    pub(crate) fn cpu(&self) -> Cpu<'a> {
        Cpu {
            level: self.level,
            team: self.team,
        }
    }

    pub(crate) fn at(&self, place: Place) -> *mut u8 {
        self.bases[place.base as usize].wrapping_add(place.at)
    }

    /// What the rows of an input wait for, if they may wait.
    pub(crate) fn rows(&self, input: usize) -> *mut LazyRows {
        let inputs = (self.bases.len() - INPUTS as usize) / 2;
        self.bases[INPUTS as usize + inputs + input].cast()
    }

    /// The `n` elements at a place.
    ///
    /// # Safety
    /// The place holds `n` values of type `T`, which nothing writes while the slice lives.
    pub(crate) unsafe fn slice<T>(&self, place: Place, n: usize) -> &'a [T] {
        if n == 0 {
            return &[];
        }
        // SAFETY: the caller's; the planner aligns every value to its size.
        unsafe { std::slice::from_raw_parts(self.at(place).cast(), n) }
    }

    /// The `n` elements at a place, to be written.
    ///
    /// # Safety
    /// As for [`Context::slice`], and nothing else reads or writes them meanwhile.
    pub(crate) unsafe fn slice_mut<T>(&self, place: Place, n: usize) -> &'a mut [T] {
        if n == 0 {
            return &mut [];
        }
        // SAFETY: the caller's; the planner aligns every value to its size.
        unsafe { std::slice::from_raw_parts_mut(self.at(place).cast(), n) }
    }
}

/// Something a launch does.
///
/// The planner guarantees to every work that its places hold as many elements as its shapes say, that inputs were
/// written by earlier launches, that outputs overlap no input, except that a fused group may write a dense output
/// over a dense input, and that nothing a launch writes overlaps what a launch that may run beside it reads or writes: one of the
/// other track (`plan/tracks.rs`), or one of its chain, on other rows (`plan/bands.rs`). A work keeps to its places and gives the same bits for any number of threads.
pub(crate) trait Work: Send + Sync {
    fn run(&mut self, cx: &Context<'_>);

    /// The same work on some rows alone, where it can be cut so.
    fn by_rows(&self) -> Option<&dyn ByRows> {
        None
    }
}

/// A work that bands of rows do apart, with the bits of the whole (`plan/bands.rs`).
pub(crate) trait ByRows {
    fn run_rows(&self, cx: &Context<'_>, rows: Rows);
}

/// Some of the rows that the values of a launch have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) first: usize,
    pub(crate) count: usize,
    /// Rows of the whole.
    pub(crate) of: usize,
}

impl Rows {
    /// The whole as one row.
    pub(crate) const ALL: Rows = Rows {
        first: 0,
        count: 1,
        of: 1,
    };

    /// Their part of so many elements, row after row.
    pub(crate) fn part(self, elements: usize) -> Range<usize> {
        let row = elements / self.of;
        self.first * row..(self.first + self.count) * row
    }
}

/// What a launch is, for profiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchInfo {
    /// Op, or the ops of a fused group.
    pub name: String,
    /// Layer path.
    pub path: String,
    /// Arithmetic operations, roughly: one per element and function, two per multiply-add.
    pub flops: u64,
    /// Bytes read and written.
    pub bytes: u64,
    /// What it runs together with.
    pub together: Together,
}

/// How a launch runs among the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Together {
    /// After the launch before it, which all threads have ended.
    #[default]
    Alone,
    /// In a chain of launches, which each thread goes through with rows of its own.
    Bands,
    /// In the first or second of two tracks, which are done beside each other.
    Track(u8),
}

/// One entry of a program.
pub(crate) struct Launch {
    pub(crate) info: LaunchInfo,
    pub(crate) work: Box<dyn Work>,
}
