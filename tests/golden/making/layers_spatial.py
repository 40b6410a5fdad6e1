"""Conv1D, Conv2D and the pooling layers."""

import keras
import numpy as np

from .layer_case import Cases
from .tensors import write


def with_every_option(keras_names):
    """Initializers, regularizers and constraints for each weight of a layer, and the penalty of its output."""
    options = {"activity_regularizer": keras.regularizers.L1L2(0.01, 0.02)}
    for name in keras_names:
        options[f"{name}_initializer"] = keras.initializers.Constant(0.25)
        options[f"{name}_regularizer"] = keras.regularizers.L2(0.3)
        options[f"{name}_constraint"] = keras.constraints.MaxNorm(2.0, axis=[0, 1])
    options["bias_initializer"] = keras.initializers.Constant(0.5)
    options["bias_regularizer"] = keras.regularizers.L1(0.1)
    options["bias_constraint"] = keras.constraints.NonNeg()
    return options


def conv1d():
    c = Cases("layers/conv1d")
    x = c.draw("x").normal(2, 7, 4)
    k = {"filters": 4, "kernel_size": 3}
    for padding in ["valid", "same", "causal"]:
        c.add(padding, "Conv1D", {**k, "padding": padding}, [x])
        c.add(f"{padding}_stride2", "Conv1D", {**k, "padding": padding, "strides": 2}, [x])
        c.add(f"{padding}_dilation2", "Conv1D", {**k, "padding": padding, "dilation_rate": 2}, [x])
    c.add("even_kernel_same", "Conv1D", {"filters": 3, "kernel_size": 4, "padding": "same"}, [x])
    c.add("even_kernel_same_stride3", "Conv1D", {"filters": 3, "kernel_size": 4, "padding": "same", "strides": 3}, [x])
    c.add("groups", "Conv1D", {**k, "groups": 2}, [x])
    c.add("groups_same", "Conv1D", {**k, "groups": 4, "padding": "same"}, [x])
    c.add("no_bias_relu", "Conv1D", {**k, "use_bias": False, "activation": "relu"}, [x])
    c.add("tanh", "Conv1D", {**k, "activation": "tanh"}, [x])
    c.add("kernel_1", "Conv1D", {"filters": 2, "kernel_size": 1}, [x])
    c.add("whole_length", "Conv1D", {"filters": 2, "kernel_size": 7}, [x])
    c.add("longer_than_input_same", "Conv1D", {"filters": 2, "kernel_size": 5, "padding": "same"}, [x[:, :3]])
    c.add("channels_first", "Conv1D", {**k, "data_format": "channels_first"}, [c.draw("cf").normal(2, 3, 6)])
    c.add(
        "channels_first_same_stride2",
        "Conv1D",
        {**k, "data_format": "channels_first", "padding": "same", "strides": 2},
        [c.draw("cf").normal(2, 3, 6)],
    )
    mask = np.array([[1, 1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 0, 0, 0]], bool)
    c.add("mask", "Conv1D", {**k, "padding": "same"}, [x], mask=mask)
    c.add("every_option", "Conv1D", {**k, **with_every_option(["kernel"])}, [x], initial=True)
    c.add("strings", "Conv1D", {**k, "kernel_regularizer": "l2", "kernel_constraint": "non_neg"}, [x])
    write("layers/conv1d.json", {"cases": c.list})


