//! The messages of an ONNX file. Field numbers are those of onnx/onnx.proto (IR version 8), named beside each.

use regimen_graph::{DType, Tensor};

use super::proto::Message;
use super::size::Size;
use crate::keras::put;

/// The operator set: 17 has LayerNormalization, and every onnxruntime since 1.12 (2022) reads it; later ones bring nothing
/// that these files need.
pub(super) const OPSET: i64 = 17;
/// The IR version that came with opset 17.
const IR: i64 = 8;

/// `TensorProto.DataType` of an element type. bfloat16 is kept as float32 that was rounded: few kernels compute in it.
pub(super) fn data_type(dtype: DType) -> i64 {
    match dtype {
        DType::F32 | DType::BF16 => 1,
        DType::U8 => 2,
        DType::I32 => 6,
        DType::I64 => 7,
        DType::Bool => 9,
        DType::F64 => 11,
    }
}

/// `TensorProto.DataType.BFLOAT16`.
pub(super) const BFLOAT16: i64 = 16;

/// The value of an attribute.
#[derive(Debug, Clone)]
pub(super) enum Attr {
    /// INT.
    Int(i64),
    /// INTS.
    Ints(Vec<i64>),
    /// FLOAT.
    Float(f32),
    /// STRING.
    Text(&'static str),
    /// GRAPH, with the names of outside that it reads.
    Body(Message, Vec<String>),
}

/// A node before it is written.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The operator.
    pub(super) op: &'static str,
    /// Names of its inputs; empty ones are left out.
    pub(super) inputs: Vec<String>,
    /// Names of its outputs; empty ones are not wanted.
    pub(super) outputs: Vec<String>,
    /// Attributes by name.
    pub(super) attrs: Vec<(&'static str, Attr)>,
}

impl Draft {
    /// All names that it reads, those that a body reads included.
    pub(super) fn reads(&self) -> impl Iterator<Item = &String> {
        let bodies = self.attrs.iter().filter_map(|(_, attr)| match attr {
            Attr::Body(_, reads) => Some(reads),
            _ => None,
        });
        self.inputs.iter().chain(bodies.flatten())
    }

    /// `NodeProto`: input 1, output 2, name 3, op_type 4, attribute 5. It is named as its first output.
    pub(super) fn message(self) -> Message {
        let mut node = Message::default();
        self.inputs.iter().for_each(|name| node.text(1, name));
        self.outputs.iter().for_each(|name| node.text(2, name));
        let name = self.outputs.iter().find(|name| !name.is_empty());
        node.text(3, name.map_or("", String::as_str));
        node.text(4, self.op);
        for (name, value) in self.attrs {
            node.message(5, attribute(name, value));
        }
        node
    }
}

/// `AttributeProto`: name 1, f 2, i 3, s 4, g 6, ints 8, type 20.
fn attribute(name: &str, value: Attr) -> Message {
    let mut message = Message::default();
    message.text(1, name);
    let kind = match value {
        Attr::Float(value) => {
            message.float(2, value);
            1
        }
        Attr::Int(value) => {
            message.int(3, value);
            2
        }
        Attr::Text(value) => {
            message.text(4, value);
            3
        }
        Attr::Body(graph, _) => {
            message.message(6, graph);
            5
        }
        Attr::Ints(values) => {
            values.iter().for_each(|value| message.int(8, *value));
            7
        }
    };
    message.int(20, kind);
    message
}

/// `TensorProto` with its numbers: dims 1, data_type 2, name 8, raw_data 9.
pub(super) fn tensor(name: &str, value: &Tensor) -> Message {
    let mut message = head(name, value.dtype(), &value.shape);
    let mut bytes = Vec::with_capacity(value.len() * value.dtype().size());
    // invariant: a vector takes all that is written to it.
    let _written = put(&mut bytes, value);
    message.bytes(9, &bytes);
    message
}

/// The same of the weight at a path (float32), whose numbers come when the file is written.
pub(super) fn weight(name: &str, path: &str, shape: &[usize]) -> Message {
    let mut message = head(name, DType::F32, shape);
    message.weight(9, path, shape);
    message
}

fn head(name: &str, dtype: DType, shape: &[usize]) -> Message {
    let mut message = Message::default();
    shape.iter().for_each(|size| message.int(1, *size as i64));
    message.int(2, data_type(dtype));
    message.text(8, name);
    message
}

/// `ValueInfoProto`: name 1, type 2; `TypeProto`: tensor_type 1; `TypeProto.Tensor`: elem_type 1, shape 2;
/// `TensorShapeProto`: dim 1; `Dimension`: dim_value 1, dim_param 2. Without a shape, any will do.
pub(super) fn value(name: &str, dtype: DType, shape: Option<&[Dim]>) -> Message {
    let mut tensor = Message::default();
    tensor.int(1, data_type(dtype));
    if let Some(dims) = shape {
        let mut shape = Message::default();
        for dim in dims {
            let mut message = Message::default();
            match dim {
                Dim::Fixed(size) => message.int(1, *size as i64),
                Dim::Named(name) => message.text(2, name),
                Dim::Any => {}
            }
            shape.message(1, message);
        }
        tensor.message(2, shape);
    }
    let (mut ty, mut info) = (Message::default(), Message::default());
    ty.message(1, tensor);
    info.text(1, name);
    info.message(2, ty);
    info
}

/// A size in the type of an input or output.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Dim {
    /// Always this.
    Fixed(usize),
    /// Open, equal wherever the name is.
    Named(String),
    /// Open.
    Any,
}

impl Dim {
    /// Of a size, with the names of what is open.
    pub(super) fn of(size: &Option<Size>, names: &[String]) -> Dim {
        match size {
            Some(size) => match (size.fixed(), size.symbol()) {
                (Some(fixed), _) => Dim::Fixed(fixed),
                (_, Some(symbol)) => Dim::Named(names[symbol].clone()),
                _ => Dim::Any,
            },
            None => Dim::Any,
        }
    }
}

/// `GraphProto`: node 1, name 2, initializer 5, input 11, output 12.
pub(super) fn graph(
    name: &str,
    nodes: Vec<Draft>,
    initializers: Vec<Message>,
    (inputs, outputs): (Vec<Message>, Vec<Message>),
) -> Message {
    let mut graph = Message::default();
    let nodes = nodes.into_iter().map(Draft::message);
    nodes.for_each(|node| graph.message(1, node));
    graph.text(2, name);
    let mut all = |field, list: Vec<Message>| {
        list.into_iter()
            .for_each(|message| graph.message(field, message))
    };
    all(5, initializers);
    all(11, inputs);
    all(12, outputs);
    graph
}

/// `ModelProto`: ir_version 1, producer_name 2, producer_version 3, graph 7, opset_import 8 (`OperatorSetIdProto`:
/// domain 1, version 2).
pub(super) fn model(graph: Message) -> Message {
    let (mut model, mut opset) = (Message::default(), Message::default());
    model.int(1, IR);
    model.text(2, "regimen");
    model.text(3, env!("CARGO_PKG_VERSION"));
    model.message(7, graph);
    opset.text(1, "");
    opset.int(2, OPSET);
    model.message(8, opset);
    model
}
