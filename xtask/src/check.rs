//! `cargo xtask check`: everything that must hold before a change goes in, cheapest first.

use std::process::Stdio;

use crate::{Outcome, codegen, edges, shell, suite, tidy};

type Step = (&'static str, fn() -> Outcome);

/// Seconds, and nothing of ours is built.
const QUICK: &[Step] = &[
    ("formatting", formatting),
    ("crate table", edges::run),
    ("house rules", tidy::run),
    ("generated lists", stale_lists),
];

const SLOW: &[Step] = &[
    ("clippy", clippy),
    ("tests", tests),
    ("bench programs", bench_programs),
    ("features", features),
    ("docs", docs),
    ("licences and sources", deny),
];

/// Runs every step, also after one failed, and names those that failed.
pub fn run(skip_tests: bool) -> Outcome {
    let slow = SLOW
        .iter()
        .filter(|(name, _)| !(skip_tests && *name == "tests"));
    all(QUICK.iter().chain(slow))
}

/// The steps that take seconds.
pub fn quick() -> Outcome {
    all(QUICK.iter())
}

fn all<'a>(steps: impl Iterator<Item = &'a Step>) -> Outcome {
    let mut failed = Vec::new();
    for (name, step) in steps {
        println!("-- {name}");
        if let Err(why) = step() {
            println!("{why}");
            failed.push(*name);
        }
    }
    if failed.is_empty() {
        println!("-- passed");
        return Ok(());
    }
    Err(format!("failed: {}", failed.join(", ")))
}

fn formatting() -> Outcome {
    shell::run(shell::cargo(&["fmt", "--all", "--check"]))
}

fn stale_lists() -> Outcome {
    codegen::run(true)
}

fn clippy() -> Outcome {
    shell::run(shell::cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

/// The bench programs that stand apart from the workspace.
fn bench_programs() -> Outcome {
    let manifest = ["--manifest-path", "benches/gemm/Cargo.toml"];
    shell::run(shell::cargo(&[&["fmt", "--check"], &manifest[..]].concat()))?;
    let target = ["--target-dir", "target", "--", "-D", "warnings"];
    let clippy = [&["clippy"], &manifest[..], &target].concat();
    shell::run(shell::cargo(&clippy))
}

fn tests() -> Outcome {
    suite::run(&[])
}

/// What is off by default, and so in no other step: clippy over all with it, and the tests named after it. All packages are
/// named, so that dependencies have the features that they were built with before.
fn features() -> Outcome {
    let on = [
        "--features",
        "regimen-cli/parquet,regimen-cli/remote-monitor",
    ];
    let all = ["clippy", "--workspace", "--all-targets"];
    shell::run(shell::cargo(
        &[&all[..], &on, &["--", "-D", "warnings"]].concat(),
    ))?;
    let named = ["--", "parquet", "remote_monitor"];
    shell::run(shell::cargo(
        &[&["test", "--workspace", "--lib"], &on[..], &named].concat(),
    ))
}

fn docs() -> Outcome {
    let mut command = shell::cargo(&["doc", "--no-deps", "--workspace"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    shell::run(command)
}

fn deny() -> Outcome {
    let mut probe = shell::cargo(&["deny", "--version"]);
    let installed = probe.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !installed.is_ok_and(|status| status.success()) {
        println!("skipped: cargo-deny is not installed (cargo install cargo-deny)");
        return Ok(());
    }
    shell::run(shell::cargo(&[
        "deny", "check", "bans", "licenses", "sources",
    ]))
}
