//! The thread team: threads that persist, share out numbered tasks, and sleep between bursts of work.
//!
//! Which thread runs a task is chance; a task's result must depend on its number alone. Then the same bits come out for
//! any number of threads. A run costs no allocation: workers spin for some 100 microseconds after their last task
//! before they park, so the launches of one training step find them awake.
//!
//! The word `state` holds the run's number, whether it is open, and how many workers are inside. A worker enters only
//! an open run; the caller closes the run when no task is left and waits for those inside. A worker still waking up
//! is never waited for, and nobody reads the job outside an entered run.

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, Thread};

const OPEN: u64 = 1 << 31;
const INSIDE: u64 = OPEN - 1;
const RUN: u64 = 1 << 32;
/// Rounds of looking for work before a worker parks: some 100 microseconds, which a batch of rows may take to be gathered
/// between two steps; to wake a worker costs 5 to 10.
const SPINS: u32 = 5000;

thread_local! {
    /// Set on workers, and on a caller while its tasks run: a run started there goes on in the thread itself.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

type Task = dyn Fn(usize) + Sync;

struct Shared {
    state: AtomicU64,
    next: AtomicUsize,
    /// Written while no worker is inside and the run is closed.
    job: UnsafeCell<Option<(*const Task, usize)>>,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    stop: AtomicBool,
    spins: u32,
}

// SAFETY: `job` is written only by the caller that holds the team, between runs; `state` orders it before every read.
unsafe impl Sync for Shared {}
// SAFETY: the pointer in `job` is only followed inside a run, while the caller keeps its target alive.
unsafe impl Send for Shared {}

struct Worker {
    thread: Thread,
    parked: Arc<AtomicBool>,
    handle: Option<JoinHandle<()>>,
}

/// A team of threads, the calling one included.
///
/// ```
/// use regimen_cpu::team::Team;
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// let team = Team::new(2);
/// let sum = AtomicUsize::new(0);
/// team.run(10, &|task| {
///     sum.fetch_add(task, Ordering::Relaxed);
/// });
/// assert_eq!(sum.into_inner(), 45);
/// ```
pub struct Team {
    shared: Arc<Shared>,
    workers: Vec<Worker>,
    held: AtomicBool,
}

impl std::fmt::Debug for Team {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Team")
            .field("threads", &self.threads())
            .finish()
    }
}

impl Team {
    /// A team of `threads` threads (at least one: the caller). Where the system refuses a thread, the team is smaller.
    pub fn new(threads: usize) -> Team {
        // Spinning only delays the others where threads outnumber cores.
        let spins = if threads <= Team::default_threads() {
            SPINS
        } else {
            0
        };
        let shared = Arc::new(Shared {
            state: AtomicU64::new(0),
            next: AtomicUsize::new(0),
            job: UnsafeCell::new(None),
            panic: Mutex::new(None),
            stop: AtomicBool::new(false),
            spins,
        });
        let workers = (1..threads)
            .map_while(|number| Worker::start(number, &shared))
            .collect();
        Team {
            shared,
            workers,
            held: AtomicBool::new(false),
        }
    }

    /// The parallelism that the machine, or the container's share of it, offers.
    pub fn default_threads() -> usize {
        thread::available_parallelism().map_or(1, usize::from)
    }

