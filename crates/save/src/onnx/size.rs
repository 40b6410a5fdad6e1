//! Sizes as functions of what a model leaves open: its batch, and lengths without a number.
//!
//!   size = plus + Σ factor · Π open sizes
//!
//! A graph has numbers alone. Written for several values of what is open, its sizes show how they follow from them.

/// A size in terms of others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Size {
    /// What is always there.
    pub(super) plus: i64,
    /// Factors on products.
    pub(super) terms: Vec<(i64, Vec<Symbol>)>,
}

/// A size that is known when the model runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Symbol {
    /// An open size, by its place in [`Open`].
    Open(usize),
    /// The size of a value along an axis: for sizes that are rounded, as behind strides.
    Of(String, usize),
}

/// The open sizes, with the values that stand for them: in the first writing all have their first value, in the next ones
/// a single one has its second, and in the last one all have their third. They lie far apart: a size that is rounded, as
/// behind strides, must not stay the same, nor seem to grow by whole steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Open {
    /// The three values of each open size.
    pub(super) values: Vec<[usize; 3]>,
}

impl Open {
    /// How often the graph has to be written.
    pub(super) fn writings(&self) -> usize {
        match self.values.len() {
            0 => 1,
            n => n + 2,
        }
    }

    /// The value of an open size in a writing.
    pub(super) fn value(&self, symbol: usize, writing: usize) -> usize {
        let [first, second, third] = self.values[symbol];
        match writing {
            w if w > self.values.len() => third,
            w if w == symbol + 1 => second,
            _ => first,
        }
    }

    /// The size that has these values, one per writing; `None` where it is none of this form.
    pub(super) fn fit(&self, found: &[usize]) -> Option<Size> {
        let at = |writing: usize| found.get(writing).map(|&n| n as i64);
        let first = at(0)?;
        let moved: Vec<usize> = (0..self.values.len())
            .filter(|&s| at(s + 1) != Some(first))
            .collect();
        let product = self.product(first, &moved);
        let sum = || self.sum(found, &moved);
        let fits = |size: &Size| (0..found.len()).all(|w| self.eval(size, w) == at(w));
        product.filter(fits).or_else(|| sum().filter(fits))
    }

    fn product(&self, first: i64, moved: &[usize]) -> Option<Size> {
        let each = moved.iter().map(|&s| self.values[s][0] as i64);
        let product = each.product::<i64>();
        if moved.is_empty() {
            return Some(Size::of(first));
        }
        (first % product == 0).then(|| Size {
            plus: 0,
            terms: vec![(
                first / product,
                moved.iter().map(|&s| Symbol::Open(s)).collect(),
            )],
        })
    }

    fn sum(&self, found: &[usize], moved: &[usize]) -> Option<Size> {
        let first = *found.first()? as i64;
        let mut size = Size::of(first);
        for &s in moved {
            let [a, b, _] = self.values[s];
            let (rise, run) = (found[s + 1] as i64 - first, b as i64 - a as i64);
            if rise % run != 0 {
                return None;
            }
            size.plus -= rise / run * a as i64;
            size.terms.push((rise / run, vec![Symbol::Open(s)]));
        }
        Some(size)
    }

    fn eval(&self, size: &Size, writing: usize) -> Option<i64> {
        let term = |(factor, symbols): &(i64, Vec<Symbol>)| {
            let value = |symbol: &Symbol| match symbol {
                Symbol::Open(s) => Some(self.value(*s, writing) as i64),
                Symbol::Of(..) => None,
            };
            let each = symbols.iter().map(value);
            each.product::<Option<i64>>()?.checked_mul(*factor)
        };
        let sum = size.terms.iter().map(term).sum::<Option<i64>>()?;
        sum.checked_add(size.plus)
    }
}

impl Size {
    /// One that is always the same.
    pub(super) fn of(plus: i64) -> Size {
        Size {
            plus,
            terms: vec![],
        }
    }

    /// Its value, where nothing of it is open.
    pub(super) fn fixed(&self) -> Option<usize> {
        let plus = usize::try_from(self.plus).ok();
        plus.filter(|_| self.terms.is_empty())
    }

    /// A whole multiple of a size of a value.
    pub(super) fn of_value(factor: i64, value: &str, axis: usize) -> Size {
        Size {
            plus: 0,
            terms: vec![(factor, vec![Symbol::Of(value.to_owned(), axis)])],
        }
    }

    /// The open size that it is.
    pub(super) fn symbol(&self) -> Option<usize> {
        match (self.plus, &self.terms[..]) {
            (0, [(1, symbols)]) => match symbols[..] {
                [Symbol::Open(symbol)] => Some(symbol),
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batch and two lengths.
    fn open() -> Open {
        Open {
            values: vec![[101, 401, 7], [11, 31, 52], [17, 37, 58]],
        }
    }

    fn fit(f: impl Fn(i64, i64, i64) -> i64) -> Option<Size> {
        let open = open();
        let at = |w| {
            let [b, s, t] = [0, 1, 2].map(|symbol| open.value(symbol, w) as i64);
            f(b, s, t) as usize
        };
        open.fit(&(0..open.writings()).map(at).collect::<Vec<_>>())
    }

    #[test]
    fn sizes_are_found_from_their_values() {
        let size = |plus, terms: &[(i64, &[usize])]| {
            let open = |s: &[usize]| s.iter().map(|&s| Symbol::Open(s)).collect();
            let terms = terms.iter().map(|(f, s)| (*f, open(s))).collect();
            Some(Size { plus, terms })
        };
        assert_eq!(fit(|_, _, _| 7), size(7, &[]));
        assert_eq!(fit(|b, _, _| b), size(0, &[(1, &[0])]));
        assert_eq!(fit(|b, s, _| 4 * b * s), size(0, &[(4, &[0, 1])]));
        assert_eq!(fit(|_, s, _| 2 * s - 3), size(-3, &[(2, &[1])]));
        assert_eq!(fit(|_, s, t| s + t + 1), size(1, &[(1, &[1]), (1, &[2])]));
        assert_eq!(fit(|_, s, _| (s - 3) / 4), None);
        assert_eq!(fit(|_, s, _| s.min(40)), None);
        assert_eq!(fit(|b, s, t| b * s + t), None);
    }
}
