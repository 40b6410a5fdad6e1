//! All faults of an object's options at once, those included that others hide.

use serde_json::{Map, Value as Json};

use crate::{OptionError, OptionInfo};

/// The faults found, and those that they hide: an option that cannot be read keeps all limits from being checked. Reads again
/// without the faulty options; what is then found at one of the others is a fault of its own.
pub fn every_fault(
    infos: &[OptionInfo],
    config: &Map<String, Json>,
    path: &str,
    mut errors: Vec<OptionError>,
    read: impl Fn(&Map<String, Json>) -> Vec<OptionError>,
) -> Vec<OptionError> {
    let prefix = if path.is_empty() {
        String::new()
    } else {
        format!("{path}.")
    };
    let option_of = |error: &OptionError| {
        let key = error.path.strip_prefix(prefix.as_str())?;
        let end = key.find(['.', '[']).unwrap_or(key.len());
        Some(key[..end].to_string()).filter(|key| !key.is_empty())
    };
    let mut mended = config.clone();
    let mut faulty: Vec<String> = errors.iter().filter_map(option_of).collect();
    // Each round takes at least one option out.
    loop {
        for key in &faulty {
            mended.shift_remove(key);
        }
        for info in infos.iter().filter(|i| i.default.is_none()) {
            // Any size will do where one is needed.
            let size = info.kind.starts_with("integer") || info.kind == "number";
            if size && !mended.contains_key(info.name) {
                mended.insert(info.name.to_string(), 1.into());
            }
        }
        let known = |e: &OptionError| {
            option_of(e).is_none_or(|key| faulty.contains(&key) || !config.contains_key(&key))
        };
        let hidden: Vec<OptionError> = read(&mended).into_iter().filter(|e| !known(e)).collect();
        if hidden.is_empty() {
            return errors;
        }
        faulty.extend(hidden.iter().filter_map(option_of));
        errors.extend(hidden);
    }
}
