"""Runs of fit with two outputs: losses, their weights and metrics by list and by name; and metrics of all kinds."""

import keras
import numpy as np
from keras import layers

from .fits import fit_trace
from .small_models import two_outputs
from .tensors import Draw, write


def sgd():
    return keras.optimizers.SGD(0.05)


def fits():
    d = Draw("models/fit_outputs")
    n = 11
    x = d.normal(n, 4)
    value, kind = d.normal(n, 1), d.one_hot(3, n)
    y = [value, kind]
    w = d.uniform(n, high=2)
    base = {"epochs": 2, "batch_size": 4}
    by_name = {
        "loss": {"value": "mse", "kind": "categorical_crossentropy"},
        "loss_weights": {"value": 0.5, "kind": 2.0},
        "metrics": {"value": ["mae"], "kind": ["accuracy", "mae"]},
        "weighted_metrics": {"kind": ["accuracy"], "value": ["mse"]},
    }
    cases = [
        fit_trace("by_name", two_outputs, {"optimizer": sgd(), **by_name}, x, y, {**base, "sample_weight": w}),
        fit_trace("by_name_split", two_outputs, {"optimizer": sgd(), **by_name}, x, y, {**base, "validation_split": 0.3}),
        fit_trace(
            "in_order",
            two_outputs,
            {"optimizer": sgd(), "loss": ["mae", "mse"], "loss_weights": [1.0, 0.25], "metrics": ["mse", "acc"]},
            x, y, base,
        ),
        fit_trace(
            "one_for_all", two_outputs,
            {"optimizer": sgd(), "loss": "mse", "metrics": [["mae", "mse"], ["mae"]], "weighted_metrics": [None, "mae"]},
            x, y, base,
        ),
        fit_trace(
            "duplicates", two_outputs,
            {
                "optimizer": sgd(), "loss": "mse",
                "metrics": {"value": ["mae", "mae", "mae"]},
                "weighted_metrics": {"value": ["mae", "mae"], "kind": ["mae", "mae"]},
            },
            x, y, base,
        ),
        fit_trace("none_in_order", two_outputs, {"optimizer": sgd(), "loss": [None, "mse"]}, x, y, base),
        fit_trace(
            "none_by_name", two_outputs,
            {"optimizer": sgd(), "loss": {"value": "mse", "kind": None}, "metrics": {"value": ["mae"]}},
            x, y, base,
        ),
        fit_trace(
            "objects", two_outputs,
            {
                "optimizer": sgd(),
                "loss": {"value": keras.losses.LogCosh(), "kind": keras.losses.CategoricalFocalCrossentropy(gamma=1.5)},
                "metrics": {
                    "value": [keras.metrics.R2Score(), keras.metrics.RootMeanSquaredError()],
                    "kind": [keras.metrics.F1Score(average="macro"), keras.metrics.OneHotMeanIoU(num_classes=3)],
                },
            },
            x, y, base,
        ),
        fit_trace(
            "binary_counts",
            lambda: keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")]),
            {
                "optimizer": sgd(),
                "loss": keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True),
                "metrics": [
                    keras.metrics.TruePositives(), keras.metrics.FalseNegatives(thresholds=0.3),
                    keras.metrics.SensitivityAtSpecificity(0.5), keras.metrics.PrecisionAtRecall(0.4),
                    keras.metrics.BinaryIoU(), keras.metrics.AUC(curve="PR"),
                ],
            },
            x, (value > 0).astype("float32"), {**base, "validation_split": 0.3},
        ),
        fit_trace(
            "dice",
            lambda: keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")]),
            {"optimizer": sgd(), "loss": keras.losses.Dice(), "weighted_metrics": [keras.metrics.F1Score(average="micro")]},
            x, kind, {**base, "sample_weight": w},
        ),
        fit_trace(
            "ctc",
            lambda: keras.Sequential([keras.Input((4,)), layers.Dense(15), layers.Reshape((5, 3))]),
            {"optimizer": sgd(), "loss": "ctc"},
            x, np.array([[1, 2], [2, 0], [1, 1], [2, 2], [1, 0]], "int32")[d.ints(5, n)], base,
        ),
    ]  # fmt: skip
    write("models/fit_outputs.json", {"cases": cases})


def make():
    fits()
