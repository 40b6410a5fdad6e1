"""What `fit` and `summary` print, in Keras's order."""

import re

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras import dialect
from regimen.keras import callbacks, layers

X = np.ones((8, 4), "float32")


@pytest.fixture
def spoken():
    """Sets the Keras that a program was written for; today's comes back afterwards."""
    yield dialect.set_version
    dialect.set_version(None)


def model():
    made = keras.Sequential([keras.Input((4,)), layers.Dense(1, kernel_initializer="ones")])
    made.compile(keras.optimizers.SGD(0.5), "mse", metrics=["mae"])
    return made


def lines(capsys, callback, epochs=2, **options):
    """What is printed, without times and findings."""
    model().fit(X, 3 * X[:, :1], epochs=epochs, verbose=2, callbacks=[callback], validation_data=(X, X[:, :1]), **options)
    found = [re.sub(r"\d+s - [\d.]+(us|ms|s)/step", "T", line) for line in capsys.readouterr().out.splitlines()]
    return found[: next((i - 1 for i, line in enumerate(found) if line.startswith("What the doctor")), len(found))]


FIRST = "1/1 - T - loss: 1.0000 - mae: 1.0000 - val_loss: 4.0000 - val_mae: 2.0000"
SECOND = "1/1 - T - loss: 16.0000 - mae: 4.0000 - val_loss: 324.0000 - val_mae: 18.0000"


def test_a_rate_that_is_lowered_is_told_before_the_line(capsys):
    told = lines(capsys, callbacks.ReduceLROnPlateau(monitor="val_loss", patience=1, verbose=1, min_delta=100))
    assert told[:2] == ["Epoch 1/2", f"{FIRST} - learning_rate: 0.5000"]
    wanted = ["Epoch 2/2", "", "Epoch 2: ReduceLROnPlateau reducing learning rate to 0.05.", f"{SECOND} - learning_rate: 0.5000"]
    assert told[2:6] == wanted


def test_a_rate_of_an_epoch_is_told_before_the_epoch(capsys):
    told = lines(capsys, callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5, verbose=1))
    head = lambda k, rate: ["", f"Epoch {k}: LearningRateScheduler setting learning rate to {rate}.", f"Epoch {k}/2"]
    assert told[:3] == head(1, 0.25) and told[4:7] == head(2, 0.125)
    assert told[3].endswith("val_mae: 0.5000 - learning_rate: 0.2500")


def test_the_end_is_told_after_the_line(capsys):
    told = lines(capsys, callbacks.EarlyStopping(monitor="val_loss", patience=1, min_delta=100, verbose=1), epochs=5)
    assert told[:5] == ["Epoch 1/5", FIRST, "Epoch 2/5", SECOND, "Epoch 2: early stopping"]


def test_an_exception_leaves_the_line_of_the_last_epoch(capsys):
    class Breaks(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch:
                raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        lines(capsys, Breaks())
    assert " - loss: 1.0000" in capsys.readouterr().out


@pytest.mark.parametrize(("version", "key", "printed"), [("2.3", "lr", False), ("2.15", "lr", True), ("3.0", "learning_rate", True)])
def test_the_rate_in_logs_is_called_as_it_was(version, key, printed, spoken, capsys):
    spoken(version)
    seen = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen_logs.append(dict(logs)))
    seen_logs = []
    for callback in (callbacks.ReduceLROnPlateau(monitor="loss"), callbacks.LearningRateScheduler(lambda epoch: 0.5)):
        history = model().fit(X, X[:, :1], epochs=2, verbose=2, callbacks=[callback, seen]).history
        assert list(history)[-1] == key and history[key] == [0.5, 0.5] and history["learning_rate"] == [0.5, 0.5]
        assert key in seen_logs[-1] and (f" - {key}: 0.5000" in capsys.readouterr().out) == printed


def test_a_summary_is_as_wide_as_the_terminal(capsys, monkeypatch):
    made, widths = model(), []
    for columns in ("70", "80", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        made.summary()
        widths.append(max(map(len, capsys.readouterr().out.splitlines())))
    made.summary(line_length=100)
    assert widths == [66, 76, 88] and max(map(len, capsys.readouterr().out.splitlines())) == 100
