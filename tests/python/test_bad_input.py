"""Wrong data and wrong arguments: what is said, and that nothing breaks."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X = np.ones((8, 3), "float32")
Y = np.ones((8, 1), "float32")


def model():
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    made.compile("sgd", "mse")
    return made


@pytest.mark.parametrize(
    "x, y, told",
    [
        (X[:, :2], Y, "expected shape=\\(None, 3\\), found shape=\\(8, 2\\)"),
        (X, Y[:5], "Data cardinality is ambiguous"),
        (X[:0], Y[:0], "there are no rows"),
        (np.array([[1, 2, 3], [4, 5]], dtype=object), Y, "dtype=object"),
        (np.array([["a", "b", "c"]] * 8), Y, "turn texts"),
        (X, None, "there are no targets"),
        (5.0, Y, "single value"),
        (X.astype("complex64"), Y, "complex"),
    ],
)
def test_data_that_do_not_fit(x, y, told):
    with pytest.raises((ValueError, NotImplementedError), match=told):
        model().fit(x, y, verbose=0)


def test_numbers_that_are_none_are_told_of():
    bad = X.copy()
    bad[0, 0] = np.nan
    history = model().fit(bad, Y, verbose=0)
    assert "nan_loss" in [finding.id for finding in history.findings]


def test_whole_numbers_and_float64_are_taken():
    made = model()
    made.fit(np.ones((8, 3), "int64"), np.ones((8, 1), "float64"), verbose=0)
    made.fit(np.asfortranarray(X.astype("float64")), Y[:, 0], verbose=0)


def test_wrong_names_are_told():
    with pytest.raises(ValueError, match="did you mean `relu`|Did you mean `relu`"):
        layers.Dense(3, activation="reluu")
    with pytest.raises(ValueError, match="did you mean `units`|no option `unit`"):
        layers.Dense(unit=3)
    with pytest.raises(TypeError, match="multiple values"):
        layers.Dense(3, units=4)
    with pytest.raises(ValueError, match="Unknown optimizers"):
        keras.Sequential([layers.Dense(1)]).compile("adamm", "mse")
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    made.compile("adam", "msse")
    with pytest.raises(ValueError, match="there is no loss `msse`"):
        made.fit(X, Y, verbose=0)


def test_a_model_that_was_not_compiled():
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    with pytest.raises(ValueError, match="must call `compile\\(\\)`"):
        made.fit(X, Y)


def test_layers_that_do_not_fit_together():
    with pytest.raises(ValueError):
        keras.Sequential([keras.Input((3,)), layers.Conv2D(4, 3)])
    a = keras.Input((3,))
    with pytest.raises(ValueError, match="not connected|is needed"):
        keras.Model(keras.Input((2,)), layers.Dense(1)(a))


def test_what_is_not_there_yet_says_so():
    class Mine(keras.metrics.Metric):
        def __init__(self):
            super().__init__()
            self.n = self.add_weight(name="n")

        def reset_state(self):
            self.n.assign(1.0)

    with pytest.raises(NotImplementedError, match="begin at zero"):
        model().compile("sgd", "mse", metrics=[Mine()])
    with pytest.raises(NotImplementedError, match="expand_nested"):
        keras.utils.plot_model(model(), expand_nested=True)
    with pytest.raises(NotImplementedError, match="keras.ops.fft"):
        keras.ops.fft


def test_files_that_are_none(tmp_path):
    with pytest.raises((ValueError, FileNotFoundError)):
        keras.models.load_model(tmp_path / "none.keras")
    (tmp_path / "bad.keras").write_text("no zip")
    with pytest.raises(ValueError, match="is no file of a model"):
        keras.models.load_model(tmp_path / "bad.keras")
    with pytest.raises(ValueError, match="Invalid filepath extension"):
        model().save(tmp_path / "model.txt")
