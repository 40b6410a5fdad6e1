"""Operations and layers on arrays give one type, an array of NumPy that has `.numpy()`; what Keras gives as plain arrays stays plain."""

import copy
import pickle

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops
from regimen._keras.eager_array import Array

X = np.linspace(-1, 1, 12).reshape(3, 4).astype("float32")


@pytest.mark.parametrize("made", [
    lambda: ops.add(X, 1), lambda: ops.sum(X), lambda: ops.max(ops.arange(3)), lambda: ops.convert_to_tensor(X),
    lambda: ops.convert_to_tensor(1), lambda: ops.convert_to_tensor(["a", "b"]), lambda: ops.cast(X, "int32"),
    lambda: ops.split(X, 2, axis=1)[1], lambda: ops.while_loop(lambda i: i < 3, lambda i: i + 1, 0), lambda: ops.equal(X, X),
    lambda: ops.cond(True, lambda: ops.ones(2), lambda: ops.zeros(2)), lambda: ops.ones_like(X) * 2, lambda: ops.sum(X) + 1,
    lambda: layers.Reshape((2, 2))(X), lambda: layers.Lambda(lambda x: x * 2)(X), lambda: keras.random.normal((2,)),
    lambda: keras.losses.mse(X, X), lambda: keras.losses.MeanSquaredError()(X, X), lambda: keras.activations.tanh(X),
    lambda: keras.initializers.Ones()((2,)), lambda: keras.initializers.Constant([1.0, 2.0])((3, 2)),
    lambda: keras.regularizers.L2()(X), lambda: keras.constraints.NonNeg()(X), lambda: keras.Variable(X).value, lambda: keras.Variable(X) + 1,
])  # fmt: skip
def test_one_type(made):
    found = made()
    assert type(found) is Array and type(found.numpy()) is np.ndarray and ops.is_tensor(found)


def test_plain_arrays_stay_plain():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    model.compile("sgd", "mse")
    assert type(model.predict(X, verbose=0)) is np.ndarray and type(model.predict_on_batch(X)) is np.ndarray
    assert {type(w) for w in model.get_weights()} == {np.ndarray} and isinstance(model.evaluate(X, X[:, :2], verbose=0), float)
    assert type(ops.convert_to_numpy(ops.ones(2))) is np.ndarray and type(model.layers[0].kernel.numpy()) is np.ndarray
    assert ops.shape(X) == (3, 4) and type(ops.size(X)) is int


def test_scalars_are_numbers():
    found = ops.sum(ops.ones((2, 3)))
    assert found.shape == () and found == 6 and float(found) == 6.0 and int(found) == 6 and round(found, 1) == 6
    assert f"{found:.2f}" == "6.00"
    assert [1, 2, 3][ops.argmax(np.array([0, 5, 1]))] == 2 and list(range(ops.max(ops.arange(3)))) == [0, 1]


def test_an_array_is_an_array():
    found = ops.convert_to_tensor(X)
    assert isinstance(found, np.ndarray) and np.shares_memory(found, X) and ops.convert_to_tensor(found) is found
    assert ops.convert_to_tensor(found, "int32").dtype == "int32"
    again = pickle.loads(pickle.dumps(found))
    assert type(again) is Array and np.array_equal(again, X) and np.array_equal(copy.deepcopy(found), X)
    assert np.asarray(found).sum() == X.sum() and (found + 1).mean() == (X + 1).mean()
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    assert model.fit(found, ops.sum(found, axis=1, keepdims=True), verbose=0).history["loss"][0] > 0
