//! Numbers in a few characters, as people read them.

/// A number in a few characters: `0.0213`, `1.8`, `3e-7`, `2.5e12`.
pub fn short(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let size = value.abs();
    if value == 0.0 || (1e-4..1e5).contains(&size) {
        let digits = if size >= 100.0 || size == 0.0 {
            1.0
        } else {
            3.0 - size.log10().floor()
        };
        let text = format!("{value:.*}", digits.clamp(0.0, 8.0) as usize);
        if !text.contains('.') {
            return text;
        }
        return text.trim_end_matches('0').trim_end_matches('.').to_string();
    }
    let text = format!("{value:.2e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    format!(
        "{}e{power}",
        digits.trim_end_matches('0').trim_end_matches('.')
    )
}

/// A number of things: `1 seed`, `2 seeds`.
pub fn counted(n: usize, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let texts = [0.0, 1.0, 0.021_34, 1234.5, 3e-7, 2.5e12, -0.5, f64::NAN].map(short);
        assert_eq!(
            texts,
            [
                "0", "1", "0.02134", "1234.5", "3e-7", "2.5e12", "-0.5", "NaN"
            ]
        );
    }
}
