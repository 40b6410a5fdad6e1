//! The thread team: threads that persist, share out numbered tasks, and sleep between bursts of work.
//!
//! Which thread runs a task is chance; a task's result must depend on its number alone. Then the same bits come out for
//! any number of threads. A run costs no allocation: workers spin for some 100 microseconds after their last task
//! before they park, so the launches of one training step find them awake.
//!
//! The word `state` holds the run's number, whether it is open, and how many workers are inside. A worker enters only
//! an open run; the caller closes the run when no task is left and waits for those inside. A worker still waking up
//! is never waited for, and nobody reads the job outside an entered run.
//!
//! Beside its runs the team takes one errand at a time ([`Team::beside`]): a worker that finds no run open does it.

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
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
type Errand = dyn Fn() + Sync;

/// No errand, or one that waits, that a worker does, that is done.
const NO_ERRAND: u32 = 0;
const WAITS: u32 = 1;
const TAKEN: u32 = 2;
const DONE: u32 = 3;

struct Shared {
    state: AtomicU64,
    next: AtomicUsize,
    /// Written while no worker is inside and the run is closed.
    job: UnsafeCell<Option<(*const Task, usize)>>,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    /// What has become of the errand.
    errand_state: AtomicU32,
    /// Written while there is none.
    errand: UnsafeCell<Option<*const Errand>>,
    stop: AtomicBool,
    spins: u32,
}

// SAFETY: `job` is written only by the caller that holds the team, between runs, `errand` by the one that has sent none;
// `state` and `errand_state` order it before every read.
unsafe impl Sync for Shared {}
// SAFETY: the pointers are only followed inside a run, or while an errand is taken; the caller keeps their targets alive.
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
    /// Whether a caller is within [`Team::beside`].
    sent: AtomicBool,
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
            errand_state: AtomicU32::new(NO_ERRAND),
            errand: UnsafeCell::new(None),
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
            sent: AtomicBool::new(false),
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

    /// Runs `main` in this thread, and `errand` in a worker as soon as one has no other work, or here afterwards. Returns
    /// when both are done. A panic in either is raised again here.
    pub fn beside(&self, errand: &(dyn Fn() + Sync), main: &mut dyn FnMut()) {
        let alone = self.workers.is_empty() || BUSY.get();
        if alone || self.sent.swap(true, Ordering::Acquire) {
            main();
            return errand();
        }
        self.send(errand);
        let mine = catch_unwind(AssertUnwindSafe(main));
        let theirs = self.shared.fetch_errand(errand, mine.is_ok());
        self.sent.store(false, Ordering::Release);
        if let Err(payload) = mine.and(theirs) {
            resume_unwind(payload);
        }
    }

    /// Offers an errand to the workers.
    fn send(&self, errand: &(dyn Fn() + Sync)) {
        let shared = &*self.shared;
        // SAFETY: only the lifetime is dropped; `fetch_errand` waits until nobody follows the pointer.
        let errand: *const Errand =
            unsafe { std::mem::transmute::<&(dyn Fn() + Sync), *const Errand>(errand) };
        // SAFETY: `sent` makes this thread the only one that sends, and the last errand was fetched.
        unsafe { *shared.errand.get() = Some(errand) };
        shared.errand_state.store(WAITS, Ordering::Release);
        fence(Ordering::SeqCst);
        if let Some(worker) = self
            .workers
            .iter()
            .find(|w| w.parked.swap(false, Ordering::SeqCst))
        {
            worker.thread.unpark();
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
            } else if self.do_errand() {
                idle = 0;
            } else if idle < self.spins {
                idle += 1;
                std::hint::spin_loop();
            } else {
                parked.store(true, Ordering::SeqCst);
                fence(Ordering::SeqCst);
                let sent = self.errand_state.load(Ordering::SeqCst) == WAITS;
                if !sent && !self.is_waiting(last) && !self.stop.load(Ordering::SeqCst) {
                    thread::park();
                }
                parked.store(false, Ordering::SeqCst);
                idle = 0;
            }
        }
    }

    /// Does the errand that waits, if one does.
    fn do_errand(&self) -> bool {
        let swap = |from, to| {
            let order = (Ordering::Acquire, Ordering::Relaxed);
            let state = &self.errand_state;
            state.compare_exchange(from, to, order.0, order.1).is_ok()
        };
        if self.errand_state.load(Ordering::Relaxed) != WAITS || !swap(WAITS, TAKEN) {
            return false;
        }
        // SAFETY: the errand was written before it waited, and stays until it is done.
        if let Some(errand) = unsafe { *self.errand.get() } {
            // SAFETY: as above, the caller keeps the closure alive until then.
            let errand = unsafe { &*errand };
            if let Err(payload) = catch_unwind(AssertUnwindSafe(errand)) {
                self.keep(payload);
            }
        }
        self.errand_state.store(DONE, Ordering::Release);
        true
    }

    /// Waits for the errand, or does it here where it still waits and is `wanted`.
    fn fetch_errand(
        &self,
        errand: &(dyn Fn() + Sync),
        wanted: bool,
    ) -> Result<(), Box<dyn Any + Send>> {
        let state = &self.errand_state;
        let own = state.compare_exchange(WAITS, NO_ERRAND, Ordering::AcqRel, Ordering::Acquire);
        if own.is_ok() {
            return match wanted {
                true => catch_unwind(AssertUnwindSafe(errand)),
                false => Ok(()),
            };
        }
        let mut spins = 0u32;
        while state.load(Ordering::Acquire) != DONE {
            spins += 1;
            match spins > 4 * self.spins {
                true => thread::yield_now(),
                false => std::hint::spin_loop(),
            }
        }
        state.store(NO_ERRAND, Ordering::Relaxed);
        let payload = self.panic.lock();
        let payload = payload.unwrap_or_else(PoisonError::into_inner).take();
        payload.map_or(Ok(()), Err)
    }

    /// Keeps a worker's panic for the caller, the first of several.
    fn keep(&self, payload: Box<dyn Any + Send>) {
        let mut kept = self.panic.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert(payload);
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
            self.keep(payload);
        }
    }
}

#[cfg(test)]
mod tests;
