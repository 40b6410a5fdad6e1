//! TensorBoard's event files: TFRecord frames of protocol buffers, of which the scalars by epoch are read.
//!
//! A record is its length (u64), a checksum of it, the bytes, a checksum of these, all little endian. In a record: step
//! (field 2) and summary (5), whose values (1) have a tag (1) and a number, as simple_value (2, TensorFlow 1) or in a tensor
//! (8: float_val 5, double_val 6, tensor_content 4). Keras's callback writes `epoch_loss` and the like into the folders
//! `train` and `validation`, and before TensorFlow 2 `loss` and `val_loss` into one. What batches write is left out.

use std::collections::BTreeMap;

use regimen_run::event::Logs;

use super::{Log, Runs};

/// The runs in some event files: those of a training folder, those of a validation folder, each in order of their names.
/// A file that breaks off is read as far as it goes.
///
/// # Errors
/// A file is none of TensorBoard's, or no file tells of an epoch.
pub fn read(train: &[Vec<u8>], validation: &[Vec<u8>]) -> Result<Vec<Log>, String> {
    let mut runs = Runs::default();
    for i in 0..train.len().max(validation.len()) {
        let mut epochs: BTreeMap<i64, Logs> = BTreeMap::new();
        for (files, prefix) in [(train, ""), (validation, "val_")] {
            for (step, tag, value) in files.get(i).map_or(Ok(vec![]), |bytes| scalars(bytes))? {
                if let Some(name) = name(&tag) {
                    epochs
                        .entry(step)
                        .or_default()
                        .insert(format!("{prefix}{name}"), value);
                }
            }
        }
        for (step, logs) in epochs {
            runs.add(usize::try_from(step).unwrap_or(0), logs);
        }
    }
    let runs = runs.done();
    match runs.is_empty() {
        true => Err("these event files tell of no epoch; Keras's TensorBoard callback writes tags such as `epoch_loss`".to_owned()),
        false => Ok(runs),
    }
}

/// What the logs call a tag; `None` for what is not told by epochs.
fn name(tag: &str) -> Option<&str> {
    match tag.strip_prefix("epoch_") {
        Some(name) => Some(name),
        None => {
            let batches = ["batch_", "evaluation_", "batch/", "keras"];
            let other = batches.iter().any(|begin| tag.starts_with(begin)) || tag.contains('/');
            (!other).then_some(tag)
        }
    }
}

/// (step, tag, value) of each scalar.
fn scalars(bytes: &[u8]) -> Result<Vec<(i64, String, f64)>, String> {
    let mut found = vec![];
    let (mut rest, mut records) = (bytes, 0usize);
    while let Some((content, behind)) = record(rest) {
        records += 1;
        let mut step = 0;
        for (field, value) in fields(content) {
            match (field, value) {
                (2, Field::Number(n)) => step = n as i64,
                (5, Field::Bytes(summary)) => {
                    for (field, value) in fields(summary) {
                        if let (1, Field::Bytes(value)) = (field, value) {
                            found.extend(scalar(value).map(|(tag, x)| (step, tag, x)));
                        }
                    }
                }
                _ => {}
            }
        }
        rest = behind;
    }
    if records == 0 && !bytes.is_empty() {
        return Err(
            "not an event file of TensorBoard: its first record has no length that fits".to_owned(),
        );
    }
    Ok(found)
}

/// The first record's content, and what follows it.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = bytes.get(..8)?.try_into().ok().map(u64::from_le_bytes)?;
    let end = usize::try_from(length).ok()?.checked_add(12)?;
    let content = bytes.get(12..end)?;
    Some((content, bytes.get(end.checked_add(4)?..)?))
}

/// A field of a message.
enum Field<'a> {
    Number(u64),
    Double(f64),
    Float(f32),
    Bytes(&'a [u8]),
}

/// The fields of a message, as far as it is one.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut found = vec![];
    while !bytes.is_empty() {
        let Some((field, value, rest)) = field(bytes) else {
            break;
        };
        found.push((field, value));
        bytes = rest;
    }
    found
}

