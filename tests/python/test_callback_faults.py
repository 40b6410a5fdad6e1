"""Names that callbacks watch or write into file names and that logs do not have; values of them that are arrays."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import callbacks, layers

RNG = np.random.default_rng(5)
X = RNG.normal(size=(12, 3)).astype("float32")
CLASSES = np.eye(3, dtype="float32")[RNG.integers(0, 3, 12)]


def fitted(callback, classes=3, average=None, epochs=3):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(classes, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=[keras.metrics.F1Score(average=average, threshold=0.5, name="f1")])
    y = CLASSES[:, :classes]
    return model.fit(X, y, epochs=epochs, verbose=0, validation_data=(X, y), callbacks=[callback])


class Own(callbacks.ModelCheckpoint):
    """One that is asked through Python."""


@pytest.mark.parametrize("callback", [
    callbacks.EarlyStopping("nope"), callbacks.ReduceLROnPlateau("nope"),
    callbacks.ModelCheckpoint("a.keras", monitor="nope", save_best_only=True),
])
def test_what_is_watched_without_a_known_direction_is_a_value_error(callback):
    with pytest.raises(ValueError, match="nope.*which way is better is not known"):
        fitted(callback)


@pytest.mark.parametrize("kind", [callbacks.ModelCheckpoint, Own])
def test_an_unknown_name_in_a_file_name_is_a_key_error(kind, tmp_path):
    for name, options in (("{nope}.keras", {}), ("{epoch}-{nope:.2f}.keras", {"save_freq": 1})):
        with pytest.raises(KeyError, match="Failed to format this callback filepath.*nope"):
            fitted(kind(tmp_path / name, **options))


def test_arrays_are_not_watched(tmp_path):
    for callback in (callbacks.EarlyStopping("val_f1", mode="max"), callbacks.ReduceLROnPlateau("val_f1", mode="max")):
        with pytest.raises(ValueError, match=r"val_f1\[0\]"):
            fitted(callback)
    assert len(fitted(callbacks.EarlyStopping("val_f1[0]", mode="max", patience=9)).epoch) == 3
    best = callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras", monitor="val_f1", mode="max", save_best_only=True)
    with pytest.warns(UserWarning, match="only when `monitor` is a scalar value"):
        fitted(best)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.keras", "2.keras", "3.keras"]
    assert best.save_best_only


def test_an_array_of_one_is_watched(tmp_path):
    class Seen(callbacks.EarlyStopping):
        """Asked through Python: the value goes there as an array and back."""

        def on_epoch_end(self, epoch, logs=None):
            assert logs["val_f1"].shape == (1,)
            super().on_epoch_end(epoch, logs)

    for callback in (callbacks.EarlyStopping("val_f1", mode="max", patience=9), Seen("val_f1", mode="max", patience=9)):
        assert len(fitted(callback, classes=1).epoch) == 3
    fitted(callbacks.ModelCheckpoint(tmp_path / "b.keras", monitor="val_f1", mode="max", save_best_only=True), classes=1)
    assert (tmp_path / "b.keras").exists()


@pytest.mark.parametrize(("name", "weights", "way"), [
    ("a.regimen", False, "`.keras`"), ("a.regimen", True, "`.weights.h5`"), ("a", False, "`.keras`"), ("a.keras", True, "`.weights.h5`"),
])
def test_names_of_files_that_nothing_reads_are_refused(name, weights, way):
    with pytest.raises(ValueError, match=f"{name}") as raised:
        callbacks.ModelCheckpoint(name, save_weights_only=weights)
    assert way in str(raised.value)


@pytest.mark.parametrize("metric", [
    lambda: keras.metrics.F1Score(name="m"), lambda: keras.metrics.FBetaScore(name="m"), lambda: keras.metrics.R2Score(None, name="m"),
])
def test_a_metric_without_an_average_is_an_array_of_one_class(metric):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "mse", metrics=[metric(), "mae"])
    y = CLASSES[:, :1]
    history = model.fit(X, y, epochs=2, verbose=0, validation_data=(X, y)).history
    given = [*history["m"], *history["val_m"], model.evaluate(X, y, verbose=0)[1], model.train_on_batch(X, y)[1],
             model.test_on_batch(X, y, return_dict=True)["m"]]
    assert all(isinstance(value, np.ndarray) and value.shape == (1,) for value in given)
    assert isinstance(history["mae"][0], float)
    found = metric()
    found.update_state(y, model.predict(X, verbose=0))
    assert np.shape(found.result()) == (1,)
    assert given[-1] == pytest.approx(np.asarray(found.result()), abs=1e-5)


def test_a_metric_with_an_average_is_a_number():
    for average, shape in ((None, (3,)), ("micro", ()), ("macro", ()), ("weighted", ())):
        history = fitted(callbacks.TerminateOnNaN(), 3, average, 1).history
        assert np.shape(history["f1"][0]) == np.shape(history["val_f1"][0]) == shape
    assert isinstance(fitted(callbacks.TerminateOnNaN(), 1, "micro", 1).history["f1"][0], float)
