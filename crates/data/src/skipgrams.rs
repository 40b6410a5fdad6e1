//! Pairs of words that stand near each other, and how often each word is to be taken.
//!
//! Mikolov et al. 2013. Follows keras/src/legacy/preprocessing/sequence.py; draws are this library's own, by a seed.

use crate::random::{Draws, Stream, shuffle};

/// How pairs are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Skipgrams<'a> {
    /// Largest word number and one.
    pub vocabulary_size: usize,
    /// Steps to either side. Default 4.
    pub window_size: usize,
    /// Random pairs for each pair found. Default 1.
    pub negative_samples: f64,
    /// Whether pairs are put in a random order. Default true.
    pub shuffle: bool,
    /// Probability of each word to be taken, by its number. Default: all are.
    pub sampling_table: Option<&'a [f64]>,
    /// Decides all draws. Default 0.
    pub seed: u64,
}

impl Skipgrams<'_> {
    /// With Keras's defaults.
    pub fn new(vocabulary_size: usize) -> Skipgrams<'static> {
        Skipgrams {
            vocabulary_size,
            window_size: 4,
            negative_samples: 1.0,
            shuffle: true,
            sampling_table: None,
            seed: 0,
        }
    }
}

/// Keras's `skipgrams`: pairs of a word and one near it, label 1, and pairs with a random word, label 0. The word 0 is none.
/// ([`crate::to_categorical`] makes its `categorical` labels.)
///
/// ```
/// use regimen_data::{Skipgrams, skipgrams};
/// let how = Skipgrams { window_size: 1, negative_samples: 0.0, shuffle: false, ..Skipgrams::new(4) };
/// let (pairs, labels) = skipgrams(&[1, 2, 0, 3], &how);
/// assert_eq!((pairs, labels), (vec![[1, 2], [2, 1]], vec![1, 1]));
/// ```
pub fn skipgrams(sequence: &[i32], how: &Skipgrams<'_>) -> (Vec<[i32; 2]>, Vec<i32>) {
    let mut draws = Draws::new(how.seed, Stream::Repeats);
    let mut pairs = vec![];
    for (i, &word) in sequence.iter().enumerate().filter(|(_, w)| **w != 0) {
        let chance = how
            .sampling_table
            .and_then(|t| t.get(usize::try_from(word).ok()?));
        if chance.is_some_and(|&chance| chance < draws.unit()) {
            continue;
        }
        let near = i.saturating_sub(how.window_size)..(i + how.window_size + 1).min(sequence.len());
        let other = near
            .filter(|&j| j != i)
            .map(|j| sequence[j])
            .filter(|&w| w != 0);
        pairs.extend(other.map(|other| [word, other]));
    }
    let mut labels = vec![1; pairs.len()];
    let random = (pairs.len() as f64 * how.negative_samples) as usize;
    if random > 0 && !pairs.is_empty() && how.vocabulary_size > 1 {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        shuffle(&mut order, how.seed, Stream::Groups);
        for i in 0..random {
            let word = pairs[order[i % order.len()]][0];
            pairs.push([word, 1 + draws.below(how.vocabulary_size - 1) as i32]);
            labels.push(0);
        }
    }
    if how.shuffle {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        shuffle(&mut order, how.seed, Stream::Split);
        pairs = order.iter().map(|&i| pairs[i]).collect();
        labels = order.iter().map(|&i| labels[i]).collect();
    }
    (pairs, labels)
}

/// Keras's `make_sampling_table`: how likely the word of each rank is to be taken, where words follow Zipf's law.
///
/// ```
/// let table = regimen_data::make_sampling_table(10, 1e-5);
/// assert!((table[6] - 0.01212381).abs() < 1e-8);
/// ```
pub fn make_sampling_table(size: usize, sampling_factor: f64) -> Vec<f64> {
    const GAMMA: f64 = 0.577;
    let chance = |rank: usize| {
        let rank = rank.max(1) as f64;
        let inverse = rank * (rank.ln() + GAMMA) + 0.5 - 1.0 / (12.0 * rank);
        (sampling_factor * inverse).sqrt().min(1.0)
    };
    (0..size).map(chance).collect()
}
