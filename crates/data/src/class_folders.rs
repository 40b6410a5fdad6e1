//! Files in a folder per class: which class and which part each file belongs to.
//!
//!   root/class/...         one folder per class
//!   root/part/class/...    with parts by folder: train, validation (valid, val, dev), test
//!
//! The root is the deepest folder that holds all files, so that an archive may have a folder of its
//! own around everything. Files beside the folders of classes are left out, and counted.

use std::collections::BTreeSet;

use crate::error::Fault;
use crate::load::Place;

/// What is asked of the folders.
pub(crate) struct Ask<'a> {
    /// Name of the folder or archive in errors.
    pub file: &'a str,
    /// What lies in it, such as "texts (.txt)".
    pub what: &'a str,
    /// Whether the folders above the classes are parts.
    pub by_folder: bool,
    /// Classes to keep; all when there is none.
    pub classes: &'a [String],
}

/// Class and part of each file that has them.
#[derive(Debug)]
pub(crate) struct Sorted {
    /// (index of the file, class, part), by path.
    pub files: Vec<(usize, String, Place)>,
    /// Files beside the folders of classes.
    pub beside: usize,
    /// Files of classes that were not asked for.
    pub other: usize,
}

/// The part that a folder's name means.
fn place(name: &str) -> Option<Place> {
    match name.to_lowercase().as_str() {
        "train" | "training" => Some(Place::Train),
        "validation" | "valid" | "val" | "dev" => Some(Place::Validation),
        "test" | "testing" => Some(Place::Test),
        _ => None,
    }
}

/// The deepest folder that holds all files, as its length in parts of a path.
fn root<'a>(paths: &[Vec<&'a str>]) -> Vec<&'a str> {
    let mut paths = paths.iter().map(|p| &p[..p.len() - 1]);
    let mut root = paths.next().unwrap_or(&[]).to_vec();
    for path in paths {
        let same = root.iter().zip(path).take_while(|(a, b)| a == b).count();
        root.truncate(same);
    }
    root
}

/// Sorts files by their paths (with `/`) into classes and parts. `folders` are all that were seen.
pub(crate) fn sort(
    paths: &[String],
    folders: &BTreeSet<String>,
    ask: &Ask<'_>,
) -> Result<Sorted, Fault> {
    let fault = |reason: String| {
        Err(Fault::Folders {
            file: ask.file.to_owned(),
            reason,
        })
    };
    if paths.is_empty() {
        return fault(format!("there are no {} in it", ask.what));
    }
    let split: Vec<Vec<&str>> = paths.iter().map(|p| p.split('/').collect()).collect();
    let root = root(&split);
    let depth = root.len();
    check_parts(&split, &root, ask)?;
    let mut sorted = Sorted {
        files: Vec::new(),
        beside: 0,
        other: 0,
    };
    for (i, path) in split.iter().enumerate() {
        let inside = &path[depth..path.len() - 1];
        let found = match (ask.by_folder, inside) {
            (false, [class, ..]) => Some((Place::Train, *class)),
            (true, [part, class, ..]) => place(part).map(|p| (p, *class)),
            _ => None,
        };
        match found {
            None => sorted.beside += 1,
            Some((_, class))
                if !ask.classes.is_empty() && !ask.classes.iter().any(|c| c == class) =>
            {
                sorted.other += 1;
            }
            Some((place, class)) => sorted.files.push((i, class.to_owned(), place)),
        }
    }
    sorted.files.sort_by_key(|&(i, ..)| &paths[i]);
    check_classes(&sorted, folders, &root, ask)?;
    Ok(sorted)
}

/// Parts by folder where they are asked for, and only there.
fn check_parts(split: &[Vec<&str>], root: &[&str], ask: &Ask<'_>) -> Result<(), Fault> {
    let fault = |reason: String| {
        Err(Fault::Folders {
            file: ask.file.to_owned(),
            reason,
        })
    };
    let first: BTreeSet<&str> = split
        .iter()
        .filter(|path| path.len() > root.len() + 1)
        .map(|path| path[root.len()])
        .collect();
    let places: Vec<Place> = first.iter().filter_map(|name| place(name)).collect();
    if !ask.by_folder {
        return match first.len() > 1 && places.len() == first.len() {
            true => fault(format!(
                "its folders {} are parts, not classes; write `split = {{ by = \"folder\" }}`",
                names(first.into_iter())
            )),
            false => Ok(()),
        };
    }
    let only = root.last().filter(|name| place(name).is_some());
    match only {
        Some(name) => fault(format!(
            "its only part is the folder `{name}`; leave out `by = \"folder\"` and give shares"
        )),
        None if !places.contains(&Place::Train) => fault(format!(
            "`by = \"folder\"` looks for a folder `train`, and found {}",
            names(first.into_iter())
        )),
        None => Ok(()),
    }
}

