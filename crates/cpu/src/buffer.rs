//! Memory for arenas, constants and state: zeroed, aligned to a cache line, of large pages where the system has them.
//!
//! The allocator is asked for no more than its own alignment, and the first line is found within what it gives: large blocks
//! then come as zeros from the system, without a pass over them that writes zeros.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

/// Bytes of a cache line; every buffer starts on one.
pub(crate) const LINE: usize = 64;

/// What every allocator aligns to.
const ALIGN: usize = 16;

/// Bytes from which large pages are asked for, as NumPy does.
#[cfg(target_os = "linux")]
const LARGE: usize = 4 << 20;

/// An owned, aligned block of bytes.
#[derive(Debug)]
pub(crate) struct Buffer {
    /// What was allocated.
    block: NonNull<u8>,
    /// The first cache line within it.
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: the block is owned and plain bytes.
unsafe impl Send for Buffer {}
// SAFETY: shared access only reads through `bytes`, or goes through pointers under the program's exclusive borrow.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// `len` zero bytes; `None` when the system has no memory left.
    pub(crate) fn zeroed(len: usize) -> Option<Buffer> {
        let layout = layout(len)?;
        // SAFETY: the layout's size is at least a line.
        let block = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        large_pages(block, layout.size());
        let offset = block.as_ptr().align_offset(LINE);
        // SAFETY: the block has a line more than `len`, and the offset is less than a line.
        let start = unsafe { block.add(offset) };
        Some(Buffer { block, start, len })
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn as_ptr(&self) -> *mut u8 {
        self.start.as_ptr()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: `len` initialised bytes that this value owns.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: `len` initialised bytes that this value owns, borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

/// Room for so many bytes behind the first line in it.
fn layout(len: usize) -> Option<Layout> {
    Layout::from_size_align(len.checked_add(LINE)?, ALIGN).ok()
}

/// Asks for large pages under a block that is worth it: fewer faults when it is first used, fewer misses later. What the
/// system does not grant stays as it is.
#[cfg(target_os = "linux")]
fn large_pages(block: NonNull<u8>, len: usize) {
    use rustix::mm::{Advice, madvise};

    let page = rustix::param::page_size();
    let before = block.as_ptr().align_offset(page);
    if len < LARGE || before >= len {
        return;
    }
    let whole = (len - before) / page * page;
    // SAFETY: these pages lie within a block that was just allocated, and the advice changes none of their bytes.
    let _refused = unsafe {
        madvise(
            block.add(before).as_ptr().cast(),
            whole,
            Advice::LinuxHugepage,
        )
    };
}

#[cfg(not(target_os = "linux"))]
fn large_pages(_: NonNull<u8>, _: usize) {}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(layout) = layout(self.len) {
            // SAFETY: allocated in `zeroed` with this layout.
            unsafe { dealloc(self.block.as_ptr(), layout) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_aligned_and_zero() {
        for len in [0, 1, 63, 64, 1000, 9 << 20] {
            let Some(mut buffer) = Buffer::zeroed(len) else {
                panic!("no memory for {len} bytes")
            };
            assert_eq!(buffer.as_ptr() as usize % LINE, 0);
            assert!(buffer.bytes() == vec![0; len], "{len}");
            buffer.bytes_mut().fill(7);
            assert!(
                buffer.len() == len && buffer.bytes() == vec![7; len],
                "{len}"
            );
        }
        assert!(Buffer::zeroed(usize::MAX).is_none());
    }
}
