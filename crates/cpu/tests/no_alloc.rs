//! A step allocates nothing once it has run.
#![allow(unsafe_code, reason = "a counting allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::ops::{Conv, Gru, LayerNorm, Window, WindowKind};
use regimen_graph::{Builder, DType, Engine, Graph, InputKind, Op, Tensor, Type, Var, grad};

struct Counting;

static COUNT: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One training step of an embedding, a convolution with padding, a pooling, a GRU, a layer normalization and two dense layers.
fn step(b: &Builder) -> Graph {
    let weight =
        |name: &str, shape: &[usize]| b.input(name, Type::new(DType::F32, shape), InputKind::State);
    let ids = b.input("ids", Type::new(DType::I32, vec![16, 20]), InputKind::Feed);
    let y = b.input("y", Type::new(DType::F32, vec![16, 5]), InputKind::Feed);
    let weights = [
        weight("table", &[50, 8]),
        weight("hidden", &[8, 32]),
        weight("bias", &[32]),
        weight("out", &[10 * 32, 5]),
        weight("kernel", &[3, 8, 8]),
        weight("gru_kernel", &[8, 24]),
        weight("recurrent", &[8, 24]),
        weight("gru_bias", &[24]),
        weight("gamma", &[8]),
        weight("beta", &[8]),
    ];
    let x = weights[0].gather(&ids);
    let conv = Op::Conv(Conv {
        strides: vec![1],
        dilation: vec![1],
        padding: vec![(1, 1)],
        groups: 1,
    });
    let x = b.apply(conv, &[&x, &weights[4]]).swap_remove(0);
    let pool = Op::Window(Window {
        kind: WindowKind::Max,
        size: vec![2],
        strides: vec![2],
        padding: vec![(0, 0)],
    });
    let x = b.apply(pool, &[&x]).swap_remove(0);
    let gru = Op::Gru(Gru {
        reverse: false,
        reset_after: true,
        masked: false,
        hmasked: false,
    });
    let (zx, state) = (x.matmul(&weights[5]), x.sum(&[1], false).zeros_like());
    let along = b.apply(gru, &[&zx, &weights[6], &state, &weights[7]]);
    let norm = Op::LayerNorm(LayerNorm { epsilon: 1e-3 });
    let normal = b.apply(norm, &[&along[0], &weights[8], &weights[9]]);
    let x = x + &normal[0];
    let h = (x.matmul(&weights[1]) + &weights[2])
        .relu()
        .reshape(&[16, 10 * 32]);
    let logits = h.matmul(&weights[3]);
    let shifted = &logits - &logits.max(&[-1], true);
    let loss = -(&y * (&shifted - &shifted.exp().sum(&[-1], true).log()))
        .sum(&[-1], false)
        .mean_all();
    let grads = match grad(&loss, &weights) {
        Ok(grads) => grads,
        Err(error) => panic!("{error}"),
    };
    let updates: Vec<(Var, Var)> = weights
        .iter()
        .zip(grads)
        .filter_map(|(w, g)| Some((w.clone(), w - &(g? * 0.1))))
        .collect();
    match b.finish(&[("loss", loss), ("hit", logits.argmax(-1))], &updates) {
        Ok(graph) => graph,
        Err(faults) => panic!("{faults}"),
    }
}

#[test]
fn a_step_allocates_nothing() {
    let b = Builder::new();
    let graph = step(&b);
    for threads in [1, 2] {
        let engine = CpuEngine::new(CpuOptions {
            threads: Some(threads),
            ..CpuOptions::default()
        });
        let (Ok(mut program), mut store) = (engine.compile(&graph), engine.store()) else {
            panic!("no program")
        };
        for input in graph.inputs.iter().filter(|i| i.kind == InputKind::State) {
            let n = input.ty.elements();
            let values: Vec<f64> = (0..n)
                .map(|i| ((i * 37 % 101) as f64 - 50.0) / 200.0)
                .collect();
            store.put(
                &input.name,
                &Tensor::from_f64(DType::F32, input.ty.shape.clone(), &values),
            );
        }
        let ids: Vec<f64> = (0..320).map(|i| f64::from(i * 7 % 50)).collect();
        let ids = Tensor::from_f64(DType::I32, vec![16, 20], &ids);
        let y: Vec<f64> = (0..80)
            .map(|i| f64::from(u8::from(i % 5 == i / 5 % 5)))
            .collect();
        let y = Tensor::from_f64(DType::F32, vec![16, 5], &y);
        let feeds = [&ids, &y];
        let mut losses = vec![0.0; 40];
        // Which thread first meets a task is chance: buffers may grow for a while, but not in every round.
        let quiet = (0..50).any(|_| {
            let before = COUNT.load(Ordering::Relaxed);
            for loss in &mut losses {
                assert!(program.run(store.as_mut(), &feeds).is_ok());
                *loss = program.scalar(0);
            }
            COUNT.load(Ordering::Relaxed) == before
        });
        assert!(quiet, "every round allocates with {threads} threads");
        assert!(losses[39] < 1.0 && losses[39].is_finite(), "{losses:?}");
    }
}
