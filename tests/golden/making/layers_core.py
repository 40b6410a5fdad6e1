"""Activation layers, EinsumDense, Identity, ReversibleEmbedding, and further options of Dense, Embedding, Masking."""

import keras
import numpy as np
from keras import layers

from .layer_case import Cases
from .tensors import write


def activation_layers():
    c = Cases("layers/activation_layers")
    x = c.draw("x").normal(3, 5, scale=3.0)
    x3 = c.draw("x3").normal(2, 3, 4, scale=2.0)
    x4 = c.draw("x4").normal(2, 2, 3, 2)
    steps = np.array([[1, 0, 1], [1, 1, 0]], bool)
    c.add("plain", "ELU", {}, [x])
    c.add("alpha", "ELU", {"alpha": 0.3}, [x3], mask=steps)
    c.add("plain", "LeakyReLU", {}, [x])
    c.add("slope", "LeakyReLU", {"negative_slope": 0.05}, [x3], mask=steps)
    c.add("no_slope", "LeakyReLU", {"negative_slope": 0.0}, [x])
    c.add("plain", "ReLU", {}, [x])
    c.add("max_value", "ReLU", {"max_value": 2.0}, [x])
    c.add("six", "ReLU", {"max_value": 6.0}, [x * 3])
    c.add("slope", "ReLU", {"negative_slope": 0.2}, [x3], mask=steps)
    c.add("threshold", "ReLU", {"threshold": 1.0}, [x])
    c.add("all", "ReLU", {"max_value": 3.0, "negative_slope": 0.1, "threshold": 0.5}, [x])
    c.add("slope_max", "ReLU", {"max_value": 1.5, "negative_slope": 0.1}, [x])
    c.add("plain", "PReLU", {}, [x], initial=True)
    c.add("rank_4", "PReLU", {}, [x4])
    c.add("shared", "PReLU", {"shared_axes": [1, 2]}, [x4])
    c.add("shared_one", "PReLU", {"shared_axes": 1}, [x3], mask=steps)
    c.add("shared_negative", "PReLU", {"shared_axes": [-1]}, [x4])
    c.add("shared_zero", "PReLU", {"shared_axes": [0]}, [x3])
    c.add(
        "everything_named",
        "PReLU",
        {
            "alpha_initializer": keras.initializers.Constant(0.25),
            "alpha_regularizer": "l2",
            "alpha_constraint": keras.constraints.MinMaxNorm(0.0, 1.0),
            "shared_axes": [1],
        },
        [x3],
        initial=True,
    )
    c.add("plain", "Softmax", {}, [x])
    c.add("axis_1", "Softmax", {"axis": 1}, [x3])
    c.add("axis_list_of_one", "Softmax", {"axis": [1]}, [x3])
    c.add("axes", "Softmax", {"axis": [-2, -1]}, [x3])
    c.add("axes_not_sorted", "Softmax", {"axis": [3, 1]}, [x4])
    full = np.array([[[1, 1, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1]], [[0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 1, 1]]], bool)
    c.add("mask", "Softmax", {}, [x3], mask=full)
    c.add("mask_axis_1", "Softmax", {"axis": 1}, [x3], mask=full)
    c.add("mask_axes", "Softmax", {"axis": [1, 2]}, [x3], mask=full & full[::-1])
    c.add("mask_broadcast", "Softmax", {}, [x3], mask=full[0])
    c.add("mask_size_1", "Softmax", {"axis": 1}, [x3], mask=full[:, :, :1])
    write("layers/activation_layers.json", {"cases": c.list})


def einsum_dense():
    c = Cases("layers/einsum_dense")
    n = "EinsumDense"
    x, x3, x4 = c.draw("x").normal(3, 4), c.draw("x3").normal(2, 3, 4), c.draw("x4").normal(2, 3, 2, 4)

    def add(name, equation, shape, inputs, **options):
        call = {k: options.pop(k) for k in ["mask", "initial"] if k in options}
        c.add(name, n, {"equation": equation, "output_shape": shape, **options}, [inputs], **call)

    add("matrix", "ab,bc->ac", 5, x, bias_axes="c", initial=True)
    add("no_bias", "ab,bc->ac", 5, x)
    add("sequence", "abc,cd->abd", [None, 5], x3, bias_axes="d", mask=np.array([[1, 1, 0], [0, 1, 1]], bool))
    add("sequence_sized", "abc,cd->abd", [3, 5], x3, bias_axes="bd")
    add("heads", "abc,cde->abde", [None, 2, 3], x3, bias_axes="de", initial=True)
    add("heads_joined", "abcd,cde->abe", [None, 5], x4, bias_axes="e")
    add("over_time", "abc,bd->adc", [5, 4], x3, bias_axes="dc")
    add("first_bias_axis", "abc,cd->abd", [3, 5], x3, bias_axes="b")
    add("by_axis", "abc,bcd->abd", [3, 2], x3, bias_axes="bd")
    add("transposed", "abc,dc->adb", [5, 3], x3, bias_axes="d")
    add("summed", "abc,cd->ad", 5, x3, bias_axes="d")
    add("scaled", "abc,c->abc", [None, 4], x3, bias_axes="c")
    add("ellipsis_left", "...x,xy->...y", 5, x3, bias_axes="y")
    add("ellipsis_left_rank_2", "...x,xy->...y", 5, x, bias_axes="y")
    add("ellipsis_left_rank_4", "...x,xy->...y", 5, x4)
    add("ellipsis_left_two", "...xy,yz->...xz", [2, 5], x4, bias_axes="xz")
    add("ellipsis_right", "ab...,bc->ac...", 5, x3, bias_axes="c")
    add("ellipsis_right_rank_4", "ab...,bc->ac...", [5], x4, bias_axes="c")
    add("activation", "ab,bc->ac", 5, x, bias_axes="c", activation="tanh")
    add(
        "everything_named",
        "...x,xy->...y",
        2,
        x,
        bias_axes="y",
        activation="elu",
        kernel_initializer="he_normal",
        bias_initializer="ones",
        kernel_regularizer="l1",
        bias_regularizer="l2",
        activity_regularizer=keras.regularizers.L2(0.1),
        kernel_constraint=keras.constraints.MaxNorm(2.0),
        bias_constraint="non_neg",
    )
    write("layers/einsum_dense.json", {"cases": c.list})


