//! Treatment against random search over the same edits, at an equal number of trainings.
//!
//!     cargo run -p regimen-treat --example random_search -- DIR [--budget 60] [--draws 3] [--seeds 10] [--jobs 2] [--pairs 0] [CASE ...]
//!
//! DIR holds cases as `benches/repair/make_cases.py` writes them. For each of them
//!
//! - `treat` runs as the command does, no remedies named; its run is the improved one, or the run as it is;
//! - random search trains the run as it is and a range test, then as many draws as the budget has left, uniform among all
//!   edits of all remedies that can be applied, each once from a seed of its own; its run is the one with the best
//!   validation score, the run as it is included; several streams of draws are independent searches;
//!   (`--pairs 1` draws two edits of one run as often as one, since treatment looks at pairs, too);
//! - remedies that change what is measured are left out on both sides;
//! - the chosen runs and the run as it is are trained from fresh seeds and scored on `x_final`, rows that neither has seen
//!   (treatment makes its verdicts on test rows). A run that gives no number from one of them is worse than any number.
//!
//! What is trained is kept beside the case (`treated-BUDGET`, `scores.tsv`) and not trained again: remove it for another treatment.
//!
//! A case is won, lost, or tied: by the same run, or by a difference below 1e-9. The sign test is over the cases without ties.
#![allow(clippy::print_stdout)] // a program: this is its output

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::Engine;
use regimen_run::RunSpec;
use regimen_run::spec::{LabelArrays, SpecMap};
use regimen_train::run::{self, RunOptions, Trial};
use regimen_treat::{
    Budget, Examined, Folder, Pair, Patient, REMEDIES, Score, TreatOptions, Verdict, examine,
    interval, remedies, treat,
};

/// Seeds of draws, and of the last runs: far from those of treatment.
const DRAW_SEEDS: u64 = 2_000_000;
const FINAL_SEEDS: u64 = 5_000_000;

/// How cases are compared.
struct Options {
    folder: PathBuf,
    budget: usize,
    streams: u64,
    seeds: u64,
    jobs: usize,
    pairs: bool,
    cases: Vec<String>,
}

impl Options {
    fn read() -> Result<Options, String> {
        let mut options = Options {
            folder: PathBuf::new(),
            budget: 60,
            streams: 3,
            seeds: 10,
            jobs: 1,
            pairs: false,
            cases: vec![],
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let Some(name) = word.strip_prefix("--") else {
                match options.folder.as_os_str().is_empty() {
                    true => options.folder = word.into(),
                    false => options.cases.push(word),
                }
                continue;
            };
            let value = words.next().and_then(|value| value.parse::<usize>().ok());
            let value = value.ok_or(format!("--{name}: a number is needed"))?;
            match name {
                "budget" => options.budget = value,
                "draws" => options.streams = value as u64,
                "seeds" => options.seeds = value as u64,
                "pairs" => options.pairs = value > 0,
                "jobs" => options.jobs = value.max(1),
                _ => return Err(format!("there is no --{name}")),
            }
        }
        if options.cases.is_empty() {
            let found = std::fs::read_dir(&options.folder).map_err(|e| e.to_string())?;
            let names = found
                .flatten()
                .filter(|e| e.path().join("run.toml").exists());
            options.cases = names
                .map(|e| e.file_name().to_string_lossy().into_owned())
                .collect();
            options.cases.sort();
        }
        Ok(options)
    }
}

/// A case, and what trains its runs.
struct Case<'a> {
    spec: RunSpec,
    map: SpecMap,
    file: PathBuf,
    engines: &'a [Box<dyn Engine>],
}

/// A run that was chosen: by which edit, and its scores from the fresh seeds.
struct Chosen {
    edit: String,
    spec: RunSpec,
    scores: Vec<f64>,
}

impl Chosen {
    fn mean(&self) -> f64 {
        self.scores.iter().sum::<f64>() / self.scores.len() as f64
    }
}

