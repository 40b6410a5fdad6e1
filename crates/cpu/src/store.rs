//! Named state: weights, optimizer slots, counters.

use std::any::Any;
use std::collections::BTreeMap;

use regimen_graph::{Store, Tensor, Type};

use crate::{buffer::Buffer, bytes};

#[derive(Debug)]
struct Slot {
    ty: Type,
    buffer: Buffer,
}

/// The CPU's store: one aligned buffer per name.
///
/// A slot keeps its number for the life of the store, and `generation` changes whenever a buffer is made or replaced,
/// so a program looks names up once and then only compares two numbers.
#[derive(Debug)]
pub struct CpuStore {
    names: BTreeMap<String, usize>,
    slots: Vec<Slot>,
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
            generation: next_generation(),
        }
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
}

impl Store for CpuStore {
    fn put(&mut self, name: &str, value: &Tensor) {
        let source = bytes::of(&value.data);
        let known = self.names.get(name).copied();
        if let Some(slot) = known
            .and_then(|s| self.slots.get_mut(s))
            .filter(|s| s.ty == value.ty())
        {
            slot.buffer.bytes_mut().copy_from_slice(source);
            return;
        }
        // As for any growing collection, the process ends when not even one tensor's copy can be had.
        let Some(mut buffer) = Buffer::zeroed(source.len()) else {
            std::alloc::handle_alloc_error(std::alloc::Layout::new::<Slot>())
        };
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

    fn get(&self, name: &str) -> Option<Tensor> {
        let slot = &self.slots[self.slot(name)?];
        Some(bytes::tensor(&slot.ty, slot.buffer.bytes()))
    }

    fn names(&self) -> Vec<String> {
        self.names.keys().cloned().collect()
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
