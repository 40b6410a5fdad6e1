//! The builder: an append-only list of nodes behind a shared handle.
//!
//! Building never fails half-way. An op that refuses its inputs leaves a fault with the current
//! layer path, and a value of the type that was most likely meant, so that later faults are found
//! too. [`Builder::finish`] returns all faults at once.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use crate::low_rank::LowRank;
use crate::shape::TOO_MANY;
use crate::{
    Edge, Fault, Graph, InputDecl, InputKind, ModelFault, ModelFaults, Node, Op, Tensor, Type, Var,
    ops::{Constant, Input},
};

/// A graph under construction. Cloning gives another handle to the same graph.
#[derive(Clone, Default)]
pub struct Builder(pub(crate) Rc<RefCell<State>>);

#[derive(Default)]
pub(crate) struct State {
    pub(crate) nodes: Vec<Node>,
    pub(crate) inputs: Vec<InputDecl>,
    pub(crate) faults: Vec<ModelFault>,
    pub(crate) path: Vec<String>,
    pub(crate) backward: bool,
    /// Nodes whose type is unknown because of an earlier fault.
    pub(crate) broken: std::collections::BTreeSet<usize>,
    /// Sums of a value and a product of low rank, by their node.
    pub(crate) low_rank: BTreeMap<usize, LowRank>,
}

impl State {
    fn path(&self) -> Arc<str> {
        self.path.join("/").into()
    }
}

