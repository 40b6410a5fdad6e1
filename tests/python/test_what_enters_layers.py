"""What enters layers beside tensors: arrays, weights, states of cells, draws that a call asks for. Numbers are those of Keras 3.15.1 on JAX."""

import numpy as np
import pytest

from regimen import keras
from regimen.keras import layers, ops

X = np.array([[1.0, -2.0], [0.5, 3.0]], "float32")
C = np.array([[0.3, -0.2]], "float32")
S = np.arange(12, dtype="float32").reshape(2, 3, 2) / 10 - 0.5
H = np.array([[0.5, -1.0], [2.0, 1.0]], "float32")


def numbered(held):
    """Sets its weights to numbers that follow from their places."""
    count = 0
    for weight in held.weights:
        size = int(np.prod(weight.shape))
        weight.assign((np.sin(np.arange(count, count + size)) * 0.4).reshape(weight.shape).astype("float32"))
        count += size
    return held


class Calls(layers.Layer):
    """Runs a function with a layer inside and two weights."""

    def __init__(self, body, inner):
        super().__init__()
        self.body, self.inner = body, inner

    def build(self, input_shape):
        self.w = self.add_weight(shape=(2, 2), initializer="ones", name="w")
        self.q = self.add_weight(shape=(2, 3, 2), initializer="ones", name="q")

    def call(self, x):
        return self.body(self, x)


def in_call(body, inner, x):
    """Predictions at first, after two steps, and after the weights were set."""
    layer = Calls(body, inner)
    entry = keras.Input(batch_shape=x.shape)
    model = keras.Model(entry, layer(entry))
    numbered(layer)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    first = model.predict(x, verbose=0, batch_size=2)
    model.fit(x, np.zeros_like(first), epochs=2, verbose=0, batch_size=2, shuffle=False)
    second = model.predict(x, verbose=0, batch_size=2)
    numbered(layer)
    assert np.allclose(model.predict(x, verbose=0, batch_size=2), first, atol=1e-6)
    return first, second


def between(build, x):
    """Predictions of a functional model, of the model out of its JSON, and after two steps."""
    entry = keras.Input(batch_shape=x.shape)
    model = numbered(keras.Model(entry, build(entry)))
    model.compile(keras.optimizers.SGD(0.1), "mse")
    first = model.predict(x, verbose=0, batch_size=2)
    again = keras.models.model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    assert np.allclose(again.predict(x, verbose=0, batch_size=2), first, atol=1e-6)
    model.fit(x, np.zeros_like(first), epochs=2, verbose=0, batch_size=2, shuffle=False)
    return first, model.predict(x, verbose=0, batch_size=2)


def steps(layer, x):
    state = layer.inner.get_initial_state(batch_size=x.shape[0])
    for t in range(3):
        output, state = layer.inner(x[:, t], state)
    return output


def heads():
    return layers.MultiHeadAttention(1, 2)


