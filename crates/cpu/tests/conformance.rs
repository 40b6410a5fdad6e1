//! Every case of every op, forward and gradients, against the f64 oracle: at each SIMD level of the machine, with one,
//! two and three threads (equal bits), fused and unfused.

use std::collections::BTreeMap;

use regimen_cpu::simd::Level;
use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::check::{Case, all_cases};
use regimen_graph::{Data, Engine, EngineError, Graph, Plain, Tensor, evaluate};

fn bits(t: &Tensor) -> Vec<u64> {
    match &t.data {
        Data::F32(v) => v.iter().map(|x| u64::from(x.to_bits())).collect(),
        _ => t.to_f64().iter().map(|x| x.to_bits()).collect(),
    }
}

fn run(
    engine: &CpuEngine,
    graph: &Graph,
    inputs: &BTreeMap<String, Tensor>,
) -> Result<Vec<Tensor>, EngineError> {
    let mut program = engine.compile(graph)?;
    let feeds: Vec<&Tensor> = graph.inputs.iter().map(|i| &inputs[&i.name]).collect();
    let mut store = engine.store();
    // Twice: a second run must not see what the first left behind.
    program.run(store.as_mut(), &feeds)?;
    program.run(store.as_mut(), &feeds)?;
    Ok((0..graph.outputs.len())
        .map(|i| program.output(i))
        .collect())
}

/// |a - b| <= 1e-5 max(|b|, scale): the scale is the rms, or for a sum that cancels the size of what is summed.
fn close(got: &Tensor, want: &Plain, scale: Option<f64>) -> Result<(), String> {
    if got.shape != want.shape {
        return Err(format!("shape {:?}, expected {:?}", got.shape, want.shape));
    }
    let finite = want.data.iter().filter(|x| x.is_finite());
    let rms = (finite.map(|x| x * x).sum::<f64>() / want.data.len().max(1) as f64).sqrt();
    let scale = scale.unwrap_or(rms);
    for (i, (a, &b)) in got.to_f64().into_iter().zip(&want.data).enumerate() {
        let same = a == b || a.is_nan() && b.is_nan();
        let wide = if got.dtype() == regimen_graph::DType::BF16 {
            0.01
        } else {
            1e-5
        };
        let near = (a - b).abs() <= wide * b.abs().max(scale);
        if !same && !near {
            return Err(format!(
                "element {i} is {a:e}, expected {b:e} (scale {scale:e})"
            ));
        }
    }
    Ok(())
}

/// What goes wrong with a case, if anything.
fn check(case: &Case, engines: &[(String, CpuEngine)]) -> Vec<String> {
    let graph = case.graph_with_grads();
    let inputs = case.inputs();
    let want = match evaluate(&graph, &case.plain_inputs()) {
        Ok(want) => want,
        Err(error) => return vec![format!("{}: oracle: {error}", case.name)],
    };
    let outputs = want
        .iter()
        .filter(|(name, _)| name.starts_with("out"))
        .flat_map(|(_, out)| &out.data);
    let length = outputs
        .filter(|x| x.is_finite())
        .map(|x| x * x)
        .sum::<f64>()
        .sqrt();
    let mut faults = vec![];
    let mut first: Option<Vec<Vec<u64>>> = None;
    for (name, engine) in engines {
        let results = match run(engine, &graph, &inputs) {
            Ok(results) => results,
            Err(error) => {
                faults.push(format!("{} on {name}: {error}", case.name));
                continue;
            }
        };
        for ((output, _), got) in graph.outputs.iter().zip(&results) {
            if let Err(fault) = close(got, &want[output], (output == "loss").then_some(length)) {
                faults.push(format!("{} on {name}: {output}: {fault}", case.name));
            }
        }
        let now: Vec<Vec<u64>> = results.iter().map(bits).collect();
        if *first.get_or_insert_with(|| now.clone()) != now {
            faults.push(format!(
                "{} on {name}: other bits than on {}",
                case.name, engines[0].0
            ));
        }
    }
    faults
}

fn engine(level: Level, threads: usize) -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(threads),
        level: Some(level),
        memory_limit: None,
    })
}

#[test]
fn every_case_equals_the_oracle_with_equal_bits_for_any_threads() {
    let mut faults = vec![];
    for level in Level::available() {
        let fused = [1, 2, 3].map(|t| (format!("{level:?}, {t} threads"), engine(level, t)));
        let plain = (
            format!("{level:?}, unfused"),
            engine(level, 2).without_fusion(),
        );
        let engines: Vec<_> = fused.into_iter().chain([plain]).collect();
        all_cases()
            .iter()
            .for_each(|case| faults.extend(check(case, &engines)));
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
