//! Rows that wait end where rows end that take every step: on prescribed gradients, through evaluations, saves and
//! other writers of the state; and what cannot wait does not.

use std::collections::BTreeMap;

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{Builder, DType, Engine, Graph, InputKind, Program, Store, Tensor, Type, Var};

const ROWS: usize = 4100;
const WIDTH: usize = 17;
const IDS: usize = 48;
const STEPS: usize = 3000;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Optimizer {
    Sgd,
    Momentum { nesterov: bool, decay: f64 },
    Adam { decay: f64 },
    RmsProp,
    Adagrad,
}
use Optimizer::*;

impl Optimizer {
    fn slots(self) -> usize {
        match self {
            Sgd => 0,
            Adam { .. } => 2,
            _ => 1,
        }
    }

    fn decay(self) -> f64 {
        match self {
            Momentum { decay, .. } | Adam { decay } => decay,
            _ => 0.0,
        }
    }

    /// The update as `nn` writes it.
    fn update(self, w: &Var, g: &Var, s: &[Var], lr: &Var, alpha: &Var) -> (Var, Vec<Var>) {
        let shrunk = match self.decay() {
            0.0 => w.clone(),
            decay => w - w * decay * lr,
        };
        let toward = |old: &Var, new: &Var, share: f64| old + (new - old) * share;
        match self {
            Sgd => (shrunk - g * lr, vec![]),
            Momentum { nesterov, .. } => {
                let step = g * lr;
                let v = &s[0] * 0.9 - &step;
                let w = match nesterov {
                    true => shrunk + (&v * 0.9 - step),
                    false => shrunk + &v,
                };
                (w, vec![v])
            }
            Adam { .. } => {
                let m = toward(&s[0], g, 1.0 - 0.9);
                let v = toward(&s[1], &g.square(), 1.0 - 0.999);
                (shrunk - &m * alpha / (v.sqrt() + 1e-7), vec![m, v])
            }
            RmsProp => {
                let v = &s[0] * 0.9 + g.square() * (1.0 - 0.9);
                (shrunk - g * lr / (&v + 1e-7).sqrt(), vec![v])
            }
            Adagrad => {
                let a = &s[0] + g.square();
                (shrunk - g * lr / (&a + 1e-7).sqrt(), vec![a])
            }
        }
    }

    /// The same for one number in f64, with the numbers that f32 makes of the rule's.
    fn exact(self, w: &mut f64, s: &mut [f64; 2], g: f64, lr: f64, alpha: f64) {
        let n = |x: f64| f64::from(x as f32);
        *w -= *w * n(self.decay()) * lr;
        match self {
            Sgd => *w -= g * lr,
            Momentum { nesterov, .. } => {
                s[0] = s[0] * n(0.9) - g * lr;
                *w += if nesterov {
                    s[0] * n(0.9) - g * lr
                } else {
                    s[0]
                };
            }
            Adam { .. } => {
                s[0] += (g - s[0]) * n(1.0 - 0.9);
                s[1] += (g * g - s[1]) * n(1.0 - 0.999);
                *w -= s[0] * alpha / (s[1].sqrt() + n(1e-7));
            }
            RmsProp => {
                s[0] = s[0] * n(0.9) + g * g * n(1.0 - 0.9);
                *w -= g * lr / (s[0] + n(1e-7)).sqrt();
            }
            Adagrad => {
                s[0] += g * g;
                *w -= g * lr / (s[0] + n(1e-7)).sqrt();
            }
        }
    }
}

const ALL: [Optimizer; 8] = [
    Sgd,
    Momentum {
        nesterov: false,
        decay: 0.0,
    },
    Momentum {
        nesterov: true,
        decay: 0.1,
    },
    Adam { decay: 0.0 },
    Adam { decay: 0.05 },
    RmsProp,
    Adagrad,
    Momentum {
        nesterov: true,
        decay: 0.0,
    },
];

fn float(shape: &[usize]) -> Type {
    Type::new(DType::F32, shape)
}

const SLOTS: [&str; 2] = ["w/first", "w/second"];

/// A step; `whole` reads the table elsewhere, so that its rows cannot wait.
fn training(optimizer: Optimizer, whole: bool) -> Graph {
    let b = Builder::new();
    let table = |name: &str| b.input(name, float(&[ROWS, WIDTH]), InputKind::State);
    let w = table("w");
    let slots: Vec<Var> = SLOTS[..optimizer.slots()]
        .iter()
        .map(|n| table(n))
        .collect();
    let scalar = |name: &str| b.input(name, float(&[]), InputKind::Feed);
    let (lr, alpha) = (scalar("lr"), scalar("alpha"));
    let ids = b.input("ids", Type::new(DType::I32, vec![IDS]), InputKind::Feed);
    let grads = b.input("grads", float(&[IDS, WIDTH]), InputKind::Feed);
    let g = Var::scatter_add(&ids, &grads, ROWS);
    let (next, next_slots) = optimizer.update(&w, &g, &slots, &lr, &alpha);
    let mut outputs = vec![("rows", w.gather(&ids))];
    if whole {
        outputs.push(("first", w.slice(0, 0, 1)));
    }
    let updates: Vec<(Var, Var)> = [(w.clone(), next)]
        .into_iter()
        .chain(slots.into_iter().zip(next_slots))
        .collect();
    b.finish(&outputs, &updates).unwrap()
}