def reversible_embedding():
    c = Cases("layers/reversible_embedding")
    n, e = "ReversibleEmbedding", {"input_dim": 5, "output_dim": 3}
    ids = np.array([[1, 0, 4, 2], [0, 0, 3, 1]], "int32")
    x = c.draw("x").normal(2, 4, 3)
    mask = np.array([[1, 1, 0, 1], [1, 0, 0, 1]], bool)
    back = {"call": {"reverse": True}}
    c.add("plain", n, e, [ids])
    c.add("reverse", n, e, [x], **back)
    c.add("reverse_rank_2", n, e, [x[:, 0]], **back)
    c.add("untied", n, {**e, "tie_weights": False}, [ids])
    c.add("untied_reverse", n, {**e, "tie_weights": False}, [x], **back)
    c.add("soft_cap", n, {**e, "logit_soft_cap": 0.5, "reverse_dtype": "float32"}, [x], **back)
    c.add("mask_zero", n, {**e, "mask_zero": True}, [ids])
    c.add("mask_zero_reverse", n, {**e, "mask_zero": True}, [x], masks=[mask], **back)
    c.add(
        "everything_named",
        n,
        {
            **e,
            "embeddings_initializer": "ones",
            "embeddings_regularizer": "l2",
            "embeddings_constraint": "unit_norm",
            "activity_regularizer": "l1",
            "tie_weights": False,
        },
        [ids],
        initial=True,
    )
    write("layers/reversible_embedding.json", {"cases": c.list})


def further():
    """Options of older layers, and layers without any."""
    c = Cases("layers/core")
    x, x3 = c.draw("x").normal(3, 4), c.draw("x3").normal(2, 3, 4)
    mask = np.array([[1, 1, 0], [0, 1, 1]], bool)
    ids = np.array([[1, 0, 4], [0, 3, 1]], "int32")
    c.add("plain", "Identity", {}, [x3], mask=mask)
    c.add("integers", "Identity", {}, [ids])
    c.add("plain", "ActivityRegularization", {"l1": 0.1, "l2": 0.2}, [x3], mask=mask)
    c.add("default", "ActivityRegularization", {}, [x])
    for tag, act in {
        "leaky": layers.LeakyReLU(negative_slope=0.1),
        "relu6": layers.ReLU(max_value=6.0, negative_slope=0.2),
        "elu": layers.ELU(alpha=0.5),
        "softmax": layers.Softmax(axis=1),
    }.items():
        c.add("activation_" + tag, "Dense", {"units": 3, "activation": act}, [x3])
        c.add(tag, "Activation", {"activation": act}, [x3])
    c.add("activation_none", "Dense", {"units": 2, "activation": None}, [x])
    c.add("initializers_by_config", "Dense", {"units": 2, "kernel_initializer": keras.initializers.Ones(),
          "bias_initializer": "ones"}, [x], initial=True)
    c.add(
        "everything_named",
        "Embedding",
        {
            "input_dim": 5,
            "output_dim": 2,
            "embeddings_initializer": keras.initializers.Constant(0.5),
            "embeddings_regularizer": keras.regularizers.L1L2(0.1, 0.2),
            "activity_regularizer": "l2",
            "embeddings_constraint": keras.constraints.MaxNorm(2.0, axis=1),
            "mask_zero": True,
        },
        [ids],
        initial=True,
    )
    c.add("rank_4", "Masking", {}, [np.maximum(c.draw("m").normal(2, 3, 2, 2), 0)])
    c.add("mask_replaced", "Masking", {}, [np.maximum(x3, 0)], mask=mask)
    c.add("integers", "Masking", {"mask_value": 1}, [np.array([[[1, 1], [1, 2]]], "int32")])
    write("layers/core.json", {"cases": c.list})


def make():
    activation_layers()
    einsum_dense()
    reversible_embedding()
    further()
