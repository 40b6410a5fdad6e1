//! Texts in a folder per class, as a table with the columns `file`, `text` and `label`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use regimen_run::spec::{DataSpec, Encoding, SplitBy, TextsSpec};

use super::LoadContext;
use super::assemble::Raw;
use super::roles::Roles;
use super::table::{Origin, raw};
use crate::class_folders::{Ask, Sorted, sort};
use crate::error::{DataError, DataErrors, Fault};
use crate::latin1;
use crate::load::Place;
use crate::locate::locate_any;
use crate::members::Members;
use crate::memory::Budget;
use crate::table::Table;

pub(super) const COLUMNS: [&str; 3] = ["file", "text", "label"];

pub(super) fn load_texts(
    texts: &TextsSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    check_inputs(spec)?;
    let at_path = |fault| DataErrors::from(DataError::new("data.texts.path", fault));
    let (table, sorted) = read_texts(texts, spec, cx).map_err(at_path)?;
    let places: Vec<Place> = sorted.files.iter().map(|&(_, _, place)| place).collect();
    let origin = Origin {
        table: &table,
        file: &texts.path,
        roles: Roles::last_column(&table, spec, cx),
        places: (spec.split.by == SplitBy::Folder).then_some(places.as_slice()),
    };
    let mut raw = raw(origin, spec, cx)?;
    raw.targets.first.spec.label = None; // new rows come without a folder
    raw.notes.extend(notes(&sorted));
    Ok(raw)
}

/// Texts need an input that says how they are read.
pub(super) fn check_inputs(spec: &DataSpec) -> Result<(), DataErrors> {
    if spec.inputs.is_empty() {
        let reason = "of texts are missing: write `[[data.inputs]]` with `kind = \"text\"`, \
                      `column = \"text\"` and `length`";
        let fault = Fault::Option {
            option: "inputs".to_owned(),
            reason: reason.to_owned(),
        };
        return Err(DataError::new("data.inputs", fault).into());
    }
    Ok(())
}

/// What was left out.
pub(super) fn notes(sorted: &Sorted) -> Vec<String> {
    let counts = [
        (sorted.beside, "beside the folders of classes"),
        (sorted.other, "in folders that `classes` does not name"),
    ];
    let counts = counts.into_iter().filter(|&(n, _)| n > 0);
    counts
        .map(|(n, place)| format!("{n} files {place} left out"))
        .collect()
}

fn read_texts(
    texts: &TextsSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<(Table, Sorted), Fault> {
    let files = TextFiles::find(texts, cx)?;
    let mut names = Vec::new();
    let mut contents = Vec::new();
    let mut bytes = 0u64;
    let folders = files.visit(&mut |name, text| {
        // The table is a copy.
        bytes = bytes.saturating_add((text.len() + name.len()) as u64);
        cx.budget().check(
            &format!("the texts of {}", texts.path),
            bytes.saturating_mul(2),
        )?;
        contents.push(text);
        names.push(name.to_owned());
        Ok(())
    })?;
    let sorted = files.sort(&names, &folders, spec)?;
    let mut table = Table::named(&COLUMNS);
    for (i, class, _) in &sorted.files {
        let text = std::mem::take(&mut contents[*i]);
        table
            .add([names[*i].as_str(), &text, class])
            .map_err(|fault| Fault::Table {
                file: texts.path.clone(),
                fault,
            })?;
    }
    Ok((table, sorted))
}

/// Where texts are, and which files they are.
pub(super) struct TextFiles<'a> {
    texts: &'a TextsSpec,
    path: PathBuf,
    budget: Budget,
    ending: String,
}

impl<'a> TextFiles<'a> {
    pub fn find(texts: &'a TextsSpec, cx: &LoadContext<'_>) -> Result<TextFiles<'a>, Fault> {
        let ending = texts.extension.trim_start_matches('.').to_lowercase();
        Ok(TextFiles {
            texts,
            path: locate_any(&texts.path, cx.base_dir, cx.data_dir.as_deref())?,
            budget: cx.budget(),
            ending: format!(".{ending}"),
        })
    }

    /// Hands over the path and text of every file, in the same order each time, and returns all folders.
    pub fn visit(
        &self,
        each: &mut dyn FnMut(&str, String) -> Result<(), Fault>,
    ) -> Result<BTreeSet<String>, Fault> {
        let members = Members {
            path: &self.path,
            file: &self.texts.path,
            budget: self.budget,
        };
        let wanted = |name: &str| name.to_lowercase().ends_with(&self.ending);
        members.visit(&wanted, &mut |name, _, bytes| {
            each(
                name,
                decode(bytes, &members.inside(name), self.texts.encoding)?,
            )
        })
    }

    /// The files by class and part.
    pub fn sort(
        &self,
        names: &[String],
        folders: &BTreeSet<String>,
        spec: &DataSpec,
    ) -> Result<Sorted, Fault> {
        let ask = Ask {
            file: &self.texts.path,
            what: &format!("texts ({})", self.ending),
            by_folder: spec.split.by == SplitBy::Folder,
            classes: &self.texts.classes,
        };
        sort(names, folders, &ask)
    }
}

/// UTF-8 without its byte order mark, or Latin-1.
pub(crate) fn decode(bytes: Vec<u8>, file: &str, encoding: Encoding) -> Result<String, Fault> {
    if encoding == Encoding::Latin1 {
        return Ok(latin1::decode(&bytes));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let byte = e.as_bytes().get(at).copied().unwrap_or_default();
        let line = 1 + e.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count();
        let reason = format!(
            "line {line}: the byte {byte:02X} is not UTF-8; save it as UTF-8, or, if all texts are Latin-1, set encoding = \"latin-1\" in `texts`"
        );
        Fault::Unreadable { file: file.to_owned(), reason }
    })?;
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}
