//! Where the time of a training step goes: every launch with its arithmetic, bytes and time, and how near that is to what the
//! machine can do.

use std::time::Instant;

use regimen::cpu::{CpuEngine, LaunchInfo, Together};
use regimen::graph::{Engine, Program, Tensor};
use regimen::train::{Arrays, Trainer};
use regimen::view::aligned;
use serde_json::{Value, json};

use super::roofline::Roofline;
use crate::failure::Failure;

/// Steps run before any is timed, and steps timed.
const WARM: usize = 3;
const TIMED: usize = 21;

/// A profile.
pub(crate) struct Profile {
    /// The launches of a step in order, each with its median time in nanoseconds when they run one after the other, on the threads
    /// that the program has for a launch: all of them, or one where the program is small.
    launches: Vec<(LaunchInfo, u64)>,
    /// Median nanoseconds of a step as it runs, chains in bands and tracks beside each other.
    step: u64,
    roofline: Roofline,
}

/// Profiles the training step on the first rows.
pub(crate) fn of(
    engine: &CpuEngine,
    trainer: &mut Trainer<'_>,
    data: &Arrays,
    batch: usize,
) -> Result<Profile, Failure> {
    let rows = data.range(0, batch.min(data.rows()));
    let graph = trainer
        .training_graph(rows.rows())
        .map_err(Failure::error)?;
    let mut program = engine.program(&graph).map_err(Failure::error)?;
    let mut store = engine.store();
    for (name, value) in trainer.state() {
        store.put(&name, &value);
    }
    let feeds: Vec<&Tensor> = rows.x.iter().chain(&rows.y).collect();
    let launches = program.launches();
    let mut times = vec![Vec::with_capacity(TIMED); launches.len()];
    for step in 0..WARM + TIMED {
        let step_times = program.run_profiled(store.as_mut(), &feeds);
        let step_times = step_times.map_err(Failure::error)?;
        if step >= WARM {
            times
                .iter_mut()
                .zip(step_times)
                .for_each(|(list, t)| list.push(t));
        }
    }
    let mut steps = Vec::with_capacity(TIMED);
    for step in 0..WARM + TIMED {
        let start = Instant::now();
        program
            .run(store.as_mut(), &feeds)
            .map_err(Failure::error)?;
        if step >= WARM {
            steps.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
    }
    let median = |mut list: Vec<u64>| {
        list.sort_unstable();
        list.get(list.len() / 2).copied().unwrap_or_default()
    };
    let times = times.into_iter().map(median);
    Ok(Profile {
        launches: launches.into_iter().zip(times).collect(),
        step: median(steps),
        roofline: Roofline::measure(engine, &program).map_err(Failure::error)?,
    })
}

impl Profile {
    fn total(&self) -> u64 {
        self.launches.iter().map(|(_, ns)| ns).sum()
    }

    pub(crate) fn json(&self) -> Value {
        let launch = |(info, ns): &(LaunchInfo, u64)| {
            json!({
                "launch": info.name, "path": info.path, "flops": info.flops, "bytes": info.bytes,
                "us": *ns as f64 / 1e3,
                "together": match info.together {
                    Together::Alone => Value::Null,
                    together => mark(together).into(),
                },
                "roofline": self.roofline.share(info.flops, info.bytes, *ns),
            })
        };
        self.launches.iter().map(launch).collect()
    }

    /// What the shares are of.
    pub(crate) fn limits(&self) -> Value {
        let Roofline {
            flops,
            bytes,
            threads,
        } = self.roofline;
        json!({ "gflop_per_s": flops, "gb_per_s": bytes, "threads": threads })
    }

    /// Microseconds of a step as it runs.
    pub(crate) fn step_us(&self) -> f64 {
        self.step as f64 / 1e3
    }

    /// In order of execution; then a line that sums up, one that says how a step runs, and one that says what the shares are of.
    pub(crate) fn table(&self) -> String {
        let total = self.total().max(1);
        let header = [
            "#", "us", "%", "MFLOP", "GFLOP/s", "MB", "GB/s", "roof %", "", "launch", "path",
        ];
        let mut rows = vec![header.map(String::from).to_vec()];
        for (i, (info, ns)) in self.launches.iter().enumerate() {
            let mut row = vec![i.to_string()];
            row.extend(self.numbers(info.flops, info.bytes, *ns, total));
            let mark = mark(info.together).to_owned();
            row.extend([mark, info.name.clone(), info.path.clone()]);
            rows.push(row);
        }
        let sum = |of: fn(&LaunchInfo) -> u64| self.launches.iter().map(|(i, _)| of(i)).sum();
        let mut row = vec!["all".to_owned()];
        row.extend(self.numbers(sum(|i| i.flops), sum(|i| i.bytes), total, total));
        rows.push(row);
        let Roofline {
            flops,
            bytes,
            threads,
        } = self.roofline;
        let of = match threads {
            1 => "one thread".to_owned(),
            n => format!("{n} threads"),
        };
        let limits = format!(
            "roof %: of what this machine reached a moment ago, {flops:.0} GFLOP/s in the registers of {of} and {bytes:.0} GB/s of memory; above 100 where the bytes lie in the cache or zeros are skipped\n"
        );
        let step = format!(
            "a step as it runs: {:.1} us{}\n",
            self.step_us(),
            self.marks()
        );
        aligned(&rows, &[1, 2, 3, 4, 5, 6, 7]) + &step + &limits
    }

    /// What the marks of the launches mean, of those that are there.
    fn marks(&self) -> String {
        let has = |together| self.launches.iter().any(|(i, _)| i.together == together);
        let mut text = String::new();
        if has(Together::Bands) {
            text += "; each thread takes rows of its own through all launches marked r before they meet";
        }
        if has(Together::Track(1)) {
            text += "; those marked 1 run beside those marked 2";
        }
        text
    }

    fn numbers(&self, flops: u64, bytes: u64, ns: u64, total: u64) -> Vec<String> {
        let share = self.roofline.share(flops, bytes, ns);
        let seconds = ns.max(1) as f64;
        let (flops, bytes) = (flops as f64, bytes as f64);
        vec![
            format!("{:.1}", ns as f64 / 1e3),
            format!("{:.1}", 100.0 * ns as f64 / total as f64),
            format!("{:.3}", flops / 1e6),
            format!("{:.1}", flops / seconds),
            format!("{:.3}", bytes / 1e6),
            format!("{:.1}", bytes / seconds),
            format!("{:.0}", 100.0 * share),
        ]
    }
}

fn mark(together: Together) -> &'static str {
    match together {
        Together::Alone => "",
        Together::Bands => "r",
        Together::Track(1) => "1",
        Together::Track(_) => "2",
    }
}
