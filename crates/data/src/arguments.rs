//! What is wrong with the arguments of a function that stands by itself.

/// Arguments that a function cannot use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{function}: `{argument}`: found {found}, expected {expected}")]
pub struct WrongArgument {
    /// The function.
    pub function: &'static str,
    /// The argument.
    pub argument: &'static str,
    /// What it is.
    pub found: String,
    /// What it has to be.
    pub expected: String,
}

impl WrongArgument {
    pub(crate) fn new(
        (function, argument): (&'static str, &'static str),
        found: impl ToString,
        expected: impl ToString,
    ) -> WrongArgument {
        WrongArgument {
            function,
            argument,
            found: found.to_string(),
            expected: expected.to_string(),
        }
    }
}
