"""Image layers: whole layers in inference and with parameters that leave no chance, and given transformations.

`images.json` holds what Keras's `transform_images` makes of images with a transformation that its
`get_random_transformation` drew: the tensors of the dict by name, those of inner layers behind the layer's name and a dot.
"""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from .layer_case import Cases
from .tensors import Draw, fresh, gradients, keras_json, tensor, write

FILLS = [{"fill_mode": mode} for mode in ["reflect", "wrap", "nearest"]] + [{"fill_mode": "constant", "fill_value": 1.5}]
FIRST = {"data_format": "channels_first"}


def pixels(draw, *shape, low=0, high=255):
    return np.round(draw.rng.uniform(low, high, size=shape), 3).astype("float32")


# Whole layers.


def inference(cases):
    """Random layers leave images as they are; floats come out of most of them."""
    configs = {
        "RandomCrop": {"height": 2, "width": 2, "seed": 3},
        "RandomFlip": {"seed": 3},
        "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
        "RandomRotation": {"factor": 0.2},
        "RandomZoom": {"height_factor": 0.2},
        "RandomShear": {"x_factor": 0.2},
        "RandomPerspective": {},
        "RandomElasticTransform": {},
        "RandomContrast": {"factor": 0.2},
        "RandomBrightness": {"factor": 0.2},
        "RandomErasing": {},
        "RandomGrayscale": {},
        "RandomInvert": {},
        "RandomHue": {"factor": 0.2},
        "RandomSaturation": {"factor": 0.2},
        "RandomSharpness": {"factor": 0.2},
        "RandomPosterization": {"factor": 4},
        "RandomColorJitter": {"brightness_factor": 0.2},
        "RandomColorDegeneration": {"factor": 0.2},
        "RandomGaussianBlur": {},
        "Solarization": {},
        "Equalization": {},
        "MixUp": {},
        "CutMix": {},
        "RandAugment": {},
        "AugMix": {},
        "MaxNumBoundingBoxes": {"max_number": 2},
    }
    for name, config in configs.items():
        x = pixels(cases.draw(name), 1, 2, 3, 3, low=-10, high=300)
        cases.add(f"{name}_inference", name, config, [x])