def conv2d():
    c = Cases("layers/conv2d")
    x = c.draw("x").normal(1, 5, 6, 2)
    k = {"filters": 2, "kernel_size": [3, 2]}
    for padding in ["valid", "same"]:
        c.add(padding, "Conv2D", {**k, "padding": padding}, [x])
        c.add(f"{padding}_stride2", "Conv2D", {**k, "padding": padding, "strides": 2}, [x])
        c.add(f"{padding}_strides_2_3", "Conv2D", {**k, "padding": padding, "strides": [2, 3]}, [x])
        c.add(f"{padding}_dilation2", "Conv2D", {**k, "padding": padding, "dilation_rate": 2}, [x])
        c.add(f"{padding}_dilation_1_3", "Conv2D", {**k, "padding": padding, "dilation_rate": [1, 3]}, [x])
    c.add("square_relu", "Conv2D", {"filters": 3, "kernel_size": 3, "activation": "relu"}, [x])
    c.add("no_bias", "Conv2D", {**k, "use_bias": False}, [x])
    c.add("kernel_1", "Conv2D", {"filters": 3, "kernel_size": 1}, [x])
    c.add("groups", "Conv2D", {"filters": 4, "kernel_size": 2, "groups": 2}, [x])
    c.add("groups_same", "Conv2D", {"filters": 2, "kernel_size": 3, "groups": 2, "padding": "same"}, [x])
    cf = c.draw("cf").normal(2, 2, 4, 5)
    c.add("channels_first", "Conv2D", {**k, "data_format": "channels_first"}, [cf])
    c.add("channels_first_same", "Conv2D", {**k, "data_format": "channels_first", "padding": "same"}, [cf])
    c.add("every_option", "Conv2D", {**k, **with_every_option(["kernel"])}, [x], initial=True)
    c.add("softmax_channels_first", "Conv2D", {**k, "activation": "softmax", "data_format": "channels_first"}, [cf])
    write("layers/conv2d.json", {"cases": c.list})


def pooling():
    c = Cases("layers/pooling")
    x1 = c.draw("x1").normal(2, 7, 2)
    x2 = c.draw("x2").normal(1, 5, 6, 2)
    for kind in ["Max", "Average"]:
        for padding in ["valid", "same"]:
            p = {"padding": padding}
            for tag, options in {
                "size2": {"pool_size": 2},
                "size3": {"pool_size": 3},
                "size3_stride2": {"pool_size": 3, "strides": 2},
                "size2_stride1": {"pool_size": 2, "strides": 1},
                "size2_stride3": {"pool_size": 2, "strides": 3},
            }.items():
                c.add(f"{kind}1d_{padding}_{tag}", f"{kind}Pooling1D", {**options, **p}, [x1])
            for tag, options in {
                "size2": {"pool_size": 2},
                "size_3_2": {"pool_size": [3, 2]},
                "size3_stride2": {"pool_size": 3, "strides": 2},
                "size2_strides_1_3": {"pool_size": 2, "strides": [1, 3]},
            }.items():
                c.add(f"{kind}2d_{padding}_{tag}", f"{kind}Pooling2D", {**options, **p}, [x2])
        first = {"data_format": "channels_first"}
        pool = {**first, "pool_size": 2, "padding": "same"}
        c.add(f"{kind}1d_channels_first", f"{kind}Pooling1D", pool, [x1])
        c.add(f"{kind}2d_channels_first", f"{kind}Pooling2D", pool, [x2])
        for rank, x in [(1, x1), (2, x2)]:
            name = f"Global{kind}Pooling{rank}D"
            c.add(name, name, {}, [x])
            c.add(f"{name}_keepdims", name, {"keepdims": True}, [x])
            c.add(f"{name}_channels_first", name, first, [x])
    mask = np.array([[1, 1, 0, 1, 0, 0, 0], [0, 0, 1, 1, 1, 1, 1]], bool)
    name = "GlobalAveragePooling1D"
    c.add(f"{name}_mask", name, {}, [x1], mask=mask)
    c.add(f"{name}_mask_keepdims", name, {"keepdims": True}, [x1], mask=mask)
    x = c.draw("cf").normal(2, 2, 7)
    c.add(f"{name}_mask_channels_first", name, {"data_format": "channels_first"}, [x], mask=mask)
    c.add("GlobalMaxPooling1D_mask", "GlobalMaxPooling1D", {}, [x1], mask=mask)
    c.add("MaxPooling1D_mask", "MaxPooling1D", {}, [x1], mask=mask)
    c.add("Max1d_default_size", "MaxPooling1D", {}, [x1])
    c.add("Max2d_default_size", "MaxPooling2D", {}, [x2])
    ties = np.array([[1, 1, 0, 0, 2, 2], [3, 3, 3, 3, 3, 3]], "float32").reshape(2, 6, 1)
    c.add("Max1d_ties", "MaxPooling1D", {}, [ties])
    c.add("GlobalMax1d_ties", "GlobalMaxPooling1D", {}, [ties])
    write("layers/pooling.json", {"cases": c.list})


def make():
    conv1d()
    conv2d()
    pooling()
