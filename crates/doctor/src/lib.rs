//! The doctor: facts in, findings out
