//! Members of archives: found, bounded, refused.

use std::io::Write;

use super::*;

/// A tar of files and, with a name ending in `/`, folders.
pub(crate) fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        let folder = name.ends_with('/');
        header.set_entry_type(match folder {
            true => tar::EntryType::Directory,
            false => tar::EntryType::Regular,
        });
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // Set by hand: the library refuses to write a path that leads out.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(crate) fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in entries {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const FILES: [(&str, &[u8]); 4] = [
    ("./a/x.txt", b"one"),
    ("a/b/y.txt", b"two"),
    ("__MACOSX/a/._x.txt", b"junk"),
    ("a/z.bin", b"no"),
];

/// Folders, and texts by their paths.
type Found = (Vec<String>, Vec<(String, String)>);

/// What is found in a file of these bytes.
fn visit(bytes: &[u8]) -> Result<Found, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    std::fs::write(&path, bytes).unwrap();
    visit_path(&path)
}

fn visit_path(path: &Path) -> Result<Found, String> {
    let members = Members {
        path,
        file: "f",
        budget: Budget(Some(1 << 20)),
    };
    let mut found = Vec::new();
    let folders = members.visit(&|name| name.ends_with(".txt"), &mut |name, _, bytes| {
        found.push((name.to_owned(), String::from_utf8(bytes).unwrap()));
        Ok(())
    });
    let folders = folders.map_err(|fault| fault.to_string())?;
    found.sort();
    Ok((folders.into_iter().collect(), found))
}

fn expected() -> Vec<(String, String)> {
    [("a/b/y.txt", "two"), ("a/x.txt", "one")]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .to_vec()
}

#[test]
fn folders_tars_and_zips_give_the_same() {
    let plain = tar(&FILES);
    assert_eq!(visit(&plain).unwrap().1, expected());
    assert_eq!(visit(&gz(&plain)).unwrap().1, expected());
    assert_eq!(visit(&zip_of(&FILES)).unwrap().1, expected());
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in FILES {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    let (folders, found) = visit_path(dir.path()).unwrap();
    assert_eq!(found, expected());
    assert_eq!(folders, ["a", "a/b", "empty"]);
    assert_eq!(visit(&tar(&[("e/", b"")])).unwrap().0, ["e"]);
}

#[test]
fn paths_that_lead_out_are_refused() {
    for name in ["../x.txt", "/etc/x.txt", "a/../../x.txt"] {
        let words = visit(&tar(&[(name, b"x")])).unwrap_err();
        assert!(words.contains("leads out of the archive"), "{words}");
    }
}

#[test]
fn archives_cut_short_are_named() {
    let long = [b'x'; 3000];
    let plain = tar(&[("a/x.txt", &long), ("a/y.txt", &long)]);
    let packed = gz(&plain);
    let zip = zip_of(&FILES);
    for cut in [
        &plain[..2000],
        &plain[..4000],
        &packed[..packed.len() - 9],
        &packed[..20],
        &plain[..3584],
        &zip[..zip.len() - 9],
    ] {
        let words = visit(cut).err().unwrap_or_default();
        assert!(words.starts_with("f cannot be unpacked"), "{words}");
        assert!(words.contains("cut short"), "{words}");
    }
    let words = visit(b"hello").unwrap_err();
    assert!(words.contains("neither a folder nor"), "{words}");
}

#[test]
fn a_file_that_does_not_fit_is_refused() {
    let mut plain = tar(&[("a/x.txt", b"x")]);
    // 8 GiB by its header.
    plain[124..136].copy_from_slice(b"77777777777\0");
    plain[148..156].copy_from_slice(b"        ");
    let sum: u32 = plain[..512].iter().map(|&b| u32::from(b)).sum();
    plain[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let words = visit(&plain).unwrap_err();
    assert!(words.contains("out of memory"), "{words}");
    let path = std::path::PathBuf::from("f");
    let members = Members {
        path: &path,
        file: "f",
        budget: Budget(None),
    };
    assert!(members.check_size("a.png", LARGEST).is_ok());
    let fault = members.check_size("a.png", LARGEST + 1).unwrap_err();
    assert!(
        fault
            .to_string()
            .contains("f: a.png cannot be read: it has 268435457 bytes")
    );
}

#[test]
#[cfg(unix)]
fn links_and_names_of_a_folder_lose_no_file() {
    use std::os::unix::ffi::OsStrExt;
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir(at("a")).unwrap();
    std::fs::write(at("a/x.txt"), "one").unwrap();
    std::os::unix::fs::symlink(".", at("round")).unwrap();
    std::os::unix::fs::symlink("x.txt", at("a/y.txt")).unwrap();
    let found = visit_path(dir.path()).unwrap().1;
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a/x.txt", "a/y.txt"]);
    std::os::unix::fs::symlink("z.txt", at("a/z.txt")).unwrap();
    let words = visit_path(dir.path()).unwrap_err();
    assert!(
        words.contains("f: a/z.txt cannot be read: it is a link"),
        "{words}"
    );
    std::fs::remove_file(at("a/z.txt")).unwrap();
    let odd = std::ffi::OsStr::from_bytes(b"a/\xFF.txt");
    if std::fs::write(dir.path().join(odd), "x").is_ok() {
        let words = visit_path(dir.path()).unwrap_err();
        assert!(
            words.contains("its name is not UTF-8; rename it"),
            "{words}"
        );
    }
}

#[test]
#[cfg(unix)]
fn files_without_read_permission_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.txt");
    std::fs::write(&path, "one").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let words = visit_path(dir.path()).unwrap_err();
    assert!(words.contains("f: x.txt cannot be read: "), "{words}");
}
