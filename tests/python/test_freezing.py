"""Which weights training moves: the flag of a model goes down to its layers when it is set, and each layer's own flag decides then."""

import json

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = np.full((8, 1), 5.0, "float32")
STATISTICS = {"bn/moving_mean", "bn/moving_variance"}
TOP = {"top/kernel", "top/bias"}


def stack(**options):
    inside = [keras.Input((3,)), layers.Dense(3, name="a"), layers.BatchNormalization(name="bn"), layers.Dense(3, name="b")]
    return keras.Sequential(inside, name="base", **options)


def wired(**options):
    x = keras.Input((3,))
    y = layers.Dense(3, name="b")(layers.BatchNormalization(name="bn")(layers.Dense(3, name="a")(x)))
    return keras.Model(x, y, name="base", **options)


class Own(layers.Layer):
    def __init__(self, **options):
        super().__init__(name="base", **options)
        self.layers = [layers.Dense(3, name="a"), layers.BatchNormalization(name="bn"), layers.Dense(3, name="b")]

    def build(self, shape):
        self.scale = self.add_weight(shape=(3,), name="scale", initializer="ones")
        for layer in self.layers:
            layer.build(shape)

    def call(self, x):
        for layer in self.layers:
            x = layer(x)
        return x * self.scale

    def compute_output_shape(self, shape):
        return shape


def only(name):
    def freeze(base):
        base.trainable = False
        next(layer for layer in base.layers if layer.name == name).trainable = True

    return freeze


def all_but(name):
    def freeze(base):
        next(layer for layer in base.layers if layer.name == name).trainable = False

    return freeze


def frozen(base):
    base.trainable = False


def around(base):
    return keras.Sequential([keras.Input((3,)), base, layers.Dense(1, name="top")])


def short(variables):
    return {"/".join(v.path.split("/")[-2:]) for v in variables}


def moved(model):
    before = {id(v): v.numpy() for v in model.weights}
    model.compile("sgd", "mse")
    model.fit(X, Y.reshape(8, *([1] * (len(model.output_shape) - 1))), verbose=0, batch_size=4)
    return short(v for v in model.weights if not np.array_equal(before[id(v)], v.numpy()))


@pytest.mark.parametrize("make", [stack, wired, Own])
@pytest.mark.parametrize("freeze, trained, statistics", [
    (only("b"), {"b/kernel", "b/bias"}, False), (only("bn"), {"bn/gamma", "bn/beta"}, True), (frozen, set(), False),
    (all_but("b"), {"a/kernel", "a/bias", "bn/gamma", "bn/beta"}, True),
], ids=["only b", "only bn", "frozen", "all but b"])
def test_the_layers_decide(make, freeze, trained, statistics):
    base = make()
    model = around(base)
    freeze(base)
    trained = trained | ({"base/scale"} if make is Own and base.trainable else set())
    assert short(model.trainable_weights) == trained | TOP
    assert short(base.trainable_weights) == (trained if base.trainable else set())
    assert short(base.non_trainable_weights) == short(base.weights) - short(base.trainable_weights)
    lines = []
    model.summary(print_fn=lines.append)
    count = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    assert f" Trainable params: {count} " in "".join(lines)
    assert moved(model) == trained | TOP | (STATISTICS if statistics else set())


@pytest.mark.parametrize("make", [stack, wired])
def test_a_wrapper_has_no_say(make):
    base = make()
    model = keras.Sequential([keras.Input((1, 3)), layers.TimeDistributed(base), layers.Dense(1, name="top")])
    model.layers[0].trainable = False
    base.layers[-1].trainable = True
    assert short(model.trainable_weights) == {"b/kernel", "b/bias"} | TOP
    before = [v.numpy() for v in model.weights]
    model.compile("sgd", "mse")
    model.fit(X[:, None], Y[:, None], verbose=0)
    changed = {v.path.split("/")[-2] for v, old in zip(model.weights, before) if not np.array_equal(old, v.numpy())}
    assert changed == {"b", "top"}


def test_both_directions_have_the_flag_of_their_layer():
    layer = layers.Bidirectional(layers.SimpleRNN(2))
    model = keras.Sequential([keras.Input((4, 3)), layer, layers.Dense(1, name="top")])
    layer.trainable = False
    assert short(model.trainable_weights) == TOP
    before = layer.get_weights()
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 4, 3), "float32"), np.ones((4, 1), "float32"), verbose=0)
    assert all(np.array_equal(old, new) for old, new in zip(before, layer.get_weights()))
    layer.trainable = True
    assert len(model.trainable_weights) == 8


