//! Numbers that stand for sizes nobody knows yet, and their name in messages.
//!
//! A model is checked before any batch is there. The stand-ins are primes, so that they do not come about by
//! themselves; where a fault's text shows one, it shows `None` instead, as Keras does. A model that halves and doubles what is
//! open fits with even sizes alone: those are tried where the primes do not fit.

use regimen_graph::ModelFaults;

/// Stands for the batch size.
pub const BATCH: usize = 10_007;
/// Stands for a length that the model leaves open.
pub(crate) const LENGTH: usize = 1_009;
/// A second pair: sizes that differ between the two depend on what is unknown.
pub(crate) const OTHER: (usize, usize) = (10_009, 1_013);

/// The lengths of both pairs where a model needs even ones: 2^7 and 3^2 times 2^7.
pub(crate) const EVEN: (usize, usize) = (1_024, 1_152);

/// The faults with unknown sizes called `None`.
pub fn name_unknown(mut faults: ModelFaults) -> ModelFaults {
    for entry in &mut faults.0 {
        let fault = &mut entry.fault;
        for text in [&mut fault.found, &mut fault.expected, &mut fault.mend] {
            *text = rename(text);
        }
    }
    faults
}

/// Whole numbers that are stand-ins become `None`.
fn rename(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut number = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        let unknown = [BATCH, LENGTH].iter().any(|n| number == n.to_string());
        let inside_word = out
            .chars()
            .last()
            .is_some_and(|b| b.is_alphanumeric() || b == '_' || b == '.');
        out.push_str(if unknown && !inside_word {
            "None"
        } else {
            &number
        });
        number.clear();
        out.push(c);
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_stand_ins_are_renamed() {
        assert_eq!(
            rename("input float32[10007, 64]"),
            "input float32[None, 64]"
        );
        assert_eq!(
            rename("(10007, 1009, 8) and 110007, x10007, 0.1009"),
            "(None, None, 8) and 110007, x10007, 0.1009"
        );
        assert_eq!(rename("ends with 10007"), "ends with None");
        assert_eq!(rename(""), "");
    }
}
