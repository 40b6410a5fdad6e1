//! Panics of foreign code as errors: the decoder of Parquet's values panics on some damaged pages.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Whether a panic on this thread becomes an error, and is no news.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

static SILENCE: Once = Once::new();

/// What `work` returns, or the message of its panic. Nothing is printed; panics elsewhere are told as ever.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    SILENCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                before(info);
            }
        }));
    });
    GUARDED.set(true);
    // All that `work` changed is dropped with it.
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    done.map_err(|panic| message(panic.as_ref()))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("its values do not decode").to_owned()
}
