//! The ONNX graph under construction: nodes, initializers, names, and sizes that are computed when it runs.

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::{DType, Data, Tensor};

use super::message::{self, Attr, BFLOAT16, Draft};
use super::proto::Message;
use super::size::{Size, Symbol};

/// A graph under construction.
pub(super) struct Emitter {
    /// Path of the layer whose nodes are being written.
    pub(super) at: String,
    /// Names of inputs, and the axis, where an open size is read.
    places: Vec<(String, usize)>,
    /// The graph's own nodes, and those of bodies that are not closed yet.
    levels: Vec<Vec<Draft>>,
    initializers: Vec<(String, Message)>,
    constants: BTreeMap<(Vec<usize>, DType, Vec<u8>), String>,
    computed: BTreeMap<Vec<Size>, String>,
    taken: BTreeSet<String>,
}

impl Emitter {
    /// An empty graph; `reserved` are the names of its inputs and outputs.
    pub(super) fn new(places: Vec<(String, usize)>, reserved: &[String]) -> Emitter {
        Emitter {
            at: String::new(),
            places,
            levels: vec![vec![]],
            initializers: vec![],
            constants: BTreeMap::new(),
            computed: BTreeMap::new(),
            taken: reserved.iter().cloned().collect(),
        }
    }

    /// A name that nothing else has: the layer's path and what it is.
    pub(super) fn name(&mut self, what: &str) -> String {
        let base = match self.at.as_str() {
            "" => what.to_owned(),
            path => format!("{path}/{what}"),
        };
        self.free(base)
    }

    fn free(&mut self, base: String) -> String {
        let mut name = base.clone();
        let mut count = 0;
        while !self.taken.insert(name.clone()) {
            count += 1;
            name = format!("{base}_{count}");
        }
        name
    }

