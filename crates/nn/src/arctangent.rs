//! The angle of a point, of the ops that there are.
//!
//!   atan2(y, x): z = min(|x|, |y|) / max(|x|, |y|), above tan(π / 8) as π / 4 + atan((z - 1) / (z + 1));
//!   atan by its series z - z³ / 3 + z⁵ / 5 - .. to z²¹, whose rest is below 1e-10; then the octant.
//!
//! 0 at (0, 0).

use std::f64::consts::PI;

use regimen_graph::Var;

/// The angle from -π to π of the points (x, y).
pub(crate) fn atan2(y: &Var, x: &Var) -> Var {
    let (zero, one) = (x.scalar_like(0.0), x.scalar_like(1.0));
    let (across, up) = (x.abs(), y.abs());
    let longer = across.maximum(&up);
    let some = longer.gt(&zero);
    let z = across.minimum(&up) / some.select(&longer, &one);
    let steep = z.gt(&z.scalar_like((PI / 8.0).tan()));
    let turned = steep.select(&((&z - 1.0) / (&z + 1.0)), &z);
    let angle = series(&turned) + steep.select(&z.scalar_like(PI / 4.0), &zero);
    let angle = up.gt(&across).select(&(PI / 2.0 - &angle), &angle);
    let angle = x.lt(&zero).select(&(PI - &angle), &angle);
    y.lt(&zero).select(&-&angle, &angle)
}

fn series(z: &Var) -> Var {
    let square = z.square();
    let mut sum = z.scalar_like(1.0 / 21.0);
    for k in (0..10).rev() {
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        sum = &square * sum + sign / f64::from(2 * k + 1);
    }
    sum * z
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_graph::{Builder, DType, Tensor, evaluate};

    #[test]
    fn as_the_standard_library() {
        let steps: Vec<f64> = (-20..=20).map(|i| f64::from(i) / 7.0).collect();
        let points: Vec<(f64, f64)> = steps
            .iter()
            .flat_map(|y| steps.iter().map(move |x| (*y, *x)))
            .collect();
        let builder = Builder::new();
        let line = |values: Vec<f64>| {
            let tensor = Tensor::from_f64(DType::F64, vec![values.len()], &values);
            builder.constant(tensor)
        };
        let y = line(points.iter().map(|p| p.0).collect());
        let x = line(points.iter().map(|p| p.1).collect());
        let graph = builder.finish(&[("angle", atan2(&y, &x))], &[]).unwrap();
        let found = &evaluate(&graph, &Default::default()).unwrap()["angle"];
        for ((y, x), angle) in points.iter().zip(&found.data) {
            assert!((angle - y.atan2(*x)).abs() < 1e-9, "{y} {x}: {angle}");
        }
    }
}
