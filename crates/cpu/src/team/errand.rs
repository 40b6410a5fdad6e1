//! Work beside the runs of a team, in parts: a thread that has nothing else to do does one, or else the caller afterwards all that
//! are left. One thread at a time is at it.

use std::any::Any;
use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Does a part; gives whether more is left.
type Errand = dyn Fn() -> bool + Sync;

/// No errand, or one that waits, at which a thread is, that is done.
const NO_ERRAND: u32 = 0;
const WAITS: u32 = 1;
const TAKEN: u32 = 2;
const DONE: u32 = 3;

/// The place for an errand.
#[repr(align(128))]
pub(super) struct Errands {
    state: AtomicU32,
    /// Written while there is none.
    errand: UnsafeCell<Option<*const Errand>>,
    /// The errand's panic, but for one at its end.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

// SAFETY: `errand` is written only while none is sent; `state` orders it before every read.
unsafe impl Sync for Errands {}
// SAFETY: the pointer is only followed while an errand is taken; the sender keeps its target alive.
unsafe impl Send for Errands {}

impl Errands {
    pub(super) fn new() -> Errands {
        Errands {
            state: AtomicU32::new(NO_ERRAND),
            errand: UnsafeCell::new(None),
            panic: Mutex::new(None),
        }
    }

    /// Whether an errand waits for a worker.
    pub(super) fn is_waiting(&self) -> bool {
        self.state.load(Ordering::SeqCst) == WAITS
    }

    /// Offers an errand to the workers.
    ///
    /// # Safety
    /// No other thread sends, and the errand lives until `fetch` has returned.
    pub(super) unsafe fn send(&self, errand: &(dyn Fn() -> bool + Sync)) {
        // SAFETY: only the lifetime is dropped; the caller's.
        let errand: *const Errand =
            unsafe { std::mem::transmute::<&(dyn Fn() -> bool + Sync), *const Errand>(errand) };
        // SAFETY: there is no errand, so nobody reads.
        unsafe { *self.errand.get() = Some(errand) };
        self.state.store(WAITS, Ordering::SeqCst);
    }

    /// Does a part of the errand that waits, if one does, and keeps its panic for the sender; gives whether.
    pub(super) fn work(&self) -> bool {
        let swap = |from, to| {
            let order = (Ordering::Acquire, Ordering::Relaxed);
            let state = &self.state;
            state.compare_exchange(from, to, order.0, order.1).is_ok()
        };
        if self.state.load(Ordering::Relaxed) != WAITS || !swap(WAITS, TAKEN) {
            return false;
        }
        // SAFETY: the errand was written before it waited, and stays until it is done.
        let errand = unsafe { *self.errand.get() };
        let mut more = false;
        if let Some(errand) = errand {
            // SAFETY: as above, the sender keeps the closure alive until then.
            let errand = unsafe { &*errand };
            match catch_unwind(AssertUnwindSafe(errand)) {
                Ok(left) => more = left,
                Err(payload) => {
                    let mut kept = self.panic.lock().unwrap_or_else(PoisonError::into_inner);
                    *kept = Some(payload);
                }
            }
        }
        let state = if more { WAITS } else { DONE };
        self.state.store(state, Ordering::Release);
        true
    }

    /// Waits for the errand, or does here what is left of it where it is `wanted`; gives its panic.
    pub(super) fn fetch(
        &self,
        errand: &(dyn Fn() -> bool + Sync),
        wanted: bool,
        spins: u32,
    ) -> Result<(), Box<dyn Any + Send>> {
        let state = &self.state;
        loop {
            let own = state.compare_exchange(WAITS, NO_ERRAND, Ordering::AcqRel, Ordering::Acquire);
            if own.is_ok() {
                return match wanted {
                    true => catch_unwind(AssertUnwindSafe(|| while errand() {})),
                    false => Ok(()),
                };
            }
            super::wait(spins, || state.load(Ordering::Acquire) != TAKEN);
            if state.load(Ordering::Acquire) == DONE {
                break;
            }
        }
        let kept = self
            .panic
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        state.store(NO_ERRAND, Ordering::Relaxed);
        kept.map_or(Ok(()), Err)
    }
}