impl Builder {
    /// An empty graph.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Runs `f` with `name` appended to the layer path.
    pub fn within<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        self.0.borrow_mut().path.push(name.to_string());
        let result = f();
        self.0.borrow_mut().path.pop();
        result
    }

    /// Nodes so far.
    pub fn len(&self) -> usize {
        self.0.borrow().nodes.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The current layer path.
    pub fn path(&self) -> String {
        self.0.borrow().path.join("/")
    }

    /// A named input; the same name gives the same input again.
    pub fn input(&self, name: &str, ty: Type, kind: InputKind) -> Var {
        let known = self.0.borrow().inputs.iter().position(|i| i.name == name);
        if let Some(index) = known {
            let found = self.0.borrow().inputs[index].ty.clone();
            if found != ty {
                self.fault(
                    "Input",
                    Fault::new(
                        format!("`{name}` declared as {ty}"),
                        format!("{found} as before"),
                        "Give the input one type.",
                    ),
                );
            }
            let node = self
                .0
                .borrow()
                .nodes
                .iter()
                .position(|n| n.op == Op::Input(Input { index }));
            return Var {
                builder: self.clone(),
                edge: Edge {
                    node: node.unwrap_or(0),
                    out: 0,
                },
            };
        }
        let mut state = self.0.borrow_mut();
        let index = state.inputs.len();
        state.inputs.push(InputDecl {
            name: name.to_string(),
            ty: ty.clone(),
            kind,
        });
        drop(state);
        self.node(Op::Input(Input { index }), vec![], vec![ty])
    }

    /// A constant.
    pub fn constant(&self, value: Tensor) -> Var {
        let ty = value.ty();
        self.node(
            Op::Constant(Constant {
                value: Arc::new(value),
            }),
            vec![],
            vec![ty],
        )
    }

    /// A float32 scalar constant.
    pub fn scalar(&self, x: f64) -> Var {
        self.constant(Tensor::scalar(x as f32))
    }

    /// Notes a fault at the current layer path.
    pub fn fault(&self, op: &str, fault: Fault) {
        let mut state = self.0.borrow_mut();
        let path = state.path.join("/");
        state.faults.push(ModelFault {
            path,
            op: op.to_string(),
            fault,
        });
    }

    /// The faults so far.
    pub fn faults(&self) -> Vec<ModelFault> {
        self.0.borrow().faults.clone()
    }

    /// A value of a known type after a fault that a layer has noted itself.
    pub fn placeholder(&self, ty: Type) -> Var {
        self.constant(Tensor::zeros(&Type::new(ty.dtype, vec![1; ty.rank()])))
            .broadcast_to(&ty.shape)
    }

    /// Appends an op; its outputs, one `Var` each.
    pub fn apply(&self, op: Op, inputs: &[&Var]) -> Vec<Var> {
        if let Some(written) = self.by_factors(&op, inputs) {
            return vec![written];
        }
        let types: Vec<Type> = inputs.iter().map(|v| v.ty()).collect();
        let edges: Vec<Edge> = inputs.iter().map(|v| v.edge).collect();
        let broken = edges
            .iter()
            .any(|e| self.0.borrow().broken.contains(&e.node));
        let (types, broken) = match op.rule().types(&types).and_then(addressable) {
            Ok(types) => (types, broken),
            Err(_) if broken => (vec![types.first().cloned().unwrap_or(scalar_type())], true),
            Err(fault) => {
                let meant = fault.meant.clone();
                self.fault(op.rule().name(), fault);
                match meant {
                    Some(types) => (types, false),
                    None => (vec![types.first().cloned().unwrap_or(scalar_type())], true),
                }
            }
        };
        let n = op.rule().outputs();
        let types = padded(types, n);
        let first = self.node(op, edges, types);
        if broken {
            self.0.borrow_mut().broken.insert(first.edge.node);
        }
        (0..n)
            .map(|out| Var {
                builder: self.clone(),
                edge: Edge {
                    node: first.edge.node,
                    out,
                },
            })
            .collect()
    }

    pub(crate) fn node(&self, op: Op, inputs: Vec<Edge>, types: Vec<Type>) -> Var {
        let mut state = self.0.borrow_mut();
        let (path, backward) = (state.path(), state.backward);
        state.nodes.push(Node {
            op,
            inputs,
            types,
            path,
            backward,
        });
        let node = state.nodes.len() - 1;
        drop(state);
        Var {
            builder: self.clone(),
            edge: Edge { node, out: 0 },
        }
    }

    /// Copies a finished graph in, its inputs replaced by `inputs` (in order); its outputs.
    pub fn inline(&self, graph: &Graph, inputs: &[Var]) -> Vec<Var> {
        let mut place: Vec<usize> = Vec::with_capacity(graph.nodes.len());
        for node in &graph.nodes {
            if let Op::Input(Input { index }) = node.op {
                place.push(usize::MAX - index);
                continue;
            }
            let edges = node
                .inputs
                .iter()
                .map(|e| resolve(&place, inputs, *e))
                .collect();
            place.push(
                self.node(node.op.clone(), edges, node.types.clone())
                    .edge
                    .node,
            );
        }
        let edge = |e: Edge| Var {
            builder: self.clone(),
            edge: resolve(&place, inputs, e),
        };
        graph.outputs.iter().map(|(_, e)| edge(*e)).collect()
    }

    /// Freezes the part of the graph that outputs and updates need. `updates` pairs state inputs with
    /// their next values. All inputs stay declared, used or not, in order of declaration.
    pub fn finish(
        &self,
        outputs: &[(&str, Var)],
        updates: &[(Var, Var)],
    ) -> Result<Graph, ModelFaults> {
        let state = self.0.borrow();
        if !state.faults.is_empty() {
            return Err(ModelFaults(state.faults.clone()));
        }
        let roots = outputs
            .iter()
            .map(|o| &o.1)
            .chain(updates.iter().flat_map(|u| [&u.0, &u.1]));
        let mut used = vec![false; state.nodes.len()];
        let mut stack: Vec<usize> = roots.map(|v| v.edge.node).collect();
        while let Some(node) = stack.pop() {
            if !std::mem::replace(&mut used[node], true) {
                stack.extend(state.nodes[node].inputs.iter().map(|e| e.node));
            }
        }
        for (i, node) in state.nodes.iter().enumerate() {
            used[i] |= matches!(node.op, Op::Input(_));
        }
        let mut place = BTreeMap::new();
        let mut graph = Graph {
            inputs: state.inputs.clone(),
            ..Graph::default()
        };
        let moved = |place: &BTreeMap<usize, usize>, e: Edge| Edge {
            node: place[&e.node],
            out: e.out,
        };
        for (i, node) in state.nodes.iter().enumerate().filter(|(i, _)| used[*i]) {
            let inputs = node.inputs.iter().map(|e| moved(&place, *e)).collect();
            place.insert(i, graph.nodes.len());
            graph.nodes.push(Node {
                inputs,
                ..node.clone()
            });
        }
        graph.outputs = outputs
            .iter()
            .map(|(n, v)| (n.to_string(), moved(&place, v.edge)))
            .collect();
        for (input, next) in updates {
            let Op::Input(Input { index }) = state.nodes[input.edge.node].op else {
                let path = state.nodes[input.edge.node].path.to_string();
                let fault = Fault::new(
                    "an update of a computed value",
                    "a state input",
                    "Update state inputs only.",
                );
                return Err(ModelFaults(vec![ModelFault {
                    path,
                    op: "update".into(),
                    fault,
                }]));
            };
            let (want, got) = (
                &state.inputs[index].ty,
                &state.nodes[next.edge.node].types[next.edge.out],
            );
            if want != got {
                let fault = Fault::new(
                    format!(
                        "a next value of type {got} for `{}`",
                        state.inputs[index].name
                    ),
                    want.to_string(),
                    "Keep the type of state.",
                );
                return Err(ModelFaults(vec![ModelFault {
                    path: String::new(),
                    op: "update".into(),
                    fault,
                }]));
            }
            graph.updates.push((index, moved(&place, next.edge)));
        }
        Ok(graph)
    }
}

fn resolve(place: &[usize], inputs: &[Var], e: Edge) -> Edge {
    let at = place[e.node];
    // Input nodes are marked by counting down from usize::MAX.
    if usize::MAX - at < inputs.len() {
        inputs[usize::MAX - at].edge
    } else {
        Edge {
            node: at,
            out: e.out,
        }
    }
}

/// Refuses arrays that no machine holds, so that sizes in bytes can be counted without care.
fn addressable(types: Vec<Type>) -> Result<Vec<Type>, Fault> {
    match types.iter().find(|ty| ty.elements() >= TOO_MANY) {
        None => Ok(types),
        Some(ty) => {
            let mend = "Check the sizes; one of them is far too large.";
            Err(Fault::new(
                format!("a result of type {ty}"),
                "fewer than 2^48 elements",
                mend,
            ))
        }
    }
}

/// As many types as the op has outputs, whatever a fault had to say.
fn padded(mut types: Vec<Type>, n: usize) -> Vec<Type> {
    let last = types.last().cloned().unwrap_or(scalar_type());
    types.resize(n, last);
    types
}

fn scalar_type() -> Type {
    Type::new(crate::DType::F32, vec![])
}
