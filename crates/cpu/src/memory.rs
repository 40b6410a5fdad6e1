//! How much memory a program may use: the container's limit or the machine's free memory, whichever is less.

use std::fs;

/// Bytes that may still be allocated; `u64::MAX` where the system does not say.
pub(crate) fn available() -> u64 {
    let group = number("/sys/fs/cgroup/memory.max")
        .map(|max| max.saturating_sub(number("/sys/fs/cgroup/memory.current").unwrap_or(0)));
    let old = number("/sys/fs/cgroup/memory/memory.limit_in_bytes").map(|max| {
        max.saturating_sub(number("/sys/fs/cgroup/memory/memory.usage_in_bytes").unwrap_or(0))
    });
    let machine = fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| machine_free(&text));
    [group, old, machine]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(u64::MAX)
}

fn number(path: &str) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn machine_free(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|l| l.strip_prefix("MemAvailable:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meminfo_is_read() {
        assert_eq!(
            machine_free("MemTotal: 9 kB\nMemAvailable:    24 kB\n"),
            Some(24 * 1024)
        );
        assert_eq!(machine_free("MemTotal: 9 kB"), None);
        assert!(available() > 0);
    }
}
