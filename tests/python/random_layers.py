"""Random layers as plain data: a name and a config, by the number of axes of what they are given."""

ACTIVATIONS = [
    "linear", "relu", "tanh", "sigmoid", "elu", "selu", "softplus", "softsign", "silu", "gelu", "leaky_relu", "hard_sigmoid", "exponential", "celu", "glu", "hard_shrink",
    "hard_silu", "hard_tanh", "log_sigmoid", "log_softmax", "mish", "relu6", "soft_shrink", "softmax", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "tanh_shrink",
]
MILD = ["relu", "tanh", "sigmoid", "elu", "softplus", "gelu"]


def maybe(rng, options, share=0.3):
    return {key: value() for key, value in options.items() if rng.random() < share}


def thing(kind, name, **config):
    """An object inside a config."""
    return {"kind": kind, "name": name, "config": config}


def regularizer(rng, matrix=False):
    found = [thing("regularizers", "L1", l1=0.003), thing("regularizers", "L2", l2=0.01), thing("regularizers", "L1L2", l1=0.002, l2=0.004)]
    if matrix:
        found.append(thing("regularizers", "OrthogonalRegularizer", factor=0.02, mode=rng.choice(["rows", "columns"])))
    return rng.choice(found)


def constraint(rng, axis=0):
    name, config = rng.choice([("MaxNorm", {"max_value": 0.9}), ("UnitNorm", {}), ("MinMaxNorm", {"min_value": 0.2, "max_value": 1.0, "rate": rng.choice([0.5, 1.0])}), ("NonNeg", None)])
    return thing("constraints", name, **({} if config is None else {**config, "axis": axis}))


def extras(rng, *kernels, matrix=False, share=0.12):
    """What most layers with weights take, for the kernels that they have."""
    found = maybe(rng, {"use_bias": lambda: False, "bias_regularizer": lambda: regularizer(rng), "bias_constraint": lambda: constraint(rng), "activity_regularizer": lambda: regularizer(rng)}, share)
    for kernel in kernels:
        more = {f"{kernel}_regularizer": lambda: regularizer(rng, matrix), f"{kernel}_constraint": lambda: constraint(rng, 0 if matrix else rng.choice([0, [0, 1]]))}
        found |= maybe(rng, more, share)
    return found


def scaled(rng, **more):
    """Options of the layers that normalize."""
    options = {"epsilon": lambda: 0.01, "center": lambda: False, "scale": lambda: False, "gamma_regularizer": lambda: regularizer(rng), "beta_regularizer": lambda: regularizer(rng),
               "gamma_constraint": lambda: thing("constraints", "NonNeg"), "beta_constraint": lambda: thing("constraints", "NonNeg")}
    return {**maybe(rng, options, 0.2), **more}


def dense(rng):
    return "Dense", {"units": rng.randint(2, 8), "activation": rng.choice(ACTIVATIONS), **extras(rng, "kernel", matrix=True)}


def batch_norm(rng):
    return "BatchNormalization", scaled(rng, **maybe(rng, {"momentum": lambda: 0.8}))


def relu(rng):
    return "ReLU", maybe(rng, {"max_value": lambda: 1.0, "negative_slope": lambda: 0.1, "threshold": lambda: 0.2}, 0.5)


def einsum(rng):
    return "EinsumDense", {"equation": "...x,xy->...y", "output_shape": rng.randint(2, 6), "bias_axes": rng.choice(["y", None]), "activation": rng.choice(MILD),
                           **maybe(rng, {"kernel_regularizer": lambda: regularizer(rng, True), "kernel_constraint": lambda: constraint(rng), "bias_regularizer": lambda: regularizer(rng)}, 0.2)}


def prelu(rng, axes=None):
    more = {"alpha_regularizer": lambda: regularizer(rng), "alpha_constraint": lambda: thing("constraints", "NonNeg")}
    return "PReLU", {**maybe(rng, more), **({"shared_axes": axes} if axes else {})}


ANY = [  # on any number of axes
    dense, batch_norm, relu, einsum,
    lambda rng: ("Dense", {"units": rng.randint(2, 9), "activation": rng.choice(MILD)}),
    lambda rng: ("LayerNormalization", scaled(rng)),
    lambda rng: ("RMSNormalization", maybe(rng, {"epsilon": lambda: 0.01})),
    lambda rng: ("UnitNormalization", {}),
    lambda rng: ("Activation", {"activation": rng.choice(ACTIVATIONS)}),
    lambda rng: ("LeakyReLU", {"negative_slope": 0.2}),
    lambda rng: ("ELU", {"alpha": 0.7}),
    lambda rng: ("Softmax", {}),
    lambda rng: ("Rescaling", {"scale": 0.5, "offset": rng.choice([0.0, 0.2])}),
    lambda rng: ("ActivityRegularization", {"l1": 0.002, "l2": rng.choice([0.0, 0.01])}),
    lambda rng: (rng.choice(["Dropout", "GaussianDropout", "AlphaDropout"]), {"rate": 0.0}),
    lambda rng: rng.choice([("Identity", {}), ("GaussianNoise", {"stddev": 0.0})]),
    lambda rng: ("SpectralNormalization", {"layer": thing("layers", "Dense", units=rng.randint(2, 5)), "power_iterations": rng.randint(1, 2)}),
]

