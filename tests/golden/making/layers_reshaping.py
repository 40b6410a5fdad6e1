"""Cropping, zero padding, upsampling, Permute and RepeatVector."""

import numpy as np

from .layer_case import Cases
from .tensors import write

FIRST = {"data_format": "channels_first"}


def edges():
    c = Cases("layers/edges")
    x = [None, c.draw("x1").normal(2, 5, 2), c.draw("x2").normal(1, 4, 5, 2), c.draw("x3").normal(1, 3, 4, 4, 2)]
    ints = c.draw("ints").ints(9, 2, 4, 3, 2)
    for cls, option, forms1, forms2, forms3 in [
        (
            "Cropping",
            "cropping",
            {"one": 2, "pair": [1, 3], "before": [2, 0]},
            {"one": 1, "per_axis": [1, 2], "pairs": [[0, 2], [1, 0]], "mixed": [1, [2, 0]]},
            {"one": 1, "per_axis": [1, 0, 1], "pairs": [[1, 0], [0, 2], [1, 1]]},
        ),
        (
            "ZeroPadding",
            "padding",
            {"one": 2, "pair": [1, 3], "none": 0},
            {"one": 2, "per_axis": [1, 0], "pairs": [[0, 2], [1, 0]], "mixed": [1, [2, 0]]},
            {"one": 1, "per_axis": [1, 0, 2], "pairs": [[1, 0], [0, 2], [1, 1]]},
        ),
    ]:
        for rank, forms in [(1, forms1), (2, forms2), (3, forms3)]:
            name = f"{cls}{rank}D"
            c.add(f"{name}_default", name, {}, [x[rank]])
            for tag, form in forms.items():
                c.add(f"{name}_{tag}", name, {option: form}, [x[rank]])
            if rank > 1 or cls == "ZeroPadding":
                first = np.moveaxis(x[rank], -1, 1)
                form = list(forms.values())[-1] if rank > 1 else [1, 2]
                c.add(f"{name}_channels_first", name, {option: form, **FIRST}, [first])
        c.add(f"{cls}2D_integers", f"{cls}2D", {option: [[1, 0], [0, 1]]}, [ints])
        mask = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], bool)
        c.add(f"{cls}1D_mask", f"{cls}1D", {option: 1}, [x[1]], mask=mask)
    write("layers/edges.json", {"cases": c.list})


def up_sampling():
    c = Cases("layers/up_sampling")
    x1 = c.draw("x1").normal(2, 3, 2)
    c.add("1d_default", "UpSampling1D", {}, [x1])
    c.add("1d_size3", "UpSampling1D", {"size": 3}, [x1])
    c.add("1d_integers", "UpSampling1D", {}, [c.draw("ints").ints(9, 2, 3, 1)])
    x2 = c.draw("x2").normal(1, 3, 4, 2)
    c.add("2d_default", "UpSampling2D", {}, [x2])
    for interpolation in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]:
        options = {"size": [2, 3], "interpolation": interpolation}
        c.add(f"2d_{interpolation}", "UpSampling2D", options, [x2])
        c.add(f"2d_{interpolation}_channels_first", "UpSampling2D", {**options, **FIRST}, [x2])
    c.add("2d_bilinear_size1", "UpSampling2D", {"size": [1, 2], "interpolation": "bilinear"}, [x2])
    c.add("2d_bicubic_one_cell", "UpSampling2D", {"size": 4, "interpolation": "bicubic"}, [x2[:, :1, :1]])
    x3 = c.draw("x3").normal(1, 2, 3, 2, 2)
    c.add("3d_default", "UpSampling3D", {}, [x3])
    c.add("3d_sizes", "UpSampling3D", {"size": [1, 2, 3]}, [x3])
    c.add("3d_channels_first", "UpSampling3D", {"size": [2, 1, 3], **FIRST}, [x3])
    write("layers/up_sampling.json", {"cases": c.list})


def reshaping():
    c = Cases("layers/reshaping")
    x = c.draw("x").normal(2, 3, 4, 2)
    c.add("permute_three", "Permute", {"dims": [3, 1, 2]}, [x])
    c.add("permute_two", "Permute", {"dims": [2, 1]}, [x[..., 0]])
    c.add("permute_same", "Permute", {"dims": [1, 2, 3]}, [x])
    c.add("permute_integers", "Permute", {"dims": [2, 1]}, [c.draw("ints").ints(9, 2, 3, 4)])
    mask = np.array([[1, 1, 0], [1, 1, 1]], bool)
    c.add("permute_mask", "Permute", {"dims": [2, 1]}, [x[..., 0]], mask=mask)
    c.add("repeat", "RepeatVector", {"n": 3}, [x[:, 0, 0]])
    c.add("repeat_once", "RepeatVector", {"n": 1}, [x[:, 0, :, 0]])
    c.add("repeat_integers", "RepeatVector", {"n": 2}, [c.draw("repeated").ints(9, 2, 4)])
    c.add("flatten_channels_first", "Flatten", FIRST, [x])
    c.add("flatten_channels_first_steps", "Flatten", FIRST, [x[..., 0]])
    c.add("flatten_channels_first_features", "Flatten", FIRST, [x[:, 0, :, 0]])
    c.add("flatten_integers", "Flatten", {}, [c.draw("flat").ints(9, 2, 3, 2)])
    c.add("reshape_integers", "Reshape", {"target_shape": [2, -1]}, [c.draw("shaped").ints(9, 2, 3, 2)])
    write("layers/reshaping.json", {"cases": c.list})


def make():
    edges()
    up_sampling()
    reshaping()