IN_CALL = {
    "a sum with an array": lambda: in_call(lambda s, x: s.inner([x, np.float32([[1, 2], [3, 4]])]) * s.w, layers.Add(), X),
    "a sum with a weight": lambda: in_call(lambda s, x: s.inner([x, s.w]), layers.Add(), X),
    "side by side, whole numbers": lambda: in_call(
        lambda s, x: s.inner([x * s.w, np.arange(4).reshape(2, 2)]), layers.Concatenate(), X),
    "a weight alone": lambda: in_call(lambda s, x: x + s.inner(s.w), layers.Dense(2), X),
    "an array alone": lambda: in_call(lambda s, x: x + s.inner(C), layers.Dense(2), X),
    "places": lambda: in_call(lambda s, x: x + s.inner(ops.arange(3)), layers.Embedding(3, 2), S),
    "a model on an array": lambda: in_call(lambda s, x: x + s.inner(C), keras.Sequential([layers.Dense(2), layers.Dense(2)]), X),
    "queries are a weight": lambda: in_call(lambda s, x: s.inner(s.q, x), heads(), S),
    "keys are an array": lambda: in_call(lambda s, x: s.inner(x, S[::-1]), heads(), S),
    "mask of attention": lambda: in_call(lambda s, x: s.inner(x, x, attention_mask=np.tril(np.ones((1, 3, 3), bool))), heads(), S),
    "state is a weight": lambda: in_call(lambda s, x: s.inner(x, initial_state=s.w), layers.GRU(2), S),
    "states are arrays": lambda: in_call(lambda s, x: s.inner(x, initial_state=[H, H * 2]), layers.LSTM(2), S),
    "value of a weight": lambda: in_call(lambda s, x: x * s.w.value, None, X),
    "a layer of a model inside": lambda: in_call(
        lambda s, x: ops.matmul(s.inner.layers[0](x), s.inner.layers[1].kernel),
        keras.Sequential([keras.Input((2,)), layers.Dense(2), layers.Dense(2)]), X),
    "steps of LSTMCell": lambda: in_call(steps, layers.LSTMCell(2), S),
    "steps of GRUCell": lambda: in_call(steps, layers.GRUCell(2), S),
    "steps of SimpleRNNCell": lambda: in_call(steps, layers.SimpleRNNCell(2), S),
    "steps of several cells": lambda: in_call(
        steps, layers.StackedRNNCells([layers.LSTMCell(2, name="a"), layers.GRUCell(2, name="b")]), S),
}
BETWEEN = {
    "a sum": lambda: between(lambda i: layers.Dense(2)(layers.add([i, np.float32([[1, 2], [3, 4]])])), X),
    "a product": lambda: between(lambda i: layers.Multiply()([i, H]), X),
    "side by side": lambda: between(lambda i: layers.Dense(2)(layers.Concatenate()([i, np.arange(4).reshape(2, 2)])), X),
    "keys are an array": lambda: between(lambda i: heads()(i, S[::-1]), S),
    "mask of attention": lambda: between(lambda i: heads()(i, i, attention_mask=np.tril(np.ones((1, 3, 3), bool))), S),
    "attention": lambda: between(lambda i: layers.Attention()([S[::-1], i]), S),
    "mask of the second input": lambda: between(
        lambda i: layers.Attention()([i, i], mask=[None, np.array([[1, 0, 1], [1, 1, 0]], bool)]), S),
    "a state": lambda: between(lambda i: layers.GRU(2)(i, initial_state=H), S),
    "states": lambda: between(lambda i: layers.LSTM(2)(i, initial_state=[H, H * 2]), S),
    "states of two directions": lambda: between(lambda i: layers.Bidirectional(layers.GRU(2))(i, initial_state=[H, H * 2]), S),
    "a mask": lambda: between(lambda i: layers.LSTM(2)(i, mask=np.array([[1, 0, 0], [1, 1, 0]], bool)), S),
    "one step": lambda: between(lambda i: layers.GRUCell(2)(i, H)[0], X),
}
IN_CALL_GIVES = {
    "a sum with an array": ([0.0, 0.0, 1.273, 0.3951], [0.0, 0.0, 0.1912, 0.8308]),
    "a sum with a weight": ([1.0, -1.6634, 0.8637, 3.0564], [0.9025, -1.5012, 0.7795, 2.7584]),
    "side by side, whole numbers": ([0.0, -0.6732, 0.0, 1.0], [0.0, -0.5453, 0.0, 1.0]),
    "a weight alone": ([1.2641, -1.6452, 0.8063, 3.1982], [1.044, -1.7448, 0.5779, 2.9379]),
    "an array alone": ([1.3907, -1.7927, 0.8907, 3.2073], [1.1475, -1.9435, 0.6475, 3.0565]),
    "places": ([-0.6152, -0.7846, -0.6004, -0.14], [-0.5945, -0.7528, -0.5807, -0.1505]),
    "a model on an array": ([1.2285, -1.7607, 0.7285, 3.2393], [0.9698, -1.9571, 0.4698, 3.0429]),
    "queries are a weight": ([-0.0287, 0.2069, -0.0286, 0.2072], [-0.0319, 0.1435, -0.0317, 0.1438]),
    "keys are an array": ([0.0364, 0.3022, 0.0365, 0.3024], [0.0322, 0.2438, 0.0323, 0.244]),
    "mask of attention": ([-0.0498, 0.1762, -0.0391, 0.1917], [-0.0495, 0.1136, -0.0391, 0.13]),
    "state is a weight": ([-0.1076, 0.3203, 0.2931, 0.6407], [-0.1162, 0.2684, 0.2739, 0.5954]),
    "states are arrays": ([0.1294, -0.1882, 0.2392, 0.1295], [0.1265, -0.1846, 0.234, 0.1272]),
    "value of a weight": ([0.0, -0.6732, 0.1819, 0.1693], [0.0, -0.4308, 0.1773, 0.0512]),
    "a layer of a model inside": ([0.0585, -0.279, -0.1146, 0.1839], [0.0438, -0.2278, -0.0964, 0.1345]),
    "steps of LSTMCell": ([0.0929, 0.0371, 0.1235, 0.0373], [0.0915, 0.0363, 0.1223, 0.0367]),
    "steps of GRUCell": ([-0.1173, 0.2507, 0.1755, 0.6161], [-0.1212, 0.2041, 0.1673, 0.5742]),
    "steps of SimpleRNNCell": ([-0.4369, -0.1053, -0.6706, -0.3094], [-0.302, -0.0511, -0.5509, -0.2458]),
    "steps of several cells": ([0.4487, -0.1346, 0.4455, -0.1448], [0.3645, -0.1031, 0.3607, -0.1133]),
}
BETWEEN_GIVES = {
    "a sum": ([-0.3027, 0.2896, 2.2433, 1.1896], [1.0039, 0.8576, 10.2051, 5.6571]),
    "a product": ([0.5, 2.0, 1.0, 3.0], [0.5, 2.0, 1.0, 3.0]),
    "side by side": ([-0.4435, 0.6513, 0.5462, 0.5237], [-0.1699, 0.298, 0.0013, 0.0406]),
    "keys are an array": ([-0.082, -0.4178, -0.0819, -0.4177], [-0.0465, -0.3126, -0.0464, -0.3125]),
    "mask of attention": ([-0.1627, -0.5401, -0.1527, -0.525], [-0.1196, -0.4163, -0.1104, -0.4032]),
    "attention": ([-0.292, -0.192, -0.2814, -0.1814], [-0.292, -0.192, -0.2814, -0.1814]),
    "mask of the second input": ([-0.3356, -0.2356, -0.3199, -0.2199], [-0.3356, -0.2356, -0.3199, -0.2199]),
    "a state": ([0.2804, -0.3202, 0.022, -0.4363], [0.2407, -0.2699, -0.0192, -0.3925]),
    "states": ([-0.0923, -0.1345, 0.1323, 0.0021], [-0.0904, -0.1306, 0.1233, 0.0034]),
    "states of two directions": ([0.2804, -0.3202, 0.3596, 0.3509], [0.2599, -0.2947, 0.3165, 0.2956]),
    "a mask": ([-0.041, -0.0384, -0.2545, -0.1715], [-0.0388, -0.0361, -0.2498, -0.1656]),
    "one step": ([0.3871, -0.3257, -0.2512, 0.5165], [0.2876, -0.2553, -0.0598, 0.4101]),
}