    /// A node with several outputs.
    pub(super) fn nodes(
        &mut self,
        op: &'static str,
        inputs: &[&str],
        attrs: Vec<(&'static str, Attr)>,
        outputs: usize,
    ) -> Vec<String> {
        let outputs: Vec<String> = (0..outputs).map(|_| self.name(op)).collect();
        self.push(op, inputs, attrs, outputs.clone());
        outputs
    }

    /// A node; its output.
    pub(super) fn node(
        &mut self,
        op: &'static str,
        inputs: &[&str],
        attrs: Vec<(&'static str, Attr)>,
    ) -> String {
        let output = self.name(op);
        self.push(op, inputs, attrs, vec![output.clone()]);
        output
    }

    /// A node without attributes; its output.
    pub(super) fn plain(&mut self, op: &'static str, inputs: &[&str]) -> String {
        self.node(op, inputs, vec![])
    }

    /// A node whose outputs have these names.
    pub(super) fn push(
        &mut self,
        op: &'static str,
        inputs: &[&str],
        attrs: Vec<(&'static str, Attr)>,
        outputs: Vec<String>,
    ) {
        let draft = Draft {
            op,
            inputs: inputs.iter().map(|&name| name.to_owned()).collect(),
            outputs,
            attrs,
        };
        // There is always a level: the graph's own.
        if let Some(level) = self.levels.last_mut() {
            level.push(draft);
        }
    }

    /// Whether a body is open.
    pub(super) fn inside_body(&self) -> bool {
        self.levels.len() > 1
    }

    /// Nodes from here on belong to a body.
    pub(super) fn open_body(&mut self) {
        self.levels.push(vec![]);
    }

    /// The nodes since the body was opened.
    pub(super) fn close_body(&mut self) -> Vec<Draft> {
        match self.levels.len() {
            1 => vec![],
            _ => self.levels.pop().unwrap_or_default(),
        }
    }

    /// The weight at a path.
    pub(super) fn weight(&mut self, path: &str, shape: &[usize]) -> String {
        let name = self.free(path.to_owned());
        // Its numbers are asked for by its path in the model, whatever it is called here.
        let message = message::weight(&name, path, shape);
        self.initializers.push((name.clone(), message));
        name
    }

    /// A constant; equal ones are written once.
    pub(super) fn constant(&mut self, value: &Tensor) -> String {
        let rounded = match value.dtype() {
            DType::BF16 => &Tensor::from_f64(DType::F32, value.shape.clone(), &value.to_f64()),
            _ => value,
        };
        let mut bytes = vec![];
        // invariant: a vector takes all that is written to it.
        let _written = crate::keras::put(&mut bytes, rounded);
        let key = (rounded.shape.clone(), rounded.dtype(), bytes);
        if let Some(known) = self.constants.get(&key) {
            return known.clone();
        }
        let name = self.free("constant".to_owned());
        self.initializers
            .push((name.clone(), message::tensor(&name, rounded)));
        self.constants.insert(key, name.clone());
        name
    }

    /// A scalar constant.
    pub(super) fn scalar(&mut self, dtype: DType, value: f64) -> String {
        self.constant(&Tensor::from_f64(dtype, vec![], &[value]))
    }

    /// A list of int64: axes, shapes.
    pub(super) fn ints(&mut self, values: &[i64]) -> String {
        self.constant(&Tensor {
            shape: vec![values.len()],
            data: Data::I64(values.to_vec()),
        })
    }

    /// Sizes as a list of int64: a constant where nothing is open, otherwise computed from shapes.
    pub(super) fn sizes(&mut self, sizes: &[Size]) -> String {
        if sizes.iter().all(|size| size.terms.is_empty()) {
            return self.ints(&sizes.iter().map(|size| size.plus).collect::<Vec<_>>());
        }
        if let Some(known) = self.computed.get(sizes) {
            return known.clone();
        }
        let name = match sizes {
            [size] => self.one_size(size),
            _ => {
                let each: Vec<String> = sizes
                    .iter()
                    .map(|size| self.sizes(std::slice::from_ref(size)))
                    .collect();
                let each: Vec<&str> = each.iter().map(String::as_str).collect();
                self.before("Concat", &each, vec![("axis", Attr::Int(0))])
            }
        };
        self.computed.insert(sizes.to_vec(), name.clone());
        name
    }

    fn one_size(&mut self, size: &Size) -> String {
        let mut sum: Option<String> = None;
        for (factor, symbols) in &size.terms {
            let mut product: Option<String> = None;
            for symbol in symbols {
                let each = self.symbol(symbol);
                product = Some(match product {
                    Some(before) => self.before("Mul", &[&before, &each], vec![]),
                    None => each,
                });
            }
            let factor_name = self.ints(&[*factor]);
            let term = match product {
                Some(product) if *factor == 1 => product,
                Some(product) => self.before("Mul", &[&product, &factor_name], vec![]),
                None => factor_name,
            };
            sum = Some(match sum {
                Some(before) => self.before("Add", &[&before, &term], vec![]),
                None => term,
            });
        }
        let plus = self.ints(&[size.plus]);
        match sum {
            Some(sum) if size.plus == 0 => sum,
            Some(sum) => self.before("Add", &[&sum, &plus], vec![]),
            None => plus,
        }
    }

    /// A size, read off the shape of an input or another value.
    fn symbol(&mut self, symbol: &Symbol) -> String {
        let size = vec![Size {
            plus: 0,
            terms: vec![(1, vec![symbol.clone()])],
        }];
        if let Some(known) = self.computed.get(&size) {
            return known.clone();
        }
        let (value, axis) = match symbol {
            Symbol::Open(symbol) => self.places[*symbol].clone(),
            Symbol::Of(value, axis) => (value.clone(), *axis),
        };
        let axis = axis as i64;
        let attrs = vec![("start", Attr::Int(axis)), ("end", Attr::Int(axis + 1))];
        let name = self.before("Shape", &[&value], attrs);
        self.computed.insert(size, name.clone());
        name
    }

    /// A node that computes sizes: in the graph itself, where bodies can read it too.
    fn before(
        &mut self,
        op: &'static str,
        inputs: &[&str],
        attrs: Vec<(&'static str, Attr)>,
    ) -> String {
        let output = self.free(format!("sizes/{op}"));
        let draft = Draft {
            op,
            inputs: inputs.iter().map(|&name| name.to_owned()).collect(),
            outputs: vec![output.clone()],
            attrs,
        };
        if let Some(level) = self.levels.first_mut() {
            level.push(draft);
        }
        output
    }

    /// The value in another type. bfloat16 is float32 rounded on the way.
    pub(super) fn cast(&mut self, x: &str, to: DType) -> String {
        let into = |kind| vec![("to", Attr::Int(kind))];
        match to {
            DType::BF16 => {
                let short = self.node("Cast", &[x], into(BFLOAT16));
                self.node("Cast", &[&short], into(message::data_type(DType::F32)))
            }
            _ => self.node("Cast", &[x], into(message::data_type(to))),
        }
    }

    /// Nodes and initializers that the outputs need.
    pub(super) fn finish(self, outputs: &[String]) -> (Vec<Draft>, Vec<Message>) {
        let all: Vec<Draft> = self.levels.into_iter().flatten().collect();
        let mut wanted: BTreeSet<String> = outputs.iter().cloned().collect();
        let mut kept = vec![];
        for draft in all.into_iter().rev() {
            if draft.outputs.iter().any(|name| wanted.contains(name)) {
                wanted.extend(draft.reads().cloned());
                kept.push(draft);
            }
        }
        kept.reverse();
        let needed = |(name, _): &(String, Message)| wanted.contains(name);
        let initializers = self.initializers.into_iter().filter(needed);
        (kept, initializers.map(|(_, message)| message).collect())
    }
}
