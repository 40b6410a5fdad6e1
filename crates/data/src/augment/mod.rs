//! Augmentation: random changes of training rows as they are fed, step by step.
//!
//! A draw is a function of (seed, step, pass, row, input) and of its number within the change, so
//! that the same seed gives the same bits whatever the batches and threads.

mod affine;
mod check;
#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod tests;
mod words;

use regimen_run::spec::{Change, FlipMode};

use self::affine::{Map, Size};
use self::words::Words;
use crate::random::{Draws, Stream};
use crate::stored::{Augment, RowMut};

pub(crate) use self::check::augmentation;

/// The steps of a run, each with what it must know of its input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Augmentation {
    seed: u64,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
struct Step {
    /// Index of the input in the order of the data.
    input: usize,
    change: Change,
    rows: Rows,
}

/// What the rows of an input are.
#[derive(Debug, Clone, PartialEq)]
enum Rows {
    Images(Size),
    Texts(Words),
}

impl Augment for Augmentation {
    fn apply(&self, pass: u64, row: usize, input: usize, values: RowMut<'_>) {
        let mine = |(_, step): &(usize, &Step)| step.input == input;
        let mut values = values;
        for (i, step) in self.steps.iter().enumerate().filter(mine) {
            let place = [i as u64, pass, row as u64, input as u64];
            let mut draws = Draws::new(self.seed, Stream::Augment(place));
            match (&step.rows, &mut values) {
                (Rows::Images(size), RowMut::F32(pixels)) => {
                    change_image(&step.change, *size, pixels, &mut draws);
                }
                (Rows::Images(size), RowMut::I32(pixels)) => {
                    let mut real: Vec<f32> = pixels.iter().map(|&x| x as f32).collect();
                    change_image(&step.change, *size, &mut real, &mut draws);
                    for (pixel, x) in pixels.iter_mut().zip(real) {
                        *pixel = x.round() as i32;
                    }
                }
                (Rows::Texts(words), RowMut::I32(ids)) => {
                    change_text(&step.change, words, ids, &mut draws);
                }
                // Word ids are int32 always.
                (Rows::Texts(_), RowMut::F32(_)) => {}
            }
        }
    }
}

fn change_image(change: &Change, size: Size, pixels: &mut [f32], draws: &mut Draws) {
    let (map, fill) = match change {
        Change::Flip { mode } => {
            // Keras flips where its draw is 0.5 at most.
            if draws.unit() < 0.5 {
                flip(*mode, size, pixels);
            }
            return;
        }
        Change::Contrast {
            factor: [less, more],
            value_range,
        } => {
            let factor = draws.between([1.0 - less, 1.0 + more]);
            contrast(size, pixels, factor as f32, value_range.as_ref());
            return;
        }
        Change::Shift {
            height_factor,
            width_factor,
            fill,
        } => {
            let down = draws.between(*height_factor);
            let right = draws.between(*width_factor);
            (Map::shift(size, down, right), fill)
        }
        Change::Rotate { factor, fill } => {
            let turns = draws.between(*factor);
            (Map::rotation(size, turns), fill)
        }
        Change::Zoom {
            height_factor,
            width_factor,
            fill,
        } => {
            let high = 1.0 + draws.between(*height_factor);
            let wide = match width_factor {
                Some(width) => 1.0 + draws.between(*width),
                None => high,
            };
            (Map::zoom(size, high, wide), fill)
        }
        // Only images come here.
        Change::TokenDropout { .. } | Change::Swap { .. } => return,
    };
    let from = pixels.to_vec();
    map.resample(size, fill, &from, pixels);
}

fn change_text(change: &Change, words: &Words, ids: &mut [i32], draws: &mut Draws) {
    match change {
        Change::TokenDropout { rate, mode } => words.drop(ids, *rate, *mode, draws),
        Change::Swap {
            rate: Some(rate), ..
        } => words.swap_by_rate(ids, *rate, draws),
        Change::Swap {
            count: Some(count), ..
        } => words.swap_by_count(ids, *count, draws),
        _ => {}
    }
}

fn flip(mode: FlipMode, size: Size, pixels: &mut [f32]) {
    let line = size.width * size.channels;
    if mode != FlipMode::Vertical {
        for line in pixels.chunks_exact_mut(line.max(1)) {
            for left in 0..size.width / 2 {
                let right = size.width - 1 - left;
                for channel in 0..size.channels {
                    line.swap(
                        left * size.channels + channel,
                        right * size.channels + channel,
                    );
                }
            }
        }
    }
    if mode != FlipMode::Horizontal {
        for top in 0..size.height / 2 {
            let bottom = (size.height - 1 - top) * line;
            let (above, below) = pixels.split_at_mut(bottom);
            above[top * line..][..line].swap_with_slice(&mut below[..line]);
        }
    }
}

/// (x - mean) * factor + mean, with the mean of each channel.
fn contrast(size: Size, pixels: &mut [f32], factor: f32, range: Option<&[f64; 2]>) {
    let count = (size.height * size.width).max(1) as f64;
    for channel in 0..size.channels {
        let of_channel = pixels.iter().skip(channel).step_by(size.channels);
        let mean = (of_channel.map(|&x| f64::from(x)).sum::<f64>() / count) as f32;
        for x in pixels.iter_mut().skip(channel).step_by(size.channels) {
            *x = (*x - mean) * factor + mean;
            if let Some([low, high]) = range {
                *x = x.clamp(*low as f32, *high as f32);
            }
        }
    }
}
