//! Randomness for rows: counter-based, so that every draw is a function of its key and its place.
//!
//!   word(key, i) = mix(key + (i + 1) * 0x9E3779B97F4A7C15)        mix: SplitMix64's finalizer
//!   permutation: Fisher-Yates from the end, j = floor(word(key, i) * (i + 1) / 2^64)
//!
//! Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. The
//! multiply-and-shift draw favours no index by more than (i + 1) / 2^64.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// What a stream of draws is for. Streams of one seed are independent of each other.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    /// Which rows of a class survive down-sampling, by class index.
    Balance(u64),
    /// Order of rows before the split.
    Split,
    /// Order of rows in an epoch, by epoch (0-based).
    Epoch(u64),
    /// Order of groups before the split.
    Groups,
    /// Order of training rows after up-sampling.
    Repeats,
    /// One change of one row: step, pass, row, input.
    Augment([u64; 4]),
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn word(key: u64, i: u64) -> u64 {
    mix(key.wrapping_add(GOLDEN.wrapping_mul(i.wrapping_add(1))))
}

fn key(seed: u64, stream: Stream) -> u64 {
    let (tag, n) = match stream {
        Stream::Augment(place) => {
            let start = word(word(seed, 0), 6);
            return place.into_iter().fold(start, word);
        }
        Stream::Balance(class) => (1, class),
        Stream::Split => (2, 0),
        Stream::Epoch(epoch) => (3, epoch),
        Stream::Groups => (4, 0),
        Stream::Repeats => (5, 0),
    };
    word(word(word(seed, 0), tag), n)
}

/// The draws of a stream, one after the other.
#[derive(Debug)]
pub(crate) struct Draws {
    key: u64,
    next: u64,
}

impl Draws {
    pub(crate) fn new(seed: u64, stream: Stream) -> Draws {
        let key = key(seed, stream);
        Draws { key, next: 0 }
    }

    fn word(&mut self) -> u64 {
        self.next += 1;
        word(self.key, self.next - 1)
    }

    /// From 0 up to 1, without 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From the first up to the second.
    pub(crate) fn between(&mut self, [low, high]: [f64; 2]) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `n`, which is 1 or more.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.word()) * n as u128) >> 64) as usize
    }
}

/// Shuffles `rows` in place by (seed, stream) alone.
pub(crate) fn shuffle(rows: &mut [usize], seed: u64, stream: Stream) {
    let key = key(seed, stream);
    for i in (1..rows.len()).rev() {
        let draw = u128::from(word(key, i as u64)) * (i as u128 + 1);
        rows.swap(i, (draw >> 64) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_are_splitmix64() {
        // The published first outputs of SplitMix64 with seed 0.
        assert_eq!(word(0, 0), 0xE220_A839_7B1D_CDAF);
        assert_eq!(word(0, 1), 0x6E78_9E6A_A1B9_65F4);
        assert_eq!(word(0, 2), 0x06C4_5D18_8009_454F);
    }

    #[test]
    fn permutations_are_uniform_enough() {
        // Each of the 6 orders of 3 rows about equally often over 6,000 epochs.
        let mut count = std::collections::BTreeMap::new();
        for epoch in 0..6000 {
            let mut rows = [0, 1, 2];
            shuffle(&mut rows, 7, Stream::Epoch(epoch));
            *count.entry(rows).or_insert(0u32) += 1;
        }
        assert_eq!(count.len(), 6);
        assert!(
            count.values().all(|&c| (880..1120).contains(&c)),
            "{count:?}"
        );
    }

    #[test]
    fn streams_differ() {
        let order = |stream| {
            let mut rows: Vec<usize> = (0..50).collect();
            shuffle(&mut rows, 1, stream);
            rows
        };
        assert_ne!(order(Stream::Epoch(0)), order(Stream::Epoch(1)));
        assert_ne!(order(Stream::Split), order(Stream::Balance(0)));
        assert_eq!(order(Stream::Split), order(Stream::Split));
    }
}