@pytest.mark.parametrize("make", [stack, wired])
def test_a_frozen_model_that_is_asked_itself(make):
    model = make()
    model.trainable = False
    model.layers[-1].trainable = True
    assert model.trainable_weights == [] and len(model.non_trainable_weights) == 8
    lines = []
    model.summary(print_fn=lines.append)
    assert " Trainable params: 0 " in "".join(lines)
    before = model.get_weights()
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="does not have any trainable weights"):
        model.fit(X, X, verbose=0)
    assert all(np.array_equal(old, new) for old, new in zip(before, model.get_weights()))


@pytest.mark.parametrize("make", [stack, wired])
def test_what_a_model_is_made_with_says_nothing_of_its_layers(make):
    base = make(trainable=False)
    assert base.trainable_weights == [] and len(around(base).trainable_weights) == 8


def test_weights_that_are_made_frozen_are_of_their_kind():
    layer = layers.BatchNormalization(trainable=False)
    layer.build((None, 3))
    layer.trainable = True
    assert [v.name for v in layer.trainable_weights] == ["gamma", "beta"]


def flags(entry):
    config = entry["config"]
    inside = {name: said for each in config.get("layers", []) for name, said in flags(each).items()}
    return {config.get("name"): config.get("trainable", True), **inside}


@pytest.mark.parametrize("extension", ["keras", "h5"])
@pytest.mark.parametrize("make", [stack, wired])
def test_files_say_the_flags_and_are_read_again(make, extension, tmp_path):
    base = make()
    model = around(base)
    only("b")(base)
    said = flags(json.loads(model.to_json()))
    assert [said[name] for name in ("base", "a", "bn", "b", "top")] == [False, False, False, True, True]
    model.compile(keras.optimizers.Adam(0.1), "mse")
    model.save(tmp_path / f"new.{extension}")
    saver = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: model.save(tmp_path / f"inside.{extension}"))
    checkpoint = keras.callbacks.ModelCheckpoint(str(tmp_path / f"checkpoint.{extension}"))
    model.fit(X, Y, epochs=2, verbose=0, shuffle=False, callbacks=[saver, checkpoint])
    model.save(tmp_path / f"after.{extension}")
    wanted, copies = model.predict(X, verbose=0), {}
    for name in ("inside", "checkpoint", "after"):
        copies[name] = again = keras.models.load_model(tmp_path / f"{name}.{extension}")
        np.testing.assert_allclose(again.predict(X, verbose=0), wanted, rtol=1e-6)
        assert [layer.trainable for layer in again.layers[0].layers if layer.name in "abn"] == [False, False, True]
        assert short(again.trainable_weights) == {"b/kernel", "b/bias"} | TOP
    assert copies["after"].layers[0].trainable is (make is stack)  # Keras's stacks forget their own flag
    model.fit(X, Y, epochs=2, verbose=0, shuffle=False)
    for again in copies.values() if extension == "keras" else []:
        again.fit(X, Y, epochs=2, verbose=0, shuffle=False)
        assert all(np.array_equal(old, new) for old, new in zip(model.get_weights(), again.get_weights()))


def test_layers_that_wrappers_make_or_hold():
    x, y = np.ones((4, 4, 3), "float32"), np.zeros((4, 1), "float32")

    def count(layer):
        model = keras.Sequential([keras.Input((4, 3)), layer, layers.Dense(1)])
        model.compile("sgd", "mse")
        before = model.get_weights()
        model.fit(x, y, verbose=0)
        changed = sum(not np.array_equal(old, new) for old, new in zip(before, model.get_weights()))
        return len(model.trainable_weights), changed

    assert count(layers.Bidirectional(layers.LSTM(2), trainable=False)) == (8, 8)
    assert count(layers.Bidirectional(layers.LSTM(2, trainable=False))) == (2, 2)
    cells = layers.StackedRNNCells([layers.LSTMCell(2), layers.LSTMCell(2)])
    recurrent = layers.RNN(cells)
    recurrent.trainable = False
    cells.cells[1].trainable = True
    assert count(recurrent) == (5, 5)
