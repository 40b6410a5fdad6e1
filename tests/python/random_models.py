"""Random models as plain data, and how any package with Keras's API builds them."""

import random

import numpy as np

ACTIVATIONS = ["linear", "relu", "tanh", "sigmoid", "elu", "selu", "softplus", "softsign", "silu", "gelu", "leaky_relu", "hard_sigmoid", "exponential"]
MILD = ["relu", "tanh", "sigmoid", "elu", "softplus", "gelu"]


def maybe(rng, options, share=0.3):
    return {key: value() for key, value in options.items() if rng.random() < share}


def regularizer(rng):
    kind = rng.choice(["L1", "L2", "L1L2"])
    config = {"L1": {"l1": 0.003}, "L2": {"l2": 0.01}, "L1L2": {"l1": 0.002, "l2": 0.004}}[kind]
    return {"kind": "regularizers", "name": kind, "config": config}


def constraint(rng):
    name, config = rng.choice([("MaxNorm", {"max_value": 0.9, "axis": 0}), ("NonNeg", {}), ("UnitNorm", {"axis": 0}), ("MinMaxNorm", {"min_value": 0.2, "max_value": 1.0})])
    return {"kind": "constraints", "name": name, "config": config}


def extras(rng, kernel="kernel"):
    return maybe(
        rng,
        {
            "use_bias": lambda: rng.random() < 0.5,
            f"{kernel}_regularizer": lambda: regularizer(rng),
            "bias_regularizer": lambda: regularizer(rng),
            f"{kernel}_constraint": lambda: constraint(rng),
            "activity_regularizer": lambda: regularizer(rng),
        },
        0.15,
    )


def flat_layer(rng):
    return rng.choice(
        [
            lambda: ("Dense", {"units": rng.randint(1, 9), "activation": rng.choice(ACTIVATIONS), **extras(rng)}),
            lambda: ("Dense", {"units": rng.randint(2, 9), "activation": rng.choice(MILD)}),
            lambda: ("BatchNormalization", maybe(rng, {"momentum": lambda: 0.8, "epsilon": lambda: 0.01, "center": lambda: False, "scale": lambda: False})),
            lambda: ("LayerNormalization", maybe(rng, {"epsilon": lambda: 0.01, "center": lambda: False, "scale": lambda: False})),
            lambda: ("Dropout", {"rate": 0.0}),
            lambda: ("Activation", {"activation": rng.choice(MILD)}),
            lambda: ("LeakyReLU", {"negative_slope": 0.2}),
            lambda: ("PReLU", {}),
            lambda: ("ELU", {"alpha": 0.7}),
            lambda: ("UnitNormalization", {}),
            lambda: ("RMSNormalization", {}),
            lambda: ("RepeatVector", {"n": rng.randint(2, 4)}),
        ]
    )()


def sequence_layer(rng):
    wrapped = lambda: {"kind": "layers", "name": rng.choice(["LSTM", "GRU", "SimpleRNN"]), "config": {"units": rng.randint(1, 5), "return_sequences": rng.random() < 0.5}}
    recurrent = lambda name, more: (name, {"units": rng.randint(1, 6), "return_sequences": rng.random() < 0.5, "go_backwards": rng.random() < 0.2, **more})
    return rng.choice(
        [
            lambda: recurrent("LSTM", maybe(rng, {"unit_forget_bias": lambda: False, "recurrent_activation": lambda: "hard_sigmoid", "activation": lambda: "softsign"})),
            lambda: recurrent("GRU", maybe(rng, {"reset_after": lambda: False, "recurrent_activation": lambda: "hard_sigmoid"})),
            lambda: recurrent("SimpleRNN", maybe(rng, {"activation": lambda: "relu"})),
            lambda: ("Bidirectional", {"layer": wrapped(), "merge_mode": rng.choice(["concat", "sum", "ave", "mul"])}),
            lambda: ("Conv1D", {"filters": rng.randint(1, 5), "kernel_size": rng.randint(1, 3), "padding": rng.choice(["same", "causal", "valid"]), "activation": rng.choice(MILD), **extras(rng)}),
            lambda: ("SeparableConv1D", {"filters": 3, "kernel_size": 2, "padding": "same"}),
            lambda: ("TimeDistributed", {"layer": {"kind": "layers", "name": "Dense", "config": {"units": rng.randint(1, 5)}}}),
            lambda: ("MaxPooling1D", {"pool_size": 2, "padding": "same"}),
            lambda: ("AveragePooling1D", {"pool_size": 2, "padding": "same"}),
            lambda: ("GlobalAveragePooling1D", {}),
            lambda: ("GlobalMaxPooling1D", {}),
            lambda: ("LayerNormalization", {}),
            lambda: ("BatchNormalization", {}),
            lambda: ("Permute", {"dims": (2, 1)}),
            lambda: ("Flatten", {}),
            lambda: ("ZeroPadding1D", {"padding": 1}),
            lambda: ("UpSampling1D", {"size": 2}),
        ]
    )()


