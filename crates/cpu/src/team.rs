//! The thread team: threads that persist, share out numbered tasks, and sleep between bursts of work.
//!
//! Which thread runs a task is chance; a task's result must depend on its number alone. Then the same bits come out for
//! any number of threads. A run costs no allocation: workers spin for some 100 microseconds after their last task
//! before they park, so the launches of one training step find them awake.
//!
//! The caller writes the job, then a word that holds the run's number and its tasks. Each thread takes the tasks of its
//! own part first, the same part in every run, so that what it wrote is still in its cache; then it helps the others
//! (`parts`). A worker still waking up is never waited for: the caller takes its tasks. Nobody reads the job without having
//! claimed a task of the run.
//!
//! Beside its runs the team takes one errand at a time ([`Team::beside`]), in parts: a worker that finds no run open does one, and
//! so does the caller while it waits for others' tasks.

mod errand;
mod parts;

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, Thread};

use errand::Errands;
use parts::{MOST, Part, Run};

/// Rounds of looking for work before a worker parks: some 100 microseconds, which a batch of rows may take to be gathered
/// between two steps; to wake a worker costs 5 to 10.
const SPINS: u32 = 5000;

/// Rounds of waiting for others' tasks that are not worth doing something else: about a third of a microsecond.
const SHORT_WAIT: u32 = 16;

thread_local! {
    /// Set on workers, and on a caller while its tasks run: a run started there goes on in the thread itself.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

type Task = dyn Fn(usize) + Sync;

/// What the caller tells the workers, on one line.
#[repr(align(128))]
struct Call {
    /// The latest run.
    run: AtomicU64,
    /// Written between runs.
    job: UnsafeCell<Option<*const Task>>,
}

struct Shared {
    call: Call,
    /// One per thread, the caller's first.
    parts: Box<[Part]>,
    errands: Errands,
    /// Set while a task's panic is kept: those not yet begun are left out.
    failed: AtomicBool,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    stop: AtomicBool,
    spins: u32,
}

// SAFETY: `job` is written only by the caller that holds the team, between runs; a claim on a task of the run orders it
// before every read.
unsafe impl Sync for Shared {}
// SAFETY: the pointer is only followed inside a run; the caller keeps its target alive.
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
            call: Call {
                run: AtomicU64::new(0),
                job: UnsafeCell::new(None),
            },
            parts: (0..threads.max(1)).map(|_| Part::default()).collect(),
            errands: Errands::new(),
            failed: AtomicBool::new(false),
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
    /// Within a task, while another thread holds the team, and where there are a million and more, the tasks run in the calling
    /// thread. A panic in a task
    /// is raised again here; tasks not yet begun are then left out.
    pub fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        let alone = tasks <= 1 || tasks > MOST || self.workers.is_empty() || BUSY.get();
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

    /// Runs `main` in this thread, and beside it `errand`, part by part until it says that no more is left: in threads that have
    /// no other work for a moment, one at a time, and here afterwards. Returns when both are done. A panic in either is
    /// raised again here.
    pub fn beside(&self, errand: &(dyn Fn() -> bool + Sync), main: &mut dyn FnMut()) {
        let alone = self.workers.is_empty() || BUSY.get();
        if alone || self.sent.swap(true, Ordering::Acquire) {
            main();
            while errand() {}
            return;
        }
        // SAFETY: `sent` makes this thread the only one that sends, and the errand is fetched below.
        unsafe { self.shared.errands.send(errand) };
        let _ = self.workers.iter().find(|worker| worker.wake());
        let mine = catch_unwind(AssertUnwindSafe(main));
        let (wanted, spins) = (mine.is_ok(), self.shared.spins);
        let theirs = self.shared.errands.fetch(errand, wanted, spins);
        self.sent.store(false, Ordering::Release);
        if let Err(payload) = mine.and(theirs) {
            resume_unwind(payload);
        }
    }

    fn share(
        &self,
        tasks: usize,
        task: &(dyn Fn(usize) + Sync),
    ) -> Result<(), Box<dyn Any + Send>> {
        let shared = &*self.shared;
        // SAFETY: only the lifetime is dropped; all tasks are finished before `task` goes out of scope.
        let job: *const Task =
            unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), *const Task>(task) };
        // SAFETY: `held` makes this thread the only caller, and all tasks of the last run are finished.
        unsafe { *shared.call.job.get() = Some(job) };
        let run = Run::of(shared.call.run.load(Ordering::Relaxed)).next(tasks);
        shared.call.run.store(run.word(), Ordering::Release);
        // A worker that parks in this moment may miss the run: its tasks are taken here, and the next run wakes it.
        for worker in &self.workers[..run.owners(self.threads()) - 1] {
            worker.wake();
        }
        shared.take_part(run, 0);
        let threads = shared.parts.len();
        for (owner, part) in shared.parts.iter().enumerate().take(run.owners(threads)) {
            let tasks = run.part(owner, threads);
            shared.wait(|| part.is_finished(run, tasks.clone()));
        }
        shared.panic()
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

