//! `regimen bench`: trains a workload of known shape and times its epochs.
//!
//! The fields of `--json` are those of the programs that measure other libraries (benches/peers), so that lines of both can
//! be laid side by side. The first epoch pays for planning and is told apart; the others give the median.

mod arrays;
mod models;
mod profile;
mod roofline;
mod workloads;

use std::path::PathBuf;
use std::time::Instant;

use clap::ArgMatches;
use regimen::cpu::{CpuEngine, CpuOptions};
use regimen::run::Event;
use regimen::train::{FitOptions, Output, TrainError, Trainer};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::{memory, screen, train};
pub(crate) use workloads::NAMES;
use workloads::Workload;

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let name: &String = train::required(args, "workload")?;
    let Some(workload) = workloads::find(name) else {
        let text = match args.get_flag("json") {
            true => format!("{}\n", workloads::json()),
            false => workloads::list(),
        };
        return Ok(screen::write(&text)?);
    };
    let Some(folder) = args.get_one::<PathBuf>("data") else {
        let text =
            format!("bench {name} needs --data DIR, the folder with {name}/x.npy and {name}/y.npy");
        return Err(Failure::Usage(text));
    };
    let number = |name: &str| args.get_one::<usize>(name).copied();
    let data = arrays::read(folder, workload, number("samples"))?;
    let engine = CpuEngine::new(CpuOptions {
        threads: number("threads"),
        memory_limit: memory::available(),
        ..CpuOptions::default()
    });
    let seed = args.get_one::<u64>("seed").copied().unwrap_or(7);
    let batch = number("batch").unwrap_or(workload.batch);
    let options = (workload.compile)();
    let model = (workload.model)();
    let mut trainer =
        Trainer::new(&engine, model, &options, &data, seed).map_err(Failure::error)?;
    let fit = FitOptions {
        epochs: number("epochs").unwrap_or(5),
        batch_size: batch,
        ..FitOptions::default()
    };
    let mut clock = Clock::default();
    let outcome = trainer
        .fit(&data, None, &fit, &mut [], &mut clock)
        .map_err(Failure::error)?;
    let last = outcome.history.last();
    let measured = Measured {
        workload,
        batch: batch.min(data.rows()),
        asked: number("samples").unwrap_or_default(),
        samples: data.rows(),
        threads: engine.threads(),
        seed,
        epochs: clock.epochs,
        loss: last
            .and_then(|logs| logs.get("loss"))
            .copied()
            .unwrap_or(f64::NAN),
        peak_mib: memory::peak().map(|bytes| bytes >> 20),
    };
    let profile = match args.get_flag("profile") {
        true => Some(profile::of(&engine, &mut trainer, &data, batch)?),
        false => None,
    };
    if args.get_flag("json") {
        let mut line = measured.json();
        if let Some(profile) = &profile {
            line["step_us"] = profile.step_us().into();
            line["profile"] = profile.json();
            line["roofline"] = profile.limits();
        }
        screen::write(&format!("{line}\n"))?;
    } else {
        let launches = profile.map_or(String::new(), |p| format!("\n{}", p.table()));
        screen::write(&format!("{}{launches}", measured.words()))?;
    }
    Ok(())
}

/// Wall seconds of each epoch.
#[derive(Default)]
struct Clock {
    began: Option<Instant>,
    epochs: Vec<f64>,
}

impl Output for Clock {
    fn event(&mut self, event: &Event) -> Result<(), TrainError> {
        match event {
            Event::EpochBegin { .. } => self.began = Some(Instant::now()),
            Event::EpochEnd { .. } => {
                let seconds = self.began.map(|began| began.elapsed().as_secs_f64());
                self.epochs.extend(seconds);
            }
            _ => {}
        }
        Ok(())
    }
}

/// A workload's run in numbers.
struct Measured<'a> {
    workload: &'a Workload,
    /// Rows of a step, of the first one where there are less in all.
    batch: usize,
    /// Rows that were asked for.
    asked: usize,
    samples: usize,
    threads: usize,
    seed: u64,
    /// Seconds of each epoch.
    epochs: Vec<f64>,
    loss: f64,
    peak_mib: Option<u64>,
}

impl Measured<'_> {
    /// The epochs after the first; the first alone when there is no other.
    fn timed(&self) -> Vec<f64> {
        let mut timed = self.epochs.get(1..).unwrap_or_default().to_vec();
        if timed.is_empty() {
            timed.clone_from(&self.epochs);
        }
        timed.sort_by(f64::total_cmp);
        timed
    }

    fn json(&self) -> Value {
        let timed = self.timed();
        let epoch = median(&timed);
        let ends = [timed.first(), timed.last()].map(|end| end.map(|&s| rounded(s, 6)));
        json!({
            "workload": self.workload.name,
            "peer": "regimen",
            "batch": self.batch,
            "samples": self.samples,
            "threads": self.threads,
            "seed": self.seed,
            "epochs": self.epochs.len(),
            "first_epoch_s": self.epochs.first().map(|&s| rounded(s, 6)),
            "spread_s": ends,
            "epoch_s": rounded(epoch, 6),
            "samples_per_s": (self.samples as f64 / epoch).round() as u64,
            "loss": rounded(self.loss, 7),
            "peak_mib": self.peak_mib,
        })
    }

    fn words(&self) -> String {
        let timed = self.timed();
        let epoch = median(&timed);
        let first = self.epochs.first().copied().unwrap_or_default();
        let ends = (timed.first().copied(), timed.last().copied());
        let Workload { name, about, .. } = self.workload;
        let mut text = format!("{name}: {about}\n{} samples", self.samples);
        if self.asked > self.samples {
            text += &format!(" (all there are; {} asked for)", self.asked);
        }
        let counted = |n: usize, what: &str| match n {
            1 => format!("1 {what}"),
            n => format!("{n} {what}s"),
        };
        text += &format!(
            ", batch {}, {}, {}, seed {}\n",
            self.batch,
            counted(self.epochs.len(), "epoch"),
            counted(self.threads, "thread"),
            self.seed
        );
        text += &format!(
            "{:.0} samples/s; epoch {epoch:.4} s (median; {:.4} to {:.4}), first {first:.4} s\n",
            self.samples as f64 / epoch,
            ends.0.unwrap_or_default(),
            ends.1.unwrap_or_default(),
        );
        let peak = self
            .peak_mib
            .map_or(String::new(), |mib| format!(", peak memory {mib} MiB"));
        text + &format!("loss {:.5}{peak}\n", self.loss)
    }
}

/// Of sorted numbers, as Python's `statistics.median`.
fn median(sorted: &[f64]) -> f64 {
    let n = sorted.len();
    match n {
        0 => f64::NAN,
        _ if n % 2 == 1 => sorted[n / 2],
        _ => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}

fn rounded(x: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (x * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_epoch_does_not_count() {
        let measured = Measured {
            workload: &workloads::WORKLOADS[0],
            batch: 2,
            asked: 0,
            samples: 100,
            threads: 1,
            seed: 7,
            epochs: vec![9.0, 2.0, 1.0, 4.0, 3.0],
            loss: 0.123_456_78,
            peak_mib: None,
        };
        let line = measured.json();
        assert_eq!(line["epoch_s"], 2.5);
        assert_eq!(line["spread_s"], json!([1.0, 4.0]));
        assert_eq!(
            (&line["samples_per_s"], &line["loss"]),
            (&json!(40), &json!(0.123_456_8))
        );
        let alone = Measured {
            epochs: vec![9.0],
            ..measured
        };
        assert_eq!(alone.json()["epoch_s"], 9.0);
    }
}
