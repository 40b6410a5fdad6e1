//! `regimen watch`: the live view of the runs in a folder, until Ctrl-C.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ArgMatches;
use regimen::watch::{self, Listen, WatchOptions};

use crate::failure::Failure;
use crate::train::required;
use crate::{interrupt, report, screen};

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let dir: &PathBuf = required(args, "dir")?;
    let listen: Listen = match args.get_one::<String>("listen") {
        Some(text) => text
            .parse()
            .map_err(|error: watch::WatchError| Failure::Usage(error.to_string()))?,
        None => Listen::default(),
    };
    let options = WatchOptions {
        dir: dir.clone(),
        listen,
        token: args.get_one::<String>("token").cloned(),
        report: Some(Arc::new(|folder| {
            report::page(folder).map_err(|failure| failure.text())
        })),
    };
    let interrupt = interrupt::install_saying("\n")?;
    let mut said = Ok(());
    watch::watch(options, &interrupt, &mut |url| {
        let dir = screen::plain(&dir.display().to_string());
        let elsewhere = match listen.address.is_unspecified() {
            true => "On other machines this one's name stands in place of the address.\n",
            false => "",
        };
        said = screen::write(&format!(
            "Watching {dir} at {url} (Ctrl-C ends it)\n{elsewhere}"
        ));
    })
    .map_err(Failure::error)?;
    said.map_err(Failure::from)
}
