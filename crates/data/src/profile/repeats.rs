//! Rows whose inputs are those of another row, bit for bit, found by a hash of 128 bits.
//!
//! Two lanes of multiply and fold: h <- high(p) xor low(p) of the 128-bit product p = (h xor w) k, for each
//! 64-bit word w of the row, with another odd k in each lane (the step of wyhash, Wang Yi,
//! <https://github.com/wangyi-fudan/wyhash>). Among 10^9 rows two different ones meet with a chance near 10^-20.

use regimen_run::profile::Duplicates;

use crate::Array;
use crate::array::Values;
use crate::dataset::Part;
use crate::error::DataErrors;
use crate::profile::pass;

const KEYS: [u64; 2] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db];

struct Hash([u64; 2]);

impl Hash {
    fn new() -> Hash {
        Hash([0x8ebc_6af0_9c88_c6e3, 0x5899_65cc_7537_4cc3])
    }

    fn word(&mut self, word: u64) {
        for (lane, key) in self.0.iter_mut().zip(KEYS) {
            let product = u128::from(*lane ^ word) * u128::from(key);
            *lane = (product as u64) ^ ((product >> 64) as u64) ^ word.rotate_left(32);
        }
    }

    fn bits(&mut self, bits: &[impl Copy + Bits]) {
        let mut pairs = bits.chunks_exact(2);
        for pair in &mut pairs {
            self.word(pair[0].bits() | pair[1].bits() << 32);
        }
        if let [last] = pairs.remainder() {
            self.word(last.bits() | 1 << 63);
        }
    }

    fn row(&mut self, array: &Array, row: usize) {
        let width = array.row_len();
        let of = row * width..(row + 1) * width;
        match &array.data {
            Values::F32(data) => self.bits(&data[of]),
            Values::I32(data) => self.bits(&data[of]),
        }
    }
}

trait Bits {
    fn bits(self) -> u64;
}

impl Bits for f32 {
    fn bits(self) -> u64 {
        u64::from(self.to_bits())
    }
}

impl Bits for i32 {
    fn bits(self) -> u64 {
        u64::from(self as u32)
    }
}

/// The training rows: hash of the inputs in two words, then one of the label. Sorted once all are there.
#[derive(Default)]
pub(super) struct Repeats(Vec<[u64; 3]>);

fn key(part: &Part, row: usize, inputs: &[Array], at: usize) -> [u64; 3] {
    let mut hash = Hash::new();
    inputs.iter().for_each(|input| hash.row(input, at));
    let mut label = Hash::new();
    part.targets().for_each(|y| label.row(y, row));
    [hash.0[0], hash.0[1], label.0[0]]
}

fn same(a: &[u64; 3], b: &[u64; 3]) -> bool {
    a[..2] == b[..2]
}

impl Repeats {
    /// Takes up a training row; see [`pass::rows`].
    pub fn learn(&mut self, part: &Part, row: usize, inputs: pass::Row<'_>) {
        self.0.push(key(part, row, inputs.block, inputs.at));
    }

    /// All training rows are there.
    pub fn close(&mut self) {
        self.0.sort_unstable();
    }

    /// Repetitions within the training rows.
    pub fn within(&self) -> Duplicates {
        let mut found = Duplicates::default();
        for rows in self.0.chunk_by(same) {
            found.train += rows.len() - 1;
            if rows.iter().any(|row| row[2] != rows[0][2]) {
                found.train_other_label += rows.len();
            }
        }
        found
    }

    /// Rows of another part that are training rows, and those of them with a label that no such training row has.
    pub fn across(&self, part: &Part) -> Result<(usize, usize), DataErrors> {
        let (mut found, mut other) = (0, 0);
        pass::rows(part, |row, inputs| {
            let key = key(part, row, inputs.block, inputs.at);
            let first = self.0.partition_point(|known| known[..2] < key[..2]);
            if self.0.get(first).is_some_and(|known| same(known, &key)) {
                found += 1;
                other += usize::from(self.0.binary_search(&key).is_err());
            }
        })?;
        Ok((found, other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(row: &[f32]) -> [u64; 2] {
        let mut hash = Hash::new();
        hash.bits(row);
        hash.0
    }

    #[test]
    fn rows_that_differ_have_other_hashes() {
        let mut seen = std::collections::BTreeSet::new();
        for bits in 0..1u32 << 14 {
            let row: Vec<f32> = (0..14).map(|i| (bits >> i & 1) as f32).collect();
            assert!(seen.insert(hash(&row)));
        }
        assert!(seen.insert(hash(&[])) && seen.insert(hash(&[0.0])));
        assert!(seen.insert(hash(&[0.0, 0.0])) && seen.insert(hash(&[0.0, 0.0, 0.0])));
        let lanes: std::collections::BTreeSet<u64> = seen.iter().flatten().copied().collect();
        assert_eq!(lanes.len(), 2 * seen.len());
    }
}
