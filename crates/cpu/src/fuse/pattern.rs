//! Steps of a group that stand for many: an optimizer's whole step on a weight, found among the single ones.
//!
//! What is found is computed where its last part stood. So nothing in between may need what it makes, or write over what it reads.

use super::{Arg, Instr, Load, Output, Scalar, Step};

/// What a group reads and writes.
pub(super) struct Arrays<'a> {
    pub(super) loads: &'a [Load],
    pub(super) outputs: &'a [Output],
    pub(super) scalars: &'a [Scalar],
    /// Elements of the index space.
    pub(super) total: usize,
}

/// A step that is looked for behind its last part.
pub(super) struct Search<'a> {
    code: &'a [Instr],
    loads: &'a [Load],
    outputs: &'a [Output],
    scalars: &'a [Scalar],
    /// Bytes of each dense array.
    bytes: usize,
    last: usize,
    parts: Vec<usize>,
}

/// A step with the parts that it stands for.
pub(super) struct Match<T> {
    pub(super) made: T,
    dst: Arg,
    args: [Arg; 3],
    parts: Vec<usize>,
}

/// Puts a step of its own in the place of each that is found in the code.
pub(super) fn join<T>(
    code: &mut Vec<Instr>,
    group: &Arrays<'_>,
    find: impl Fn(Search<'_>) -> Option<Match<T>>,
    step: impl Fn(u8) -> Step,
) -> Vec<T> {
    let mut all = vec![];
    let at = |code: &[Instr], last| {
        find(Search {
            code,
            loads: group.loads,
            outputs: group.outputs,
            scalars: group.scalars,
            bytes: group.total * size_of::<f32>(),
            last,
            parts: vec![last],
        })
    };
    while let Some(found) = (0..code.len()).find_map(|last| at(code, last)) {
        let last = found.parts[found.parts.len() - 1];
        code[last] = Instr {
            step: step(all.len() as u8),
            dst: found.dst,
            args: found.args,
            dtype: code[last].dtype,
        };
        let mut index = 0;
        code.retain(|_| {
            index += 1;
            index - 1 == last || !found.parts.contains(&(index - 1))
        });
        all.push(found.made);
    }
    all
}

impl Search<'_> {
    /// The last part.
    pub(super) fn end(&self) -> Instr {
        self.code[self.last]
    }

    /// The arguments of the instruction that makes a value, if it is this step: a part.
    pub(super) fn take(&mut self, value: Arg, step: Step) -> Option<[Arg; 3]> {
        let made = |i: &Instr| i.dst == value;
        let at = self.code[..self.last].iter().rposition(made)?;
        if self.code[at].step != step {
            return None;
        }
        self.parts.push(at);
        Some(self.code[at].args)
    }

    /// Whether two scalars are the same number, known or read.
    pub(super) fn same_scalar(&self, a: u8, b: u8) -> bool {
        self.scalars[usize::from(a)] == self.scalars[usize::from(b)]
    }

    /// The step, if its parts can go: it `read`s these (the first two are its arguments), and writes `written` beside `dst`.
    pub(super) fn found<T>(
        mut self,
        made: T,
        dst: Arg,
        read: &[Arg],
        written: &[Arg],
    ) -> Option<Match<T>> {
        self.parts.sort_unstable();
        self.parts.dedup();
        let mut args = [Arg::None; 3];
        for (arg, from) in args.iter_mut().zip(read.iter().take(2)) {
            *arg = *from;
        }
        (self.is_alone(read, written) && self.reads_in_time(read)).then_some(Match {
            made,
            dst,
            args,
            parts: self.parts,
        })
    }

    /// Whether neither the step nor anything else reads the values between, in the group or outside, and nothing before the
    /// end those that are written.
    fn is_alone(&self, read: &[Arg], written: &[Arg]) -> bool {
        let between = self.parts[..self.parts.len() - 1].iter();
        let between: Vec<Arg> = between.map(|&p| self.code[p].dst).collect();
        // What a part makes is gone, or not made yet, when the step reads.
        if read.iter().any(|value| between.contains(value)) {
            return false;
        }
        let is_output = |value: &&Arg| matches!(value, Arg::Output(_));
        if (between.iter().filter(is_output)).any(|value| !written.contains(value)) {
            return false;
        }
        let others = self.code.iter().enumerate();
        let mut others = others.filter(|(at, _)| !self.parts.contains(at));
        others.all(|(at, instr)| {
            let gone = |value: &Arg| at < self.last || !written.contains(value);
            let reads = |value: &Arg| instr.args.contains(value);
            !between.iter().any(|value| gone(value) && reads(value))
        })
    }

    /// Whether nothing that stands between the parts writes where these lie.
    fn reads_in_time(&self, read: &[Arg]) -> bool {
        let places = read.iter().filter_map(|arg| match arg {
            Arg::Load(i) => Some(self.loads[usize::from(*i)].place),
            Arg::Output(i) => Some(self.outputs[usize::from(*i)].place),
            _ => None,
        });
        let places: Vec<_> = places.collect();
        let between = self.parts[0]..self.last;
        let mut others = between.filter(|at| !self.parts.contains(at));
        others.all(|at| match (self.code[at].step, self.code[at].dst) {
            // They write more than their `dst`.
            (Step::Adam(_) | Step::Momentum(_), _) => false,
            (_, Arg::Output(i)) => {
                let to = self.outputs[usize::from(i)].place;
                let mut over = places.iter().filter(|from| from.base == to.base);
                over.all(|from| from.at.abs_diff(to.at) >= self.bytes)
            }
            _ => true,
        })
    }
}
