//! State: updates in place and in any order, counters, errors, memory.

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{
    Builder, DType, Engine, EngineError, Graph, InputKind, Program, Store, Tensor, Type, Var,
};

fn engine() -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(2),
        ..CpuOptions::default()
    })
}

fn float(shape: &[usize]) -> Type {
    Type::new(DType::F32, shape)
}

fn state(b: &Builder, name: &str, shape: &[usize]) -> Var {
    b.input(name, float(shape), InputKind::State)
}

fn finish(b: &Builder, outputs: &[(&str, Var)], updates: &[(Var, Var)]) -> Graph {
    match b.finish(outputs, updates) {
        Ok(graph) => graph,
        Err(faults) => panic!("{faults}"),
    }
}

fn row(values: &[f64]) -> Tensor {
    Tensor::from_f64(DType::F32, vec![values.len()], values)
}

fn compiled(graph: &Graph) -> (Box<dyn Program>, Box<dyn Store>) {
    let engine = engine();
    match engine.compile(graph) {
        Ok(program) => (program, engine.store()),
        Err(error) => panic!("{error}"),
    }
}

fn get(store: &dyn Store, name: &str) -> Vec<f64> {
    store.get(name).map(|t| t.to_f64()).unwrap_or_default()
}

#[test]
fn readers_of_a_state_see_its_old_value() {
    let b = Builder::new();
    let w = state(&b, "w", &[2]);
    let next = &w * 2.0;
    // A heavy op that reads the old value after the update could run, a view, and the state itself.
    let product = w.reshape(&[1, 2]).matmul(&next.reshape(&[2, 1]));
    let turned = w.reverse(&[0]);
    let graph = finish(
        &b,
        &[
            ("product", product),
            ("turned", turned),
            ("old", w.clone()),
            ("next", next.clone()),
        ],
        &[(w, next)],
    );
    let (mut program, mut store) = compiled(&graph);
    store.put("w", &row(&[1.0, 3.0]));
    for factor in [1.0, 2.0, 4.0] {
        assert!(program.run(store.as_mut(), &[]).is_ok());
        assert_eq!(program.output(0).to_f64(), [20.0 * factor * factor]);
        assert_eq!(program.output(1).to_f64(), [3.0 * factor, factor]);
        assert_eq!(program.output(2).to_f64(), [factor, 3.0 * factor]);
        assert_eq!(get(store.as_ref(), "w"), program.output(3).to_f64());
    }
}

#[test]
fn states_swap_and_copy_one_another() {
    let b = Builder::new();
    let (x, y, z) = (
        state(&b, "x", &[3]),
        state(&b, "y", &[3]),
        state(&b, "z", &[3]),
    );
    let grown = &x + 1.0;
    let updates = [(x.clone(), y.clone()), (y, grown), (z, x)];
    let (mut program, mut store) = compiled(&finish(&b, &[], &updates));
    store.put("x", &row(&[1.0, 2.0, 3.0]));
    store.put("y", &row(&[10.0, 20.0, 30.0]));
    store.put("z", &row(&[0.0; 3]));
    assert!(program.run(store.as_mut(), &[]).is_ok());
    assert_eq!(get(store.as_ref(), "x"), [10.0, 20.0, 30.0]);
    assert_eq!(get(store.as_ref(), "y"), [2.0, 3.0, 4.0]);
    assert_eq!(get(store.as_ref(), "z"), [1.0, 2.0, 3.0]);
}

#[test]
fn one_value_may_update_two_states_and_a_constant_one() {
    let b = Builder::new();
    let (x, y, z) = (
        state(&b, "x", &[2]),
        state(&b, "y", &[2]),
        state(&b, "z", &[2]),
    );
    let next = (&x + &y).tanh();
    let fixed = b.constant(row(&[5.0, 6.0]));
    let updates = [(x.clone(), next.clone()), (y, next), (z, fixed)];
    let (mut program, mut store) = compiled(&finish(&b, &[], &updates));
    ["x", "y", "z"]
        .iter()
        .for_each(|name| store.put(name, &row(&[0.5, -0.25])));
    assert!(program.run(store.as_mut(), &[]).is_ok());
    let x = get(store.as_ref(), "x");
    assert!((x[0] - 1f64.tanh()).abs() < 1e-6);
    assert_eq!(get(store.as_ref(), "y"), x);
    assert_eq!(get(store.as_ref(), "z"), [5.0, 6.0]);
}

#[test]
fn counters_count_past_what_f32_holds() {
    let b = Builder::new();
    let n = b.input("n", Type::new(DType::I64, vec![]), InputKind::State);
    let next = &n + 1.0;
    let graph = finish(&b, &[("n", n.clone())], &[(n, next)]);
    let (mut program, mut store) = compiled(&graph);
    store.put("n", &Tensor::scalar_i64((1 << 60) + 1));
    assert!((0..3).all(|_| program.run(store.as_mut(), &[]).is_ok()));
    assert_eq!(store.get("n"), Some(Tensor::scalar_i64((1 << 60) + 4)));
}

