//! What a row's nearest neighbours say of its class: how far the features go with the label at all, and how many labels
//! contradict them.
//!
//! Each of q training rows is compared with the others by the squared distance of its features, each divided by its
//! standard deviation. Its ten nearest neighbours vote (ties go to the class met nearest). The vote is right or wrong; it
//! is *agreeing* where eight of the ten or more are of one class, and *contradicting* where they agree on another class
//! than the row's own: a wrong label, or a place where classes overlap.
//!
//! q is all rows, or as many as q^2 distances cost 20 times the numbers of the training part (3.2e7 at least, 1e9 at most).

use regimen_run::profile::Neighbours;

use super::matrix::Matrix;

/// Neighbours that vote, and how many of them agree.
const VOTES: usize = 10;
const AGREE: usize = 8;
/// Rows from which it is worth it.
const FEWEST: usize = 50;
/// Bounds of the work, in squared differences.
const LEAST_WORK: usize = 32_000_000;
const MOST_WORK: usize = 1_000_000_000;
/// Squared differences for each number of the training part.
const WORK: usize = 20;
/// Sums that are kept side by side, so that they can be vectors; their number fixes the order of additions.
const LANES: usize = 8;

/// How many rows are asked, of a part of so many rows and features.
pub(super) fn asked(rows: usize, width: usize) -> usize {
    let numbers = rows.saturating_mul(width);
    let work = numbers.saturating_mul(WORK).clamp(LEAST_WORK, MOST_WORK);
    let side = (work as f64 / width.max(1) as f64).sqrt() as usize;
    side.min(rows)
}

/// Votes over some training rows; `None` for too few of them, or labels that are no classes.
pub(super) fn vote(train: &Matrix) -> Option<Neighbours> {
    let n = train.rows;
    if n < FEWEST || train.classes.len() != n || train.width == 0 {
        return None;
    }
    let scaled = scaled(train);
    let mut told = Neighbours {
        rows: n,
        neighbours: VOTES,
        ..Neighbours::default()
    };
    let count = train.classes.iter().max().map_or(0, |most| most + 1);
    let mut of_class = vec![0usize; count];
    for class in &train.classes {
        of_class[*class] += 1;
    }
    told.commonest = of_class.iter().copied().max().unwrap_or(0);
    for row in 0..n {
        let near = nearest(&scaled, train.width, row, n);
        let mut votes = vec![0usize; count];
        near.iter()
            .for_each(|(_, other)| votes[train.classes[*other]] += 1);
        let most = votes.iter().copied().max().unwrap_or(0);
        let first = near.iter().map(|(_, other)| train.classes[*other]);
        let winner = first.into_iter().find(|class| votes[*class] == most);
        let right = winner == Some(train.classes[row]);
        told.right += usize::from(right);
        told.agreeing += usize::from(most >= AGREE);
        told.contradicting += usize::from(most >= AGREE && !right);
    }
    Some(told)
}

/// Features divided by their deviation; constant ones are 0.
fn scaled(train: &Matrix) -> Vec<f32> {
    let (n, width) = (train.rows as f64, train.width);
    let (mut sum, mut square) = (vec![0.0f64; width], vec![0.0f64; width]);
    let first = train.row(0);
    for row in 0..train.rows {
        let both = sum.iter_mut().zip(&mut square);
        for ((sum, square), (x, from)) in both.zip(train.row(row).iter().zip(first)) {
            let x = f64::from(*x) - f64::from(*from);
            *sum += x;
            *square += x * x;
        }
    }
    let factor = |(sum, square): (&f64, &f64)| {
        let variance = square / n - (sum / n).powi(2);
        match variance > 1e-12 * square / n && variance.is_finite() {
            true => 1.0 / variance.sqrt(),
            false => 0.0,
        }
    };
    let factors: Vec<f64> = sum.iter().zip(&square).map(factor).collect();
    let rows = (0..train.rows).flat_map(|row| {
        let own = train.row(row).iter().zip(first).zip(&factors);
        own.map(|((x, from), factor)| ((f64::from(*x) - f64::from(*from)) * factor) as f32)
    });
    rows.collect()
}

/// The nearest rows by distance, then by place.
fn nearest(values: &[f32], width: usize, row: usize, n: usize) -> Vec<(f32, usize)> {
    let own = &values[row * width..(row + 1) * width];
    let mut near: Vec<(f32, usize)> = Vec::with_capacity(VOTES + 1);
    for other in (0..n).filter(|other| *other != row) {
        let distance = distance(own, &values[other * width..(other + 1) * width]);
        if near.len() == VOTES && distance >= near[VOTES - 1].0 {
            continue;
        }
        let at = near.partition_point(|(known, _)| *known <= distance);
        near.insert(at, (distance, other));
        near.truncate(VOTES);
    }
    near
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (mut long_a, mut long_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    for (a, b) in (&mut long_a).zip(&mut long_b) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            let d = a - b;
            *lane += d * d;
        }
    }
    let rest = long_a.remainder().iter().zip(long_b.remainder());
    let rest: f32 = rest.map(|(a, b)| (a - b) * (a - b)).sum();
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two classes on two heaps, some rows of which carry the other label.
    fn heaps(wrong: usize) -> Matrix {
        let n = 100;
        let at = |i: usize| {
            [
                (i % 2) as f32 * 10.0 + (i as f32 * 0.37).sin(),
                i as f32 * 1e-3,
                5.0,
            ]
        };
        Matrix {
            rows: n,
            width: 3,
            values: (0..n).flat_map(at).collect(),
            classes: (0..n)
                .map(|i| if i < wrong { 1 - i % 2 } else { i % 2 })
                .collect(),
        }
    }

    #[test]
    fn neighbours_tell_the_class_and_wrong_labels() {
        let clean = vote(&heaps(0)).expect("enough rows");
        assert_eq!(
            (
                clean.right,
                clean.agreeing,
                clean.contradicting,
                clean.commonest
            ),
            (100, 100, 0, 50)
        );
        let wrong = vote(&heaps(6)).expect("enough rows");
        assert!(wrong.contradicting == 6 && wrong.right == 94, "{wrong:?}");
    }

    #[test]
    fn how_many_rows_are_asked() {
        assert_eq!(asked(1000, 64), 707);
        assert_eq!(asked(300, 4), 300);
        assert_eq!(asked(60_000, 784), 1095);
        assert_eq!(asked(10, 0), 10);
    }

    #[test]
    fn too_few_rows_have_no_vote() {
        let few = Matrix {
            rows: 2,
            width: 1,
            values: vec![0.0, 1.0],
            classes: vec![0, 1],
        };
        assert_eq!(vote(&few), None);
    }
}
