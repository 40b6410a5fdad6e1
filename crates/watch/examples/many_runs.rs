//! Writes run folders of made-up runs, to try the live view: `many_runs DIR [RUNS [EPOCHS]]`, `many_runs DIR live`.
//!
//! Their lines are as long as those of real runs: telemetry of every epoch is there. `live` adds an epoch to three runs and a
//! trial to a treatment every second, until it is ended.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use regimen_run::event::{
    LayerTelemetry, PairTelemetry, ProbeTelemetry, Telemetry, Timing, ValidationTelemetry,
};
use regimen_run::facts::{DataProfile, LayerFacts, ModelFacts};
use regimen_run::{Event, Finding, Severity};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let dir = Path::new(args.first().ok_or("which folder?")?);
    if args.get(1).is_some_and(|arg| arg == "live") {
        return live(dir);
    }
    let number = |place: usize, default: usize| args.get(place).map_or(Ok(default), |n| n.parse());
    let (runs, epochs) = (number(1, 6)?, number(2, 40)?);
    for run in 0..runs {
        let folder = dir.join(format!("run-{run:03}"));
        begin(&folder, &format!("made up {run}"), epochs)?;
        let mut text = String::new();
        for epoch in 0..epochs {
            add(&mut text, &epoch_end(run, epoch, epochs))?;
            if epoch == epochs / 2 && run % 3 == 0 {
                add(&mut text, &Event::Finding(finding(epoch)))?;
            }
        }
        add(&mut text, &end())?;
        append(&folder.join("events.jsonl"), &text)?;
    }
    treatment(&dir.join("made-up-treatment-1"), true)
}

fn live(dir: &Path) -> Result<(), Box<dyn Error>> {
    let folders: Vec<_> = (0..3).map(|i| dir.join(format!("live-{i}"))).collect();
    for (i, folder) in folders.iter().enumerate() {
        begin(folder, &format!("live {i}"), 200)?;
    }
    treatment(&dir.join("live-treatment"), false)?;
    for epoch in 0..200 {
        for (run, folder) in folders.iter().enumerate() {
            let mut text = String::new();
            add(&mut text, &epoch_end(run, epoch, 200))?;
            if epoch == 8 && run == 1 {
                add(&mut text, &Event::Finding(finding(epoch)))?;
            }
            append(&folder.join("events.jsonl"), &text)?;
        }
        let folder = dir.join("live-treatment");
        append(
            &folder.join("trials.jsonl"),
            &trial("dropout", "0.3", epoch),
        )?;
        let progress = format!(
            r#"{{"phase":"screening","planned":200,"done":{},"budget":"200"}}"#,
            epoch + 2
        );
        fs::write(folder.join(".p"), progress)?;
        fs::rename(folder.join(".p"), folder.join("progress.json"))?;
        std::thread::sleep(Duration::from_secs(1));
    }
    Ok(())
}

