//! The equation of EinsumDense: which axes of input, kernel and output are which, and the sizes that follow.
//!
//!   "abc,cd->abd";  "...x,xy->...y" with any axes before;  "ab...,bc->ac..." with any axes behind
//!
//! Follows `_analyze_einsum_string` of keras/src/layers/core/einsum_dense.py.

/// A parsed equation: one letter per axis that is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Equation {
    input: Vec<char>,
    kernel: Vec<char>,
    output: Vec<char>,
    ellipsis: Ellipsis,
}

/// Where axes stand that the equation does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ellipsis {
    None,
    Left,
    Right,
}

/// What an equation comes to for an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Letters of the input's axes, those of the ellipsis among them.
    pub input: Vec<char>,
    /// Letters of the kernel's axes.
    pub kernel: Vec<char>,
    /// Letters of the output's axes.
    pub output: Vec<char>,
    /// Sizes of the kernel.
    pub kernel_shape: Vec<usize>,
    /// Sizes of the output.
    pub output_shape: Vec<usize>,
    /// Axes of the kernel that are summed over, and those that the output has.
    pub kernel_axes: (Vec<usize>, Vec<usize>),
}

const FORMS: &str = "`ab,bc->ac`, `...b,bc->...c` or `ab...,bc->ac...`, with a letter per axis";

impl Equation {
    /// From Keras's text.
    pub fn parse(text: &str) -> Result<Equation, String> {
        let expected = || format!("expected the form {FORMS}");
        let (inputs, output) = text.split_once("->").ok_or_else(expected)?;
        let (input, kernel) = inputs.split_once(',').ok_or_else(expected)?;
        let (ellipsis, input, output) = match (input.strip_prefix("..."), input.strip_suffix("..."))
        {
            (None, None) => (Ellipsis::None, input, Some(output)),
            (Some(rest), None) => (Ellipsis::Left, rest, output.strip_prefix("...")),
            (None, Some(rest)) => (Ellipsis::Right, rest, output.strip_suffix("...")),
            (Some(_), Some(_)) => return Err(expected()),
        };
        let output = output.ok_or_else(expected)?;
        let letters = |part: &str| -> Result<Vec<char>, String> {
            let fits = !part.is_empty() && part.chars().all(|c| c.is_ascii_alphabetic());
            fits.then(|| part.chars().collect()).ok_or_else(expected)
        };
        let equation = Equation {
            input: letters(input)?,
            kernel: letters(kernel)?,
            output: letters(output)?,
            ellipsis,
        };
        equation.check()?;
        Ok(equation)
    }

    fn check(&self) -> Result<(), String> {
        if self.ellipsis == Ellipsis::Right && self.input.len() < 2 {
            return Err("expected the batch and one axis more before `...`".to_string());
        }
        let new = |c: &&char| !self.input.contains(c) && !self.kernel.contains(c);
        if let Some(c) = self.output.iter().find(new) {
            return Err(format!(
                "expected letters in the output that input or kernel have, found `{c}`"
            ));
        }
        let loose = |c: &&char| !self.input.contains(c) && !self.output.contains(c);
        if let Some(c) = self.kernel.iter().find(loose) {
            return Err(format!(
                "expected letters in the kernel that input or output have, found `{c}`"
            ));
        }
        let again = |(i, c): &(usize, &char)| self.output[..*i].contains(c);
        match self.output.iter().enumerate().find(again) {
            Some((_, c)) => Err(format!(
                "expected each letter of the output once, found `{c}` twice"
            )),
            None => Ok(()),
        }
    }

    /// Whether each of these letters is one of the output's, or the one that is not.
    pub fn stranger(&self, bias_axes: &str) -> Option<char> {
        bias_axes.chars().find(|c| !self.output.contains(c))
    }

    /// How many sizes of the output have to be given: all but the batch and those of the ellipsis.
    pub fn given_sizes(&self) -> usize {
        self.output.len() - usize::from(self.ellipsis != Ellipsis::Left)
    }

