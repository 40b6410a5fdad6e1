"""Random models as plain data, and how any package with Keras's API builds them.

A model is a list of nodes: a layer's name and config, what it is called with, and, where a layer is called again, which node made it.
"""

import random

import numpy as np
from random_layers import ANY, FILM, FLAT, IDS, PICTURE, SEQUENCE, SIGNAL, VOLUME, inner
from random_options import thing
from random_training import PER_STEP, UNITS, targets, training

SHAPES = {
    "flat": lambda rng: (rng.randint(2, 7),),
    "signal": lambda rng: (rng.randint(32, 48),),
    "wave": lambda rng: (rng.randint(32, 48), 1),
    "ids": lambda rng: (rng.randint(3, 6),),
    "sequence": lambda rng: (rng.randint(3, 6), rng.randint(1, 4)),
    "picture": lambda rng: (rng.randint(4, 7), rng.randint(4, 7), rng.randint(1, 3)),
    "volume": lambda rng: (rng.randint(3, 4), rng.randint(3, 5), rng.randint(3, 5), rng.randint(1, 2)),
    "film": lambda rng: (2, 3, 3, 3, 1),
}
AXES = {2: FLAT, 3: SEQUENCE, 4: PICTURE, 5: VOLUME, 6: FILM}
# Each seed has one of these, so that none is left to chance; what follows is drawn.
FEATURED = [
    *(("flat", make) for make in FLAT),
    *zip(("wave", "signal"), SIGNAL),
    *(("sequence", make) for make in SEQUENCE),
    *(("picture", make) for make in PICTURE),
    *(("volume", make) for make in VOLUME),
    *(("film", make) for make in FILM),
    *(("ids", make) for make in IDS),
    *((("flat", "sequence", "picture")[i % 3], make) for i, make in enumerate(ANY)),
]
MERGES = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"]
ATTENTIONS = ["Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention"]
LARGEST = 260  # elements of a row


def made(keras, value):
    """A nested object in a package."""
    if isinstance(value, list):
        return [made(keras, v) for v in value]
    if isinstance(value, dict) and "kind" in value:
        where = keras.optimizers.schedules if value["kind"] == "schedules" else getattr(keras, value["kind"])
        return getattr(where, value["name"])(**{k: made(keras, v) for k, v in value["config"].items()})
    return value


class Graph:
    """A model that grows node by node in one package."""

    def __init__(self, keras, inputs):
        self.keras, self.nodes, self.layers = keras, [], []
        self.inputs = [keras.Input(shape, dtype=dtype) for shape, dtype in inputs]
        self.tensors = list(self.inputs)

    def add(self, node):
        """Calls a node's layer; its last output is the newest tensor."""
        found = (
            self.layers[node["again"]]
            if "again" in node
            else made(self.keras, {"kind": "layers", "name": node["name"], "config": node["config"]})
        )
        given = [self.tensors[i] for i in node["of"]]
        call = {key: [self.tensors[i] for i in value] if key == "initial_state" else value for key, value in node.get("call", {}).items()}
        out = found(*given, **call) if node.get("spread") or len(given) == 1 else found(given, **call)
        if node.get("frozen"):
            found.trainable = False
        outs = list(out) if isinstance(out, (list, tuple)) else [out]
        if any(int(np.prod(o.shape[1:])) > LARGEST for o in outs):
            raise ValueError("too large")
        self.nodes.append(node)
        self.layers.append(found)
        self.tensors += outs
        return outs[0]

    def put(self, name, config, of=None, **more):
        return self.add({"name": name, "config": config, "of": [len(self.tensors) - 1] if of is None else of, **more})

    def newest(self):
        return len(self.tensors) - 1


def axes(graph):
    return len(graph.tensors[-1].shape)


def tried(graph, rng, choices, attempts=12):
    """One of the layers that the package takes here: what it refuses is drawn again."""
    for _ in range(attempts):
        name, config = rng.choice(choices)(rng)
        try:
            graph.put(name, config, **({"frozen": True} if rng.random() < 0.04 else {}))
            return True
        except (ValueError, TypeError, ZeroDivisionError):
            continue
    return False


