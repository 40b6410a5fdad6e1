//! Where the time of a training step goes: every launch with its arithmetic, bytes and time.

use regimen::cpu::{CpuEngine, LaunchInfo};
use regimen::graph::{Engine, Tensor};
use regimen::train::{Arrays, Trainer};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::screen;

/// Steps run before any is timed, and steps timed.
const WARM: usize = 3;
const TIMED: usize = 21;

/// The launches of a step in order, each with its median time in nanoseconds.
pub(crate) struct Profile(Vec<(LaunchInfo, u64)>);

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
    let median = |mut list: Vec<u64>| {
        list.sort_unstable();
        list.get(list.len() / 2).copied().unwrap_or_default()
    };
    Ok(Profile(
        launches
            .into_iter()
            .zip(times.into_iter().map(median))
            .collect(),
    ))
}

impl Profile {
    fn total(&self) -> u64 {
        self.0.iter().map(|(_, ns)| ns).sum()
    }

    pub(crate) fn json(&self) -> Value {
        let launch = |(info, ns): &(LaunchInfo, u64)| {
            json!({
                "launch": info.name, "path": info.path, "flops": info.flops, "bytes": info.bytes,
                "us": *ns as f64 / 1e3,
            })
        };
        self.0.iter().map(launch).collect()
    }

    /// In order of execution; the last line sums up.
    pub(crate) fn table(&self) -> String {
        let total = self.total().max(1);
        let header = [
            "#", "us", "%", "MFLOP", "GFLOP/s", "MB", "GB/s", "launch", "path",
        ];
        let mut rows = vec![header.map(String::from).to_vec()];
        for (i, (info, ns)) in self.0.iter().enumerate() {
            let mut row = vec![i.to_string()];
            row.extend(numbers(info.flops, info.bytes, *ns, total));
            row.extend([info.name.clone(), info.path.clone()]);
            rows.push(row);
        }
        let sum = |of: fn(&LaunchInfo) -> u64| self.0.iter().map(|(info, _)| of(info)).sum();
        let mut row = vec!["all".to_owned()];
        row.extend(numbers(sum(|i| i.flops), sum(|i| i.bytes), total, total));
        rows.push(row);
        screen::aligned(&rows, &[1, 2, 3, 4, 5, 6])
    }
}

fn numbers(flops: u64, bytes: u64, ns: u64, total: u64) -> Vec<String> {
    let seconds = ns.max(1) as f64;
    let (flops, bytes) = (flops as f64, bytes as f64);
    vec![
        format!("{:.1}", ns as f64 / 1e3),
        format!("{:.1}", 100.0 * ns as f64 / total as f64),
        format!("{:.3}", flops / 1e6),
        format!("{:.1}", flops / seconds),
        format!("{:.3}", bytes / 1e6),
        format!("{:.1}", bytes / seconds),
    ]
}
