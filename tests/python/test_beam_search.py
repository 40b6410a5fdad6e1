"""CTC decoding by beam search: numbers are those of Keras 3.15.1, or counted by hand over all ways."""

import itertools

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

P = np.log(np.random.RandomState(0).dirichlet(np.ones(4), size=(2, 6)).astype("float32"))


def test_it_is_what_keras_finds():
    labels, scores = ops.ctc_decode(P, np.array([6, 5]), strategy="beam_search", beam_width=20, top_paths=2)
    assert labels.dtype == "int32" and labels.shape == (2, 2, 6) and scores.shape == (2, 2)
    assert labels.tolist() == [[[3, 1, 3, -1, -1, -1], [3, 1, 2, -1, -1, -1]], [[3, 1, -1, -1, -1, -1], [3, 2, -1, -1, -1, -1]]]
    assert scores.tolist() == [pytest.approx([-2.997709, -3.195768], rel=1e-4), pytest.approx([-1.897545, -2.011261], rel=1e-4)]


@pytest.mark.parametrize("blank", [0, 2, None])
def test_a_wide_beam_sums_over_all_ways(blank):
    x = np.random.default_rng(4).normal(size=(1, 4, 3)).astype("float32")
    p = np.exp(x[0]) / np.exp(x[0]).sum(-1, keepdims=True)
    silent, ways = 2 if blank is None else blank, {}
    for way in itertools.product(range(3), repeat=4):
        found = tuple(c for c, _ in itertools.groupby(way) if c != silent)
        ways[found] = ways.get(found, 0.0) + np.prod([p[t, c] for t, c in enumerate(way)])
    labels, scores = ops.ctc_decode(x, np.array([4]), strategy="beam_search", beam_width=100, top_paths=len(ways) + 2, mask_index=blank)
    given = {tuple(c for c in row if c >= 0): float(score) for row, score in zip(labels[:, 0].tolist(), scores[0]) if np.isfinite(score)}
    assert given == {found: pytest.approx(np.log(sum_), abs=1e-4) for found, sum_ in ways.items()}
    assert sorted(scores[0].tolist(), reverse=True) == scores[0].tolist() and scores[0, -1] == -np.inf


def test_what_is_not_there_is_told():
    with pytest.raises(ValueError, match="Invalid strategy"):
        ops.ctc_decode(P, np.array([6, 5]), strategy="widest")
    given = keras.Input((6, 4))
    with pytest.raises(NotImplementedError, match="beam_search"):
        layers.Lambda(lambda x: ops.ctc_decode(x, ops.full((2,), 6), strategy="beam_search")[1])(given)