/// Two classes or more, each with files, each known to the training part.
fn check_classes(
    sorted: &Sorted,
    folders: &BTreeSet<String>,
    root: &[&str],
    ask: &Ask<'_>,
) -> Result<(), Fault> {
    let fault = |reason: String| {
        Err(Fault::Folders {
            file: ask.file.to_owned(),
            reason,
        })
    };
    let classes = |part: Option<Place>| -> BTreeSet<&str> {
        let files = sorted.files.iter();
        files
            .filter(|(_, _, place)| part.is_none_or(|p| p == *place))
            .map(|(_, class, _)| class.as_str())
            .collect()
    };
    let train = classes(Some(Place::Train));
    if let Some(unknown) = ask.classes.iter().find(|c| !train.contains(c.as_str())) {
        return fault(format!(
            "no training file lies in a folder `{unknown}`, which `classes` names; folders with \
             files: {}",
            names(train.into_iter())
        ));
    }
    match train.len() {
        0 => {
            return fault(format!(
                "all {} lie in one folder{}; put each class into a folder of its own, two or more",
                ask.what,
                root.last()
                    .map_or(String::new(), |name| format!(" `{name}`")),
            ));
        }
        1 => {
            return fault(format!(
                "all {} lie in one folder, {}; a class per folder, two or more are needed",
                ask.what,
                names(train.into_iter())
            ));
        }
        _ => {}
    }
    if let Some(new) = classes(None).difference(&train).next() {
        return fault(format!(
            "the class `{new}` has no training files; leave it out with `classes = [...]`"
        ));
    }
    let depth = root.len() + usize::from(ask.by_folder);
    let at_depth = folders.iter().filter(|folder| {
        let parts: Vec<&str> = folder.split('/').collect();
        let known = |class: &&str| ask.classes.is_empty() || ask.classes.iter().any(|c| c == class);
        parts.len() == depth + 1
            && parts.starts_with(root)
            && (!ask.by_folder || place(parts[root.len()]).is_some())
            && known(&parts[depth])
    });
    let all = classes(None);
    for folder in at_depth {
        let class = folder.rsplit('/').next().unwrap_or(folder);
        if !all.contains(class) {
            return fault(format!(
                "the folder `{folder}` holds no {}; fill it or take it away",
                ask.what
            ));
        }
    }
    Ok(())
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.take(10).map(|n| format!("`{n}`")).collect();
    match quoted.is_empty() {
        true => "none".to_owned(),
        false => quoted.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(
        paths: &[&str],
        folders: &[&str],
        by_folder: bool,
        classes: &[&str],
    ) -> Result<Sorted, String> {
        let own = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<Vec<String>>();
        let ask = Ask {
            file: "f",
            what: "texts (.txt)",
            by_folder,
            classes: &own(classes),
        };
        let folders = own(folders).into_iter().collect();
        sort(&own(paths), &folders, &ask).map_err(|fault| fault.to_string())
    }

    #[test]
    fn classes_and_parts_by_path() {
        let found = sorted(&["r/b/2", "r/a/1", "r/b/deep/1", "r/note"], &[], false, &[]).unwrap();
        assert_eq!(found.beside, 1);
        let files: Vec<(usize, &str)> = found.files.iter().map(|f| (f.0, f.1.as_str())).collect();
        assert_eq!(files, [(1, "a"), (0, "b"), (2, "b")]);
        let paths = [
            "r/train/a/1",
            "r/train/b/1",
            "r/test/a/1",
            "r/dev/b/1",
            "r/train/u/9",
        ];
        let found = sorted(&paths, &[], true, &["a", "b"]).unwrap();
        assert_eq!(found.other, 1);
        let places: Vec<Place> = found.files.iter().map(|f| f.2).collect();
        let [t, v, s] = [Place::Train, Place::Validation, Place::Test];
        assert_eq!(places, [v, s, t, t]);
    }

    #[test]
    fn what_makes_no_classes_is_refused() {
        let words = |paths: &[&str], folders: &[&str], by, classes: &[&str]| {
            sorted(paths, folders, by, classes).unwrap_err()
        };
        assert!(words(&[], &[], false, &[]).contains("there are no texts (.txt) in it"));
        assert!(
            words(&["r/a/1", "r/a/2"], &[], false, &[])
                .contains("all texts (.txt) lie in one folder `a`")
        );
        assert!(words(&["1", "a/2"], &[], false, &[]).contains("lie in one folder, `a`"));
        let found = words(&["r/a/1", "r/b/2"], &["r", "r/a", "r/b", "r/c"], false, &[]);
        assert!(found.contains("the folder `r/c` holds no texts"), "{found}");
        let parts = ["train/a/1", "train/b/1", "test/a/1"];
        assert!(words(&parts, &[], false, &[]).contains("by = \"folder\""));
        assert!(words(&parts[..2], &[], true, &[]).contains("its only part is the folder `train`"));
        assert!(words(&["x/a/1", "y/b/1"], &[], true, &[]).contains("found `x`, `y`"));
        assert!(
            words(&parts, &[], true, &["a", "c"]).contains("no training file lies in a folder `c`")
        );
        let new = ["train/a/1", "train/b/1", "test/c/1"];
        assert!(words(&new, &[], true, &[]).contains("the class `c` has no training files"));
    }
}
