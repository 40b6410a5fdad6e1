//! Faults of a model under construction: collected, never thrown half-way.

use std::fmt;

/// What is wrong with the inputs of one op or layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What was found, such as `input of shape (8, 10, 32)`.
    pub found: String,
    /// What would have been right.
    pub expected: String,
    /// What the author most likely wants to change.
    pub mend: String,
    /// The output that the author most likely meant, so that building can go on and report the
    /// faults behind this one. `None` where nothing sensible can be said: what follows stays silent.
    pub meant: Option<Vec<crate::Type>>,
}

impl Fault {
    /// A fault after which nothing can be said of the output.
    pub fn new(
        found: impl Into<String>,
        expected: impl Into<String>,
        mend: impl Into<String>,
    ) -> Fault {
        Fault {
            found: found.into(),
            expected: expected.into(),
            mend: mend.into(),
            meant: None,
        }
    }

    /// The same fault with the output that was most likely meant.
    pub fn meaning(mut self, ty: crate::Type) -> Fault {
        self.meant = Some(vec![ty]);
        self
    }

    /// The same fault with all outputs that were most likely meant.
    pub fn meaning_all(mut self, types: Vec<crate::Type>) -> Fault {
        self.meant = Some(types);
        self
    }
}

/// A fault and the layer it lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFault {
    /// Layer path, such as `encoder/dense_1`; empty outside layers.
    pub path: String,
    /// Op or layer that refused its input.
    pub op: String,
    /// What is wrong.
    pub fault: Fault,
}

/// Every fault of a model, in the order of building.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ModelFaults(pub Vec<ModelFault>);

impl fmt::Display for ModelFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() {
            "model"
        } else {
            &self.path
        };
        write!(
            f,
            "{place} ({}): found {}, expected {}. {}",
            self.op, self.fault.found, self.fault.expected, self.fault.mend
        )
    }
}

impl fmt::Display for ModelFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}
