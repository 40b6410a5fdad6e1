//! Texts and images that a run has not seen: files of a folder or an archive, or one file, with their classes
//! where folders name them.

use std::cell::RefCell;
use std::path::Path;

use regimen_run::nearest;
use regimen_run::spec::{Encoding, ImagesSpec};

use crate::array::Array;
use crate::error::{Fault, and_more};
use crate::load::{PICTURES, picture_form, read_file, text_of};
use crate::members::Members;
use crate::memory::Budget;
use crate::table::Table;

/// Which files are wanted, and how they are labelled.
#[derive(Debug, Clone)]
pub struct Seek<'a> {
    /// How names of texts end, such as `txt`; images are found by their own endings.
    pub extension: &'a str,
    /// How texts are written in bytes.
    pub encoding: Encoding,
    /// The run's classes, where folders must name the class of each file; `None`: labels are not looked at.
    pub classes: Option<&'a [String]>,
    /// Whether folders that name no class are left out; else they are an error.
    pub leave_others: bool,
    /// Bytes of memory that may be used; `None` is no limit.
    pub max_memory: Option<u64>,
}

/// Files, and what they hold.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFiles<T> {
    /// Paths inside the folder or archive, sorted.
    pub names: Vec<String>,
    /// A row for each.
    pub rows: T,
    /// Class of each, where it was asked for.
    pub classes: Vec<u32>,
    /// Counts of what was left out.
    pub notes: Vec<String>,
}

impl NewFiles<Table> {
    /// The rows of a choice of these, whose rows are `table`.
    pub fn take(self, rows: &[usize], table: Table) -> NewFiles<Table> {
        NewFiles {
            names: rows.iter().map(|&row| self.names[row].clone()).collect(),
            classes: match self.classes.is_empty() {
                true => self.classes,
                false => rows.iter().map(|&row| self.classes[row]).collect(),
            },
            rows: table,
            notes: self.notes,
        }
    }
}

