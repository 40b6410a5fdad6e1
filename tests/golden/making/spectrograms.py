"""MelSpectrogram and STFTSpectrogram, and whole models with image layers and with a spectrogram."""

import keras
import numpy as np
from keras import layers

from .layer_case import Cases
from .models import STEPS, spread, train
from .tensors import Draw, keras_json, own_optimizer, tensor, tensors, write


def stft(cases):
    d = cases.draw("stft")
    x, first = d.normal(2, 21, 2), d.normal(2, 2, 21)
    short = {"frame_length": 8}
    modes = ["log", "magnitude", "psd", "real", "imag", "angle", "stft"]
    configs = [{"mode": mode, **short} for mode in modes]
    configs += [
        {"frame_length": 6, "frame_step": 2, "fft_length": 16, "mode": "magnitude"},
        {"frame_length": 5, "frame_step": 5, "mode": "stft", "expand_dims": True},
        {"padding": "same", **short, "mode": "psd", "expand_dims": True},
        {"padding": "same", "frame_length": 7, "frame_step": 2, "mode": "real"},
        {"window": None, **short, "mode": "real"},
        {"window": None, "scaling": None, **short, "mode": "imag"},
        {"window": "hamming", "scaling": "spectrum", "periodic": True, **short, "mode": "real"},
        {"window": "blackman", "scaling": None, **short, "mode": "real"},
        {"window": [0.5, 1.0, -1.0, 0.25], "frame_length": 4, "scaling": "spectrum", "mode": "real"},
        {"frame_length": 2, "mode": "magnitude"},
        {"trainable": False, **short},
    ]
    for i, config in enumerate(configs):
        cases.add(f"stft_{i}", "STFTSpectrogram", config, [x], initial=True)
    for i, config in enumerate([short, {**short, "expand_dims": True}, {**short, "padding": "same", "mode": "stft"}]):
        cases.add(f"stft_first_{i}", "STFTSpectrogram", {"data_format": "channels_first", **config}, [first])
    cases.add("stft_default", "STFTSpectrogram", {"frame_length": 32}, [d.normal(1, 40, 1)], training=True, initial=True)


def mel(cases):
    d = cases.draw("mel")
    x = d.normal(2, 50)
    short = {"fft_length": 16, "sequence_stride": 8, "num_mel_bins": 5}
    configs = [
        {},
        {"power_to_db": False},
        {"sequence_length": 10, "window": "hamming", "power_to_db": False},
        {"sequence_length": 9, "window": None, "mag_exp": 1.0, "power_to_db": False},
        {"window": [float(v) for v in np.linspace(0.1, 1.0, 16).round(3)], "sequence_stride": 5},
        {"sampling_rate": 8000, "min_freq": 100.0, "max_freq": 3000.0, "power_to_db": False},
        {"top_db": 10.0, "ref_power": 3.0},
        {"min_power": 0.5, "ref_power": -0.1, "top_db": 60.0},
        {"fft_length": 15, "num_mel_bins": 4},
    ]
    for i, config in enumerate(configs):
        # Bands without a frequency are flat in decibels: a kink.
        cases.add(f"mel_{i}", "MelSpectrogram", {**short, **config}, [x])
    cases.add("mel_short", "MelSpectrogram", {**short, "sequence_stride": 3}, [d.normal(3, 6)], training=True)
    cases.add("mel_more_axes", "MelSpectrogram", short, [d.normal(2, 3, 20)])
    cases.add("mel_integers", "MelSpectrogram", short, [d.ints(9, 2, 30)])
    cases.add("mel_default", "MelSpectrogram", {"num_mel_bins": 16}, [d.normal(1, 600)])


def pictures():
    """The changes of this model leave no chance: training differs from inference, and can be compared."""
    return keras.Sequential(
        [
            keras.Input((9, 8, 3)),
            layers.Rescaling(1 / 255),
            layers.Resizing(6, 7),
            layers.RandomTranslation([0.15, 0.15], [-0.2, -0.2]),
            layers.RandomRotation([0.06, 0.06], fill_mode="nearest"),
            layers.RandomBrightness([0.1, 0.1], value_range=[0, 1]),
            layers.CenterCrop(6, 6),
            layers.Conv2D(3, 3, activation="tanh"),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )


def signals():
    return keras.Sequential(
        [
            keras.Input((40, 1)),
            layers.STFTSpectrogram(mode="magnitude", frame_length=16, frame_step=8),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def traces():
    o, d = keras.optimizers, Draw("spectrograms")
    image = lambda: np.round(d.rng.uniform(0, 255, size=(4, 9, 8, 3))).astype("float32")  # noqa: E731
    return {
        "pictures_changed_adam": (
            pictures,
            {"optimizer": o.Adam(0.01), "loss": "categorical_crossentropy"},
            [(image(), d.one_hot(2, 4)) for _ in range(STEPS)],
        ),
        "spectrogram_sgd": (
            signals,
            {"optimizer": o.SGD(0.002), "loss": "mse"},
            [(d.normal(4, 40, 1), d.normal(4, 2)) for _ in range(STEPS)],
        ),
    }


def models():
    for name, (build, compile_args, batches) in traces().items():
        trace = train(build, compile_args, batches, name=name)
        conditioning = spread(trace, train(build, compile_args, batches, nudge=1e-6, name=name))
        if conditioning > 3e-5:
            print(f"  {name}: ill-conditioned, a nudge of 1e-6 grew to {conditioning:.1e}")
        stored = [{"x": tensors(x), "y": tensors(y), "sample_weight": tensor(None)} for x, y in batches]
        settings = {k: keras_json(v) for k, v in own_optimizer(compile_args).items()}
        write(f"models/{name}.json", {"name": name, "compile": settings, "batches": stored, **trace})


def make():
    cases = Cases("spectrograms")
    stft(cases)
    mel(cases)
    write("layers/spectrograms.json", {"cases": cases.list})
    models()
