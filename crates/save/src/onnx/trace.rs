//! The graph of a model in inference, written several times with other numbers for what the model leaves open.
//!
//! Shapes of graphs are numbers. Other numbers stand for batch and open lengths in each writing, as in a model's description;
//! what differs between two writings depends on them. All writings have to have the same nodes, and differ in sizes alone.

use regimen_graph::{Builder, Graph, InputKind, ModelFaults, Node, Op, Type, ops};
use regimen_nn::model::{InputInfo, LayerNode, stand_in};
use regimen_nn::{Mode, Model, Scope, Value};

use super::OnnxError;
use super::size::Open;

/// Values for the batch.
const BATCH: [usize; 3] = [10_007, 40_010, 12];
/// Values for open lengths, the first for all of them where they have to be equal. The first ones are prime, as those by which
/// a description calls them; modulo 12 the three leave 1, 2 and 0, so that sizes that are rounded in other ways differ.
const LENGTHS: [[usize; 3]; 8] = [
    [1_009, 3_002, 5_004],
    [1_021, 3_014, 5_016],
    [1_033, 3_026, 5_028],
    [1_069, 3_038, 5_040],
    [1_093, 3_050, 5_052],
    [1_117, 3_062, 5_064],
    [1_129, 3_074, 5_076],
    [1_153, 3_086, 5_088],
];

/// The same for models that take only lengths which can be halved again and again: those that put what was pooled and made larger
/// beside what was not (a U-Net). All are multiples of 128.
const EVEN: [[usize; 3]; 8] = [
    [1_152, 3_072, 4_864],
    [1_408, 3_328, 5_120],
    [1_664, 3_584, 5_376],
    [1_920, 3_840, 5_632],
    [2_176, 4_096, 5_888],
    [2_432, 4_352, 6_144],
    [2_688, 4_608, 6_400],
    [2_944, 4_864, 6_656],
];

/// Writings of a model's graph.
#[derive(Debug)]
pub(super) struct Traced {
    /// One graph per writing.
    pub(super) graphs: Vec<Graph>,
    /// What is open.
    pub(super) open: Open,
    /// Names of what is open.
    pub(super) names: Vec<String>,
    /// Input and axis where an open size is read.
    pub(super) places: Vec<(usize, usize)>,
    /// Per input, what it takes.
    pub(super) infos: Vec<InputInfo>,
}

/// Per input and axis, what is open there.
struct Plan {
    open: Open,
    names: Vec<String>,
    places: Vec<(usize, usize)>,
    axes: Vec<Vec<Option<usize>>>,
}

/// Writes a model's graph. `inputs` say what data will come, where the model itself does not declare it.
pub(super) fn trace(model: &Model, inputs: &[InputInfo]) -> Result<Traced, OnnxError> {
    let declared = model.input_infos();
    let infos = (declared.iter().enumerate())
        .map(|(i, own)| inputs.get(i).or(*own).cloned().ok_or(OnnxError::Input(i)))
        .collect::<Result<Vec<InputInfo>, _>>()?;
    let own: Vec<Option<usize>> = (model.inputs.iter())
        .map(|t| model.layers.get(t.layer).and_then(LayerNode::fixed_batch))
        .collect();
    let all = own.iter().flatten().next().copied();
    let mut first = None;
    // Lengths are told apart where they may differ; where one input fixes the batch, the others may have to follow.
    for (batches, lengths, apart) in [
        (&own, &LENGTHS, true),
        (&own, &LENGTHS, false),
        (&vec![all; own.len()], &LENGTHS, true),
        (&vec![all; own.len()], &LENGTHS, false),
        (&own, &EVEN, true),
        (&own, &EVEN, false),
    ] {
        let plan = plan(model, &infos, batches, (lengths, apart));
        match write_all(model, &infos, batches, &plan) {
            Ok(graphs) => {
                let Plan {
                    open,
                    names,
                    places,
                    ..
                } = plan;
                return Ok(Traced {
                    graphs,
                    open,
                    names,
                    places,
                    infos,
                });
            }
            // A description calls lengths by one number, which faults then show as None.
            Err(faults) if !apart => first = first.or(Some(faults)),
            Err(_) => {}
        }
    }
    let faults = stand_in::name_unknown(first.unwrap_or(ModelFaults(vec![])));
    let open = infos.iter().any(|info| info.shape.contains(&None));
    match faults.0.first() {
        // The model is sound; it does not take the lengths that were tried.
        Some(fault) if open && model.describe(inputs).is_ok() => Err(OnnxError::Op {
            layer: fault.path.clone(),
            op: fault.op.clone(),
            why: "takes some of the sizes that the model leaves open and not others".to_owned(),
            mend: "Give the Input its sizes: Input(shape=..., batch_size=...)".to_owned(),
        }),
        _ => Err(OnnxError::Model(faults)),
    }
}

