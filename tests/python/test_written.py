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
    assert model.evaluate(X, X, verbose=0, batch_size=48) == pytest.approx(0.01 * (X**2).sum(), rel=1e-4)
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
