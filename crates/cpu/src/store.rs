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

/// Bytes of a part of a value: elements of every type are whole in it.
const PART: usize = 1 << 16;

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

    fn take(&mut self, name: &str, value: Tensor) {
        if self.names.contains_key(name) {
            return self.put(name, &value);
        }
        let ty = value.ty();
        let mut buffer = memory(bytes::of(&value.data).len());
        bytes::hand_over(value.data, buffer.bytes_mut());
        self.names.insert(name.to_string(), self.slots.len());
        self.slots.push(Slot { ty, buffer });
        self.generation = next_generation();
    }

    fn put_part(&mut self, name: &str, from: usize, part: &Tensor) {
        let Some(slot) = self
            .slot(name)
            .filter(|&slot| self.slots[slot].ty.dtype == part.dtype())
        else {
            return;
        };
        self.before_put(name, slot, true);
        let source = bytes::of(&part.data);
        let at = from * part.dtype().size();
        if let Some(to) = self.slots[slot]
            .buffer
            .bytes_mut()
            .get_mut(at..at + source.len())
        {
            to.copy_from_slice(source);
        }
        self.after_put(slot);
    }

    fn get(&self, name: &str) -> Option<Tensor> {
        self.waited(name).or_else(|| self.stored(name))
    }

    fn ty(&self, name: &str) -> Option<Type> {
        match self.slot(name) {
            Some(slot) => self.slot_type(slot).cloned(),
            None => self.waited(name).map(|value| value.ty()),
        }
    }

    fn parts(&self, name: &str, each: &mut dyn FnMut(&Tensor)) -> bool {
        if let Some(value) = self.waited(name) {
            each(&value);
            return true;
        }
        let Some(slot) = self.slot(name) else {
            return false;
        };
        let Slot { ty, buffer } = &self.slots[slot];
        for part in buffer.bytes().chunks(PART) {
            let count = part.len() / ty.dtype.size();
            each(&bytes::tensor(&Type::new(ty.dtype, vec![count]), part));
        }
        true
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

    #[test]
    fn large_values_are_handed_over_and_read_in_parts() {
        let numbers = |n: usize| (0..n).map(|i| i as f64).collect::<Vec<_>>();
        let mut store = CpuStore::default();
        for (dtype, n) in [
            (DType::F32, 9_000_001),
            (DType::F64, 3_000_000),
            (DType::F32, 0),
            (DType::I32, 1),
        ] {
            let value = Tensor::from_f64(dtype, vec![n], &numbers(n));
            store.take("a", value.clone());
            store.take("b", value.clone());
            assert_eq!(store.ty("b"), Some(value.ty()));
            let mut read = vec![];
            for name in ["a", "b"] {
                read.clear();
                assert!(store.parts(name, &mut |part| read.extend(part.to_f64())));
                assert!(read == numbers(n), "{dtype:?} {n}");
            }
        }
        assert!(!store.parts("none", &mut |_| {}));
        let value = Tensor::from_f64(DType::F32, vec![5], &numbers(5));
        store.put("c", &value);
        store.put_part("c", 3, &Tensor::from_f64(DType::F32, vec![2], &[7.0, 8.0]));
        // What does not fit changes nothing.
        store.put_part("c", 4, &Tensor::from_f64(DType::F32, vec![2], &[9.0, 9.0]));
        store.put_part("c", 0, &Tensor::scalar_i64(9));
        store.put_part("none", 0, &value);
        let read = store.get("c").map(|c| c.to_f64());
        assert_eq!(read, Some(vec![0.0, 1.0, 2.0, 7.0, 8.0]));
        assert_eq!(store.ty("none"), None);
    }
}
