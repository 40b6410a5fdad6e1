"""What Keras's random image layers make of an image at a given parameter: ranges of one number leave no chance."""

import keras
import numpy as np

from .tensors import Draw, fresh, keras_json, tensor, write

SHIFT = [(0.25, 0.2), (-0.31, 0.43), (0.0, -0.9)]
TURNS = [0.25, 0.07, -0.15, 0.5]
ZOOMS = [(0.3, 0.3), (-0.4, 0.2), (0.9, -0.7)]
FILLS = [{"fill_mode": mode} for mode in ["reflect", "wrap", "nearest"]] + [{"fill_mode": "constant", "fill_value": 1.5}]


def geometric():
    """Layer and options, each parameter with each fill mode, and two with the nearest pixel."""
    layers = [
        (keras.layers.RandomTranslation, [{"height_factor": [h, h], "width_factor": [w, w]} for h, w in SHIFT]),
        (keras.layers.RandomRotation, [{"factor": [f, f]} for f in TURNS]),
        (keras.layers.RandomZoom, [{"height_factor": [h, h], "width_factor": [w, w]} for h, w in ZOOMS]),
    ]
    for layer, ranges in layers:
        yield from ((layer, {**options, **fill}) for options in ranges for fill in FILLS)
        # Not where a source lies half-way between two pixels: rounding in float32 would decide.
        yield from ((layer, {**ranges[1], **fill, "interpolation": "nearest"}) for fill in FILLS)
    # Width by the height's draw.
    yield keras.layers.RandomZoom, {"height_factor": [0.3, 0.3], "fill_mode": "reflect"}


def case(i, cls, config, call, draw=None):
    fresh()
    layer = cls(**config)
    name = f"{cls.__name__}_{i}"
    x = Draw("augmentation/" + cls.__name__).normal(4, 5, 2)
    return {
        "name": name,
        "class_name": cls.__name__,
        "config": config,
        "full_config": keras_json(layer)["config"],
        "inputs": [tensor(x)],
        "outputs": [tensor(call(layer, x[None])[0])],
        **({"draw": draw} if draw else {}),
    }


def drawn(cls, options, transformation):
    """A layer whose draw is given."""
    return [(cls, config, lambda layer, x: layer.transform_images(x, transformation)) for config in options]


def make():
    cases = [(*c, lambda layer, x: layer(x, training=True)) for c in geometric()]
    for factor in [0.6, 1.4, 0.0, 1.0]:
        ranges = [{"factor": [0.9, 0.9], "value_range": r} for r in [[-100, 100], [-0.5, 0.8]]]
        for c in drawn(keras.layers.RandomContrast, ranges, {"contrast_factor": np.float32(factor)}):
            cases.append((*c, {"contrast_factor": factor}))
    modes = [{"mode": mode} for mode in ["horizontal", "vertical", "horizontal_and_vertical"]]
    cases += drawn(keras.layers.RandomFlip, modes, {"flips": np.ones((1, 1, 1, 1), bool)})
    write("augmentation.json", {"cases": [case(i, *c) for i, c in enumerate(cases)]})