FLAT = [
    prelu,
    lambda rng: ("GroupNormalization", scaled(rng, groups=rng.choice([1, -1]))),
    lambda rng: ("RepeatVector", {"n": rng.randint(2, 4)}),
    lambda rng: ("Reshape", {"target_shape": rng.choice([(-1, 1), (1, -1), (-1, 2)])}),
    lambda rng: ("Discretization", {"bin_boundaries": [-0.5, 0.1, 0.8], "output_mode": rng.choice(["multi_hot", "count"])}),
    lambda rng: ("Normalization", {"mean": 0.3, "variance": 2.0, "invert": rng.random() < 0.5}),
]

SIGNAL = [
    lambda rng: ("STFTSpectrogram", {"frame_length": 16, "frame_step": 8, "fft_length": 16, "mode": rng.choice(["magnitude", "log", "psd", "real", "imag"]), "padding": rng.choice(["same", "valid"]),
                                     "window": rng.choice(["hann", "hamming"]), "scaling": rng.choice(["density", "spectrum"])}),
    lambda rng: ("MelSpectrogram", {"fft_length": 16, "sequence_stride": 8, "sampling_rate": 160, "num_mel_bins": 4, "power_to_db": rng.random() < 0.5}),
]


def recurrent(rng, name, sequences=None):
    config = {"units": rng.randint(1, 5), "return_sequences": rng.random() < 0.5 if sequences is None else sequences, "go_backwards": rng.random() < 0.2}
    config |= maybe(rng, {"activation": lambda: rng.choice(["relu", "softsign", "sigmoid"]), "unroll": lambda: True}, 0.15)
    config |= {k: v for k, v in extras(rng, "kernel", "recurrent", matrix=True, share=0.1).items()}
    if name != "SimpleRNN":
        config |= maybe(rng, {"recurrent_activation": lambda: rng.choice(["hard_sigmoid", "tanh"])}, 0.2)
    if name == "LSTM":
        config |= maybe(rng, {"unit_forget_bias": lambda: False}, 0.2)
    if name == "GRU":
        config |= maybe(rng, {"reset_after": lambda: False}, 0.3)
    return name, config


def inner(rng, sequences=None):
    name, config = recurrent(rng, rng.choice(["LSTM", "GRU", "SimpleRNN"]), sequences)
    config.pop("unroll", None)
    return thing("layers", name, **{**config, "go_backwards": False})


def bidirectional(rng):
    first = inner(rng)
    config = {"layer": first, "merge_mode": rng.choice(["concat", "sum", "ave", "mul"])}
    if rng.random() < 0.3:
        config["backward_layer"] = thing("layers", rng.choice(["LSTM", "GRU"]), units=first["config"]["units"], return_sequences=first["config"]["return_sequences"], go_backwards=True)
    return "Bidirectional", config


def cells(rng):
    cell = lambda: thing("layers", rng.choice(["LSTMCell", "GRUCell", "SimpleRNNCell"]), units=rng.randint(1, 4), **maybe(rng, {"use_bias": lambda: False, "kernel_regularizer": lambda: regularizer(rng)}, 0.2))
    config = {"cell": cell() if rng.random() < 0.4 else [cell() for _ in range(2)], "return_sequences": rng.random() < 0.5, "go_backwards": rng.random() < 0.2}
    if rng.random() < 0.3:
        config["cell"] = thing("layers", "StackedRNNCells", cells=[cell(), cell()])
    return "RNN", {**config, **maybe(rng, {"zero_output_for_mask": lambda: True})}


def windows(rng, axes, **more):
    return {"kernel_size": rng.randint(1, 3), "padding": rng.choice(["same", "valid"]), "activation": rng.choice(MILD), **more}


def convolution(rng, axes):
    config = windows(rng, axes, filters=2 * rng.randint(1, 2), **extras(rng, "kernel"))
    config |= rng.choice([{}, {"strides": 2}, {"dilation_rate": 2}, {"groups": 2}])
    if axes == 1 and rng.random() < 0.3:
        config["padding"] = "causal"
    return f"Conv{axes}D", config


def transposed(rng, axes):
    return f"Conv{axes}DTranspose", windows(rng, axes, filters=rng.randint(1, 3), strides=rng.randint(1, 2), **extras(rng, "kernel"), **maybe(rng, {"dilation_rate": lambda: 2}, 0.15))


def depthwise(rng, axes):
    return f"DepthwiseConv{axes}D", windows(rng, axes, depth_multiplier=rng.randint(1, 2), **extras(rng, "depthwise"), **rng.choice([{}, {"strides": 2}, {"dilation_rate": 2}]))


def separable(rng, axes):
    return f"SeparableConv{axes}D", windows(rng, axes, filters=rng.randint(1, 4), depth_multiplier=rng.randint(1, 2), **extras(rng, "depthwise", "pointwise"), **rng.choice([{}, {"strides": 2}]))