/// Whether a file is an image by its name.
pub fn is_image(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    PICTURES.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file is an archive or packed by its name.
pub fn is_packed(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    [".zip", ".tar", ".gz", ".tgz"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// Whether an archive holds files with this extension, and no table.
pub fn holds_texts(path: &Path, extension: &str) -> bool {
    let file = path.display().to_string();
    let members = Members {
        path,
        file: &file,
        budget: Budget(None),
    };
    let ending = dotted(extension);
    let counts = RefCell::new((0, 0));
    let look = |name: &str| {
        let (name, mut counts) = (name.to_lowercase(), counts.borrow_mut());
        counts.0 += usize::from(name.ends_with(&ending));
        counts.1 += usize::from(name.ends_with(".csv") || name.ends_with(".tsv"));
        false
    };
    // What is damaged is told when it is read.
    let _ = members.visit(&look, &mut |_, _, _| Ok(()));
    let (texts, tables) = counts.into_inner();
    texts > 0 && tables == 0
}

/// Texts as a table of the columns `file` and `column`.
pub fn new_texts(path: &Path, column: &str, seek: &Seek<'_>) -> Result<NewFiles<Table>, Fault> {
    let ending = dotted(seek.extension);
    let mut texts = Vec::new();
    let mut bytes = 0u64;
    let what = format!("texts ({ending})");
    let wanted = |name: &str| name.to_lowercase().ends_with(&ending);
    let found = visit(path, seek, &what, &wanted, &mut |name, shown, file| {
        bytes = bytes.saturating_add((file.len() + name.len()) as u64);
        let what = format!("the texts of {}", path.display());
        Budget(seek.max_memory).check(&what, bytes.saturating_mul(2))?;
        texts.push(text_of(file, shown, seek.encoding)?);
        Ok(())
    })?;
    let mut table = Table::named(&["file", column]);
    for (&i, name) in found.order.iter().zip(&found.names) {
        let added = table.add([name.as_str(), &texts[i]]);
        added.map_err(|fault| Fault::Table {
            file: path.display().to_string(),
            fault,
        })?;
    }
    Ok(NewFiles {
        names: found.names,
        rows: table,
        classes: found.classes,
        notes: found.notes,
    })
}

/// Images as the run has them: an array (N, height, width, channels).
pub fn new_images(
    path: &Path,
    images: &ImagesSpec,
    seek: &Seek<'_>,
) -> Result<NewFiles<Array>, Fault> {
    let form = picture_form(images).map_err(|error| *error.fault)?;
    let mut pixels: Vec<f32> = Vec::new();
    let mut bad: Option<(String, String, usize)> = None;
    let mut count = 0;
    let wanted = |name: &str| is_image(Path::new(name));
    let what = format!("images ({})", PICTURES.join(", "));
    let found = visit(path, seek, &what, &wanted, &mut |_, shown, bytes| {
        count += 1;
        // Twice, for they are sorted into a copy.
        let need = crate::memory::arrays(count, form.len());
        let what = format!("{count} images of {}", path.display());
        Budget(seek.max_memory).check(&what, need)?;
        match (form.decode(&bytes, &mut pixels), &mut bad) {
            (Ok(()), _) => {}
            (Err(_), Some((_, _, more))) => *more += 1,
            (Err(reason), none) => *none = Some((shown.to_owned(), reason, 0)),
        }
        Ok(())
    })?;
    if let Some((file, reason, more)) = bad {
        return Err(Fault::Picture { file, reason, more });
    }
    let shape = vec![count, form.height, form.width, form.channels];
    Ok(NewFiles {
        rows: Array::f32(shape, pixels).take(&found.order),
        names: found.names,
        classes: found.classes,
        notes: found.notes,
    })
}

/// One image from the bytes of its file: (1, height, width, channels).
pub fn parse_image(bytes: &[u8], images: &ImagesSpec) -> Result<Array, Fault> {
    let form = picture_form(images).map_err(|error| *error.fault)?;
    let mut pixels = Vec::new();
    form.decode(bytes, &mut pixels)
        .map_err(|reason| Fault::Picture {
            file: "the image".to_owned(),
            reason,
            more: 0,
        })?;
    let shape = vec![1, form.height, form.width, form.channels];
    Ok(Array::f32(shape, pixels))
}

/// Files in order of their paths: their place in the order in which they came, and their classes.
struct Found {
    order: Vec<usize>,
    names: Vec<String>,
    classes: Vec<u32>,
    notes: Vec<String>,
}

/// What is done with (path inside, name in errors, bytes) of a file.
type Each<'e> = dyn FnMut(&str, &str, Vec<u8>) -> Result<(), Fault> + 'e;

/// Hands over each file wanted that has a class, if one is needed.
fn visit(
    path: &Path,
    seek: &Seek<'_>,
    what: &str,
    wanted: &dyn Fn(&str) -> bool,
    each: &mut Each<'_>,
) -> Result<Found, Fault> {
    let file = path.display().to_string();
    let own = path.file_name().unwrap_or_default().to_string_lossy();
    if path.is_file() && wanted(&own) && !is_packed(path) {
        return one_file(path, seek, each);
    }
    let members = Members {
        path,
        file: &file,
        budget: Budget(seek.max_memory),
    };
    let left = RefCell::new(Left::default());
    // What has no class is neither read nor decoded.
    let classed = |name: &str| match seek.classes {
        Some(known) if class_of(name, known).is_none() => {
            left.borrow_mut().add(name);
            false
        }
        _ => true,
    };
    let mut names: Vec<String> = Vec::new();
    let mut classes: Vec<u32> = Vec::new();
    members.visit(
        &|name| wanted(name) && classed(name),
        &mut |name, _, bytes| {
            each(name, &members.inside(name), bytes)?;
            names.push(name.to_owned());
            classes.extend(seek.classes.and_then(|known| class_of(name, known)));
            Ok(())
        },
    )?;
    let left = left.into_inner();
    let notes = left.notes(&file, seek)?;
    if names.is_empty() {
        let reason = match left.beside + left.others {
            0 => format!("there are no {what} in it"),
            n => format!(
                "its {n} {what} lie in no folder of the run's classes; put each into a folder named for its class"
            ),
        };
        return Err(Fault::Folders { file, reason });
    }
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| names[a].cmp(&names[b]));
    let classes = order.iter().filter_map(|&i| classes.get(i).copied());
    Ok(Found {
        classes: classes.collect(),
        names: order.iter().map(|&i| names[i].clone()).collect(),
        order,
        notes,
    })
}

fn one_file(path: &Path, seek: &Seek<'_>, each: &mut Each<'_>) -> Result<Found, Fault> {
    let file = path.display().to_string();
    if seek.classes.is_some() {
        let reason = "one file has no class; give a folder with a folder per class".to_owned();
        return Err(Fault::Folders { file, reason });
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    each(&name, &file, read_file(path, Budget(seek.max_memory))?)?;
    Ok(Found {
        order: vec![0],
        names: vec![name.into_owned()],
        classes: vec![],
        notes: vec![],
    })
}

/// Files without a class.
#[derive(Default)]
struct Left {
    /// In no folder.
    beside: usize,
    /// In folders that name no class.
    others: usize,
    /// One of these folders.
    folder: String,
}

impl Left {
    fn add(&mut self, name: &str) {
        match name.rsplit('/').nth(1) {
            None => self.beside += 1,
            Some(folder) => {
                if self.others == 0 {
                    self.folder = folder.to_owned();
                }
                self.others += 1;
            }
        }
    }

    /// Counts for the user, or a refusal of folders that name no class.
    fn notes(&self, file: &str, seek: &Seek<'_>) -> Result<Vec<String>, Fault> {
        let known = seek.classes.unwrap_or_default();
        if self.others > 0 && !seek.leave_others {
            let near = nearest(&self.folder, known.iter().map(String::as_str));
            let mean = near.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            let some: Vec<&str> = known.iter().take(20).map(String::as_str).collect();
            return Err(Fault::Folders {
                file: file.to_owned(),
                reason: format!(
                    "its folder `{}`{} is none of the run's classes ({}){mean}",
                    self.folder,
                    and_more(self.others - 1),
                    some.join(", ")
                ),
            });
        }
        let counts = [
            (self.beside, "beside the folders of classes"),
            (self.others, "in folders that are none of the run's classes"),
        ];
        let counts = counts.into_iter().filter(|&(n, _)| n > 0);
        Ok(counts
            .map(|(n, place)| format!("{n} files {place} left out"))
            .collect())
    }
}

/// The class that the innermost of its folders names.
fn class_of(path: &str, classes: &[String]) -> Option<u32> {
    let mut folders = path.rsplit('/').skip(1);
    folders.find_map(|folder| {
        let class = classes.iter().position(|c| c == folder);
        class.map(|i| i as u32)
    })
}

fn dotted(extension: &str) -> String {
    format!(".{}", extension.trim_start_matches('.').to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("text of {file}")).unwrap();
        }
        dir
    }

    fn seek(classes: Option<&[String]>) -> Seek<'_> {
        Seek {
            encoding: Encoding::Utf8,
            extension: "txt",
            classes,
            leave_others: false,
            max_memory: None,
        }
    }

    fn known() -> Vec<String> {
        vec!["neg".to_owned(), "pos".to_owned()]
    }

    #[test]
    fn files_come_sorted_with_their_classes() {
        let dir = folder(&["t/pos/b.txt", "t/neg/a.txt", "t/pos/x.md", "readme.txt"]);
        let found = new_texts(dir.path(), "review", &seek(None)).unwrap();
        assert_eq!(found.names, ["readme.txt", "t/neg/a.txt", "t/pos/b.txt"]);
        assert_eq!(found.rows.columns(), ["file", "review"]);
        assert_eq!(found.rows.cell(1, 1), "text of t/neg/a.txt");
        assert!(found.classes.is_empty());
        let known = known();
        let found = new_texts(dir.path(), "review", &seek(Some(&known))).unwrap();
        assert_eq!(found.names, ["t/neg/a.txt", "t/pos/b.txt"]);
        assert_eq!(found.classes, [0, 1]);
        let note = "1 files beside the folders of classes left out";
        assert_eq!(found.notes, [note]);
        let one = dir.path().join("readme.txt");
        let found = new_texts(&one, "review", &seek(None)).unwrap();
        assert_eq!(found.names, ["readme.txt"]);
        let fault = new_texts(&one, "review", &seek(Some(&known))).unwrap_err();
        assert!(fault.to_string().contains("one file has no class"));
    }

    #[test]
    fn folders_that_name_no_class_are_refused_or_counted() {
        let dir = folder(&["neg/a.txt", "posi/b.txt", "posi/c.txt"]);
        let known = known();
        let fault = new_texts(dir.path(), "t", &seek(Some(&known))).unwrap_err();
        let text = "its folder `posi` (and 1 more like it) is none of the run's classes \
                    (neg, pos); did you mean `pos`?";
        assert!(fault.to_string().contains(text), "{fault}");
        let some = Seek {
            encoding: Encoding::Utf8,
            leave_others: true,
            ..seek(Some(&known))
        };
        let found = new_texts(dir.path(), "t", &some).unwrap();
        let note = "2 files in folders that are none of the run's classes left out";
        assert_eq!(found.notes, [note]);
        let flat = folder(&["a.txt"]);
        let fault = new_texts(flat.path(), "t", &seek(Some(&known))).unwrap_err();
        let text = "lie in no folder of the run's classes";
        assert!(fault.to_string().contains(text), "{fault}");
        let fault = new_texts(folder(&["a.md"]).path(), "t", &seek(None)).unwrap_err();
        assert!(
            fault
                .to_string()
                .contains("there are no texts (.txt) in it")
        );
    }
}
