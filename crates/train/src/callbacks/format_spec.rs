//! The part of Python's format mini-language that file names need: `02d`, `.2f`, `>8.3e`.
//!
//! `[[fill]align][sign][0][width][.precision][type]` with the types d, e, E, f, F, g, G and %.

use super::python_text::{exponent_text, repr, split_exponent};

/// A parsed format specification.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FormatSpec {
    fill: char,
    align: char,
    sign: char,
    width: usize,
    precision: Option<usize>,
    kind: Option<char>,
}

/// Longest width and precision; more is a slip, not a file name.
const LIMIT: usize = 100;

impl FormatSpec {
    /// From the text after the colon.
    pub(crate) fn parse(text: &str) -> Result<FormatSpec, String> {
        let mut spec = FormatSpec {
            fill: ' ',
            align: '>',
            sign: '-',
            width: 0,
            precision: None,
            kind: None,
        };
        let mut rest: Vec<char> = text.chars().rev().collect();
        let is_align = |c: Option<&char>| c.is_some_and(|c| "<>=^".contains(*c));
        let aligned = if rest.len() > 1 && is_align(rest.get(rest.len() - 2)) {
            spec.fill = rest.pop().unwrap_or(' ');
            spec.align = rest.pop().unwrap_or('>');
            true
        } else if is_align(rest.last()) {
            spec.align = rest.pop().unwrap_or('>');
            true
        } else {
            false
        };
        if let Some(sign) = rest.pop_if(|c| "+- ".contains(*c)) {
            spec.sign = sign;
        }
        if rest.pop_if(|c| *c == '0').is_some() && !aligned {
            (spec.fill, spec.align) = ('0', '=');
        }
        spec.width = number(&mut rest).unwrap_or(0);
        if rest.pop_if(|c| *c == '.').is_some() {
            spec.precision = Some(number(&mut rest).ok_or("a precision is missing after `.`")?);
        }
        spec.kind = rest.pop();
        match spec.kind {
            Some(kind) if !"deEfFgG%".contains(kind) => {
                return Err(format!("`{kind}` is not one of the types d, e, f, g and %"));
            }
            _ if !rest.is_empty() => {
                return Err("expected something like `02d` or `.2f`".to_string());
            }
            _ if spec.width > LIMIT || spec.precision.is_some_and(|p| p > LIMIT) => {
                return Err(format!("widths and precisions end at {LIMIT}"));
            }
            Some('d') if spec.precision.is_some() => {
                return Err("`d` takes no precision".to_string());
            }
            _ => Ok(spec),
        }
    }

    /// Whether it is for whole numbers only.
    pub(crate) fn is_integer(&self) -> bool {
        self.kind == Some('d')
    }

    /// A whole number.
    pub(crate) fn integer(&self, n: usize) -> String {
        match self.kind {
            Some('d') | None if self.precision.is_none() => self.pad(false, n.to_string()),
            _ => self.float(n as f64),
        }
    }

    /// A number with a fraction.
    pub(crate) fn float(&self, x: f64) -> String {
        let (size, precision) = (x.abs(), self.precision.unwrap_or(6));
        let text = match self.kind {
            _ if !x.is_finite() => repr(size),
            Some('e' | 'E') => {
                let scientific = format!("{size:.precision$e}");
                let (mantissa, exponent) = split_exponent(&scientific);
                format!("{mantissa}{}", exponent_text(exponent))
            }
            Some('f' | 'F' | 'd') => format!("{size:.precision$}"),
            Some('%') => format!("{:.precision$}", size * 100.0),
            Some(_) => general(size, precision, false),
            None => self
                .precision
                .map_or_else(|| repr(size), |p| general(size, p, true)),
        };
        let text = match self.kind {
            Some('E' | 'F' | 'G') => text.to_uppercase(),
            Some('%') => text + "%",
            _ => text,
        };
        self.pad(x.is_sign_negative() && !x.is_nan(), text)
    }

