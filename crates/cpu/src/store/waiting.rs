//! The tables of a store whose rows wait for optimizer steps: what reads and writes of their names mean.

use regimen_graph::Tensor;

use super::{CpuStore, memory, next_generation};
use crate::buffer::Buffer;
use crate::bytes;
use crate::rows::{LAST, LazyRows, RATES, RAW, Rule};
use crate::simd::Level;

/// A table, its slots' numbers in the store (w, then the optimizer's), and copies for programs that read them whole.
#[derive(Debug)]
pub(super) struct Table {
    rows: Box<LazyRows>,
    slots: Vec<usize>,
    copies: [Option<Buffer>; 3],
}

impl CpuStore {
    /// Addresses of a table's arrays.
    fn arrays(&self, slots: &[usize]) -> [*mut f32; 3] {
        let mut arrays = [std::ptr::null_mut(); 3];
        for (to, &slot) in arrays.iter_mut().zip(slots) {
            *to = self.pointer(slot).cast();
        }
        arrays
    }

    /// From now on the rows of the table in these slots may wait, if they do not already. What a file brought of waiting
    /// rows is taken up.
    pub(crate) fn let_wait(&mut self, rule: Rule, level: Level, size: [usize; 2], slots: &[usize]) {
        let same = |t: &Table| t.slots == slots && t.rows.rule() == rule && t.rows.size() == size;
        let table = match self.tables.iter().position(same) {
            Some(table) => table,
            None => {
                // Another optimizer goes on from where all rows are up to date.
                while let Some(old) = slots.iter().find_map(|&slot| self.waiting(slot)) {
                    self.settle(old.0);
                    self.tables.remove(old.0);
                }
                let rows = LazyRows::new(rule, level, size, self.arrays(slots));
                self.tables.push(Table {
                    rows: Box::new(rows),
                    slots: slots.to_vec(),
                    copies: [None, None, None],
                });
                self.generation = next_generation();
                self.tables.len() - 1
            }
        };
        self.take_up(table);
    }

    /// Name of a table.
    fn table_name(&self, table: usize) -> Option<String> {
        let slot = self.tables[table].slots[0];
        let found = self.names.iter().find(|(_, s)| **s == slot);
        found.map(|(name, _)| name.clone())
    }

    /// Moves what a file brought of a table's waiting rows from slots of its own to where it belongs.
    fn take_up(&mut self, table: usize) {
        let Some(name) = self.table_name(table) else {
            return;
        };
        let mut brought = |what: &str| {
            let name = format!("{name}{what}");
            let found = self.stored(&name);
            if let Some(slot) = self.names.remove(&name) {
                self.slots[slot].buffer = memory(0);
            }
            found
        };
        let (last, rates, raw) = (brought(LAST), brought(RATES), brought(RAW));
        let (Some(last), Some(rates)) = (last, rates) else {
            return;
        };
        let Table { rows, slots, .. } = &mut self.tables[table];
        let w = &mut self.slots[slots[0]];
        let raw = raw.filter(|raw| raw.ty() == w.ty);
        // Without w as of its rows' last steps, w with every step taken is what there is to go on from.
        if raw.is_none() && rows.rule().moves() || !rows.resume(&last, &rates) {
            return;
        }
        if let Some(raw) = raw {
            w.buffer.bytes_mut().copy_from_slice(bytes::of(&raw.data));
        }
    }

    /// The table that a slot is part of, and its place in it.
    pub(crate) fn waiting(&self, slot: usize) -> Option<(usize, usize)> {
        let place = |t: &Table| t.slots.iter().position(|&s| s == slot);
        let mut tables = self.tables.iter().enumerate();
        tables.find_map(|(i, t)| Some((i, place(t)?)))
    }

    /// A table's waiting rows, for a program's run.
    pub(crate) fn rows(&mut self, table: usize) -> *mut LazyRows {
        &raw mut *self.tables[table].rows
    }

    /// Brings all rows of a table up to date for a program that sets them.
    pub(crate) fn hand_over(&mut self, table: usize) {
        self.tables[table].rows.hand_over();
    }

    /// Brings all rows of a table up to date.
    fn settle(&mut self, table: usize) {
        self.tables[table].rows.settle();
    }

    /// Where an array of a table lies with every step taken, to be read.
    pub(crate) fn whole(&mut self, table: usize, array: usize) -> *mut u8 {
        let Table {
            rows,
            slots,
            copies,
        } = &mut self.tables[table];
        let buffer = &self.slots[slots[array]].buffer;
        if !rows.waits(array) {
            return buffer.as_ptr();
        }
        let copy = copies[array].get_or_insert_with(|| memory(buffer.len()));
        // SAFETY: as many floats as the array has, of plain bytes aligned to a line.
        let out = unsafe { std::slice::from_raw_parts_mut(copy.as_ptr().cast(), copy.len() / 4) };
        rows.whole(array, out);
        copy.as_ptr()
    }

    /// What the name of a table, or one that begins with it, stands for while rows wait.
    pub(super) fn waited(&self, name: &str) -> Option<Tensor> {
        // A name of its own may have the sign in it.
        let of = |base: &str| match self.waiting(self.slot(base)?)? {
            (table, 0) => Some(table),
            _ => None,
        };
        let whole = of(name).map(|table| (name, "", table));
        let part = || {
            let (base, what) = name.split_at(name.rfind('#')?);
            Some((base, what, of(base)?))
        };
        let (base, what, table) = whole.or_else(part)?;
        let rows = &self.tables[table].rows;
        let waits = rows.is_waiting();
        match what {
            LAST if waits => Some(rows.saved_last()),
            RATES if waits => Some(rows.saved_rates()),
            RAW if rows.waits(0) => self.stored(base),
            "" if rows.waits(0) => {
                let mut tensor = self.stored(base)?;
                if let regimen_graph::Data::F32(values) = &mut tensor.data {
                    rows.whole(0, values);
                }
                Some(tensor)
            }
            _ => None,
        }
    }

    /// Names beside those of the slots.
    pub(super) fn waiting_names(&self) -> Vec<String> {
        let mut names = vec![];
        for (table, Table { rows, .. }) in self.tables.iter().enumerate() {
            let Some(name) = self.table_name(table).filter(|_| rows.is_waiting()) else {
                continue;
            };
            names.extend([LAST, RATES].map(|what| format!("{name}{what}")));
            names.extend(rows.waits(0).then(|| format!("{name}{RAW}")));
        }
        names
    }

    /// Before a slot is set: the other arrays of its table take the steps that its rows wait for. A table that is set
    /// forgets what a file brought of its rows; one whose type changes is no longer one.
    pub(super) fn before_put(&mut self, name: &str, slot: usize, fits: bool) {
        for what in [LAST, RATES, RAW] {
            if let Some(slot) = self.names.remove(&format!("{name}{what}")) {
                self.slots[slot].buffer = memory(0);
            }
        }
        if let Some((table, _)) = self.waiting(slot) {
            self.settle(table);
            if !fits {
                self.tables.remove(table);
            }
        }
    }

    /// After a slot is set: rows whose slots were zero may have others.
    pub(super) fn after_put(&mut self, slot: usize) {
        if let Some((table, array)) = self.waiting(slot)
            && array > 0
        {
            self.tables[table].rows.forget();
        }
    }
}
