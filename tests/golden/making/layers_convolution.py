"""Conv3D, the transposed, depthwise and separable convolutions, pooling of volumes, adaptive pooling, spatial dropout."""

import numpy as np

from .initial import store
from .layer_case import Cases
from .layers_spatial import with_every_option
from .tensors import write

FIRST = {"data_format": "channels_first"}


def conv3d():
    c = Cases("layers/conv3d")
    x = c.draw("x").normal(1, 4, 3, 4, 2)
    k = {"filters": 2, "kernel_size": [2, 3, 2]}
    for padding in ["valid", "same"]:
        p = {**k, "padding": padding}
        c.add(padding, "Conv3D", p, [x])
        c.add(f"{padding}_strides", "Conv3D", {**p, "strides": [2, 1, 3]}, [x])
        c.add(f"{padding}_dilation", "Conv3D", {**p, "dilation_rate": [2, 1, 3]}, [x])
    c.add("cube_relu_no_bias", "Conv3D", {"filters": 2, "kernel_size": 2, "activation": "relu", "use_bias": False}, [x])
    c.add("groups", "Conv3D", {"filters": 4, "kernel_size": 2, "groups": 2}, [x])
    c.add("channels_first", "Conv3D", {**k, **FIRST}, [np.moveaxis(x, -1, 1)])
    c.add("every_option", "Conv3D", {**k, **with_every_option(["kernel"])}, [x], initial=True)
    write("layers/conv3d.json", {"cases": c.list})


def conv_transpose():
    c = Cases("layers/conv_transpose")
    x1 = c.draw("x1").normal(2, 4, 3)
    name = "Conv1DTranspose"
    for padding in ["valid", "same"]:
        for kernel in [1, 2, 3, 5]:
            for strides in [1, 2, 3]:
                options = {"filters": 2, "kernel_size": kernel, "strides": strides, "padding": padding}
                tag = f"1d_{padding}_kernel{kernel}_stride{strides}"
                c.add(tag, name, options, [x1])
                for extra in range(strides):
                    c.add(f"{tag}_extra{extra}", name, {**options, "output_padding": extra}, [x1])
        for kernel in [2, 3]:
            options = {"filters": 2, "kernel_size": kernel, "dilation_rate": 2, "padding": padding}
            c.add(f"1d_{padding}_kernel{kernel}_dilation2", name, options, [x1])
            c.add(f"1d_{padding}_kernel{kernel}_dilation2_extra0", name, {**options, "output_padding": 0}, [x1])
    x2 = c.draw("x2").normal(1, 3, 4, 2)
    k = {"filters": 3, "kernel_size": [3, 2]}
    name = "Conv2DTranspose"
    for padding in ["valid", "same"]:
        p = {**k, "padding": padding}
        c.add(f"2d_{padding}", name, p, [x2])
        c.add(f"2d_{padding}_strides", name, {**p, "strides": [2, 3]}, [x2])
        c.add(f"2d_{padding}_extra", name, {**p, "strides": [2, 3], "output_padding": [1, 2]}, [x2])
        c.add(f"2d_{padding}_extra_one", name, {**p, "strides": [2, 3], "output_padding": 1}, [x2])
        c.add(f"2d_{padding}_dilation", name, {**p, "dilation_rate": [1, 2]}, [x2])
    c.add("2d_relu_no_bias", name, {**k, "activation": "relu", "use_bias": False}, [x2])
    c.add("2d_channels_first", name, {**k, "strides": 2, "padding": "same", **FIRST}, [x2])
    c.add("2d_every_option", name, {**k, **with_every_option(["kernel"])}, [x2], initial=True)
    x3 = c.draw("x3").normal(1, 2, 3, 2, 2)
    k = {"filters": 2, "kernel_size": [2, 3, 1]}
    name = "Conv3DTranspose"
    c.add("3d_valid", name, k, [x3])
    c.add("3d_strides", name, {**k, "strides": [2, 1, 3]}, [x3])
    c.add("3d_same_extra", name, {**k, "strides": [1, 2, 2], "padding": "same", "output_padding": [0, 1, 1]}, [x3])
    c.add("3d_dilation", name, {**k, "dilation_rate": [2, 1, 1], "padding": "same"}, [x3])
    c.add("3d_channels_first", name, {**k, "strides": 2, **FIRST}, [x3])
    c.add("3d_every_option", name, {**k, **with_every_option(["kernel"])}, [x3], initial=True)
    mask = np.array([[1, 1, 1, 0], [1, 0, 0, 0]], bool)
    c.add("1d_mask", "Conv1DTranspose", {"filters": 2, "kernel_size": 2, "padding": "same"}, [x1], mask=mask)
    c.add("1d_channels_first", "Conv1DTranspose", {"filters": 2, "kernel_size": 2, "strides": 2, **FIRST}, [x1])
    write("layers/conv_transpose.json", {"cases": c.list})