def check(found, wanted):
    for values, numbers in zip(found, wanted):
        assert np.allclose(np.ravel(values)[:4], numbers, atol=2e-4)


@pytest.mark.parametrize("name", IN_CALL)
def test_in_call(name):
    check(IN_CALL[name](), IN_CALL_GIVES[name])


@pytest.mark.filterwarnings("ignore:The model does not have any trainable")
@pytest.mark.parametrize("name", BETWEEN)
def test_between_symbolic_tensors(name):
    check(BETWEEN[name](), BETWEEN_GIVES[name])


def test_arrays_count_for_every_number_of_rows():
    entry = keras.Input((2,))
    model = keras.Model(entry, layers.Add()([entry, C]))
    for rows in (1, 2, 5):
        assert np.allclose(model.predict(np.ones((rows, 2)), verbose=0), 1 + C)


def test_what_is_no_tensor_is_refused_by_place():
    entry = keras.Input((2,))
    inner = keras.Model([entry, (other := keras.Input((2,)))], layers.Add()([entry, other]))
    with pytest.raises(ValueError, match="Only input tensors may be passed as positional arguments"):
        layers.Add()([entry, 2.0])
    with pytest.raises(ValueError, match="Only input tensors may be passed as positional arguments"):
        Calls(lambda s, x: layers.Add()([x, 2.0]), None)(X)
    with pytest.raises(ValueError, match="you cannot mix tensors and non-tensors"):
        inner([entry, C])


