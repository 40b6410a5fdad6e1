//! Every kernel beside the plain way to the same numbers, one thread: where the figures in the kernels' headers come from.
//!
//! `loops` has kernels against loops over slices, compiled for any processor as a careful author would write them; `ops` has ops
//! against the ops that they stand for, in the same engine. Both ways take turns, and the fastest of their rounds counts, so
//! that a busy minute of the machine meets both.
//!
//! `cargo bench -p regimen-cpu --bench kernels [-- WORD]`: the lines that contain the word.

#![allow(clippy::print_stdout)]

mod loops;
mod ops;

use std::time::Instant;

/// Rounds of each way.
const ROUNDS: usize = 15;
/// Seconds that a round lasts at least.
const ROUND: f64 = 0.02;

/// One line of the table.
struct Line<'a> {
    /// What is computed, and on what.
    what: &'static str,
    /// Whether its gradients are computed as well.
    back: bool,
    /// The plain way in a few words.
    plain: &'static str,
    run_plain: Box<dyn FnMut() + 'a>,
    run: Box<dyn FnMut() + 'a>,
}

impl Line<'_> {
    /// Microseconds of either way, the plain one first.
    fn time(&mut self) -> [f64; 2] {
        let mut best = [f64::INFINITY; 2];
        for _ in 0..ROUNDS {
            let ways = [&mut self.run_plain, &mut self.run];
            for (best, run) in best.iter_mut().zip(ways) {
                let (start, mut times) = (Instant::now(), 0.0);
                while times == 0.0 || start.elapsed().as_secs_f64() < ROUND {
                    run();
                    times += 1.0;
                }
                *best = best.min(start.elapsed().as_secs_f64() * 1e6 / times);
            }
        }
        best
    }
}

fn show(mut line: Line<'_>, word: &str) {
    if !line.what.contains(word) {
        return;
    }
    let [plain, ours] = line.time();
    let what = match line.back {
        true => format!("{}, with gradients", line.what),
        false => line.what.to_string(),
    };
    println!(
        "{what:<54} {ours:>9.1} us  {:<10} {plain:>9.1} us  x {:.2}",
        line.plain,
        plain / ours
    );
}

/// Numbers in [-1, 1) that look random.
fn noise(len: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12345);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / 2_147_483_648.0 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

fn main() {
    // Cargo adds `--bench` to what it is given.
    let word = std::env::args().skip(1).find(|a| !a.starts_with("--"));
    let word = word.unwrap_or_default();
    loops::lines(&mut |line| show(line, &word));
    ops::lines(&mut |line| show(line, &word));
}