def depthwise():
    c = Cases("layers/depthwise")
    x1 = c.draw("x1").normal(2, 6, 3)
    x2 = c.draw("x2").normal(1, 5, 4, 2)
    for rank, x, kernel, strides, dilation in [(1, x1, 3, 2, 2), (2, x2, [3, 2], 2, [2, 1])]:
        name = f"DepthwiseConv{rank}D"
        k = {"kernel_size": kernel}
        for padding in ["valid", "same"]:
            p = {**k, "padding": padding}
            c.add(f"{rank}d_{padding}", name, p, [x])
            c.add(f"{rank}d_{padding}_strides", name, {**p, "strides": strides}, [x])
            c.add(f"{rank}d_{padding}_dilation", name, {**p, "dilation_rate": dilation}, [x])
            both = {**p, "strides": strides, "dilation_rate": dilation}
            c.add(f"{rank}d_{padding}_strides_dilation", name, both, [x])
            c.add(f"{rank}d_{padding}_multiplier", name, {**p, "depth_multiplier": 3}, [x])
        c.add(f"{rank}d_relu_no_bias", name, {**k, "activation": "relu", "use_bias": False}, [x])
        c.add(f"{rank}d_channels_first", name, {**k, "depth_multiplier": 2, "padding": "same", **FIRST}, [x])
        c.add(f"{rank}d_every_option", name, {**k, **with_every_option(["depthwise"])}, [x], initial=True)
    c.add("2d_one_channel", "DepthwiseConv2D", {"kernel_size": 2, "depth_multiplier": 2}, [x2[..., :1]])
    write("layers/depthwise.json", {"cases": c.list})


def separable():
    c = Cases("layers/separable")
    x1 = c.draw("x1").normal(2, 6, 3)
    x2 = c.draw("x2").normal(1, 5, 4, 2)
    for rank, x, kernel, strides, dilation in [(1, x1, 3, 2, 2), (2, x2, [3, 2], 2, [2, 1])]:
        name = f"SeparableConv{rank}D"
        k = {"filters": 3, "kernel_size": kernel}
        for padding in ["valid", "same"]:
            p = {**k, "padding": padding}
            c.add(f"{rank}d_{padding}", name, p, [x])
            c.add(f"{rank}d_{padding}_strides", name, {**p, "strides": strides}, [x])
            c.add(f"{rank}d_{padding}_dilation", name, {**p, "dilation_rate": dilation}, [x])
        c.add(f"{rank}d_multiplier", name, {**k, "depth_multiplier": 2}, [x])
        c.add(f"{rank}d_relu_no_bias", name, {**k, "activation": "relu", "use_bias": False}, [x])
        c.add(f"{rank}d_channels_first", name, {**k, "depth_multiplier": 2, "padding": "same", **FIRST}, [x])
        options = with_every_option(["depthwise", "pointwise"])
        c.add(f"{rank}d_every_option", name, {**k, **options}, [x], initial=True)
    write("layers/separable.json", {"cases": c.list})


def pooling3d():
    c = Cases("layers/pooling3d")
    x = c.draw("x").normal(1, 4, 3, 5, 2)
    for kind in ["Max", "Average"]:
        name = f"{kind}Pooling3D"
        if kind == "Max":
            c.add(f"{kind}_default", name, {}, [x])
        for padding in ["valid", "same"]:
            p = {"padding": padding}
            c.add(f"{kind}_{padding}_sizes", name, {"pool_size": [2, 3, 1], **p}, [x])
            c.add(f"{kind}_{padding}_strides", name, {"pool_size": 2, "strides": [1, 2, 3], **p}, [x])
            c.add(f"{kind}_{padding}_overlapping", name, {"pool_size": [3, 2, 2], "strides": 1, **p}, [x])
        c.add(f"{kind}_channels_first", name, {"pool_size": 2, "padding": "same", **FIRST}, [x])
        name = f"Global{kind}Pooling3D"
        c.add(name, name, {}, [x])
        c.add(f"{name}_keepdims", name, {"keepdims": True}, [x])
        c.add(f"{name}_channels_first", name, {**FIRST, "keepdims": True}, [x])
    write("layers/pooling3d.json", {"cases": c.list})


