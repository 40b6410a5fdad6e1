//! Tables in Parquet files: flat columns as text cells, nulls as empty ones.
//!
//! Numbers as they print, bools as 0 and 1, dates and times in ISO 8601, decimals with their point. The index that
//! pandas adds (`__index_level_0__`) is no column unless it is named. The file is hostile until read: pages unpack
//! within bounds (`pages`), the table grows within the memory at hand, and what the decoder of values
//! cannot stand is told as damage (`guard`).

mod cells;
mod guard;
mod kind;
mod pages;
mod unpacked;

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use parquet::column::reader::get_column_reader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::schema::types::SchemaDescriptor;
use regimen_run::nearest::nearest_three;

use self::cells::{Cells, Column};
use self::kind::Kind;
use self::pages::Pages;
use crate::error::Fault;
use crate::memory::Budget;
use crate::parquet_fault::ParquetFault;
use crate::table::Table;

/// Rows that are decoded at a time.
const BATCH: usize = 4096;

/// A table from the bytes of a Parquet file: the columns named, or all.
///
/// ```
/// let fault = regimen_data::parse_parquet(b"a,b\n1,2\n", &[], None).unwrap_err();
/// assert!(fault.to_string().contains("not a Parquet file"));
/// ```
pub fn parse_parquet(
    bytes: &[u8],
    columns: &[String],
    max_memory: Option<u64>,
) -> Result<Table, Fault> {
    let bytes = bytes.to_vec();
    read(bytes, Some(columns), "the file", Budget(max_memory))
}

/// Whether bytes begin as Parquet does.
pub(crate) fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1") || bytes.starts_with(b"PARE")
}

/// A table from the bytes of a Parquet file, named in errors: the columns named, or all where none is. `None`: every
/// column of which cells can be made, for rows of which some columns do not count.
pub(crate) fn read(
    bytes: Vec<u8>,
    columns: Option<&[String]>,
    file: &str,
    budget: Budget,
) -> Result<Table, Fault> {
    let told = |fault| Fault::Parquet {
        file: file.to_owned(),
        fault,
    };
    if !is_parquet(&bytes) {
        return Err(told(ParquetFault::NotParquet));
    }
    if bytes.starts_with(b"PARE") {
        return Err(told(ParquetFault::Encrypted));
    }
    let bytes = Bytes::from(bytes);
    guard::guarded(|| {
        let meta = ParquetMetaDataReader::new()
            .parse_and_finish(&bytes)
            .map_err(|e| told(damaged(&e)))?;
        let chosen = choose(meta.file_metadata().schema_descr(), columns, file)?;
        build(bytes.clone(), &meta, &chosen, file, budget)
    })
    .unwrap_or_else(|reason| Err(told(ParquetFault::Damaged { reason })))
}

pub(crate) fn damaged(e: &ParquetError) -> ParquetFault {
    let text = e.to_string();
    let reason = text
        .split_once(": ")
        .map_or(text.as_str(), |(_, rest)| rest);
    match text.contains("ncrypt") {
        true => ParquetFault::Encrypted,
        false => ParquetFault::Damaged {
            reason: reason.trim_end_matches('.').to_owned(),
        },
    }
}

/// A column that is read.
struct Chosen {
    name: String,
    /// Its place among the leaves of the schema.
    leaf: usize,
    kind: Kind,
}

/// The columns named, or all but the index of pandas; none of them nested.
fn choose(
    schema: &SchemaDescriptor,
    wanted: Option<&[String]>,
    file: &str,
) -> Result<Vec<Chosen>, Fault> {
    let lenient = wanted.is_none();
    let wanted = wanted.unwrap_or_default();
    let told = |fault| Fault::Parquet {
        file: file.to_owned(),
        fault,
    };
    let roots: Vec<String> = (schema.root_schema().get_fields().iter())
        .map(|field| field.name().to_owned())
        .collect();
    if let Some(name) = wanted.iter().find(|name| !roots.contains(name)) {
        return Err(Fault::UnknownColumn {
            file: file.to_owned(),
            name: name.clone(),
            near: nearest_three(name, roots.iter().map(String::as_str)),
            columns: roots,
        });
    }
    let is_wanted = |name: &String| match wanted {
        [] => lenient || !name.starts_with("__index_level_"),
        _ => wanted.contains(name),
    };
    let mut nested = BTreeSet::new();
    let mut chosen = Vec::new();
    for (leaf, column) in schema.columns().iter().enumerate() {
        let root = schema.get_column_root(leaf);
        let name = root.name().to_owned();
        if !is_wanted(&name) {
            continue;
        }
        if root.is_group() || column.max_rep_level() > 0 {
            nested.insert(name);
            continue;
        }
        match Kind::of(column) {
            Ok(kind) => chosen.push(Chosen { name, leaf, kind }),
            Err(_) if lenient => {}
            Err(kind) => return Err(told(ParquetFault::Kind { column: name, kind })),
        }
    }
    if !nested.is_empty() && !lenient {
        let columns = nested.into_iter().collect();
        return Err(told(ParquetFault::Nested { columns }));
    }
    if !wanted.is_empty() {
        let place = |c: &Chosen| wanted.iter().position(|name| *name == c.name);
        chosen.sort_by_key(place);
    }
    match chosen.is_empty() {
        true => Err(told(ParquetFault::NoColumns)),
        false => Ok(chosen),
    }
}

