"""Weights in several files."""

import json

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers


def model():
    return keras.Sequential([keras.Input((30,)), layers.Dense(40), layers.Dense(20), layers.Dense(1)])


def test_shards_are_written_and_read(tmp_path):
    made, again = model(), model()
    made.save_weights(tmp_path / "a.weights.json", max_shard_size=0.5)
    told = json.loads((tmp_path / "a.weights.json").read_text())
    assert told["metadata"]["total_size"] == 4 * made.count_params()
    assert set(told["weight_map"].values()) == {"a_00000.weights.h5"} and (tmp_path / "a_00000.weights.h5").exists()
    again.load_weights(tmp_path / "a.weights.json")
    assert all(np.array_equal(a, b) for a, b in zip(made.get_weights(), again.get_weights()))
    with pytest.raises(FileExistsError):
        made.save_weights(tmp_path / "a.weights.json", overwrite=False, max_shard_size=0.5)
    with pytest.warns(UserWarning, match="requires `\\*.json`"):
        made.save_weights(tmp_path / "b.weights.h5", max_shard_size=1)
    assert (tmp_path / "b.weights.json").exists() and not (tmp_path / "b.weights.h5").exists()


def test_sizes_that_are_not_kept_to_are_refused(tmp_path):
    made = model()
    with pytest.raises(ValueError, match="must end in `.weights.json`"):
        made.save_weights(tmp_path / "a.npz", max_shard_size=1)
    for size in (1e-6, 0, -1):
        with pytest.raises(ValueError, match="kernel is 4.69 KB which exceeds the maximum shard size"):
            made.save_weights(tmp_path / "a.weights.json", max_shard_size=size)
    with pytest.raises(ValueError, match="could not convert"):
        made.save_weights(tmp_path / "a.weights.json", max_shard_size="large")
    assert not list(tmp_path.iterdir())
    keras.saving.save_weights(made, tmp_path / "a.weights.json", max_shard_size=6e-6)
    assert len(list(tmp_path.glob("*.weights.h5"))) > 1
    read = model()
    read.load_weights(tmp_path / "a.weights.json")
    assert all(np.array_equal(a, b) for a, b in zip(read.get_weights(), made.get_weights()))