/// What is open, and where. `apart` has a size of its own for every open length.
fn plan(
    model: &Model,
    infos: &[InputInfo],
    batches: &[Option<usize>],
    (values_of_lengths, apart): (&[[usize; 3]; 8], bool),
) -> Plan {
    let mut plan = Plan {
        open: Open::default(),
        names: vec![],
        places: vec![],
        axes: vec![],
    };
    let names = model.input_names();
    let mut lengths = 0;
    for (i, info) in infos.iter().enumerate() {
        let mut axes = vec![];
        let sizes = [batches.get(i).copied().flatten()]
            .into_iter()
            .chain(info.shape.iter().copied());
        for (axis, size) in sizes.enumerate() {
            let (name, values) = match axis {
                0 => ("batch".to_owned(), BATCH),
                _ if apart => (
                    format!("{}_{axis}", names[i]),
                    values_of_lengths[lengths % values_of_lengths.len()],
                ),
                _ => ("length".to_owned(), values_of_lengths[0]),
            };
            axes.push(size.is_none().then(|| {
                lengths += usize::from(axis > 0);
                let known = plan.names.iter().position(|n| *n == name);
                known.unwrap_or_else(|| {
                    plan.names.push(name);
                    plan.open.values.push(values);
                    plan.places.push((i, axis));
                    plan.names.len() - 1
                })
            }));
        }
        plan.axes.push(axes);
    }
    plan
}

fn write_all(
    model: &Model,
    infos: &[InputInfo],
    batches: &[Option<usize>],
    plan: &Plan,
) -> Result<Vec<Graph>, ModelFaults> {
    let size = |input: usize, axis: usize, writing: usize| match plan.axes[input][axis] {
        Some(symbol) => plan.open.value(symbol, writing),
        None if axis == 0 => batches.get(input).copied().flatten().unwrap_or(1),
        None => infos[input].shape[axis - 1].unwrap_or(1),
    };
    (0..plan.open.writings())
        .map(|writing| {
            let shape = |i: usize| -> Vec<usize> {
                (0..plan.axes[i].len())
                    .map(|a| size(i, a, writing))
                    .collect()
            };
            let types = infos.iter().enumerate();
            let types: Vec<Type> = types
                .map(|(i, info)| Type::new(info.dtype, shape(i)))
                .collect();
            write(model, &types)
        })
        .collect()
}

/// The graph of a model in inference; inputs are feeds in order, weights are state.
fn write(model: &Model, inputs: &[Type]) -> Result<Graph, ModelFaults> {
    let builder = Builder::new();
    let mut scope = Scope::new(&builder, Mode::Inference);
    let feed = |(i, ty): (usize, &Type)| {
        Value::from(builder.input(&feed_name(i), ty.clone(), InputKind::Feed))
    };
    let feeds: Vec<Value> = inputs.iter().enumerate().map(feed).collect();
    let outputs = model.apply(&mut scope, &feeds);
    let names: Vec<String> = (0..outputs.len()).map(|i| format!("output/{i}")).collect();
    let outputs: Vec<_> = (names.iter().map(String::as_str))
        .zip(outputs.into_iter().map(|v| v.x))
        .collect();
    builder.finish(&outputs, &[])
}

/// What the graph calls an input.
pub(super) fn feed_name(input: usize) -> String {
    format!("feed/{input}")
}

/// Refuses writings that differ in more than sizes.
pub(super) fn check_alike(graphs: &[&Graph]) -> Result<(), OnnxError> {
    let Some((first, others)) = graphs.split_first() else {
        return Ok(());
    };
    for other in others {
        let mut pairs = first.nodes.iter().zip(&other.nodes);
        if let Some((node, _)) = pairs.find(|(a, b)| !alike(a, b)) {
            return Err(unlike(node));
        }
        let apart = first.nodes.len() != other.nodes.len() || {
            let edges = |g: &Graph| g.outputs.iter().map(|o| o.1).collect::<Vec<_>>();
            edges(first) != edges(other)
        };
        if let Some(node) = first.nodes.last().filter(|_| apart) {
            return Err(unlike(node));
        }
    }
    Ok(())
}

fn unlike(node: &Node) -> OnnxError {
    OnnxError::op(
        &node.path,
        node.op.rule().name(),
        "what is computed depends on sizes that the model leaves open",
        "Give the Input these sizes: Input(shape=..., batch_size=...)",
    )
}

fn alike(a: &Node, b: &Node) -> bool {
    let kinds = |n: &Node| -> Vec<_> { n.types.iter().map(|t| (t.dtype, t.rank())).collect() };
    a.inputs == b.inputs && kinds(a) == kinds(b) && sizeless(&a.op) == sizeless(&b.op)
}

/// The op without what may follow sizes; each op's lowering looks at that itself.
fn sizeless(op: &Op) -> Op {
    let mut op = op.clone();
    match &mut op {
        Op::Reshape(op) => op.shape.clear(),
        Op::Broadcast(op) => op.shape.clear(),
        Op::Iota(op) => op.shape.clear(),
        Op::Slice(op) => {
            op.start.clear();
            op.stop.clear();
        }
        Op::Pad(op) => {
            op.low.clear();
            op.high.clear();
        }
        Op::Constant(op) => op.value = std::sync::Arc::new(regimen_graph::Tensor::scalar(0.0)),
        Op::ScatterAdd(op) => op.rows = 0,
        Op::Sort(op) => op.limit = None,
        Op::ConvInputGrad(op) => op.input.clear(),
        Op::Scan(op) => {
            op.length = 0;
            op.body = std::sync::Arc::new(Graph::default());
        }
        Op::Random(ops::Random { shape, .. }) => shape.clear(),
        _ => {}
    }
    op
}
