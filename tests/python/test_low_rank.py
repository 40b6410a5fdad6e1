"""Low-rank adaptation of kernels. The numbers are Keras's own (3.15.1 on JAX)."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X, Y = np.linspace(-1, 1, 12).reshape(3, 4).astype("float32"), np.ones((3, 2), "float32")


def model():
    constant = keras.initializers.Constant
    wide = layers.Dense(5, activation="tanh", kernel_initializer=constant(0.1), name="wide")
    made = keras.Sequential([keras.Input((4,)), wide, layers.Dense(2, kernel_initializer=constant(0.2))])
    made.compile(keras.optimizers.SGD(0.1), "mse")
    return made


def adapted():
    made = model()
    constant = keras.initializers.Constant
    assert made.train_on_batch(X, Y) == pytest.approx(1.05338, abs=1e-5)
    made.layers[0].enable_lora(2, a_initializer=constant(0.3), b_initializer=constant(0.1), lora_alpha=4)
    made.compile(keras.optimizers.SGD(0.1), "mse")
    return made


def test_the_factors_learn_and_the_kernel_stays():
    made = adapted()
    kernel = made.layers[0].weights[0].numpy()
    assert [made.train_on_batch(X, Y) for _ in range(3)] == pytest.approx([0.94367, 0.70985, 0.54509], abs=1e-5)
    assert made.predict(X, verbose=0).ravel() == pytest.approx([0.0662, 0.0662, 0.4225, 0.4225, 0.7454, 0.7454], abs=1e-4)
    assert np.array_equal(made.layers[0].weights[0].numpy(), kernel)


@pytest.mark.parametrize("layer, x", [
    (layers.Dense(5, kernel_regularizer="l2", activity_regularizer="l1"), X), (layers.Embedding(6, 3), np.array([[0, 5]])),
    (layers.Conv2D(3, 2), np.ones((2, 5, 5, 2), "float32")), (layers.EinsumDense("ab,bc->ac", 3), X),
])  # fmt: skip
def test_alone_on_arrays_and_in_a_model_alike(layer, x):
    name = "embeddings" if isinstance(layer, layers.Embedding) else "kernel"
    layer(x)
    assert not layer.lora_enabled and layer.lora_rank is None and isinstance(getattr(layer, name), keras.Variable)
    layer.enable_lora(2, b_initializer="ones", lora_alpha=3)
    a, b = (variable.numpy() for variable in layer.weights[-2:])
    assert np.allclose(getattr(layer, name), layer.weights[0].numpy() + 1.5 * (a @ b), atol=1e-6)
    told, model = layer(x), keras.Sequential([keras.Input(x.shape[1:], dtype=x.dtype.name), layer])
    assert told == pytest.approx(model.predict(x, verbose=0), abs=1e-5)
    layer.weights[-1].assign(np.zeros(b.shape))
    assert layer(x) == pytest.approx(model.predict(x, verbose=0), abs=1e-5) and np.abs(told - layer(x)).max() > 1e-3
    # The penalties of the factors, and that on what the layer gives.
    assert len(layer.losses) == (3 if isinstance(layer, layers.Dense) else 0) and layer.lora_alpha == 3


def test_penalties_of_a_kernel_are_those_of_its_factors():
    layer = layers.Dense(3, kernel_regularizer="l2", lora_rank=2, use_bias=False)
    model = keras.Sequential([keras.Input((4,)), layer])
    layer.lora_kernel_b.assign(np.ones((2, 3)))
    model.compile("sgd", "mse")
    wanted = 0.01 * sum((weight.numpy() ** 2).sum() for weight in layer.trainable_weights)
    assert model.evaluate(X, model.predict(X, verbose=0), verbose=0) == pytest.approx(wanted, rel=1e-5)
    assert sum(layer.losses) == pytest.approx(wanted, rel=1e-5) and len(layer.losses) == 2


def test_alone_as_an_option():
    layer = layers.Dense(2, lora_rank=1)
    assert layer(X).shape == (3, 2) and [v.name for v in layer.trainable_weights] == ["bias", "lora_kernel_a", "lora_kernel_b"]


def test_weights_stand_where_they_did():
    wide = adapted().layers[0]
    assert [v.name for v in wide.weights] == ["kernel", "bias", "lora_kernel_a", "lora_kernel_b"]
    assert [v.name for v in wide.trainable_weights] == ["bias", "lora_kernel_a", "lora_kernel_b"]
    assert wide.get_config()["lora_rank"] == 2 and wide.get_config()["lora_alpha"] == 4


@pytest.mark.parametrize("end", ["keras", "h5"])
def test_files_have_it(end, tmp_path):
    made = adapted()
    made.train_on_batch(X, Y)
    made.save(tmp_path / f"m.{end}")
    again = keras.models.load_model(tmp_path / f"m.{end}")
    assert np.allclose(again.predict(X, verbose=0), made.predict(X, verbose=0), atol=1e-6)
    assert again.layers[0].get_config()["lora_rank"] == 2


@pytest.mark.parametrize("layer, shape", [
    (layers.Embedding(6, 3, lora_rank=2), (None, 4)), (layers.Conv2D(3, 2, lora_rank=1), (None, 5, 5, 2)),
    (layers.EinsumDense("ab,bc->ac", 3, lora_rank=2), (None, 4)),
])  # fmt: skip
def test_as_an_option(layer, shape):
    layer.build(shape)
    assert [v.name for v in layer.weights if not v.trainable] == ["embeddings" if isinstance(layer, layers.Embedding) else "kernel"]


def test_what_is_refused():
    with pytest.raises(ValueError, match="isn't yet built"):
        layers.Dense(2).enable_lora(1)
    with pytest.raises(ValueError, match="only be done once"):
        adapted().layers[0].enable_lora(2)
    held = layers.Dense(2, kernel_constraint="max_norm")
    held.build((None, 3))
    with pytest.raises(ValueError, match="incompatible with kernel constraints"):
        held.enable_lora(2)
    with pytest.raises(AttributeError):
        layers.Flatten().enable_lora(1)
    free = layers.Dense(2)
    free.build((None, 3))
    with pytest.raises(ValueError, match="lora_rank"):
        free.enable_lora(0)
    assert "lora_rank" not in free.get_config() and len(free.weights) == 2
