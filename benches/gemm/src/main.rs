//! Matrix products of the bench workloads with Regimen's kernel, `gemm`, `gemmkit` and `matrixmultiply`, as a Markdown table.
//!
//!   cargo run --release --manifest-path benches/gemm/Cargo.toml [THREADS]
//!
//! The programs take turns, some milliseconds each, so that a slow minute of the machine is everybody's; the figure is
//! that of the best turn.

use std::time::{Duration, Instant};

use regimen_cpu::kernels::{
    Cpu,
    gemm::{Gemm, Mat},
};
use regimen_cpu::{simd::Level, team::Team};

/// A product of m x k by k x n: where it occurs, and which operands lie transposed.
struct Shape {
    place: &'static str,
    size: [usize; 3],
    turned: [bool; 2],
}

const fn shape(place: &'static str, size: [usize; 3], turned: [bool; 2]) -> Shape {
    Shape {
        place,
        size,
        turned,
    }
}

const PLAIN: [bool; 2] = [false, false];
const LEFT: [bool; 2] = [true, false];
const RIGHT: [bool; 2] = [false, true];

/// The classes: forward (few rows, many rows, few columns), gradient by the input, gradient by the kernel (shallow, deep).
const SHAPES: [Shape; 16] = [
    shape("mlp2, forward", [200, 16, 48], PLAIN),
    shape("mlp2, by the kernel", [48, 16, 200], LEFT),
    shape("mlpreg, forward", [32, 64, 100], PLAIN),
    shape("mlpreg, by the input", [32, 64, 64], RIGHT),
    shape("mlpreg, by the kernel", [100, 64, 32], LEFT),
    shape("mlp5, forward", [128, 64, 157], PLAIN),
    shape("mlp5, by the kernel", [157, 64, 128], LEFT),
    shape("lstm, forward", [2560, 128, 128], PLAIN),
    shape("lstm, by the input", [2560, 128, 128], RIGHT),
    shape("lstm, by the kernel", [128, 128, 2560], LEFT),
    shape("transformer, forward", [6400, 64, 32], PLAIN),
    shape("transformer, by the input", [6400, 32, 64], RIGHT),
    shape("transformer, by the kernel", [32, 64, 6400], LEFT),
    shape("square", [512, 512, 512], PLAIN),
    shape("square, large", [1024, 1024, 1024], PLAIN),
    shape("one column", [512, 1, 512], PLAIN),
];

const PROGRAMS: [&str; 4] = ["regimen", "gemm", "gemmkit", "matrixmultiply"];

/// Time of a turn, and turns.
const TURN: Duration = Duration::from_millis(4);
const TURNS: usize = 25;

fn main() {
    let threads = std::env::args()
        .nth(1)
        .and_then(|a| a.parse().ok())
        .unwrap_or(1);
    // SAFETY: no other thread runs yet. `matrixmultiply` reads it once.
    unsafe { std::env::set_var("MATMUL_NUM_THREADS", threads.to_string()) };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global();
    pool.expect("the first pool of this program");
    let team = Team::new(threads);
    let cpu = Cpu {
        level: Level::detect(),
        team: &team,
    };
    println!("{threads} threads, {:?}, GFLOP/s\n", cpu.level);
    println!("| product | m x n x k | {} |", PROGRAMS.join(" | "));
    println!("|---|---|{}", "--:|".repeat(PROGRAMS.len()));
    for shape in &SHAPES {
        let [m, n, k] = shape.size;
        let best = measure(cpu, shape, threads);
        let most = best.iter().fold(0.0, |a: f64, b| a.max(*b));
        let cell = |x: &f64| match *x >= 0.97 * most {
            true => format!("**{x:.0}**"),
            false => format!("{x:.0}"),
        };
        let cells: Vec<String> = best.iter().map(cell).collect();
        println!(
            "| {} | {m} x {n} x {k} | {} |",
            shape.place,
            cells.join(" | ")
        );
    }
}

/// Row and column stride of a matrix of `rows` by `columns`.
fn strides(rows: usize, columns: usize, turned: bool) -> [usize; 2] {
    if turned { [1, rows] } else { [columns, 1] }
}

fn numbers(count: usize, seed: usize) -> Vec<f32> {
    let number = |i: usize| ((i * 7919 + seed * 131) % 1000) as f32 / 1000.0 - 0.5;
    (0..count).map(number).collect()
}

/// The best GFLOP/s of each program.
fn measure(cpu: Cpu<'_>, shape: &Shape, threads: usize) -> [f64; 4] {
    let [m, n, k] = shape.size;
    let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
    let ([a_row, a_col], [b_row, b_col]) = (
        strides(m, k, shape.turned[0]),
        strides(k, n, shape.turned[1]),
    );
    let mut outputs = [(); 4].map(|()| vec![0.0f32; m * n]);
    let mut best = [0.0f64; 4];
    for _ in 0..TURNS {
        for program in 0..4 {
            let c = &mut outputs[program];
            let mut run = || match program {
                0 => {
                    let mat = |data, stride: [usize; 2]| match stride {
                        [row, 1] => Mat::new(data, row),
                        [_, col] => Mat::transposed(data, col),
                    };
                    let (a, b) = (mat(&a, [a_row, a_col]), mat(&b, [b_row, b_col]));
                    Gemm::new(m, n, k, a, b).run(cpu, c, n);
                }
                // SAFETY: the strides are those of the matrices.
                1 => unsafe {
                    let parallel = match threads {
                        1 => gemm::Parallelism::None,
                        _ => gemm::Parallelism::Rayon(threads),
                    };
                    let signed = |x: usize| x as isize;
                    gemm::gemm(
                        m,
                        n,
                        k,
                        c.as_mut_ptr(),
                        1,
                        signed(n),
                        false,
                        a.as_ptr(),
                        signed(a_col),
                        signed(a_row),
                        b.as_ptr(),
                        signed(b_col),
                        signed(b_row),
                        0.0,
                        1.0,
                        false,
                        false,
                        false,
                        parallel,
                    );
                },
                2 => {
                    let parallel = match threads {
                        1 => gemmkit::Parallelism::Serial,
                        _ => gemmkit::Parallelism::Rayon(threads),
                    };
                    gemmkit::gemm(
                        1.0,
                        gemmkit::MatRef::new(&a, m, k, a_row as isize, a_col as isize),
                        gemmkit::MatRef::new(&b, k, n, b_row as isize, b_col as isize),
                        0.0,
                        gemmkit::MatMut::from_row_major(c, m, n),
                        parallel,
                    );
                }
                // SAFETY: as above.
                _ => unsafe {
                    matrixmultiply::sgemm(
                        m,
                        k,
                        n,
                        1.0,
                        a.as_ptr(),
                        a_row as isize,
                        a_col as isize,
                        b.as_ptr(),
                        b_row as isize,
                        b_col as isize,
                        0.0,
                        c.as_mut_ptr(),
                        n as isize,
                        1,
                    );
                },
            };
            run();
            let (start, mut runs) = (Instant::now(), 0u32);
            while start.elapsed() < TURN || runs < 2 {
                run();
                runs += 1;
            }
            let seconds = start.elapsed().as_secs_f64() / f64::from(runs);
            best[program] = best[program].max(2e-9 * (m * n * k) as f64 / seconds);
        }
    }
    let (first, others) = outputs.split_first().expect("four programs");
    for (program, other) in PROGRAMS[1..].iter().zip(others) {
        let near = first.iter().zip(other).all(|(x, y)| (x - y).abs() < 1e-2);
        assert!(near, "{program} differs in {}", shape.place);
    }
    best
}
