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


class Scaled(layers.Layer):
    def build(self, shape):
        self.a = self.add_weight(shape=(3,), name="a", initializer="ones")
        self.c = self.add_weight(shape=(3,), name="c", initializer="zeros", trainable=False)
        self.b = self.add_weight(shape=(3,), name="b", initializer="zeros")

    def call(self, x):
        return x * self.a + self.b + self.c


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.inside, self.norm, self.own = layers.Dense(3, name="k"), layers.LayerNormalization(name="ln"), Scaled(name="own")

    def call(self, x):
        return self.own(self.norm(self.inside(x)))


def of_kinds():
    return keras.Sequential([keras.Input((3,)), layers.Dense(3, name="k"), layers.LayerNormalization(name="ln"), Scaled(name="own")])


def nested():
    return keras.Sequential([keras.Input((3,)), keras.Sequential(of_kinds().layers)])


def subclassed():
    model = Subclassed()
    model(X)
    return model


def freeze_some(model):
    return [v.assign(v.numpy() + 0.1) for v in model.weights if v.name in ("kernel", "gamma", "a") and set_frozen(v)]


def set_frozen(variable, frozen=True):
    variable.trainable = not frozen
    return True


@pytest.mark.parametrize("make", [of_kinds, nested, subclassed])
def test_weights_that_are_frozen_by_themselves_stay(make):
    model = make()
    order = [v.path for v in model.weights]
    before = {id(v): v.numpy() for v in freeze_some(model)}
    assert len(before) == 3 and [v.path for v in model.weights] == order
    assert [v.name for v in model.trainable_weights] == ["bias", "beta", "b"]
    lines = []
    model.summary(print_fn=lines.append)
    assert " Trainable params: 9 " in "".join(lines) and " Non-trainable params: 18 " in "".join(lines)
    model.compile(keras.optimizers.Adam(0.1), "mse")
    model.fit(X, X, verbose=0)
    model.train_on_batch(X, X)
    assert {v.name for v in model.weights if id(v) in before and np.array_equal(before[id(v)], v.numpy())} == {"kernel", "gamma", "a"}
    assert all(np.any(v.numpy() != 0) for v in model.trainable_weights)
    assert len(model.optimizer.variables) == 2 + 2 * 3


@pytest.mark.parametrize("name", ["embeddings", "kernel", "bias", "recurrent_kernel", "beta", "forward"])
def test_one_frozen_weight_of_each_layer(name):
    layer = layers.Bidirectional(layers.GRU(2)) if name == "forward" else layers.GRU(2)
    model = keras.Sequential([keras.Input((4,)), layers.Embedding(5, 3), layers.BatchNormalization(), layer, layers.Dense(1)])
    still = [v for v in model.weights if name in v.path]
    moving = [v for v in model.trainable_weights if name not in v.path]
    for variable in still:
        variable.trainable = False
    before = {id(v): v.numpy() for v in model.weights}
    model.compile("sgd", "mse")
    model.fit(np.arange(8).reshape(2, 4) % 5, np.full((2, 1), 3.0, "float32"), verbose=0, epochs=2)
    assert still and all(np.array_equal(before[id(v)], v.numpy()) for v in still)
    assert all(not np.array_equal(before[id(v)], v.numpy()) for v in moving)


def test_flags_that_are_set_between_trainings():
    model = of_kinds()
    gamma = model.layers[1].gamma
    model.compile(keras.optimizers.Adam(0.1), "mse")
    model.fit(X, X, verbose=0)
    for frozen in (True, False, True):
        before, gamma.trainable = gamma.numpy(), not frozen
        model.fit(X, X, verbose=0)
        assert np.array_equal(before, gamma.numpy()) is frozen
    assert int(model.optimizer.iterations) == 4
    model.layers[1].trainable = True  # which says it of each of its weights
    assert gamma.trainable and not model.layers[2].c.trainable


