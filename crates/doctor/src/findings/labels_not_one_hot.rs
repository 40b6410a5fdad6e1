//! Class numbers where one-hot labels are needed: under categorical_crossentropy the output is compared
//! with one column per class.

use crate::FindingDef;
use crate::findings::shape_fault;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "labels_not_one_hot",
    title: "Class numbers where one-hot labels are needed",
    explain: EXPLAIN,
    detect: |facts| shape_fault(facts, "labels_not_one_hot"),
    remedies: &["fix_loss", "fix_labels"],
};

const EXPLAIN: &str = "\
Under categorical_crossentropy the output is compared with one column per class. Labels that are
class numbers (one number a row) do not fit: Keras refuses them by shape, or, with a single unit,
learns nonsense.

How the doctor knows: the program loads a data set whose labels are class numbers, and no text of
the spec makes them one-hot (to_categorical, np.eye, OneHotEncoder, get_dummies ...). The spec may
lack such a text, so this is told as likely, not as certain.

Use sparse_categorical_crossentropy, which takes the numbers as they are, or to_categorical.";
