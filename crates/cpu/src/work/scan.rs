//! A scan: the body's own launches, once per step, over working memory inside the arena.

use regimen_graph::EngineError;
use regimen_graph::ops::Scan;

use super::{Array, Spot};
use crate::buffer::Buffer;
use crate::launch::{ARENA, Bases, CONSTANTS, Context, INPUTS, Launch, Place, Work};
use crate::plan::Plan;

struct Loop {
    launches: Vec<Launch>,
    constants: Buffer,
    bases: Bases,
    scratch: Place,
    /// Where the body leaves its results.
    results: Vec<Place>,
    inputs: Vec<Array>,
    /// Last carries, then stacked results, then stacked carries; those that are needed.
    outputs: Vec<Option<Array>>,
    carries: usize,
    sequences: usize,
    length: usize,
    reverse: bool,
}

pub(super) fn scan(spot: &Spot<'_>, op: &Scan, body: Plan) -> Result<Box<dyn Work>, EngineError> {
    let no_memory = EngineError::OutOfMemory {
        needed: body.constants.len() as u64,
        available: 0,
    };
    let mut constants = Buffer::zeroed(body.constants.len()).ok_or(no_memory)?;
    constants.bytes_mut().copy_from_slice(&body.constants);
    let inputs: Vec<Array> = (0..spot.node().inputs.len())
        .map(|i| spot.input(i))
        .collect();
    Ok(Box::new(Loop {
        launches: body.launches,
        constants,
        bases: Bases(vec![
            std::ptr::null_mut();
            INPUTS as usize + 2 * inputs.len()
        ]),
        scratch: spot
            .memory
            .scratch(spot.index)
            .unwrap_or(Place { base: ARENA, at: 0 }),
        results: body.outputs.into_iter().map(|(place, _)| place).collect(),
        inputs,
        outputs: (0..spot.node().types.len())
            .map(|out| spot.wanted(out))
            .collect(),
        carries: op.carries,
        sequences: op.sequences,
        length: op.length,
        reverse: op.reverse,
    }))
}

impl Work for Loop {
    fn run(&mut self, cx: &Context<'_>) {
        self.begin(cx);
        for step in 0..self.length {
            let t = if self.reverse {
                self.length - 1 - step
            } else {
                step
            };
            self.enter(cx, t);
            let inner = Context {
                level: cx.level,
                team: cx.team,
                bases: &self.bases.0,
            };
            self.launches
                .iter_mut()
                .for_each(|launch| launch.work.run(&inner));
            self.leave(cx, t);
        }
    }
}

impl Loop {
    /// Last carries hold the current ones throughout.
    fn begin(&mut self, cx: &Context<'_>) {
        self.bases.0[ARENA as usize] = cx.at(self.scratch);
        self.bases.0[CONSTANTS as usize] = self.constants.as_ptr();
        for (i, input) in self.inputs.iter().enumerate() {
            self.bases.0[INPUTS as usize + i] = cx.at(input.place);
        }
        for i in 0..self.carries {
            if let Some(last) = &self.outputs[i] {
                copy(cx.at(self.inputs[i].place), cx.at(last.place), last.bytes());
                self.bases.0[INPUTS as usize + i] = cx.at(last.place);
            }
        }
    }

    /// Points at entry `t` of the sequences, and keeps the carries that the gradient reads.
    fn enter(&mut self, cx: &Context<'_>, t: usize) {
        for i in self.carries..self.carries + self.sequences {
            let entry = self.inputs[i].bytes() / self.length;
            self.bases.0[INPUTS as usize + i] = cx.at(self.inputs[i].place).wrapping_add(t * entry);
        }
        for i in 0..self.carries {
            if let Some(starts) = &self.outputs[self.results.len() + i] {
                let entry = starts.bytes() / self.length;
                let to = cx.at(starts.place).wrapping_add(t * entry);
                copy(self.bases.0[INPUTS as usize + i], to, entry);
            }
        }
    }

    /// Takes over what the body has left.
    fn leave(&self, cx: &Context<'_>, t: usize) {
        for (i, place) in self.results.iter().enumerate() {
            let Some(out) = &self.outputs[i] else {
                continue;
            };
            let from = self.bases.0[place.base as usize].wrapping_add(place.at);
            if i < self.carries {
                copy(from, cx.at(out.place), out.bytes());
            } else {
                let entry = out.bytes() / self.length;
                copy(from, cx.at(out.place).wrapping_add(t * entry), entry);
            }
        }
    }
}

fn copy(from: *const u8, to: *mut u8, bytes: usize) {
    // SAFETY: by the contract of `Work`, both places hold so many bytes, and outputs overlap neither inputs nor the
    // working memory.
    unsafe { std::ptr::copy_nonoverlapping(from, to, bytes) }
}