fn engine(threads: usize) -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(threads),
        ..CpuOptions::default()
    })
}

/// Random numbers that do not depend on anything.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The feeds of a step: few rows come often, most seldom; gradients of all sizes, some rows out of the table.
fn feeds(step: usize) -> (f32, f32, Vec<i32>, Vec<f32>) {
    let mut random = Numbers(0x9e37_79b9_7f4a_7c15 ^ (step as u64 + 1) << 20);
    (0..8).for_each(|_| {
        random.next();
    });
    let lr = 1e-3 * (1.0 + (step as f64 / 300.0).sin() * 0.5);
    let t = step as f64 + 1.0;
    let alpha = lr * (1.0 - 0.999f64.powf(t)).sqrt() / (1.0 - 0.9f64.powf(t));
    let id = |random: &mut Numbers| (random.next().powi(4) * (ROWS + 3) as f64) as i32 - 1;
    let ids: Vec<i32> = (0..IDS).map(|_| id(&mut random)).collect();
    let mut grads = vec![];
    for id in &ids {
        let size = 10f64.powi(-((*id).rem_euclid(8)));
        grads.extend((0..WIDTH).map(|_| ((random.next() - 0.5) * size) as f32));
    }
    (lr as f32, alpha as f32, ids, grads)
}

fn run(program: &mut dyn Program, store: &mut dyn Store, step: usize) -> Vec<f64> {
    let (lr, alpha, ids, grads) = feeds(step);
    let ids: Vec<f64> = ids.iter().map(|&id| f64::from(id)).collect();
    let grads: Vec<f64> = grads.iter().map(|&g| f64::from(g)).collect();
    let feeds = [
        Tensor::scalar(lr),
        Tensor::scalar(alpha),
        Tensor::from_f64(DType::I32, vec![IDS], &ids),
        Tensor::from_f64(DType::F32, vec![IDS, WIDTH], &grads),
    ];
    program.run(store, &feeds.each_ref()).unwrap();
    program.output(0).to_f64()
}

fn start(store: &mut dyn Store, optimizer: Optimizer) {
    let mut random = Numbers(77);
    let first: Vec<f64> = (0..ROWS * WIDTH)
        .map(|_| (random.next() - 0.5) * 0.1)
        .collect();
    store.put(
        "w",
        &Tensor::from_f64(DType::F32, vec![ROWS, WIDTH], &first),
    );
    for name in &SLOTS[..optimizer.slots()] {
        store.put(name, &Tensor::zeros(&float(&[ROWS, WIDTH])));
    }
}

fn state(store: &dyn Store) -> BTreeMap<String, Tensor> {
    let names = store.names().into_iter();
    names.map(|n| (n.clone(), store.get(&n).unwrap())).collect()
}

fn waits(graph: &Graph) -> bool {
    let launches = engine(1).program(graph).unwrap().launches();
    launches.iter().any(|l| l.name.ends_with("by rows"))
}

