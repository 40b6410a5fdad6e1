//! The end of a program in two tracks, one thread's each: the gradients of weights and the steps on them.
//!
//! Short launches are not worth sharing: each would wait longer for its threads than it runs. But once the last gradient has
//! passed through the layers, what is left falls into parts that have nothing to do with each other, a product and an
//! optimizer's step per weight. Two threads take such parts whole, and meet once. What lives in a track lives to the end of both
//! (`memory.rs`), and state is set in them, so they begin behind the guard. Programs of up to 60 microseconds have them, and with two
//! threads those of up to 500, where they save more than sharing the launches does (`plan`). On an AMD EPYC (two cores of a virtual
//! machine, AVX2) the 100-64-64 network of `bench mlpreg` takes 25 µs a step so, 30 in one thread.

use std::collections::{BTreeMap, BTreeSet};

/// Nanoseconds, as estimated, that two tracks must save: what they cost is a meeting, and a cache that has to fetch the other's results.
pub(super) const LEAST: u64 = 6000;
/// Nanoseconds of an action up to which it comes before the tracks, where it can: both may need it.
const TINY: u64 = 500;
/// Actions up to which it is worth looking.
const MOST: usize = 400;

/// Positions of the two tracks among the actions: the first begins at `start`, the second at `middle`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tracks {
    pub(crate) start: usize,
    pub(crate) middle: usize,
    pub(crate) end: usize,
}

/// Nanoseconds of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    /// In one thread.
    pub(super) alone: u64,
    /// As a launch that two threads share, where it is one.
    pub(super) shared: u64,
}

/// An order with tracks that saves most, for actions of these `costs` that come after those in `before`. Tracks begin behind
/// those that come `first`.
pub(super) fn find(
    costs: &[Cost],
    before: &[BTreeSet<usize>],
    first: &[usize],
) -> Option<(Vec<usize>, Tracks)> {
    if costs.len() > MOST {
        return None;
    }
    let best = (0..costs.len())
        .map(|last| Split::behind(costs, before, last, first))
        .max_by_key(|split| (split.saved, std::cmp::Reverse(split.order.len())))?;
    let tracks = Tracks {
        start: best.order.len(),
        middle: best.order.len() + best.tracks[0].len(),
        end: costs.len(),
    };
    (best.saved >= LEAST).then(|| ([best.order, best.tracks.concat()].concat(), tracks))
}

/// What comes first, and the two tracks.
struct Split {
    order: Vec<usize>,
    tracks: [Vec<usize>; 2],
    /// Nanoseconds that the tracks save.
    saved: u64,
}

impl Split {
    /// Tracks of what need not come before some actions.
    fn behind(costs: &[Cost], before: &[BTreeSet<usize>], last: usize, first: &[usize]) -> Split {
        let mut early = BTreeSet::new();
        let mut stack = [&[last], first].concat();
        while let Some(at) = stack.pop() {
            if early.insert(at) {
                stack.extend(&before[at]);
            }
        }
        for at in 0..costs.len() {
            if costs[at].alone <= TINY && before[at].is_subset(&early) {
                early.insert(at);
            }
        }
        let late: Vec<usize> = (0..costs.len()).filter(|i| !early.contains(i)).collect();
        let shared: u64 = late.iter().map(|&i| costs[i].shared).sum();
        let mut parts: Vec<(u64, Vec<usize>)> = parts(&late, before)
            .into_iter()
            .map(|part| (part.iter().map(|&i| costs[i].alone).sum(), part))
            .collect();
        // The largest first, each to the track that has less.
        parts.sort_by_key(|(cost, part)| (std::cmp::Reverse(*cost), part[0]));
        let (mut sums, mut tracks) = ([0, 0], [vec![], vec![]]);
        for (cost, part) in parts {
            let track = usize::from(sums[1] < sums[0]);
            sums[track] += cost;
            tracks[track].extend(part);
        }
        tracks.iter_mut().for_each(|track| track.sort_unstable());
        Split {
            order: early.into_iter().collect(),
            tracks,
            saved: shared.saturating_sub(sums[0].max(sums[1])),
        }
    }
}

