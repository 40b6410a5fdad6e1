"""Normalization, Discretization, CategoryEncoding and Pipeline as layers of a graph, in layers/*.json."""

import keras
import numpy as np

from .layer_case import Cases
from .models import STEPS, train
from .tensors import Draw, keras_json, own_optimizer, tensors, write


class Finalized(keras.layers.Normalization):
    """Keras lays its weights out once, when they are loaded; here they are set later."""

    def call(self, inputs):
        self.finalize_state()
        return super().call(inputs)


def normalization():
    c = Cases("layers/normalization")
    x = c.draw("x").normal(4, 3, scale=3)
    x3 = c.draw("x3").normal(2, 3, 4, scale=2)
    ids = c.draw("ids").ints(9, 3, 2)
    add = lambda name, config, inputs, **k: c.add(name, "Normalization", config, inputs, **k)  # noqa: E731
    own = lambda name, config, inputs, **k: add(name, config, inputs, layer=Finalized(**config), **k)  # noqa: E731
    own("weights", {}, [x], initial=True)
    own("weights_inverted", {"invert": True}, [x])
    own("weights_two_axes", {"axis": [1, 2]}, [x3])
    own("weights_no_axis", {"axis": None}, [x])
    add("one_mean", {"mean": 3.0, "variance": 2.0}, [x])
    add("means", {"mean": [1.0, 2.0, -3.5], "variance": [4.0, 0.0, 0.25]}, [x])
    add("means_inverted", {"mean": [1.0, 2.0, -3.5], "variance": [4.0, 0.0, 0.25], "invert": True}, [x])
    add("middle_axis", {"axis": 1, "mean": [1.0, 2.0, -3.5], "variance": [4.0, 1.0, 0.25]}, [x3])
    nested = [[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [1.0, 1.0, 2.0, 2.0]]
    add("two_axes", {"axis": [1, -1], "mean": nested, "variance": nested}, [x3])
    add("fewer_axes", {"axis": [1, 2], "mean": nested[0], "variance": nested[1]}, [x3])
    add("no_axis", {"axis": None, "mean": 0.5, "variance": 4.0}, [x3])
    add("integers", {"axis": None, "mean": 2.0, "variance": 4.0}, [ids])
    add("mask_passes", {"mean": 1.0, "variance": 1.0}, [x3], mask=np.array([[1, 0, 1], [1, 1, 0]], bool))
    write("layers/normalization.json", {"cases": c.list})


def discretization():
    c = Cases("layers/discretization")
    x = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, -0.0], [np.nan, np.inf, -np.inf, 2.0]], "float32")
    three = c.draw("three").normal(2, 3, 2, scale=2)
    add = lambda name, config, inputs: c.add(name, "Discretization", config, inputs)  # noqa: E731
    boundaries = [0.0, 1.0, 2.0]
    add("int", {"bin_boundaries": boundaries}, [x])
    add("int_of_rank_3", {"bin_boundaries": boundaries}, [three])
    add("no_boundaries", {"bin_boundaries": []}, [x])
    for mode in ["one_hot", "multi_hot", "count"]:
        add(mode, {"bin_boundaries": boundaries, "output_mode": mode}, [x])
        add(f"{mode}_one_value", {"bin_boundaries": boundaries, "output_mode": mode}, [x[:, :1]])
        add(f"{mode}_rank_3", {"bin_boundaries": boundaries, "output_mode": mode}, [three])
    add("integers", {"bin_boundaries": [1.0, 3.0, 3.0, 4.5], "epsilon": 0.1}, [c.draw("i").ints(6, 3, 4)])
    write("layers/discretization.json", {"cases": c.list})


def category_encoding():
    c = Cases("layers/category_encoding")
    ids = np.array([[0, 1], [0, 0], [1, 2], [3, 1], [4, -1]], "int32")
    weights = c.draw("w").uniform(5, 2)
    add = lambda name, config, inputs, **k: c.add(name, "CategoryEncoding", config, inputs, **k)  # noqa: E731
    for mode in ["one_hot", "multi_hot", "count"]:
        add(mode, {"num_tokens": 4, "output_mode": mode}, [ids])
        add(f"{mode}_column", {"num_tokens": 4, "output_mode": mode}, [ids[:, :1]])
        add(f"{mode}_rank_3", {"num_tokens": 4, "output_mode": mode}, [c.draw(mode).ints(4, 2, 3, 2)])
        add(f"{mode}_one_axis", {"num_tokens": 4, "output_mode": mode}, [ids[:, 0]])
    add("default", {"num_tokens": 3}, [ids])
    add("old_name", {"num_tokens": 4, "output_mode": "binary"}, [ids])
    add("count_weights", {"num_tokens": 4, "output_mode": "count"}, [ids], call={"count_weights": weights})
    write("layers/category_encoding.json", {"cases": c.list})


def pipeline():
    c = Cases("layers/pipeline")
    x = c.draw("x").normal(4, 3, scale=3)
    # Built here: the pipeline would build it while it is traced, and keep what is gone then.
    norm = keras.layers.Normalization(mean=[1.0, 2.0, -3.5], variance=[4.0, 1.0, 0.25])
    norm.build(x.shape)
    steps = lambda: [  # noqa: E731
        keras.layers.Rescaling(0.5, offset=1.0),
        norm,
        keras.layers.Discretization(bin_boundaries=[-1.0, 0.0, 1.0], output_mode="one_hot"),
    ]
    add = lambda name, layers: c.add(name, "Pipeline", {"layers": layers}, [x])  # noqa: E731
    add("steps", steps())
    add("one", steps()[:1])
    write("layers/pipeline.json", {"cases": c.list})


def mixed_inputs():
    """A table's columns inside one model: normalized, encoded, put into bins and encoded."""
    numbers, kind, age = keras.Input((3,)), keras.Input((1,), dtype="int32"), keras.Input((1,))
    parts = [
        keras.layers.Normalization(mean=[1.0, -2.0, 30.0], variance=[4.0, 0.25, 100.0])(numbers),
        keras.layers.CategoryEncoding(num_tokens=4, output_mode="one_hot")(kind),
        keras.layers.Discretization(bin_boundaries=[20.0, 40.0, 60.0], output_mode="one_hot")(age),
    ]
    x = keras.layers.Dense(5, activation="tanh")(keras.layers.Concatenate()(parts))
    return keras.Model([numbers, kind, age], keras.layers.Dense(1)(x))


def ten_steps():
    d = Draw("models/preprocessing_adam")
    mean, scale = np.array([1, -2, 30], "float32"), np.array([2, 0.5, 10], "float32")
    x = lambda: [d.normal(4, 3) * scale + mean, d.ints(4, 4, 1), d.uniform(4, 1, low=10, high=80)]  # noqa: E731
    batches = [(x(), d.normal(4, 1)) for _ in range(STEPS)]
    settings = {"optimizer": keras.optimizers.Adam(0.01), "loss": "mse"}
    name = "preprocessing_adam"
    trace = train(mixed_inputs, settings, batches, name=name)
    stored = [{"x": tensors(b[0]), "y": tensors(b[1]), "sample_weight": None} for b in batches]
    compiled = {k: keras_json(v) for k, v in own_optimizer(settings).items()}
    write(f"models/{name}.json", {"name": name, "compile": compiled, "batches": stored, **trace})


def make():
    ten_steps()
    normalization()
    discretization()
    category_encoding()
    pipeline()
