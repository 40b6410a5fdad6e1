//! What is written, read back by a reader of its own; refusals by name; nothing left behind.

use std::collections::BTreeMap;
use std::path::Path;

use regimen_graph::ops::Distribution;
use regimen_graph::{Builder, DType, Data, InputKind, Tensor, Type};
use regimen_nn::layers::{
    BatchNormalization, Bidirectional, Conv1D, Dense, Dropout, Embedding, GlobalAveragePooling1D,
    LSTM, MultiHeadAttention, StringLookup, UpSampling1D,
};
use regimen_nn::model::{Functional, InputInfo, Sequential};
use regimen_nn::{Model, model::Description};

use super::proto::Message;
use super::write::assembled;
use super::*;

/// A field of a message.
#[derive(Debug, Clone, PartialEq)]
enum Field {
    Int(i64),
    Float(f32),
    Bytes(Vec<u8>),
}

/// The fields of a message in order.
fn fields(bytes: &[u8]) -> Vec<(u64, Field)> {
    let mut at = 0;
    let varint = |at: &mut usize| {
        let (mut value, mut shift) = (0u64, 0);
        loop {
            let byte = bytes[*at];
            *at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    };
    let mut all = vec![];
    while at < bytes.len() {
        let head = varint(&mut at);
        let field = match head & 7 {
            0 => Field::Int(varint(&mut at) as i64),
            2 => {
                let length = varint(&mut at) as usize;
                at += length;
                Field::Bytes(bytes[at - length..at].to_vec())
            }
            5 => {
                at += 4;
                let four: [u8; 4] = bytes[at - 4..at].try_into().expect("four bytes");
                Field::Float(f32::from_le_bytes(four))
            }
            kind => panic!("kind {kind}"),
        };
        all.push((head >> 3, field));
    }
    all
}

/// Every field of this number as bytes.
fn each(bytes: &[u8], number: u64) -> Vec<Vec<u8>> {
    let of = |(n, field): (u64, Field)| match field {
        Field::Bytes(bytes) if n == number => Some(bytes),
        _ => None,
    };
    fields(bytes).into_iter().filter_map(of).collect()
}

fn texts(bytes: &[u8], number: u64) -> Vec<String> {
    let text = |bytes| String::from_utf8(bytes).expect("text");
    each(bytes, number).into_iter().map(text).collect()
}

fn ints(bytes: &[u8], number: u64) -> Vec<i64> {
    let of = |(n, field): (u64, Field)| match field {
        Field::Int(value) if n == number => Some(value),
        _ => None,
    };
    fields(bytes).into_iter().filter_map(of).collect()
}

/// A file as read back.
struct Read {
    graph: Vec<u8>,
    bytes: Vec<u8>,
}

impl Read {
    fn of(path: &Path) -> Read {
        let bytes = std::fs::read(path).expect("is there");
        let graph = each(&bytes, 7).remove(0);
        Read { graph, bytes }
    }

    fn ops(&self) -> Vec<String> {
        let nodes = each(&self.graph, 1);
        nodes.iter().map(|n| texts(n, 4).remove(0)).collect()
    }

    fn has(&self, op: &str) -> bool {
        self.ops().iter().any(|o| o == op)
    }

    /// Names and sizes of the inputs (11) or outputs (12): numbers, names, or `?`.
    fn values(&self, number: u64) -> Vec<String> {
        let value = |info: &Vec<u8>| {
            let tensor = each(&each(info, 2)[0], 1).remove(0);
            let dim = |dim: Vec<u8>| match (ints(&dim, 1).first(), texts(&dim, 2).first()) {
                (Some(size), _) => size.to_string(),
                (_, Some(name)) => name.clone(),
                _ => "?".to_owned(),
            };
            let dims: Vec<String> = each(&each(&tensor, 2)[0], 1).into_iter().map(dim).collect();
            format!("{} ({})", texts(info, 1)[0], dims.join(", "))
        };
        each(&self.graph, number).iter().map(value).collect()
    }

    /// Name, dims and bytes of the initializers.
    fn initializers(&self) -> BTreeMap<String, (Vec<i64>, Vec<u8>)> {
        let of = |t: &Vec<u8>| {
            let name = texts(t, 8).pop().expect("a name");
            (name, (ints(t, 1), each(t, 9).remove(0)))
        };
        each(&self.graph, 5).iter().map(of).collect()
    }
}

fn described(model: &Model) -> Description {
    let inputs: Vec<InputInfo> = model.declared_inputs().expect("has an Input");
    model.describe(&inputs).expect("is sound")
}

/// Weights that differ in every place.
fn weights(model: &Model) -> BTreeMap<String, Tensor> {
    let mut next = 0.0f32;
    let mut all = BTreeMap::new();
    for info in described(model).weights {
        let count: usize = info.shape.iter().product();
        let values = (0..count).map(|i| next + i as f32).collect();
        next += count as f32;
        let data = Data::F32(values);
        let shape = info.shape;
        all.insert(info.path, Tensor { shape, data });
    }
    all
}

/// A model written and read back.
fn written(model: &Model) -> Read {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.onnx");
    let own = weights(model);
    write(&path, model, &[], &|path| own.get(path).cloned()).expect("writes");
    // No draft is left behind.
    assert_eq!(std::fs::read_dir(dir.path()).expect("lists").count(), 1);
    Read::of(&path)
}

fn refusal(model: &Model) -> String {
    assembled(model, &[]).expect_err("is refused").to_string()
}

#[test]
fn a_dense_layer() {
    let model = Sequential::new()
        .named("net")
        .input([3])
        .add(Dense::new(2usize).activation("relu"))
        .add(Dropout::new(0.5))
        .build();
    let read = written(&model);
    // ModelProto: IR version, producer, operator set.
    assert_eq!(ints(&read.bytes, 1), [8]);
    assert_eq!(texts(&read.bytes, 2), ["regimen"]);
    assert_eq!(ints(&each(&read.bytes, 8)[0], 2), [17]);
    assert_eq!(texts(&read.graph, 2), ["net"]);
    assert_eq!(read.ops(), ["MatMul", "Add", "Relu", "Identity"]);
    assert_eq!(read.values(11), ["input_layer (batch, 3)"]);
    assert_eq!(read.values(12), ["dropout (batch, 2)"]);
    let all = read.initializers();
    let own = weights(&model);
    assert_eq!(
        all.keys().collect::<Vec<_>>(),
        own.keys().collect::<Vec<_>>()
    );
    let (dims, bytes) = &all["dense/kernel"];
    assert_eq!(dims, &[3, 2]);
    let values: Vec<u8> = (0..6).flat_map(|i| (i as f32).to_le_bytes()).collect();
    assert_eq!(*bytes, values);
    // The same model gives the same bytes.
    assert_eq!(read.bytes, written(&model).bytes);
}

#[test]
fn shared_layers_have_their_weights_once() {
    let mut f = Functional::new();
    let (a, b) = (f.input("a", [4]), f.input("b", [4]));
    let node = f.layer(Dense::new(3usize));
    let (x, y) = (f.call(node, &[a]), f.call(node, &[b]));
    let read = written(&f.build(&[a, b], &[x, y]));
    assert_eq!(read.values(11), ["a (batch, 4)", "b (batch, 4)"]);
    assert_eq!(read.values(12), ["dense (batch, 3)", "dense_1 (batch, 3)"]);
    assert_eq!(read.initializers().len(), 2);
    assert_eq!(read.ops().iter().filter(|o| *o == "MatMul").count(), 2);
}

#[test]
fn lstm_is_the_operator_without_a_mask_and_a_scan_with_one() {
    let net = |masked: bool| {
        Sequential::new()
            .input([5])
            .add(Embedding::new(9usize, 3usize).mask_zero(masked))
            .add(Bidirectional::new(&LSTM::new(2usize)).expect("a layer"))
            .build()
    };
    let (plain, masked) = (written(&net(false)), written(&net(true)));
    assert!(plain.has("LSTM") && !plain.has("Scan"), "{:?}", plain.ops());
    assert!(
        masked.has("Scan") && !masked.has("LSTM"),
        "{:?}",
        masked.ops()
    );
    // The product that the operator does itself is gone.
    assert!(!plain.has("MatMul"), "{:?}", plain.ops());
}

#[test]
fn open_lengths_have_names_and_sizes_follow_from_shapes() {
    let mut f = Functional::new();
    let q = f.input_info("query", open(&[None, Some(4)]));
    let v = f.input_info("value", open(&[None, Some(4)]));
    let y = f.apply(MultiHeadAttention::new(2usize, 3usize), &[q, v]);
    let read = written(&f.build(&[q, v], &[y]));
    let names = ["query (batch, query_1, 4)", "value (batch, value_1, 4)"];
    assert_eq!(read.values(11), names);
    assert_eq!(
        read.values(12),
        ["multi_head_attention (batch, query_1, 4)"]
    );
}

fn open(shape: &[Option<usize>]) -> InputInfo {
    InputInfo {
        shape: shape.to_vec(),
        dtype: DType::F32,
    }
}

#[test]
fn a_length_behind_strides_is_told_to_be_open() {
    let net = |strides: usize| {
        Sequential::new()
            .input_info(open(&[None, Some(2)]))
            .add(Conv1D::new(3usize, 3usize).strides(strides))
            .build()
    };
    let values = |strides| written(&net(strides)).values(12).remove(0);
    assert_eq!(values(1), "conv1d (batch, ?, 3)");
    assert_eq!(values(8), "conv1d (batch, ?, 3)");
}

#[test]
fn means_over_a_length_behind_strides_need_no_count() {
    let model = Sequential::new()
        .input_info(open(&[None, Some(2)]))
        .add(Conv1D::new(3usize, 3usize).strides(8usize))
        .add(GlobalAveragePooling1D::new())
        .build();
    let read = written(&model);
    assert_eq!(read.values(12), ["global_average_pooling1d (batch, 3)"]);
    assert!(read.has("ReduceMean"), "{:?}", read.ops());
}

#[test]
fn a_size_behind_strides_is_read_off_the_value_that_has_it() {
    let model = Sequential::new()
        .input_info(open(&[None, Some(2)]))
        .add(Conv1D::new(3usize, 3usize).strides(8usize))
        .add(LSTM::new(2usize).return_sequences(true))
        .add(UpSampling1D::new())
        .build();
    let read = written(&model);
    assert_eq!(read.values(12), ["up_sampling1d (batch, ?, 2)"]);
}

#[test]
fn a_fixed_batch_stays_fixed() {
    let model = Sequential::new()
        .batch_input(4, [6, 2])
        .add(Conv1D::new(3usize, 3usize))
        .add(BatchNormalization::new())
        .build();
    let read = written(&model);
    assert_eq!(read.values(11), ["input_layer (4, 6, 2)"]);
    assert_eq!(read.values(12), ["batch_normalization (4, 4, 3)"]);
    assert!(read.has("Conv") && !read.has("Shape"), "{:?}", read.ops());
}

#[test]
fn what_onnx_cannot_express_is_refused_by_name() {
    let words = Sequential::new()
        .input_texts([1])
        .add_named("words", StringLookup::new())
        .build();
    let told = refusal(&words);
    assert!(
        told.starts_with("words (StringLookup): works on rows before the graph"),
        "{told}"
    );
    let stateful = Sequential::new()
        .batch_input(2, [5, 3])
        .add_named("memory", LSTM::new(2usize).stateful(true))
        .build();
    let told = refusal(&stateful);
    assert!(
        told.starts_with("memory: state: a state that passes from batch to batch"),
        "{told}"
    );
    assert!(
        told.ends_with("Set stateful=False in the model that is exported"),
        "{told}"
    );
    let bare = Sequential::new().add(Dense::new(2usize)).build();
    assert!(refusal(&bare).starts_with("input 0: what it takes is not known"));
}

#[test]
fn a_graph_is_written_at_its_own_sizes_and_its_random_numbers_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("graph.onnx");
    let b = Builder::new();
    let x = b.input("x", Type::new(DType::F32, [2, 3]), InputKind::Feed);
    let sum = b.finish(&[("sum", x.cumsum(1, true, false))], &[]);
    write_graph(&path, &sum.expect("is sound"), &|_| None).expect("writes");
    let read = Read::of(&path);
    assert_eq!(read.ops(), ["CumSum", "Identity"]);
    assert_eq!(read.values(11), ["x (2, 3)"]);
    let seed = b.constant(Tensor::scalar_i64(1));
    let drawn = b.within("noise", || {
        b.random(Distribution::Uniform, &[2, 3], 0, &seed, &seed)
    });
    let drawn = b.finish(&[("y", x + drawn)], &[]).expect("is sound");
    let fault = write_graph(&path, &drawn, &|_| None).expect_err("is refused");
    let told = fault.to_string();
    assert!(
        told.starts_with("noise: Random: random numbers are drawn"),
        "{told}"
    );
}

