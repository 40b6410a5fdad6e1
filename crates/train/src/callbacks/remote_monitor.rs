//! RemoteMonitor: the logs of every epoch sent to a server.
//!
//! Follows keras/src/callbacks/remote_monitor.py. It is built with the feature `remote-monitor`; without, the name is known
//! and refused. There is no TLS: `root` is an `http://` address.

use std::collections::BTreeMap;

use regimen_nn::{Configured, OptionValue, Options, keras_config};
use regimen_run::event::Logs;
use serde_json::{Value as Json, json};

use crate::callbacks::python_text::repr;
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment, Place};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "RemoteMonitor",
    aliases: &[],
    about: "sends the logs of every epoch to a server",
    options: RemoteMonitor::options,
    read,
};

keras_config! {
    /// Sends the logs of every epoch to a server, by HTTP POST to `root` and `path`.
    ///
    /// A server that cannot be reached is told and training goes on. Needs the feature `remote-monitor`.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, RemoteMonitor};
    ///
    /// let callback: Box<dyn Callback> = RemoteMonitor::new().root("http://127.0.0.1:9000").send_as_json(true).into();
    /// assert_eq!(callback.class_name(), "RemoteMonitor");
    /// ```
    pub struct RemoteMonitor() {
        /// Address of the server: `http://` with a host and, where it is not 80, a port.
        root: String = "http://localhost:9000".to_string(),
        /// Where on the server.
        path: String = "/publish/epoch/end/".to_string(),
        /// Field of the form that holds the logs as JSON; of no use with `send_as_json`.
        field: String = "data".to_string(),
        /// HTTP headers by name.
        headers: Option<Headers> = None,
        /// Whether the logs are the body itself, as `application/json`.
        send_as_json: bool = false,
    }
}

/// HTTP headers by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Headers(pub BTreeMap<String, String>);

impl OptionValue for Headers {
    const KIND: &'static str = "table of texts";
    fn read(value: &Json) -> Result<Headers, String> {
        let text = |(name, value): (&String, &Json)| {
            let value = value.as_str().filter(|v| is_line(v) && is_line(name));
            Some((name.clone(), value?.to_string()))
        };
        let map = value.as_object();
        map.and_then(|map| map.iter().map(text).collect())
            .map(Headers)
            .ok_or_else(|| {
                "expected a table of texts of one line each, such as { X-Run = \"7\" }".into()
            })
    }
    fn write(&self) -> Json {
        json!(self.0)
    }
}

fn is_line(text: &str) -> bool {
    !text.contains(['\r', '\n'])
}

fn read(options: &mut Options<'_>, _: &Place) -> Option<Box<dyn Callback>> {
    let read = RemoteMonitor::read(options)?;
    if let Err((name, text)) = read.check() {
        options.error(name, text);
    }
    Some(read.into())
}

impl From<RemoteMonitor> for Box<dyn Callback> {
    fn from(options: RemoteMonitor) -> Box<dyn Callback> {
        Box::new(options)
    }
}

impl RemoteMonitor {
    /// What is wrong, with the option that is.
    fn check(&self) -> Result<(), (&'static str, String)> {
        if !cfg!(feature = "remote-monitor") {
            let text = "RemoteMonitor sends over the network, which this program was built without; build it with \
                        `--features remote-monitor`, or use CSVLogger";
            return Err(("", text.to_string()));
        }
        if !self.root.starts_with("http://") || !is_line(&self.root) || !is_line(&self.path) {
            let text = format!(
                "`root` of RemoteMonitor: found {:?}, expected an address that begins with `http://` (there is no TLS)",
                self.root
            );
            return Err(("root", text));
        }
        Ok(())
    }

    /// Content type and body of an epoch; none where the logs have no form as JSON.
    fn message(&self, epoch: usize, logs: &Logs) -> Option<(&'static str, String)> {
        let finite = logs.values().all(|x| x.is_finite());
        let number = |x: f64| match x {
            x if x.is_nan() => "NaN".to_string(),
            f64::INFINITY => "Infinity".to_string(),
            f64::NEG_INFINITY => "-Infinity".to_string(),
            x => repr(x),
        };
        let entry = |(name, x): (&String, &f64)| format!("{}: {}", json!(name), number(*x));
        let entries = std::iter::once(format!("\"epoch\": {epoch}")).chain(logs.iter().map(entry));
        let text = format!("{{{}}}", entries.collect::<Vec<_>>().join(", "));
        if !self.send_as_json {
            let form = format!("{}={}", form_text(&self.field), form_text(&text));
            return Some(("application/x-www-form-urlencoded", form));
        }
        finite.then_some(("application/json", text))
    }
}

/// Text as forms encode it: a blank is `+`, bytes beyond letters, digits and `_.-~` are `%XX`.
fn form_text(text: &str) -> String {
    let byte = |b: u8| match b {
        b' ' => "+".to_string(),
        b if b.is_ascii_alphanumeric() || b"_.-~".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Sends a body. The answer is not looked at; without one within half a minute the server counts as out of reach.
#[cfg(feature = "remote-monitor")]
fn post(url: &str, headers: &[(&str, &str)], body: String) -> Result<(), String> {
    const SECONDS: u64 = 30;
    let request = minreq::post(url).with_timeout(SECONDS).with_body(body);
    let with =
        |request: minreq::Request, (name, value): &(&str, &str)| request.with_header(*name, *value);
    let sent = headers.iter().fold(request, with).send();
    sent.map(|_| ()).map_err(|e| e.to_string())
}

#[cfg(not(feature = "remote-monitor"))]
fn post(_: &str, _: &[(&str, &str)], _: String) -> Result<(), String> {
    // `check` has refused it.
    Err("there is no network in this program".to_string())
}

impl Callback for RemoteMonitor {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
        match moment {
            Moment::TrainBegin => self.check().map(|()| vec![]).map_err(|(_, text)| text),
            Moment::EpochEnd { epoch, logs, .. } => {
                let url = format!("{}{}", self.root, self.path);
                let sent = match self.message(*epoch, logs) {
                    Some((kind, body)) => {
                        let none = BTreeMap::new();
                        let own = self.headers.as_ref().map_or(&none, |h| &h.0);
                        let told = own.keys().any(|n| n.eq_ignore_ascii_case("content-type"));
                        let mut headers: Vec<(&str, &str)> =
                            own.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                        if !told {
                            headers.push(("Content-Type", kind));
                        }
                        post(&url, &headers, body)
                    }
                    None => {
                        Err("a value of the logs is not finite, which JSON cannot say".to_string())
                    }
                };
                let warning = |e: String| {
                    let root = &self.root;
                    Flow::Message(format!(
                        "Could not reach RemoteMonitor root server at {root}: {e}"
                    ))
                };
                Ok(sent.err().map(warning).into_iter().collect())
            }
            _ => Ok(vec![]),
        }
    }
}

#[cfg(test)]
#[path = "remote_monitor_tests.rs"]
mod tests;
