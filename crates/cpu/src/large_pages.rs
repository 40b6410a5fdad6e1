//! An allocator that asks for large pages where much memory is taken at once.
//!
//! Training reads rows of its data, and rows of embeddings, in random order. With pages of 4 KiB almost each such row costs a
//! walk through the page tables, which in a virtual machine takes longer than the row itself: to gather 128 rows of 628
//! bytes from 170 MB takes 24 µs with small pages, 13 with large ones (AMD EPYC, Linux 6.18 under a hypervisor). Linux gives large
//! pages to those who ask (`madvise`); elsewhere, and where the machine forbids them, this is the system's allocator.

use std::alloc::{GlobalAlloc, Layout, System};

/// Bytes from which it is worth asking.
const LARGE: usize = 4 << 20;
/// Alignment up to which the system gives pages that nothing has touched.
const PLAIN: usize = 16;

/// The system's allocator, with large pages for large blocks.
///
/// ```
/// use regimen_cpu::LargePages;
/// #[global_allocator]
/// static MEMORY: LargePages = LargePages;
/// let zeros = vec![0.0f32; 1 << 22];
/// assert_eq!(zeros.iter().sum::<f32>(), 0.0);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct LargePages;

// SAFETY: every block comes from the system's allocator and goes back to it as it is; `ask` changes nothing that can be seen.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's.
        ask(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.size() < LARGE || layout.align() <= PLAIN {
            // SAFETY: the caller's.
            return ask(unsafe { System.alloc_zeroed(layout) }, layout.size());
        }
        // The system writes zeros to such blocks, and would do so before the pages are large.
        // SAFETY: the caller's; a block that is there has this size.
        unsafe {
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's.
        ask(unsafe { System.realloc(block, layout, size) }, size)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Asks for large pages for the whole pages of a large block; gives the block.
#[inline]
fn ask(block: *mut u8, size: usize) -> *mut u8 {
    if size >= LARGE && !block.is_null() {
        advise(block, size);
    }
    block
}

#[cfg(target_os = "linux")]
#[cold]
fn advise(block: *mut u8, size: usize) {
    use std::ffi::{c_int, c_void};
    unsafe extern "C" {
        fn madvise(start: *mut c_void, len: usize, advice: c_int) -> c_int;
    }
    /// `MADV_HUGEPAGE`, the same on all of Linux's architectures.
    const HUGE: c_int = 14;
    /// A size that the pages of all machines divide.
    const PAGE: usize = 64 * 1024;
    let skip = block.addr().next_multiple_of(PAGE) - block.addr();
    let len = (size - skip) / PAGE * PAGE;
    // SAFETY: the pages lie within the block. The advice does not change what they hold; a refusal changes nothing at all.
    unsafe { madvise(block.wrapping_add(skip).cast(), len, HUGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise(_: *mut u8, _: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_zeros_where_something_else_was() {
        for align in [8, 64] {
            for _ in 0..4 {
                let layout = Layout::from_size_align(LARGE + 4096, align).unwrap();
                // SAFETY: the blocks are used within their sizes and given back with their layouts.
                unsafe {
                    let block = LargePages.alloc(layout);
                    block.write_bytes(7, layout.size());
                    LargePages.dealloc(block, layout);
                    let block = LargePages.alloc_zeroed(layout);
                    let bytes = std::slice::from_raw_parts(block, layout.size());
                    assert!(bytes.iter().all(|b| *b == 0));
                    LargePages.dealloc(block, layout);
                }
            }
        }
    }

    #[test]
    fn blocks_grow_and_shrink_with_what_they_hold() {
        for size in [1, 1000, LARGE - 1, LARGE, 3 * LARGE + 17] {
            let layout = Layout::from_size_align(size, 64).unwrap();
            // SAFETY: the blocks are used within their sizes and given back with their layouts.
            unsafe {
                let block = LargePages.alloc_zeroed(layout);
                assert!(!block.is_null() && block.addr().is_multiple_of(64));
                assert_eq!(*block.add(size - 1), 0);
                block.add(size - 1).write(7);
                let block = LargePages.realloc(block, layout, size + 2 * LARGE);
                assert_eq!(*block.add(size - 1), 7);
                let layout = Layout::from_size_align(size + 2 * LARGE, 64).unwrap();
                let block = LargePages.realloc(block, layout, size);
                assert_eq!(*block.add(size - 1), 7);
                LargePages.dealloc(block, Layout::from_size_align(size, 64).unwrap());
            }
        }
    }
}