    /// Threads in the team, the caller included.
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Runs `task(0)` to `task(tasks - 1)`, each once, and returns when all are done.
    ///
    /// Within a task, and while another thread holds the team, the tasks run in the calling thread. A panic in a task
    /// is raised again here; tasks not yet begun are then left out.
    pub fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        let alone = tasks <= 1 || self.workers.is_empty() || BUSY.get();
        if alone || self.held.swap(true, Ordering::Acquire) {
            for i in 0..tasks {
                task(i);
            }
            return;
        }
        BUSY.set(true);
        let result = self.share(tasks, task);
        BUSY.set(false);
        self.held.store(false, Ordering::Release);
        if let Err(payload) = result {
            resume_unwind(payload);
        }
    }

    fn share(
        &self,
        tasks: usize,
        task: &(dyn Fn(usize) + Sync),
    ) -> Result<(), Box<dyn Any + Send>> {
        let shared = &*self.shared;
        // SAFETY: only the lifetime is dropped; the run is closed and empty before `task` goes out of scope.
        let job: *const Task =
            unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), *const Task>(task) };
        // SAFETY: `held` makes this thread the only caller, and the last run was left by all.
        unsafe { *shared.job.get() = Some((job, tasks)) };
        shared.next.store(0, Ordering::Relaxed);
        shared.state.fetch_add(RUN | OPEN, Ordering::Release);
        fence(Ordering::SeqCst);
        for worker in self.workers.iter().take(tasks - 1) {
            if worker.parked.swap(false, Ordering::SeqCst) {
                worker.thread.unpark();
            }
        }
        let mine = catch_unwind(AssertUnwindSafe(|| shared.claim(task, tasks)));
        if mine.is_err() {
            shared.next.store(tasks, Ordering::Relaxed);
        }
        shared.state.fetch_and(!OPEN, Ordering::AcqRel);
        let mut spins = 0u32;
        while shared.state.load(Ordering::Acquire) & INSIDE != 0 {
            spins += 1;
            if spins > 4 * shared.spins {
                thread::yield_now()
            } else {
                std::hint::spin_loop()
            }
        }
        let theirs = shared
            .panic
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        mine?;
        theirs.map_or(Ok(()), Err)
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        for worker in &mut self.workers {
            worker.thread.unpark();
            if let Some(handle) = worker.handle.take() {
                // A worker catches its tasks' panics, so it ends in order.
                let _ = handle.join();
            }
        }
    }
}

impl Worker {
    fn start(number: usize, shared: &Arc<Shared>) -> Option<Worker> {
        let parked = Arc::new(AtomicBool::new(false));
        let (theirs, flag) = (Arc::clone(shared), Arc::clone(&parked));
        let name = format!("regimen-{number}");
        let handle = thread::Builder::new()
            .name(name)
            .spawn(move || theirs.serve(&flag))
            .ok()?;
        Some(Worker {
            thread: handle.thread().clone(),
            parked,
            handle: Some(handle),
        })
    }
}

impl Shared {
    /// Takes tasks until none is left.
    fn claim(&self, task: &(dyn Fn(usize) + Sync), tasks: usize) {
        loop {
            let i = self.next.fetch_add(1, Ordering::Relaxed);
            if i >= tasks {
                return;
            }
            task(i);
        }
    }

    /// A worker's life: enter each open run once, spin a while, park.
    fn serve(&self, parked: &AtomicBool) {
        BUSY.set(true);
        let mut last = 0;
        let mut idle = 0;
        while !self.stop.load(Ordering::SeqCst) {
            if self.enter(&mut last) {
                self.work();
                self.state.fetch_sub(1, Ordering::Release);
                idle = 0;
            } else if idle < self.spins {
                idle += 1;
                std::hint::spin_loop();
            } else {
                parked.store(true, Ordering::SeqCst);
                fence(Ordering::SeqCst);
                if !self.is_waiting(last) && !self.stop.load(Ordering::SeqCst) {
                    thread::park();
                }
                parked.store(false, Ordering::SeqCst);
                idle = 0;
            }
        }
    }

    /// Whether a run is open that the worker has not entered.
    fn is_waiting(&self, last: u64) -> bool {
        let state = self.state.load(Ordering::SeqCst);
        state & OPEN != 0 && state / RUN != last
    }

    fn enter(&self, last: &mut u64) -> bool {
        let mut state = self.state.load(Ordering::Acquire);
        while state & OPEN != 0 && state / RUN != *last {
            match self.state.compare_exchange_weak(
                state,
                state + 1,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => {
                    *last = state / RUN;
                    return true;
                }
                Err(now) => state = now,
            }
        }
        false
    }

    fn work(&self) {
        // SAFETY: this worker is inside the run: the job was written before it opened and stays until all have left.
        let Some((task, tasks)) = (unsafe { *self.job.get() }) else {
            return;
        };
        // SAFETY: as above, the caller keeps the closure alive until all have left.
        let task = unsafe { &*task };
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.claim(task, tasks))) {
            self.next.store(tasks, Ordering::Relaxed);
            self.panic
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert(payload);
        }
    }
}

#[cfg(test)]
mod tests;
