//! Einstein summation of two values: products along named axes, summed over those that the result has not.
//!
//!   a (B, T, D) "btd", b (D, U) "du" -> "btu": y[b,t,u] = Σ_d a[b,t,d] · b[d,u]
//!
//! Everything becomes one matrix product: shared axes that stay are its batch, shared axes that go are summed by it.

use regimen_graph::{DType, Var, elements};

/// One letter per axis.
pub(crate) type Axes<'a> = &'a [char];

/// The sum over all letters that `out` lacks. A letter of `out` stands in `a` or `b`, once; sizes of a letter are equal.
pub(crate) fn einsum(a: &Var, a_axes: Axes<'_>, b: &Var, b_axes: Axes<'_>, out: Axes<'_>) -> Var {
    let (a, a_axes) = reduced(a, a_axes, &[b_axes, out].concat());
    let (b, b_axes) = reduced(b, b_axes, &[&a_axes[..], out].concat());
    let stays = |c: &char| out.contains(c);
    let pick = |axes: &[char], keep: &dyn Fn(&char) -> bool| -> Vec<char> {
        axes.iter().copied().filter(|c| keep(c)).collect()
    };
    let batch = pick(&a_axes, &|c| b_axes.contains(c) && stays(c));
    let summed = pick(&b_axes, &|c| a_axes.contains(c) && !stays(c));
    let rows = pick(&a_axes, &|c| !b_axes.contains(c));
    let columns = pick(&b_axes, &|c| !a_axes.contains(c));
    let sizes = |x: &Var, axes: &[char], of: &[char]| -> Vec<usize> {
        let size = |c: &char| {
            axes.iter()
                .position(|a| a == c)
                .map_or(1, |i| x.dim(i as isize))
        };
        of.iter().map(size).collect()
    };
    let batch_sizes = sizes(&a, &a_axes, &batch);
    let row_sizes = sizes(&a, &a_axes, &rows);
    let column_sizes = sizes(&b, &b_axes, &columns);
    let inner = elements(&sizes(&b, &b_axes, &summed));
    let left = reordered(&a, &a_axes, &[&batch[..], &rows, &summed].concat());
    let right = reordered(&b, &b_axes, &[&batch[..], &summed, &columns].concat());
    let matrix = |x: Var, rows: usize, columns: usize| {
        if batch.is_empty() {
            x.reshape(&[rows, columns])
        } else {
            x.reshape(&[elements(&batch_sizes), rows, columns])
        }
    };
    let left = matrix(left, elements(&row_sizes), inner);
    let right = matrix(right, inner, elements(&column_sizes));
    let y = left
        .matmul(&right)
        .reshape(&[batch_sizes, row_sizes, column_sizes].concat());
    reordered(&y, &[batch, rows, columns].concat(), out)
}

/// Without the axes that nobody needs, and with a letter that stands twice taken along the diagonal.
fn reduced(x: &Var, axes: Axes<'_>, needed: &[char]) -> (Var, Vec<char>) {
    let (mut x, mut axes) = (x.clone(), axes.to_vec());
    while let Some((first, second)) = twice(&axes) {
        let shape = x.shape();
        let index = |axis| x.builder().iota(DType::I32, &shape, axis);
        let diagonal = index(first).eq_to(&index(second));
        let kept = diagonal.select(&x, &x.scalar_like(0.0));
        x = kept.sum(&[second as isize], false);
        axes.remove(second);
    }
    let gone: Vec<isize> = (0..axes.len())
        .filter(|&i| !needed.contains(&axes[i]))
        .map(|i| i as isize)
        .collect();
    if !gone.is_empty() {
        x = x.sum(&gone, false);
    }
    axes.retain(|c| needed.contains(c));
    (x, axes)
}

/// The places of a letter that stands twice.
fn twice(axes: Axes<'_>) -> Option<(usize, usize)> {
    (0..axes.len()).find_map(|second| {
        let first = axes[..second].iter().position(|c| *c == axes[second])?;
        Some((first, second))
    })
}

