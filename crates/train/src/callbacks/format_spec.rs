//! The part of Python's format mini-language that file names need: `02d`, `.2f`, `>8.3e`.
//!
//! `[[fill]align][sign][0][width][.precision][type]` with the types d, e, E, f, F, g, G and %.

use crate::callbacks::python_text::{exponent_text, repr, split_exponent};

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
                Err(format!("`{kind}` is not one of the types d, e, f, g and %"))
            }
            _ if !rest.is_empty() => Err("expected something like `02d` or `.2f`".to_string()),
            _ if spec.width > LIMIT || spec.precision.is_some_and(|p| p > LIMIT) => {
                Err(format!("widths and precisions end at {LIMIT}"))
            }
            Some('d') if spec.precision.is_some() => Err("`d` takes no precision".to_string()),
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
#[path = "format_spec_tests.rs"]
mod tests;
