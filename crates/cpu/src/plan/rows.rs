//! Finds the tables whose rows may wait (`crate::rows`) and takes their updates out of the graph.
//!
//! A table is a state that is read by nothing but gathers, and whose gradient, a scatter of rows, goes nowhere but into
//! one of the optimizers that are known here, written as `nn` writes them. Anything else between (clipping, a penalty, a
//! constraint, a moving average of weights, another optimizer) leaves the dense update in its place.

use std::collections::BTreeMap;

use regimen_graph::ops::{Binary, BinaryKind, Input, Unary, UnaryKind};
use regimen_graph::{DType, Edge, Graph, InputKind, Op, elements};

use super::simplify::prune;
use crate::rows::{Form, Rule};

/// Numbers of a table from which waiting pays.
const WORTHWHILE: usize = 1 << 16;

/// An optimizer's step on the rows of a table.
#[derive(Debug, Clone)]
pub(crate) struct RowStep {
    pub(crate) rule: Rule,
    /// Graph inputs: the table and its slots.
    pub(crate) inputs: Vec<usize>,
    /// Rows and numbers of a row.
    pub(crate) size: [usize; 2],
    /// Ids and their gradients.
    pub(crate) ids: Edge,
    pub(crate) grads: Edge,
    /// The rate, and the learning rate that weight decay goes by.
    pub(crate) rates: [Edge; 2],
}

impl RowStep {
    fn edges(&mut self) -> [&mut Edge; 4] {
        let [rate, lr] = &mut self.rates;
        [&mut self.ids, &mut self.grads, rate, lr]
    }

    /// What the step reads.
    pub(crate) fn reads(&self) -> [Edge; 4] {
        [self.ids, self.grads, self.rates[0], self.rates[1]]
    }
}

