"""Models and layers that losses and metrics of a program call. Numbers are those of Keras 3.15.1."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4)[:, ::-1].copy()


def filled(model, scale):
    """The same weights in every run: a wave."""
    shapes = [weight.shape for weight in model.get_weights()]
    model.set_weights([scale * np.sin(np.arange(np.prod(shape)) + i).reshape(shape) for i, shape in enumerate(shapes)])
    return model


def features(scale=0.5):
    made = filled(keras.Sequential([keras.Input((4,)), layers.Dense(3, "tanh"), layers.BatchNormalization(), layers.Dense(2)]), scale)
    made.layers[1].set_weights([np.ones(3), np.zeros(3), np.zeros(3), np.ones(3)])
    made.trainable = False
    return made


class Own(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(2)

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), name="scale")
        self.inner.build(shape)

    def call(self, x):
        return self.inner(ops.multiply(x, self.scale))


def student():
    return filled(keras.Sequential([keras.Input((4,)), layers.Dense(4)]), 0.3)


class Perceptual(keras.losses.Loss):
    def __init__(self, seen_by):
        super().__init__()
        self.seen_by = seen_by

    def call(self, y_true, y_pred):
        return ops.mean(ops.square(self.seen_by(y_true) - self.seen_by(y_pred)), axis=-1)


class Seen(keras.metrics.Metric):
    def __init__(self, seen_by):
        super().__init__(name="seen")
        self.seen_by, self.total = seen_by, self.add_weight(name="total", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(ops.sum(self.seen_by(y_pred)))

    def result(self):
        return self.total * 1.0


def fit(loss, metrics=None, **options):
    made = student()
    made.compile(keras.optimizers.SGD(0.5), loss, metrics=metrics)
    return made, made.fit(X, X, batch_size=3, epochs=2, shuffle=False, verbose=0, **options).history


def test_a_frozen_model_in_a_loss_sees_targets_and_predictions():
    seen_by = features()
    before = seen_by.get_weights()

    def loss(y_true, y_pred):
        return ops.mean(ops.square(seen_by(y_true) - seen_by(y_pred)), axis=-1)

    made, history = fit(loss, validation_data=(X[:4], X[:4]))
    np.testing.assert_allclose(history["loss"], [0.0009693037, 0.0005532549], rtol=1e-4)
    np.testing.assert_allclose(history["val_loss"], [0.0002872194, 0.0002628011], rtol=1e-4)
    np.testing.assert_allclose(made.get_weights()[0][0], [-0.00695034, 0.26221627, 0.26038525, 0.0571207], rtol=1e-4)
    assert all(np.array_equal(now, then) for now, then in zip(seen_by.get_weights(), before))


def test_a_layer_of_a_program_in_a_loss_and_in_a_metric():
    own = Own()
    own.build((None, 4))
    filled(own, 0.7)
    made, history = fit(Perceptual(own), [Seen(own)])
    np.testing.assert_allclose(history["loss"], [0.0226760637, 0.0109466529], rtol=1e-4)
    np.testing.assert_allclose(history["seen"], [4.921886, 5.10026], rtol=1e-5)
    np.testing.assert_allclose(made.get_weights()[0][0][1:], [0.3081762, 0.36347222, 0.02127545], rtol=1e-4)


def test_a_layer_without_weights_in_a_loss():
    pool = layers.AveragePooling1D(2)

    def loss(y_true, y_pred):
        return ops.mean(ops.square(pool(y_true[..., None]) - pool(y_pred[..., None])), axis=(1, 2))

    np.testing.assert_allclose(fit(loss)[1]["loss"], [0.2147255093, 0.0062814914], rtol=1e-4)


def test_the_newest_weights_count():
    seen_by, made = features(), student()
    made.compile("sgd", Perceptual(seen_by))
    assert made.evaluate(X, X, verbose=0) == pytest.approx(0.0010632984, rel=1e-4)
    seen_by.set_weights(features(1.5).get_weights())
    assert made.evaluate(X, X, verbose=0) == pytest.approx(0.0242252070, rel=1e-4)


def test_layers_of_the_model_that_trains_and_training_mode_are_refused():
    made = student()
    made.compile("sgd", lambda y_true, y_pred: ops.mean(ops.square(made.layers[0](y_pred) - y_true), axis=-1))
    with pytest.raises(NotImplementedError, match="layers of the model that trains"):
        made.fit(X, X, verbose=0)
    noise = layers.Dropout(0.5)
    with pytest.raises(NotImplementedError, match="in inference here"):
        fit(lambda y_true, y_pred: ops.mean(noise(y_pred, training=True), axis=-1))


def wired(loss=None, metric=None, add=None):
    """A model whose loss and metric are given the symbolic tensor between its layers."""
    given = keras.Input((4,))
    between = layers.Dense(3, name="between")(given)
    made = keras.Model(given, layers.Dense(4)(between))
    if add is not None:
        made.add_loss(add(between))
    metrics = [lambda y_true, y_pred: metric(y_true, between)] if metric is not None else None
    made.compile("sgd", (lambda y_true, y_pred: loss(y_true, between)) if loss is not None else "mse", metrics=metrics)
    return made.fit(X, X, verbose=0).history["loss"]


SYMBOLIC = [
    lambda y, h: ops.mean(y, -1) + ops.mean(h, -1), lambda y, h: y[:, 0] + h[:, 0], lambda y, h: h[:, 0] * y[:, 0],
    lambda y, h: ops.stack([y[:, :3], h]), lambda y, h: keras.losses.mean_squared_error(y[:, :3], h),
    lambda y, h: layers.Concatenate()([y, h]), lambda y, h: ops.mean(h ** 2, -1),
]


@pytest.mark.parametrize("function", SYMBOLIC)
def test_symbolic_tensors_of_the_model_are_refused_by_name(function):
    told = r"A KerasTensor cannot be used as input .*KerasTensor shape=.*\(from between\).*model\.add_loss\(\.\.\.\)"
    with pytest.raises(ValueError, match=told):
        wired(loss=function)
    with pytest.raises(ValueError, match=told):
        wired(metric=function)
    assert np.isfinite(wired(add=lambda h: ops.mean(h ** 2))).all()  # the way out that the text names


def test_symbolic_tensors_in_call_are_refused_by_name():
    around = layers.Dense(4, name="around")(keras.Input((4,)))

    class Reads(layers.Layer):
        def call(self, x):
            return x + ops.sum(around)

    for given in (X, keras.Input((4,))):
        with pytest.raises(ValueError, match=r"A KerasTensor cannot be used as input .*\(from around\)"):
            Reads()(given)
