"""Models with layers of a program in files: written, read again with the classes registered, refused by name without."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops


@keras.saving.register_keras_serializable("files")
class Block(layers.Layer):
    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.part_10, self.part_2 = layers.Dense(units, activation="relu"), layers.Dense(units)
        self.many = [layers.Dense(units), layers.BatchNormalization(), layers.Dense(units)]

    def build(self, shape):
        self.count = self.add_weight(shape=(), initializer="zeros", name="count", trainable=False)
        self.scale = self.add_weight(shape=(self.units,), initializer="ones", name="scale")

    def call(self, x):
        x = self.part_2(self.part_10(x))
        for layer in self.many:
            x = layer(x)
        return x * self.scale

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable("files")
class Net(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first, self.block, self.out = layers.Dense(3, activation="tanh"), Block(3), layers.Dense(1)

    def call(self, x):
        return self.out(self.block(self.first(x)))

    def get_config(self):
        return {}


X = np.random.RandomState(0).normal(size=(5, 6)).astype("float32")


def wired():
    entry = keras.Input((6,))
    return keras.Model(entry, layers.Dense(2)(Block(4)(Block(5)(entry))))


def stacked():
    return keras.Sequential([keras.Input((6,)), Block(4), layers.Dense(2)])


def written():
    model = Net()
    model(X)
    return model


def filled(model):
    random = np.random.RandomState(1)
    model.set_weights([random.uniform(0.1, 1, w.shape) for w in model.get_weights()])
    model.compile("adam", "mse", metrics=["mae"])
    return model


@pytest.mark.parametrize("make", [wired, stacked, written])
@pytest.mark.parametrize("end", [".keras", ".h5"])
def test_models_come_back(make, end, tmp_path):
    if make is written and end == ".h5":
        pytest.skip("a model that a program wrote has no config in .h5, as in Keras")
    model = filled(make())
    path = tmp_path / f"m{end}"
    model.save(path)
    again = keras.models.load_model(path)
    np.testing.assert_allclose(again(X), model(X), rtol=1e-6)
    again.fit(X, np.zeros((5, model.output_shape[-1] if make is not written else 1)), verbose=0)


@pytest.mark.parametrize("make", [wired, stacked, written])
@pytest.mark.parametrize("end", [".weights.h5", ".h5"])
def test_weights_go_into_a_model_that_is_there(make, end, tmp_path):
    model, other = filled(make()), make()
    path = tmp_path / f"w{end}"
    model.save_weights(path)
    other.load_weights(path)
    np.testing.assert_allclose(other(X), model(X), rtol=1e-6)


def test_a_class_that_is_not_registered_is_named(tmp_path):
    class Unknown(layers.Layer):
        def call(self, x):
            return ops.multiply(x, 2.0)

    path = tmp_path / "m.keras"
    model = keras.Sequential([keras.Input((6,)), Unknown(), layers.Dense(1)])
    model.save(path)
    with pytest.raises(TypeError, match="Could not locate class .Unknown.*register_keras_serializable"):
        keras.models.load_model(path)
    again = keras.models.load_model(path, custom_objects={"Unknown": Unknown})
    np.testing.assert_allclose(again(X), model(X), rtol=1e-6)


def test_weights_alone_of_old_recurrent_layers(tmp_path):
    """Keras 1 and 2 wrote weights under `.h5`: there is no config in them."""
    model = keras.Sequential([keras.Input((4, 3)), layers.LSTM(5), layers.Dense(1)])
    model.save_weights(tmp_path / "w.h5")
    other = keras.Sequential([keras.Input((4, 3)), layers.LSTM(5), layers.Dense(1)])
    other.load_weights(tmp_path / "w.h5")
    x = np.ones((2, 4, 3), "float32")
    np.testing.assert_array_equal(other.predict(x, verbose=0), model.predict(x, verbose=0))
    with pytest.raises(ValueError, match="no model|no config|weights"):
        keras.models.load_model(tmp_path / "w.h5")


@pytest.mark.parametrize("end", [".keras", ".h5"])
def test_functions_between_layers_are_no_files(end, tmp_path):
    entry = keras.Input((6,))
    for model in (keras.Model(entry, ops.relu(layers.Dense(3)(entry))), keras.Sequential([keras.Input((6,)), layers.Lambda(lambda x: x * 2)])):
        with pytest.raises(NotImplementedError, match="code, which no file of ours holds"):
            model.save(tmp_path / f"m{end}")
        assert not (tmp_path / f"m{end}").exists()
        model.save_weights(tmp_path / "w.weights.h5")