impl Case<'_> {
    fn one(&self, spec: &RunSpec, seed: u64, engine: &dyn Engine) -> Option<Trial> {
        let mut spec = spec.clone();
        spec.seed = seed;
        let options = RunOptions {
            logs_alone: true,
            ..RunOptions::default()
        };
        run::trial(&spec, &self.map, &self.file, engine, &options, &mut |_| ()).ok()
    }

    /// Trains runs side by side; what `of` takes of each, in their order. What `scores.tsv` knows is not trained again.
    fn all(
        &self,
        runs: Vec<(RunSpec, u64)>,
        of: impl Fn(&Trial) -> Option<f64> + Sync,
    ) -> Vec<f64> {
        let path = self.file.with_file_name("scores.tsv");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let known: BTreeMap<&str, f64> = text.lines().filter_map(line).collect();
        let keys: Vec<String> = runs.iter().map(|(spec, seed)| key(spec, *seed)).collect();
        let worst = f64::NEG_INFINITY;
        let found: Vec<f64> = keys
            .iter()
            .map(|key| known.get(key.as_str()).copied().unwrap_or(worst))
            .collect();
        let new = runs.into_iter().enumerate();
        let new = new.filter(|(place, _)| !known.contains_key(keys[*place].as_str()));
        let queue: Mutex<VecDeque<_>> = Mutex::new(new.collect());
        let found = Mutex::new((found, String::new()));
        std::thread::scope(|scope| {
            for engine in self.engines {
                let (queue, found, of, keys) = (&queue, &found, &of, &keys);
                scope.spawn(move || {
                    loop {
                        let next = held(queue).pop_front();
                        let Some((place, (spec, seed))) = next else {
                            return;
                        };
                        let trial = self.one(&spec, seed, engine.as_ref());
                        let value = trial.and_then(|trial| of(&trial)).unwrap_or(worst);
                        let mut found = held(found);
                        found.0[place] = value;
                        found.1 += &format!("{}\t{value}\n", keys[place]);
                    }
                });
            }
        });
        let (found, new) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = std::fs::write(&path, format!("{text}{new}")) {
            println!("{}: {error}", path.display());
        }
        found
    }

    /// Scores a run on the last rows.
    fn last(&self, edit: String, spec: RunSpec, score: &Score, seeds: u64) -> Chosen {
        let mut last = spec.clone();
        if let Some(npy) = &mut last.data.npy {
            npy.x_test = Some("x_final.npy".to_owned());
            npy.y_test = Some(LabelArrays::from("y_final.npy"));
        }
        let runs = (0..seeds)
            .map(|i| (last.clone(), FINAL_SEEDS + i))
            .collect();
        let scores = self.all(runs, |trial| score.value(trial.test.as_ref()?));
        Chosen { edit, spec, scores }
    }

    fn treated(&self, budget: usize, folder: &Path) -> Result<(String, RunSpec), String> {
        let options = options(budget);
        let open = Folder::open(folder, &self.spec, true).map_err(|e| e.to_string())?;
        let place = (&self.spec, &self.map, self.file.as_path());
        let (spec, map, file) = place;
        let treated = treat(
            spec,
            map,
            file,
            self.engines,
            open.path(),
            &options,
            &mut |_| (),
        );
        let treated = treated.map_err(|e| e.to_string())?;
        open.finish(&treated, file).map_err(|e| e.to_string())?;
        let helps = |r: &&regimen_treat::RemedyResult| {
            r.verdict == Verdict::Helps && r.id != "null" && r.p.is_some()
        };
        let best = treated.treatment.remedies.iter().find(helps);
        Ok(match (treated.improved, best) {
            (Some(spec), Some(best)) => (format!("{} ({})", best.id, best.change), spec),
            (Some(spec), None) => ("improved".to_owned(), spec),
            _ => ("-".to_owned(), self.spec.clone()),
        })
    }

    /// The best of random draws on validation rows; with `pairs` every other draw, by chance, is two edits.
    fn random(
        &self,
        examined: &Examined,
        (budget, pairs): (usize, bool),
        stream: u64,
    ) -> (String, RunSpec) {
        let pool = edits(&examined.patient, &examined.score);
        let mut random = Random(stream);
        let mut draw = || {
            let one = pool.get(random.below(pool.len()))?.clone();
            if !pairs || random.below(2) == 0 {
                return Some(one);
            }
            let both = edits(&after(&examined.patient, one.1.clone()), &examined.score);
            let two = both.get(random.below(both.len()));
            two.map_or(Some(one.clone()), |two| {
                Some((format!("{} + {}", one.0, two.0), two.1.clone()))
            })
        };
        let draws: Vec<_> = (2..budget).filter_map(|_| draw()).collect();
        let seeds = DRAW_SEEDS + stream * 10_000 + 1_000_000 * u64::from(pairs);
        let runs = draws
            .iter()
            .zip(seeds..)
            .map(|(draw, seed)| (draw.1.clone(), seed));
        let score = &examined.score;
        let found = self.all(runs.collect(), |trial| {
            score.value(trial.validation.as_ref()?)
        });
        let own = examined
            .first
            .validation
            .as_ref()
            .and_then(|part| score.value(part));
        let mut best = (
            own.unwrap_or(f64::NEG_INFINITY),
            ("-".to_owned(), self.spec.clone()),
        );
        for (draw, value) in draws.into_iter().zip(found) {
            if value > best.0 {
                best = (value, draw.clone());
            }
        }
        best.1
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a score is kept by: FNV-1a of the run, and the seed. Runs on the last rows name these.
fn key(spec: &RunSpec, seed: u64) -> String {
    let text = spec.to_toml().unwrap_or_default();
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!(
        "{:016x}-{seed}",
        text.bytes().fold(0xcbf2_9ce4_8422_2325, hash)
    )
}

fn line(line: &str) -> Option<(&str, f64)> {
    let (key, value) = line.split_once('\t')?;
    Some((key, value.parse().ok()?))
}

/// Every edit that treatment could choose, by its name.
fn edits(patient: &Patient, score: &Score) -> Vec<(String, RunSpec)> {
    let mut all = vec![];
    for def in REMEDIES.iter().filter(|def| !remedies::remeasures(def.id)) {
        for change in (def.changes)(patient).unwrap_or_default() {
            let other = change.spec.compile.loss != patient.spec.compile.loss;
            if !(other && score.name == "loss") {
                all.push((format!("{} ({})", def.id, change.what), change.spec));
            }
        }
    }
    all
}

/// The patient after an edit, as treatment has it.
fn after(patient: &Patient, spec: RunSpec) -> Patient {
    let mut patient = patient.clone();
    let optimizer = &spec.compile.optimizer;
    if *optimizer != patient.spec.compile.optimizer {
        let rate = optimizer.config.get("learning_rate");
        patient.rate = rate.and_then(serde_json::Value::as_f64);
        patient.range_rate = None;
    }
    patient.spec = spec;
    patient
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

fn options(budget: usize) -> TreatOptions {
    TreatOptions {
        budget: Budget::Runs(budget),
        margin: None,
        metric: None,
        remedies: vec![],
        seed: None,
        finished: 0,
        data_dir: None,
        max_memory: None,
        interrupt: Default::default(),
    }
}

/// How a case ended for treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Won,
    Lost,
    Same,
    Equal,
}

fn end(treated: &Chosen, random: &Chosen) -> End {
    let (own, other) = (treated.mean(), random.mean());
    match () {
        _ if treated.spec == random.spec => End::Same,
        _ if own == other || (own - other).abs() < 1e-9 => End::Equal,
        _ if own > other => End::Won,
        _ => End::Lost,
    }
}

/// Compares the two on one case: the end against each stream, and against the stream in the middle.
fn compare(
    options: &Options,
    engines: &[Box<dyn Engine>],
    name: &str,
) -> Result<(Vec<End>, End), String> {
    let folder = options.folder.join(name);
    let file = folder.join("run.toml");
    let (spec, map) = RunSpec::from_path(&file).map_err(|e| e.to_string())?;
    let case = Case {
        spec,
        map,
        file,
        engines,
    };
    let place = |what: &str| -> Result<PathBuf, String> {
        let path = folder.join(format!("{what}-{}", options.budget));
        std::fs::create_dir_all(&path).map_err(|e| e.to_string())?;
        Ok(path)
    };
    let (edit, spec) = case.treated(options.budget, &place("treated")?)?;
    let by_hand = self::options(options.budget);
    let parts = (&case.map, case.file.as_path());
    let examined = examine(
        &case.spec,
        parts,
        engines[0].as_ref(),
        &place("first")?,
        &by_hand,
    );
    let examined = examined.map_err(|e| e.to_string())?;
    let score = &examined.score;
    let untouched = case.last("-".to_owned(), case.spec.clone(), score, options.seeds);
    let scored = |edit: String, spec: RunSpec| match spec == case.spec {
        true => Chosen {
            edit,
            spec,
            scores: untouched.scores.clone(),
        },
        false => case.last(edit, spec, score, options.seeds),
    };
    let treated = scored(edit, spec);
    let mut random: Vec<Chosen> = vec![];
    for stream in 0..options.streams {
        let (edit, spec) = case.random(&examined, (options.budget, options.pairs), stream);
        let known = random
            .iter()
            .find(|chosen| chosen.spec == spec)
            .map(|chosen| chosen.scores.clone());
        random.push(match known {
            Some(scores) => Chosen { edit, spec, scores },
            None if spec == treated.spec => Chosen {
                edit,
                spec,
                scores: treated.scores.clone(),
            },
            None => scored(edit, spec),
        });
    }
    let ends: Vec<End> = random.iter().map(|random| end(&treated, random)).collect();
    let edits_chosen: Vec<String> = random
        .iter()
        .map(|r| format!("{} {:.5}", r.edit, r.mean()))
        .collect();
    random.sort_by(|a, b| a.mean().total_cmp(&b.mean()));
    let middle = &random[random.len() / 2];
    let pairs: Vec<Pair> = treated
        .scores
        .iter()
        .zip(&middle.scores)
        .map(|(a, b)| Pair {
            difference: a - b,
            rows: vec![],
        })
        .collect();
    let (mean, low, high) = interval(&pairs).unwrap_or_default();
    let last = end(&treated, middle);
    println!(
        "{name} | {} | {} | {:.5} | {:.5} | {:.5} | {mean:+.5} ({low:+.5} to {high:+.5}) | {last:?} | {} | {}",
        score.name,
        edits(&examined.patient, score).len(),
        untouched.mean(),
        treated.mean(),
        middle.mean(),
        treated.edit,
        edits_chosen.join("; "),
    );
    Ok((ends, last))
}

/// Two-sided exact sign test.
fn sign_test(won: usize, lost: usize) -> f64 {
    let n = won + lost;
    let mut ways = 1.0;
    let mut sum = 0.0;
    for k in 0..=won.min(lost) {
        sum += ways;
        ways *= (n - k) as f64 / (k + 1) as f64;
    }
    (2.0 * sum / 2f64.powi(n as i32)).min(1.0)
}

fn told(what: &str, ends: &[End]) {
    let count = |of: End| ends.iter().filter(|end| **end == of).count();
    let (won, lost) = (count(End::Won), count(End::Lost));
    println!(
        "{what}: {won} won, {lost} lost, {} tied by the same run, {} by equal scores; {:.0} % won of {}; sign test p = {:.4}",
        count(End::Same),
        count(End::Equal),
        100.0 * won as f64 / ((won + lost).max(1)) as f64,
        won + lost,
        sign_test(won, lost),
    );
}

fn main() -> ExitCode {
    let options = match Options::read() {
        Ok(options) if !options.cases.is_empty() && options.streams > 0 => options,
        Ok(_) => {
            println!("no cases");
            return ExitCode::FAILURE;
        }
        Err(error) => {
            println!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let engine = |_| -> Box<dyn Engine> {
        Box::new(CpuEngine::new(CpuOptions {
            threads: Some(1),
            ..CpuOptions::default()
        }))
    };
    let engines: Vec<Box<dyn Engine>> = (0..options.jobs).map(engine).collect();
    println!(
        "Budget {}. Scores on final rows, larger is better (losses and distances with a minus).",
        options.budget
    );
    println!(
        "case | score | edits | untouched | treat | random (middle stream) | treat - random (95 % interval) | treat | treat chose | random chose"
    );
    let (mut streams, mut middle) = (vec![vec![]; options.streams as usize], vec![]);
    for name in &options.cases {
        match compare(&options, &engines, name) {
            Ok((ends, last)) => {
                for (stream, end) in streams.iter_mut().zip(ends) {
                    stream.push(end);
                }
                middle.push(last);
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
    for (i, ends) in streams.iter().enumerate() {
        told(&format!("against stream {i}"), ends);
    }
    told("against the middle stream of each case", &middle);
    ExitCode::SUCCESS
}