    fn pad(&self, negative: bool, digits: String) -> String {
        let sign = match (negative, self.sign) {
            (true, _) => "-",
            (false, '+') => "+",
            (false, ' ') => " ",
            (false, _) => "",
        };
        let room = self
            .width
            .saturating_sub(sign.len() + digits.chars().count());
        let fill = |n: usize| self.fill.to_string().repeat(n);
        match self.align {
            '<' => format!("{sign}{digits}{}", fill(room)),
            '=' => format!("{sign}{}{digits}", fill(room)),
            '^' => format!("{}{sign}{digits}{}", fill(room / 2), fill(room - room / 2)),
            _ => format!("{}{sign}{digits}", fill(room)),
        }
    }
}

/// Type g: `precision` digits in all, no zeros at the end. Without a type Python leaves at least
/// one digit after the point and takes to exponents one digit earlier.
fn general(size: f64, precision: usize, untyped: bool) -> String {
    let digits = precision.max(1);
    let scientific = format!("{size:.*e}", digits - 1);
    let (mantissa, exponent) = split_exponent(&scientific);
    if exponent < -4 || exponent >= digits as i32 - i32::from(untyped) {
        return format!("{}{}", without_zeros(mantissa), exponent_text(exponent));
    }
    let places = (digits as i32 - 1 - exponent).max(0) as usize;
    let fixed = format!("{size:.places$}");
    let fixed = without_zeros(&fixed);
    if untyped && !fixed.contains('.') {
        format!("{fixed}.0")
    } else {
        fixed.to_string()
    }
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

/// Leading digits of what is left (which lies in reverse).
fn number(rest: &mut Vec<char>) -> Option<usize> {
    let mut value = None;
    while let Some(digit) = rest.last().and_then(|c| c.to_digit(10)) {
        rest.pop();
        value = Some(
            value
                .unwrap_or(0usize)
                .saturating_mul(10)
                .saturating_add(digit as usize),
        );
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Printed by Python 3.11.
    const FLOATS: &[(&str, f64, &str)] = &[
        ("", 2.5, "2.5"),
        ("", 0.5, "0.5"),
        ("", 1e-07, "1e-07"),
        (".2f", 0.25, "0.25"),
        (".2f", f64::NEG_INFINITY, "-inf"),
        (".2f", f64::INFINITY, "inf"),
        (".0f", f64::NEG_INFINITY, "-inf"),
        (".0f", 99999.95, "100000"),
        (".0f", 0.3333333333333333, "0"),
        ("6.2f", 0.25, "  0.25"),
        ("6.2f", f64::NEG_INFINITY, "  -inf"),
        ("6.2f", 0.0, "  0.00"),
        ("06.2f", 99999.95, "99999.95"),
        ("06.2f", f64::NAN, "000nan"),
        ("06.2f", 0.0, "000.00"),
        ("<8.3f", f64::INFINITY, "inf     "),
        ("<8.3f", 1e-07, "0.000   "),
        ("<8.3f", 123456.789, "123456.789"),
        ("*^9.1f", 12345.0, "*12345.0*"),
        ("*^9.1f", 0.25, "***0.2***"),
        ("*^9.1f", -1.005, "**-1.0***"),
        ("+.2f", 0.0, "+0.00"),
        ("+.2f", 12345.0, "+12345.00"),
        ("+.2f", 0.0001, "+0.00"),
        (" .1f", 0.0001, " 0.0"),
        (" .1f", 0.0, " 0.0"),
        (" .1f", 99999.95, " 99999.9"),
        (".3e", 0.3333333333333333, "3.333e-01"),
        (".3e", f64::NAN, "nan"),
        (".3e", 0.0, "0.000e+00"),
        (".2E", 9.995, "9.99E+00"),
        (".2E", 123456.789, "1.23E+05"),
        (".2E", f64::INFINITY, "INF"),
        ("g", f64::NEG_INFINITY, "-inf"),
        ("g", 0.0001, "0.0001"),
        ("g", 123456.789, "123457"),
        (".3g", 100000.0, "1e+05"),
        (".3g", 123456.789, "1.23e+05"),
        (".3g", 0.0001, "0.0001"),
        (".4", f64::INFINITY, "inf"),
        (".4", 1e+20, "1e+20"),
        (".4", 0.0, "0.0"),
        (".6", f64::NAN, "nan"),
        (".6", 0.0001, "0.0001"),
        (".6", 0.25, "0.25"),
        ("%", 0.125, "12.500000%"),
        ("%", 1e+20, "10000000000000000000000.000000%"),
        ("%", 0.25, "25.000000%"),
        (".1%", -1.005, "-100.5%"),
        (".1%", 9.995, "999.5%"),
        (".1%", f64::NAN, "nan%"),
        ("=+8.2f", 9.995, "+   9.99"),
        ("=+8.2f", 0.3333333333333333, "+   0.33"),
        ("=+8.2f", 1e+20, "+100000000000000000000.00"),
        ("010", 1e+20, "000001e+20"),
        ("010", f64::NEG_INFINITY, "-000000inf"),
        ("010", 9.995, "000009.995"),
        (".1", 99999.95, "1e+05"),
        (".1", -0.0, "-0e+00"),
        (".1", f64::NEG_INFINITY, "-inf"),
        (".0e", 123456.789, "1e+05"),
        (".0e", 99999.95, "1e+05"),
        (".0e", f64::NAN, "nan"),
        ("G", 0.125, "0.125"),
        ("G", 100000.0, "100000"),
        ("G", 0.0001, "0.0001"),
        ("010.3g", 0.5, "00000000.5"),
        ("010.3g", f64::INFINITY, "0000000inf"),
        ("010.3g", 9.995, "0000009.99"),
        ("F", 0.25, "0.250000"),
        ("F", 0.125, "0.125000"),
        ("F", 9.995, "9.995000"),
        ("06.2f", f64::INFINITY, "000inf"),
        (".6", 100000.0, "1e+05"),
        (".4", 12345.0, "1.234e+04"),
        (".4", 3.0, "3.0"),
        (".0f", 2.5, "2"),
        (".0f", 0.5, "0"),
        (".1f", 0.25, "0.2"),
        (".2f", -0.001, "-0.00"),
    ];

    /// Printed by Python 3.11.
    const INTEGERS: &[(&str, usize, &str)] = &[
        ("", 7, "7"),
        ("d", 7, "7"),
        ("02d", 3, "03"),
        ("02d", 123, "123"),
        ("04", 12, "0012"),
        (">5", 3, "    3"),
        ("<5d", 3, "3    "),
        ("^5d", 3, "  3  "),
        ("+d", 3, "+3"),
        (".2f", 3, "3.00"),
        ("e", 12, "1.200000e+01"),
        ("_>4d", 3, "___3"),
        ("05.1f", 2, "002.0"),
        ("g", 1000000, "1e+06"),
        ("%", 1, "100.000000%"),
    ];

    #[test]
    fn numbers_come_out_as_in_python() {
        for (spec, x, text) in FLOATS {
            assert_eq!(
                FormatSpec::parse(spec).unwrap().float(*x),
                *text,
                "{spec} {x}"
            );
        }
        for (spec, n, text) in INTEGERS {
            assert_eq!(
                FormatSpec::parse(spec).unwrap().integer(*n),
                *text,
                "{spec} {n}"
            );
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for spec in [
            "x",
            "02s",
            ".f",
            "5.",
            ".2d",
            ",",
            "999999999999999999999d",
            ".101f",
            "2d2",
            "é",
        ] {
            assert!(FormatSpec::parse(spec).is_err(), "{spec}");
        }
    }
}
