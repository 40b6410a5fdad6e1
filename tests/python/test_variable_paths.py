"""Paths of weights: the names of what they are in, as Keras tells them."""

import numpy as np

import regimen.keras as keras
from regimen.keras import layers

X = np.ones((2, 4), "float32")


class Inner(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.one = layers.Dense(2, name="one", use_bias=False)

    def build(self, shape):
        self.scale = self.add_weight(shape=(1,), name="scale")

    def call(self, x):
        return self.one(x) * self.scale


class Outer(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner, self.attention = Inner(name="inner"), layers.MultiHeadAttention(1, 2, use_bias=False, name="attention")
        self.stack = keras.Sequential([layers.Dense(2, name="two", use_bias=False)], name="stack")
        self.each = [layers.Dense(2, name="three", use_bias=False)]

    def call(self, x):
        x = self.each[0](self.stack(self.inner(x)))
        return self.attention(x[:, None], x[:, None])[:, 0]


class Whole(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.outer = Outer(name="outer")

    def call(self, x):
        return self.outer(x)


OWN = ["inner/scale", "inner/one/kernel", "stack/two/kernel", "three/kernel",
       *(f"attention/{part}/kernel" for part in ("query", "key", "value", "attention_output"))]


def paths(model):
    return sorted(weight.path for weight in model.weights)


def under(name):
    return sorted(f"{name}/{path}" for path in OWN)


def test_layers_inside_of_layers_and_models():
    alone, model = Outer(name="enc"), Whole(name="whole")
    alone(X)
    model(X)
    stack = keras.Sequential([keras.Input((4,)), Outer(name="enc")], name="seq")
    x = keras.Input((4,))
    wired = keras.Model(x, Outer(name="enc")(x))
    assert paths(alone) == paths(wired) == under("enc")
    assert paths(model) == under("whole/outer") and paths(stack) == under("seq/enc")
    assert model.outer.inner.one.path == "whole/outer/inner/one" and model.outer.inner.one.kernel.name == "kernel"


def test_stacks_have_their_names_and_wired_models_do_not():
    x = keras.Input((4,))
    wired = keras.Model(x, layers.Dense(2, name="a", use_bias=False)(x), name="wired")
    stack = keras.Sequential([keras.Input((4,)), wired, layers.Dense(1, name="b", use_bias=False)], name="seq")
    late = keras.Sequential([keras.Sequential([layers.Dense(2, name="c", use_bias=False)], name="in")], name="out")
    late.build((None, 4))
    assert paths(stack) == ["a/kernel", "seq/b/kernel"] and paths(late) == ["out/in/c/kernel"]


class Holding(layers.Layer):
    def __init__(self, inside, **kwargs):
        super().__init__(**kwargs)
        self.inside = inside

    def call(self, x):
        return self.inside(x)


def test_a_layer_is_where_it_was_built():
    shared = layers.Dense(4, name="shared", use_bias=False)
    x = keras.Input((4,))
    made = keras.Model(x, Holding(shared, name="second")(Holding(shared, name="first")(x)))
    built = layers.Dense(2, name="built", use_bias=False)
    built.build((None, 4))
    assert paths(made) == ["first/shared/kernel"]
    assert paths(keras.Model(x, Holding(built, name="late")(x))) == ["built/kernel"]


def test_they_train_and_are_saved_as_before(tmp_path):
    model = Whole()
    model.compile("sgd", "mse")
    model.fit(X, X[:, :2], verbose=0)
    model.save_weights(tmp_path / "w.weights.h5")
    other = Whole()
    other(X)
    other.load_weights(tmp_path / "w.weights.h5")
    assert np.array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))
