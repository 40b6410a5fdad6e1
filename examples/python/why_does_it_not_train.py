"""A model that "does not train right", what the doctor says of it, and the same model mended.

    python examples/python/why_does_it_not_train.py

The data are made here: 600 rows of 20 numbers, of which 3 say which of 4 classes a row belongs to.
"""

import numpy as np

import regimen.keras as keras
from regimen.keras import layers

keras.utils.set_random_seed(1)
rng = np.random.default_rng(1)
x = rng.normal(size=(600, 20)).astype("float32")
y = (x[:, 0] > 0).astype(int) * 2 + (x[:, 1] * x[:, 2] > 0)


def build(activation, dropout=0.0):
    model = keras.Sequential(
        [keras.Input((20,)), layers.Dense(128, activation="relu"), layers.Dropout(dropout), layers.Dense(4, activation=activation)]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


print("As it was posted: sigmoid under a loss that wants one class of many, and far too long\n")
posted = build("sigmoid").fit(x, y, epochs=120, validation_split=0.3, verbose=0)
print(posted.findings)

print("\nMended: softmax, dropout, and an end when validation no longer improves\n")
stop = keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)
mended = build("softmax", dropout=0.5)
history = mended.fit(x, y, epochs=120, validation_split=0.3, verbose=0, callbacks=[stop])
print(history.findings)
best = min(history.history["val_loss"])
print(f"\nbest val_loss: posted {min(posted.history['val_loss']):.3f}, at its end {posted.history['val_loss'][-1]:.3f}; mended {best:.3f}")
assert best < posted.history["val_loss"][-1]