def convolved_memory(rng, axes):
    config = {"filters": rng.randint(1, 2), "kernel_size": rng.randint(1, 2), "padding": rng.choice(["same", "valid"]), "return_sequences": rng.random() < 0.4}
    more = {"unit_forget_bias": lambda: False, "recurrent_activation": lambda: "hard_sigmoid", "go_backwards": lambda: True, "activation": lambda: "softsign"}
    return f"ConvLSTM{axes}D", {**config, **maybe(rng, more), **extras(rng, "kernel", "recurrent")}


def moving(axes):
    """What moves windows over one, two or three axes."""
    pool = lambda rng: {"pool_size": 2, "padding": rng.choice(["same", "valid"]), **maybe(rng, {"strides": lambda: 1})}
    return [
        lambda rng: convolution(rng, axes),
        lambda rng: transposed(rng, axes),
        *([lambda rng: depthwise(rng, axes), lambda rng: separable(rng, axes)] if axes < 3 else []),
        lambda rng: (rng.choice([f"MaxPooling{axes}D", f"AveragePooling{axes}D"]), pool(rng)),
        lambda rng: (f"AveragePooling{axes}D", pool(rng)),
        lambda rng: (f"GlobalAveragePooling{axes}D", maybe(rng, {"keepdims": lambda: True})),
        lambda rng: (f"GlobalMaxPooling{axes}D", maybe(rng, {"keepdims": lambda: True})),
        lambda rng: (f"AdaptiveAveragePooling{axes}D", {"output_size": rng.randint(1, 3)}),
        lambda rng: (f"AdaptiveMaxPooling{axes}D", {"output_size": rng.randint(1, 3)}),
        lambda rng: (f"ZeroPadding{axes}D", {"padding": 1}),
        lambda rng: (f"Cropping{axes}D", {"cropping": 1}),
        lambda rng: (f"UpSampling{axes}D", {"size": 2, **({"interpolation": rng.choice(["nearest", "bilinear"])} if axes == 2 else {})}),
        lambda rng: (f"SpatialDropout{axes}D", {"rate": 0.0}),
        lambda rng: ("GroupNormalization", scaled(rng, groups=rng.choice([1, 1, 2, -1]))),
        lambda rng: prelu(rng, list(range(1, axes + 1))),
        lambda rng: ("LayerNormalization", scaled(rng, axis=rng.choice([-1, 1, [1, 2]]))),
        lambda rng: ("BatchNormalization", scaled(rng, axis=rng.choice([-1, 1]))),
        lambda rng: ("Flatten", {}),
    ]


SEQUENCE = [
    lambda rng: recurrent(rng, "LSTM"), lambda rng: recurrent(rng, "GRU"), lambda rng: recurrent(rng, "SimpleRNN"), bidirectional, cells,
    lambda rng: ("TimeDistributed", {"layer": thing("layers", "Dense", units=rng.randint(2, 5), activation=rng.choice(MILD))}),
    lambda rng: ("Permute", {"dims": (2, 1)}),
    lambda rng: ("Masking", {"mask_value": 0.0}),
    lambda rng: ("Softmax", {"axis": 1}),
    lambda rng: ("UnitNormalization", {"axis": 1}),
    lambda rng: ("SpectralNormalization", {"layer": thing("layers", "Conv1D", filters=3, kernel_size=2, padding="same")}),
    *moving(1),
]
PICTURE = [
    *moving(2),
    lambda rng: convolved_memory(rng, 1),
    lambda rng: ("TimeDistributed", {"layer": rng.choice([thing("layers", "Conv1D", filters=3, kernel_size=2), inner(rng), thing("layers", "GlobalMaxPooling1D")])}),
    lambda rng: ("Resizing", {"height": rng.randint(3, 6), "width": rng.randint(3, 6), "interpolation": rng.choice(["nearest", "bilinear", "bicubic"])}),
    lambda rng: ("CenterCrop", {"height": 4, "width": 3}),
    lambda rng: rng.choice([("RandomContrast", {"factor": 0.0}), ("RandomTranslation", {"height_factor": 0.0, "width_factor": 0.0}), ("RandomRotation", {"factor": 0.0}), ("RandomZoom", {"height_factor": 0.0})]),
]
VOLUME = [*moving(3), lambda rng: convolved_memory(rng, 2), lambda rng: ("TimeDistributed", {"layer": thing("layers", "Conv2D", filters=2, kernel_size=2)})]
FILM = [lambda rng: convolved_memory(rng, 3)]
IDS = [
    lambda rng: ("Embedding", {"input_dim": 11, "output_dim": rng.randint(2, 5), "mask_zero": rng.random() < 0.5,
                               **maybe(rng, {"embeddings_regularizer": lambda: regularizer(rng), "embeddings_constraint": lambda: constraint(rng, 1)}, 0.2)}),
    lambda rng: ("ReversibleEmbedding", {"input_dim": 11, "output_dim": rng.randint(2, 5), "mask_zero": rng.random() < 0.5}),
    lambda rng: ("CategoryEncoding", {"num_tokens": 11, "output_mode": rng.choice(["multi_hot", "count"])}),
]
