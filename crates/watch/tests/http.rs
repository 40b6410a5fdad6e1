//! The live view over real sockets: what is answered, what is refused, and that changes arrive.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use regimen_watch::{Listen, Report, WatchError, WatchOptions, watch};
use serde_json::Value;

/// How long an answer may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);

const BEGIN: &str = r#"{"event":"run_begin","version":"1","time":5.0,"epochs":9,"initial_epoch":0,"steps":2,"batch_size":32,"samples":64,"val_samples":16,"model":{"layers":[],"outputs":[],"optimizer":null,"learning_rate":null,"metrics":[]},"data":{}}"#;

/// A server in a thread of this process.
struct Server {
    url: String,
    interrupt: Arc<AtomicBool>,
    thread: Option<JoinHandle<Result<(), WatchError>>>,
}

impl Server {
    fn start(dir: &Path) -> Server {
        Server::with(WatchOptions {
            dir: dir.to_path_buf(),
            listen: "127.0.0.1:0".parse().expect("an address"),
            ..WatchOptions::default()
        })
    }

    fn with(options: WatchOptions) -> Server {
        let interrupt = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = mpsc::channel();
        let seen = Arc::clone(&interrupt);
        let thread = std::thread::spawn(move || {
            watch(options, &seen, &mut |url| {
                sender.send(url.to_owned()).expect("heard")
            })
        });
        Server {
            url: receiver.recv_timeout(PATIENCE).expect("it is ready"),
            interrupt,
            thread: Some(thread),
        }
    }

    /// Host and port.
    fn host(&self) -> String {
        let rest = self.url.strip_prefix("http://").expect("http");
        rest.split('/').next().expect("a host").to_owned()
    }

    fn stream(&self, request: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(self.host()).expect("connects");
        stream.set_read_timeout(Some(PATIENCE)).expect("sets");
        stream.write_all(request.as_bytes()).expect("asks");
        BufReader::new(stream)
    }

    /// Status, head and body of an answer.
    fn ask(&self, method: &str, target: &str, headers: &str) -> (u16, String, String) {
        let host = self.host();
        let hosted = headers.to_ascii_lowercase().contains("host:");
        let host = if hosted {
            String::new()
        } else {
            format!("Host: {host}\r\n")
        };
        let request =
            format!("{method} {target} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n");
        let mut bytes = vec![];
        self.stream(&request)
            .read_to_end(&mut bytes)
            .expect("answers");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .expect("a status");
        (status, head.to_ascii_lowercase(), body.to_owned())
    }

    fn status(&self, target: &str) -> u16 {
        self.ask("GET", target, "").0
    }

    fn json(&self, target: &str) -> Value {
        let (status, _, body) = self.ask("GET", target, "");
        assert_eq!(status, 200, "{target}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.interrupt.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no panic").expect("ends well");
        }
    }
}

fn append(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("a parent")).expect("makes");
    let mut options = fs::File::options();
    let mut file = options.create(true).append(true).open(file).expect("opens");
    file.write_all(text.as_bytes()).expect("writes");
}

fn epoch(n: usize, loss: f64) -> String {
    format!(
        "{{\"event\":\"epoch_end\",\"epoch\":{n},\"logs\":{{\"loss\":{loss}}},\"seconds\":1.0,\"step\":1}}\n"
    )
}

#[test]
fn the_page_and_its_files_carry_their_headers() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(&dir.path().join("not there yet"));
    for target in ["/", "/app.js", "/app.css", "/charts.js", "/api/runs"] {
        let (status, head, body) = server.ask("GET", target, "");
        assert_eq!(status, 200, "{target}");
        assert!(!body.is_empty());
        for part in [
            "content-security-policy: default-src 'none'; script-src 'self'",
            "x-content-type-options: nosniff",
            "cache-control: no-store",
            "referrer-policy: no-referrer",
        ] {
            assert!(head.contains(part), "{target}: {head}");
        }
    }
    assert_eq!(server.json("/api/runs")["runs"], Value::Array(vec![]));
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        assert_eq!(server.ask(method, "/api/runs", "").0, 405, "{method}");
    }
    assert_eq!(server.ask("GET", "/", "Content-Length: 3\r\n").0, 413);
    assert_eq!(server.status(&format!("/?{}", "x".repeat(5000))), 414);
    // Every script that the page names is there.
    let (_, _, html) = server.ask("GET", "/", "");
    let scripts: Vec<&str> = html
        .split("href=\"/")
        .skip(1)
        .filter_map(|s| s.split('"').next())
        .collect();
    assert!(scripts.len() > 5);
    for script in scripts {
        assert_eq!(server.status(&format!("/{script}")), 200, "{script}");
    }
}