#[test]
fn waiting_rows_end_where_dense_rows_end() {
    for optimizer in ALL {
        let (lazy, dense) = (training(optimizer, false), training(optimizer, true));
        assert!(waits(&lazy) && !waits(&dense), "{optimizer:?}");
        let engine = engine(2);
        let mut programs = [&lazy, &dense].map(|g| engine.compile(g).unwrap());
        let mut stores = [engine.store(), engine.store()];
        stores.iter_mut().for_each(|s| start(s.as_mut(), optimizer));
        let mut exact = stores[0].get("w").unwrap().to_f64();
        let mut slots = vec![[0.0; 2]; ROWS * WIDTH];
        let reading = reader();
        let mut evaluation = engine.compile(&reading).unwrap();
        for step in 0..STEPS {
            let [a, b] = [0, 1].map(|i| run(programs[i].as_mut(), stores[i].as_mut(), step));
            let off = a
                .iter()
                .zip(&b)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f64::max);
            assert!(
                off < 1e-5,
                "{optimizer:?}: rows read in step {step} are {off:e} off"
            );
            let (lr, alpha, ids, grads) = feeds(step);
            let mut g = vec![0.0; ROWS * WIDTH];
            for (id, grad) in ids.iter().zip(grads.chunks(WIDTH)) {
                let row = usize::try_from(*id).ok().filter(|&r| r < ROWS);
                for (j, x) in grad.iter().enumerate().filter(|_| row.is_some()) {
                    g[row.unwrap_or(0) * WIDTH + j] += f64::from(*x);
                }
            }
            for ((w, s), g) in exact.iter_mut().zip(&mut slots).zip(g) {
                optimizer.exact(w, s, g, lr.into(), alpha.into());
            }
            if step % 500 == 499 {
                evaluation.run(stores[0].as_mut(), &[]).unwrap();
                let seen = evaluation.output(0);
                assert_eq!(Some(&seen), stores[0].get("w").as_ref());
                // Saved, and read into another store.
                let saved = state(stores[0].as_ref());
                stores[0] = engine.store();
                saved.iter().for_each(|(n, t)| stores[0].put(n, t));
            }
        }
        let error = |store: &dyn Store| {
            let w = store.get("w").unwrap().to_f64();
            let off = w.iter().zip(&exact).map(|(a, b)| (a - b).powi(2));
            let all: f64 = off.sum();
            (all / exact.len() as f64).sqrt()
        };
        let [lazy, dense] = [error(stores[0].as_ref()), error(stores[1].as_ref())];
        println!("{optimizer:?}: {lazy:e} off, dense {dense:e}");
        assert!(
            lazy <= 2.0 * dense,
            "{optimizer:?}: {lazy:e} off, dense {dense:e}"
        );
    }
}

/// Reads the whole table, by id.
fn reader() -> Graph {
    let b = Builder::new();
    let w = b.input("w", float(&[ROWS, WIDTH]), InputKind::State);
    let ids = b.iota(DType::I32, &[ROWS], 0);
    b.finish(&[("rows", w.gather(&ids))], &[]).unwrap()
}

#[test]
fn threads_saves_and_readers_leave_the_bits_alone() {
    let whole = {
        let b = Builder::new();
        let w = b.input("w", float(&[ROWS, WIDTH]), InputKind::State);
        b.finish(&[("sum", w.sum(&[0, 1], false)), ("w", w.clone())], &[])
            .unwrap()
    };
    for optimizer in ALL {
        let graph = training(optimizer, false);
        let ends = [(1, 0), (2, 0), (3, 7), (2, 64)].map(|(threads, every)| {
            let engine = engine(threads);
            let mut program = engine.compile(&graph).unwrap();
            let mut store = engine.store();
            start(store.as_mut(), optimizer);
            for step in 0..200 {
                run(program.as_mut(), store.as_mut(), step);
                if every > 0 && step % every == every - 1 {
                    let saved = state(store.as_ref());
                    let mut reading = engine.compile(&whole).unwrap();
                    reading.run(store.as_mut(), &[]).unwrap();
                    assert_eq!(reading.output(1), saved["w"]);
                    store = engine.store();
                    saved.iter().for_each(|(n, t)| store.put(n, t));
                    assert_eq!(state(store.as_ref()), saved);
                }
            }
            state(store.as_ref())
        });
        assert!(ends.iter().all(|end| *end == ends[0]), "{optimizer:?}");
    }
}

#[test]
fn a_table_that_is_set_goes_on_from_there() {
    let optimizer = Adam { decay: 0.0 };
    let engine = engine(2);
    let graphs = [training(optimizer, false), training(optimizer, true)];
    let ends = graphs.map(|graph| {
        let mut program = engine.compile(&graph).unwrap();
        let mut store = engine.store();
        start(store.as_mut(), optimizer);
        for step in 0..90 {
            run(program.as_mut(), store.as_mut(), step);
            if step == 30 {
                let value = store.get("w").unwrap().to_f64();
                let other: Vec<f64> = value.iter().map(|x| x * 0.5 + 0.01).collect();
                let other = Tensor::from_f64(DType::F32, vec![ROWS, WIDTH], &other);
                store.put("w", &other);
            }
            if step == 60 {
                let moments =
                    Tensor::from_f64(DType::F32, vec![ROWS, WIDTH], &[1e-9; ROWS * WIDTH]);
                store.put("w/first", &moments);
            }
        }
        store.get("w").unwrap().to_f64()
    });
    let off = ends[0]
        .iter()
        .zip(&ends[1])
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    assert!(off < 1e-5, "{off:e}");
}

#[test]
fn dense_steps_between_waiting_ones_find_and_leave_all_rows_up_to_date() {
    for optimizer in [
        Adam { decay: 0.05 },
        Adam { decay: 0.0 },
        Momentum {
            nesterov: true,
            decay: 0.0,
        },
    ] {
        mixed(optimizer);
    }
}

