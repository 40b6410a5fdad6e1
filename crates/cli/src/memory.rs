//! Bytes of memory that a run may use: the system's, or what the control groups above this process leave.
//!
//! Linux only (`/proc/meminfo`; cgroup v2 `memory.max`, `memory.current`, v1 `memory.limit_in_bytes`).
//! Page cache that can be dropped counts as free, as in `MemAvailable`.

use std::path::{Path, PathBuf};

/// Bytes available; `None` where the system does not say.
pub(crate) fn available() -> Option<u64> {
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    available_from(&read)
}

fn available_from(read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let system = read(Path::new("/proc/meminfo")).and_then(|text| meminfo(&text));
    let groups = read(Path::new("/proc/self/cgroup")).unwrap_or_default();
    let limits = folders(&groups)
        .into_iter()
        .filter_map(|folder| group(&folder, read));
    limits.chain(system).min()
}

fn meminfo(text: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    kib.checked_mul(1024)
}

/// Folders of the memory groups that this process is in, with those above them.
fn folders(groups: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let root = match controllers {
            "" => "/sys/fs/cgroup",
            list if list.split(',').any(|c| c == "memory") => "/sys/fs/cgroup/memory",
            _ => continue,
        };
        let own = Path::new(root).join(path.trim_start_matches('/'));
        found.extend(
            own.ancestors()
                .take_while(|p| p.starts_with(root))
                .map(Path::to_path_buf),
        );
    }
    found
}

/// What one group leaves; `None` without a limit.
fn group(folder: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Option<u64> {
    let number = |name: &str| read(&folder.join(name))?.trim().parse::<u64>().ok();
    let (limit, used) = match number("memory.max") {
        Some(limit) => (limit, number("memory.current")?),
        None => (
            number("memory.limit_in_bytes")?,
            number("memory.usage_in_bytes")?,
        ),
    };
    let stat = read(&folder.join("memory.stat")).unwrap_or_default();
    let cache = stat
        .lines()
        .find_map(|line| line.strip_prefix("inactive_file "));
    let cache: u64 = cache.and_then(|n| n.trim().parse().ok()).unwrap_or(0);
    Some(limit.saturating_sub(used.saturating_sub(cache)))
}

/// The most bytes that this process has held at once; `None` where the system does not say.
pub(crate) fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(all: &'static [(&str, &str)]) -> impl Fn(&Path) -> Option<String> {
        |path| {
            all.iter()
                .find(|(name, _)| Path::new(name) == path)
                .map(|(_, text)| (*text).to_owned())
        }
    }

    const MEMINFO: (&str, &str) = (
        "/proc/meminfo",
        "MemTotal: 9 kB\nMemAvailable:    1000 kB\n",
    );

    #[test]
    fn the_system_alone() {
        assert_eq!(available_from(&files(&[MEMINFO])), Some(1_024_000));
        assert_eq!(available_from(&files(&[])), None);
        assert_eq!(
            available_from(&files(&[("/proc/meminfo", "MemAvailable: x\n")])),
            None
        );
    }

    #[test]
    fn the_tightest_group_counts() {
        let read = files(&[
            MEMINFO,
            ("/proc/self/cgroup", "0::/a/b\n"),
            ("/sys/fs/cgroup/a/b/memory.max", "max\n"),
            ("/sys/fs/cgroup/a/b/memory.current", "70\n"),
            ("/sys/fs/cgroup/a/memory.max", "500\n"),
            ("/sys/fs/cgroup/a/memory.current", "400\n"),
            (
                "/sys/fs/cgroup/a/memory.stat",
                "anon 1\ninactive_file 150\n",
            ),
        ]);
        assert_eq!(available_from(&read), Some(250));
    }

    #[test]
    fn groups_of_version_one() {
        let read = files(&[
            MEMINFO,
            ("/proc/self/cgroup", "5:cpu:/x\n4:memory:/x\n"),
            ("/sys/fs/cgroup/memory/x/memory.limit_in_bytes", "300\n"),
            ("/sys/fs/cgroup/memory/x/memory.usage_in_bytes", "400\n"),
        ]);
        assert_eq!(available_from(&read), Some(0));
    }
}
