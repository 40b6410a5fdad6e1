//! The reference engine: the oracle behind the engine's interface.
//!
//! Slow and obvious. State is rounded to its declared type after each run, everything between is f64. Trainers are
//! tested on it, and engines against it.

use std::any::Any;
use std::collections::BTreeMap;

use crate::{Engine, EngineError, Graph, InputKind, Plain, Program, Store, Tensor, Type, evaluate};

/// Runs any graph by the oracle.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reference;

impl Engine for Reference {
    fn name(&self) -> String {
        "reference (f64)".to_string()
    }

    fn compile(&self, graph: &Graph) -> Result<Box<dyn Program>, EngineError> {
        Ok(Box::new(ReferenceProgram {
            graph: graph.clone(),
            outputs: vec![],
        }))
    }

    fn store(&self) -> Box<dyn Store> {
        Box::new(ReferenceStore::default())
    }
}

#[derive(Default)]
struct ReferenceStore(BTreeMap<String, Tensor>);

impl Store for ReferenceStore {
    fn put(&mut self, name: &str, value: &Tensor) {
        self.0.insert(name.to_string(), value.clone());
    }

    fn put_part(&mut self, name: &str, from: usize, part: &Tensor) {
        let Some(value) = self.0.get_mut(name).filter(|v| v.dtype() == part.dtype()) else {
            return;
        };
        let mut numbers = value.to_f64();
        if let Some(to) = numbers.get_mut(from..from + part.len()) {
            to.copy_from_slice(&part.to_f64());
            *value = Tensor::from_f64(value.dtype(), value.shape.clone(), &numbers);
        }
    }

    fn get(&self, name: &str) -> Option<Tensor> {
        self.0.get(name).cloned()
    }

    fn ty(&self, name: &str) -> Option<Type> {
        self.0.get(name).map(Tensor::ty)
    }

    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

struct ReferenceProgram {
    graph: Graph,
    outputs: Vec<Tensor>,
}

impl ReferenceProgram {
    /// Runs once; where it `stops` on the guard, gives false.
    fn step(
        &mut self,
        store: &mut dyn Store,
        feeds: &[&Tensor],
        stops: bool,
    ) -> Result<bool, EngineError> {
        let mut inputs = BTreeMap::new();
        let mut feeds = feeds.iter();
        for decl in &self.graph.inputs {
            let value = match decl.kind {
                InputKind::State => store
                    .get(&decl.name)
                    .ok_or_else(|| EngineError::MissingState(decl.name.clone()))?,
                InputKind::Feed => match feeds.next() {
                    Some(feed) => (*feed).clone(),
                    None => return Err(EngineError::MissingState(decl.name.clone())),
                },
            };
            if value.ty() != decl.ty {
                let (found, expected) = (value.ty().to_string(), decl.ty.to_string());
                return Err(EngineError::WrongType {
                    name: decl.name.clone(),
                    found,
                    expected,
                });
            }
            inputs.insert(decl.name.clone(), Plain::of(&value));
        }
        // Outputs and updates may share names, so each is asked for apart.
        let only = |outputs: bool| Graph {
            outputs: if outputs {
                self.graph.outputs.clone()
            } else {
                vec![]
            },
            updates: if outputs {
                vec![]
            } else {
                self.graph.updates.clone()
            },
            ..self.graph.clone()
        };
        let run = |graph: &Graph| {
            evaluate(graph, &inputs).map_err(|e| EngineError::Internal(e.to_string()))
        };
        let results = run(&only(true))?;
        let named = self.graph.outputs.iter();
        self.outputs = named
            .map(|(name, edge)| results[name].to_tensor(self.graph.ty(*edge).dtype))
            .collect();
        if stops && self.is_stopped() {
            return Ok(false);
        }
        for (name, value) in run(&only(false))? {
            let dtype = self
                .graph
                .inputs
                .iter()
                .find(|i| i.name == name)
                .map(|i| i.ty.dtype);
            store.put(&name, &value.to_tensor(dtype.unwrap_or(crate::DType::F32)));
        }
        Ok(true)
    }

    /// Whether the guard's output is not finite.
    fn is_stopped(&self) -> bool {
        let guard = self.graph.guard.and_then(|i| self.outputs.get(i));
        guard.is_some_and(|t| t.to_f64().iter().any(|x| !x.is_finite()))
    }
}

impl Program for ReferenceProgram {
    fn run(&mut self, store: &mut dyn Store, feeds: &[&Tensor]) -> Result<(), EngineError> {
        self.step(store, feeds, false).map(drop)
    }

    fn run_guarded(
        &mut self,
        store: &mut dyn Store,
        feeds: &[&Tensor],
    ) -> Result<bool, EngineError> {
        self.step(store, feeds, true)
    }

    fn output(&self, index: usize) -> Tensor {
        self.outputs[index].clone()
    }

    fn scalar(&self, index: usize) -> f64 {
        self.outputs
            .get(index)
            .map(Tensor::to_f64)
            .and_then(|v| v.first().copied())
            .unwrap_or(f64::NAN)
    }

    fn memory(&self) -> usize {
        0
    }
}
