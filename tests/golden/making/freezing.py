"""Models with frozen parts, trained ten steps: nested models, wrappers, and what of a frozen layer still counts."""

import keras
from keras import layers

from . import models
from .models import STEPS
from .tensors import Draw


def inner(**options):
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(4, activation="tanh", kernel_regularizer="l2", name="first", **options),
            layers.BatchNormalization(name="norm"),
            layers.Dense(3, bias_regularizer="l1", name="second"),
        ],
        name="inner",
    )


def nested():
    """The whole inner model is frozen: its penalties do not count, its normalization keeps its averages."""
    body = inner()
    body.trainable = False
    return keras.Sequential([keras.Input((4,)), layers.Dense(4, name="before"), body, layers.Dense(2, name="head")])


def within_nested():
    """One layer of the inner model is frozen."""
    body = inner()
    body.get_layer("first").trainable = False
    return keras.Sequential([keras.Input((4,)), layers.Dense(4, name="before"), body, layers.Dense(2, name="head")])


def wrapper():
    """Frozen by assignment: the argument `trainable=False` of a wrapper freezes nothing in Keras."""
    both = layers.Bidirectional(layers.LSTM(3, kernel_regularizer="l2", name="lstm"), name="both")
    model = keras.Sequential([keras.Input((3, 2)), both, layers.Dense(2, name="head")])
    both.trainable = False
    return model


def counting():
    """An activity penalty counts, frozen or not; a constraint and a penalty of a frozen weight do not."""
    x = keras.Input((4,), name="x")
    kept = layers.Dense(
        3, activity_regularizer=keras.regularizers.L2(0.1), kernel_regularizer="l2", kernel_constraint="unit_norm",
        trainable=False, name="kept",
    )  # fmt: skip
    shared = kept(x)
    moving = layers.BatchNormalization(name="moving")(shared)
    still = layers.BatchNormalization(name="still", trainable=False)(shared)
    return keras.Model(x, layers.Dense(2, name="head")(layers.Concatenate(name="join")([moving, still])))


def make():
    d = Draw("freezing")
    sgd = {"optimizer": keras.optimizers.SGD(0.05, momentum=0.9), "loss": "mse"}
    adam = {"optimizer": keras.optimizers.AdamW(0.01), "loss": "mse"}

    def batches(*shape):
        return [(d.normal(4, *shape), d.normal(4, 2)) for _ in range(STEPS)]

    traces = {
        "frozen_nested_sgd": (nested, sgd, batches(4)),
        "frozen_within_nested_adamw": (within_nested, adam, batches(4)),
        "frozen_wrapper_adamw": (wrapper, adam, batches(3, 2)),
        "frozen_counting_sgd": (counting, sgd, batches(4)),
    }
    models.write_traces(traces)
