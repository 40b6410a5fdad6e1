//! Random numbers.

use regimen_graph::EngineError;
use regimen_graph::ops::{Distribution, Random};

use super::{Spot, call_rows};
use crate::kernels::random;
use crate::launch::Work;

pub(super) fn random(spot: &Spot<'_>, op: &Random) -> Result<Box<dyn Work>, EngineError> {
    let (seed, step, out) = (spot.input(0), spot.input(1), spot.output(0)?);
    spot.floats(&[&out])?;
    let distribution = match op.distribution {
        Distribution::Uniform => random::Distribution::Uniform,
        Distribution::Normal => random::Distribution::Normal,
        Distribution::Bernoulli { p } => random::Distribution::Bernoulli(p),
    };
    let words = [op.stream as u32, (op.stream >> 32) as u32];
    Ok(call_rows(move |cx, rows| {
        let (seed, step) = (
            seed.read::<i64>(cx)[0] as u64,
            step.read::<i64>(cx)[0] as u64,
        );
        let key = [seed as u32, (seed >> 32) as u32];
        let stream = random::Stream {
            key,
            upper: [step as u32, words[0], words[1]],
        };
        let part = rows.part(out.len());
        let (first, out) = (part.start, out.write_part(cx, part));
        random::fill(cx.cpu(), stream, distribution, first, out);
    }))
}
