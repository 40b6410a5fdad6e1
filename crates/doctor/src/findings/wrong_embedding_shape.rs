//! Given weights do not fit the Embedding: an Embedding holds a table of input_dim rows (one per word
//! of the vocabulary) and output_dim columns.

use crate::FindingDef;
use crate::findings::shape_fault;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_embedding_shape",
    title: "Given weights do not fit the Embedding",
    explain: EXPLAIN,
    detect: |facts| shape_fault(facts, "wrong_embedding_shape"),
    remedies: &["fix_layers"],
};

const EXPLAIN: &str = "\
An Embedding holds a table of input_dim rows (one per word of the vocabulary) and output_dim
columns. Weights that are handed to it, from word2vec or GloVe for instance, must have exactly
that shape: the number of words in the table that was loaded, and its number of dimensions.

How the doctor knows: the spec tells input_dim, output_dim and the shape of the array that is
given as weights, and they differ. Take input_dim and output_dim from the array itself,
weights.shape[0] and weights.shape[1].";
