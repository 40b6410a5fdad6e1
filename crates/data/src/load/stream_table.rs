//! Raw rows of a table whose features go to a temporary file: one pass over the table, or two where the format of dates is to be
//! found. In memory are labels, weights and what decides the split.

use std::collections::BTreeSet;

use regimen_run::spec::{CsvSpec, DataSpec};

use super::LoadContext;
use super::assemble::{Inputs, Raw};
use super::distinct::{feature_columns, row_hash};
use super::inputs::{Input, Kind};
use super::keep::{Dropped, keep_rows};
use super::propose::propose;
use super::roles::{Roles, features, roles};
use super::spooled::Writing;
use super::table::{
    check_archive, check_delimiter, check_memory, check_name, no_header, no_rows, wrong_delimiter,
};
use super::told::{told, unused_groups};
use crate::dates::DateSearch;
use crate::error::{DataError, DataErrors, Fault};
use crate::locate::locate;
use crate::numbers::Rows;
use crate::table::{CsvOptions, Stopped, Table, TableChunks, TableFault};
use crate::unpack::TableFile;

/// Bytes of a chunk.
pub(super) const CHUNK: usize = 8 << 20;

pub(super) fn stream_csv(
    csv: &CsvSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    stream_in_chunks(csv, spec, cx, CHUNK)
}

/// [`stream_csv`] with chunks of about `size` bytes.
pub(super) fn stream_in_chunks(
    csv: &CsvSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
    size: usize,
) -> Result<Raw, DataErrors> {
    let at_path = |fault| DataErrors::from(DataError::new("data.csv.path", fault));
    check_delimiter(csv)?;
    let options = CsvOptions::of(csv);
    let path = locate(&csv.path, cx.base_dir, cx.data_dir.as_deref()).map_err(at_path)?;
    check_name(&csv.path)?;
    let table = TableFile::open(&path, options.table.as_deref()).map_err(at_path)?;
    let mut reading: Option<Reading<'_>> = None;
    let pass = |each: &mut dyn FnMut(&Table) -> Result<(), DataErrors>| {
        let scanned = table.read(|bytes| scan(TableChunks::new(bytes, &options, size)?, each));
        scanned.map_err(at_path)?
    };
    pass(&mut |chunk| {
        if let Some(reading) = &mut reading {
            return reading.take(chunk);
        }
        if let Some(fault) = wrong_delimiter(chunk, options.delimiter) {
            let file = csv.path.clone();
            let fault = Fault::Table { file, fault };
            return Err(DataError::new("data.csv.delimiter", fault).into());
        }
        check_archive(csv, table.chosen())?;
        let roles = roles(chunk, &csv.path, spec, cx)?;
        let reading = reading.insert(Reading::begin(chunk, &csv.path, roles, spec)?);
        reading.take(chunk)
    })?;
    let Some(mut reading) = reading else {
        let (file, fault) = (csv.path.clone(), TableFault::NoRows);
        return Err(at_path(Fault::Table { file, fault }));
    };
    if reading.searches() {
        reading.end_search();
        pass(&mut |chunk| reading.take(chunk))?;
    }
    let header = no_header(csv, &reading.columns);
    let mut raw = reading.finish(Vec::new(), None, spec, cx)?;
    raw.notes.splice(0..0, header);
    Ok(raw)
}

/// Hands every chunk to `each`, until it fails; then reads on all the same, for what is wrong with the table comes first.
fn scan(
    chunks: impl Iterator<Item = Result<Table, Stopped>>,
    each: &mut dyn FnMut(&Table) -> Result<(), DataErrors>,
) -> Result<Result<(), DataErrors>, Stopped> {
    let mut done = Ok(());
    for chunk in chunks {
        let chunk = chunk?;
        if done.is_ok() {
            done = each(&chunk);
        }
    }
    Ok(done)
}

/// A table that is being read.
pub(super) struct Reading<'a> {
    file: &'a str,
    columns: Vec<String>,
    roles: Roles,
    inputs: Vec<Input>,
    dropped: Dropped,
    /// Hashes of the rows so far, where rows that repeat others are left out.
    seen: Option<BTreeSet<u128>>,
    /// Hashes of all rows, where it is decided in the end which ones are left out.
    hashes: Option<Vec<u128>>,
    /// Formats of dates that are to be found first, by input.
    searches: Vec<(usize, DateSearch)>,
    writing: Writing,
    /// What to write for a table without inputs that is not all numbers.
    proposal: Option<Vec<DataError>>,
    /// Labels, weights and what decides the split, of the rows that are kept.
    keys: Table,
    key_columns: Vec<usize>,
}

