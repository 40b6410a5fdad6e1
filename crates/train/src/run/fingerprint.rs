//! A checksum of the rows of a run: a resumed run must find those that it began with.
//!
//! Each row of each array has its sum, and those of an array are summed in the order of the part. Rows on disk are read from
//! front to back for it and give what they give in memory.

use regimen_data::{Array, DataErrors, Values};
use regimen_graph::{Data, Tensor};

use crate::run::inputs::Samples;
use crate::{Arrays, TrainError};

impl Samples {
    /// A checksum of every number of every part: other rows or values give another one.
    pub(super) fn fingerprint(&self) -> Result<u64, TrainError> {
        let mut sum = Fnv::new();
        for part in [&self.train, &self.validation, &self.test] {
            inputs(part, &mut sum)?;
            part.y.iter().for_each(|y| of_tensor(y, &mut sum));
            let weights = part.sample_weight.iter().flatten();
            weights.for_each(|w| sum.take(u64::from(w.to_bits())));
        }
        // JSON readers of other languages keep 53 bits of a number.
        Ok(sum.0 >> 11)
    }
}

fn inputs(part: &Arrays, sum: &mut Fnv) -> Result<(), TrainError> {
    let Some(stored) = &part.stored else {
        part.x.iter().for_each(|x| of_tensor(x, sum));
        return Ok(());
    };
    let mut sums = vec![vec![0; stored.rows()]; stored.inputs().len()];
    stored
        .in_source_order(|places, x| {
            for (x, sums) in x.iter().zip(&mut sums) {
                let rows = rows_of_array(x);
                places.iter().zip(rows).for_each(|(&p, row)| sums[p] = row);
            }
        })
        .map_err(DataErrors::from)?;
    for (row, sums) in stored.inputs().iter().zip(sums) {
        shape(stored.rows(), &row.shape, sum);
        sums.into_iter().for_each(|row| sum.take(row));
    }
    Ok(())
}

fn shape(rows: usize, row: &[usize], sum: &mut Fnv) {
    sum.take(rows as u64);
    row.iter().for_each(|&n| sum.take(n as u64));
}

fn of_tensor(t: &Tensor, sum: &mut Fnv) {
    let (rows, row) = t.shape.split_first().unwrap_or((&1, &[]));
    shape(*rows, row, sum);
    let length = row.iter().product::<usize>().max(1);
    match &t.data {
        Data::F32(v) => v.chunks(length).for_each(|r| sum.take(row_of(r, float))),
        Data::I32(v) => v.chunks(length).for_each(|r| sum.take(row_of(r, integer))),
        _ => t
            .to_f64()
            .chunks(length)
            .for_each(|r| sum.take(row_of(r, |x| x.to_bits()))),
    }
}

fn rows_of_array(x: &Array) -> Vec<u64> {
    let length = x.row_len().max(1);
    match &x.data {
        Values::F32(v) => v.chunks(length).map(|r| row_of(r, float)).collect(),
        Values::I32(v) => v.chunks(length).map(|r| row_of(r, integer)).collect(),
    }
}

fn float(x: f32) -> u64 {
    u64::from(x.to_bits())
}

fn integer(x: i32) -> u64 {
    x as u64
}

fn row_of<T: Copy>(row: &[T], word: impl Fn(T) -> u64) -> u64 {
    let mut sum = Fnv::new();
    row.iter().for_each(|&x| sum.take(word(x)));
    sum.0
}

/// FNV-1a over words.
struct Fnv(u64);

impl Fnv {
    fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn take(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        // Words differ in their low bits mostly: spread them.
        self.0 ^= self.0 >> 29;
    }
}
