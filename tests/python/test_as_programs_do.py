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

    assert (keras.Sequential([keras.Input((4,)), Draws()]).predict(X, verbose=0) == 0).any()

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
        ("from keras.layers.core import Dense", "2.2"),
        ("import keras.layers.convolutional as c", "2.2"),
        ("from keras.utils import np_utils", "2.2"),
        ("from keras.engine.topology import Layer", "2.2"),
        ("from keras.wrappers.scikit_learn import KerasClassifier", "2.2"),
        ("from keras import objectives", "1.2"),
        ("K.set_image_dim_ordering('th')", "1.2"),
        ("m.fit_generator(g, 3)", "2.2"),
        ("m.predict_classes(x)", "2.2"),
        ("m.predict_proba(x, batch_size=3)", "2.2"),
        ("forest.predict_proba(x)", None),
        ("LeakyReLU(alpha=0.2)", None),  # Keras 3 takes it, too
        ("LeakyReLU(0.2)", None),
        ("LeakyReLU(alpha=0.2)\nAdam(learning_rate=1)", None),
        ("m.fit_generator(g, 3).history['accuracy']", None),
        ("from keras.preprocessing import sequence\nfrom keras.layers import Dense", None),
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


def trained(**compiled):
    keras.utils.set_random_seed(3)
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    made.compile("sgd", "mse", **{"metrics": ["mae"], **compiled})
    return made


ROWS = np.random.default_rng(2).normal(size=(12, 3)).astype("float32")
SUMS = ROWS.sum(axis=1, keepdims=True)


def test_arguments_of_a_call_on_arrays_count():
    class Scaled(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(2)

        def call(self, x, scale=1.0, training=False):
            return self.inner(x) * scale + (1.0 if training else 0.0)

    made = Scaled()
    once = made(ROWS)
    assert np.allclose(made(ROWS, scale=3.0), 3 * once, atol=1e-5) and np.allclose(made(ROWS, 0.0), 0)
    assert np.allclose(made(ROWS, training=True), once + 1, atol=1e-5) and np.allclose(made(ROWS, training=False), once)
    with pytest.raises(TypeError, match="foo"):
        made(ROWS, foo=1)


def test_a_call_in_training_normalizes_by_the_batch():
    made = keras.Sequential([keras.Input((3,)), layers.BatchNormalization()])
    assert np.allclose(np.asarray(made(ROWS, True)).mean(axis=0), 0, atol=1e-5) and np.any(made.layers[0].moving_mean.numpy() != 0)


def test_values_of_batches_are_those_of_each_batch():
    made = trained()
    first = made.test_on_batch(ROWS[:4], SUMS[:4])
    made.test_on_batch(ROWS[4:], SUMS[4:] + 9)
    assert made.test_on_batch(ROWS[:4], SUMS[:4]) == first
    assert [metric.name for metric in made.metrics] == ["loss", "compile_metrics"]
    assert made.get_metrics_result() == dict(zip(["loss", "mae"], first))
    assert made.metrics[0].result() == first[0] and made.metrics[1].result() == {"mae": first[1]}
    made.metrics[1].reset_state()
    assert made.get_metrics_result() == {"loss": first[0], "mae": 0.0}
    made.reset_metrics()
    assert made.get_metrics_result() == {"loss": 0.0, "mae": 0.0}
    history = made.fit(ROWS, SUMS, validation_data=(ROWS, SUMS + 1), verbose=0).history
    assert made.get_metrics_result() == {"loss": history["val_loss"][-1], "mae": history["val_mae"][-1]}
    told = made.evaluate(ROWS, SUMS, verbose=0, return_dict=True)
    assert made.get_metrics_result() == told
    found = made.compute_loss(y=SUMS, y_pred=made.predict(ROWS, verbose=0))
    assert found == pytest.approx(told["loss"], rel=1e-5)
    weights = np.arange(12, dtype="float32")
    assert made.compute_loss(y=SUMS, y_pred=SUMS + 2, sample_weight=weights) == pytest.approx(4 * weights.mean())
    with pytest.raises(NotImplementedError, match="float32"):
        made.quantize("int8")


def test_files_without_the_optimizer_and_for_others(tmp_path):
    made = trained()
    made.fit(ROWS, SUMS, verbose=0)
    for name in ("m.keras", "m.h5"):
        made.save(tmp_path / name, include_optimizer=False)
        again = keras.models.load_model(tmp_path / name)
        assert not again.compiled and np.array_equal(again.predict(ROWS, verbose=0), made.predict(ROWS, verbose=0))
        made.save(tmp_path / name)
        assert keras.models.load_model(tmp_path / name).compiled
    made.export(tmp_path / "m.onnx", format="onnx", verbose=False)
    assert (tmp_path / "m.onnx").stat().st_size > 50
    with pytest.raises(NotImplementedError, match="tf_saved_model"):
        made.export(tmp_path / "m")
    with pytest.raises(ValueError, match="Unrecognized format=foo"):
        made.export(tmp_path / "m", format="foo")
    with pytest.raises(ValueError, match="end in .onnx"):
        made.export(tmp_path / "m", format="onnx")


def test_a_model_without_a_config_of_its_own_is_saved(tmp_path):
    @keras.saving.register_keras_serializable("as_programs_do")
    class Plain(keras.Model):
        def __init__(self, units=2, **kwargs):
            super().__init__(**kwargs)
            self.inner = layers.Dense(units)

        def call(self, x):
            return self.inner(x)

    made = Plain(4)
    made(ROWS)
    made.save(tmp_path / "m.keras")
    assert np.array_equal(keras.models.load_model(tmp_path / "m.keras")(ROWS), made(ROWS))