fn field(bytes: &[u8]) -> Option<(u64, Field<'_>, &[u8])> {
    let (key, rest) = varint(bytes)?;
    let (value, rest) = match key & 7 {
        0 => {
            let (n, rest) = varint(rest)?;
            (Field::Number(n), rest)
        }
        1 => {
            let (head, rest) = rest.split_at_checked(8)?;
            (
                Field::Double(f64::from_le_bytes(head.try_into().ok()?)),
                rest,
            )
        }
        2 => {
            let (length, rest) = varint(rest)?;
            let (content, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            (Field::Bytes(content), rest)
        }
        5 => {
            let (head, rest) = rest.split_at_checked(4)?;
            (
                Field::Float(f32::from_le_bytes(head.try_into().ok()?)),
                rest,
            )
        }
        _ => return None,
    };
    Some((key >> 3, value, rest))
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut n = 0u64;
    for (i, byte) in bytes.iter().enumerate().take(10) {
        n |= u64::from(byte & 0x7f).checked_shl(7 * i as u32)?;
        if byte & 0x80 == 0 {
            return Some((n, &bytes[i + 1..]));
        }
    }
    None
}

/// Tag and number of a summary's value.
fn scalar(value: &[u8]) -> Option<(String, f64)> {
    let (mut tag, mut number) = (None, None);
    for (field, value) in fields(value) {
        match (field, value) {
            (1, Field::Bytes(text)) => tag = std::str::from_utf8(text).ok().map(str::to_owned),
            (2, Field::Float(x)) => number = Some(f64::from(x)),
            (8, Field::Bytes(tensor)) => number = number.or_else(|| of_tensor(tensor)),
            _ => {}
        }
    }
    Some((tag?, number?))
}

/// The only number of a tensor.
fn of_tensor(tensor: &[u8]) -> Option<f64> {
    let mut kind = 0;
    for (field, value) in fields(tensor) {
        match (field, value) {
            (1, Field::Number(n)) => kind = n,
            (5, Field::Float(x)) => return Some(f64::from(x)),
            (6, Field::Double(x)) => return Some(x),
            (5, Field::Bytes(packed)) if packed.len() == 4 => {
                return Some(f64::from(f32::from_le_bytes(packed.try_into().ok()?)));
            }
            (6, Field::Bytes(packed)) if packed.len() == 8 => {
                return Some(f64::from_le_bytes(packed.try_into().ok()?));
            }
            (4, Field::Bytes(content)) if kind == 1 && content.len() == 4 => {
                return Some(f64::from(f32::from_le_bytes(content.try_into().ok()?)));
            }
            (4, Field::Bytes(content)) if kind == 2 && content.len() == 8 => {
                return Some(f64::from_le_bytes(content.try_into().ok()?));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(field: u8, content: &[u8]) -> Vec<u8> {
        [&[field << 3 | 2, content.len() as u8], content].concat()
    }

    /// A record of TensorFlow 1 (simple_value) or 2 (a tensor).
    fn told(step: u8, tag: &str, x: f32, old: bool) -> Vec<u8> {
        let number = match old {
            true => [&[2 << 3 | 5][..], &x.to_le_bytes()].concat(),
            false => bytes(8, &[&[1 << 3, 1][..], &bytes(4, &x.to_le_bytes())].concat()),
        };
        let value = [bytes(1, tag.as_bytes()), number].concat();
        let event = [vec![2 << 3, step], bytes(5, &bytes(1, &value))].concat();
        [
            &(event.len() as u64).to_le_bytes()[..],
            &[0; 4],
            &event,
            &[0; 4],
        ]
        .concat()
    }

    #[test]
    fn two_folders_and_one() {
        let two = |tag: &str, x: [f32; 2]| {
            [told(0, tag, x[0], false), told(1, tag, x[1], false)].concat()
        };
        let train = [
            two("epoch_loss", [0.5, 0.25]),
            told(1, "batch_loss", 9.0, false),
        ]
        .concat();
        let runs = read(
            std::slice::from_ref(&train),
            &[two("epoch_loss", [0.75, 1.0])],
        )
        .expect("a run");
        assert_eq!(runs.len(), 1);
        assert_eq!(
            runs[0].epochs[1].1,
            Logs::from([("loss".into(), 0.25), ("val_loss".into(), 1.0)])
        );
        let old = [told(0, "loss", 0.5, true), told(0, "val_loss", 0.75, true)].concat();
        let runs = read(&[old], &[]).expect("a run");
        assert_eq!(runs[0].epochs[0].1["val_loss"], 0.75);
        // Twice into one folder: two runs. A file that breaks off: what is there.
        let broken = train[..train.len() - 9].to_vec();
        assert_eq!(read(&[broken, train], &[]).map(|runs| runs.len()), Ok(2));
    }

    #[test]
    fn what_is_none_is_refused() {
        assert!(read(&[b"epoch,loss\n0,1\n".to_vec()], &[]).is_err());
        assert!(read(&[], &[]).is_err());
        assert!(read(&[told(0, "batch_loss", 1.0, false)], &[]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_runs_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0..60usize) {
            let _any = read(std::slice::from_ref(&bytes), &[]);
            let mut sound = told(3, "epoch_loss", 0.5, false);
            sound.truncate(sound.len().saturating_sub(cut));
            sound.extend(bytes);
            let _any = read(&[sound], &[]);
        }
    }
}
