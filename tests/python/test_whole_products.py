"""Products of whole numbers beyond 2^24, on arrays and inside of models."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import ops

A = np.array([[2**24 + 1, 3], [2**20, -7], [2**31 - 1, -(2**31)]], "int32")
B = np.array([[1, 2], [3, 5]], "int32")
FUNCTIONS = {
    "matmul": (lambda x, y: ops.matmul(x, y), A @ B), "operator": (lambda x, y: x @ y, A @ B), "dot": (lambda x, y: ops.dot(x, y), A @ B),
    "tensordot": (lambda x, y: ops.tensordot(x, y, 1), A @ B), "inner": (lambda x, y: ops.inner(x, y), A @ B.T),
    "einsum": (lambda x, y: ops.einsum("ij,jk->ik", x, y), A @ B), "vector": (lambda x, y: ops.matmul(x, y[:, 1]), A @ B[:, 1]),
}


def inside(function, *arrays):
    """What a model of the function gives for arrays."""
    given = [keras.Input(array.shape[1:], dtype="int32") for array in arrays]
    return keras.Model(given, function(*given)).predict(list(arrays), verbose=0)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_they_are_exact(name):
    function, expected = FUNCTIONS[name]
    for found in (np.asarray(function(ops.convert_to_tensor(A), B)), inside(lambda x: function(x, B), A)):
        assert found.dtype == "int32" and np.array_equal(found, expected)


def test_long_sums_go_around_as_in_int32():
    rng = np.random.default_rng(0)
    a, b = (rng.integers(-(2**31), 2**31 - 1, size=size, dtype="int32") for size in ((2, 3, 300), (2, 300, 4)))
    assert np.array_equal(inside(ops.matmul, a, b), a @ b)
    assert np.array_equal(np.asarray(ops.matmul(a, b)), a @ b)


def test_truth_values_and_numbers_stay_as_they_were():
    assert inside(lambda x: ops.matmul(x > 0, B > 2), A).tolist() == [[True, True], [False, False], [False, False]]
    found = inside(lambda x: ops.matmul(x, B.astype("float32") / 2), A)
    assert found.dtype == "float32" and found[0] == pytest.approx([8388613.0, 16777224.5], rel=1e-6)
