//! Data sources, preprocessing, splits and batches