#[test]
fn nothing_outside_is_served() {
    let outer = tempfile::tempdir().expect("a folder");
    let dir = outer.path().join("runs");
    append(&outer.path().join("secret/events.jsonl"), &epoch(0, 1.0));
    append(&dir.join("a/events.jsonl"), &epoch(0, 1.0));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outer.path().join("secret"), dir.join("link")).expect("links");
        fs::create_dir(dir.join("b")).expect("makes");
        let events = outer.path().join("secret/events.jsonl");
        std::os::unix::fs::symlink(events, dir.join("b/events.jsonl")).expect("links");
    }
    let server = Server::start(&dir);
    let curves = server.json("/api/curves");
    let ids: Vec<&String> = curves["curves"]
        .as_object()
        .expect("curves")
        .keys()
        .collect();
    assert_eq!(ids, ["a"]);
    let secret = outer.path().join("secret").display().to_string();
    for id in [
        "../secret",
        "..%2Fsecret",
        "%2e%2e%2fsecret",
        "a/../../secret",
        "a%00",
        "link",
        "%ff",
        "",
        secret.as_str(),
    ] {
        for route in ["run", "curves"] {
            let found = server.status(&format!("/api/{route}?id={id}"));
            assert!(found == 404 || found == 400, "{route} {id}: {found}");
        }
        assert!(
            [400, 404].contains(&server.status(&format!("/report?id={id}"))),
            "{id}"
        );
    }
    for target in [
        "/../secret/events.jsonl",
        "/a/events.jsonl",
        "/..%2fsecret",
        "/page.rs",
        "//",
    ] {
        assert_eq!(server.status(target), 404, "{target}");
    }
    assert_eq!(server.status("/api/run?id=a"), 200);
    assert_eq!(server.status("/report?id=a"), 404, "no reports are made");
}

#[test]
fn strangers_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::start(dir.path());
    let host = server.host();
    let port = host.rsplit(':').next().expect("a port").to_owned();
    for (headers, expected) in [
        ("Host: evil.example\r\n".to_owned(), 421),
        (format!("Host: evil.example:{port}\r\n"), 421),
        (format!("Host: {host}\r\nHost: evil.example\r\n"), 421),
        (format!("Host: localhost:{port}\r\n"), 200),
        ("Origin: http://evil.example\r\n".to_owned(), 403),
        ("Sec-Fetch-Site: cross-site\r\n".to_owned(), 403),
        (
            format!("Origin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n"),
            200,
        ),
    ] {
        assert_eq!(
            server.ask("GET", "/api/runs", &headers).0,
            expected,
            "{headers}"
        );
        assert_eq!(
            server.ask("GET", "/api/run?id=x", &headers).0 == 404,
            expected == 200
        );
    }
}

#[test]
fn beyond_loopback_a_token_is_demanded() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = WatchOptions {
        dir: dir.path().to_path_buf(),
        listen: "0.0.0.0:0".parse().expect("an address"),
        ..WatchOptions::default()
    };
    let server = Server::with(options.clone());
    let token = server
        .url
        .split("?token=")
        .nth(1)
        .expect("a token in the URL");
    assert_eq!(token.len(), 32);
    assert_eq!((server.status("/"), server.status("/api/runs")), (401, 401));
    assert_eq!(server.status("/?token=wrong"), 401);
    let (status, head, _) = server.ask("GET", &format!("/?token={token}"), "");
    assert_eq!(status, 303);
    assert!(
        head.contains("httponly; samesite=strict") && head.contains("location: /\r\n"),
        "{head}"
    );
    let cookie = head
        .split("set-cookie: ")
        .nth(1)
        .and_then(|s| s.split(';').next())
        .expect("a cookie");
    assert_eq!(
        server
            .ask("GET", "/api/runs", &format!("Cookie: {cookie}\r\n"))
            .0,
        200
    );
    let bearer = format!("Authorization: Bearer {token}\r\n");
    assert_eq!(server.ask("GET", "/", &bearer).0, 200);
    let bad = WatchOptions {
        token: Some("short".to_owned()),
        listen: Listen::default(),
        ..options
    };
    let error = watch(bad, &AtomicBool::new(false), &mut |_| {}).expect_err("too short");
    assert!(error.to_string().contains("16 to 128"), "{error}");
}

