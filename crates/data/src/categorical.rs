//! Class numbers as rows with a 1 at the class, and rows scaled to length 1.
//!
//! Follows `to_categorical` and `normalize` of keras/src/utils/numerical_utils.py.

use crate::arguments::WrongArgument;
use crate::array::Array;

/// Keras's `to_categorical`: classes (...) or (..., 1) become (..., classes), float32, with a 1 at the class. Without
/// `num_classes` there are as many as the largest class says.
///
/// ```
/// use regimen_data::{Array, to_categorical};
/// let hot = to_categorical(&Array::i32(vec![3], vec![0, 2, 1]), None)?;
/// assert_eq!(hot, Array::f32(vec![3, 3], vec![1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]));
/// # Ok::<(), regimen_data::WrongArgument>(())
/// ```
pub fn to_categorical(x: &Array, num_classes: Option<usize>) -> Result<Array, WrongArgument> {
    let classes: Vec<i64> = (0..x.data.len()).map(|i| x.at(i) as i64).collect();
    let most = classes.iter().max().copied();
    let count = match num_classes.filter(|&n| n > 0) {
        Some(count) => count,
        None => usize::try_from(most.map_or(0, |m| m + 1)).unwrap_or(0),
    };
    let mut data = vec![0.0; classes.len() * count];
    for (row, &class) in classes.iter().enumerate() {
        let place = usize::try_from(class).ok().filter(|&c| c < count);
        let place = place.ok_or_else(|| {
            let expected = format!("classes from 0 to {}", count.saturating_sub(1));
            WrongArgument::new(
                ("to_categorical", "x"),
                format!("the class {class}"),
                expected,
            )
        })?;
        data[row * count + place] = 1.0;
    }
    let mut shape = x.shape.clone();
    if shape.len() > 1 && shape.last() == Some(&1) {
        shape.pop();
    }
    shape.push(count);
    Ok(Array::f32(shape, data))
}

/// Keras's `normalize`: every vector along `axis` (negative ones count from the end) divided by its norm of this order; vectors
/// of zeros stay as they are. Order 2 is the Euclidean length, infinity the largest magnitude, 0 how many are not 0.
///
/// Along the first of several axes Keras 3.15.1 divides by the norms of the wrong vectors; this divides by the right ones.
///
/// ```
/// use regimen_data::{Array, normalize};
/// let x = Array::f32(vec![2, 2], vec![3.0, 4.0, 0.0, 0.0]);
/// assert_eq!(normalize(&x, -1, 2.0)?.as_f32().unwrap(), [0.6, 0.8, 0.0, 0.0]);
/// # Ok::<(), regimen_data::WrongArgument>(())
/// ```
pub fn normalize(x: &Array, axis: i64, order: f64) -> Result<Array, WrongArgument> {
    let rank = x.shape.len() as i64;
    let at = if axis < 0 { axis + rank } else { axis };
    let Some(at) = usize::try_from(at).ok().filter(|&a| a < x.shape.len()) else {
        let expected = format!("an axis of {rank}");
        return Err(WrongArgument::new(("normalize", "axis"), axis, expected));
    };
    let inner: usize = x.shape[at + 1..].iter().product();
    let along = x.shape[at];
    let mut data: Vec<f64> = (0..x.data.len()).map(|i| x.at(i)).collect();
    for start in (0..data.len()).step_by((inner * along).max(1)) {
        for offset in start..start + inner {
            let places = || (0..along).map(|i| offset + i * inner);
            let norm = norm(places().map(|p| data[p].abs()), order);
            if norm != 0.0 {
                places().for_each(|p| data[p] /= norm);
            }
        }
    }
    let data = data.into_iter().map(|v| v as f32).collect();
    Ok(Array::f32(x.shape.clone(), data))
}

fn norm(magnitudes: impl Iterator<Item = f64>, order: f64) -> f64 {
    match order {
        f64::INFINITY => magnitudes.fold(0.0, f64::max),
        f64::NEG_INFINITY => magnitudes.fold(f64::INFINITY, f64::min),
        0.0 => magnitudes.filter(|m| *m != 0.0).count() as f64,
        order => magnitudes
            .map(|m| m.powf(order))
            .sum::<f64>()
            .powf(1.0 / order),
    }
}
