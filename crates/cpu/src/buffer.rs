//! Memory for arenas, constants and state: zeroed, aligned to a cache line.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

/// Bytes of a cache line; every buffer starts on one.
pub(crate) const LINE: usize = 64;

/// An owned, aligned block of bytes.
#[derive(Debug)]
pub(crate) struct Buffer {
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
        let layout = Layout::from_size_align(len.max(1), LINE).ok()?;
        // SAFETY: the layout's size is at least 1.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        Some(Buffer { start, len })
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

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Ok(layout) = Layout::from_size_align(self.len.max(1), LINE) {
            // SAFETY: allocated in `zeroed` with this layout.
            unsafe { dealloc(self.start.as_ptr(), layout) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_aligned_and_zero() {
        for len in [0, 1, 63, 64, 1000] {
            let Some(mut buffer) = Buffer::zeroed(len) else {
                panic!("no memory for {len} bytes")
            };
            assert_eq!(buffer.as_ptr() as usize % LINE, 0);
            assert_eq!(buffer.bytes(), vec![0; len]);
            buffer.bytes_mut().fill(7);
            assert_eq!((buffer.len(), buffer.bytes()), (len, &vec![7; len][..]));
        }
        assert!(Buffer::zeroed(usize::MAX).is_none());
    }
}