def adaptive_pooling():
    c = Cases("layers/adaptive_pooling")
    x = [None, c.draw("x1").normal(2, 7, 2), c.draw("x2").normal(1, 5, 6, 2), c.draw("x3").normal(1, 3, 4, 5, 1)]
    for kind in ["Average", "Max"]:
        # Not 7: in float32, XLA makes some of its windows a cell too long (keras.ops on NumPy does not).
        for size in [1, 2, 3, 4, 5, 6, 9]:
            c.add(f"{kind}1d_{size}", f"Adaptive{kind}Pooling1D", {"output_size": size}, [x[1]])
        for rank, sizes in [(1, [[4]]), (2, [2, [4, 3], [5, 6], [7, 2]]), (3, [2, [2, 3, 4], [1, 4, 6]])]:
            name = f"Adaptive{kind}Pooling{rank}D"
            for i, size in enumerate(sizes):
                c.add(f"{kind}{rank}d_sizes_{i}", name, {"output_size": size}, [x[rank]])
            first = np.moveaxis(x[rank], -1, 1)
            c.add(f"{kind}{rank}d_channels_first", name, {"output_size": 2, **FIRST}, [first])
        ties = np.array([[1, 1, 0, 0, 2, 2, 2], [3, 3, 3, 3, 3, 3, 3]], "float32").reshape(2, 7, 1)
        c.add(f"{kind}1d_ties", f"Adaptive{kind}Pooling1D", {"output_size": 4}, [ties])
        c.add(f"{kind}1d_ties_even", f"Adaptive{kind}Pooling1D", {"output_size": 3}, [ties[:, :6]])
    write("layers/adaptive_pooling.json", {"cases": c.list})


def spatial_dropout():
    c = Cases("layers/spatial_dropout")
    x = {2: c.draw("x2").normal(1, 2, 3, 2), 3: c.draw("x3").normal(1, 2, 2, 2, 2)}
    for rank, x in x.items():
        name = f"SpatialDropout{rank}D"
        c.add(f"{rank}d_inference", name, {"rate": 0.4}, [x])
        c.add(f"{rank}d_seed_channels_first", name, {"rate": 0.4, "seed": 5, **FIRST}, [x])
        c.add(f"{rank}d_rate_0_training", name, {"rate": 0.0}, [x], training=True)
    write("layers/spatial_dropout.json", {"cases": c.list})


def initial_cases():
    """As layer_cases of initial.py: the weights are large, so that their distribution is seen."""
    yield "default", "Conv3D", {"filters": 40, "kernel_size": [2, 3, 1]}, [[1, 3, 3, 3, 30]]
    yield "groups", "Conv3D", {"filters": 60, "kernel_size": 2, "groups": 3}, [[1, 3, 3, 3, 30]]
    spatial = {1: [5], 2: [4, 5], 3: [3, 3, 3]}
    for rank, sizes in spatial.items():
        name = f"Conv{rank}DTranspose"
        yield "default", name, {"filters": 60, "kernel_size": 2}, [[1, *sizes, 40]]
        yield "he_normal", name, {"filters": 60, "kernel_size": 3, "kernel_initializer": "he_normal"}, [[1, *sizes, 40]]
    for rank in [1, 2]:
        inputs = [[1, *spatial[rank], 80]]
        name = f"DepthwiseConv{rank}D"
        yield "default", name, {"kernel_size": 3, "depth_multiplier": 8}, inputs
        yield "he_normal", name, {"kernel_size": 3, "depth_multiplier": 8, "depthwise_initializer": "he_normal"}, inputs
        name = f"SeparableConv{rank}D"
        yield "default", name, {"filters": 50, "kernel_size": 3, "depth_multiplier": 8}, inputs
        options = {"filters": 50, "kernel_size": 3, "pointwise_initializer": "he_normal", "bias_initializer": "ones"}
        yield "he_normal", name, options, inputs


def make():
    store("initial_spatial", initial_cases())
    conv3d()
    conv_transpose()
    depthwise()
    separable()
    pooling3d()
    adaptive_pooling()
    spatial_dropout()
