//! Serves the live view without the command line: `serve [DIR] [--listen ADDR:PORT] [--token TOKEN]`.

#![allow(clippy::print_stdout)]

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use regimen_watch::{WatchOptions, watch};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = WatchOptions {
        dir: "runs".into(),
        ..WatchOptions::default()
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--listen" => options.listen = args.next().unwrap_or_default().parse()?,
            "--token" => options.token = args.next(),
            "--report" => options.report = Some(Arc::new(stand_in)),
            dir => options.dir = dir.into(),
        }
    }
    let dir = options.dir.display().to_string();
    watch(options, &AtomicBool::new(false), &mut |url| {
        println!("Watching {dir} at {url} (Ctrl-C ends it)");
        // Whoever waits for the line must not wait for a full buffer.
        let _ = std::io::stdout().flush();
    })?;
    Ok(())
}

/// A report that shows nothing but its policy at work.
fn stand_in(folder: &Path) -> Result<String, String> {
    let name = folder.file_name().ok_or("no name")?.len();
    Ok(format!(
        "<!doctype html><title>Report</title><style>p{{color:teal}}</style><p>A name of {name} bytes.</p>"
    ))
}