def test_layers_of_a_program_take_arrays_and_build_for_them():
    class Mixes(layers.Layer):
        def build(self, x_shape, c_shape):
            self.kernel = self.add_weight(shape=(x_shape[-1], c_shape[-1]), initializer="ones")

        def call(self, x, c):
            return ops.matmul(x, self.kernel) + c

    entry = keras.Input((2,))
    assert np.allclose(keras.Model(entry, Mixes()(entry, C)).predict(X, verbose=0), X.sum(1, keepdims=True) + C)
    inner = Mixes()
    assert np.allclose(Calls(lambda s, x: s.inner(s.w, C) + x, inner)(X), 2 + C + X)


def read(how):
    model = keras.Sequential([keras.Input((2,)), Calls(lambda s, x: x * how(s), None)])
    return model.predict(X, verbose=0)


def test_values_of_weights_are_not_known_in_a_trace():
    for how in (lambda s: s.w.numpy()[0], lambda s: ops.convert_to_numpy(s.w), lambda s: s.get_weights()[0], lambda s: np.asarray(s.w)):
        with pytest.raises(TypeError, match="its value is not known while a function is traced"):
            read(how)
    assert np.array_equal(read(lambda s: 1 if "shape=(2, 2)" in repr(s.w) else 2), X)


class Counts(layers.Layer):
    def build(self, input_shape):
        self.n = self.add_weight(shape=(), initializer="zeros", trainable=False)
        self.last = self.add_weight(shape=(2,), initializer="zeros", trainable=False)

    def call(self, x):
        self.n.assign(self.n.value + 1.0)
        self.last.assign(np.array([5.0, 7.0]))
        return x + self.n + self.last