impl<'a> Reading<'a> {
    /// Finds in the first chunk what the spec names.
    pub fn begin(
        chunk: &Table,
        file: &'a str,
        roles: Roles,
        spec: &'a DataSpec,
    ) -> Result<Reading<'a>, DataErrors> {
        let inputs = features(chunk, file, &roles, spec)?;
        let mut key_columns: Vec<usize> = roles.labels().collect();
        key_columns.extend(roles.weight.iter().chain(&roles.split));
        let names = key_columns.iter().map(|&c| chunk.columns()[c].clone());
        let sought = inputs.iter().enumerate().filter(|(_, input)| {
            matches!(&input.kind, Kind::Date { encoding, .. } if encoding.format.is_empty())
        });
        Ok(Reading {
            file,
            columns: chunk.columns().to_vec(),
            dropped: Dropped::default(),
            seen: spec.drop_duplicates.then(BTreeSet::new),
            hashes: None,
            searches: sought.map(|(i, _)| (i, DateSearch::default())).collect(),
            writing: Writing::begin(inputs.clone(), chunk.columns())?,
            proposal: spec.inputs.is_empty().then(Vec::new),
            keys: Table::of_columns(names.collect()),
            key_columns,
            roles,
            inputs,
        })
    }

    /// Keeps rows that repeat others, for they are not read in their order.
    pub fn choose_late(&mut self) {
        self.hashes = self.seen.take().map(|_| Vec::new());
    }

    /// The hash of each row, after [`Reading::choose_late`], where rows that repeat others are to be left out.
    pub fn take_hashes(&mut self) -> Option<Vec<u128>> {
        self.hashes.take()
    }

    /// Counts rows left out in the end.
    pub fn count_repeated(&mut self, rows: usize) {
        self.dropped.repeated += rows;
    }

    /// What is kept in memory of each row.
    pub fn keys(&self) -> &Table {
        &self.keys
    }

    /// Whether the formats of dates are looked for, before anything is read.
    pub fn searches(&self) -> bool {
        !self.searches.is_empty()
    }

    /// Ends looking for formats; the table is to be read again.
    pub fn end_search(&mut self) {
        for (input, search) in self.searches.drain(..) {
            let Input { columns, at, .. } = &self.inputs[input];
            let name = &self.columns[columns[0]];
            let format = search.decide(name);
            let format = format.map_err(|fault| DataError::new(at.clone(), fault));
            self.writing.set_format(input, format);
        }
        self.dropped = Dropped::default();
        if let Some(seen) = &mut self.seen {
            seen.clear();
        }
    }

    /// Reads the next rows.
    pub fn take(&mut self, chunk: &Table) -> Result<(), DataErrors> {
        let roles = &self.roles;
        let mut rows = keep_rows(chunk, roles, &self.inputs, &mut self.dropped);
        let features = feature_columns(roles, &self.inputs);
        let hash = |row: usize| row_hash(chunk, row, roles, &features);
        if let (Some(hashes), true) = (&mut self.hashes, self.searches.is_empty()) {
            hashes.extend(rows.iter().map(|&row| hash(row)));
        }
        if let Some(seen) = &mut self.seen {
            let before = rows.len();
            rows.retain(|&row| seen.insert(hash(row)));
            self.dropped.repeated += before - rows.len();
        }
        let from = Rows {
            table: chunk,
            file: self.file,
            rows: &rows,
        };
        if self.searches() {
            for (input, search) in &mut self.searches {
                let column = self.inputs[*input].columns[0];
                search.add(rows.iter().map(|&row| chunk.cell(row, column)));
            }
            return Ok(());
        }
        self.writing.add(from);
        if let (Some([]), true) = (self.proposal.as_deref(), self.writing.failed()) {
            self.proposal = propose(from, &self.inputs).err();
        }
        self.keys
            .take_from(chunk, &rows, &self.key_columns)
            .map_err(|fault| {
                let file = self.file.to_owned();
                DataError::new("data.csv.path", Fault::Table { file, fault }).into()
            })
    }

    /// The rows read; `order` says which ones count, in which order, if not all in theirs. `places` is the part of each.
    pub fn finish(
        self,
        order: Vec<usize>,
        places: Option<Vec<super::Place>>,
        spec: &DataSpec,
        cx: &LoadContext<'_>,
    ) -> Result<Raw, DataErrors> {
        let all: Vec<usize> = match order.is_empty() {
            true => (0..self.keys.rows()).collect(),
            false => order.clone(),
        };
        if all.is_empty() {
            return Err(no_rows(self.file));
        }
        let from = Rows {
            table: &self.keys,
            file: self.file,
            rows: &all,
        };
        let roles = self.roles.of_keys();
        let mut notes = self.dropped.notes(&self.columns);
        let targets = roles.targets.iter();
        notes.extend(targets.filter_map(|target| unused_groups(from, target)));
        check_memory(from, &[], &roles, cx)?;
        let mut errors = Vec::new();
        let told = told(from, &roles, spec, &mut errors);
        let failed = self.writing.failed();
        let spooled = self.writing.finish(order).map_err(|e| errors.extend(e));
        if let (true, Some(proposal)) = (failed, self.proposal.filter(|p| !p.is_empty())) {
            return Err(DataErrors(proposal));
        }
        match (told, spooled) {
            (Some(told), Ok(spooled)) if errors.is_empty() => {
                let mut raw = told.raw(Inputs::OnDisk(Box::new(spooled)), from, notes);
                raw.given = places.map(super::given::Given).or(raw.given);
                Ok(raw)
            }
            _ => Err(DataErrors(errors)),
        }
    }
}
