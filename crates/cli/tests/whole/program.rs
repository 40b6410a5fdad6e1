//! Running the program, and reading what it left.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use regimen::graph::Tensor;
use regimen::run::{Event, RunFolder};
use regimen::save::Checkpoint;

/// How the program ended and what it said.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// Checks the exit code, and shows everything where it is another.
    pub fn with(self, code: i32) -> Ended {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.out,
            self.err
        );
        self
    }
}

/// The program in a folder, its output caught.
pub fn regimen(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regimen"));
    quiet(&mut command, dir).args(args);
    command
}

/// The settings of [`regimen`] for any command.
pub fn quiet<'c>(command: &'c mut Command, dir: &Path) -> &'c mut Command {
    command
        .current_dir(dir)
        .env_remove("REGIMEN_DATA")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
}

/// Runs to the end.
pub fn run(dir: &Path, args: &[&str]) -> Ended {
    finish(&mut regimen(dir, args))
}

/// Runs a prepared command to the end.
pub fn finish(command: &mut Command) -> Ended {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ended {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A run file of the repository.
pub fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples")
        .join(name);
    path.canonicalize()
        .expect("the example is there")
        .display()
        .to_string()
}

/// The folder of published data sets, where it is at hand.
pub fn data_dir() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let dir = std::env::var_os("REGIMEN_DATA").map_or(beside, PathBuf::from);
    dir.join("womens-clothing-reviews")
        .is_dir()
        .then(|| dir.canonicalize().ok())
        .flatten()
}

/// The events of a run folder.
pub fn events(run: &Path) -> Vec<Event> {
    RunFolder::open(run)
        .and_then(|run| run.events())
        .expect("a run folder")
}

/// Tensors of a run's checkpoint, as bits, so that NaN equals itself.
pub fn tensors(run: &Path) -> BTreeMap<String, (Vec<usize>, Vec<u64>)> {
    let bytes = std::fs::read(run.join("checkpoint.regimen")).expect("a checkpoint");
    let checkpoint = Checkpoint::from_bytes(&bytes).expect("a whole checkpoint");
    let bits = |t: &Tensor| t.to_f64().into_iter().map(f64::to_bits).collect();
    checkpoint
        .tensors
        .iter()
        .map(|(name, t)| (name.clone(), (t.shape.clone(), bits(t))))
        .collect()
}

/// What was recorded of each epoch but for its time, and every finding, in order.
pub fn record(run: &Path) -> Vec<String> {
    let told = |event: &Event| match event {
        Event::EpochEnd {
            epoch,
            logs,
            step,
            telemetry,
            ..
        } => Some(format!("epoch {epoch} step {step} {logs:?} {telemetry:?}")),
        Event::Finding(finding) => Some(format!("{} {}", finding.id, finding.title)),
        Event::Message { epoch, text } => Some(format!("{epoch}: {text}")),
        _ => None,
    };
    events(run).iter().filter_map(told).collect()
}
