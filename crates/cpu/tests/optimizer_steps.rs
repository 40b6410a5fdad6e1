//! An optimizer's step in one pass gives the bits of its single steps, also where something else reads what lies between.

use regimen_cpu::simd::Level;
use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{Builder, DType, Engine, Graph, InputKind, Store, Tensor, Type, Var};

fn float(n: usize) -> Type {
    Type::new(DType::F32, vec![n])
}

/// What else a graph of Adam's step reads.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Also {
    Nothing,
    /// The square of the gradient.
    Square,
    /// The largest v so far, as AMSGrad has it.
    Largest,
    /// The new weights, decayed afterwards.
    Decay,
}

fn adam(n: usize, also: Also) -> Graph {
    let b = Builder::new();
    let state = |name: &str| b.input(name, float(n), InputKind::State);
    let (w, m, v, hat) = (state("w"), state("m"), state("v"), state("hat"));
    let g = b.input("g", float(n), InputKind::Feed);
    let lr = b.input("lr", Type::new(DType::F32, vec![]), InputKind::Feed);
    let toward = |mean: &Var, new: &Var, share: f64| mean + (new - mean) * share;
    let square = g.square();
    let next_m = toward(&m, &g, 0.1);
    let next_v = toward(&v, &square, 0.001);
    let largest = hat.maximum(&next_v);
    let root = if also == Also::Largest {
        &largest
    } else {
        &next_v
    };
    let step = &next_m * &lr / (root.sqrt() + 1e-7);
    let mut next_w = &w - step;
    if also == Also::Decay {
        next_w = &next_w * 0.99;
    }
    let mut updates = vec![(m, next_m), (v, next_v), (w, next_w)];
    if also == Also::Largest {
        updates.push((hat, largest));
    }
    let shown = if also == Also::Square { square } else { g };
    match b.finish(&[("shown", shown.sum_all())], &updates) {
        Ok(graph) => graph,
        Err(faults) => panic!("{faults}"),
    }
}

/// Numbers of all sizes, some of which become subnormal on the way.
fn numbers(n: usize, phase: f64) -> Tensor {
    let x = |i: usize| (i as f64 * 0.7 + phase).sin() * 10f64.powi(-((i * 7 % 42) as i32));
    Tensor::from_f64(DType::F32, vec![n], &(0..n).map(x).collect::<Vec<_>>())
}

/// A form of gradient descent with momentum, and what else its graph does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Plain,
    Nesterov,
    /// The new weights get a length of one at most.
    Bounded,
    /// Another share of the new velocity than of the old.
    Two,
    /// Something reads what the weights move by.
    Change,
    /// Something reads the gradient times the rate.
    Step,
    /// The weights are the new velocity twice.
    Twice,
    /// The weights are the gradient times the rate and the new velocity.
    Odd,
}

fn momentum(n: usize, form: Form) -> Graph {
    let b = Builder::new();
    let state = |name: &str| b.input(name, float(n), InputKind::State);
    let (w, v) = (state("w"), state("v"));
    let g = b.input("g", float(n), InputKind::Feed);
    let lr = b.input("lr", Type::new(DType::F32, vec![]), InputKind::Feed);
    let g = g * 0.5;
    let step = &g * &lr;
    let next_v = &v * 0.9 - &step;
    let again = if form == Form::Two { 0.8 } else { 0.9 };
    let change = match form {
        Form::Plain | Form::Twice | Form::Odd => next_v.clone(),
        _ => &next_v * again - &step,
    };
    let mut next_w = match form {
        Form::Twice => &next_v + &change,
        Form::Odd => &step + &change,
        _ => &w + &change,
    };
    if form == Form::Bounded {
        let norm = next_w.square().sum_all().sqrt();
        let one = b.scalar(1.0);
        next_w = &next_w * (norm.minimum(&one) / norm);
    }
    let shown = match form {
        Form::Change => change,
        Form::Step => step,
        _ => g * 2.0,
    };
    match b.finish(&[("shown", shown)], &[(v, next_v), (w, next_w)]) {
        Ok(graph) => graph,
        Err(faults) => panic!("{faults}"),
    }
}

fn run(engine: &CpuEngine, graph: &Graph, n: usize) -> Vec<Vec<u64>> {
    let mut program = engine.compile(graph).unwrap_or_else(|e| panic!("{e}"));
    let mut store: Box<dyn Store> = engine.store();
    store.put("w", &numbers(n, 0.3));
    store.put("m", &numbers(n, 1.3));
    let positive: Vec<f64> = numbers(n, 2.3).to_f64().iter().map(|x| x.abs()).collect();
    store.put("v", &Tensor::from_f64(DType::F32, vec![n], &positive));
    store.put("hat", &Tensor::zeros(&float(n)));
    let lr = Tensor::from_f64(DType::F32, vec![], &[0.01]);
    for step in 0..3 {
        let g = numbers(n, 5.0 + f64::from(step));
        program
            .run(store.as_mut(), &[&g, &lr])
            .unwrap_or_else(|e| panic!("{e}"));
    }
    let bits = |t: Tensor| t.to_f64().iter().map(|x| x.to_bits()).collect();
    let state = |name| store.get(name).map_or(vec![], bits);
    let mut all = ["w", "m", "v"].map(state).to_vec();
    all.push(bits(program.output(0)));
    all
}

fn names(engine: &CpuEngine, graph: &Graph) -> Vec<String> {
    let program = engine.program(graph).unwrap_or_else(|e| panic!("{e}"));
    program.launches().into_iter().map(|l| l.name).collect()
}

#[test]
fn adam_in_one_pass_has_the_bits_of_single_steps() {
    for level in Level::available() {
        let options = CpuOptions {
            threads: Some(2),
            level: Some(level),
            ..CpuOptions::default()
        };
        for also in [Also::Nothing, Also::Square, Also::Largest, Also::Decay] {
            for n in [2, 7, 8, 33, 1000, 40_000] {
                let graph = adam(n, also);
                let names = names(&CpuEngine::new(options), &graph);
                let found = names.iter().any(|name| name.starts_with("Adam"));
                let alone = also == Also::Nothing;
                assert_eq!(found, alone, "{also:?}: {names:?}");
                let joined = run(&CpuEngine::new(options), &graph, n);
                let single = run(&CpuEngine::new(options).without_fusion(), &graph, n);
                assert!(joined == single, "{level:?} {also:?} {n}");
            }
        }
    }
}

#[test]
fn momentum_in_one_pass_has_the_bits_of_single_steps() {
    for level in Level::available() {
        let options = CpuOptions {
            threads: Some(2),
            level: Some(level),
            ..CpuOptions::default()
        };
        let forms = [
            (Form::Plain, true),
            (Form::Nesterov, true),
            (Form::Bounded, true),
            (Form::Two, false),
            (Form::Change, false),
            (Form::Step, false),
            (Form::Twice, false),
            (Form::Odd, false),
        ];
        for (form, alone) in forms {
            for n in [2, 7, 8, 33, 1000, 40_000] {
                let graph = momentum(n, form);
                let names = names(&CpuEngine::new(options), &graph);
                let found = names.iter().any(|name| name.starts_with("Momentum"));
                assert_eq!(found, alone, "{form:?}: {names:?}");
                let joined = run(&CpuEngine::new(options), &graph, n);
                let single = run(&CpuEngine::new(options).without_fusion(), &graph, n);
                assert!(joined == single, "{level:?} {form:?} {n}");
            }
        }
    }
}
