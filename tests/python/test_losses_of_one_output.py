"""Several losses for a model with one output. The numbers are those of Keras 3.15.1, which trains by the first of them."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X = np.arange(12, dtype="float32").reshape(6, 2) / 5
Y = X[:, :1] + 0.3


def made(loss, weights=None, named=False, **options):
    start = keras.Input((2,))
    output = layers.Dense(1, kernel_initializer="ones", name="d")(start)
    model = keras.Model(start, {"a": output} if named else output)
    model.compile(keras.optimizers.SGD(0.1), loss, loss_weights=weights, **options)
    return model


def fitted(model, y=Y, **options):
    return model.fit(X, y, epochs=2, batch_size=3, verbose=0, shuffle=False, **options).history


@pytest.mark.parametrize(("loss", "weights", "losses"), [
    (["mse"], None, [0.94046, 0.1637]), (["mse"], [0.3], [0.35096, 0.11155]), (["mse", "mae"], None, [0.94046, 0.1637]),
    (("mse", "mae"), None, [0.94046, 0.1637]), ([["mse", "mae"]], None, [0.94046, 0.1637]),
    ({"d": ["mse", "mae"]}, None, [0.94046, 0.1637]),
    (["mse", "mae"], [0.3, 0.7], [0.35096, 0.11155]), ([keras.losses.MeanSquaredError(), "mae"], [2, 1], [1.32191, 1.59086]),
    (["mse", "mae", "mse"], {"b": 9, "a": 1, "c": 3}, [0.94046, 0.1637]),
])
@pytest.mark.filterwarnings("ignore:.*losses for one output")
def test_the_first_loss_trains(loss, weights, losses):
    history = fitted(made(loss, weights))
    assert list(history) == ["loss"]
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-4)


def test_a_warning_says_so_and_metrics_and_validation_go_on():
    with pytest.warns(UserWarning, match="the first alone trains it"):
        history = fitted(made(["mse", "mae", "mae", "mae"], metrics=["mae"]), validation_data=(X, Y), sample_weight=np.ones(6))
    np.testing.assert_allclose(history["mae"], [0.81547, 0.37852], rtol=1e-4)
    np.testing.assert_allclose(history["val_loss"], [0.27022, 0.03777], rtol=1e-3)


@pytest.mark.filterwarnings("ignore:.*losses for one output")
@pytest.mark.parametrize("trained", [False, True])
def test_files_go_on_with_the_first(trained, tmp_path):
    model = made(["mse", "mae"], [0.5, 2])
    if trained:
        fitted(model)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    assert again.evaluate(X, Y, verbose=0) == pytest.approx(model.evaluate(X, Y, verbose=0)) == pytest.approx(
        0.5 * float(np.mean((model.predict(X, verbose=0) - Y) ** 2)))


@pytest.mark.parametrize(("loss", "weights", "error", "told"), [
    (["mse", "mae"], [0.3], ValueError, "got 2 losses and 1 weights"), (["mse", "mae"], 0.3, TypeError, "`loss_weights`"),
    (["mse", None], None, ValueError, "found None"),
])
def test_what_does_not_fit(loss, weights, error, told):
    with pytest.raises(error, match=told):
        fitted(made(loss, weights))


def test_what_keras_adds_is_refused():
    with pytest.raises(NotImplementedError, match="one function that adds them"):
        fitted(made(["mse", "mae"]), [Y])
    with pytest.raises(NotImplementedError, match="one function that adds them"):
        fitted(made({"a": ["mse", "mae"]}, named=True), {"a": Y})
    assert fitted(made(["mse"]), [Y])["loss"][0] == pytest.approx(0.94046, rel=1e-4)
