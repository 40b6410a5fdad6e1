//! Named state: weights, optimizer slots, counters.

mod waiting;

use std::any::Any;
use std::collections::BTreeMap;

use regimen_graph::{Store, Tensor, Type};

use crate::{buffer::Buffer, bytes};
use waiting::Table;

#[derive(Debug)]
struct Slot {
    ty: Type,
    buffer: Buffer,
}

/// The CPU's store: one aligned buffer per name.
///
/// A slot keeps its number for the life of the store, and `generation` changes whenever a buffer is made or replaced,
/// so a program looks names up once and then only compares two numbers.
///
/// Tables of embeddings may have rows that wait for optimizer steps (`rows`). [`Store::get`] gives their values with
/// every step taken, their slots as of each row's last step; what a resumed run needs beside these has names of its
/// own, which begin with the table's and a `#`.
#[derive(Debug)]
pub struct CpuStore {
    names: BTreeMap<String, usize>,
    slots: Vec<Slot>,
    tables: Vec<Table>,
    generation: u64,
}

/// Generations are unique over all stores of the process.
fn next_generation() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

impl Default for CpuStore {
    fn default() -> CpuStore {
        CpuStore {
            names: BTreeMap::new(),
            slots: vec![],
            tables: vec![],
            generation: next_generation(),
        }
    }
}

/// Zeroed memory. As for any growing collection, the process ends when not even one tensor's copy can be had.
fn memory(bytes: usize) -> Buffer {
    match Buffer::zeroed(bytes) {
        Some(buffer) => buffer,
        None => std::alloc::handle_alloc_error(std::alloc::Layout::new::<Slot>()),
    }
}

impl CpuStore {
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) fn slot(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    pub(crate) fn slot_type(&self, slot: usize) -> Option<&Type> {
        self.slots.get(slot).map(|s| &s.ty)
    }

    pub(crate) fn pointer(&self, slot: usize) -> *mut u8 {
        self.slots
            .get(slot)
            .map_or(std::ptr::null_mut(), |s| s.buffer.as_ptr())
    }

    /// The tensor of a name, as it is stored.
    fn stored(&self, name: &str) -> Option<Tensor> {
        let slot = &self.slots[self.slot(name)?];
        Some(bytes::tensor(&slot.ty, slot.buffer.bytes()))
    }
}

impl Store for CpuStore {
    fn put(&mut self, name: &str, value: &Tensor) {
        let source = bytes::of(&value.data);
        let known = self.names.get(name).copied();
        let fits = known.is_some_and(|slot| self.slots[slot].ty == value.ty());
        if let Some(slot) = known {
            self.before_put(name, slot, fits);
        }
        match known.filter(|_| fits) {
            Some(slot) => self.slots[slot].buffer.bytes_mut().copy_from_slice(source),
            None => {
                let mut buffer = memory(source.len());
                buffer.bytes_mut().copy_from_slice(source);
                let slot = Slot {
                    ty: value.ty(),
                    buffer,
                };
                match known {
                    Some(index) => self.slots[index] = slot,
                    None => {
                        self.names.insert(name.to_string(), self.slots.len());
                        self.slots.push(slot);
                    }
                }
                self.generation = next_generation();
            }
        }
        if let Some(slot) = known {
            self.after_put(slot);
        }
    }

    fn get(&self, name: &str) -> Option<Tensor> {
        self.waited(name).or_else(|| self.stored(name))
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.names.keys().cloned().collect();
        names.extend(self.waiting_names());
        names.sort_unstable();
        names
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_graph::DType;

    #[test]
    fn values_come_back_and_replacing_keeps_the_buffer() {
        let mut store = CpuStore::default();
        let first = Tensor::from_f64(DType::F32, vec![3], &[1.0, 2.0, 3.0]);
        store.put("b", &first);
        store.put("a", &Tensor::scalar_i64(7));
        assert_eq!(store.names(), ["a", "b"]);
        assert_eq!(store.get("b"), Some(first));
        assert_eq!(store.get("none"), None);
        let (generation, pointer) = (store.generation(), store.pointer(0));
        let second = Tensor::from_f64(DType::F32, vec![3], &[4.0, 5.0, 6.0]);
        store.put("b", &second);
        assert_eq!(
            (store.generation(), store.pointer(0)),
            (generation, pointer)
        );
        assert_eq!(store.get("b"), Some(second));
        store.put("b", &Tensor::scalar(1.0));
        assert_ne!(store.generation(), generation);
        assert_eq!(store.get("b"), Some(Tensor::scalar(1.0)));
    }
}
