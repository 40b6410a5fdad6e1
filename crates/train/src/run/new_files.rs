//! Which kind of data a file, folder or archive of new rows is, and rows from texts and images.

use std::path::Path;

use regimen_data::{
    InputRecipe, NewFiles, Seek, holds_texts, is_image, is_packed, new_images, new_texts,
};
use regimen_run::spec::ImagesSpec;

use crate::TrainError;
use crate::run::Trained;
use crate::run::host::InputTexts;
use crate::run::new_rows::{NewRows, at_data, is_array, some};

/// What new rows come as.
pub(super) enum Came<'a> {
    Table,
    Array,
    /// Several arrays in one file.
    Arrays,
    /// Texts, for the column of this name.
    Texts(&'a str),
    Images(&'a ImagesSpec),
}

impl Trained<'_> {
    /// By its name, and by what the run learned from.
    pub(super) fn came(&self, file: &Path) -> Result<Came<'_>, TrainError> {
        let folder = file.is_dir();
        let name = file.to_string_lossy().to_lowercase();
        if !folder && is_array(file) {
            return Ok(Came::Array);
        }
        if !folder && name.ends_with(".npz") {
            return Ok(Came::Arrays);
        }
        if let Some(images) = &self.spec.data.images {
            return match folder || is_image(file) || is_packed(file) || !file.exists() {
                true => Ok(Came::Images(images)),
                false => Err(self.other_kind(file, "a file that is no image by its name")),
            };
        }
        if !folder && is_image(file) {
            return Err(self.other_kind(file, "an image"));
        }
        let Some(column) = self.text_column() else {
            return match folder {
                true => Err(self.other_kind(file, "a folder")),
                false => Ok(Came::Table),
            };
        };
        let ending = format!(".{}", self.extension());
        let text = self.spec.data.texts.is_some() && name.ends_with(&ending);
        match folder || text || (is_packed(file) && holds_texts(file, self.extension())) {
            true => Ok(Came::Texts(column)),
            false => Ok(Came::Table),
        }
    }

    /// The column that texts of files stand for, where the run needs no other.
    fn text_column(&self) -> Option<&str> {
        if self.spec.data.texts.is_some() {
            return Some("text");
        }
        match self.prepared.preprocessing.inputs.as_slice() {
            [InputRecipe::Text { column, .. }] => Some(column),
            [InputRecipe::Raw { columns, .. }] if columns.len() == 1 => {
                columns.first().map(String::as_str)
            }
            _ => None,
        }
    }

    fn extension(&self) -> &str {
        let texts = self.spec.data.texts.as_ref();
        texts.map_or("txt", |t| t.extension.trim_start_matches('.'))
    }

    /// Whether its inputs are columns, also the one that texts of files stand for.
    pub(super) fn learned_from_table(&self) -> bool {
        let inputs = &self.prepared.preprocessing.inputs;
        inputs.iter().any(|input| !input.columns().is_empty())
    }

    pub(super) fn other_kind(&self, file: &Path, what: &str) -> TrainError {
        let data = &self.spec.data;
        let inputs = self.prepared.preprocessing.inputs.iter();
        let columns: Vec<String> = inputs
            .flat_map(InputRecipe::columns)
            .map(str::to_owned)
            .collect();
        let learned = if data.images.is_some() {
            "images; give a folder or an archive of them, one image (.png, .jpg, .jpeg), or an array (.npy)".to_owned()
        } else if data.texts.is_some() {
            "texts; give a folder or an archive of them, one text, or a table with a column `text`"
                .to_owned()
        } else if columns.is_empty() {
            "arrays; give one (.npy, .npz, IDX)".to_owned()
        } else {
            let some = some(&columns, columns.len());
            format!("the columns {some}; give a table (.csv) with them")
        };
        TrainError::Arguments(format!(
            "{}: {what}, but the run learned from {learned}",
            file.display()
        ))
    }

    pub(super) fn text_rows(
        &self,
        path: &Path,
        column: &str,
        labelled: bool,
    ) -> Result<NewRows, TrainError> {
        let named = self.spec.data.texts.as_ref().map(|t| t.classes.len());
        let seek = self.seek(path, labelled, named)?;
        let mut found = new_texts(path, column, &seek).map_err(at_data)?;
        let name = path.display().to_string();
        let taken = self
            .prepared
            .preprocessing
            .taken_rows(&found.rows, &name, labelled)?;
        if let Some(table) = taken.table {
            found = found.take(&taken.rows, table);
        }
        let applied = self.prepared.preprocessing.apply_rows(&found.rows, &name)?;
        let mut notes = found.notes.clone();
        notes.extend(taken.notes);
        notes.extend(applied.notes);
        self.file_rows(
            name,
            (applied.inputs, &applied.texts),
            notes,
            &found,
            labelled,
        )
    }

    pub(super) fn image_rows(
        &self,
        path: &Path,
        images: &ImagesSpec,
        labelled: bool,
    ) -> Result<NewRows, TrainError> {
        let seek = self.seek(path, labelled, Some(images.classes.len()))?;
        let mut found = new_images(path, images, &seek).map_err(at_data)?;
        let name = path.display().to_string();
        let pixels = std::mem::replace(&mut found.rows, regimen_data::Array::f32(vec![0], vec![]));
        let x = self.prepared.preprocessing.apply_array(pixels, &name)?;
        let notes = found.notes.clone();
        self.file_rows(name, (vec![x], &vec![]), notes, &found, labelled)
    }

    /// `named`: how many classes the run file names; others were left out in training, too.
    fn seek(
        &self,
        path: &Path,
        labelled: bool,
        named: Option<usize>,
    ) -> Result<Seek<'_>, TrainError> {
        if labelled && self.classes().is_empty() {
            return Err(TrainError::Arguments(format!(
                "{}: folders name classes, but the run's labels are numbers; give a table with them",
                path.display()
            )));
        }
        Ok(Seek {
            extension: self.extension(),
            encoding: (self.spec.data.texts.as_ref()).map_or_else(Default::default, |t| t.encoding),
            classes: labelled.then_some(self.classes()),
            leave_others: named.is_some_and(|n| n > 0),
            max_memory: self.options.max_memory,
        })
    }

    fn file_rows<T>(
        &self,
        name: String,
        x: (Vec<regimen_data::Array>, &InputTexts),
        notes: Vec<String>,
        found: &NewFiles<T>,
        labelled: bool,
    ) -> Result<NewRows, TrainError> {
        let targets = &self.prepared.preprocessing.targets;
        let y = match labelled {
            true => vec![targets.first.class_labels(&found.classes)],
            false => vec![],
        };
        let notes = notes.iter().map(|note| format!("{name}: {note}")).collect();
        let rows = self.rows(name, x, y, notes)?;
        Ok(NewRows {
            files: found.names.clone(),
            ..rows
        })
    }
}
