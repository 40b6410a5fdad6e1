"""Models with layers of a program in files: written, read again with the classes registered, refused by name without."""

import copy
import pickle

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
def test_code_between_layers_is_in_no_file(end, tmp_path):
    entry = keras.Input((6,))
    mapped = ops.map(lambda row: row * 2, layers.Dense(3)(entry))
    for model in (keras.Model(entry, mapped), keras.Sequential([keras.Input((6,)), layers.Lambda(lambda x: x * 2)])):
        with pytest.raises(NotImplementedError, match="code, which no file of ours holds"):
            model.save(tmp_path / f"m{end}")
        assert not (tmp_path / f"m{end}").exists()
        model.save_weights(tmp_path / "w.weights.h5")


@keras.saving.register_keras_serializable("files")
class Penalty(keras.regularizers.Regularizer):
    def __init__(self, amount=0.1):
        self.amount = amount

    def __call__(self, weight):
        return self.amount * ops.sum(weight * weight)

    def get_config(self):
        return {"amount": self.amount}


@keras.saving.register_keras_serializable("files")
class Bounded(keras.constraints.Constraint):
    def __call__(self, weight):
        return ops.clip(weight, -1, 1)


@keras.saving.register_keras_serializable("files")
class Flat(keras.initializers.Initializer):
    def __init__(self, value=0.3):
        self.value = value

    def __call__(self, shape, dtype=None):
        return ops.ones(shape) * self.value

    def get_config(self):
        return {"value": self.value}


@keras.saving.register_keras_serializable("files")
def half(x):
    return ops.tanh(x) * 0.5


@keras.saving.register_keras_serializable("files")
def squares(weight):
    return ops.sum(weight * weight)


def with_options():
    own = {"kernel_regularizer": Penalty(0.5), "kernel_constraint": Bounded(), "activation": half}
    inside = keras.Sequential([layers.Dense(3, kernel_regularizer=Penalty(0.2))])
    first = layers.Dense(4, kernel_initializer=Flat(0.2), bias_regularizer=squares, **own)
    model = keras.Sequential([keras.Input((5, 6)), first, inside, layers.Bidirectional(layers.LSTM(2, **own)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_options_of_a_program_are_written_as_keras_writes_them():
    config = with_options().layers[0].get_config()
    assert config["kernel_regularizer"] == {"module": None, "class_name": "Penalty", "config": {"amount": 0.5}, "registered_name": "files>Penalty"}
    assert config["kernel_constraint"]["registered_name"] == "files>Bounded"
    assert config["kernel_initializer"]["config"] == {"value": 0.2}
    for option, name in (("activation", "half"), ("bias_regularizer", "squares")):
        assert config[option] == {"module": "builtins", "class_name": "function", "config": f"files>{name}", "registered_name": "function"}


@pytest.mark.parametrize("end", [".keras", ".h5"])
def test_options_of_a_program_come_back_from_files(end, tmp_path):
    model, x, y = with_options(), np.ones((2, 5, 6), "float32"), np.ones((2, 1))
    model.save(tmp_path / f"m{end}")
    again = keras.models.load_model(tmp_path / f"m{end}")
    assert again.evaluate(x, y, verbose=0) == pytest.approx(model.evaluate(x, y, verbose=0), rel=1e-5)
    assert again.layers[0].kernel_regularizer.amount == 0.5 and again.layers[0].activation is half


@pytest.mark.parametrize("copied", [
    lambda model: keras.models.model_from_json(model.to_json()), lambda model: keras.Sequential.from_config(model.get_config()),
    keras.models.clone_model, lambda model: pickle.loads(pickle.dumps(model)), copy.deepcopy,
])
def test_options_of_a_program_come_back_from_configs(copied):
    model = with_options()
    again = copied(model)
    assert again.layers[0].get_config() == model.layers[0].get_config()
    again.set_weights(model.get_weights())
    assert np.sum(again.losses) == pytest.approx(np.sum(model.losses), rel=1e-5)
    assert float(again.layers[0].kernel[0, 0]) == pytest.approx(0.2)


def test_options_that_are_not_registered():
    class Silent(keras.regularizers.Regularizer):
        def __call__(self, weight):
            return ops.sum(weight)

    class Told(Silent):
        def get_config(self):
            return {}

    for own in (Silent(), lambda weight: ops.sum(weight)):
        model = keras.Sequential([keras.Input((6,)), layers.Dense(1, kernel_regularizer=own, name="mine")])
        for write in (model.to_json, lambda: model.save("never.keras"), lambda: model.save("never.h5"), lambda: pickle.dumps(model)):
            with pytest.raises(NotImplementedError, match="mine: kernel_regularizer is .*register"):
                write()
        for again in (keras.models.clone_model(model), copy.deepcopy(model)):
            assert again.layers[0].kernel_regularizer is own
    text = keras.Sequential([keras.Input((6,)), layers.Dense(1, kernel_regularizer=Told())]).to_json()
    assert type(keras.models.model_from_json(text, {"Told": Told}).layers[0].kernel_regularizer) is Told


def test_an_array_of_first_values_is_in_the_file(tmp_path):
    values = np.arange(6.0).reshape(6, 1)
    model = keras.Sequential([keras.Input((6,)), layers.Dense(1, kernel_initializer=keras.initializers.Constant(values))])
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(keras.models.clone_model(again).layers[0].kernel, values)


def test_numbers_of_another_process_are_refused():
    text = keras.Sequential([keras.Input((6,)), layers.Dense(1)]).to_json()
    with pytest.raises(ValueError, match="not written into it"):
        keras.models.model_from_json(text.replace('"linear"', '"python>1"'))


def test_checkpoints_of_a_training_open_again(tmp_path):
    @keras.saving.register_keras_serializable(package="checked")
    class Twice(keras.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")

        def call(self, x):
            return 2.0 * x * self.scale

    x, y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")
    for name in ("m.keras", "m.h5"):
        model = keras.Sequential([keras.Input((3,)), Twice(), keras.layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y, epochs=3, verbose=0, callbacks=[keras.callbacks.ModelCheckpoint(str(tmp_path / name))])
        again = keras.models.load_model(tmp_path / name)
        assert np.array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
        if name.endswith(".keras"):
            assert int(again.optimizer.iterations) == 3
            both = [m.fit(x, y, epochs=2, verbose=0).history["loss"] for m in (again, model)]
            assert both[0] == both[1]