/// Actions that hang together by what comes before what.
fn parts(actions: &[usize], before: &[BTreeSet<usize>]) -> Vec<Vec<usize>> {
    // The first of each part is its root; others point to one before them in their part.
    let mut roots: Vec<usize> = (0..before.len()).collect();
    let mut is_in = vec![false; before.len()];
    for &at in actions {
        is_in[at] = true;
        for &b in before[at].iter().filter(|b| is_in[**b]) {
            let (one, other) = (root(&mut roots, at), root(&mut roots, b));
            roots[one.max(other)] = one.min(other);
        }
    }
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &at in actions {
        parts.entry(root(&mut roots, at)).or_default().push(at);
    }
    parts.into_values().collect()
}

fn root(roots: &mut [usize], mut at: usize) -> usize {
    while roots[at] != at {
        roots[at] = roots[roots[at]];
        at = roots[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(alone: &[u64]) -> Vec<Cost> {
        let cost = |&alone: &u64| Cost {
            alone,
            shared: alone,
        };
        alone.iter().map(cost).collect()
    }

    fn sets(before: &[&[usize]]) -> Vec<BTreeSet<usize>> {
        let set = |b: &&[usize]| b.iter().copied().collect();
        before.iter().map(set).collect()
    }

    #[test]
    fn gradients_and_steps_of_two_weights() {
        // Forward, backward, a rate that both steps need, then product and step of one weight and of the other.
        let costs = costs(&[20_000, 9000, 10_000, 9000, 100, 8000, 8000]);
        // The gradient's way on (2) reads the second weight, which the last step sets.
        let before = sets(&[&[], &[0], &[0], &[2], &[], &[3, 4], &[1, 2, 4]]);
        let (order, tracks) = find(&costs, &before, &[]).unwrap();
        assert_eq!(order, [0, 2, 4, 1, 6, 3, 5]);
        let expected = Tracks {
            start: 3,
            middle: 5,
            end: 7,
        };
        assert_eq!(tracks, expected);
    }

    #[test]
    fn what_two_threads_share_well_stays_before_the_tracks() {
        let mut costs = costs(&[40_000, 12_000, 12_000]);
        costs[0].shared = 20_000;
        let before = vec![BTreeSet::new(); 3];
        let (order, tracks) = find(&costs, &before, &[]).unwrap();
        assert_eq!((order, tracks.start), (vec![0, 1, 2], 1));
    }

    #[test]
    fn what_hangs_together_or_is_little_stays_one() {
        let chain = sets(&[&[], &[0], &[1], &[2]]);
        assert_eq!(find(&costs(&[9000; 4]), &chain, &[]), None);
        let apart = sets(&[&[], &[], &[], &[]]);
        assert_eq!(find(&costs(&[2000; 4]), &apart, &[]), None);
        assert!(find(&costs(&[9000; 4]), &apart, &[]).is_some());
        let (order, tracks) = find(&costs(&[9000; 6]), &vec![BTreeSet::new(); 6], &[2]).unwrap();
        assert!(order[..tracks.start].contains(&2));
    }

    #[test]
    fn every_order_keeps_what_comes_before() {
        let mut state = 7u32;
        let mut next = |n: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % n
        };
        for _ in 0..300 {
            let n = 2 + next(14);
            let alone: Vec<u64> = (0..n).map(|_| [100, 5000, 12_000][next(3)]).collect();
            let costs = costs(&alone);
            let before: Vec<BTreeSet<usize>> = (0..n)
                .map(|i| (0..i).filter(|_| next(5) == 0).collect())
                .collect();
            let guard = next(n);
            let Some((order, tracks)) = find(&costs, &before, &[guard]) else {
                continue;
            };
            let place = |i: usize| order.iter().position(|&o| o == i).unwrap();
            assert!(place(guard) < tracks.start && (0..n).all(|i| order.contains(&i)));
            let track = |at: usize| match at {
                _ if at < tracks.start => 0,
                _ if at < tracks.middle => 1,
                _ => 2,
            };
            for (i, set) in before.iter().enumerate() {
                for &b in set {
                    let (i, b) = (place(i), place(b));
                    assert!(b < i && (track(b) == 0 || track(b) == track(i)));
                }
            }
        }
    }
}
