//! From a group of nodes to steps over registers.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::{DType, Edge, Graph, Node, Op, elements};

use super::adam::{self, Adam};
use super::momentum::{self, Momentum};
use super::pattern::{self, Arrays};
use super::{
    Arg, FILE, Instr, Load, MOST_AXES, MOST_SCALARS, Output, Pointwise, Scalar, Step, registers,
    weight,
};
use crate::launch::Place;
use crate::plan::{Class, Layout, View, class};

/// Longest block: the interpreter's cost per block does not show.
const LONGEST: usize = 1024;
/// Bytes of the registers and arrays of a block, so that what one step writes is still in L1 when the next one reads it.
const NEAR: usize = 20 * 1024;
/// Block below which that is not worth the interpreter's cost.
const SHORTEST: usize = 256;
/// Weighted steps of a task: some ten microseconds.
const TASK: usize = 1 << 17;

/// What a group is compiled from.
pub(crate) struct Source<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) layout: &'a Layout,
    /// The group's nodes, in order.
    pub(crate) members: &'a [usize],
    /// Members that others read, and where they are written.
    pub(crate) stored: &'a [(usize, Place)],
    /// Where a value outside the group lies.
    pub(crate) place: &'a dyn Fn(Edge) -> Place,
}

/// The compiled group; `None` where the engine does not compute in its types or it is too large.
pub(crate) fn compile(source: &Source<'_>) -> Option<Pointwise> {
    let class = class(source.graph, source.members[0])?;
    let total = source.graph.nodes[source.members[0]].types[0].elements();
    let dims = index_space(source, total);
    if dims.len() > MOST_AXES {
        return None;
    }
    let mut build = Build {
        source,
        class,
        dims,
        ..Build::empty(source, class)
    };
    for &node in source.members {
        build.node(node)?;
    }
    build.finish(total)
}

/// The coarsest axes that all of the group's loads can be read along.
fn index_space(source: &Source<'_>, total: usize) -> Vec<usize> {
    let outside = |v: &&View| !source.members.contains(&v.base.node);
    let views = source
        .members
        .iter()
        .flat_map(|&i| &source.layout.operands[i])
        .filter(outside);
    let mut bounds: BTreeSet<usize> = views.flat_map(View::boundaries).collect();
    bounds.insert(total);
    let mut dims = vec![];
    let mut last = 1;
    for bound in bounds {
        if bound > last {
            dims.insert(0, bound / last);
            last = bound;
        }
    }
    dims
}

pub(super) struct Build<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) class: Class,
    pub(super) dims: Vec<usize>,
    pub(super) loads: Vec<Load>,
    pub(super) scalars: Vec<Scalar>,
    pub(super) once: Vec<Instr>,
    pub(super) code: Vec<Instr>,
    /// The registers that hold fetched loads.
    pub(super) fetched: BTreeMap<u8, u8>,
    pub(super) values: BTreeMap<usize, Arg>,
    pub(super) next: u8,
}

