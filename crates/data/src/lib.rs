//! Data sources, preprocessing, splits and batches.
//!
//! [`load`] turns the `[data]` part of a run spec into a [`Dataset`]: a built-in sample, a CSV table
//! (plain, gzip, zip), a Parquet file (feature `parquet`) or arrays (`.npy`, `.npz`, IDX) become float32 and int32 arrays, split into train,
//! validation and test. Vocabularies and statistics come from the training part alone, and
//! everything random is a function of the seed. [`epoch_order`], [`Batches`] and [`gather_rows`]
//! feed the training loop.
//!
//! Files are hostile until parsed: [`parse_csv`] and [`parse_npy`] are pure functions of bytes,
//! sizes are bounded before anything is allocated, and every error names its place.

mod arguments;
mod array;
mod array_rows;
mod augment;
mod batches;
mod categorical;
mod categories;
mod class_folders;
mod class_weight;
mod dataset;
mod dates;
mod delimiter;
mod error;
mod from_directory;
mod halves;
mod header;
mod idx;
mod interner;
mod label_groups;
mod labels;
mod latin1;
mod load;
mod locate;
mod md5;
mod members;
mod memory;
mod missing;
mod new_files;
mod new_rows;
mod npy;
mod npy_header;
mod npy_write;
mod npz;
mod numbered;
mod numbers;
mod padding;
mod parquet_fault;
#[cfg(feature = "parquet")]
mod parquet_table;
mod per_target;
mod picture_rows;
mod pictures;
mod positioned;
mod preprocessing;
mod profile;
mod random;
mod raw_texts;
mod sample;
mod scaling;
mod skipgrams;
mod split;
mod split_by;
mod spool;
mod stored;
mod table;
mod taken_rows;
mod target;
mod text;
mod timeseries;
mod tokenizer;
mod unpack;
mod windows;
mod words;

pub use arguments::WrongArgument;
pub use array::{Array, Values};
pub use batches::{Batches, epoch_order, gather_rows, split_validation};
pub use categorical::{normalize, to_categorical};
pub use categories::CategoryEncoding;
pub use class_weight::{balanced_weights, class_weights};
pub use dataset::{Dataset, NamedInput, Part};
pub use dates::DateEncoding;
pub use error::{DataError, DataErrors, Fault};
pub use from_directory::{
    DirectoryRows, FromDirectory, ImageOptions, LabelMode, image_dataset_from_directory,
    text_dataset_from_directory,
};
pub use halves::{PartSize, split_dataset};
pub use idx::{IdxFault, parse_idx};
pub use load::{LoadContext, load, parse_table, read_array, read_arrays, read_table};
pub use new_files::{
    NewFiles, Seek, holds_texts, is_image, is_packed, new_images, new_texts, parse_image,
};
pub use npy::{NpyFault, parse_npy};
pub use npy_header::{NpyHeader, parse_npy_header};
pub use npy_write::write_npy;
pub use padding::{Padded, Padding, pad_sequences};
pub use parquet_fault::ParquetFault;
#[cfg(feature = "parquet")]
pub use parquet_table::parse_parquet;
pub use per_target::PerTarget;
pub use preprocessing::{Applied, InputRecipe, Preprocessing};
pub use profile::{Reading, SourceFacts, profile};
pub use raw_texts::RawTexts;
pub use sample::SAMPLES;
pub use scaling::Scaling;
pub use skipgrams::{Skipgrams, make_sampling_table, skipgrams};
pub use stored::{Augment, ReadRows, RowMut, RowType, StoredRows};
pub use table::{CsvOptions, Stopped, Table, TableChunks, TableFault, parse_csv};
pub use taken_rows::TakenRows;
pub use target::Target;
pub use text::{PAD, TextEncoding};
pub use timeseries::{Series, TimeseriesGenerator, timeseries_dataset_from_array};
pub use tokenizer::{MatrixMode, Tokenizer};
pub use words::{WordFilter, WordHash, hashing_trick, one_hot, text_to_word_sequence};