/// A formula of an update.
enum Term {
    /// The table, with or without weight decay.
    W,
    G,
    /// A slot before the step.
    Slot(usize),
    /// A slot after it.
    Next(usize),
    /// The learning rate, or Adam's α.
    Rate,
    /// A number of the rule.
    Number(usize),
    One(UnaryKind, &'static Term),
    Two(BinaryKind, &'static Term, &'static Term),
}

use BinaryKind::{Add, Div, Mul, Sub};
use Term::{G, Next, Number, One, Rate, Slot, Two, W};
use UnaryKind::{Sqrt, Square};

/// An optimizer: the new w, the new slots, and the rule of the numbers found.
struct Template {
    w: Term,
    slots: &'static [Term],
    form: fn(&[f32]) -> Form,
}

const STEP: Term = Two(Mul, &G, &Rate);
const TEMPLATES: [Template; 8] = [
    Template {
        w: Two(Sub, &W, &STEP),
        slots: &[],
        form: |_| Form::Plain,
    },
    Template {
        w: Two(Add, &W, &Next(0)),
        slots: &[Two(Sub, &Two(Mul, &Slot(0), &Number(0)), &STEP)],
        form: |n| Form::Momentum {
            mu: n[0],
            nesterov: false,
        },
    },
    Template {
        w: Two(Add, &W, &Two(Sub, &Two(Mul, &Next(0), &Number(0)), &STEP)),
        slots: &[Two(Sub, &Two(Mul, &Slot(0), &Number(0)), &STEP)],
        form: |n| Form::Momentum {
            mu: n[0],
            nesterov: true,
        },
    },
    Template {
        w: Two(
            Sub,
            &W,
            &Two(
                Div,
                &Two(Mul, &Next(0), &Rate),
                &Two(Add, &One(Sqrt, &Next(1)), &Number(2)),
            ),
        ),
        slots: &[
            Two(
                Add,
                &Slot(0),
                &Two(Mul, &Two(Sub, &G, &Slot(0)), &Number(0)),
            ),
            Two(
                Add,
                &Slot(1),
                &Two(Mul, &Two(Sub, &One(Square, &G), &Slot(1)), &Number(1)),
            ),
        ],
        form: |n| Form::Adam {
            c1: n[0],
            c2: n[1],
            epsilon: n[2],
        },
    },
    rms_prop(OVER_ROOT_OF_SUM, |n| rms_prop_form(n, false)),
    rms_prop(OVER_SUM_OF_ROOT, |n| rms_prop_form(n, true)),
    adagrad(OVER_ROOT_OF_SUM, |n| Form::Adagrad {
        epsilon: n[0],
        outside: false,
    }),
    adagrad(OVER_SUM_OF_ROOT, |n| Form::Adagrad {
        epsilon: n[0],
        outside: true,
    }),
];

const OVER_ROOT_OF_SUM: Term = Two(
    Sub,
    &W,
    &Two(Div, &STEP, &One(Sqrt, &Two(Add, &Next(0), &Number(0)))),
);
const OVER_SUM_OF_ROOT: Term = Two(
    Sub,
    &W,
    &Two(Div, &STEP, &Two(Add, &One(Sqrt, &Next(0)), &Number(0))),
);

const fn rms_prop(w: Term, form: fn(&[f32]) -> Form) -> Template {
    Template {
        w,
        slots: &[Two(
            Add,
            &Two(Mul, &Slot(0), &Number(1)),
            &Two(Mul, &One(Square, &G), &Number(2)),
        )],
        form,
    }
}

fn rms_prop_form(n: &[f32], outside: bool) -> Form {
    Form::RmsProp {
        epsilon: n[0],
        rho: n[1],
        share: n[2],
        outside,
    }
}

const fn adagrad(w: Term, form: fn(&[f32]) -> Form) -> Template {
    Template {
        w,
        slots: &[Two(Add, &Slot(0), &One(Square, &G))],
        form,
    }
}

/// The graph without the updates that were found, and these.
pub(crate) fn extract(graph: Graph) -> (Graph, Vec<RowStep>) {
    let mut graph = graph;
    let mut found: Vec<RowStep> = vec![];
    let states: Vec<usize> = graph.updates.iter().map(|u| u.0).collect();
    for input in states {
        let update = graph.updates.iter().find(|u| u.0 == input).copied();
        let matched = update.and_then(|(_, next)| {
            let of = |template| Match::of(&graph, input, next, template);
            TEMPLATES.iter().find_map(of)
        });
        let Some(step) = matched.filter(|step| step.rule.is_exact()) else {
            continue;
        };
        let mut rest = graph.clone();
        rest.updates
            .retain(|(state, _)| !step.inputs.contains(state));
        let mut steps = found.clone();
        steps.push(step);
        let rest = prune(rest, steps.iter_mut().flat_map(RowStep::edges));
        if is_left_to_gathers(&rest, &steps[steps.len() - 1]) {
            (graph, found) = (rest, steps);
        }
    }
    (graph, found)
}

/// Whether only gathers read the table by now, nothing the slots, and the scatter of its gradient is gone.
fn is_left_to_gathers(graph: &Graph, step: &RowStep) -> bool {
    let node = |input: usize| {
        let op = Op::Input(Input { index: input });
        graph.nodes.iter().position(|n| n.op == op)
    };
    let nodes: Vec<usize> = step.inputs.iter().filter_map(|&i| node(i)).collect();
    let outputs = graph.outputs.iter().map(|o| o.1);
    let mut results = outputs.chain(graph.updates.iter().map(|u| u.1));
    let reads_well = |op: &Op, inputs: &[Edge]| {
        (inputs.iter().enumerate()).all(|(at, e)| match nodes.iter().position(|n| *n == e.node) {
            None => true,
            Some(which) => which == 0 && at == 0 && *op == Op::Gather(regimen_graph::ops::Gather),
        })
    };
    let scattered = |op: &Op, inputs: &[Edge]| {
        matches!(op, Op::ScatterAdd(_)) && inputs == [step.ids, step.grads]
    };
    nodes.len() == step.inputs.len()
        && !results.any(|e| nodes.contains(&e.node))
        && (graph.nodes.iter())
            .all(|n| reads_well(&n.op, &n.inputs) && !scattered(&n.op, &n.inputs))
}

/// What the letters of a template stand for in a graph.
struct Match<'a> {
    graph: &'a Graph,
    template: &'a Template,
    table: Edge,
    /// Edges by letter: gradient, rate, learning rate of the decay.
    edges: BTreeMap<&'static str, Edge>,
    slots: BTreeMap<usize, usize>,
    numbers: BTreeMap<usize, f32>,
    decay: Option<f32>,
}

