//! The files that a run reads its data from.

use std::path::Path;

use super::{ArraysSpec, DataSpec, LabelArrays};

impl DataSpec {
    /// Every path of a file or folder of data, to be read or changed.
    pub fn paths_mut(&mut self) -> Vec<&mut String> {
        let mut paths = vec![];
        paths.extend(self.csv.as_mut().map(|of| &mut of.path));
        paths.extend(self.parquet.as_mut().map(|of| &mut of.path));
        paths.extend(self.images.as_mut().map(|of| &mut of.path));
        paths.extend(self.texts.as_mut().map(|of| &mut of.path));
        paths.extend(self.npz.as_mut().and_then(|of| of.path.as_mut()));
        for arrays in [&mut self.npy, &mut self.idx].into_iter().flatten() {
            files(arrays, &mut paths);
        }
        paths
    }

    /// Makes relative paths of what lies in a folder absolute; others stay as they are.
    pub fn rooted_at(&mut self, folder: &Path) {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
        for path in self.paths_mut() {
            let there = folder.join(path.as_str());
            if let (true, Some(text)) = (there.exists(), there.to_str()) {
                text.clone_into(path);
            }
        }
    }
}

/// The files of arrays that are a file each.
fn files<'a>(arrays: &'a mut ArraysSpec, paths: &mut Vec<&'a mut String>) {
    paths.push(&mut arrays.x);
    paths.extend(arrays.x_val.as_mut());
    paths.extend(arrays.x_test.as_mut());
    let labels = [
        Some(&mut arrays.y),
        arrays.y_val.as_mut(),
        arrays.y_test.as_mut(),
    ];
    for labels in labels.into_iter().flatten() {
        match labels {
            LabelArrays::One(path) => paths.push(path),
            LabelArrays::Named(all) => paths.extend(all.values_mut()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::RunSpec;

    #[test]
    fn what_lies_there_is_rooted() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["x.npy", "y.npy"] {
            std::fs::write(dir.path().join(name), "").expect("writes");
        }
        let text = "[data]\nnpy = { x = \"x.npy\", y = \"y.npy\", x_test = \"elsewhere.npy\", y_test = \"/z.npy\" }\n\
                    [model]\nlayers = [\"Flatten\"]\n[compile]\nloss = \"mse\"\n";
        let (mut spec, _) = RunSpec::from_toml(text, "run.toml").expect("reads");
        spec.data.rooted_at(dir.path());
        let paths: Vec<String> = spec
            .data
            .paths_mut()
            .into_iter()
            .map(|p| p.clone())
            .collect();
        let there = |name: &str| dir.path().join(name).display().to_string();
        assert_eq!(
            paths,
            [
                there("x.npy"),
                "elsewhere.npy".to_owned(),
                there("y.npy"),
                "/z.npy".to_owned()
            ]
        );
    }
}
