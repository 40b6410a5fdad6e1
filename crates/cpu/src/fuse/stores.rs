//! How a group's results reach memory.

use super::build::Build;
use super::{Arg, Instr, Output, Step};
use crate::launch::Place;
use crate::plan::Class;
use regimen_graph::DType;

impl Build<'_> {
    /// Writes what others read. A float value is computed straight into its output, unless a later step still reads
    /// an input that lies in the same memory; such values are put there at the end of the block.
    pub(super) fn stores(&mut self) -> Option<Vec<Output>> {
        let stored = self.source.stored;
        let mut outputs = vec![];
        let mut values = vec![];
        for &(node, place) in stored {
            let dtype = self.source.graph.nodes[node].types[0].dtype;
            outputs.push(Output { place, dtype });
            let value = *self.values.get(&node)?;
            // What lies in memory is read before any output is written.
            let fixed = !matches!(value, Arg::Register(_)) || values.contains(&value);
            values.push(if fixed {
                self.emit(Step::Copy, [value, Arg::None, Arg::None], dtype)?
            } else {
                value
            });
        }
        for (number, &(node, place)) in stored.iter().enumerate() {
            let (value, dtype, number) = (
                values[number],
                outputs[number].dtype,
                u8::try_from(number).ok()?,
            );
            let made = self
                .code
                .iter()
                .position(|i| i.dst == value && !matches!(i.step, Step::Fetch(_)));
            match made.filter(|_| dtype == DType::F32 && self.class == Class::Float) {
                Some(at) if !self.read_later(at, place, node) => {
                    self.redirect(value, Arg::Output(number))
                }
                _ => self.code.push(Instr {
                    step: Step::Put(number),
                    dst: Arg::None,
                    args: [value, Arg::None, Arg::None],
                    dtype,
                }),
            }
        }
        // Puts come last: by then every input of the block is read.
        let (puts, mut code): (Vec<Instr>, Vec<Instr>) = std::mem::take(&mut self.code)
            .into_iter()
            .partition(|i| matches!(i.step, Step::Put(_)));
        code.extend(puts);
        self.code = code;
        Some(outputs)
    }

    /// Whether a step behind `at` reads a load that overlaps the output.
    fn read_later(&self, at: usize, place: Place, node: usize) -> bool {
        let bytes = self.source.graph.nodes[node].types[0].elements() * 4;
        let overlaps = |l: u8| {
            let load = &self.loads[usize::from(l)];
            let reach: usize = self
                .dims
                .iter()
                .zip(&load.strides)
                .map(|(d, s)| (d - 1) * s)
                .sum::<usize>()
                + 1;
            let (from, to) = (load.place.at, load.place.at + reach * load.dtype.size());
            load.place.base == place.base && from < place.at + bytes && place.at < to
        };
        let reads = |i: &Instr| match i.step {
            Step::Fetch(l) => overlaps(l),
            _ => i
                .args
                .iter()
                .any(|a| matches!(a, Arg::Load(l) if overlaps(*l))),
        };
        self.code[at + 1..].iter().any(reads)
    }

    fn redirect(&mut self, from: Arg, to: Arg) {
        for instr in &mut self.code {
            for arg in instr
                .args
                .iter_mut()
                .chain([&mut instr.dst])
                .filter(|a| **a == from)
            {
                *arg = to;
            }
        }
    }
}
