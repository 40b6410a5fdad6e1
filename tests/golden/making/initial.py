"""How the weights of every layer begin: constants as they are, random ones by their distribution, and which are equal."""

import keras
import numpy as np

from .tensors import fresh, keras_json, write


def layer_cases():
    """(name, class, arguments, input shapes). Weights are large, so that their distribution is seen."""
    families = ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal"]
    scaling = keras.initializers.VarianceScaling
    yield "default", "Dense", {"units": 80}, [[2, 60]]
    yield "default", "Embedding", {"input_dim": 200, "output_dim": 30}, [[2, 3]]
    yield "default", "Conv1D", {"filters": 40, "kernel_size": 3}, [[2, 5, 50]]
    yield "groups", "Conv1D", {"filters": 60, "kernel_size": 5, "groups": 2}, [[2, 9, 40]]
    yield "default", "Conv2D", {"filters": 30, "kernel_size": [3, 2]}, [[2, 5, 5, 40]]
    yield "groups", "Conv2D", {"filters": 60, "kernel_size": 3, "groups": 3}, [[2, 5, 5, 30]]
    yield "default", "LSTM", {"units": 36}, [[2, 3, 50]]
    yield "no_unit_forget_bias", "LSTM", {"units": 36, "unit_forget_bias": False}, [[2, 3, 50]]
    yield "bias_ones", "LSTM", {"units": 36, "bias_initializer": "ones", "unit_forget_bias": True}, [[2, 3, 50]]
    yield "default", "Bidirectional", {"layer": keras.layers.LSTM(32, name="lstm")}, [[2, 3, 50]]
    seeded = keras.layers.LSTM(32, name="lstm", kernel_initializer=keras.initializers.GlorotUniform(seed=3))
    yield "seeded", "Bidirectional", {"layer": seeded}, [[2, 3, 50]]
    yield "default", "BatchNormalization", {}, [[2, 7]]
    yield "default", "LayerNormalization", {}, [[2, 7]]
    attention = {"num_heads": 4, "key_dim": 20}
    yield "default", "MultiHeadAttention", attention, [[2, 3, 48], [2, 5, 48]]
    yield "few", "MultiHeadAttention", {"num_heads": 2, "key_dim": 8}, [[2, 3, 16], [2, 3, 16]]
    yield "value_dim", "MultiHeadAttention", {**attention, "value_dim": 30, "dropout": 0.1}, [[2, 3, 48], [2, 5, 40], [2, 5, 60]]
    yield "output_shape", "MultiHeadAttention", {**attention, "output_shape": [6, 10]}, [[2, 3, 48], [2, 5, 48]]
    yield "gate", "MultiHeadAttention", {**attention, "use_gate": True}, [[2, 3, 48], [2, 5, 48]]
    others = [*families[1:], "orthogonal", "random_normal", "truncated_normal", "random_uniform"]
    for family in others:
        yield family, "MultiHeadAttention", {**attention, "kernel_initializer": family}, [[2, 3, 48], [2, 5, 48]]
    for mode in ["fan_in", "fan_out"]:
        own = scaling(2.0, mode, "uniform")
        yield mode, "MultiHeadAttention", {**attention, "kernel_initializer": own}, [[2, 3, 48], [2, 5, 48]]
    own = keras.initializers.GlorotUniform(seed=3)
    yield "seeded", "MultiHeadAttention", {**attention, "kernel_initializer": own}, [[2, 3, 48], [2, 5, 48]]
    own = keras.initializers.GlorotUniform(input_axes=[0, 1], output_axes=[2])
    yield "own_axes", "MultiHeadAttention", {**attention, "kernel_initializer": own}, [[2, 3, 48], [2, 5, 48]]
    for family in families[1:]:
        yield family, "Dense", {"units": 80, "kernel_initializer": family}, [[2, 60]]
        yield family, "Conv1D", {"filters": 40, "kernel_size": 3, "kernel_initializer": family}, [[2, 5, 50]]


def weight_facts(variable, earlier):
    values = np.asarray(variable.value, np.float64)
    facts = {"path": variable.path, "shape": list(values.shape), "trainable": bool(variable.trainable)}
    flat = values.ravel()
    if len(np.unique(flat)) <= 2:
        ends = np.flatnonzero(np.diff(flat)) + 1
        runs = np.split(flat, ends)
        return {**facts, "runs": [[float(run[0]), len(run)] for run in runs]}
    same = [v.path for v in earlier if v.shape == variable.shape and np.array_equal(v.value, variable.value)]
    found = {"mean": flat.mean(), "std": flat.std(), "largest": np.abs(flat).max()}
    return {**facts, **{k: float(f"{v:.6g}") for k, v in found.items()}, "equals": same[:1]}


def make():
    store("initial", layer_cases())


def store(file, begun):
    cases = []
    for name, class_name, config, shapes in begun:
        fresh()
        layer = getattr(keras.layers, class_name)(**config)
        stored = keras_json(config)
        ids = class_name.endswith("Embedding")
        inputs = [np.zeros(shape, "int32" if ids else "float32") for shape in shapes]
        # These take their inputs as one list.
        layer(inputs) if class_name in ["Attention", "AdditiveAttention"] else layer(*inputs)
        weights = [weight_facts(v, layer.weights[:i]) for i, v in enumerate(layer.weights)]
        cases.append({"name": name, "class_name": class_name, "config": stored, "inputs": shapes, "weights": weights})
    write(f"functions/{file}.json", {"cases": cases})