impl<'a> Match<'a> {
    fn of(graph: &'a Graph, input: usize, next: Edge, template: &'a Template) -> Option<RowStep> {
        let decl = graph
            .inputs
            .get(input)
            .filter(|i| i.kind == InputKind::State)?;
        let shape = &decl.ty.shape;
        let fits = decl.ty.dtype == DType::F32
            && shape.len() > 1
            && (WORTHWHILE..1 << 40).contains(&elements(shape))
            && shape[0] < u32::MAX as usize;
        let op = Op::Input(Input { index: input });
        let node = graph.nodes.iter().position(|n| fits && n.op == op)?;
        let mut found = Match {
            graph,
            template,
            table: Edge { node, out: 0 },
            edges: BTreeMap::new(),
            slots: BTreeMap::new(),
            numbers: BTreeMap::new(),
            decay: None,
        };
        if !found.term(&template.w, next) {
            return None;
        }
        let scatter = &graph.nodes[found.edges.get("g")?.node];
        let Op::ScatterAdd(_) = scatter.op else {
            return None;
        };
        let rate = *found.edges.get("rate")?;
        let lr = found.edges.get("lr").copied().unwrap_or(rate);
        let numbers: Vec<f32> = found.numbers.values().copied().collect();
        let mut inputs = vec![input];
        for slot in 0..template.slots.len() {
            inputs.push(*found.slots.get(&slot)?);
        }
        let same = |i: &usize| graph.inputs[*i].ty == decl.ty;
        inputs.iter().all(same).then(|| RowStep {
            rule: Rule {
                form: (template.form)(&numbers),
                decay: found.decay,
            },
            inputs,
            size: [shape[0], elements(&shape[1..])],
            ids: scatter.inputs[0],
            grads: scatter.inputs[1],
            rates: [rate, lr],
        })
    }

    /// Whether the value is what the term says, given what is known of the letters.
    fn term(&mut self, term: &Term, e: Edge) -> bool {
        let graph = self.graph;
        let node = &graph.nodes[e.node];
        match term {
            W => e == self.table || self.decayed(e),
            G => self.letter("g", e),
            Rate => graph.ty(e).elements() == 1 && self.letter("rate", e),
            Number(i) => number(graph, e)
                .is_some_and(|x| self.numbers.entry(*i).or_insert(x).to_bits() == x.to_bits()),
            Slot(i) => match node.op {
                Op::Input(Input { index }) => *self.slots.entry(*i).or_insert(index) == index,
                _ => false,
            },
            Next(i) => {
                let updates = &graph.updates;
                let template = self.template;
                self.term(&template.slots[*i], e)
                    && (self.slots.get(i)).is_some_and(|slot| updates.contains(&(*slot, e)))
            }
            One(kind, x) => {
                node.op == Op::Unary(Unary { kind: *kind }) && self.term(x, node.inputs[0])
            }
            Two(kind, x, y) => {
                node.op == Op::Binary(Binary { kind: *kind })
                    && self.term(x, node.inputs[0])
                    && self.term(y, node.inputs[1])
            }
        }
    }

    fn letter(&mut self, name: &'static str, e: Edge) -> bool {
        *self.edges.entry(name).or_insert(e) == e
    }

    /// w - w decay lr.
    fn decayed(&mut self, e: Edge) -> bool {
        let two = |e: Edge, kind: BinaryKind| {
            let node = &self.graph.nodes[e.node];
            (node.op == Op::Binary(Binary { kind })).then(|| (node.inputs[0], node.inputs[1]))
        };
        let parts = two(e, Sub).and_then(|(w, less)| {
            let (product, lr) = two(less, Mul)?;
            let (table, decay) = two(product, Mul)?;
            let whole = w == self.table && table == w && self.graph.ty(lr).elements() == 1;
            Some((number(self.graph, decay).filter(|_| whole)?, lr))
        });
        let Some((decay, lr)) = parts else {
            return false;
        };
        self.decay = Some(decay);
        self.letter("lr", lr)
    }
}

/// The value of a constant that is one number everywhere.
fn number(graph: &Graph, e: Edge) -> Option<f32> {
    match &graph.nodes[e.node].op {
        Op::Constant(c) if c.value.len() == 1 => c.value.to_f64().first().map(|x| *x as f32),
        Op::Broadcast(_) => number(graph, graph.nodes[e.node].inputs[0]),
        _ => None,
    }
}
