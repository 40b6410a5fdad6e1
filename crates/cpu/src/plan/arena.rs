//! One arena for all values of a step: values that are never alive together share bytes.
//!
//! Largest first, each value goes to the smallest gap between the values already placed that overlap it in time; the
//! greedy order of Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020).

use crate::buffer::LINE;

/// A value's size, and the first and last launch (inclusive) that touch it, or that may run beside one that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) bytes: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// Offsets of the values, and the size of the arena.
pub(crate) fn pack(spans: &[Span]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(spans[i].bytes), spans[i].first));
    let mut offsets = vec![0usize; spans.len()];
    let mut placed: Vec<usize> = vec![];
    let mut size = 0;
    for &i in &order {
        let bytes = spans[i].bytes.next_multiple_of(LINE);
        if bytes == 0 {
            continue;
        }
        // `placed` is kept sorted by offset.
        let alive =
            |&&j: &&usize| spans[j].first <= spans[i].last && spans[i].first <= spans[j].last;
        let (mut end, mut best) = (0usize, None);
        for &j in placed.iter().filter(alive) {
            let gap = offsets[j].saturating_sub(end);
            if gap >= bytes && best.is_none_or(|(smallest, _)| gap < smallest) {
                best = Some((gap, end));
            }
            end = end.max(offsets[j] + spans[j].bytes.next_multiple_of(LINE));
        }
        offsets[i] = best.map_or(end, |(_, at)| at);
        size = size.max(offsets[i] + bytes);
        let at = placed.partition_point(|&j| offsets[j] <= offsets[i]);
        placed.insert(at, i);
    }
    (offsets, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_alive_together_do_not_overlap_and_others_share() {
        let mut state = 1u32;
        let mut next = |n: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % n
        };
        let spans: Vec<Span> = (0..200)
            .map(|_| {
                let first = next(100) as usize;
                Span {
                    bytes: next(5000) as usize,
                    first,
                    last: first + next(10) as usize,
                }
            })
            .collect();
        let (offsets, size) = pack(&spans);
        for (i, a) in spans.iter().enumerate() {
            assert!(offsets[i] % LINE == 0 && offsets[i] + a.bytes <= size);
            for (j, b) in spans.iter().enumerate().skip(i + 1) {
                let together = a.first <= b.last && b.first <= a.last && a.bytes > 0 && b.bytes > 0;
                let apart =
                    offsets[i] + a.bytes <= offsets[j] || offsets[j] + b.bytes <= offsets[i];
                assert!(!together || apart, "{i} and {j}");
            }
        }
        let at = |t: usize| {
            spans
                .iter()
                .filter(|s| s.first <= t && t <= s.last)
                .map(|s| s.bytes + LINE)
                .sum::<usize>()
        };
        let peak = (0..110).map(at).max().unwrap_or(0);
        assert!(size < 2 * peak, "{size} for a peak of {peak}");
    }
}