#[test]
fn what_is_too_large_is_refused_before_a_weight_is_asked_for() {
    let wide = Sequential::new()
        .input([30_000])
        .add(Dense::new(20_000usize))
        .build();
    let dir = tempfile::tempdir().expect("a folder");
    let asked = |path: &str| -> Option<Tensor> { panic!("{path} was asked for") };
    let fault = write(&dir.path().join("a.onnx"), &wide, &[], &asked).expect_err("is too large");
    let told = fault.to_string();
    assert!(told.starts_with("the model takes 2400"), "{told}");
    assert_eq!(std::fs::read_dir(dir.path()).expect("lists").count(), 0);
}

#[test]
fn a_fault_leaves_the_file_that_was_there() {
    let model = Sequential::new().input([3]).add(Dense::new(2usize)).build();
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.onnx");
    std::fs::write(&path, "before").expect("writes");
    let none = write(&path, &model, &[], &|_| None).expect_err("has no weights");
    assert_eq!(none.to_string(), "weight `dense/kernel`: there is none");
    let flat = |_: &str| Tensor::f32([5], vec![0.0; 5]);
    let wrong = write(&path, &model, &[], &flat).expect_err("has other weights");
    let told = wrong.to_string();
    assert_eq!(
        told,
        "weight `dense/kernel`: is float32[5], expected float32[3, 2]"
    );
    assert_eq!(std::fs::read(&path).expect("is there"), b"before");
    assert_eq!(std::fs::read_dir(dir.path()).expect("lists").count(), 1);
    let nowhere = dir.path().join("no/net.onnx");
    let fault = write(&nowhere, &model, &[], &flat).expect_err("has no folder");
    assert!(matches!(fault, OnnxError::File { .. }), "{fault}");
}

#[test]
fn the_length_is_known_before_the_weights_are() {
    let model = Sequential::new().input([3]).add(Dense::new(2usize)).build();
    let message: Message = assembled(&model, &[]).expect("is sound");
    assert_eq!(message.length(), written(&model).bytes.len() as u64);
}
