"""Input that is in the wrong place, or of the wrong kind: what is said names it and the way out."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X = np.arange(32, dtype="float32").reshape(8, 4) / 32
Y = X[:, 0]


def wired():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def unwired():
    model = keras.Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("made", [wired, unwired])
def test_inputs_and_targets_in_one_tuple(made):
    for asked in (lambda: made().fit((X, Y), verbose=0), lambda: made().evaluate((X, Y), verbose=0)):
        with pytest.raises(ValueError, match=r"1 input \(\w+\), found 2 arrays; inputs and targets are two arguments: fit\(x, y\)"):
            asked()


def test_several_arrays_for_one_input():
    for asked in (lambda: wired().fit([X, X], Y, verbose=0), lambda: wired().predict([X, X], verbose=0)):
        with pytest.raises(ValueError, match=r"x: the model has 1 input \(\w+\), found 2 arrays$"):
            asked()


@pytest.mark.parametrize("made", [wired, unwired])
def test_rows_in_a_list_are_one_array(made):
    assert np.isfinite(made().fit(list(X), list(Y), verbose=0).history["loss"][0])
    assert wired().predict(X.tolist(), verbose=0).shape == (8, 1)


@pytest.mark.parametrize("made", [wired, unwired])
def test_rows_of_different_lengths(made):
    with pytest.raises(ValueError, match="x: the list holds rows of different lengths.*pad_sequences"):
        made().fit([[1, 2], [3]], [0, 1], verbose=0)
    with pytest.raises(ValueError, match="y: the list holds rows of different lengths.*pad_sequences"):
        made().fit(X[:2], [[1, 2], [3]], verbose=0)


@pytest.mark.parametrize("batch", [(X, Y, Y, Y), [X, Y, Y, Y], ()])
def test_a_batch_of_too_many_parts(batch):
    for asked in (lambda: wired().fit(iter([batch]), verbose=0), lambda: wired().evaluate(iter([batch]), verbose=0)):
        with pytest.raises(ValueError, match=rf"\(x, y\) or \(x, y, sample_weight\), found a {type(batch).__name__} of {len(batch)}"):
            asked()


def test_a_callback_that_was_not_made():
    for given in ([keras.callbacks.EarlyStopping], keras.callbacks.EarlyStopping):
        with pytest.raises(TypeError, match=r"found the class EarlyStopping; give an instance of it: EarlyStopping\(...\)"):
            wired().fit(X, Y, verbose=0, callbacks=given)
