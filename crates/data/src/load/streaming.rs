//! Sources whose rows stay on disk: `stream = true`, or data that does not fit into memory.

use std::fmt::Debug;
use std::sync::Arc;

use regimen_run::profile::TextProfile;
use regimen_run::spec::{DataSpec, Scale};

use super::array_files::Format;
use super::assemble::Raw;
use super::{LoadContext, Source, images, stored_arrays, stream_table, stream_texts};
use crate::array::Array;
use crate::error::{DataError, DataErrors, Fault};
use crate::preprocessing::InputRecipe;
use crate::scaling::Scaling;
use crate::split::Parts;
use crate::stored::{ReadRows, RowType, StoredRows};

/// Rows of a source of which only labels, weights and what decides the split are in memory.
pub(super) fn load_streaming(
    source: &Source<'_>,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    if spec.windows.is_some() {
        return refuse(
            "reads rows one by one, and `windows` are cut from many; leave one of them out",
        );
    }
    match *source {
        Source::Arrays(Format::Npz, _) => refuse(
            "is not for the packed arrays of an `npz`; save each array as a file of its own (numpy.save) and name them in `npy`",
        ),
        Source::Arrays(format, arrays) => stored_arrays::stream_arrays(format, arrays, spec, cx),
        Source::Sample(_) => {
            refuse("is not for a sample, which is in memory already; leave it out")
        }
        Source::Images(images) => images::load_images(images, spec, cx, true),
        Source::Csv(csv) => stream_table::stream_csv(csv, spec, cx),
        Source::Texts(texts) => stream_texts::stream_texts(texts, spec, cx),
        Source::Parquet(_) => refuse(
            "is for `csv`, texts, images, and for arrays in .npy files and IDX files that are not packed; leave it out",
        ),
    }
}

/// Whether rows of a source may stay on disk.
pub(super) fn streams(source: &Source<'_>, spec: &DataSpec) -> bool {
    let fits = match source {
        Source::Arrays(format, _) => *format != Format::Npz,
        Source::Csv(_) | Source::Texts(_) | Source::Images(_) => true,
        _ => false,
    };
    fits && spec.windows.is_none()
}

fn refuse<T>(reason: &str) -> Result<T, DataErrors> {
    let (option, reason) = ("stream = true".to_owned(), reason.to_owned());
    Err(DataError::new("data.stream", Fault::Option { option, reason }).into())
}

/// Rows on disk whose preprocessing is still to be fitted to the training part.
pub(super) trait FitRows {
    /// Fits, and gives the rows preprocessed.
    fn fit(self: Box<Self>, parts: &Parts) -> Result<FittedRows, DataErrors>;

    /// Columns and how many of their cells are missing, where there are columns.
    fn missing(&self) -> Vec<(String, usize)> {
        Vec::new()
    }
}

/// Rows on disk as the model takes them.
pub(super) struct FittedRows {
    pub rows: Arc<dyn ReadRows>,
    /// How each input is made.
    pub recipes: Vec<InputRecipe>,
    pub notes: Vec<String>,
    /// What is known of texts.
    pub texts: Vec<TextProfile>,
}

/// Rows of one array of numbers, and how they are scaled.
pub(super) struct Numbers {
    pub rows: Arc<dyn ReadRows>,
    pub scale: Option<Scale>,
}

impl FitRows for Numbers {
    fn fit(self: Box<Self>, parts: &Parts) -> Result<FittedRows, DataErrors> {
        let mut shape = Vec::new();
        if let Some(input) = self.rows.inputs().first() {
            shape.clone_from(&input.shape);
        }
        let train = StoredRows::new(Arc::clone(&self.rows), parts.train.clone());
        let visit = |each: crate::scaling::Each<'_>| {
            train.in_source_order(|places, x| {
                let rows: Vec<usize> = (0..places.len()).collect();
                if let Some(x) = x.first() {
                    each(x, &rows);
                }
            })
        };
        let scaling = match self.scale {
            Some(kind) => Some(Scaling::measure_blocks(
                kind,
                &shape,
                parts.train.len(),
                visit,
            )?),
            None => None,
        };
        let rows: Arc<dyn ReadRows> = match &scaling {
            Some(scaling) => Arc::new(Scaled {
                rows: self.rows,
                scaling: scaling.clone(),
                input: [RowType {
                    integer: false,
                    shape: shape.clone(),
                }],
            }),
            None => self.rows,
        };
        Ok(FittedRows {
            rows,
            recipes: vec![InputRecipe::Array { shape, scaling }],
            notes: Vec::new(),
            texts: Vec::new(),
        })
    }
}

/// Rows of one array, scaled as they are read.
#[derive(Debug)]
struct Scaled {
    rows: Arc<dyn ReadRows>,
    scaling: Scaling,
    input: [RowType; 1],
}

impl ReadRows for Scaled {
    fn rows(&self) -> usize {
        self.rows.rows()
    }

    fn inputs(&self) -> &[RowType] {
        &self.input
    }

    fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
        self.rows.read(rows, out)?;
        if let Some(x) = out.first_mut() {
            let raw = std::mem::replace(x, Array::f32(vec![0], Vec::new()));
            *x = self.scaling.apply(raw);
        }
        Ok(())
    }
}
