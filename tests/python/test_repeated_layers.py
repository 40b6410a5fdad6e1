"""One layer at several places of a Sequential model."""

import copy
import pickle

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X = np.random.default_rng(1).uniform(size=(8, 3)).astype("float32")


def model(known=True):
    twice, once = layers.Dense(3, activation="tanh", name="twice"), layers.Dense(3, name="once")
    made = keras.Sequential([*([keras.Input((3,))] if known else []), twice, once, twice], name="stack")
    made.compile("sgd", "mse")
    return made


def by_hand(weights):
    kernel, bias, other, shift = weights
    return np.tanh((np.tanh(X @ kernel + bias) @ other + shift) @ kernel + bias)


@pytest.mark.parametrize("known", [True, False])
def test_it_trains_with_shared_weights(known):
    made = model(known)
    made.fit(X, X[:, ::-1], epochs=2, verbose=0)
    assert [layer.name for layer in made.layers] == ["twice", "once", "twice"] and made.layers[0] is made.layers[2]
    assert len(made.weights) == 4 and made.count_params() == 24
    assert np.allclose(made.predict(X, verbose=0), by_hand(made.get_weights()), atol=1e-6)
    before = made.get_weights()
    made.train_on_batch(X, X[:, ::-1])
    assert not np.array_equal(before[0], made.get_weights()[0])


def test_copies_and_files_share_them_too(tmp_path):
    made = model()
    expected = made.predict(X, verbose=0)
    made.save(tmp_path / "a.keras")
    made.save_weights(tmp_path / "a.weights.h5")
    clone = keras.models.clone_model(made)
    clone.load_weights(tmp_path / "a.weights.h5")
    again = (copy.deepcopy(made), pickle.loads(pickle.dumps(made)), keras.models.load_model(tmp_path / "a.keras"), clone)
    for each in again:
        assert len(each.weights) == 4 and np.allclose(each.predict(X, verbose=0), expected, atol=1e-6)
    assert len(keras.models.model_from_json(made.to_json()).layers) == 3
    assert len(keras.Sequential.from_config(made.get_config()).weights) == 4


def test_inside_of_another_model_and_without_weights():
    inner = model()
    outer = keras.Sequential([keras.Input((3,)), inner, layers.Dense(1)])
    outer.compile("sgd", "mse")
    outer.fit(X, X[:, :1], verbose=0)
    assert len(outer.weights) == 6
    wired = keras.Model(given := keras.Input((3,)), inner(given))
    assert np.allclose(wired.predict(X, verbose=0), by_hand(inner.get_weights()), atol=1e-6)
    assert np.allclose(copy.deepcopy(wired).predict(X, verbose=0), by_hand(inner.get_weights()), atol=1e-6)
    relu = layers.ReLU()
    assert len(keras.Sequential([keras.Input((3,)), layers.Dense(3), relu, layers.Dense(3), relu]).layers) == 4


def test_what_does_not_fit_is_refused():
    wide = layers.Dense(4)
    with pytest.raises(ValueError, match="expected axis -1 of input shape to have value 3"):
        keras.Sequential([keras.Input((3,)), wide, wide])
    with pytest.raises(ValueError, match="unique names"):
        keras.Sequential([keras.Input((3,)), layers.Dense(3, name="a"), layers.Dense(3, name="a")])
    made = model()
    made.pop()
    assert len(made.layers) == 2 and made.predict(X, verbose=0).shape == (8, 3)