def test_values_are_set_in_the_order_in_which_weights_were_made():
    plain, other = of_kinds(), of_kinds()
    values = [np.random.default_rng(i).normal(size=v.shape) for i, v in enumerate(plain.weights)]
    freeze_some(other)
    for model in (plain, other):
        model.set_weights(values)
    assert [v.name for v in other.layers[2].weights] == ["a", "b", "c"]
    assert all(np.array_equal(a, b) for a, b in zip(plain.get_weights(), other.get_weights()))
    np.testing.assert_array_equal(plain.predict(X, verbose=0), other.predict(X, verbose=0))


@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("extension", ["keras", "h5", "weights.h5"])
def test_files_of_models_with_frozen_weights(extension, trained, tmp_path):
    model = of_kinds()
    freeze_some(model)
    model.compile(keras.optimizers.Adam(0.1), "mse")
    path = tmp_path / f"model.{extension}"
    inside = keras.callbacks.ModelCheckpoint(str(path), save_weights_only=extension == "weights.h5")
    if trained and extension == "h5":  # which would have them in another order
        with pytest.raises(NotImplementedError, match="order of weights.*its load_model cannot read it.*model.save"):
            model.fit(X, X, verbose=0, callbacks=[inside])
        model.fit(X, X, verbose=0)
    elif trained:
        model.fit(X, X, verbose=0, callbacks=[inside])
    write = model.save_weights if extension == "weights.h5" else model.save
    for rewrite in (not trained or extension == "h5", True):
        if rewrite:
            write(path)
        if extension == "weights.h5":
            again = of_kinds()
            again.load_weights(path)
        else:
            again = keras.models.load_model(path, custom_objects={"Scaled": Scaled}, compile=False)
        assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), again.get_weights()))


def test_trials_do_not_know_them():
    model = of_kinds()
    freeze_some(model)
    model.compile("sgd", "mse")
    with pytest.raises(NotImplementedError, match="frozen by itself"):
        model.treat(X, X)


@pytest.mark.parametrize("kind, gates", [("LSTM", 4), ("GRU", 3), ("SimpleRNN", 1)])
def test_the_cell_of_a_recurrent_layer(kind, gates):
    layer = getattr(layers, kind)(2, activation="relu", name="r")
    cell = layer.cell
    assert not cell.built and cell.units == 2 and cell.activation is keras.activations.relu and layer.states is None
    model = keras.Sequential([keras.Input((4, 3)), layer])
    assert layer.cell is cell and cell.kernel is layer.weights[0] and cell.recurrent_kernel.shape == (2, 2 * gates)
    assert [id(v) for v in cell.weights] == [id(v) for v in layer.weights] and len(model.weights) == 3
    x = np.random.default_rng(0).normal(size=(5, 1, 3)).astype("float32")
    states = cell.get_initial_state(5)
    np.testing.assert_allclose(cell(x[:, 0], states)[0], layer(x), rtol=1e-5, atol=1e-6)
    cell.kernel.trainable = False
    before = model.get_weights()
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 4, 3), "float32"), np.full((4, 2), 3.0, "float32"), verbose=0)
    assert np.array_equal(before[0], layer.get_weights()[0])
    with pytest.raises(AttributeError, match="set on r itself"):
        cell.units = 3


@pytest.mark.parametrize("kind, count", [("LSTM", 2), ("GRU", 1), ("SimpleRNN", 1)])
def test_the_states_of_a_recurrent_layer(kind, count):
    layer = getattr(layers, kind)(2, stateful=True)
    assert layer.states is None
    model = keras.Sequential([keras.Input(batch_shape=(4, 5, 3)), layer])
    assert [np.asarray(state).tolist() for state in layer.states] == [[[0.0, 0.0]] * 4] * count
    output = model.predict(np.ones((4, 5, 3), "float32"), verbose=0)
    np.testing.assert_allclose(layer.states[0], output, rtol=1e-6)
    layer.reset_state()
    assert not np.any(layer.states[0])