/// The axes in another order.
fn reordered(x: &Var, from: Axes<'_>, to: Axes<'_>) -> Var {
    let perm: Vec<usize> = to
        .iter()
        .filter_map(|c| from.iter().position(|f| f == c))
        .collect();
    if perm.iter().enumerate().all(|(i, &p)| i == p) {
        return x.clone();
    }
    x.transpose(&perm)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_graph::{Builder, InputKind, Plain, Type, evaluate};
    use std::collections::BTreeMap;

    /// Σ over all letters by plain loops.
    fn by_loops(a: &Plain, b: &Plain, spec: [&str; 3]) -> Plain {
        let letters: Vec<char> = {
            let mut all: Vec<char> = spec.concat().chars().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let size = |c: char| {
            let at = |s: &str, x: &Plain| s.chars().position(|k| k == c).map(|i| x.shape[i]);
            at(spec[0], a).or(at(spec[1], b)).unwrap()
        };
        let sizes: Vec<usize> = letters.iter().map(|&c| size(c)).collect();
        let shape: Vec<usize> = spec[2].chars().map(size).collect();
        let mut y = Plain::full(&shape, 0.0);
        for n in 0..elements(&sizes) {
            let mut rest = n;
            let mut value = vec![0; letters.len()];
            for (v, &size) in value.iter_mut().zip(&sizes).rev() {
                (*v, rest) = (rest % size, rest / size);
            }
            let index = |s: &str| {
                s.chars().fold(0, |at, c| {
                    let i = letters.iter().position(|&l| l == c).unwrap();
                    at * sizes[i] + value[i]
                })
            };
            y.data[index(spec[2])] += a.data[index(spec[0])] * b.data[index(spec[1])];
        }
        y
    }

    #[test]
    fn every_kind_of_letter() {
        let sizes: BTreeMap<char, usize> = "abcdefg".chars().zip([2, 3, 4, 5, 2, 3, 2]).collect();
        let cases = [
            ["ab", "bc", "ac"],
            ["abc", "cd", "abd"],
            ["abc", "cde", "abed"],
            ["abc", "abd", "adc"],
            ["abc", "cb", "a"],
            ["ab", "cd", "dbca"],
            ["abc", "bd", "dab"],
            ["abcd", "cbe", "aeb"],
            ["abc", "dce", "aed"],
            ["aab", "bc", "ac"],
            ["ab", "bb", "ba"],
            ["abc", "c", "ba"],
        ];
        for spec in cases {
            let plain = |s: &str, step: f64| {
                let shape: Vec<usize> = s.chars().map(|c| sizes[&c]).collect();
                let n = elements(&shape);
                Plain::new(shape, (0..n).map(|i| (i as f64 * step).sin()).collect())
            };
            let (a, b) = (plain(spec[0], 0.7), plain(spec[1], 1.3));
            let builder = Builder::new();
            let input = |name: &str, x: &Plain| {
                let ty = Type::new(DType::F32, x.shape.clone());
                builder.input(name, ty, InputKind::Feed)
            };
            let letters = spec.map(|s| s.chars().collect::<Vec<_>>());
            let (va, vb) = (input("a", &a), input("b", &b));
            let y = einsum(&va, &letters[0], &vb, &letters[1], &letters[2]);
            let graph = builder.finish(&[("y", y)], &[]).unwrap();
            let values = [("a".to_string(), a.clone()), ("b".to_string(), b.clone())];
            let got = evaluate(&graph, &values.into())
                .unwrap()
                .remove("y")
                .unwrap();
            let want = by_loops(&a, &b, spec);
            assert_eq!(got.shape, want.shape, "{spec:?}");
            let near = got
                .data
                .iter()
                .zip(&want.data)
                .all(|(g, w)| (g - w).abs() < 1e-9);
            assert!(near, "{spec:?}: {:?}, expected {:?}", got.data, want.data);
        }
    }
}