impl<'a> Build<'a> {
    fn empty(source: &'a Source<'a>, class: Class) -> Build<'a> {
        Build {
            source,
            class,
            dims: vec![],
            loads: vec![],
            scalars: vec![],
            once: vec![],
            code: vec![],
            fetched: BTreeMap::new(),
            values: BTreeMap::new(),
            next: 0,
        }
    }

    fn register(&mut self) -> Option<u8> {
        self.next = self.next.checked_add(1)?;
        Some(self.next - 1)
    }

    pub(super) fn emit(&mut self, step: Step, args: [Arg; 3], dtype: DType) -> Option<Arg> {
        let dst = Arg::Register(self.register()?);
        self.code.push(Instr {
            step,
            dst,
            args,
            dtype,
        });
        Some(dst)
    }

    fn node(&mut self, index: usize) -> Option<()> {
        let source = self.source;
        let node: &Node = &source.graph.nodes[index];
        let mut args = [Arg::None; 3];
        for (arg, view) in args.iter_mut().zip(&source.layout.operands[index]) {
            *arg = self.operand(view)?;
        }
        let dtype = node.types[0].dtype;
        let step = match &node.op {
            Op::Unary(op) => Step::Unary(op.kind),
            Op::Binary(op) => Step::Binary(op.kind),
            Op::Compare(op) => Step::Compare(op.kind),
            Op::Select(_) => Step::Select,
            Op::Cast(op) => {
                let from = source.graph.ty(node.inputs[0]).dtype;
                if holds(from, op.dtype, self.class) {
                    self.values.insert(index, args[0]);
                    return Some(());
                }
                Step::Cast(op.dtype)
            }
            _ => return None,
        };
        let mut value = self.emit(step, args, dtype)?;
        let rounded = matches!(step, Step::Cast(_) | Step::Select | Step::Compare(_));
        if dtype == DType::BF16 && !rounded {
            value = self.emit(
                Step::Cast(DType::BF16),
                [value, Arg::None, Arg::None],
                dtype,
            )?;
        }
        // Moments of a gradient that stays zero would decay into subnormal numbers, which are many times slower.
        if dtype == DType::F32 && source.layout.next_state.contains(&index) {
            value = self.emit(Step::Flush, [value, Arg::None, Arg::None], dtype)?;
        }
        self.values.insert(index, value);
        Some(())
    }

    fn operand(&mut self, view: &View) -> Option<Arg> {
        let graph = self.source.graph;
        if let Some(&value) = self.values.get(&view.base.node) {
            return Some(value);
        }
        let ty = graph.ty(view.base);
        let node = &graph.nodes[view.base.node];
        if let (Op::Constant(c), 1) = (&node.op, ty.elements()) {
            let whole = match &c.value.data {
                regimen_graph::Data::I64(v) => v[0],
                _ => c.value.to_f64()[0] as i64,
            };
            return self.scalar(Scalar::Known(c.value.to_f64()[0] as f32, whole));
        }
        let start = (self.source.place)(view.base);
        let place = Place {
            at: start.at + view.offset * ty.dtype.size(),
            ..start
        };
        let strides = view.strides_over(&self.dims)?;
        if strides.iter().all(|&s| s == 0) {
            return self.scalar(Scalar::Read(place, ty.dtype));
        }
        let dense = view.is_contiguous() && elements(&view.shape) == elements(&self.dims);
        let load = self.load(Load {
            place,
            dtype: ty.dtype,
            strides,
            dense,
        })?;
        if dense && ty.dtype == DType::F32 && self.class == Class::Float {
            return Some(Arg::Load(load));
        }
        self.fetch(load)
    }

    fn scalar(&mut self, scalar: Scalar) -> Option<Arg> {
        if self.scalars.len() >= MOST_SCALARS {
            return None;
        }
        self.scalars.push(scalar);
        Some(Arg::Scalar((self.scalars.len() - 1) as u8))
    }

    fn load(&mut self, load: Load) -> Option<u8> {
        let same =
            |l: &Load| l.place == load.place && l.dtype == load.dtype && l.strides == load.strides;
        if let Some(at) = self.loads.iter().position(same) {
            return Some(at as u8);
        }
        self.loads.push(load);
        u8::try_from(self.loads.len() - 1).ok()
    }

    fn fetch(&mut self, load: u8) -> Option<Arg> {
        if let Some(&register) = self.fetched.get(&load) {
            return Some(Arg::Register(register));
        }
        let dtype = self.loads[usize::from(load)].dtype;
        let value = self.emit(Step::Fetch(load), [Arg::None; 3], dtype)?;
        if let Arg::Register(register) = value {
            self.fetched.insert(load, register);
        }
        Some(value)
    }

    /// Elements after which a load repeats itself, where it does.
    fn period(&self, load: &Load) -> Option<usize> {
        let first = load.strides.iter().position(|&s| s != 0)?;
        (first > 0).then(|| self.dims[first..].iter().product())
    }

    fn finish(mut self, total: usize) -> Option<Pointwise> {
        let outputs = self.stores()?;
        let (adams, momenta) = self.join(&outputs, total);
        let word = if self.class == Class::Float { 4 } else { 8 };
        let mut block = self.near(&outputs, word);
        self.pin(block);
        let mut count = registers::assign(&mut self.once.clone(), &mut self.code.clone());
        block = block.min(longest(count, word));
        let period = self.once.iter().filter_map(|i| match i.step {
            Step::Fetch(l) => self.period(&self.loads[usize::from(l)]),
            _ => None,
        });
        let period = period.max().unwrap_or(1);
        if period > block {
            self.unpin();
        } else if period > 1 {
            block = block / period * period;
        }
        count = registers::assign(&mut self.once, &mut self.code);
        debug_assert!(count * block * word <= FILE);
        let weight: usize = self.code.iter().map(weight::weight).sum::<usize>().max(1);
        let grain = (TASK / weight).max(block).div_ceil(block) * block;
        let (class, dims, loads, scalars) = (self.class, self.dims, self.loads, self.scalars);
        Some(Pointwise {
            class,
            dims,
            total,
            loads,
            scalars,
            outputs,
            once: self.once,
            code: self.code,
            adams,
            momenta,
            registers: count,
            block,
            grain,
        })
    }

    /// Whole steps of optimizers in the place of their parts.
    fn join(&mut self, outputs: &[Output], total: usize) -> (Vec<Adam>, Vec<Momentum>) {
        if self.class == Class::Int {
            return (vec![], vec![]);
        }
        let arrays = Arrays {
            loads: &self.loads,
            outputs,
            scalars: &self.scalars,
            total,
        };
        let adams = pattern::join(&mut self.code, &arrays, adam::find, Step::Adam);
        let momenta = pattern::join(&mut self.code, &arrays, momentum::find, Step::Momentum);
        (adams, momenta)
    }

    /// The block of which all registers and arrays stay near. One step alone comes back to nothing.
    fn near(&self, outputs: &[Output], word: usize) -> usize {
        let dense = self.loads.iter().filter(|l| l.dense).map(|l| l.place);
        let arrays: BTreeSet<Place> = dense.chain(outputs.iter().map(|o| o.place)).collect();
        let count = registers::assign(&mut [], &mut self.code.clone());
        match self.code.len() {
            1 => LONGEST,
            _ => (NEAR / word / (count + arrays.len()) / 16 * 16).clamp(SHORTEST, LONGEST),
        }
    }

    /// Moves fetches of short repeating rows to the start of the task.
    fn pin(&mut self, block: usize) {
        let code = std::mem::take(&mut self.code);
        for instr in code {
            let period = match instr.step {
                Step::Fetch(l) => self.period(&self.loads[usize::from(l)]),
                _ => None,
            };
            if period.is_some_and(|p| p * 2 <= block) {
                self.once.push(instr)
            } else {
                self.code.push(instr)
            }
        }
    }

    fn unpin(&mut self) {
        let mut code = std::mem::take(&mut self.once);
        code.append(&mut self.code);
        self.code = code;
    }
}

/// Whether a register of the class that holds `from` also holds its cast to `to`.
fn holds(from: DType, to: DType, class: Class) -> bool {
    match class {
        Class::Float => matches!(to, DType::F32 | DType::F64) || from == to || from == DType::Bool,
        Class::Int => {
            to == DType::I64
                || from == to
                || from == DType::Bool
                || to == DType::I32 && from == DType::U8
        }
    }
}

/// The longest block for so many registers, in whole vectors.
fn longest(registers: usize, word: usize) -> usize {
    (FILE / word / registers / 16 * 16).clamp(16, LONGEST)
}