def picture_layer(rng):
    conv = lambda name, more: (name, {"kernel_size": rng.randint(1, 3), "padding": rng.choice(["same", "valid"]), "activation": rng.choice(MILD), **more})
    return rng.choice(
        [
            lambda: conv("Conv2D", {"filters": rng.randint(1, 4), "strides": rng.randint(1, 2), **extras(rng)}),
            lambda: conv("Conv2D", {"filters": rng.randint(1, 4), "dilation_rate": 2, "padding": "same"}),
            lambda: conv("DepthwiseConv2D", {"depth_multiplier": rng.randint(1, 2)}),
            lambda: conv("SeparableConv2D", {"filters": rng.randint(1, 4), "padding": "same"}),
            lambda: conv("Conv2DTranspose", {"filters": rng.randint(1, 3), "strides": 2}),
            lambda: ("MaxPooling2D", {"pool_size": 2, "padding": "same"}),
            lambda: ("AveragePooling2D", {"pool_size": 2, "padding": "same"}),
            lambda: ("BatchNormalization", {}),
            lambda: ("GroupNormalization", {"groups": 1}),
            lambda: ("UpSampling2D", {"size": 2}),
            lambda: ("ZeroPadding2D", {"padding": 1}),
            lambda: ("GlobalAveragePooling2D", {}),
            lambda: ("GlobalMaxPooling2D", {}),
            lambda: ("SpatialDropout2D", {"rate": 0.0}),
            lambda: ("Flatten", {}),
        ]
    )()


OPTIMIZERS = [
    ("SGD", {"learning_rate": 0.02, "momentum": 0.9, "nesterov": True}), ("SGD", {"learning_rate": 0.05}), ("SGD", {"learning_rate": 0.05, "clipnorm": 0.3}),
    ("Adam", {"learning_rate": 0.01}), ("Adam", {"learning_rate": 0.01, "amsgrad": True, "global_clipnorm": 0.5}), ("AdamW", {"learning_rate": 0.01, "weight_decay": 0.02}),
    ("RMSprop", {"learning_rate": 0.005, "momentum": 0.5, "centered": True}), ("RMSprop", {"learning_rate": 0.005}), ("Adagrad", {"learning_rate": 0.05}),
    ("Adadelta", {"learning_rate": 0.5}), ("Adamax", {"learning_rate": 0.01}), ("Nadam", {"learning_rate": 0.01}), ("Ftrl", {"learning_rate": 0.05}), ("Lion", {"learning_rate": 0.001}),
    ("SGD", {"learning_rate": {"kind": "schedules", "name": "ExponentialDecay", "config": {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5}}}),
    ("Adam", {"learning_rate": 0.01, "use_ema": True, "ema_momentum": 0.8}), ("Adam", {"learning_rate": 0.01, "gradient_accumulation_steps": 2}),
]
REGRESSION = ["mse", "mae", "huber", "log_cosh", "mean_squared_logarithmic_error", "cosine_similarity"]
REGRESSION_METRICS = ["mae", "mse", "mean_absolute_percentage_error", "cosine_similarity", "RootMeanSquaredError", "R2Score"]


def spec(seed):
    """A model with its data's sizes, its loss and its optimizer."""
    rng = random.Random(seed)
    kind = rng.choice(["flat", "flat", "sequence", "ids", "picture"])
    shape = {"flat": (rng.randint(2, 7),), "sequence": (rng.randint(3, 7), rng.randint(1, 4)), "ids": (rng.randint(3, 7),),
             "picture": (rng.randint(5, 8), rng.randint(5, 8), rng.randint(1, 3))}[kind]
    layers = []
    if kind == "ids":
        layers.append(("Embedding", {"input_dim": 11, "output_dim": rng.randint(2, 5), "mask_zero": rng.random() < 0.4}))
    goal = rng.choice(["regression", "binary", "classes", "one_hot"])
    optimizer = rng.choice(OPTIMIZERS)
    return {"seed": seed, "kind": kind, "shape": shape, "layers": layers, "goal": goal, "optimizer": optimizer, "depth": rng.randint(1, 4),
            "loss": rng.choice(REGRESSION), "metrics": rng.sample(REGRESSION_METRICS, 2), "label_smoothing": rng.choice([0.0, 0.1]),
            "from_logits": rng.random() < 0.5, "branch": rng.random() < 0.25, "batch": rng.choice([4, 5, 8])}


