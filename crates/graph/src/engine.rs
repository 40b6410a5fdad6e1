//! What an engine must do: compile a graph, keep state by name, run.

use std::any::Any;

use crate::{Graph, Tensor, Type};

/// Why an engine cannot compile or run a graph.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The graph needs more memory than there is.
    #[error(
        "the program needs {} of memory, more than the {} available: use a smaller batch or model",
        size(.needed),
        size(.available)
    )]
    OutOfMemory {
        /// Bytes of the arena and the state.
        needed: u64,
        /// Bytes that may be used.
        available: u64,
    },
    /// An op or type that this engine does not have.
    #[error("{path}: the engine has no {op} for {detail}")]
    Unsupported {
        /// Layer path.
        path: String,
        /// Op.
        op: String,
        /// Types or attributes.
        detail: String,
    },
    /// State that the graph reads is not in the store.
    #[error("the state `{0}` was not set")]
    MissingState(String),
    /// A feed or state has another type than the graph declares.
    #[error("`{name}`: got {found}, expected {expected}")]
    WrongType {
        /// Input name.
        name: String,
        /// Type given.
        found: String,
        /// Type declared.
        expected: String,
    },
    /// A worker failed; the program's state is not to be trusted.
    #[error("the engine failed inside: {0}")]
    Internal(String),
}

/// Bytes as people say them: `512 B`, `3.4 MiB`, `1.2 GiB`.
fn size(bytes: &u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    match units.iter().find(|(_, shift)| *bytes >> shift > 0) {
        Some((unit, shift)) => format!("{:.1} {unit}", *bytes as f64 / (1u64 << shift) as f64),
        None => format!("{bytes} B"),
    }
}

/// Turns graphs into programs. The only way in which a trainer touches a device.
pub trait Engine: Send + Sync {
    /// Such as `cpu (avx512, 2 threads)`.
    fn name(&self) -> String;
    /// Plans a graph once; the program then runs any number of times.
    fn compile(&self, graph: &Graph) -> Result<Box<dyn Program>, EngineError>;
    /// An empty store of named state on this device, shared by all programs of a run.
    fn store(&self) -> Box<dyn Store>;
    /// Runs `main` in this thread, and `errand` beside it where the engine has time for it, else afterwards. The errand does a
    /// part of its work, and gives whether more is left; one thread at a time asks it to.
    fn beside(&self, errand: &(dyn Fn() -> bool + Sync), main: &mut dyn FnMut()) {
        main();
        while errand() {}
    }
}

/// Named state on the device.
pub trait Store: Send {
    /// Sets or replaces a value. Replacing keeps the buffer when the type is the same.
    fn put(&mut self, name: &str, value: &Tensor);
    /// The same for a value that is the store's from then on: a large one is moved over so that no second copy of it is held.
    fn take(&mut self, name: &str, value: Tensor) {
        self.put(name, &value);
    }
    /// Replaces elements of a value that there is, from the one at `from` on; other names and types are left as they are.
    fn put_part(&mut self, name: &str, from: usize, part: &Tensor);
    /// Reads a value back.
    fn get(&self, name: &str) -> Option<Tensor>;
    /// Type and sizes of a value.
    fn ty(&self, name: &str) -> Option<Type>;
    /// Reads a value some elements at a time, in their order, without a copy of the whole where the store can; gives whether
    /// there is one.
    fn parts(&self, name: &str, each: &mut dyn FnMut(&Tensor)) -> bool {
        self.get(name).inspect(|value| each(value)).is_some()
    }
    /// Names in sorted order.
    fn names(&self) -> Vec<String>;
    /// For the engine's own downcast.
    fn as_any(&mut self) -> &mut dyn Any;
}

/// A planned graph.
pub trait Program: Send {
    /// Runs once: reads feeds (in the order of the graph's `Feed` inputs) and state, writes outputs
    /// and state updates. Nothing is updated when it returns an error.
    fn run(&mut self, store: &mut dyn Store, feeds: &[&Tensor]) -> Result<(), EngineError>;
    /// As [`Program::run`] where the graph's guard turns out finite. Where it does not, gives false, and no state has been
    /// set. A graph without a guard runs.
    fn run_guarded(
        &mut self,
        store: &mut dyn Store,
        feeds: &[&Tensor],
    ) -> Result<bool, EngineError>;
    /// An output of the last run, by index into the graph's outputs.
    fn output(&self, index: usize) -> Tensor;
    /// A scalar output of the last run as f64; NaN when it is not a scalar.
    fn scalar(&self, index: usize) -> f64;
    /// Bytes of working memory.
    fn memory(&self) -> usize;
}
