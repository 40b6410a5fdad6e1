"""What callbacks put into the logs of an epoch and is no number: as in Keras the history keeps it, and later callbacks see it."""

import numpy as np

import regimen
import regimen.keras as keras
from regimen.keras import callbacks, layers

X = np.arange(24, dtype="float32").reshape(12, 2) / 12


class Notes(callbacks.Callback):
    """Adds values of many kinds."""

    def on_epoch_end(self, epoch, logs=None):
        logs.update(text=f"epoch {epoch}", nothing=None, several=np.ones(3), mixed=[1, "x"], number=np.float64(epoch))
        if epoch == 1:
            logs["number"] = "two"


class Seen(callbacks.EarlyStopping):
    """A callback of the library that is asked through Python."""

    def __init__(self):
        super().__init__(monitor="loss", patience=9)
        self.logs, self.last = [], None

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        self.logs.append(dict(logs))

    def on_train_end(self, logs=None):
        super().on_train_end(logs)
        self.last = logs


def fitted(*given, verbose=0):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model.fit(X, X[:, :1], epochs=3, verbose=verbose, callbacks=list(given))


def test_the_history_keeps_what_callbacks_add():
    found = fitted(Notes()).history
    assert found["text"] == ["epoch 0", "epoch 1", "epoch 2"] and found["nothing"] == [None] * 3 and found["mixed"] == [[1, "x"]] * 3
    assert all(np.array_equal(value, np.ones(3)) for value in found["several"])
    assert found["number"] == [0.0, "two", 2.0] and len(found["loss"]) == 3


def test_later_callbacks_see_it():
    seen = Seen()
    fitted(Notes(), seen)
    assert [logs["text"] for logs in seen.logs] == ["epoch 0", "epoch 1", "epoch 2"]
    assert seen.logs[1]["number"] == "two" and seen.last["text"] == "epoch 2" and seen.last["loss"] == seen.logs[-1]["loss"]


def test_what_prints_and_writes_has_the_numbers(tmp_path, capsys):
    path = tmp_path / "log.csv"
    history = fitted(Notes(), callbacks.CSVLogger(path), verbose=2)
    assert path.read_text().splitlines()[0].startswith("epoch,loss,number") and "text" not in path.read_text()
    assert " - number: " in capsys.readouterr().out and "mixed" not in history._repr_html_()
    assert regimen.diagnose({"loss": [0.5, 0.4], "text": ["a", "b"]}) is not None


def test_a_second_fit_begins_without_them():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0, callbacks=[Notes()])
    assert list(model.fit(X, X[:, :1], verbose=0).history) == ["loss"]


def test_an_exception_leaves_the_epochs_before_it():
    class Breaks(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyError("end")

    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    try:
        model.fit(X, X[:, :1], epochs=3, verbose=0, callbacks=[Notes(), Breaks()])
    except KeyError:
        pass
    assert model.history.history["text"] == ["epoch 0", "epoch 1"]
