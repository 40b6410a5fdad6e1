"""Random layers that move windows over one, two or three axes."""

from random_options import MILD, extras, maybe, regularizer, scaled, thing


def prelu(rng, axes=None):
    more = {"alpha_regularizer": lambda: regularizer(rng), "alpha_constraint": lambda: thing("constraints", "NonNeg")}
    return "PReLU", {**maybe(rng, more), **({"shared_axes": axes} if axes else {})}


def windows(rng, **more):
    return {"kernel_size": rng.randint(1, 3), "padding": rng.choice(["same", "valid"]), "activation": rng.choice(MILD), **more}


def convolution(rng, axes):
    config = windows(rng, filters=2 * rng.randint(1, 2), **extras(rng, "kernel"))
    config |= rng.choice([{}, {"strides": 2}, {"dilation_rate": 2}, {"groups": 2}])
    if axes == 1 and rng.random() < 0.3:
        config["padding"] = "causal"
    return f"Conv{axes}D", config


def transposed(rng, axes):
    return f"Conv{axes}DTranspose", windows(
        rng, filters=rng.randint(1, 3), strides=rng.randint(1, 2), **extras(rng, "kernel"), **maybe(rng, {"dilation_rate": lambda: 2}, 0.15)
    )


def depthwise(rng, axes):
    return f"DepthwiseConv{axes}D", windows(
        rng, depth_multiplier=rng.randint(1, 2), **extras(rng, "depthwise"), **rng.choice([{}, {"strides": 2}, {"dilation_rate": 2}])
    )


def separable(rng, axes):
    return f"SeparableConv{axes}D", windows(
        rng,
        filters=rng.randint(1, 4),
        depth_multiplier=rng.randint(1, 2),
        **extras(rng, "depthwise", "pointwise"),
        **rng.choice([{}, {"strides": 2}]),
    )


def convolved_memory(rng, axes):
    config = {
        "filters": rng.randint(1, 2),
        "kernel_size": rng.randint(1, 2),
        "padding": rng.choice(["same", "valid"]),
        "return_sequences": rng.random() < 0.4,
    }
    more = {
        "unit_forget_bias": lambda: False,
        "recurrent_activation": lambda: "hard_sigmoid",
        "go_backwards": lambda: True,
        "activation": lambda: "softsign",
    }
    return f"ConvLSTM{axes}D", {**config, **maybe(rng, more), **extras(rng, "kernel", "recurrent")}


def moving(axes):
    """What moves windows over one, two or three axes."""
    pool = lambda rng: {"pool_size": 2, "padding": rng.choice(["same", "valid"]), **maybe(rng, {"strides": lambda: 1})}
    return [
        lambda rng: convolution(rng, axes),
        lambda rng: transposed(rng, axes),
        *([lambda rng: depthwise(rng, axes), lambda rng: separable(rng, axes)] if axes < 3 else []),
        lambda rng: (f"MaxPooling{axes}D", pool(rng)),
        lambda rng: (f"AveragePooling{axes}D", pool(rng)),
        lambda rng: (f"GlobalAveragePooling{axes}D", maybe(rng, {"keepdims": lambda: True})),
        lambda rng: (f"GlobalMaxPooling{axes}D", maybe(rng, {"keepdims": lambda: True})),
        lambda rng: (f"AdaptiveAveragePooling{axes}D", {"output_size": rng.randint(1, 3)}),
        lambda rng: (f"AdaptiveMaxPooling{axes}D", {"output_size": rng.randint(1, 3)}),
        lambda rng: (f"ZeroPadding{axes}D", {"padding": 1}),
        lambda rng: (f"Cropping{axes}D", {"cropping": 1}),
        lambda rng: (
            f"UpSampling{axes}D",
            {"size": 2 if axes < 3 else [1, 2, 1], **({"interpolation": rng.choice(["nearest", "bilinear"])} if axes == 2 else {})},
        ),
        lambda rng: (f"SpatialDropout{axes}D", {"rate": 0.0}),
        lambda rng: ("GroupNormalization", scaled(rng, groups=rng.choice([1, 1, 2, -1]))),
        lambda rng: prelu(rng, list(range(1, axes + 1))),
        lambda rng: ("LayerNormalization", scaled(rng, axis=rng.choice([-1, 1, [1, 2]]))),
        lambda rng: ("BatchNormalization", scaled(rng, axis=rng.choice([-1, 1]))),
        lambda rng: ("Flatten", {}),
    ]
