//! Signals. Ctrl-C: the first ends training after the current step, the second ends the process. A file beyond
//! `ulimit -f` becomes an error of the write instead of a silent death.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

/// A flag that Ctrl-C (and SIGTERM, SIGHUP) sets.
pub(crate) fn install() -> Result<Arc<AtomicBool>, Failure> {
    install_saying("\nEnding after this step; Ctrl-C again ends at once.\n")
}

/// The same with other words on the first Ctrl-C.
pub(crate) fn install_saying(text: &'static str) -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    // Not the flag itself: a closed pipe sets it too, and the first Ctrl-C is still to be gentle then.
    let pressed = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if pressed.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        seen.store(true, Ordering::SeqCst);
        let _ = std::io::stderr().write_all(text.as_bytes());
    })
    .map_err(|error| Failure::Error(format!("cannot listen for Ctrl-C: {error}")))?;
    Ok(flag)
}

/// Makes a write beyond the limit of file sizes fail with an error that can be told (SIGXFSZ ends a process).
#[cfg(unix)]
pub(crate) fn survive_file_limits() {
    // Nobody reads the flag: that the signal has a handler is enough. Without one it ends the process as before.
    let seen = Arc::new(AtomicBool::new(false));
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, seen);
}

/// No such limits here.
#[cfg(not(unix))]
pub(crate) fn survive_file_limits() {}
