//! From options to a server: a thread that follows the folders, another that answers, until an interrupt.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::{self, Either};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::board::Board;
use crate::guard::Guard;
use crate::held::Held;
use crate::routes::{Served, routes};
use crate::scan::scan;
use crate::stream::Messages;
use crate::tracked::Tracked;
use crate::{Listen, WatchError, token};

/// Between two looks into all folders.
const PERIOD: Duration = Duration::from_millis(300);
/// A look takes at most this share of the time: 1 in so many.
const REST: u32 = 4;
/// The page opens after the first look, or after this long.
const FIRST_LOOK: Duration = Duration::from_secs(5);
/// How soon the end of the first look is seen.
const BRIEFLY: Duration = Duration::from_millis(5);
/// New folders that are read before the page is told of them.
const AT_ONCE: usize = 64;
/// Threads that read folders seen for the first time.
const READERS: usize = 4;
/// How soon an interrupt is seen.
const TICK: Duration = Duration::from_millis(100);

/// Makes the HTML report of a run's or treatment's folder, or says why not.
pub type Report = Arc<dyn Fn(&Path) -> Result<String, String> + Send + Sync>;

/// How folders are watched.
#[derive(Clone, Default)]
pub struct WatchOptions {
    /// The folder whose runs are shown. It need not exist yet.
    pub dir: PathBuf,
    /// Where to listen.
    pub listen: Listen,
    /// The token that is demanded; beyond loopback one is drawn where none is given.
    pub token: Option<String>,
    /// What makes reports; without it none are offered.
    pub report: Option<Report>,
}

impl std::fmt::Debug for WatchOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WatchOptions")
            .field("dir", &self.dir)
            .field("listen", &self.listen)
            .field("report", &self.report.is_some())
            .finish_non_exhaustive()
    }
}

/// Serves the live view of a folder until `interrupt` is set. `ready` is told the address, with the token where one is
/// demanded, when the page can be opened: when the runs that are there have been read, or after five seconds.
pub fn watch(
    options: WatchOptions,
    interrupt: &AtomicBool,
    ready: &mut dyn FnMut(&str),
) -> Result<(), WatchError> {
    if let Some(token) = &options.token {
        token::check(token)?;
    }
    if options.dir.is_file() {
        return Err(WatchError::File(options.dir));
    }
    let token = match options.token {
        None if !options.listen.address.is_loopback() => Some(token::draw()?),
        given => given,
    };
    let listener = options.listen.bind()?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(2)
        .build()?;
    let board = Board::new(token::draw().unwrap_or_default(), options.dir.clone());
    let served = Served {
        board: Arc::new(Mutex::new(board)),
        messages: Messages::default(),
        guard: Arc::new(Guard {
            address,
            token: token.clone(),
        }),
        report: options.report,
        reporting: Arc::new(Semaphore::new(1)),
    };
    let end = AtomicBool::new(false);
    let over = || interrupt.load(Ordering::Relaxed) || end.load(Ordering::Relaxed);
    let looked = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| follow(&options.dir, &served, &looked, &over));
        let answer = async {
            let listener = TcpListener::from_std(listener)?;
            let begun = Instant::now();
            while !looked.load(Ordering::Relaxed) && !over() && begun.elapsed() < FIRST_LOOK {
                tokio::time::sleep(BRIEFLY).await;
            }
            let home = reachable(address);
            ready(&match &token {
                Some(token) => format!("http://{home}/?token={token}"),
                None => format!("http://{home}/"),
            });
            let serving = axum::serve(listener, routes(served.clone())).into_future();
            let interrupted = async {
                while !over() {
                    tokio::time::sleep(TICK).await;
                }
            };
            // Streams have no end of their own: they end with the runtime.
            match future::select(Box::pin(serving), Box::pin(interrupted)).await {
                Either::Left((ended, _)) => ended,
                Either::Right(_) => Ok(()),
            }
        };
        let ended = runtime.block_on(answer);
        end.store(true, Ordering::Relaxed);
        runtime.shutdown_background();
        ended.map_err(WatchError::from)
    })
}

/// An address at which this machine reaches a server that listens at `address`.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// Looks into the folders again and again.
fn follow(dir: &Path, served: &Served, looked: &AtomicBool, over: &dyn Fn() -> bool) {
    while !over() {
        let begun = Instant::now();
        look(dir, served, over);
        looked.store(true, Ordering::Relaxed);
        let rest = PERIOD.max(begun.elapsed() * (REST - 1));
        let until = Instant::now() + rest;
        while !over() && Instant::now() < until {
            std::thread::sleep(TICK.min(until.saturating_duration_since(Instant::now())));
        }
    }
}

/// One look: which folders there are, what is new in them, and messages that tell it.
fn look(dir: &Path, served: &Served, over: &dyn Fn() -> bool) {
    let found = scan(dir);
    // Before the files: what a process wrote before it let go is read after.
    let held = Held::now();
    let known = served.board().ids();
    let mut new = vec![];
    for (id, (path, kind)) in &found.folders {
        if !served.board().knows(id, path, *kind) {
            new.push((id.clone(), Tracked::new(path.clone(), *kind)));
        }
    }
    served.board().update(&found);
    for id in known {
        served.board().poll(&id, &held);
    }
    tell(served);
    while !new.is_empty() && !over() {
        let mut some: Vec<_> = new.drain(..new.len().min(AT_ONCE)).collect();
        read(&mut some, &held);
        served.board().add(some);
        tell(served);
    }
}

/// Sends what changed, if anything did.
fn tell(served: &Served) {
    let message = served.board().publish(SystemTime::now());
    if let Some(message) = message {
        served.messages.send(message);
    }
}

/// Reads folders that were not read yet, several at a time.
fn read(new: &mut [(String, Tracked)], held: &Held) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = new.len().div_ceil(threads.min(READERS)).max(1);
    std::thread::scope(|scope| {
        for part in new.chunks_mut(part) {
            scope.spawn(move || part.iter_mut().for_each(|(_, folder)| folder.poll(held)));
        }
    });
}
