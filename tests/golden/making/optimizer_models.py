"""Whole small models under every further optimizer and every option that all share; ten steps each, and runs of fit."""

import keras

from . import small_models
from .fits import fit_trace
from .models import STEPS, left_padded, one_hot_batches, write_traces
from .tensors import Draw, write


def traces():
    o = keras.optimizers
    s = o.schedules
    d = Draw("optimizer_models")

    def mlp(optimizer):
        return small_models.mlp, {"optimizer": optimizer, "loss": "categorical_crossentropy"}, one_hot_batches(d, 3, 5)

    def conv(optimizer):
        batches = [(d.ints(12, 4, 8), d.ints(3, 4)) for _ in range(STEPS)]
        return small_models.embedding_conv, {"optimizer": optimizer, "loss": "sparse_categorical_crossentropy"}, batches

    def regularized(optimizer):
        return small_models.regularized, {"optimizer": optimizer, "loss": "categorical_crossentropy"}, one_hot_batches(d, 3, 5)

    def lstm(optimizer):
        batches = [(left_padded(d, 9, 4, 6), d.ints(2, 4, 1).astype("float32")) for _ in range(STEPS)]
        return small_models.masked_lstm, {"optimizer": optimizer, "loss": "binary_crossentropy"}, batches

    average = {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 3}
    return {
        "average_sgd": regularized(o.SGD(0.1, momentum=0.9, **average)),
        "accumulation_adam": mlp(o.Adam(0.01, gradient_accumulation_steps=3, weight_decay=0.1, global_clipnorm=0.5)),
        "accumulation_average_adamw": regularized(o.AdamW(0.01, gradient_accumulation_steps=2, **average)),
        "cosine_adam": mlp(o.Adam(s.CosineDecay(0.001, 6, warmup_target=0.02, warmup_steps=3))),
        "loss_scale_rmsprop": mlp(o.RMSprop(0.01, loss_scale_factor=64.0, clipvalue=0.1)),
        "dynamic_loss_scale_adam": mlp(o.LossScaleOptimizer(o.Adam(0.01), initial_scale=8.0, dynamic_growth_steps=4)),
        "dynamic_loss_scale_average_sgd": mlp(
            o.LossScaleOptimizer(o.SGD(0.1, gradient_accumulation_steps=2, **average), dynamic_growth_steps=3)
        ),
        # An embedding with rows and columns that have no gradient makes NaN of Adafactor in Keras.
        "adafactor": mlp(o.Adafactor(0.05)),
        "adadelta": mlp(o.Adadelta(1.0)),
        "adagrad": mlp(o.Adagrad(0.05)),
        "adamax": mlp(o.Adamax(0.01)),
        "nadam": lstm(o.Nadam(0.01)),
        "ftrl": mlp(o.Ftrl(0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.01)),
        "lamb": lstm(o.Lamb(0.02, weight_decay=0.01)),
        "muon": conv(o.Muon(0.02, exclude_layers=["sequential/dense_1"])),
        "schedule_free_adamw": mlp(o.ScheduleFreeAdamW(0.02, warmup_steps=4)),
        "several_optimizers": mlp(
            o.MultiOptimizer(
                o.OptimizerMap(
                    o.SGD(0.1, momentum=0.9),
                    {"sequential/dense/.*": o.Adam(0.01, **average), "sequential/dense_2/kernel": o.RMSprop(0.01)},
                )
            )
        ),
    }


def fits():
    d = Draw("optimizer_models/fits")
    n = 22
    x, y = d.normal(n, 5), d.one_hot(3, n)
    o = keras.optimizers
    half = o.schedules.ExponentialDecay(0.1, 4, 0.5, staircase=True)
    average = {"use_ema": True, "ema_momentum": 0.8}
    cases = []
    for name, build, optimizer in [
        ("average", small_models.regularized, o.SGD(0.1, momentum=0.5, **average)),
        (
            "average_accumulation_schedule",
            small_models.regularized,
            o.AdamW(half, gradient_accumulation_steps=4, ema_overwrite_frequency=2, **average),
        ),
        ("dynamic_loss_scale_average", small_models.mlp, o.LossScaleOptimizer(o.Adam(0.01, **average), dynamic_growth_steps=3)),
    ]:
        compile_args = {"optimizer": optimizer, "loss": "categorical_crossentropy", "metrics": ["accuracy"]}
        arguments = {"epochs": 3, "batch_size": 4, "validation_split": 0.2}
        cases.append(fit_trace(name, build, compile_args, x, y, arguments))
    write("models/fit_optimizers.json", {"cases": cases})


def make():
    write_traces(traces())
    fits()