def made(keras, value):
    """A nested object in a package."""
    if isinstance(value, dict) and "kind" in value:
        where = keras.optimizers.schedules if value["kind"] == "schedules" else getattr(keras, value["kind"])
        return getattr(where, value["name"])(**{k: made(keras, v) for k, v in value["config"].items()})
    return value


def layer(keras, entry):
    name, config = entry
    return getattr(keras.layers, name)(**{key: made(keras, value) for key, value in config.items()})


def grown(spec, keras):
    """The layers of a model, chosen one after the other by the shapes that the package itself gives."""
    rng = random.Random(spec["seed"] + 1)
    dtype = "int32" if spec["kind"] == "ids" else "float32"
    entry = keras.Input(spec["shape"], dtype=dtype)
    x, chosen = entry, list(spec["layers"])
    for each in chosen:
        x = layer(keras, each)(x)
    for _ in range(spec["depth"]):
        choose = {2: flat_layer, 3: sequence_layer, 4: picture_layer}[len(x.shape)]
        each = choose(rng)
        if each[0] == "Permute" and spec["kind"] == "ids":
            continue
        try:
            x = layer(keras, each)(x)
        except ValueError:
            continue  # too small by now: the next one
        chosen.append(each)
    while len(x.shape) > 2:
        each = {3: ("LSTM", {"units": 3}), 4: ("GlobalAveragePooling2D", {})}[len(x.shape)]
        x = layer(keras, each)(x)
        chosen.append(each)
    return chosen


def built(keras, spec, chosen):
    """The compiled model."""
    units, activation = {"regression": (2, None), "binary": (1, "sigmoid"), "classes": (3, "softmax"), "one_hot": (3, "softmax")}[spec["goal"]]
    logits = spec["from_logits"] and spec["goal"] != "regression"
    if spec["goal"] == "regression" and spec["loss"] == "mean_squared_logarithmic_error":
        activation = "softplus"
    entry = keras.Input(spec["shape"], dtype="int32" if spec["kind"] == "ids" else "float32")
    x = entry
    for each in chosen:
        x = layer(keras, each)(x)
    if spec["branch"]:
        other = keras.layers.Dense(x.shape[-1], activation="tanh")(x)
        x = keras.layers.Add()([x, other]) if spec["seed"] % 2 else keras.layers.Concatenate()([x, other])
    x = keras.layers.Dense(units, activation=None if logits else activation)(x)
    model = keras.Model(entry, x)
    losses = keras.losses
    loss = {"regression": spec["loss"], "binary": losses.BinaryCrossentropy(from_logits=logits, label_smoothing=spec["label_smoothing"]),
            "classes": losses.SparseCategoricalCrossentropy(from_logits=logits),
            "one_hot": losses.CategoricalCrossentropy(from_logits=logits, label_smoothing=spec["label_smoothing"])}[spec["goal"]]
    metrics = spec["metrics"] if spec["goal"] == "regression" else ["accuracy"]
    name, config = spec["optimizer"]
    optimizer = getattr(keras.optimizers, name)(**{k: made(keras, v) for k, v in config.items()})
    return model, optimizer, loss, metrics


def data(spec):
    rng = np.random.default_rng(spec["seed"])
    rows = 5 * spec["batch"]
    shape = (rows, *spec["shape"])
    x = rng.integers(0, 11, shape).astype("int32") if spec["kind"] == "ids" else rng.normal(size=shape).astype("float32")
    if spec["kind"] == "ids":
        x[:, 0] = np.maximum(x[:, 0], 1)
    y = {"regression": lambda: rng.uniform(0, 1, (rows, 2)).astype("float32"), "binary": lambda: rng.integers(0, 2, (rows, 1)).astype("float32"),
         "classes": lambda: rng.integers(0, 3, (rows,)).astype("int32"), "one_hot": lambda: np.eye(3, dtype="float32")[rng.integers(0, 3, rows)]}[spec["goal"]]()
    return x, y
