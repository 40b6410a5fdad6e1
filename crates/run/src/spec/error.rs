//! What is wrong in a run file, each fault with its place, all faults of a file together.

use std::fmt;

/// One fault in a run file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub struct SpecError {
    /// File as the user named it, or `--set`.
    pub file: String,
    /// Line, 1-based; 0 when the fault has no line.
    pub line: usize,
    /// Column in characters, 1-based; 0 when the fault has no line.
    pub column: usize,
    /// Dotted path such as `model.layers[2].units`; empty for the file as a whole.
    pub path: String,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// What to do about it; empty when the expectation says it all.
    pub mend: String,
}

impl SpecError {
    fn text(&self) -> String {
        let mut text = self.file.clone();
        if self.line > 0 {
            text += &format!(" line {}, column {}", self.line, self.column);
        }
        text += ": ";
        if !self.path.is_empty() {
            text += &format!("`{}`: ", self.path);
        }
        text += &self.found;
        if !self.expected.is_empty() {
            text += &format!("; expected {}", self.expected);
        }
        if !self.mend.is_empty() {
            text += &format!("; {}", self.mend);
        }
        text
    }
}

/// Every fault found in a run file, in order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecErrors {
    /// The faults; never empty.
    pub errors: Vec<SpecError>,
}

impl SpecErrors {
    pub(crate) fn sorted(mut errors: Vec<SpecError>) -> Self {
        errors.sort_by_key(|e| (e.line, e.column));
        errors.dedup();
        Self { errors }
    }
}

impl From<SpecError> for SpecErrors {
    fn from(error: SpecError) -> Self {
        Self {
            errors: vec![error],
        }
    }
}

impl fmt::Display for SpecErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.errors.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SpecErrors {}