/// A number between 0 and 1 that looks random.
fn noise(a: usize, b: usize, c: usize) -> f64 {
    let mut x = ((a * 73_856_093) ^ (b * 19_349_663) ^ (c * 83_492_791)) as u64 | 1;
    x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    ((x ^ (x >> 33)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn add(text: &mut String, event: &Event) -> Result<(), Box<dyn Error>> {
    *text += &serde_json::to_string(event)?;
    text.push('\n');
    Ok(())
}

fn append(file: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    let mut file = fs::File::options().create(true).append(true).open(file)?;
    Ok(file.write_all(text.as_bytes())?)
}

fn begin(folder: &Path, name: &str, epochs: usize) -> Result<(), Box<dyn Error>> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    fs::write(
        folder.join("spec.json"),
        format!(r#"{{"name":"{name}","fit":{{"epochs":{epochs}}}}}"#),
    )?;
    let layer = |path: &str, class: &str, units: usize, params: u64| LayerFacts {
        path: path.into(),
        class_name: class.into(),
        output_shape: vec![None, Some(units)],
        params,
        trainable_params: params,
        activation: (class == "Dense").then(|| "relu".to_owned()),
        reached: true,
        ..LayerFacts::default()
    };
    let event = Event::RunBegin {
        version: "0.1.0".into(),
        machine: String::new(),
        time: SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64(),
        epochs,
        initial_epoch: 0,
        steps: 125,
        batch_size: 64,
        samples: 8000,
        val_samples: 2000,
        model: ModelFacts {
            layers: vec![
                layer("dense", "Dense", 128, 100_480),
                layer("dropout", "Dropout", 128, 0),
                layer("dense_1", "Dense", 64, 8_256),
                layer("dense_2", "Dense", 10, 650),
            ],
            optimizer: Some("Adam".into()),
            learning_rate: Some(0.001),
            metrics: vec!["accuracy".into()],
            ..ModelFacts::default()
        },
        data: DataProfile::default(),
    };
    let mut text = String::new();
    add(&mut text, &event)?;
    append(&folder.join("events.jsonl"), &text)
}

fn epoch_end(run: usize, epoch: usize, epochs: usize) -> Event {
    let t = epoch as f64 / (epochs as f64 / 6.0).max(1.0);
    let speed = 0.5 + noise(run, 1, 1);
    let wave = |kind| (noise(run, epoch, kind) - 0.5) * 0.06;
    let loss = 0.15 + 2.1 * (-t * speed).exp() + wave(2);
    let gap = 0.09 * (run % 4) as f64 * (t * speed / 3.0).powf(1.5);
    let val_loss = loss + 0.08 + gap + wave(3);
    let accuracy = (1.0 - loss / 2.6 + wave(4)).clamp(0.0, 1.0);
    let logs = BTreeMap::from([
        ("accuracy".to_owned(), accuracy),
        ("loss".to_owned(), loss),
        (
            "val_accuracy".to_owned(),
            (accuracy - 0.03 - gap / 4.0).clamp(0.0, 1.0),
        ),
        ("val_loss".to_owned(), val_loss),
    ]);
    let pair = |back: usize| PairTelemetry {
        epoch: epoch.saturating_sub(back),
        gained: Some(20),
        lost: Some(17),
        change: -noise(run, epoch, 5),
        error: noise(run, epoch, 6),
    };
    let layer = |name: &str, k: usize| LayerTelemetry {
        path: name.into(),
        zeros: Some(noise(run, epoch, 10 + k)),
        dead: Some(0.0),
        saturated: None,
        gradient: Some(noise(run, epoch, 20 + k) / 100.0),
        weight: Some(noise(run, epoch, 30 + k)),
        update: Some(noise(run, epoch, 40 + k) / 1000.0),
    };
    Event::EpochEnd {
        epoch,
        logs,
        seconds: 0.8 + noise(run, epoch, 7) / 5.0,
        step: (epoch as u64 + 1) * 125,
        timing: Some(Timing {
            steps: 125,
            training: 0.7,
            waiting: 0.01,
            validation: 0.08,
            probe: 0.02,
        }),
        telemetry: Telemetry {
            val_predicted_shares: (0..10).map(|k| noise(run, epoch, 50 + k) / 5.0).collect(),
            validation: Some(ValidationTelemetry {
                rows: 2000,
                loss: val_loss,
                squares: 400.0 * noise(run, epoch, 8),
                right: Some((accuracy * 2000.0) as usize),
                confusion: (0..100)
                    .map(|k| (noise(run, epoch, 100 + k) * 200.0) as u64)
                    .collect(),
                previous: Some(pair(1)),
                best: Some(pair(3)),
            }),
            learning_rate: Some(0.001 * 0.5_f64.powi((4.0 * t / 6.0) as i32)),
            probe: Some(ProbeTelemetry {
                rows: 256,
                loss,
                error: Some(0.01),
                layers: vec![layer("dense", 0), layer("dense_1", 1), layer("dense_2", 2)],
            }),
        },
    }
}

fn finding(epoch: usize) -> Finding {
    Finding {
        id: "overfitting".into(),
        severity: Severity::Warning,
        probability: 0.97,
        title: "val_loss has risen by 0.21 since its best epoch while loss still falls".into(),
        explanation: "The network learns what is particular to the training rows. What it learns from here on does \
                      not carry over to rows that it has not seen."
            .into(),
        from_epoch: Some(epoch),
        evidence: BTreeMap::from([
            ("best_epoch".to_owned(), epoch.into()),
            ("val_loss_best".to_owned(), 0.412.into()),
            ("val_loss_last".to_owned(), 0.623.into()),
        ]),
        check: "Train on twice the rows: the gap between loss and val_loss should shrink.".into(),
        remedies: vec!["early_stopping".into(), "dropout".into(), "l2".into()],
        causes: vec![],
        layer: None,
    }
}

fn end() -> Event {
    Event::RunEnd {
        reason: "finished".into(),
        epochs_done: 0,
        seconds: 40.0,
        test: Some(BTreeMap::from([
            ("accuracy".to_owned(), 0.871),
            ("loss".to_owned(), 0.446),
        ])),
    }
}

fn trial(remedy: &str, change: &str, seed: usize) -> String {
    let score = 0.84 + noise(remedy.len(), seed, 3) / 30.0;
    format!(
        "{{\"remedy\":\"{remedy}\",\"change\":\"{change}\",\"seed\":{seed},\"validation\":{score},\"test\":null,\"rows\":[],\"params\":109386,\"seconds\":4.5}}\n"
    )
}

fn treatment(folder: &Path, done: bool) -> Result<(), Box<dyn Error>> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    fs::write(
        folder.join("spec.json"),
        r#"{"name":"made up treatment","fit":{"epochs":40}}"#,
    )?;
    let mut text = String::new();
    for seed in 0..6 {
        for (remedy, change) in [
            ("baseline", ""),
            ("null", ""),
            ("dropout", "0.3"),
            ("l2", "0.001"),
        ] {
            text += &trial(remedy, change, seed);
        }
    }
    text += "{\"remedy\":\"adam\",\"change\":\"\",\"seed\":1,\"validation\":null,\"test\":null,\"rows\":[],\"params\":0,\"seconds\":0.5,\"failed\":\"the loss became NaN\"}\n";
    append(&folder.join("trials.jsonl"), &text)?;
    let phase = if done { "done" } else { "screening" };
    let progress = format!(r#"{{"phase":"{phase}","planned":40,"done":25,"budget":"40"}}"#);
    fs::write(folder.join("progress.json"), progress)?;
    if done {
        fs::write(folder.join("treatment.json"), RESULTS)?;
    }
    Ok(())
}

const RESULTS: &str = r#"{"name":"made up","metric":"accuracy","more_is_better":true,"part":"test","margin":0.004,"runs":25,
"baseline":{"validation":0.851,"test":0.846,"deviation":0.004,"seeds":9,"params":109386},
"remedies":[
{"id":"dropout","change":"0.3","verdict":"helps","effect":0.0142,"low":0.0081,"high":0.0204,"p":0.016,"seeds":6,"seeds_needed":null,"cost":1.05,"screened":0.011,"diff":["+ [[layers]]","+ type = \"Dropout\"","+ rate = 0.3"]},
{"id":"l2","change":"0.001","verdict":"undecided","effect":0.0035,"low":-0.0031,"high":0.0102,"p":0.31,"seeds":6,"seeds_needed":19,"cost":1.01,"screened":0.004},
{"id":"null","change":"","verdict":"no_difference","effect":0.0002,"low":-0.0029,"high":0.0033,"p":0.84,"seeds":6,"seeds_needed":null,"cost":1.0,"screened":null},
{"id":"adam","change":"","verdict":"harms","effect":-0.021,"low":-0.029,"high":-0.0125,"p":0.016,"seeds":6,"seeds_needed":null,"cost":0.9,"screened":-0.02,"reason":"1 of 7 runs gave no number"},
{"id":"class_weight","change":"","verdict":"not_applicable","effect":null,"low":null,"high":null,"p":null,"seeds":0,"seeds_needed":null,"cost":null,"screened":null,"reason":"classes are equally frequent"}],
"findings":[],"findings_by_treatment":{"overfitting":"confirmed"}}"#;