fn mixed(optimizer: Optimizer) {
    let engine = engine(2);
    let [lazy, dense] = [training(optimizer, false), training(optimizer, true)];
    let end = |mixed: bool| {
        let mut lazy = engine.compile(&lazy).unwrap();
        let mut dense = engine.compile(&dense).unwrap();
        let mut store = engine.store();
        start(store.as_mut(), optimizer);
        for step in 0..60 {
            let program = if mixed && step % 9 < 6 {
                &mut lazy
            } else {
                &mut dense
            };
            run(program.as_mut(), store.as_mut(), step);
        }
        store.get("w").unwrap().to_f64()
    };
    let (a, b) = (end(true), end(false));
    let off = a
        .iter()
        .zip(&b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    assert!(off < 1e-6, "{off:e}");
}

#[test]
fn damaged_steps_of_rows_are_left_aside() {
    let optimizer = Adam { decay: 0.0 };
    let engine = engine(1);
    let graph = training(optimizer, false);
    let mut program = engine.compile(&graph).unwrap();
    let mut store = engine.store();
    start(store.as_mut(), optimizer);
    (0..5).for_each(|step| drop(run(program.as_mut(), store.as_mut(), step)));
    let saved = state(store.as_ref());
    let ints = |values: &[f64]| Tensor::from_f64(DType::I32, vec![values.len()], values);
    let none = Tensor::zeros(&float(&[0, 2]));
    let damages = [
        ("w#last", ints(&[1.0; 3])),
        ("w#last", ints(&[6.0; ROWS])),
        ("w#last", ints(&[-2.0; ROWS])),
        ("w#last", Tensor::zeros(&float(&[ROWS]))),
        ("w#rates", none),
        ("w#rates", ints(&[1.0; 10])),
        ("w#rates", Tensor::zeros(&float(&[100_000, 2]))),
        ("w#raw", Tensor::zeros(&float(&[ROWS, 2]))),
    ];
    for (name, damage) in damages {
        let mut store = engine.store();
        saved.iter().for_each(|(n, t)| store.put(n, t));
        store.put(name, &damage);
        run(program.as_mut(), store.as_mut(), 5);
        // What is told of the rows is gone; they go on from the table with every step taken.
        let (before, after) = (saved["w"].to_f64(), store.get("w").unwrap().to_f64());
        let off = before.iter().zip(&after).map(|(a, b)| (a - b).abs());
        let off = off.fold(0.0, f64::max);
        assert!(off > 0.0 && off < 0.01, "{name}: {off:e}");
        assert!(
            !store.names().contains(&"w#raw".to_string()) || store.get("w#raw") != Some(damage)
        );
    }
}

#[test]
fn a_name_with_the_sign_in_it_and_a_gather_from_a_slot_read_what_is_theirs() {
    let ty = || float(&[ROWS, WIDTH]);
    let (name, slot) = ("words#1/w", "words#1/w/first");
    let b = Builder::new();
    let (w, m) = (
        b.input(name, ty(), InputKind::State),
        b.input(slot, ty(), InputKind::State),
    );
    let ids = b.input("ids", Type::new(DType::I32, vec![2]), InputKind::Feed);
    let read = w.gather(&ids);
    let lr = b.input("lr", float(&[]), InputKind::Feed);
    let step = Var::scatter_add(&ids, &(&read + 1.0), ROWS) * &lr;
    let next = &m * 0.9 - step;
    let graph = b
        .finish(&[("read", read)], &[(w.clone(), &w + &next), (m, next)])
        .unwrap();
    assert!(waits(&graph));
    let reading = |name: &str| {
        let b = Builder::new();
        let (table, ids) = (
            b.input(name, ty(), InputKind::State),
            b.iota(DType::I32, &[ROWS], 0),
        );
        b.finish(&[("rows", table.gather(&ids))], &[]).unwrap()
    };
    let engine = engine(2);
    let mut program = engine.compile(&graph).unwrap();
    let mut store = engine.store();
    for name in [name, slot] {
        store.put(name, &Tensor::zeros(&ty()));
    }
    for step in 0..6 {
        let ids = Tensor::from_f64(DType::I32, vec![2], &[f64::from(step), 9.0]);
        program
            .run(store.as_mut(), &[&ids, &Tensor::scalar(0.1)])
            .unwrap();
    }
    // Row 0 took one step and moved on by its momentum: -0.1 (1 + 0.9 + ... + 0.9^5), and is at -0.1 0.9^5.
    let moved = -(1.0 - 0.9f64.powi(6));
    let all = store.get(name).unwrap();
    assert!(
        (all.to_f64()[0] - moved).abs() < 1e-6,
        "{}",
        all.to_f64()[0]
    );
    for (name, first) in [(name, moved), (slot, -0.1 * 0.9f64.powi(5))] {
        let mut evaluation = engine.compile(&reading(name)).unwrap();
        evaluation.run(store.as_mut(), &[]).unwrap();
        let seen = evaluation.output(0).to_f64()[0];
        assert!((seen - first).abs() < 1e-6, "{name}: {seen}, not {first}");
    }
}
