"""Operations of keras.ops between the layers of functional models, and arrays beside tensors, each as a model of its own, as Keras writes it."""

import json

import keras
import numpy as np
from keras import ops

from .tensors import Draw, fresh, tensor, write

# What is done with x and y (2, 4, 6); a list where several tensors come out.
CASES = {
    "negative": lambda x, y: -x,
    "absolute": lambda x, y: abs(x),
    "arithmetic": lambda x, y: (x + y) * 2 - 1 / (y * y + 1),
    "arrays": lambda x, y: x * np.arange(6, dtype="float32") + np.ones((4, 1), "float32"),
    "whole_numbers": lambda x, y: ops.cast(x * 4, "int32") * 3 - 1,
    "whole_and_fractions": lambda x, y: [ops.cast(x * 4, "int32") * 0.5, ops.cast(x * 4, "int32") + 2.0],
    "divided_whole": lambda x, y: ops.cast(x * 4, "int32") / 2,
    "floor_divide": lambda x, y: [x // 0.5, ops.cast(x * 9, "int32") // 2],
    "mod": lambda x, y: [x % 0.7, ops.cast(x * 9, "int32") % 4],
    "power": lambda x, y: [x**2, 2.0**x, ops.power(ops.abs(x) + 0.1, y), x**3],
    "maximum": lambda x, y: [ops.maximum(x, y), ops.minimum(x, 0.1)],
    "matmul": lambda x, y: ops.matmul(x, ops.transpose(y, (0, 2, 1))),
    "compare": lambda x, y: [x > 0.1, x >= y, x < 0, x <= y, ops.equal(x, x), ops.not_equal(x, y)],
    "logic": lambda x, y: [(x > 0) & (y > 0), (x > 0) | (y > 0), ~(x > 0)],
    "truths": lambda x, y: [(x > 0) + (y > 0), (x > 0) * (y > 0), ops.maximum(x > 0, y > 0), ops.minimum(x > 0, y > 0)],
    "large_whole_numbers": lambda x, y: [
        (ops.cast(x * 9, "int32") + 2**28) % 1000, (ops.cast(x * 9, "int32") - 2**28) // 7, ops.cumsum(ops.cast(x * 9, "int32") + 2**24 + 1, axis=1) % 99,
    ],
    "where": lambda x, y: [ops.where(x > 0, x, y), ops.where(x > 0, x, 0.0), ops.where(x > 0, 1, 0)],
    "clip": lambda x, y: [ops.clip(x, -0.5, 0.5), ops.clip(ops.cast(x * 9, "int32"), 0, 3)],
    "signs": lambda x, y: [ops.sign(x), ops.square(x), ops.floor(x), ops.ceil(x)],
    "exponentials": lambda x, y: [ops.exp(x), ops.expm1(x), ops.log(ops.abs(x) + 0.1), ops.log1p(ops.abs(x))],
    "logarithms": lambda x, y: [ops.log2(ops.abs(x) + 0.1), ops.log10(ops.abs(x) + 0.1)],
    "roots": lambda x, y: [ops.sqrt(ops.abs(x)), ops.rsqrt(ops.abs(x) + 0.1), ops.reciprocal(x + 9), ops.erf(x)],
    "circle": lambda x, y: [ops.sin(x), ops.cos(x), ops.tanh(x)],
    "likes": lambda x, y: [x + ops.zeros_like(y), x * ops.ones_like(y), ops.stop_gradient(x)],
    "means": lambda x, y: [ops.mean(x, axis=1), ops.mean(x, axis=-1, keepdims=True), ops.mean(ops.cast(x * 9, "int32"), axis=1)],
    "variances": lambda x, y: [ops.var(x, axis=[1, 2]), ops.std(x, axis=-1, keepdims=True)],
    "sums": lambda x, y: [ops.sum(x, axis=[1, 2]), ops.sum(x > 0, axis=1), ops.prod(x, axis=-1)],
    "extremes": lambda x, y: [ops.max(x, axis=1), ops.min(x, axis=[1, 2], keepdims=True)],
    "any_all": lambda x, y: [ops.any(x > 1, axis=1), ops.all(x > -1, axis=-1, keepdims=True)],
    "arg": lambda x, y: [ops.argmax(x, axis=-1), ops.argmin(x, axis=1), ops.argmax(x, axis=1, keepdims=True)],
    "cumsum": lambda x, y: ops.cumsum(x, axis=1),
    "norms": lambda x, y: [ops.normalize(x, axis=-1), ops.logsumexp(x, axis=-1), ops.logsumexp(x, axis=1, keepdims=True)],
    "reshape": lambda x, y: [ops.reshape(x, (-1, 24)), ops.reshape(x, (-1, 2, 12))],
    "transpose": lambda x, y: [ops.transpose(x, (0, 2, 1)), ops.swapaxes(x, 1, -1)],
    "axes": lambda x, y: [ops.expand_dims(x, -1), ops.expand_dims(x, [1, 2]), ops.squeeze(ops.expand_dims(x, 1), 1)],
    "flip": lambda x, y: [ops.flip(x, axis=1), ops.flip(x, axis=[1, 2])],
    "copies": lambda x, y: [ops.repeat(x, 2, axis=1), ops.tile(x, [1, 2, 1])],
    "pad": lambda x, y: [ops.pad(x, [[0, 0], [1, 2], [0, 1]]), ops.pad(x, [[0, 0], [0, 0], [1, 1]], constant_values=2.5)],
    "joined": lambda x, y: [ops.concatenate([x, y], axis=-1), ops.concatenate([x], axis=1), ops.stack([x, y], axis=1)],
    "split": lambda x, y: [*ops.split(x, 3, axis=-1), *ops.split(x, [1, 3], axis=1)],
    "indices": lambda x, y: [x[:, 0], x[..., -1], x[:, None, 0, ::2], x[:, 1:3, -2:], x[:, ::-1], x[:, 1]],
    "take": lambda x, y: [ops.take(x, [0, 2], axis=1), ops.take(x, [[5, 0], [1, -1]], axis=-1)],
    "rectified": lambda x, y: [ops.relu(x), ops.relu6(x * 9), ops.leaky_relu(x), ops.leaky_relu(x, 0.1), ops.elu(x), ops.elu(x, 0.5), ops.selu(x)],
    "bent": lambda x, y: [ops.sigmoid(x), ops.log_sigmoid(x), ops.hard_sigmoid(x), ops.softplus(x), ops.softsign(x), ops.silu(x), ops.hard_silu(x)],
    "gelu": lambda x, y: [ops.gelu(x), ops.gelu(x, approximate=False)],
    # Layers, too, are called with arrays beside tensors.
    "layers_with_arrays": lambda x, y: [
        keras.layers.Add()([x, np.full((1, 4, 6), 10, "float32")]), keras.layers.Multiply()([x, np.arange(24, dtype="int32").reshape(1, 4, 6)]),
        keras.layers.Concatenate(axis=1)([x, np.ones((2, 1, 6), "float32"), y]),
        keras.layers.Softmax()(x, mask=np.tri(4, 6, dtype="bool")[None]),
    ],
    "softmax": lambda x, y: [ops.softmax(x), ops.softmax(x, axis=1), ops.log_softmax(x)],
}


def make():
    draw = Draw("operations")
    x, y = draw.normal(2, 4, 6), draw.normal(2, 4, 6)
    cases = []
    for name, function in CASES.items():
        fresh()
        a, b = keras.Input((4, 6), name="x"), keras.Input((4, 6), name="y")
        given = function(a, b)
        # Both inputs lead to the outputs, whether the operation takes them or not.
        outputs = [*(given if isinstance(given, list) else [given]), a + b]
        model = keras.Model([a, b], outputs)
        found = model([x, y])
        cases.append({"name": name, "model": json.loads(model.to_json()), "outputs": [tensor(value) for value in found[:-1]]})
    write("operations.json", {"x": tensor(x), "y": tensor(y), "cases": cases})
