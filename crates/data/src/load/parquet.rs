//! Tables in Parquet files, as CSV tables from the first column on.

use regimen_run::spec::{DataSpec, ParquetSpec};

use super::LoadContext;
use super::assemble::Raw;
use super::table::{raw_of_table, read_file};
use crate::error::{DataError, DataErrors, Fault};
use crate::locate::locate;
use crate::memory::Budget;
use crate::table::Table;

pub(super) fn load_parquet(
    parquet: &ParquetSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    let at_path = |fault| DataErrors::from(DataError::new("data.parquet.path", fault));
    let file = parquet.path.as_str();
    let path = locate(file, cx.base_dir, cx.data_dir.as_deref()).map_err(at_path)?;
    let bytes = read_file(&path, cx.budget()).map_err(at_path)?;
    let table = parse(bytes, Some(&parquet.columns), file, cx.budget()).map_err(at_path)?;
    raw_of_table(&table, file, spec, cx)
}

/// The table in the bytes of a Parquet file: the columns named, or all where none is; `None`: all that are flat.
#[cfg(feature = "parquet")]
pub(super) fn parse(
    bytes: Vec<u8>,
    columns: Option<&[String]>,
    file: &str,
    budget: Budget,
) -> Result<Table, Fault> {
    crate::parquet_table::read(bytes, columns, file, budget)
}

/// Without the feature there is only a way to it.
#[cfg(not(feature = "parquet"))]
pub(super) fn parse(
    _: Vec<u8>,
    _: Option<&[String]>,
    file: &str,
    _: Budget,
) -> Result<Table, Fault> {
    Err(Fault::Parquet {
        file: file.to_owned(),
        fault: crate::parquet_fault::ParquetFault::NotBuilt,
    })
}
