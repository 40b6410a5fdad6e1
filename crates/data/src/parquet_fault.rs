//! What can be wrong with a Parquet file.

use thiserror::Error;

/// What can be wrong with a Parquet file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[allow(missing_docs)] // each variant's message explains its fields
pub enum ParquetFault {
    #[error(
        "Parquet is not built into this program; build it with `cargo install --path crates/cli --features parquet`, \
         or save the table as CSV"
    )]
    NotBuilt,
    #[error(
        "it is not a Parquet file (its first bytes are not `PAR1`); a CSV table goes by `csv = ...`"
    )]
    NotParquet,
    #[error("it is damaged or cut short ({reason}); fetch or write it again")]
    Damaged { reason: String },
    #[error("it is encrypted; write it without encryption")]
    Encrypted,
    #[error(
        "{} nested (lists, maps or structs): {}; flatten {}, or name the others in \
         `parquet = {{ path = ..., columns = [...] }}`",
        if columns.len() == 1 { "one column is" } else { "some columns are" },
        columns.join(", "),
        if columns.len() == 1 { "it" } else { "them" }
    )]
    Nested { columns: Vec<String> },
    #[error(
        "column `{column}` is packed with {codec}, which is not read; write the file with compression \"snappy\", \
         \"gzip\", \"zstd\", \"lz4_raw\" or none"
    )]
    Codec { column: String, codec: String },
    #[error(
        "column `{column}`, row {row}: the cell holds bytes that are no UTF-8 text; name the other columns in \
         `parquet = {{ path = ..., columns = [...] }}`"
    )]
    NotText { column: String, row: usize },
    #[error(
        "column `{column}` holds {kind}, which no input can take; name the other columns in \
         `parquet = {{ path = ..., columns = [...] }}`"
    )]
    Kind { column: String, kind: String },
    #[error("the table has no columns")]
    NoColumns,
    #[error("the table has columns but no rows")]
    NoRows,
    #[error(
        "the table holds more than 4 GiB of text, or more than 2^32 rows; read fewer `columns`, or split the file"
    )]
    TooLarge,
}