    /// Letters and sizes for an input, or what was expected of it. `given` are the output's sizes without batch and
    /// ellipsis, null where the input's count.
    pub fn plan(&self, shape: &[usize], given: &[Option<usize>]) -> Result<Plan, String> {
        let least = self.input.len() + usize::from(self.ellipsis == Ellipsis::Left);
        let exact = self.ellipsis == Ellipsis::None;
        if shape.len() < least || (exact && shape.len() > least) {
            let more = if exact { "" } else { " or more" };
            return Err(format!("an input of {least}{more} axes"));
        }
        if given.len() != self.given_sizes() {
            return Err(format!("an `output_shape` of {} sizes", self.given_sizes()));
        }
        let elided = shape.len() - self.input.len();
        // Letters that no equation has.
        let unnamed: Vec<char> = (0..elided as u8).map(char::from).collect();
        let join = |named: &[char]| match self.ellipsis {
            Ellipsis::Right => [named, &unnamed].concat(),
            _ => [&unnamed, named].concat(),
        };
        let (input, output) = (join(&self.input), join(&self.output));
        // The batch is the input's; an ellipsis at the left holds it.
        let mut sizes: Vec<Option<usize>> = match self.ellipsis {
            Ellipsis::Left => shape[..elided].iter().copied().map(Some).collect(),
            _ => vec![Some(shape[0])],
        };
        sizes.extend(given);
        if self.ellipsis == Ellipsis::Right {
            sizes.extend(shape[self.input.len()..].iter().copied().map(Some));
        }
        let of_input = |c: &char| input.iter().rposition(|i| i == c).map(|i| shape[i]);
        let mut output_shape = vec![];
        for (c, size) in output.iter().zip(sizes) {
            match (size, of_input(c)) {
                (Some(a), Some(b)) if a != b => {
                    return Err(format!(
                        "size {a} of `{c}` in the output, as in `output_shape`, not {b}"
                    ));
                }
                (Some(size), _) | (None, Some(size)) => output_shape.push(size),
                (None, None) => return Err(format!("a size of `{c}` in `output_shape`, not null")),
            }
        }
        let of_output = |c: &char| output.iter().position(|o| o == c).map(|i| output_shape[i]);
        let size = |c: &char| of_output(c).or(of_input(c)).unwrap_or(1);
        Ok(Plan {
            kernel_shape: self.kernel.iter().map(size).collect(),
            kernel_axes: (0..self.kernel.len()).partition(|&i| !output.contains(&self.kernel[i])),
            kernel: self.kernel.clone(),
            input,
            output,
            output_shape,
        })
    }

    /// Sizes of a bias over these letters of the output: from the first of them on, 1 along the others.
    pub fn bias_shape(&self, bias_axes: &str, plan: &Plan) -> Vec<usize> {
        let named = |c: &char| bias_axes.contains(*c) && self.output.contains(c);
        let first = plan.output.iter().position(named).unwrap_or(0);
        let sizes = plan.output.iter().zip(&plan.output_shape).skip(first);
        sizes
            .map(|(c, &size)| if named(c) { size } else { 1 })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Equation::parse(text).unwrap_err()
    }

    #[test]
    fn forms_are_checked() {
        for text in [
            "ab,bc",
            "ab->ac",
            "a b,bc->ac",
            "...ab...,bc->ac",
            "...ab,bc->ac",
            ",b->b",
            "a1,b->b",
        ] {
            assert!(refused(text).contains("expected the form"), "{text}");
        }
        assert!(
            refused("ab,bc->ad").contains("in the output that input or kernel have, found `d`")
        );
        assert!(refused("ab,bd->a").contains("found `d`"));
        assert!(refused("ab,bc->aca").contains("`a` twice"));
        assert!(refused("a...,ac->c...").contains("one axis more"));
    }

    #[test]
    fn sizes_follow_from_input_and_output() {
        let plan = |text: &str, shape: &[usize], given: &[Option<usize>]| {
            Equation::parse(text).unwrap().plan(shape, given)
        };
        let heads = plan("abc,cde->abde", &[2, 3, 4], &[None, Some(5), Some(6)]).unwrap();
        assert_eq!(heads.kernel_shape, [4, 5, 6]);
        assert_eq!(heads.output_shape, [2, 3, 5, 6]);
        assert_eq!(heads.kernel_axes, (vec![0], vec![1, 2]));
        assert!(
            plan("ab,bc->ac", &[2, 3, 4], &[Some(5)])
                .unwrap_err()
                .contains("2 axes")
        );
        assert!(
            plan("...b,bc->...c", &[2], &[Some(5)])
                .unwrap_err()
                .contains("2 or more")
        );
        assert!(
            plan("abc,cd->abd", &[2, 3, 4], &[Some(5)])
                .unwrap_err()
                .contains("2 sizes")
        );
        assert!(
            plan("abc,cd->abd", &[2, 3, 4], &[Some(4), Some(5)])
                .unwrap_err()
                .contains("`b`")
        );
        assert!(
            plan("abc,cd->abd", &[2, 3, 4], &[None, None])
                .unwrap_err()
                .contains("`d`")
        );
    }
}
