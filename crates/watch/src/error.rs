//! What can go wrong before anything is served.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;

/// A fault of the live view; the text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// `--listen` cannot be read.
    #[error(
        "--listen {found}: not an address; expected ADDR or ADDR:PORT, such as 127.0.0.1:7474, 0.0.0.0 or [::1]:7474"
    )]
    Address {
        /// What was given.
        found: String,
    },
    /// `--token` is not one.
    #[error(
        "--token: {found}; expected 16 to 128 letters, digits, `-`, `.`, `_` or `~`; leave it out to have one drawn"
    )]
    Token {
        /// What is wrong with it.
        found: String,
    },
    /// What is to be watched is a file.
    #[error("{}: is a file; name a folder with runs in it, such as runs", .0.display())]
    File(PathBuf),
    /// The address cannot be listened at.
    #[error("{address}: cannot listen: {}", reason(source))]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// No random bytes for a token.
    #[error(
        "cannot draw a token: the system gives no random bytes ({reason}); choose one with --token"
    )]
    Random {
        /// What the system said.
        reason: String,
    },
    /// Threads or sockets failed.
    #[error("cannot serve the live view: {source}")]
    Serve {
        /// What the system said.
        #[from]
        source: io::Error,
    },
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => {
            "the port is in use; choose another with --listen ADDR:PORT, or leave --listen out to have a free one found"
                .to_owned()
        }
        ErrorKind::AddrNotAvailable => {
            "this machine has no such address; choose one of its own, or 0.0.0.0 for all of them".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "permission denied; choose a port above 1023 with --listen ADDR:PORT".to_owned()
        }
        _ => error.to_string(),
    }
}
