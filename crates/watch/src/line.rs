//! A line of `events.jsonl`, read for its curves and words alone.
//!
//! Most bytes of a line are telemetry that the page does not show; they are passed over unread. The tag stands first in
//! the lines that Regimen writes; where it does not, it is looked for.

use std::borrow::Cow;

use regimen_run::Finding;
use serde::Deserialize;

use crate::number::{Logs, Number};

/// What is shown of an event.
#[derive(Debug)]
pub(crate) enum Line<'l> {
    /// A run begins or goes on.
    Begin(Box<Begin>),
    /// An epoch ended.
    Epoch(Epoch<'l>),
    /// The doctor found something.
    Finding(Box<Finding>),
    /// A callback said something.
    Message(Message),
    /// Something is not finite.
    NonFinite(NonFinite),
    /// The run ended.
    End(End<'l>),
    /// An event that the page does not show.
    Other,
}

/// The beginning of a stretch of training.
#[derive(Debug, Deserialize)]
pub(crate) struct Begin {
    #[serde(default)]
    pub version: String,
    pub time: Number,
    pub epochs: u32,
    #[serde(default)]
    pub steps: u64,
    #[serde(default)]
    pub batch_size: u64,
    #[serde(default)]
    pub samples: u64,
    #[serde(default)]
    pub val_samples: u64,
    #[serde(default)]
    pub model: Model,
}

/// The model in short.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize)]
pub(crate) struct Model {
    #[serde(default)]
    pub layers: Vec<Layer>,
    #[serde(default)]
    pub optimizer: Option<String>,
    #[serde(default)]
    pub learning_rate: Option<f64>,
}

/// A layer in short.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize)]
#[serde(default)]
pub(crate) struct Layer {
    pub path: String,
    pub class_name: String,
    pub output_shape: Vec<Option<u64>>,
    pub params: u64,
    pub trainable_params: u64,
    pub activation: Option<String>,
}

/// The end of an epoch.
#[derive(Debug, Deserialize)]
pub(crate) struct Epoch<'l> {
    pub epoch: u32,
    #[serde(borrow)]
    pub logs: Logs<'l>,
    #[serde(default)]
    pub seconds: Option<Number>,
    #[serde(default)]
    pub telemetry: Telemetry,
}

/// What is shown of telemetry.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Telemetry {
    #[serde(default)]
    pub learning_rate: Option<Number>,
}

/// A callback's words.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
pub(crate) struct Message {
    pub epoch: u32,
    pub text: String,
}

/// Where numbers stopped being finite.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
pub(crate) struct NonFinite {
    pub epoch: u32,
    pub step: u64,
    pub layer: String,
}

/// The end of a stretch of training.
#[derive(Debug, Deserialize)]
pub(crate) struct End<'l> {
    pub reason: String,
    #[serde(default, borrow)]
    pub test: Option<Logs<'l>>,
}

#[derive(Deserialize)]
struct Tagged<'l> {
    #[serde(borrow)]
    event: Cow<'l, str>,
}

impl<'l> Line<'l> {
    /// Reads a line; `None` where it is no event of this version.
    pub fn read(line: &'l [u8]) -> Option<Line<'l>> {
        let tag: Cow<'_, str> = match first_tag(line) {
            Some(tag) => tag.into(),
            None => serde_json::from_slice::<Tagged<'_>>(line).ok()?.event,
        };
        Some(match tag.as_ref() {
            "epoch_end" => Line::Epoch(serde_json::from_slice(line).ok()?),
            "run_begin" => Line::Begin(serde_json::from_slice(line).ok()?),
            "finding" => Line::Finding(serde_json::from_slice(line).ok()?),
            "message" => Line::Message(serde_json::from_slice(line).ok()?),
            "non_finite" => Line::NonFinite(serde_json::from_slice(line).ok()?),
            "run_end" => Line::End(serde_json::from_slice(line).ok()?),
            "data" | "epoch_begin" | "batch_end" | "checkpoint" | "validation_rows" => Line::Other,
            _ => return None,
        })
    }
}

/// The tag, where it is the first field and has no escapes.
fn first_tag(line: &[u8]) -> Option<&str> {
    let rest = line.strip_prefix(br#"{"event":""#)?;
    let end = rest
        .iter()
        .position(|b| !b.is_ascii_lowercase() && *b != b'_')?;
    (rest[end] == b'"').then(|| std::str::from_utf8(&rest[..end]).ok())?
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use regimen_run::Event;
    use regimen_run::event::Telemetry;

    use super::*;

    #[test]
    fn what_the_writer_writes_reads_here() {
        let logs = BTreeMap::from([
            ("loss".to_owned(), 0.5),
            ("val_loss".to_owned(), f64::INFINITY),
        ]);
        let event = Event::EpochEnd {
            epoch: 4,
            logs: logs.clone(),
            seconds: 1.5,
            step: 9,
            timing: None,
            telemetry: Telemetry {
                learning_rate: Some(0.1),
                val_predicted_shares: vec![0.5, 0.5],
                ..Telemetry::default()
            },
        };
        let text = serde_json::to_vec(&event).expect("writes");
        let Some(Line::Epoch(epoch)) = Line::read(&text) else {
            panic!("no epoch");
        };
        assert_eq!((epoch.epoch, epoch.seconds), (4, Some(Number(1.5))));
        assert_eq!(epoch.telemetry.learning_rate, Some(Number(0.1)));
        assert_eq!(epoch.logs.0[0], ("loss".into(), 0.5));
        assert!(epoch.logs.0[1].1.is_nan());
        let end = Event::RunEnd {
            reason: "finished".into(),
            epochs_done: 3,
            seconds: 1.0,
            test: Some(logs),
        };
        let text = serde_json::to_vec(&end).expect("writes");
        assert!(matches!(Line::read(&text), Some(Line::End(end)) if end.test.is_some()));
    }

    #[test]
    fn other_orders_and_other_texts() {
        let of = |text: &'static str| Line::read(text.as_bytes());
        let turned = of(r#"{ "epoch": 0, "event": "message", "text": "x" }"#);
        assert!(matches!(turned, Some(Line::Message(_))));
        assert!(matches!(of(r#"{"event":"checkpoint"}"#), Some(Line::Other)));
        for bad in [
            "",
            "null",
            "{",
            r#"{"event":"#,
            r#"{"event":"novel"}"#,
            r#"{"event":"epoch_end"}"#,
            r#"{"event":"epoch_end","epoch":-1,"logs":{}}"#,
            r#"{"event":"epoch_end","epoch":1,"logs":{"loss":[]}}"#,
        ] {
            assert!(of(bad).is_none(), "{bad}");
        }
        assert!(Line::read(b"{\"event\":\"message\",\"epoch\":1,\"text\":\"\xff\"}").is_none());
    }
}
