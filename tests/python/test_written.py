"""Layers, models, losses, metrics and functions written in Python."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

RNG = np.random.default_rng(11)
X = RNG.normal(size=(48, 4)).astype("float32")
Y = X[:, :1] - X[:, 1:2]


class Mixed(layers.Layer):
    """A weight of its own, a penalty, a layer inside."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.gate = layers.Dense(units, activation="sigmoid")

    def build(self, input_shape):
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="glorot_uniform", regularizer=keras.regularizers.L2(0.01), name="w"
        )
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, x, training=False):
        y = ops.matmul(x, self.w) + self.b
        return ops.tanh(y) * self.gate(x) + ops.sum(y * y, axis=-1, keepdims=True)


def by_hand(layer, x):
    w, b = layer.w.numpy(), layer.b.numpy()
    kernel, bias = layer.gate.get_weights()
    y = x @ w + b
    return np.tanh(y) / (1 + np.exp(-(x @ kernel + bias))) + (y * y).sum(-1, keepdims=True)


def test_a_layer_computes_trains_and_counts():
    model = keras.Sequential([keras.Input((4,)), Mixed(3), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    assert model.count_params() == 4 * 3 + 3 + 4 * 3 + 3 + 4
    history = model.fit(X, Y, epochs=20, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    kernel, bias = model.layers[1].get_weights()
    wanted = by_hand(model.layers[0], X) @ kernel + bias
    assert np.allclose(model.predict(X, verbose=0), wanted, atol=1e-4)
    penalty = 0.01 * (model.layers[0].w.numpy() ** 2).sum()
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(np.mean((wanted - Y) ** 2) + penalty, rel=1e-4)


def test_a_layer_on_arrays():
    layer = Mixed(2)
    found = layer(X[:5])
    assert np.allclose(found, by_hand(layer, X[:5]), atol=1e-5)


def test_a_layer_is_traced_anew_for_other_lengths():
    class Means(layers.Layer):
        def call(self, x):
            return ops.mean(x, axis=1) * x.shape[1]

    entry = keras.Input((None, 2))
    model = keras.Model(entry, Means()(entry))
    for length in (3, 7):
        x = RNG.normal(size=(4, length, 2)).astype("float32")
        assert np.allclose(model.predict(x, verbose=0), x.sum(axis=1), atol=1e-5)


def test_training_is_told():
    class Adds(layers.Layer):
        def call(self, x, training=False):
            return x + (1.0 if training else 0.0)

    model = keras.Sequential([keras.Input((4,)), Adds()])
    model.compile("sgd", lambda y_true, y_pred: ops.mean(y_pred, axis=-1))
    assert model.train_on_batch(X, Y) == pytest.approx(X.mean() + 1, abs=1e-5)
    assert model.test_on_batch(X, Y) == pytest.approx(X.mean(), abs=1e-5)


def test_a_state_moves_with_training():
    class Counts(layers.Layer):
        def build(self, input_shape):
            self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False, name="seen")
            self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

        def call(self, x, training=False):
            if training:
                self.seen.assign(self.seen + 1.0)
            return x * self.scale

    model = keras.Sequential([keras.Input((4,)), Counts()])
    model.compile("sgd", "mse")
    model.fit(X, X, batch_size=12, epochs=2, verbose=0)
    assert float(model.layers[0].seen) == 8.0


def test_a_model_of_ones_own():
    class Two(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = layers.Dense(8, activation="relu")
            self.drop = layers.Dropout(0.5)
            self.head = layers.Dense(1)

        def call(self, inputs, training=False):
            return self.head(self.drop(self.hidden(inputs)))

    keras.utils.set_random_seed(1)
    model = Two()
    model.compile(keras.optimizers.Adam(0.01), "mse")
    history = model.fit(X, Y, epochs=30, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert model.count_params() == 49 and len(model.layers) == 3
    hidden, head = model.hidden.get_weights(), model.head.get_weights()
    wanted = np.maximum(X @ hidden[0] + hidden[1], 0) @ head[0] + head[1]
    assert np.allclose(model(X), wanted, atol=1e-5)
    with pytest.raises(ValueError, match="Invalid filepath extension"):
        model.save("two")


def test_a_model_of_ones_own_with_several_inputs(tmp_path):
    class Joins(keras.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = layers.Dense(3), layers.Dense(3)

        def call(self, inputs):
            return self.a(inputs["left"]) + self.b(inputs["right"])

    model = Joins()
    x = {"left": X, "right": X[:, :2]}
    model.compile("sgd", "mse")
    model.fit(x, np.zeros((48, 3)), verbose=0)
    before = model.predict(x, verbose=0)
    model.save_weights(tmp_path / "w.npz")
    model.fit(x, np.ones((48, 3)), verbose=0)
    assert not np.allclose(model.predict(x, verbose=0), before)
    model.load_weights(tmp_path / "w.npz")
    assert np.array_equal(model.predict(x, verbose=0), before)


def test_losses_and_metrics():
    def absolute(y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred), axis=-1)

    class Scaled(keras.losses.Loss):
        def __init__(self, factor):
            super().__init__(name="scaled")
            self.factor = factor

        def call(self, y_true, y_pred):
            return self.factor * ops.mean(ops.square(y_true - y_pred), axis=-1)

    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.compile("sgd", Scaled(3.0), metrics=[absolute, "mae", "mse"])
    told = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert told["loss"] == pytest.approx(3 * told["mse"], rel=1e-5)
    assert told["absolute"] == pytest.approx(told["mae"], rel=1e-5)


def test_functions_as_options():
    entry = keras.Input((4,))
    layer = layers.Dense(
        2,
        activation=lambda x: ops.sin(x),
        kernel_initializer=lambda shape, dtype=None: np.ones(shape),
        kernel_regularizer=lambda w: 0.5 * ops.sum(ops.square(w)),
        kernel_constraint=lambda w: ops.clip(w, 0.0, 1.0),
    )
    model = keras.Model(entry, layer(entry))
    assert np.allclose(model.predict(X, verbose=0), np.sin(X @ np.ones((4, 2))), atol=1e-5)
    model.compile(keras.optimizers.SGD(10.0), "mse")
    assert model.evaluate(X, np.sin(X @ np.ones((4, 2))), verbose=0) == pytest.approx(4.0, rel=1e-4)
    model.fit(X, RNG.normal(size=(48, 2)), verbose=0)
    kernel = layer.get_weights()[0]
    assert kernel.min() >= 0 and kernel.max() <= 1


def test_operations_between_symbolic_tensors():
    entry = keras.Input((4,))
    out = ops.relu(entry) + ops.mean(entry, axis=1, keepdims=True)
    model = keras.Model(entry, out)
    assert np.allclose(model.predict(X, verbose=0), np.maximum(X, 0) + X.mean(1, keepdims=True), atol=1e-6)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: ops.softmax(x, axis=-1),
        lambda x: ops.log_softmax(x),
        lambda x: ops.logsumexp(x, axis=1, keepdims=True),
        lambda x: ops.std(x, axis=1, keepdims=True) + ops.var(x, axis=0, keepdims=True),
        lambda x: x[:, ::-1] - x[:, 1:2] + x[..., None][:, :, 0],
        lambda x: ops.concatenate([x[:, :1], ops.flip(x, 1)], axis=1),
        lambda x: ops.stack([x, -x], axis=1),
        lambda x: ops.transpose(ops.reshape(x, (-1, 2, 2)), (0, 2, 1)),
        lambda x: ops.where(x > 0, x, 0.1 * x),
        lambda x: ops.einsum("bi,bj->bij", x, x),
        lambda x: ops.einsum("bi,ij->bj", x, np.arange(12.0).reshape(4, 3)),
        lambda x: ops.one_hot(ops.argmax(x, axis=-1), 4),
        lambda x: ops.take(x, [2, 0], axis=1),
        lambda x: ops.sort(x)[:, :2] + ops.top_k(x, 2)[0],
        lambda x: ops.cumsum(x, axis=1) / (1 + ops.square(x)),
        lambda x: ops.repeat(x, 2, axis=1) * ops.tile(x, (1, 2)),
        lambda x: ops.pad(x, ((0, 0), (1, 2))),
        lambda x: ops.clip(x, -0.5, 0.5) ** 2 + ops.gelu(x) - ops.leaky_relu(x),
        lambda x: ops.cast(ops.any(x > 1, axis=1, keepdims=True), "float32") + ops.max(x, axis=1, keepdims=True),
        lambda x: ops.squeeze(ops.expand_dims(x, 1), 1) + ops.ones_like(x),
        lambda x: ops.split(x, 2, axis=1)[1],
        lambda x: ops.moveaxis(ops.reshape(x, (-1, 2, 2)), 1, 2),
    ],
)
def test_operations_give_in_graphs_what_they_give_on_arrays(function):
    class Runs(layers.Layer):
        def call(self, x):
            return function(x)

    x = X[:6]
    found, wanted = Runs()(x), np.asarray(function(x))
    assert found.shape == wanted.shape
    assert np.allclose(found, wanted, atol=1e-5)


def test_exceptions_come_out_as_they_were_raised():
    class Broken(layers.Layer):
        def call(self, x):
            raise KeyError("oops")

    with pytest.raises(KeyError, match="oops"):
        keras.Sequential([keras.Input((4,)), Broken()])

    def broken(y_true, y_pred):
        raise ZeroDivisionError("mine")

    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.compile("sgd", broken)
    with pytest.raises(ZeroDivisionError, match="mine"):
        model.fit(X, Y, verbose=0)

    class Decides(layers.Layer):
        def call(self, x):
            return x if ops.sum(x) > 0 else -x

    with pytest.raises(TypeError, match="ops.where"):
        Decides()(X)


def test_kinds():
    assert isinstance(layers.Dense(1), layers.Layer) and issubclass(layers.Dense, keras.Layer)
    assert isinstance(keras.Sequential(), keras.Model) and isinstance(Mixed(1), keras.Layer)
    assert not isinstance(layers.Dense(1), keras.Model)


def test_activity_regularizer_of_a_layer_of_ones_own():
    class Same(layers.Layer):
        def call(self, x):
            return x * 1.0

    model = keras.Sequential([keras.Input((4,)), Same(activity_regularizer="l2")])
    model.compile("sgd", "mse")
    assert model.evaluate(X, X, verbose=0, batch_size=48) == pytest.approx(0.01 * (X**2).sum() / len(X), rel=1e-4)
    with pytest.raises(ValueError, match="float32"):
        Same(dtype="float16")


def test_states_that_call_assigns_are_carried_on_and_draws_differ():
    class Sums(layers.Layer):
        def build(self, shape):
            self.total = self.add_weight(shape=(), initializer="zeros", trainable=False, name="total")

        def call(self, x):
            self.total.assign(self.total + ops.sum(x))
            return self.total * ops.ones_like(x)

    x, layer = np.ones((1, 3), "float32"), Sums()
    assert [float(layer(x)[0, 0]) for _ in range(2)] == [3, 6] and float(layer.total) == 6
    model = keras.Sequential([keras.Input((3,)), layer])
    assert [float(model.predict(x, verbose=0)[0, 0]) for _ in range(2)] == [9, 12] and float(layer.total) == 12

    class Draws(layers.Layer):
        def call(self, x):
            return x + keras.random.normal(ops.shape(x))

    model = keras.Sequential([keras.Input((3,)), Draws()])
    first = model.predict(np.ones((4, 3)), batch_size=2, verbose=0)
    assert (first[:2] != first[2:]).all() and (first != model.predict(np.ones((4, 3)), verbose=0)).all()


def test_a_schedule_of_a_program_is_traced():
    class Warm(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            step = ops.cast(step, "float32")
            return 0.1 * ops.minimum(ops.rsqrt(step + 1.0), (step + 1.0) * 0.01)

    model = keras.Sequential([keras.Input((3,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(Warm()), "mae")
    x = np.ones((8, 3), "float32")
    model.fit(x, np.zeros((8, 1)), batch_size=4, shuffle=False, verbose=0)
    wanted = 1.0 - sum(0.1 * min((t + 1) ** -0.5, (t + 1) * 0.01) for t in range(2))
    assert np.allclose(model.get_weights()[0], wanted, atol=1e-6)


def test_penalties_alone_and_penalties_of_a_functional_model():
    entry = keras.Input((4,))
    hidden = layers.Dense(3, kernel_initializer="ones")(entry)
    model = keras.Model(entry, layers.Dense(4)(hidden))
    model.add_loss(keras.losses.mean_squared_error(entry, model.output) + ops.mean(ops.square(hidden), axis=-1))
    model.compile("sgd")
    history = model.fit(X[:, :4] if X.shape[1] >= 4 else np.ones((8, 4)), epochs=3, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] and list(history) == ["loss"]


class Blocks(layers.Layer):
    """Layers in a list of its own, and one that was there before `super().__init__()`."""

    def __init__(self):
        self.first = layers.Dense(3)
        super().__init__()
        self._blocks = []
        for _ in range(2):
            self._blocks.append(layers.Dense(3, name="same"))

    def call(self, x):
        for block in [self.first, *self._blocks]:
            x = block(x)
        return x


def test_layers_inside_are_found_wherever_they_are_kept():
    made = Blocks()
    made.trainable = False
    assert not made._blocks[1].trainable  # before it has run
    made.trainable = True
    assert made(X).shape == (48, 3) and len(made.trainable_weights) == 6
    # Two layers of one name have two kernels.
    assert len({weight.path for weight in made.weights[2:]}) == 4 and made._blocks[0] is not made._blocks[1]
    assert not np.allclose(made._blocks[0].kernel, made._blocks[1].kernel)


def test_a_copy_of_a_layer_is_asked_itself():
    import copy

    class Times(layers.Layer):
        def __init__(self, by):
            super().__init__()
            self.by = by

        def call(self, x):
            return x * self.by

    for copied in (copy.copy, copy.deepcopy):
        one = Times(2.0)
        other = copied(one)
        other.by = 5.0
        assert keras.Sequential([keras.Input((4,)), other]).predict(X, verbose=0)[0, 0] == X[0, 0] * 5
    dense = layers.Dense(2)
    model = keras.Sequential([keras.Input((4,)), dense])
    model.compile("sgd", "mse")
    model.fit(X, np.ones((48, 2)), verbose=0)
    assert np.array_equal(copy.deepcopy(dense).kernel, dense.kernel)


class Turning(layers.Layer):
    """Gives one column after the other: which one is a state of whole numbers."""

    def build(self, input_shape):
        self.place = self.add_weight(shape=(), initializer="zeros", trainable=False, dtype="int32", name="place")
        self.late = self.add_weight(shape=(), initializer="zeros", trainable=False, dtype="bool", name="late")

    def call(self, x):
        found = x[:, self.place]
        self.place.assign((self.place + 1) % 4)
        self.late.assign(self.place > 1)
        return found[:, None]


def test_states_of_whole_numbers_and_truth_values_are_indices_of_now(tmp_path):
    layer = Turning()
    assert [np.asarray(layer(X))[0, 0] for _ in range(3)] == X[0, :3].tolist()
    assert layer.place.dtype == "int32" and int(layer.place) == 3 and layer.late.dtype == "bool" and bool(layer.late)
    model = keras.Sequential([keras.Input((4,)), Turning(), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, Y, batch_size=8, verbose=0)
    assert int(model.layers[0].place) == 2
    model.save_weights(tmp_path / "a.weights.h5")
    model.layers[0].place.assign(0)
    model.load_weights(tmp_path / "a.weights.h5")
    assert model.get_weights()[0].dtype == "int32" and int(model.layers[0].place) == 2
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        layer.add_weight(shape=(), colour="red")


def test_configs_are_made_of_plain_arguments_alone():
    class Plain(layers.Layer):
        def __init__(self, units, act=None, **kwargs):
            super().__init__(**kwargs)

    assert Plain(3).get_config() == {"units": 3, "act": None, **{k: v for k, v in Plain(3, name="x").get_config().items() if k != "name"},
                                     "name": "plain"}
    with pytest.raises(NotImplementedError, match="must override `get_config\\(\\)`"):
        Plain(3, act=object()).get_config()


def test_models_that_are_done_with_are_let_go():
    import gc
    import weakref

    class Penalized(layers.Layer):
        def call(self, x):
            self.add_loss(ops.mean(x * x))
            return x

    class Losses:
        def squares(self, y_true, y_pred):
            return ops.mean((y_true - y_pred) ** 2, -1)

    held = Losses()
    model = keras.Sequential([keras.Input((4,)), Penalized(), layers.Dense(1)])
    for _ in range(2):
        model.compile("sgd", held.squares)
        model.fit(X, Y, verbose=0)
    gone = [weakref.ref(model.layers[0]), weakref.ref(held)]
    del model, held
    for _ in range(2):  # what the engine held goes with the first
        gc.collect()
    assert [each() for each in gone] == [None, None]


def test_models_from_configs_and_summaries_by_place():
    class Own(layers.Layer):
        def call(self, x):
            return x

    class Held(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(2)

        def call(self, x):
            return self.inner(x)

    inputs = keras.Input((4,))
    config = keras.Model(inputs, Own()(inputs)).get_config()
    assert isinstance(keras.Model.from_config(config, custom_objects={"Own": Own}).layers[1], Own)
    config = keras.Sequential([inputs, Own()]).get_config()
    assert isinstance(keras.Sequential.from_config(config, custom_objects={"Own": Own}).layers[0], Own)
    with pytest.raises(TypeError, match="Could not locate class 'Own'"):
        keras.Sequential.from_config(config)
    lines, made = [], Held()
    made.build((None, 4))
    made.summary(60, None, lines.append)
    assert "held_model" in lines[0] and all(len(row) <= 60 for row in lines[0].splitlines())


def test_cells_say_what_their_states_begin_with():
    class Cell(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.state_size = 2

        def get_initial_state(self, batch_size=None):
            return [7.0 * ops.ones((batch_size, 2))]

        def call(self, x, states):
            return x + states[0], [states[0]]

    ones = np.ones((1, 3, 2), "float32")
    assert layers.RNN(Cell())(ones)[0, 0] == 8 and layers.RNN([Cell(), Cell()])(ones)[0, 0] == 15


def test_what_a_call_takes_is_checked():
    class Two(layers.Layer):
        def __init__(self, spec):
            super().__init__()
            self.input_spec = spec

        def call(self, x, training=None):
            return x["a"] if isinstance(x, dict) else x[0] if isinstance(x, list) else x

    spec = layers.InputSpec
    with pytest.raises(ValueError, match="should be passed as a keyword argument: True"):
        Two(None)(X, True)
    assert Two({"a": spec(ndim=2), "b": spec(ndim=3)})({"b": X[None], "a": X}).shape == X.shape
    with pytest.raises(ValueError, match="expected ndim=3"):
        Two({"a": spec(ndim=2), "b": spec(ndim=3)})({"b": X, "a": X})
    with pytest.raises(ValueError, match="expects 1 input\\(s\\), but it received 2"):
        Two([spec(ndim=2)])([X, X])


def test_threads_trace_side_by_side():
    import threading

    class Slow(layers.Layer):
        def __init__(self, by):
            super().__init__()
            self.by, self.inner = by, layers.Dense(4, kernel_initializer="identity", use_bias=False)

        def call(self, x):
            threading.Event().wait(0.005)  # others go on
            return self.inner(x) * self.by

    found = {}

    def work(by):
        found[by] = [np.asarray(Slow(float(by))(X)) / by for _ in range(3)]

    threads = [threading.Thread(target=work, args=(by,)) for by in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {1, 2, 3} and all(np.allclose(each, X, atol=1e-5) for values in found.values() for each in values)


class MeanOfSteps(layers.Layer):
    """Needs a mask."""

    def call(self, x, mask=None):
        counts = ops.cast(mask, x.dtype)[..., None]
        return ops.sum(x * counts, 1) / ops.sum(counts, 1)


@pytest.mark.parametrize("between", [(), (layers.Dropout(0.5),), (layers.Identity(), layers.Dense(1, kernel_initializer="ones"))])
def test_the_mask_is_there_when_a_model_is_wired(between):
    inputs = keras.Input((5,), dtype="int32")
    table = layers.Embedding(10, 1, mask_zero=True)
    x = table(inputs)
    for layer in between:
        x = layer(x)
    model = keras.Model(inputs, MeanOfSteps()(x))
    table.set_weights([np.arange(10.0).reshape(10, 1) + 1])
    np.testing.assert_allclose(model.predict(np.array([[1, 2, 0, 0, 0], [1, 2, 3, 0, 0]]), verbose=0), [[2.5], [3.0]], rtol=1e-6)
    with pytest.raises(TypeError, match="NoneType"):
        MeanOfSteps()(layers.LSTM(2)(table(inputs)))  # a last step has no mask
