//! One-hot labels where class numbers are needed: the sparse form of the categorical crossentropy takes
//! one class number per row.

use crate::FindingDef;
use crate::findings::shape_fault;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "labels_one_hot_with_sparse_loss",
    title: "One-hot labels where class numbers are needed",
    explain: EXPLAIN,
    detect: |facts| shape_fault(facts, "labels_one_hot_with_sparse_loss"),
    remedies: &["fix_loss", "fix_labels"],
};

const EXPLAIN: &str = "\
The sparse form of the categorical crossentropy takes one class number per row. Labels that were
made one-hot have one column per class and do not fit: Keras refuses them by shape, or takes each
column for a row of its own.

How the doctor knows: the spec holds a text that makes labels one-hot (to_categorical, np.eye,
OneHotEncoder, get_dummies ...) beside the sparse loss. It may be meant for something else, so this
is told as likely. In a run file the readers know how labels are encoded, and the run is refused
before it starts.

Use categorical_crossentropy, or leave the labels as numbers.";
