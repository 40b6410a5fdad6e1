"""Functions of `K` beside those of TensorFlow's Keras 2, whose numbers stand here."""

import numpy as np
import pytest
import regimen.keras as keras
from regimen.keras import backend as K

P = np.array([[[0.1, 0.2, 0.3, 0.4], [0.5, 0.1, 0.1, 0.3], [0.2, 0.2, 0.5, 0.1]]], "float32")


def test_the_blank_of_ctc_is_the_last_class():
    (labels,), unlikely = K.ctc_decode(P, np.array([3]))
    assert np.asarray(labels).tolist() == [[0, 2, -1]]
    assert unlikely[0, 0] == pytest.approx(-np.log(0.4 * 0.5 * 0.5), rel=1e-4)
    # The two labels, with a blank before, between, behind, or one of them twice.
    p = P[0]
    ways = sum(np.prod([p[t, c] for t, c in enumerate(way)]) for way in ((3, 0, 2), (0, 3, 2), (0, 2, 3), (0, 0, 2), (0, 2, 2)))
    found = K.ctc_batch_cost(np.array([[0, 2]]), P, np.array([[3]]), np.array([[2]]))
    assert float(found[0, 0]) == pytest.approx(-np.log(ways), rel=1e-4)
    each, likely = K.ctc_decode(P, np.array([3]), greedy=False, top_paths=12)
    place = [np.asarray(one).tolist() for one in each].index([[0, 2, -1]])
    assert len(each) == 12 and float(likely[0, place]) == pytest.approx(np.log(ways), rel=1e-4)


def test_what_bounds_classes_and_sizes_do():
    assert np.asarray(K.clip(np.array([-1.0, 2.0], "float32"), 0.5, -0.5)).tolist() == [0.5, 0.5]
    found = K.sparse_categorical_crossentropy(np.array([0, 1]), P[0, :2], ignore_class=1)
    assert found.tolist() == [pytest.approx(-np.log(0.1), rel=1e-4), 0.0]
    causal = K.conv1d(np.ones((1, 3, 1), "float32"), np.ones((2, 1, 1), "float32"), padding="causal")
    assert causal[0, :, 0].tolist() == [1.0, 2.0, 2.0]
    wider = K.resize_images(np.array([0.0, 1.0], "float32").reshape(1, 1, 2, 1), 1, 2, "channels_last", "bilinear")
    assert wider[0, 0, :, 0].tolist() == [0.0, 0.25, 0.75, 1.0]
    assert K.random_uniform((50,), 0, 3, dtype="int32").dtype == "int32"
    with pytest.raises(AttributeError, match="keras.backend has no local_conv1d"):
        K.local_conv1d


def test_classes_as_rows_as_of_old():
    assert keras.utils.to_categorical(y=[0, 2], num_classes=3, dtype="uint8").tolist() == [[1, 0, 0], [0, 0, 1]]
    assert keras.utils.to_categorical([0, 1], 3, "int32").dtype == "int32"
    with pytest.raises(TypeError, match="missing 1 required"):
        keras.utils.to_categorical()


def test_random_numbers_are_of_fitting_types():
    for name in ("normal", "uniform", "truncated_normal"):
        with pytest.raises(ValueError, match="floating point `dtype`"):
            getattr(keras.random, name)((2,), dtype="int32")
    with pytest.raises(ValueError, match="integer `dtype`"):
        keras.random.randint((2,), 0, 3, dtype="float32")
    with pytest.raises(ValueError, match="an integer or an instance of `SeedGenerator`"):
        keras.random.normal((2,), seed="a")
    assert keras.random.normal((2,), seed=-1).tolist() == keras.random.normal((2,), seed=-1).tolist()


def test_progress_with_named_metrics(capsys):
    bar = keras.utils.Progbar(2, verbose=2, stateless_metrics=["a"])
    bar.update(1, [("a", 1.0), ("b", 1.0)])
    bar.update(2, [("a", 3.0), ("b", 5.0)])
    assert "a: 2.0000 - b: 5.0000" in capsys.readouterr().out


def test_options_that_are_not_there_are_told():
    class Kept(keras.metrics.Metric):
        def __init__(self):
            super().__init__()
            self.total = self.add_weight(shape=(), initializer="zeros", foo=1)

    with pytest.raises(TypeError, match="foo"):
        Kept()
    with pytest.raises(ValueError, match="Unexpected keyword"):
        keras.models.clone_model(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]), foo=1)
