//! Numbers in the words of a change: six significant digits, and powers of ten where they are far from 1.

/// `0.0006`, `1e30`, `0.0296592`.
pub(crate) fn shown(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return x.to_string();
    }
    let rounded: f64 = format!("{x:.5e}").parse().unwrap_or(x);
    match (1e-4..1e6).contains(&rounded.abs()) {
        true => rounded.to_string(),
        false => format!("{rounded:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_digits() {
        let texts = [
            0.000_600_000_000_000_000_1,
            1e30,
            0.029_659_170,
            3.0,
            1e-5,
            0.0,
        ]
        .map(shown);
        assert_eq!(texts, ["0.0006", "1e30", "0.0296592", "3", "1e-5", "0"]);
    }
}
