//! Rows of pictures on disk, decoded as they are read: from a folder, a `.tar` or a `.zip`.

use std::fs::File;
use std::io::Read;
use std::num::NonZero;
use std::path::PathBuf;

use crate::array::{Array, Values};
use crate::error::{DataError, Fault};
use crate::members::{LARGEST, Lies};
use crate::pictures::Form;
use crate::positioned::{lost, read_exact_at};
use crate::stored::{ReadRows, RowType};

/// The most threads that decode at a time.
const THREADS: usize = 8;
/// Pictures for which a thread is worth its while.
const EACH: usize = 4;

/// A picture: its path inside the folder or archive, and where it lies.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub name: String,
    pub lies: Lies,
}

/// Pictures of one form.
#[derive(Debug)]
pub(crate) struct PictureRows {
    /// The folder or archive, as errors call it, and where the run file names it.
    file: String,
    at: String,
    path: PathBuf,
    archive: Option<File>,
    pictures: Vec<Picture>,
    form: Form,
    input: [RowType; 1],
}

impl PictureRows {
    /// Pictures of the folder or archive at `path`.
    pub fn new(
        path: PathBuf,
        file: &str,
        at: &str,
        pictures: Vec<Picture>,
        form: Form,
    ) -> Result<PictureRows, Fault> {
        let archive = match path.is_dir() {
            true => None,
            false => Some(File::open(&path).map_err(|e| Fault::Unreadable {
                file: file.to_owned(),
                reason: e.to_string(),
            })?),
        };
        Ok(PictureRows {
            file: file.to_owned(),
            at: at.to_owned(),
            path,
            archive,
            pictures,
            form,
            input: [RowType {
                integer: false,
                shape: vec![form.height, form.width, form.channels],
            }],
        })
    }

    fn decode(&self, rows: &[usize]) -> Result<Vec<f32>, DataError> {
        let mut pixels = Vec::with_capacity(rows.len() * self.form.len());
        for &row in rows {
            let picture = &self.pictures[row];
            let file = || format!("{}: {}", self.file, picture.name);
            let bytes = self.bytes(picture).map_err(|e| {
                let (file, reason) = (file(), lost(&e));
                DataError::new(&self.at, Fault::Unreadable { file, reason })
            })?;
            self.form.decode(&bytes, &mut pixels).map_err(|reason| {
                let (file, more) = (file(), 0);
                DataError::new(&self.at, Fault::Picture { file, reason, more })
            })?;
        }
        Ok(pixels)
    }

    fn bytes(&self, picture: &Picture) -> std::io::Result<Vec<u8>> {
        match (&self.archive, picture.lies) {
            (
                Some(archive),
                Lies::Inside {
                    offset,
                    packed,
                    deflated,
                },
            ) => {
                // Sizes were checked when the picture was found; the file may have changed since.
                if packed > LARGEST + LARGEST / 64 {
                    return Err(changed());
                }
                let mut bytes = vec![0; packed as usize];
                read_exact_at(archive, &mut bytes, offset)?;
                match deflated {
                    true => read_bounded(flate2::read::DeflateDecoder::new(bytes.as_slice())),
                    false => Ok(bytes),
                }
            }
            _ => read_bounded(File::open(self.path.join(&picture.name))?),
        }
    }
}

/// All bytes of a picture, of which there cannot be too many.
fn read_bounded(reader: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > LARGEST {
        true => Err(changed()),
        false => Ok(bytes),
    }
}

fn changed() -> std::io::Error {
    std::io::Error::other(
        "it is larger than any picture; the file has changed since it was checked",
    )
}

impl ReadRows for PictureRows {
    fn rows(&self) -> usize {
        self.pictures.len()
    }

    fn inputs(&self) -> &[RowType] {
        &self.input
    }

    /// Some threads share the rows; what they find is put together in the order of the rows.
    fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
        let Some(out) = out.first_mut() else {
            return Ok(());
        };
        let [input] = &self.input;
        out.shape.clear();
        out.shape.push(rows.len());
        out.shape.extend(&input.shape);
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let threads = cores.min(THREADS).min(rows.len() / EACH).max(1);
        let mut shares = rows.chunks(rows.len().div_ceil(threads).max(1));
        let own = shares.next().unwrap_or(&[]);
        let parts = std::thread::scope(|scope| {
            let others: Vec<_> = shares
                .map(|share| {
                    let decode = move || self.decode(share);
                    let thread = std::thread::Builder::new().spawn_scoped(scope, decode);
                    (share, thread.ok())
                })
                .collect();
            let mut parts = vec![self.decode(own)];
            for (share, thread) in others {
                // Without a thread, or when it broke off, the rows are decoded here.
                let made = thread.and_then(|thread| thread.join().ok());
                parts.push(made.unwrap_or_else(|| self.decode(share)));
            }
            parts
        });
        let mut pixels = match &mut out.data {
            Values::F32(pixels) => std::mem::take(pixels),
            Values::I32(_) => Vec::new(),
        };
        pixels.clear();
        for part in parts {
            pixels.extend(part?);
        }
        out.data = Values::F32(pixels);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_than_any_picture_is_not_read_on() {
        let words = read_bounded(std::io::repeat(0)).unwrap_err().to_string();
        assert!(words.contains("larger than any picture"), "{words}");
        assert_eq!(read_bounded(&[1, 2][..]).unwrap(), [1, 2]);
    }
}
