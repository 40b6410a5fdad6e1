//! How fast tables are read, in MB of CSV per second on one core: the best of five, for numbers, and for texts between quotes.
//!
//! `cargo bench -p regimen-data --bench csv [-- MEGABYTES]`; with `memory` behind it, the memory that streaming takes instead.

#![allow(clippy::print_stdout)]

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use regimen_data::{CsvOptions, LoadContext, TableChunks, load, parse_csv};
use regimen_run::spec::{CsvSpec, DataSpec, InputSpec, LabelEncoding, Scale, Side, SplitSpec};

const ROUNDS: usize = 5;
const CHUNK: usize = 8 << 20;

/// Numbers that follow from the ones before, the same in every run.
struct Digits(u64);

impl Digits {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % below
    }
}

fn numbers(bytes: usize) -> String {
    let mut digits = Digits(1);
    let names: Vec<String> = (0..20).map(|i| format!("f{i}")).collect();
    let mut text = format!("{},y\n", names.join(","));
    while text.len() < bytes {
        for _ in 0..20 {
            let (whole, part) = (digits.next(1000), digits.next(10_000));
            let sign = if digits.next(2) == 0 { "" } else { "-" };
            text += &format!("{sign}{whole}.{part:04},");
        }
        text += &format!("{}\n", digits.next(2));
    }
    text
}

fn texts(bytes: usize) -> String {
    let mut digits = Digits(2);
    let mut text = "id,text,y\n".to_owned();
    let mut id = 0;
    while text.len() < bytes {
        id += 1;
        text += &format!("{id},\"");
        for _ in 0..60 + digits.next(120) {
            // A few words are frequent, many are rare.
            let rank = digits.next(200) * digits.next(200);
            let end = [" ", " ", " ", " ", ", ", ".\n", " \"\"so\"\" "][digits.next(7) as usize];
            text += &format!("W{:x}rd{end}", rank * 7919 % 65_536);
        }
        text += &format!("\",{}\n", digits.next(2));
    }
    text
}

fn measure(what: &str, bytes: usize, mut run: impl FnMut()) {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{what:<40} {:>7.0} MB/s", bytes as f64 / 1e6 / best);
}

fn bench(name: &str, table: &str, dir: &Path, inputs: Vec<InputSpec>) {
    let options = CsvOptions::default();
    let bytes = table.len();
    measure(&format!("{name}: parse"), bytes, || {
        let table = parse_csv(table.as_bytes(), &options);
        assert!(table.is_ok_and(|table| table.rows() > 0));
    });
    measure(&format!("{name}: parse in chunks"), bytes, || {
        let chunks = TableChunks::new(table.as_bytes(), &options, CHUNK);
        assert!(chunks.is_ok_and(|mut chunks| chunks.all(|chunk| chunk.is_ok())));
    });
    let file = dir.join("table.csv");
    std::fs::write(&file, table).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut spec = DataSpec {
        csv: Some(CsvSpec {
            path: "table.csv".to_owned(),
            ..CsvSpec::default()
        }),
        label: Some("y".to_owned()),
        split: SplitSpec::default(),
        inputs,
        ..DataSpec::default()
    };
    for (how, stream) in [("load from a file", false), ("stream from a file", true)] {
        spec.stream = Some(stream);
        measure(&format!("{name}: {how}"), bytes, || {
            let loaded = load(&spec, &context(dir));
            assert!(loaded.is_ok_and(|data| !data.train.is_empty()));
        });
    }
}

fn context(dir: &Path) -> LoadContext<'_> {
    LoadContext {
        base_dir: dir,
        data_dir: None,
        seed: 1,
        default_encoding: LabelEncoding::Index,
        encodings: Default::default(),
        sample_weight_column: None,
        max_memory: None,
    }
}

/// Streams tables of numbers of growing size, and reads all training rows; the program's peak of memory after each, which should
/// grow with labels and row numbers alone.
fn memory(megabytes: usize, dir: &Path) {
    for size in [megabytes / 4, megabytes] {
        let part = numbers(10_000_000);
        let rows = &part[part.find('\n').map_or(0, |end| end + 1)..];
        let mut table =
            std::fs::File::create(dir.join("table.csv")).unwrap_or_else(|e| panic!("{e}"));
        let mut write = |text: &str| {
            table
                .write_all(text.as_bytes())
                .unwrap_or_else(|e| panic!("{e}"))
        };
        write(&part);
        (1..size / 10).for_each(|_| write(rows));
        let spec = DataSpec {
            csv: Some(CsvSpec {
                path: "table.csv".to_owned(),
                ..CsvSpec::default()
            }),
            label: Some("y".to_owned()),
            scale: Some(Scale::Standard),
            split: SplitSpec::default(),
            stream: Some(true),
            ..DataSpec::default()
        };
        let data = load(&spec, &context(dir)).unwrap_or_else(|e| panic!("{e}"));
        let mut sum = 0.0;
        let read = data
            .train
            .blocks(256, |_, x| sum += x[0].as_f32().map_or(0.0, |x| x[0]));
        read.unwrap_or_else(|e| panic!("{e}"));
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or("(unknown)");
        println!("{size} MB, {} training rows: {peak}", data.train.rows());
    }
}

fn main() {
    let asked = std::env::args()
        .skip(1)
        .find_map(|size| size.parse::<usize>().ok());
    let bytes = asked.unwrap_or(100) * 1_000_000;
    let dir = tempfile::tempdir().unwrap_or_else(|e| panic!("a folder for the table: {e}"));
    if std::env::args().any(|arg| arg == "memory") {
        return memory(asked.unwrap_or(400), dir.path());
    }
    bench("numbers", &numbers(bytes), dir.path(), Vec::new());
    let text = InputSpec::Text {
        name: None,
        column: "text".to_owned(),
        vocabulary: Some(20_000),
        length: 100,
        padding: Side::Post,
        truncating: Side::Post,
        lower: true,
        start: false,
    };
    bench("texts", &texts(bytes), dir.path(), vec![text]);
}