def merged(graph, rng, left, right):
    """Two tensors of one shape into one."""
    name = rng.choice(MERGES)
    shape = graph.tensors[left].shape
    if name == "Dot":
        graph.put("Dot", {"axes": len(shape) - 1, "normalize": rng.random() < 0.5}, [left, right])
    else:
        graph.put(name, {"axis": rng.choice([-1, 1])} if name == "Concatenate" else {}, [left, right])


def attended(graph, rng, query, value):
    name = rng.choice(ATTENTIONS)
    if name == "Attention":
        graph.put(
            name,
            {"use_scale": rng.random() < 0.5, "score_mode": rng.choice(["dot", "concat"])},
            [query, value],
            call={"use_causal_mask": rng.random() < 0.3},
        )
    elif name == "AdditiveAttention":
        graph.put(name, {"use_scale": rng.random() < 0.7}, [query, value])
    elif name == "MultiHeadAttention":
        config = {
            "num_heads": rng.randint(1, 2),
            "key_dim": rng.randint(1, 3),
            **({"value_dim": 2} if rng.random() < 0.3 else {}),
            **({"use_bias": False} if rng.random() < 0.2 else {}),
        }
        graph.put(name, config, [query, value], spread=True, call={"use_causal_mask": rng.random() < 0.3})
    else:
        graph.put(name, {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": rng.choice([1, 2, 4])}, [query, value], spread=True)


def branched(graph, rng):
    """A detour around the newest tensor, or a layer that is called twice, or attention to itself."""
    before, kind = graph.newest(), rng.choice(["detour", "shared", "attention"])
    if kind == "attention" and axes(graph) == 3:
        return attended(graph, rng, before, before)
    units = graph.tensors[-1].shape[-1]
    graph.put("Dense", {"units": units, "activation": "tanh"})
    if kind == "shared":
        graph.add({"again": len(graph.layers) - 1, "of": [graph.newest()]})
    merged(graph, rng, before, graph.newest())


def joined(graph, rng):
    """Two inputs, each through a layer or one shared by both, into one."""
    rank = axes(graph)
    if rank == 3 and rng.random() < 0.3:  # the states of one recurrent layer begin another
        name, units = rng.choice([("LSTM", 2), ("GRU", 3)]), rng.randint(2, 4)
        graph.put(name[0], {"units": units, "return_state": True}, [0])
        states = list(range(graph.newest() - (1 if name[0] == "LSTM" else 0), graph.newest() + 1))
        return graph.put(name[0], {"units": units, "return_sequences": rng.random() < 0.5}, [1], call={"initial_state": states})
    config = (
        {"units": rng.randint(2, 5), "activation": "tanh"}
        if rank == 2 or rng.random() < 0.5
        else {**inner(rng, True)["config"], "activation": "tanh"}
    )
    name = "Dense" if "return_sequences" not in config else "SimpleRNN"
    config.pop("recurrent_activation", None), config.pop("unit_forget_bias", None), config.pop("reset_after", None)
    graph.put(name, config, [0])
    left = graph.newest()
    graph.add({"again": len(graph.layers) - 1, "of": [1]} if rng.random() < 0.5 else {"name": name, "config": config, "of": [1]})
    (attended if rank == 3 and rng.random() < 0.4 else merged)(graph, rng, left, graph.newest())


def spec(seed):
    """What a seed decides before there is a model."""
    rng = random.Random(seed)
    kind, make = FEATURED[(seed * 37) % len(FEATURED)]
    two = kind in ("flat", "sequence") and rng.random() < 0.3
    shape = SHAPES[kind](rng)
    inputs = [(shape, "int32" if kind == "ids" else "float32")] * (2 if two else 1)
    return {
        "seed": seed,
        "kind": kind,
        "make": make,
        "inputs": inputs,
        "depth": rng.randint(0, 2),
        "branch": rng.random() < 0.3,
        **training(rng, seed),
    }


def lowered(graph, rng, to):
    """Layers that end with so many axes."""
    while axes(graph) > to:
        rank = axes(graph)
        if to == 3 and rank > 3 or rank == 6:
            shape = graph.tensors[-1].shape[1:]
            graph.put("Reshape", {"target_shape": (shape[0], int(np.prod(shape[1:])))})
        elif rank == 3 and rng.random() < 0.4:
            graph.put(rng.choice(["LSTM", "GRU"]), {"units": 3})
        else:
            graph.put(*rng.choice([("Flatten", {}), (f"GlobalAveragePooling{rank - 2}D", {}), (f"GlobalMaxPooling{rank - 2}D", {})]))
    while axes(graph) < to:
        graph.put("RepeatVector", {"n": 3})


def grown(spec, keras):
    """A model, its layers chosen one after the other by what the package itself takes."""
    rng = random.Random(spec["seed"] + 1)
    graph = Graph(keras, spec["inputs"])
    if len(spec["inputs"]) == 2:
        joined(graph, rng)
    tried(graph, rng, [spec["make"]])
    for _ in range(spec["depth"]):
        rank = axes(graph)
        tried(graph, rng, AXES[rank] if rng.random() < 0.7 and rank != 6 else ANY)
    if spec["branch"] and axes(graph) < 5:
        branched(graph, rng)
    goal = spec["goal"]
    lowered(graph, rng, 3 if goal in PER_STEP else 2)
    body = graph.newest()
    graph.put("Dense", {"units": UNITS[goal], "activation": spec["activation"], "name": "first"})
    if goal == "embeddings":
        graph.put("UnitNormalization", {})
    ends = [graph.newest()]
    if spec["second"]:
        graph.put("Dense", {"units": 1, "name": "second"}, [body])
        ends.append(graph.newest())
    graph.ends = ends
    return graph


def model(graph):
    outputs = [graph.tensors[i] for i in graph.ends]
    return graph.keras.Model(graph.inputs if len(graph.inputs) > 1 else graph.inputs[0], outputs if len(outputs) > 1 else outputs[0])


def again(spec, nodes, ends, keras):
    """The same model in another package."""
    graph = Graph(keras, spec["inputs"])
    for node in nodes:
        graph.add(node)
    graph.ends = ends
    return graph


def compiled(keras, spec, model, **more):
    loss, metrics = made(keras, spec["loss"]), made(keras, spec["metrics"])
    weights = None
    if spec["second"]:
        loss, metrics, weights = [loss, made(keras, thing("losses", "MeanSquaredError"))], [metrics, ["mae"]], [1.0, 0.3]
    which = "weighted_metrics" if spec["weighted"] != "none" and spec["seed"] % 2 else "metrics"
    model.compile(made(keras, spec["optimizer"]), loss, loss_weights=weights, **{which: metrics}, **more)


def data(spec, steps):
    """Rows, targets and weights of a model whose output has so many steps."""
    rng = np.random.default_rng(spec["seed"])
    rows = 5 * spec["batch"] - (2 if spec["short"] else 0)
    x = []
    for shape, dtype in spec["inputs"]:
        one = rng.integers(0, 11, (rows, *shape)).astype("int32") if dtype == "int32" else rng.normal(size=(rows, *shape)).astype("float32")
        if spec["kind"] in ("ids", "sequence"):  # masks have something to mask: rows end early, none is empty
            for row, length in zip(one, rng.integers(1, shape[0] + 1, rows)):
                row[length:] = 0
            one[:, 0] = np.maximum(one[:, 0], 1) if dtype == "int32" else one[:, 0]
        x.append(one)
    y = [targets(rng, spec["goal"], rows, steps)]
    if spec["second"]:
        y.append(rng.normal(size=(rows, 1)).astype("float32"))
    fit = {}
    if spec["weighted"] == "rows":
        fit["sample_weight"] = rng.uniform(0.2, 2, rows).astype("float32")
    if spec["weighted"] == "classes" and not spec["second"]:
        fit["class_weight"] = {0: 0.5, 1: 1.5, 2: 1.0} if spec["goal"] != "binary" else {0: 0.5, 1: 1.5}
    x, y = (x if len(x) > 1 else x[0]), (y if len(y) > 1 else y[0])
    return x, y, fit


def moved(model, seed):
    """Weights that no initializer gives: biases that are not 0, statistics that are not 0 and 1."""
    rng = np.random.default_rng(seed)
    found = []
    for weight in model.weights:
        value, name = np.asarray(weight.numpy() if hasattr(weight, "numpy") else weight), weight.path.rsplit("/", 1)[-1]
        if "variance" in name:
            value = value * rng.uniform(0.7, 1.4, value.shape)
        elif name != "vector_u" and value.dtype.kind == "f":
            value = value + 0.1 * rng.normal(size=value.shape)
        found.append(value.astype(weight.dtype))
    model.set_weights(found)
