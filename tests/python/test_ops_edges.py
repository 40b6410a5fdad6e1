"""Types and refusals of keras.ops that other libraries have otherwise."""

import numpy as np
import pytest
from regimen.keras import ops

F = np.arange(12, dtype="float32").reshape(3, 4)


def test_bytes_have_room_for_sums_of_products():
    a = np.full((1, 4), 100, "int8")
    for found in (ops.matmul(a, a.T), ops.einsum("ij,kj->ik", a, a)):
        assert found.dtype == "int32" and found.item() == 40_000


def test_small_floats_stay_small():
    half = F.astype("float16")
    for function in (ops.median, ops.nanmean, ops.nanstd, ops.nanmedian, ops.erf, ops.erfc):
        assert function(half).dtype == "float16", function.__name__
    assert ops.quantile(half, 0.3).dtype == ops.nextafter(half, np.ones((3, 4), "int32")).dtype == "float16"


def test_truth_values_become_whole_numbers():
    truth = np.array([True, False])
    assert ops.relu(truth).dtype == ops.left_shift(truth, truth).dtype == ops.right_shift(truth, truth).dtype == "int32"


def test_powers_of_whole_numbers():
    assert ops.power(np.array([-1, 1, 2, -1]), np.array([-3, -2, -1, -2])).tolist() == [-1, 1, 0, 1]
    assert ops.power(np.int32(7), np.int32(9)) == 7**9
    assert ops.saturate_cast(np.array([1e10, -1e10], "float32"), "int32").tolist() == [2**31 - 1, -(2**31)]


def test_refusals():
    with pytest.raises(TypeError, match="along one axis"):
        ops.cumsum(F, axis=(0, 1))
    with pytest.raises(ValueError, match="larger than the tensor"):
        ops.slice(F, (0, 1), (2, 9))
    with pytest.raises(ValueError, match="at least one array"):
        ops.stack([])
    with pytest.raises(ValueError, match="1-dimensional"):
        ops.histogram(F)
    with pytest.raises(ValueError, match="two axes"):
        ops.tril(F[0])