#[test]
fn a_transposed_neighbour_is_not_overwritten_while_it_is_read() {
    let b = Builder::new();
    let w = state(&b, "w", &[2, 2]);
    let next = &w + &w.transpose(&[1, 0]);
    let (mut program, mut store) = compiled(&finish(&b, &[], &[(w, next)]));
    store.put(
        "w",
        &Tensor::from_f64(DType::F32, vec![2, 2], &[1.0, 2.0, 3.0, 4.0]),
    );
    assert!(program.run(store.as_mut(), &[]).is_ok());
    assert_eq!(get(store.as_ref(), "w"), [2.0, 5.0, 5.0, 8.0]);
}

#[test]
fn moments_that_decay_end_at_zero() {
    let b = Builder::new();
    let m = state(&b, "m", &[3]);
    let next = &m * 0.5;
    let (mut program, mut store) = compiled(&finish(&b, &[], &[(m, next)]));
    store.put("m", &row(&[2e-38, 4e-38, -2e-38]));
    assert!(program.run(store.as_mut(), &[]).is_ok());
    assert_eq!(get(store.as_ref(), "m"), [0.0, f64::from(2e-38f32), 0.0]);
}

#[test]
fn bad_inputs_are_named_and_change_nothing() {
    let b = Builder::new();
    let (w, x) = (
        state(&b, "w", &[2]),
        b.input("x", float(&[2]), InputKind::Feed),
    );
    let next = &w + &x;
    let (mut program, mut store) = compiled(&finish(&b, &[], &[(w, next)]));
    let good = row(&[1.0, 1.0]);
    let missing = program.run(store.as_mut(), &[&good]);
    assert!(matches!(missing, Err(EngineError::MissingState(name)) if name == "w"));
    store.put("w", &row(&[0.0; 3]));
    let error = program
        .run(store.as_mut(), &[&good])
        .map_err(|e| e.to_string());
    assert_eq!(
        error,
        Err("`w`: got float32[3], expected float32[2]".to_string())
    );
    store.put("w", &row(&[0.0; 2]));
    let error = program
        .run(store.as_mut(), &[&row(&[1.0])])
        .map_err(|e| e.to_string());
    assert_eq!(
        error,
        Err("`x`: got float32[1], expected float32[2]".to_string())
    );
    let error = program.run(store.as_mut(), &[]).map_err(|e| e.to_string());
    assert_eq!(
        error,
        Err("`x`: got nothing, expected float32[2]".to_string())
    );
    assert!(program.run(store.as_mut(), &[&good, &good]).is_err());
    let torn = Tensor {
        shape: vec![2],
        data: regimen_graph::Data::F32(vec![1.0]),
    };
    assert!(program.run(store.as_mut(), &[&torn]).is_err());
    assert_eq!(get(store.as_ref(), "w"), [0.0, 0.0]);
    assert!(program.run(store.as_mut(), &[&good]).is_ok());
    assert_eq!(get(store.as_ref(), "w"), [1.0, 1.0]);
}

#[test]
fn too_much_memory_is_refused_before_it_is_taken() {
    let b = Builder::new();
    let x = b.input("x", float(&[1 << 20]), InputKind::Feed);
    let graph = finish(&b, &[("y", x.reverse(&[0]).exp())], &[]);
    let small = CpuEngine::new(CpuOptions {
        memory_limit: Some(1 << 20),
        ..CpuOptions::default()
    });
    match small.compile(&graph).map(|p| p.memory()) {
        Err(EngineError::OutOfMemory { needed, available }) => {
            assert!(needed >= 4 << 20 && available == 1 << 20)
        }
        other => panic!("{other:?}"),
    }
    let huge = Builder::new();
    let x = huge.input("x", float(&[1 << 23, 1 << 22]), InputKind::Feed);
    let graph = finish(&huge, &[("y", x.reverse(&[0]))], &[]);
    assert!(matches!(
        engine().compile(&graph),
        Err(EngineError::OutOfMemory { .. })
    ));
}

#[test]
fn doubles_are_refused_by_path() {
    let b = Builder::new();
    let x = b.input("x", Type::new(DType::F64, vec![2]), InputKind::Feed);
    let y = b.within("dense", || x.exp());
    match engine()
        .compile(&finish(&b, &[("y", y)], &[]))
        .map(|p| p.memory())
    {
        Err(EngineError::Unsupported { path, op, .. }) => {
            assert_eq!((&path[..], &op[..]), ("dense", "Exp"))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_profile_has_one_entry_per_launch() {
    let b = Builder::new();
    let x = b.input("x", float(&[4, 8]), InputKind::Feed);
    let y = b.within("dense", || x.matmul_with(&x, false, true).relu());
    let program = engine().program(&finish(&b, &[("y", y)], &[]));
    let Ok(mut program) = program else {
        panic!("does not compile")
    };
    let launches = program.launches();
    assert_eq!(
        launches.iter().map(|l| &l.name[..]).collect::<Vec<_>>(),
        ["MatMul", "Relu"]
    );
    assert_eq!(
        (launches[0].flops, &launches[0].path[..]),
        (2 * 4 * 4 * 8, "dense")
    );
    let x = Tensor::zeros(&float(&[4, 8]));
    let times = program.run_profiled(engine().store().as_mut(), &[&x]);
    assert!(times.is_ok_and(|t| t.len() == launches.len()));
}
