"""Random layers as plain data: a name and a config, by the number of axes of what they are given."""

from random_options import ACTIVATIONS, MILD, constraint, extras, maybe, regularizer, scaled, thing
from random_windows import convolved_memory, moving, prelu


def dense(rng):
    return "Dense", {"units": rng.randint(2, 8), "activation": rng.choice(ACTIVATIONS), **extras(rng, "kernel", matrix=True)}


def batch_norm(rng):
    return "BatchNormalization", scaled(rng, **maybe(rng, {"momentum": lambda: 0.8}))


def relu(rng):
    return "ReLU", maybe(rng, {"max_value": lambda: 1.0, "negative_slope": lambda: 0.1, "threshold": lambda: 0.2}, 0.5)


def einsum(rng):
    return "EinsumDense", {
        "equation": "...x,xy->...y",
        "output_shape": rng.randint(2, 6),
        "bias_axes": rng.choice(["y", None]),
        "activation": rng.choice(MILD),
        **maybe(
            rng,
            {
                "kernel_regularizer": lambda: regularizer(rng, True),
                "kernel_constraint": lambda: constraint(rng),
                "bias_regularizer": lambda: regularizer(rng),
            },
            0.2,
        ),
    }


ANY = [  # on any number of axes
    dense,
    batch_norm,
    relu,
    einsum,
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
    lambda rng: (
        "SpectralNormalization",
        {"layer": thing("layers", "Dense", units=rng.randint(2, 5)), "power_iterations": rng.randint(1, 2)},
    ),
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
    lambda rng: (
        "STFTSpectrogram",
        {
            "frame_length": 16,
            "frame_step": 8,
            "fft_length": 16,
            "mode": rng.choice(["magnitude", "log", "psd", "real", "imag"]),
            "padding": rng.choice(["same", "valid"]),
            "window": rng.choice(["hann", "hamming"]),
            "scaling": rng.choice(["density", "spectrum"]),
        },
    ),
    lambda rng: (
        "MelSpectrogram",
        {"fft_length": 16, "sequence_stride": 8, "sampling_rate": 160, "num_mel_bins": 4, "power_to_db": rng.random() < 0.5},
    ),
]


def recurrent(rng, name, sequences=None):
    config = {
        "units": rng.randint(1, 5),
        "return_sequences": rng.random() < 0.5 if sequences is None else sequences,
        "go_backwards": rng.random() < 0.2,
    }
    config |= maybe(rng, {"activation": lambda: rng.choice(["relu", "softsign", "sigmoid"]), "unroll": lambda: True}, 0.15)
    config |= extras(rng, "kernel", "recurrent", matrix=True, share=0.1)
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
        config["backward_layer"] = thing(
            "layers",
            rng.choice(["LSTM", "GRU"]),
            units=first["config"]["units"],
            return_sequences=first["config"]["return_sequences"],
            go_backwards=True,
        )
    return "Bidirectional", config


def cells(rng):
    cell = lambda: thing(
        "layers",
        rng.choice(["LSTMCell", "GRUCell", "SimpleRNNCell"]),
        units=rng.randint(1, 4),
        **maybe(rng, {"use_bias": lambda: False, "kernel_regularizer": lambda: regularizer(rng)}, 0.2),
    )
    config = {
        "cell": cell() if rng.random() < 0.4 else [cell() for _ in range(2)],
        "return_sequences": rng.random() < 0.5,
        "go_backwards": rng.random() < 0.2,
    }
    if rng.random() < 0.7:
        config["cell"] = thing("layers", "StackedRNNCells", cells=[cell(), cell()])
    return "RNN", {**config, **maybe(rng, {"zero_output_for_mask": lambda: True})}


SEQUENCE = [
    lambda rng: recurrent(rng, "LSTM"),
    lambda rng: recurrent(rng, "GRU"),
    lambda rng: recurrent(rng, "SimpleRNN"),
    bidirectional,
    cells,
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
    lambda rng: (
        "TimeDistributed",
        {"layer": rng.choice([thing("layers", "Conv1D", filters=3, kernel_size=2), inner(rng), thing("layers", "GlobalMaxPooling1D")])},
    ),
    lambda rng: (
        "Resizing",
        {"height": rng.randint(3, 6), "width": rng.randint(3, 6), "interpolation": rng.choice(["nearest", "bilinear", "bicubic"])},
    ),
    lambda rng: ("CenterCrop", {"height": 4, "width": 3}),
    lambda rng: rng.choice(
        [
            ("RandomContrast", {"factor": 0.0}),
            ("RandomTranslation", {"height_factor": 0.0, "width_factor": 0.0}),
            ("RandomRotation", {"factor": 0.0}),
            ("RandomZoom", {"height_factor": 0.0}),
        ]
    ),
]
VOLUME = [
    *moving(3),
    lambda rng: convolved_memory(rng, 2),
    lambda rng: ("TimeDistributed", {"layer": thing("layers", "Conv2D", filters=2, kernel_size=2)}),
]
FILM = [lambda rng: convolved_memory(rng, 3)]
IDS = [
    lambda rng: (
        "Embedding",
        {
            "input_dim": 11,
            "output_dim": rng.randint(2, 5),
            "mask_zero": rng.random() < 0.5,
            **maybe(rng, {"embeddings_regularizer": lambda: regularizer(rng), "embeddings_constraint": lambda: constraint(rng, 1)}, 0.2),
        },
    ),
    lambda rng: ("ReversibleEmbedding", {"input_dim": 11, "output_dim": rng.randint(2, 5), "mask_zero": rng.random() < 0.5}),
    lambda rng: ("CategoryEncoding", {"num_tokens": 11, "output_mode": rng.choice(["multi_hot", "count"])}),
]