def always(cases):
    """Layers that work in inference, too."""

    def add(name, class_name, config, x, training=False):
        cases.add(f"{class_name}_{name}", class_name, config, [x], training=training)

    d = cases.draw("always")
    images, first = pixels(d, 2, 5, 7, 2), pixels(d, 2, 2, 5, 7)
    whole = d.ints(255, 2, 5, 7, 2)
    for i, method in enumerate(["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]):
        config = {"height": 8, "width": 3, "interpolation": method}
        add(f"{method}", "Resizing", config, images, training=i % 2 == 0)
        add(f"{method}_antialias", "Resizing", {**config, "antialias": True}, images)
    size = {"height": 4, "width": 4}
    add("same_width", "Resizing", {"height": 3, "width": 7}, images)
    add("first", "Resizing", {**size, **FIRST}, first)
    add("crop_wide", "Resizing", {**size, "crop_to_aspect_ratio": True}, images)
    add("crop_high", "Resizing", {"height": 2, "width": 9, "crop_to_aspect_ratio": True}, images)
    add("crop_first", "Resizing", {**size, **FIRST, "crop_to_aspect_ratio": True}, first)
    pad = {"pad_to_aspect_ratio": True, "fill_value": 7.5, "fill_mode": "constant"}
    add("pad_rows", "Resizing", {**size, **pad}, images)
    add("pad_columns", "Resizing", {"height": 4, "width": 9, **pad}, images)
    add("pad_nothing", "Resizing", {"height": 10, "width": 14, **pad}, images)
    add("pad_first", "Resizing", {"height": 3, "width": 9, **pad, **FIRST}, first)
    for method in ["nearest", "bilinear", "bicubic"]:
        add(f"integers_{method}", "Resizing", {**size, "interpolation": method}, whole)
    for i, config in enumerate([{"height": 2, "width": 4}, {"height": 5, "width": 7}, {"height": 8, "width": 3}]):
        add(f"{i}", "CenterCrop", config, images, training=i == 1)
    add("small", "CenterCrop", {"height": 7, "width": 9}, images)
    add("first", "CenterCrop", {"height": 3, "width": 2, **FIRST}, first)
    add("integers", "CenterCrop", {"height": 3, "width": 2}, whole)
    # Floats are among the given transformations: the ends of the range are kinks.
    add("integers", "AutoContrast", {}, whole)
    add("first", "AutoContrast", {**FIRST, "value_range": [255, 0]}, d.ints(255, 2, 2, 5, 7))
    add("flat", "AutoContrast", {}, np.full((1, 2, 2, 1), 7, "int32"))
    name = "ContrastLimitedAdaptiveHistogramEqualization"
    add("default", name, {}, images)
    add("grid", name, {"tile_grid_size": [2, 3], "clip_limit": 2.0}, images)
    add("training", name, {"tile_grid_size": [2, 2], "clip_limit": 0.0}, images, training=True)
    add("unit", name, {"tile_grid_size": [1, 3], "value_range": [0, 1], "clip_limit": 20.0}, pixels(d, 2, 5, 7, 1, high=1))
    add("first", name, {"tile_grid_size": [2, 2], **FIRST}, first)
    add("integers", name, {"tile_grid_size": [2, 2]}, whole)
    add("many_tiles", name, {"tile_grid_size": [8, 8]}, pixels(d, 1, 3, 2, 1))


def certain(cases):
    """Ranges of one number."""
    d = cases.draw("certain")
    images, first, unit = pixels(d, 2, 4, 5, 3), pixels(d, 2, 3, 4, 5), pixels(d, 2, 4, 5, 3, high=1)
    moved = [
        ("RandomTranslation", {"height_factor": [0.27, 0.27], "width_factor": [-0.43, -0.43]}),
        ("RandomRotation", {"factor": [0.07, 0.07]}),
        ("RandomZoom", {"height_factor": [0.3, 0.3], "width_factor": [-0.43, -0.43]}),
        ("RandomZoom", {"height_factor": [-0.3, -0.3]}),
    ]
    for i, (name, config) in enumerate(moved):
        for fill in FILLS:
            cases.add(f"{name}_{i}_{fill['fill_mode']}", name, {**config, **fill}, [images], training=True)
        config = {**config, "interpolation": "nearest"}
        cases.add(f"{name}_{i}_nearest_pixel", name, config, [images], training=True)
        cases.add(f"{name}_{i}_first", name, {**config, **FIRST}, [first], training=True)
    more = [
        ("RandomTranslation", {"height_factor": [0, 0], "width_factor": [0, 0]}, images),
        ("RandomBrightness", {"factor": [0.2, 0.2]}, images),
        ("RandomBrightness", {"factor": [-0.3, -0.3], "value_range": [1, 0]}, unit),
        ("RandomSaturation", {"factor": [0.3, 0.3]}, images),
        ("RandomSaturation", {"factor": [0.7, 0.7], "value_range": [0, 1], **FIRST}, first),
        ("RandomColorDegeneration", {"factor": [0.4, 0.4]}, images),
        ("RandomColorDegeneration", {"factor": [-0.4, -0.4], "value_range": [0, 1]}, unit),
        ("RandomColorDegeneration", {"factor": [0.4, 0.4], **FIRST}, first),
        ("RandomSharpness", {"factor": [0.9, 0.9]}, images),
        ("RandomSharpness", {"factor": [0.2, 0.2], "value_range": [0, 1]}, unit),
        ("RandomSharpness", {"factor": [0.9, 0.9], **FIRST}, first),
        ("RandomPosterization", {"factor": [3, 3]}, images),
        ("RandomPosterization", {"factor": [2, 2], "value_range": [0, 1]}, unit),
        ("RandomPosterization", {"factor": [8, 8], **FIRST}, first),
        ("RandomContrast", {"factor": [0.0, 0.0], "value_range": [30, 200]}, images),
        ("Solarization", {}, images),
        ("Equalization", {}, images),
        ("Equalization", {"bins": 16, "value_range": [0, 1]}, unit),
        ("Equalization", {"bins": 64, **FIRST}, first),
        ("Equalization", {}, np.full((1, 2, 2, 1), 7.5, "float32")),
        ("RandomGrayscale", {"factor": 1.0}, images),
        ("RandomGrayscale", {"factor": 0.0}, images),
        ("RandomGrayscale", {"factor": 1.0, **FIRST}, first),
        ("RandomGrayscale", {"factor": 1.0}, images[..., :1]),
        ("RandomGrayscale", {"factor": 1.0}, d.ints(255, 2, 3, 3, 3)),
        ("RandomInvert", {"factor": [1, 1], "value_range": [0, 1]}, unit),
        ("RandomInvert", {"factor": [0, 0]}, unit),
        ("RandomErasing", {"factor": [0.0, 0.0]}, images),
        ("RandomErasing", {"factor": [1, 1], "scale": [1, 1], "fill_value": 400.0}, images),
        ("RandomGaussianBlur", {"factor": [1, 1], "sigma": [0.8, 0.8]}, images),
        ("RandomGaussianBlur", {"factor": [1, 1], "sigma": [0.5, 0.5], "kernel_size": [3, 5]}, images),
        ("RandomGaussianBlur", {"factor": [1, 1], "sigma": [0.6, 0.6], "value_range": [50, 99], **FIRST}, first),
        ("RandomPerspective", {"factor": [1, 1], "scale": 0.0}, images),
        ("RandomElasticTransform", {"factor": 0.0}, images),
        ("RandomElasticTransform", {"scale": 0.0}, images),
        ("RandomCrop", {"height": 4, "width": 3, "seed": 1}, images),
        ("RandomCrop", {"height": 6, "width": 3, "seed": 1}, images),
        ("RandomCrop", {"height": 2, "width": 9, "seed": 1, **FIRST}, first),
        ("RandomColorJitter", {}, images),
        ("RandomColorJitter", {"brightness_factor": [0.2, 0.2], "saturation_factor": [0.4, 0.4]}, images),
        ("RandAugment", {"num_ops": 0}, images),
        ("MaxNumBoundingBoxes", {"max_number": 2, "fill_value": -3}, images),
    ]
    for i, (name, config, x) in enumerate(more):
        cases.add(f"{name}_certain_{i}", name, config, [x], training=True)


# Given transformations.


# Of AugMix, by chains and depth. What cuts values to whole steps comes first: behind another change that makes whole
# numbers, rounding would decide.
CHOICES = {(3, 3): [[6, 0, 11], [3, 5, 9], [8, 10, 7]], (2, 4): [[6, 4, 1, 2], [3, 0, 7, 5]], (1, 2): [[2, 4]]}


class Given:
    """A layer with a transformation that it drew, and that transformation as stored."""

    def __init__(self, layer, x):
        self.layer, self.stored = layer, {}
        self.first = layer.data_format == "channels_first"
        kind = type(layer).__name__
        if kind == "RandomColorJitter":
            self.drawn = None
            self.inner(x, lambda sub, drawn: setattr(sub, "get_random_transformation", lambda *a, **k: drawn))
        elif kind == "AugMix":
            self.drawn = self.chains(x)
        elif kind == "RandomGrayscale":
            self.drawn = layer.get_random_transformation(x)
            self.stored = {"should_apply": self.drawn}
        else:
            self.drawn = layer.get_random_transformation(x, training=True)
            crop = kind == "RandomCrop"
            drawn = dict(zip(["h_start", "w_start"], self.drawn) if crop else self.drawn or {})
            for name, inner in drawn.pop("transforms", {}).items():
                self.keep(name + ".", inner)
            self.keep("", drawn)

    def keep(self, prefix, drawn):
        for name, value in (drawn or {}).items():
            if isinstance(value, (jax.Array, np.ndarray)):
                if self.first and name in ("batch_masks", "fill_value"):
                    value = np.moveaxis(value, 1, -1)
                if name == "batch_masks":
                    value = np.asarray(value)[..., :1]
                self.stored[prefix + name] = value

    def inner(self, x, fix):
        for name in ["random_brightness", "random_contrast", "random_saturation", "random_hue"]:
            sub = getattr(self.layer, name)
            if sub is not None:
                drawn = sub.get_random_transformation(x)
                self.keep(name + ".", drawn)
                fix(sub, drawn)

    def chains(self, x):
        """Keras chooses with Python's generator; here every step draws all, and the choice is given."""
        layer, names = self.layer, self.layer._augment_layers
        drawn = layer.get_random_transformation(x, training=True)
        choices = np.array(CHOICES[layer.num_chains, layer.chain_depth], "float32")
        drawn["chain_transforms"] = []
        for c in range(layer.num_chains):
            chain = []
            for d in range(layer.chain_depth):
                for i, name in enumerate(names):
                    inner = getattr(layer, name).get_random_transformation(x, seed=layer.generator)
                    self.keep(f"{c}.{d}.{name}.", inner)
                    if choices[c, d] == i:
                        chain.append({"layer_name": name, "transformation": inner})
            drawn["chain_transforms"].append(chain)
        self.keep("", {k: jnp.asarray(drawn[k]) for k in ["chain_mixing_weights", "weight_sample"]})
        self.stored["choices"] = choices
        return drawn

    def apply(self, x):
        return self.layer.transform_images(x, self.drawn, training=True)


def fixed_noise(given, shape):
    """Lets JAX draw one field of normal numbers for the elastic transformation, and keeps it. Down and to the right have the
    same numbers: Keras draws both from one seed."""
    normal, seen = jax.random.normal, []

    def kept(key, shape, dtype):
        seen.append(np.asarray(normal(key, shape=shape, dtype=dtype)))
        return jnp.asarray(seen[0])

    jax.random.normal = kept
    given.apply(jnp.zeros(shape, "float32"))
    assert len(seen) == 2 and np.array_equal(seen[0], seen[1])
    given.stored["noise"] = seen[0]
    return normal


def given_case(name, class_name, config, x, kinks=False):
    fresh()
    draw = Draw("images/" + name)
    layer = getattr(keras.layers, class_name)(**{"seed": 7, **config} if class_name not in UNSEEDED else config)
    given = Given(layer, jnp.asarray(x))
    normal = fixed_noise(given, x.shape) if "distortion_factor" in given.stored else jax.random.normal
    y = given.apply(jnp.asarray(x))
    weighting = draw.normal(*y.shape)
    grad = jax.grad(lambda x: jnp.sum(given.apply(x) * weighting))(jnp.asarray(x))
    jax.random.normal = normal
    return {
        "name": name,
        "class_name": class_name,
        "config": keras_json(config),
        "images": tensor(x),
        "transformation": {name: tensor(v) for name, v in given.stored.items()},
        "output": tensor(y),
        "weighting": tensor(weighting),
        # Where an end of the range is reached, rounding decides which way a gradient goes.
        "grad": None if kinks else gradients([grad])[0],
    }


UNSEEDED = ["AutoContrast", "Equalization"]


def given():
    d = Draw("images")
    images, first = pixels(d, 3, 4, 5, 3), pixels(d, 3, 3, 4, 5)
    unit, wide = pixels(d, 3, 4, 5, 3, high=1), pixels(d, 2, 6, 9, 2)
    both = [{}, FIRST]
    cases = []

    def add(class_name, config, x=None, **options):
        x = x if x is not None else first if config.get("data_format") == "channels_first" else images
        cases.append(given_case(f"{class_name}_{len(cases)}", class_name, config, x, **options))

    for mode in ["horizontal", "vertical", "horizontal_and_vertical"]:
        add("RandomFlip", {"mode": mode})
    add("RandomFlip", FIRST)
    for fill in FILLS:
        add("RandomTranslation", {"height_factor": 0.6, "width_factor": [-0.9, 0.1], **fill})
        add("RandomRotation", {"factor": 0.4, **fill})
        add("RandomZoom", {"height_factor": 0.6, "width_factor": [-0.4, 0.9], **fill})
        add("RandomShear", {"x_factor": 0.6, "y_factor": [0.1, 0.4], **fill})
        add("RandomElasticTransform", {"factor": [1, 1], "scale": [0.7, 1], **fill}, wide)
    add("RandomElasticTransform", {"factor": [1, 1], "fill_mode": "mirror", "interpolation": "nearest"}, wide)
    add("RandomElasticTransform", {"factor": 0.5, "scale": 0.9, "value_range": [9, 200], **FIRST})
    add("RandomElasticTransform", {"factor": [1, 1], "scale": [1, 1]}, pixels(d, 2, 24, 20, 1))
    for name, config in [("RandomZoom", {"height_factor": 0.5}), ("RandomShear", {"x_factor": 0.7, "y_factor": 0.2})]:
        for more in [{}, FIRST, {"interpolation": "nearest"}]:
            add(name, {**config, **more})
    for config in [{}, {"scale": 0.3, "fill_value": 4.0}, {"interpolation": "nearest"}, {"factor": [0.3, 0.9], **FIRST}]:
        add("RandomPerspective", {"factor": [1, 1], **config})
    add("RandomPerspective", {"factor": [1, 1], "scale": 0.5}, wide)
    for more in both:
        add("RandomContrast", {"factor": 0.6, **more})
        add("RandomBrightness", {"factor": 0.4, **more})
        add("RandomErasing", {"scale": [0.1, 0.7], **more})
        add("RandomGrayscale", more)
        add("RandomInvert", {"factor": [0.5, 0.5], **more})
        add("RandomHue", {"factor": 0.8, **more})
        add("RandomSaturation", {"factor": 0.8, **more})
        add("RandomSharpness", {"factor": [0.0, 1.0], **more})
        add("RandomPosterization", {"factor": [2, 7], **more})
        add("RandomColorDegeneration", {"factor": 0.7, **more})
        add("RandomGaussianBlur", {"factor": [0.5, 0.5], "sigma": [0.2, 0.9], "kernel_size": [5, 3], **more})
        add("Solarization", {"addition_factor": 0.2, "threshold_factor": [0.3, 0.6], **more})
        add("Equalization", more)
        add("MixUp", {"alpha": 1.0, **more})
        add("CutMix", {"factor": [0.8, 1.0], **more})
        add("RandomCrop", {"height": 2, "width": 3, **more})
        add("AutoContrast", more, kinks=True)
    add("RandomContrast", {"factor": [0.7, 0.9], "value_range": [0, 1]}, unit)
    add("RandomBrightness", {"factor": [0.1, 0.6], "value_range": [0, 1]}, unit)
    add("RandomErasing", {"factor": [0.5, 0.5], "scale": 0.9, "fill_value": 0.4, "value_range": [0, 1]}, unit)
    add("RandomErasing", {"factor": [1, 1], "scale": [0.3, 0.6]}, wide)
    add("RandomInvert", {"factor": 1.0, "value_range": [0, 1]}, unit)
    add("RandomHue", {"factor": [0.3, 0.9], "value_range": [0, 1]}, unit)
    add("RandomSaturation", {"factor": [0.2, 0.9], "value_range": [0, 1]}, unit)
    add("RandomPosterization", {"factor": 6, "value_range": [0, 1]}, unit)
    add("RandomColorDegeneration", {"factor": [0.2, 0.9], "value_range": [0, 1]}, unit)
    add("Solarization", {"addition_factor": [0.1, 0.3], "threshold_factor": 0.7, "value_range": [0, 1]}, unit)
    add("AutoContrast", {"value_range": [0, 1]}, unit, kinks=True)
    add("MixUp", {})
    add("CutMix", {}, wide)
    jitter = {"brightness_factor": 0.2, "contrast_factor": 0.4, "saturation_factor": [0.3, 0.7], "hue_factor": 0.4}
    # Brightness and contrast cut at 255, so that channels are equal there: kinks of the hue.
    add("RandomColorJitter", jitter, images * 0.4 + 70, kinks=True)
    add("RandomColorJitter", {"hue_factor": 0.4, "value_range": [0, 1]}, unit)
    add("RandomColorJitter", {"contrast_factor": [0.2, 0.4]}, wide)
    small = pixels(d, 2, 4, 4, 3)
    for seed in range(6):
        add("RandAugment", {"seed": seed, "num_ops": 3}, small, kinks=True)
    add("RandAugment", {"factor": [0.2, 0.9], "interpolation": "nearest", **FIRST}, pixels(d, 2, 3, 4, 4), kinks=True)
    add("RandAugment", {"num_ops": 1, "factor": 0.3, "value_range": [0, 1]}, pixels(d, 2, 4, 4, 3, high=1), kinks=True)
    add("AugMix", {}, small, kinks=True)
    config = {"num_chains": 2, "chain_depth": 4, "all_ops": False, "alpha": 0.4, "factor": [0.2, 0.6]}
    add("AugMix", {**config, "interpolation": "nearest", "value_range": [0, 1]}, pixels(d, 2, 4, 4, 2, high=1), kinks=True)
    add("AugMix", {"num_chains": 1, "chain_depth": 2, **FIRST}, pixels(d, 2, 3, 4, 4), kinks=True)
    write("images.json", {"cases": cases})


def make():
    given()
    cases = Cases("image_preprocessing")
    inference(cases)
    always(cases)
    certain(cases)
    write("layers/image_preprocessing.json", {"cases": cases.list})
