"""A layer, a loss and callbacks of one's own, written with keras.ops: where is the peak in a noisy curve, and how sure is that?

    python examples/python/custom_layer_and_loss.py

The layer looks at a curve through bumps whose places and widths it learns. The loss is the likelihood of a normal distribution:
the model gives a place and how far off it expects to be. The data are made here.
"""

import numpy as np

import regimen.keras as keras
from regimen.keras import callbacks, layers, ops

keras.utils.set_random_seed(1)
rng = np.random.default_rng(1)
places = np.linspace(0, 1, 40)


def curves(n):
    """Peaks at known places, some in much noise and some in little."""
    peak = rng.uniform(0.2, 0.8, size=(n, 1))
    noise = rng.uniform(0.05, 0.6, size=(n, 1))
    x = np.exp(-(((places - peak) / 0.08) ** 2)) + noise * rng.normal(size=(n, len(places)))
    return x.astype("float32"), peak.astype("float32")


class Bumps(layers.Layer):
    """How much of a curve lies under each of some bumps; places and widths are learnt."""

    def __init__(self, count, **kwargs):
        super().__init__(**kwargs)
        self.count = count

    def build(self, input_shape):
        self.grid = np.linspace(0, 1, input_shape[-1], dtype="float32")[:, None]
        self.place = self.add_weight(shape=(1, self.count), initializer=keras.initializers.RandomUniform(0, 1), name="place")
        self.width = self.add_weight(shape=(1, self.count), initializer=keras.initializers.Constant(0.1), name="width")

    def call(self, x):
        distance = (self.grid - self.place) / (ops.abs(self.width) + 0.01)
        return ops.matmul(x, ops.exp(-ops.square(distance)))


def likelihood(y_true, y_pred):
    """Minus the logarithm of a normal density; `y_pred` holds its mean, and the logarithm of its deviation."""
    mean, log_deviation = y_pred[:, :1], y_pred[:, 1:]
    return ops.mean(log_deviation + 0.5 * ops.square((y_true - mean) * ops.exp(-log_deviation)), axis=-1)


def off_by(y_true, y_pred):
    """The mean distance from the true place."""
    return ops.mean(ops.abs(y_true - y_pred[:, :1]), axis=-1)


class Moved(callbacks.Callback):
    """Puts into the logs how far the bumps have moved, and ends the training once it is good enough."""

    def on_train_begin(self, logs=None):
        self.first = self.model.get_layer("bumps").place.numpy().copy()

    def on_epoch_end(self, epoch, logs=None):
        logs["moved"] = float(np.abs(self.model.get_layer("bumps").place.numpy() - self.first).mean())
        if logs["val_off_by"] < 0.02:
            self.model.stop_training = True


model = keras.Sequential([keras.Input((40,)), Bumps(16, name="bumps"), layers.Dense(32, activation="relu"), layers.Dense(2)])
model.compile(keras.optimizers.Adam(0.005), loss=likelihood, metrics=[off_by])
slower = callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=4)
history = model.fit(*curves(3000), epochs=60, validation_data=curves(1000), verbose=0, callbacks=[Moved(), slower])
for epoch in (0, len(history.epoch) // 2, len(history.epoch) - 1):
    print(f"epoch {epoch + 1:2}: " + ", ".join(f"{name} {history.history[name][epoch]:.4f}" for name in ("loss", "val_off_by", "moved")))

x, peak = curves(2000)
mean, log_deviation = np.split(model.predict(x, verbose=0), 2, axis=1)
error, expected = np.abs(mean - peak), np.exp(log_deviation)
order = np.argsort(expected[:, 0])
print(f"surest tenth: off by {error[order[:200]].mean():.4f}; least sure tenth: off by {error[order[-200:]].mean():.4f}")
print(f"within the deviation that it gives: {(error < expected).mean():.0%} (a normal distribution: 68%)")
print(history.findings)
assert error[order[:200]].mean() < error[order[-200:]].mean()