fn build(
    bytes: Bytes,
    meta: &ParquetMetaData,
    chosen: &[Chosen],
    file: &str,
    budget: Budget,
) -> Result<Table, Fault> {
    let file_bytes = Arc::new(bytes);
    let mut table = Table::of(chosen.iter().map(|c| c.name.clone()).collect());
    for group in meta.row_groups() {
        let before = table.rows();
        let mut columns = Vec::with_capacity(chosen.len());
        for c in chosen {
            columns.push(open(&file_bytes, group, c, file, budget)?);
        }
        let wanted = group.num_rows();
        let found = loop {
            let more = add_batch(&mut table, &mut columns, chosen, file, budget)?;
            let found = (table.rows() - before) as i64;
            if !more || found > wanted {
                break found;
            }
        };
        if found != wanted {
            let reason = format!("a group of {wanted} rows holds {found}");
            return Err(Fault::Parquet {
                file: file.to_owned(),
                fault: ParquetFault::Damaged { reason },
            });
        }
    }
    match table.rows() {
        0 => Err(Fault::Parquet {
            file: file.to_owned(),
            fault: ParquetFault::NoRows,
        }),
        _ => Ok(table),
    }
}

fn open(
    bytes: &Arc<Bytes>,
    group: &RowGroupMetaData,
    chosen: &Chosen,
    file: &str,
    budget: Budget,
) -> Result<Column, Fault> {
    let told = |fault| Fault::Parquet {
        file: file.to_owned(),
        fault,
    };
    let Some(chunk) = group.columns().get(chosen.leaf) else {
        let reason = format!("a group of rows lacks the column `{}`", chosen.name);
        return Err(told(ParquetFault::Damaged { reason }));
    };
    let descriptor = chunk.column_descr_ptr();
    let optional = descriptor.max_def_level() > 0;
    let pages = Pages::new(bytes, group, chunk, budget).map_err(|e| match e {
        pages::Refused::Codec(codec) => told(ParquetFault::Codec {
            column: chosen.name.clone(),
            codec,
        }),
        pages::Refused::Damaged(e) => told(damaged(&e)),
    })?;
    let reader = get_column_reader(descriptor, Box::new(pages));
    Ok(Column::new(reader, chosen.kind, optional))
}

/// Decodes some rows of every column and adds them to the table; false at the end.
fn add_batch(
    table: &mut Table,
    columns: &mut [Column],
    chosen: &[Chosen],
    file: &str,
    budget: Budget,
) -> Result<bool, Fault> {
    let told = |fault| Fault::Parquet {
        file: file.to_owned(),
        fault,
    };
    let mut batch: Vec<Cells> = Vec::with_capacity(columns.len());
    for (column, c) in columns.iter_mut().zip(chosen) {
        let cells = column.read(BATCH).map_err(|e| match e {
            cells::Bad::Cell(row) => told(ParquetFault::NotText {
                column: c.name.clone(),
                row: table.rows() + row + 1,
            }),
            cells::Bad::Damaged(e) => told(damaged(&e)),
        })?;
        if batch.first().is_some_and(|b| b.len() != cells.len()) {
            let reason = format!("column `{}` has other rows than the first", c.name);
            return Err(told(ParquetFault::Damaged { reason }));
        }
        batch.push(cells);
    }
    let rows = batch.first().map_or(0, Cells::len);
    let text: usize = batch.iter().map(Cells::bytes).sum();
    let more = text as u64 + 4 * (rows * (columns.len() + 1)) as u64;
    // A growing table is copied to twice its room.
    let need = (table.bytes() + more).saturating_mul(2);
    budget.check(&format!("{file}, as a table,"), need)?;
    for row in 0..rows {
        let cells = batch.iter().map(|cells| cells.get(row));
        table
            .add_row(cells)
            .map_err(|_| told(ParquetFault::TooLarge))?;
    }
    Ok(rows > 0)
}

#[cfg(test)]
mod tests;
