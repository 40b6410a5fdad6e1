//! RemoteMonitor: bodies against Keras's, and, where it is built, what a server on this machine receives.

use serde_json::json;

use super::*;
use crate::callbacks::drive_tests::errors;
use crate::callbacks::golden_tests::logs_of;

fn cases() -> Vec<Json> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/callbacks/remote_monitor.json"
    );
    let text = std::fs::read_to_string(file).unwrap();
    let file: Json = serde_json::from_str(&text).unwrap();
    file["cases"].as_array().unwrap().clone()
}

fn made(case: &Json) -> RemoteMonitor {
    let config = case["config"].as_object().unwrap().clone();
    RemoteMonitor::read(&mut Options::new("RemoteMonitor", &config, "")).unwrap()
}

#[test]
fn bodies_are_those_of_keras() {
    for case in cases() {
        let monitor = made(&case);
        let logs = case["logs"].as_array().unwrap();
        for (epoch, want) in case["sent"].as_array().unwrap().iter().enumerate() {
            let (kind, body) = monitor.message(epoch, &logs_of(&logs[epoch])).unwrap();
            assert_eq!(kind, want["content_type"], "{}", case["name"]);
            assert_eq!(body, want["body"].as_str().unwrap(), "{}", case["name"]);
            let url = format!("{}{}", monitor.root, monitor.path);
            assert_eq!(url, want["url"].as_str().unwrap(), "{}", case["name"]);
        }
    }
    let nan = Logs::from([("loss".to_string(), f64::NAN)]);
    assert_eq!(
        RemoteMonitor::new().send_as_json(true).message(0, &nan),
        None
    );
}

#[test]
fn bad_options_are_told() {
    let told = |config| errors("RemoteMonitor", config);
    assert!(told(json!({"headers": {"X": 1}})).contains("table of texts"));
    assert!(told(json!({"headers": {"X": "a\r\nY: b"}})).contains("one line"));
    if cfg!(feature = "remote-monitor") {
        assert!(told(json!({"root": "https://example.org"})).contains("no TLS"));
    } else {
        let text = told(json!({}));
        assert!(text.contains("--features remote-monitor"), "{text}");
    }
}

#[cfg(feature = "remote-monitor")]
mod over_the_network {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;
    use crate::callbacks::drive_tests::{assert_resumes, of_losses, trace};

    /// Answers so many requests, and returns them.
    fn serve(listener: TcpListener, count: usize, answer: &'static str) -> Vec<String> {
        let serve = |_| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut text = String::new();
            let mut part = [0; 1024];
            let whole = |text: &str| {
                let (head, body) = text.split_once("\r\n\r\n")?;
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    let same = name.eq_ignore_ascii_case("content-length");
                    same.then(|| value.trim().parse::<usize>().ok())?
                })?;
                (body.len() >= length).then_some(())
            };
            while whole(&text).is_none() {
                let read = stream.read(&mut part).unwrap();
                assert!(read > 0, "cut: {text}");
                text += std::str::from_utf8(&part[..read]).unwrap();
            }
            stream.write_all(answer.as_bytes()).unwrap();
            text
        };
        (0..count).map(serve).collect()
    }

    #[test]
    fn a_server_receives_every_epoch() {
        const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        const GONE: &str =
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        for answer in [OK, GONE] {
            for case in cases() {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                let address = listener.local_addr().unwrap();
                let logs: Vec<Logs> = case["logs"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(logs_of)
                    .collect();
                let count = logs.len();
                let server = std::thread::spawn(move || serve(listener, count, answer));
                let mut callback: Box<dyn Callback> =
                    made(&case).root(format!("http://{address}")).into();
                let answers = trace(&mut callback, &logs);
                assert!(answers.iter().all(Vec::is_empty), "{answers:?}");
                let received = server.join().unwrap();
                for (text, want) in received.iter().zip(case["sent"].as_array().unwrap()) {
                    let (head, body) = text.split_once("\r\n\r\n").unwrap();
                    assert_eq!(body, want["body"].as_str().unwrap());
                    let path = made(&case).path;
                    assert!(
                        head.starts_with(&format!("POST {path} HTTP/1.1\r\n")),
                        "{head}"
                    );
                    let kind = want["content_type"].as_str().unwrap();
                    let mut wanted = vec![("Content-Type".to_string(), kind.to_string())];
                    for (name, value) in want["headers"].as_object().into_iter().flatten() {
                        wanted.push((name.clone(), value.as_str().unwrap().to_string()));
                    }
                    for (name, value) in wanted {
                        assert!(head.contains(&format!("\r\n{name}: {value}")), "{head}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_server_out_of_reach_is_told_and_training_goes_on() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let mut callback: Box<dyn Callback> = RemoteMonitor::new().root(root.clone()).into();
        let answers = trace(&mut callback, &of_losses(&[1.0, 0.5]));
        let want = format!("Could not reach RemoteMonitor root server at {root}");
        for flows in &answers[1..3] {
            assert!(matches!(&flows[..], [Flow::Message(text)] if text.starts_with(&want)));
        }
        let losses = of_losses(&[1.0; 10]);
        assert_resumes(
            || RemoteMonitor::new().root(root.clone()).into(),
            &losses,
            5,
        );
    }
}