/// Waits until something holds, without sleeping at first.
fn wait(spins: u32, holds: impl Fn() -> bool) {
    let mut rounds = 0u32;
    while !holds() {
        rounds = rounds.saturating_add(1);
        match rounds > spins.saturating_mul(4) {
            true => thread::yield_now(),
            false => std::hint::spin_loop(),
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
            .spawn(move || theirs.serve(number, &flag))
            .ok()?;
        Some(Worker {
            thread: handle.thread().clone(),
            parked,
            handle: Some(handle),
        })
    }

    /// Wakes the worker if it sleeps; gives whether it did.
    fn wake(&self) -> bool {
        let parked =
            self.parked.load(Ordering::Relaxed) && self.parked.swap(false, Ordering::AcqRel);
        if parked {
            self.thread.unpark();
        }
        parked
    }
}

impl Shared {
    /// Waits for others' tasks, with what is left of an errand where that takes longer.
    fn wait(&self, holds: impl Fn() -> bool) {
        for _ in 0..SHORT_WAIT {
            if holds() {
                return;
            }
            std::hint::spin_loop();
        }
        while self.errands.work() {
            if holds() {
                return;
            }
        }
        wait(self.spins, holds);
    }

    /// Takes the tasks of a thread's own part, then of the others', until none is left.
    fn take_part(&self, run: Run, own: usize) {
        let threads = self.parts.len();
        let owners = run.owners(threads);
        for owner in (own..owners).chain(0..own) {
            let (part, tasks) = (&self.parts[owner], run.part(owner, threads));
            let claimed = Cell::new(0);
            let work = || {
                while let Some(i) = part.claim(run, tasks.clone()) {
                    claimed.set(claimed.get() + 1);
                    if !self.failed.load(Ordering::Relaxed) {
                        // SAFETY: the job was written before the run opened, and stays while a task is not finished.
                        let task = unsafe { (*self.call.job.get()).map(|task| &*task) };
                        task.into_iter().for_each(|task| task(i));
                    }
                }
            };
            while let Err(payload) = catch_unwind(AssertUnwindSafe(work)) {
                self.keep(payload);
            }
            if claimed.get() > 0 {
                part.finish(run, claimed.get());
            }
        }
    }

    /// A worker's life: take part in each run once, spin a while, park.
    fn serve(&self, number: usize, parked: &AtomicBool) {
        BUSY.set(true);
        let mut last = Run::of(0);
        let mut idle = 0;
        while !self.stop.load(Ordering::SeqCst) {
            let run = Run::of(self.call.run.load(Ordering::Acquire));
            if run != last {
                last = run;
                // Runs of fewer tasks than threads keep nobody awake who has none.
                if number < run.owners(self.parts.len()) {
                    self.take_part(run, number);
                    idle = 0;
                }
            } else if self.errands.work() {
                idle = 0;
            } else if idle < self.spins {
                idle += 1;
                std::hint::spin_loop();
            } else {
                parked.store(true, Ordering::SeqCst);
                fence(Ordering::SeqCst);
                let called = Run::of(self.call.run.load(Ordering::SeqCst)) != last;
                if !called && !self.errands.is_waiting() && !self.stop.load(Ordering::SeqCst) {
                    thread::park();
                }
                parked.store(false, Ordering::SeqCst);
                idle = 0;
            }
        }
    }

    /// Keeps a thread's panic for the caller, the first of several.
    fn keep(&self, payload: Box<dyn Any + Send>) {
        let mut kept = self.panic.lock().unwrap_or_else(PoisonError::into_inner);
        match *kept {
            None => *kept = Some(payload),
            // To drop it may panic as well.
            Some(_) => std::mem::forget(payload),
        }
        self.failed.store(true, Ordering::Release);
    }

    /// The panic that was kept, if there was one.
    fn panic(&self) -> Result<(), Box<dyn Any + Send>> {
        if !self.failed.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut kept = self.panic.lock().unwrap_or_else(PoisonError::into_inner);
        self.failed.store(false, Ordering::Release);
        kept.take().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests;
