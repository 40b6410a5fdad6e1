"""Which remedy helps? `model.treat` finds out by trainings in pairs, and what helps is put into the program.

    python examples/python/which_remedy_helps.py

240 rows of 15 numbers that lie on very different scales, as they come out of a table: one counts money, another is a share.
"""

import tempfile

import numpy as np

import regimen.keras as keras
from regimen.keras import layers

keras.utils.set_random_seed(2)
rng = np.random.default_rng(2)
scales = 10.0 ** rng.uniform(-2, 3, size=15)


def table(n):
    plain = rng.normal(size=(n, 15))
    y = plain[:, 0] - plain[:, 1] + plain[:, 2] * plain[:, 3] + 0.5 * rng.normal(size=n) > 0
    return (plain * scales).astype("float32"), y.astype("int32")


def build(first=None):
    hidden = [layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")]
    model = keras.Sequential([keras.Input((15,)), *([first] if first else []), *hidden])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


x, y = table(240)
model = build()
history = model.fit(x, y, epochs=25, validation_split=0.3, verbose=0)
print("What is suspected:", ", ".join(finding.id for finding in history.findings), "\n")

# The folder holds every trial. One that is kept lets a treatment that was broken off go on where it stopped.
with tempfile.TemporaryDirectory() as folder:
    treatment = model.treat(
        x, y, epochs=25, budget=30, metric="accuracy", seed=1, verbose=0, folder=folder,
        remedies=["scale_inputs", "dropout", "lower_learning_rate"],
    )
for remedy in treatment.remedies:
    if remedy.effect is not None:
        interval = f"{remedy.low:+.3f} to {remedy.high:+.3f}"
        print(f"{remedy.id:20} {remedy.verdict:14} {remedy.effect:+.3f} of {treatment.metric}, {interval}, {remedy.seeds} seeds")
    elif remedy.reason:
        print(f"{remedy.id:20} {remedy.verdict:14} {remedy.reason}")
print("Shown to help:", ", ".join(remedy.id for remedy in treatment.helps) or "nothing")

scaled = layers.Normalization()
scaled.adapt(x)
mended = build(scaled)
mended.fit(x, y, epochs=25, validation_split=0.3, verbose=0)
fresh = table(4000)
before, after = (one.evaluate(*fresh, verbose=0)[1] for one in (model, mended))
print(f"\naccuracy on 4,000 fresh rows: {before:.3f} as it was, {after:.3f} with inputs on one scale")
assert after > before
