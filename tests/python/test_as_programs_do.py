"""What programs do with the API beyond the plain way: each does what Keras does, or says that it does not."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras import dialect
from regimen.keras import layers, ops

RNG = np.random.default_rng(4)
X = RNG.normal(size=(48, 4)).astype("float32")
Y = (X.sum(axis=1, keepdims=True) > 0).astype("float32")


def test_methods_that_the_engine_does_not_ask_are_refused():
    with pytest.raises(NotImplementedError, match="overrides call of Dense"):

        class D(layers.Dense):
            def call(self, x):
                return super().call(x) * 100

    with pytest.raises(NotImplementedError, match="overrides call of MeanSquaredError"):

        class L(keras.losses.MeanSquaredError):
            def call(self, y_true, y_pred):
                return 0

    with pytest.raises(NotImplementedError, match="train_step"):

        class M(keras.Model):
            def train_step(self, data):
                return {}

    with pytest.raises(NotImplementedError, match="overrides call"):

        class S(keras.Sequential):
            def call(self, x):
                return x


def test_training_of_a_call():
    """In a functional model `fit` and `predict` decide, as in Keras 3; inside of a layer that a program wrote, its call does."""
    entry = keras.Input((4,))
    with pytest.warns(UserWarning, match="decide on the mode"):
        model = keras.Model(entry, layers.Dropout(0.5, name="dropped")(entry, training=True))
    assert np.array_equal(model.predict(X, verbose=0), X)
    assert layers.Dense(2)(entry, training=False).shape == (None, 2)

    class Still(layers.Layer):
        def __init__(self, training):
            super().__init__()
            self.norm, self.drop, self.training = layers.BatchNormalization(), layers.Dropout(0.5), training

        def call(self, x):
            return self.drop(self.norm(x, training=self.training), training=False)

    for training, moves in ((False, False), (None, True)):
        model = keras.Sequential([keras.Input((4,)), Still(training)])
        model.compile("sgd", "mse")
        model.train_on_batch(X + 3, X)
        assert model.get_weights()[2].any() == moves

    class Draws(layers.Layer):
        def call(self, x):
            return layers.Dropout(0.5)(x, training=True)

    with pytest.raises(NotImplementedError, match="draws random numbers"):
        keras.Sequential([keras.Input((4,)), Draws()]).predict(X, verbose=0)

    class Passes(layers.Layer):
        def __init__(self):
            super().__init__()
            self.drop = layers.Dropout(0.5)

        def call(self, x, training=False):
            return self.drop(x, training=training)

    model = keras.Sequential([keras.Input((4,)), Passes()])
    model.compile("sgd", "mse")
    assert np.array_equal(model.predict(X, verbose=0), X)
    assert model.train_on_batch(X, X) > 0.1


def test_wrapped_layers_are_those_that_were_given():
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(1, use_bias=False)])
    inner.set_weights([np.ones((3, 1))])
    model = keras.Sequential([keras.Input((5, 3)), layers.TimeDistributed(inner)])
    assert np.allclose(model.predict(np.ones((1, 5, 3)), verbose=0), 3)
    inner.trainable = False
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 5, 3)), np.ones((4, 5, 1)), verbose=0)
    assert np.array_equal(inner.get_weights()[0], np.ones((3, 1)))


def test_options_that_are_set_later_count():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
    assert np.allclose(model.predict(X, verbose=0).sum(axis=1), 1, atol=1e-5)
    model.layers[-1].activation = keras.activations.linear
    kernel, bias = model.layers[-1].get_weights()
    assert np.allclose(model.predict(X, verbose=0), X @ kernel + bias, atol=1e-5)
    model.compile("sgd", "mse")
    with pytest.raises(NotImplementedError, match="compile again"):
        model.optimizer.clipnorm = 1.0
    stop = keras.callbacks.EarlyStopping("loss", patience=50, mode="max")
    stop.patience = 0
    assert stop.patience == 0
    assert len(model.fit(X, np.zeros((48, 3)), epochs=20, verbose=0, callbacks=[stop]).epoch) < 20


def test_the_loss_of_the_whole_comes_first():
    entry = keras.Input((4,))
    model = keras.Model(entry, [layers.Dense(1, name="o1")(entry), layers.Dense(1, name="o2")(entry)])
    model.compile("sgd", "mse", metrics=["mae", "mae"])
    values = model.evaluate(X, [Y, Y], verbose=0)
    assert model.metrics_names[0] == "loss"
    assert values[0] == pytest.approx(values[1] + values[2], rel=1e-5)


def test_dicts_count_by_their_keys():
    class Takes(keras.Model):
        def __init__(self):
            super().__init__()
            self.out = layers.Dense(1)

        def call(self, inputs):
            return self.out(inputs["a"]) - inputs["b"][:, :1]

    model = Takes()
    model.compile("sgd", "mse")
    model.fit({"b": X, "a": X}, Y, verbose=0)
    one, other = (model.predict(x, verbose=0) for x in ({"a": X, "b": X * 5}, {"b": X * 5, "a": X}))
    assert np.array_equal(one, other)
    with pytest.raises(ValueError, match="first called with"):
        model.predict({"a": X}, verbose=0)


def test_hooks_that_are_functions_and_histories_that_are_given():
    seen, history = [], keras.callbacks.History()
    watch = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(batch))
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, Y, batch_size=16, verbose=0, callbacks=[watch, history])
    assert seen == [0, 1, 2] and len(history.history["loss"]) == 1


def test_draws_inside_of_layers_are_new_at_each_step():
    class Noisy(layers.Layer):
        def call(self, x, training=False):
            return x * 0 + keras.random.normal(ops.shape(x)) if training else x

    keras.utils.set_random_seed(5)
    model = keras.Sequential([keras.Input((3,)), Noisy()])
    model.compile("sgd", lambda y_true, y_pred: ops.mean(y_pred, axis=-1))
    zeros = np.zeros((4, 3))
    first, second = (model.train_on_batch(zeros, zeros) for _ in range(2))
    assert first != second
    assert np.array_equal(model.predict(zeros, verbose=0), zeros)


def test_models_and_lists_of_layers_inside_of_models():
    class Both(keras.Model):
        def __init__(self):
            super().__init__()
            self.encoder = keras.Sequential([layers.Dense(3, activation="relu")])
            self.blocks = []
            for _ in range(2):
                self.blocks.append(layers.Dense(3))

        def call(self, x):
            x = self.encoder(x)
            for block in self.blocks:
                x = block(x)
            return x

    model = Both()
    model.compile("adam", "mse")
    model.fit(X, np.ones((48, 3)), verbose=0)
    assert model.count_params() == 15 + 12 + 12
    wanted = np.maximum(X @ model.encoder.get_weights()[0] + model.encoder.get_weights()[1], 0)
    for block in model.blocks:
        wanted = wanted @ block.get_weights()[0] + block.get_weights()[1]
    assert np.allclose(model.predict(X, verbose=0), wanted, atol=1e-5)


def test_symbolic_tensors_are_indexed_and_compared():
    entry = keras.Input((4,))
    out = layers.Concatenate()([entry[:, 1:2] ** 2, -entry[:, :1], entry + np.arange(4.0)])
    found = keras.Model(entry, out).predict(X, verbose=0)
    assert np.allclose(found, np.concatenate([X[:, 1:2] ** 2, -X[:, :1], X + np.arange(4.0)], axis=1), atol=1e-5)
    masked = keras.Model(entry, layers.Lambda(lambda x: ops.where(x > 0, x, 0.0))(entry))
    assert np.array_equal(masked.predict(X, verbose=0), np.maximum(X, 0))


def test_names_of_metrics_are_keras_s():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", keras.losses.BinaryCrossentropy, metrics=[keras.metrics.Recall(), keras.metrics.AUC(), "accuracy"])
    assert set(model.fit(X, Y, verbose=0).history) == {"loss", "recall", "auc", "accuracy"}


def test_values_of_weights_are_not_changed_from_outside():
    layer = layers.Dense(2)
    layer.build((None, 3))
    with pytest.raises(ValueError, match="read-only"):
        layer.kernel.numpy()[:] = 0
    rate = keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)).learning_rate
    assert float(rate) == pytest.approx(0.1)


@pytest.mark.parametrize(
    "text, version",
    [
        ("m.add(Embedding(input_dim=10, output_dim=4))", None),
        ("kmeans(3, init='k')\nprint('acc')", None),
        ("m.compile(optimizer=Adam(learning_rate=1))", None),
        ("m.compile(optimizer=Adam(lr=1))", "2.2"),
        ("print(h.history['val_acc'])", "2.2"),
        ("EarlyStopping(monitor='val_acc')", "2.2"),
        ("m.fit(x, y, nb_epoch=3)\nAdam(lr=1)", "1.2"),
    ],
)
def test_dialects_are_read_off_names_that_only_they_have(text, version):
    assert dialect.of_source(text) == version


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_a_compiled_model_is_saved_as_one_before_any_training(tmp_path, name):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
    model.save(tmp_path / name)
    again = keras.models.load_model(tmp_path / name)
    assert again.evaluate(X, Y, verbose=0) == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-5)
    assert float(again.optimizer.learning_rate) == pytest.approx(0.02)
