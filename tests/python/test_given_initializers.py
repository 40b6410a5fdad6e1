"""Initializers of a program, given to layers inside of other layers."""

import copy

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X = np.random.default_rng(3).normal(size=(4, 5, 3)).astype("float32")


def halves(shape, dtype=None):
    return ops.ones(shape, dtype) * 0.5


@keras.saving.register_keras_serializable("given")
class Level(keras.initializers.Initializer):
    """The same number everywhere."""

    def __init__(self, level=0.25):
        self.level = level

    def __call__(self, shape, dtype=None):
        return ops.full(shape, self.level, dtype)

    def get_config(self):
        return {"level": self.level}


WRAPPED = {
    "time": (lambda one: layers.TimeDistributed(layers.Dense(2, kernel_initializer=one)), [0]),
    "deep": (lambda one: layers.TimeDistributed(keras.Sequential([layers.Dense(2, kernel_initializer=one)])), [0]),
    "bidirectional": (lambda one: layers.Bidirectional(layers.LSTM(2, kernel_initializer=one, recurrent_initializer=one)), [0, 1, 3, 4]),
    "backward": (lambda one: layers.Bidirectional(
        layers.LSTM(2), backward_layer=layers.GRU(2, go_backwards=True, recurrent_initializer=one)), [4]),
    "cell": (lambda one: layers.RNN(layers.LSTMCell(2, kernel_initializer=one)), [0]),
    "cells": (lambda one: layers.RNN([layers.LSTMCell(2, kernel_initializer=one), layers.GRUCell(3, bias_initializer=one)]), [0, 5]),
    "stacked": (lambda one: layers.RNN(layers.StackedRNNCells([layers.LSTMCell(2), layers.GRUCell(3, kernel_initializer=one)])), [3]),
    "both": (lambda one: layers.Bidirectional(layers.RNN(layers.SimpleRNNCell(2, kernel_initializer=one))), [0, 3]),
    "spectral": (lambda one: layers.SpectralNormalization(layers.Dense(2, kernel_initializer=one)), [0]),
}


def model(wrapped, one):
    return keras.Sequential([keras.Input((5, 3)), WRAPPED[wrapped][0](one)])


@pytest.mark.parametrize("wrapped", WRAPPED)
@pytest.mark.parametrize(("one", "level"), [(halves, 0.5), (Level(0.75), 0.75), (Level, 0.25)])
def test_it_is_asked(wrapped, one, level):
    made = model(wrapped, one)
    for again in (made, keras.models.clone_model(made), copy.deepcopy(made)):
        values = again.get_weights()
        for i, value in enumerate(values):
            drawn = np.all(value == np.float32(level))
            assert drawn if i in WRAPPED[wrapped][1] else not drawn or np.all(value == value.flat[0])
    made.compile("sgd", "mse")
    y = np.zeros(made.predict(X, verbose=0).shape)
    assert np.isfinite(made.fit(X, y, verbose=0).history["loss"][0])


@pytest.mark.parametrize("wrapped", [name for name in WRAPPED if name != "deep"])
def test_files_have_it(wrapped, tmp_path):
    made = model(wrapped, Level(0.75))
    made.save(tmp_path / "a.keras")
    again = keras.models.load_model(tmp_path / "a.keras")
    assert np.array_equal(again.predict(X, verbose=0), made.predict(X, verbose=0))
    assert "'level': 0.75" in str(again.layers[0].get_config())
    # It is asked once more where the layer is made anew.
    anew = keras.Sequential([keras.Input((5, 3)), type(again.layers[0]).from_config(again.layers[0].get_config())])
    for i in WRAPPED[wrapped][1]:
        assert np.all(anew.get_weights()[i] == 0.75)


def test_the_forget_gate_begins_at_one_beside_a_given_bias():
    for made in (layers.LSTM(2, bias_initializer=halves), layers.RNN(layers.LSTMCell(2, bias_initializer=halves))):
        made.build((None, 5, 3))
        assert made.get_weights()[2].tolist() == [0.5, 0.5, 1, 1, 0.5, 0.5, 0.5, 0.5]
    plain = layers.LSTM(2, bias_initializer=halves, unit_forget_bias=False)
    plain.build((None, 5, 3))
    assert plain.get_weights()[2].tolist() == [0.5] * 8
