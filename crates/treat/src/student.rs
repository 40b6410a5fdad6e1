//! Student's t: how far the mean of few numbers may lie from the truth.

/// 97.5 % point of Student's t.
pub(crate) fn quantile(freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045, 2.042,
    ];
    TABLE
        .get(freedom.max(1) - 1)
        .copied()
        .unwrap_or(1.96 + 2.4 / freedom as f64)
}

#[cfg(test)]
mod tests {
    #[test]
    fn known_points() {
        assert!((super::quantile(5) - 2.571).abs() < 1e-9);
        assert!((super::quantile(60) - 2.0).abs() < 0.01);
    }
}