#[test]
fn changes_arrive() {
    let dir = tempfile::tempdir().expect("a folder");
    let events = dir.path().join("a/events.jsonl");
    append(&events, &format!("{BEGIN}\n{}", epoch(0, 2.0)));
    let server = Server::start(dir.path());
    let first = server.json("/api/curves");
    assert_eq!(
        first["curves"]["a"]["columns"]["loss"],
        serde_json::json!([2.0])
    );
    let mut stream = server.stream(&format!(
        "GET /api/events HTTP/1.1\r\nHost: {}\r\n\r\n",
        server.host()
    ));
    let mut next = |wanted: &dyn Fn(&Value) -> bool| -> Value {
        loop {
            let mut line = String::new();
            assert!(
                stream.read_line(&mut line).expect("a line in time") > 0,
                "the stream ended"
            );
            let Some(data) = line.strip_prefix("data: ") else {
                continue;
            };
            let message: Value = serde_json::from_str(data).expect("JSON");
            if wanted(&message) {
                return message;
            }
        }
    };
    next(&|hello| hello["boot"] == first["boot"]);
    let half = epoch(1, 1.5);
    append(&events, &half[..30]);
    append(&events, &half[30..]);
    let told = next(&|m| m["rows"]["a"].is_object());
    assert_eq!(told["rows"]["a"]["from"], 1);
    assert_eq!(
        told["rows"]["a"]["columns"]["loss"],
        serde_json::json!([1.5])
    );
    let finding = r#"{"event":"finding","id":"x","severity":"warning","probability":0.9,"title":"t","explanation":"e"}"#;
    append(&events, &format!("{finding}\nnonsense\n"));
    let told = next(&|m| m["detail"] == serde_json::json!(["a"]));
    assert_eq!(told["runs"][0]["warnings"], 1);
    let run = server.json("/api/run?id=a");
    assert_eq!(
        (&run["run"]["findings"][0]["title"], &run["run"]["skipped"]),
        (&"t".into(), &1.into())
    );
    append(&dir.path().join("b/events.jsonl"), &format!("{BEGIN}\n"));
    next(&|m| m["runs"][0]["id"] == "b");
    // Anew, from its first epoch.
    fs::write(&events, format!("{BEGIN}\n{}", epoch(0, 7.0))).expect("writes");
    let told = next(&|m| m["rows"]["a"].is_object());
    assert_eq!(
        told["rows"]["a"]["columns"]["loss"],
        serde_json::json!([7.0])
    );
    fs::remove_dir_all(dir.path().join("a")).expect("removes");
    let told = next(&|m| m["removed"] == serde_json::json!(["a"]));
    assert!(told["seq"].as_u64() > first["seq"].as_u64());
    assert_eq!(server.status("/api/run?id=a"), 404);
    fs::remove_dir_all(dir.path()).expect("removes all of it");
    next(&|m| m["removed"] == serde_json::json!(["b"]));
}

#[test]
fn reports_of_known_runs_only() {
    let dir = tempfile::tempdir().expect("a folder");
    append(&dir.path().join("a/events.jsonl"), &epoch(0, 1.0));
    append(&dir.path().join("b/events.jsonl"), &epoch(0, 1.0));
    let make: Report = Arc::new(|path: &Path| match path.ends_with("a") {
        true => Ok("<p>a report".to_owned()),
        false => Err("it has no end".to_owned()),
    });
    let server = Server::with(WatchOptions {
        dir: dir.path().to_path_buf(),
        listen: "127.0.0.1:0".parse().expect("an address"),
        report: Some(make),
        ..WatchOptions::default()
    });
    let (status, head, body) = server.ask("GET", "/report?id=a", "");
    assert_eq!((status, body.as_str()), (200, "<p>a report"));
    assert!(
        head.contains("sandbox allow-scripts") && !head.contains("script-src 'self'"),
        "{head}"
    );
    let (status, _, body) = server.ask("GET", "/report?id=b", "");
    assert!(
        status == 500 && body.contains("it has no end"),
        "{status} {body}"
    );
    assert_eq!(server.status("/report?id=c"), 404);
    assert_eq!(server.json("/api/runs")["report"], true);
}