class Around(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = Counts()

    def call(self, x):
        y = self.inner(x)
        self.inner.n.assign_add(10.0)
        return y


@pytest.mark.filterwarnings("ignore:The model does not have any trainable")
def test_assigning_inside_of_call_counts_at_each_step():
    for layer, count in ((Counts(), 3.0), (Around(), 33.0)):
        model = keras.Sequential([keras.Input((2,)), layer])
        model.compile("sgd", "mse")
        model.fit(X, X, epochs=3, verbose=0)
        assert [weight.tolist() for weight in model.get_weights()] == [count, [5.0, 7.0]]
    with pytest.raises(ValueError, match="must match"):
        Calls(lambda s, x: s.w.assign(x[0]) + x, None)(X)


def test_a_metric_gives_the_value_of_its_variable():
    class Rows(keras.metrics.Metric):
        def __init__(self):
            super().__init__(name="rows")
            self.t, self.last = self.add_weight(name="t", initializer="zeros"), self.add_weight(name="last", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.t.assign(self.t.value + ops.cast(ops.shape(y_true)[0], "float32"))
            self.last.assign(4.0)

        def result(self):
            return self.t.value / self.last.value

    model = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    model.compile("sgd", "mse", metrics=[Rows()])
    assert model.fit(X, X, batch_size=1, verbose=0).history["rows"] == [0.5]
    assert model.evaluate(X, X, verbose=0)[1] == 0.5


def test_variables_of_the_module():
    factor = keras.Variable(2.0)
    layer = Calls(lambda s, x: x * factor, None)
    entry = keras.Input((2,))
    models = [keras.Sequential([keras.Input((2,)), layer]), keras.Model(entry, entry * factor)]
    for value in (2.0, 3.0):
        factor.assign(value)
        assert all(np.array_equal(model.predict(X, verbose=0), X * value) for model in models)
    assert len(models[0].weights) == 2 and np.array_equal(layer(X), X * 3)
    with pytest.raises(NotImplementedError, match="is assigned in what is traced"):
        Calls(lambda s, x: factor.assign(x[0, 0]) * x, None)(X)


def test_a_model_of_the_module():
    outside = numbered(keras.Sequential([keras.Input((2,)), layers.Dense(2)]))
    on_tensors, on_arrays = Calls(lambda s, x: outside(x), None), Calls(lambda s, x: x + outside(C), None)
    for layer, wanted in ((on_tensors, lambda: outside.predict(X, verbose=0)), (on_arrays, lambda: X + outside.predict(C, verbose=0))):
        model = keras.Sequential([keras.Input((2,)), layer])
        assert np.allclose(model.predict(X, verbose=0), wanted(), atol=1e-6)
        outside.set_weights([2 * value for value in outside.get_weights()])
        assert np.allclose(model.predict(X, verbose=0), wanted(), atol=1e-6) and len(model.weights) == 2


ONES = np.ones((2, 60), "float32")


class Drops(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__()
        self.drop = layers.Dropout(0.5, **kwargs)

    def call(self, x, training=True):
        return self.drop(x, training=training)


def other(call):
    """Whether a call gives other numbers each time, zeros and twos."""
    first, second = np.asarray(call()), np.asarray(call())
    assert set(np.unique(first)) == {0.0, 2.0}
    return bool((first != second).any())


@pytest.mark.filterwarnings("ignore:dropout")
def test_draws_that_a_call_asks_for():
    entry = keras.Input((60,))
    wired = keras.Model(entry, layers.Dropout(0.2)(layers.Dropout(0.5)(entry, training=True)))
    outer, stack, layer = keras.Model(entry, wired(entry)), keras.Sequential([wired]), Drops()
    assert all(other(lambda: call(ONES)) for call in (wired, outer, stack, layer, Drops(seed=3)))
    assert np.array_equal(wired(ONES, training=False), ONES) and np.array_equal(wired.predict(ONES, verbose=0), ONES)
    asks = keras.Sequential([keras.Input((60,)), Calls(lambda s, x: s.inner(x, training=True), layers.Dropout(0.5))])
    assert other(lambda: asks.predict(ONES, verbose=0)) and np.array_equal(keras.Sequential([layer]).predict(ONES, verbose=0), ONES)
    noise = Calls(lambda s, x: x + keras.random.normal((2,)), None)
    assert (np.asarray(noise(X)) != np.asarray(noise(X))).any()


@pytest.mark.filterwarnings("ignore:norm")
def test_what_a_normalization_sees_in_a_call_that_trains():
    entry = keras.Input((2,))
    norm = layers.BatchNormalization(momentum=0.5, name="norm")
    model = keras.Model(entry, norm(entry, training=True))
    inside = layers.BatchNormalization(momentum=0.5)
    for call, layer in ((model, norm), (Calls(lambda s, x: s.inner(x, training=True), inside), inside)):
        found = np.asarray(call(X))
        assert np.allclose(found, [[0.9922, -0.9999], [-0.9922, 0.9999]], atol=1e-3)
        assert np.allclose(layer.get_weights()[2], X.mean(0) / 2) and np.allclose(layer.get_weights()[3], 0.5 + X.var(0) / 2, atol=1e-6)


def test_cells_of_the_library():
    lstm, gru = numbered_cell(layers.LSTMCell(2)), numbered_cell(layers.GRUCell(2))
    output, states = lstm(X, [H, H * 2])
    assert isinstance(states, list) and np.array_equal(output, states[0])
    assert np.shape(gru(X, H)[1]) == (2, 2) and isinstance(gru(X, [H])[1], list)
    several = layers.StackedRNNCells([layers.LSTMCell(2, name="a"), layers.GRUCell(2, name="b")])
    output, states = several(X, [[H, H], [H]])
    assert [len(part) for part in states] == [2, 1] and np.array_equal(output, states[1][0])
    assert several.state_size == [[2, 2], 2] and several.output_size == 2 and layers.LSTM(3).state_size == [3, 3]
    assert [np.shape(state) for state in layers.LSTM(3).get_initial_state(4)] == [(4, 3)] * 2
    assert not hasattr(layers.Dense(2), "get_initial_state")


def numbered_cell(cell):
    cell.build((None, 2))
    return numbered(cell)
