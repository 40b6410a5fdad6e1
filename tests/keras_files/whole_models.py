"""Whole models there and back: shared and nested layers, large configs, half precision, training that goes on.

    .venv/bin/python tests/keras_files/whole_models.py target/debug

Needs what round_trip.py needs. Prints a line for each; ends with 1 where one fails.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "jax"
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402
from round_trip import names_of  # noqa: E402

RANDOM = np.random.RandomState(3)


def nested():
    """A model within a model, called twice, and a layer that is shared."""
    inner_in = keras.Input((4,))
    inner = keras.Model(inner_in, layers.BatchNormalization()(layers.Dense(4, activation="relu")(inner_in)), name="inner")
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = layers.Dense(3, name="shared")
    joined = layers.Concatenate()([shared(inner(a)), shared(inner(b)), layers.Subtract()([a, b])])
    return keras.Model([a, b], layers.Dense(2, activation="softmax")(joined), name="two")


def nested_with_two_inputs():
    p, q = keras.Input((4,), name="p"), keras.Input((3,), name="q")
    a, b = keras.Input((4,), name="ia"), keras.Input((3,), name="ib")
    inner = keras.Model([a, b], layers.Dense(2)(layers.Concatenate()([a, b])), name="inner")
    return keras.Model([p, q], layers.Dense(1)(inner([p, q])))


def low_rank():
    model = keras.Sequential([keras.Input((6,)), layers.Dense(5, activation="tanh", lora_rank=2, lora_alpha=3), layers.Dense(2)])
    for weight in model.layers[0].weights:
        weight.assign(RANDOM.normal(size=weight.shape))
    return model


def channels():
    scale, offset = [1 / 0.2, 1 / 0.3, 4.0], [0.0, -1.0, 0.5]
    return keras.Sequential([keras.Input((4, 4, 3)), layers.Rescaling(scale, offset), layers.Conv2D(2, 3), layers.Flatten()])


def recurrent():
    return keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            layers.Embedding(30, 6, mask_zero=True),
            layers.Bidirectional(layers.LSTM(5, return_sequences=True)),
            layers.GRU(4),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def pictures():
    return keras.Sequential(
        [
            keras.Input((9, 9, 3)),
            layers.Rescaling(1 / 255.0),
            layers.SeparableConv2D(6, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(3, activation="softmax"),
        ]
    )


def attention():
    x = keras.Input((6, 8))
    y = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 4)(x, x))
    return keras.Model(x, layers.GlobalAveragePooling1D()(y))


def deep():
    """Many layers: a config of more than 64 KB, and names that no attribute of HDF5 holds at once."""
    kernel = keras.initializers.Constant(0.5)
    name = f"a_layer_with_a_name_of_some_length_{'x' * 900}"
    return keras.Sequential([keras.Input((2,)), *(layers.Dense(2, kernel_initializer=kernel, name=f"{name}_{i}") for i in range(80))])


def thousand(target, folder):
    """1,000 layers. As a graph of calls: loading a Sequential, Keras begins anew with each layer."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        tensor = entry = keras.Input((2,))
        for _ in range(1000):
            tensor = layers.Dense(2, kernel_initializer="identity")(tensor)
        model = keras.Model(entry, tensor)
        for layer in model.layers[1:]:
            layer.bias.assign(RANDOM.normal(0, 0.1, 2))
        x = RANDOM.normal(size=(3, 2)).astype("float32")
        wanted = model.predict(x, verbose=0)
        model.save(folder / "m.keras")
        np.save(folder / "x.npy", x)
        ran(target / "regimen", "predict", folder / "m.keras", folder / "x.npy", "--out", folder / "p.npy")
        assert close(np.load(folder / "p.npy"), wanted, 1e-5), "other predictions here"
        ran(target / "regimen", "export", folder / "m.keras", folder / "n.keras")
        back = keras.saving.load_model(folder / "n.keras")
        assert len(back.layers) == 1001
        assert close(back.predict(x, verbose=0), wanted, 1e-5), "other predictions in Keras"
    finally:
        sys.setrecursionlimit(limit)


def half():
    """Weights in bfloat16."""
    with_policy = {"dtype": "bfloat16"}
    return keras.Sequential([keras.Input((5,)), layers.Dense(4, activation="tanh", **with_policy), layers.Dense(2, **with_policy)])


def adapted():
    layer = layers.Normalization()
    layer.adapt(RANDOM.normal(5, 3, (50, 4)).astype("float32"))
    return keras.Sequential([keras.Input((4,)), layer, layers.Dense(2)])


def rows_of(model):
    """Rows for each input of a model."""
    rows = []
    for tensor in model.inputs:
        shape = (6, *tensor.shape[1:])
        whole = "int" in str(tensor.dtype)
        rows.append(RANDOM.randint(0, 29, shape).astype("int32") if whole else RANDOM.normal(size=shape).astype("float32"))
    return rows if len(rows) > 1 else rows[0]


def close(found, wanted, tolerance):
    found, wanted = np.asarray(found, "float64"), np.asarray(wanted, "float64")
    return found.shape == wanted.shape and np.allclose(found, wanted, tolerance, tolerance)


def ran(*command):
    ended = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if ended.returncode:
        raise AssertionError(ended.stderr.strip())


def there_and_back(name, model, target, folder):
    """Predictions here, in both formats, and in Keras of what was written here."""
    tolerance = 2e-2 if name == "half" else 1e-5
    x = rows_of(model)
    wanted = np.asarray(model.predict(x, verbose=0), "float64")
    several = isinstance(x, list)
    rows = folder / ("x.npz" if several else "x.npy")
    np.savez(rows, **dict(zip(names_of(model), x))) if several else np.save(rows, x)
    for first in ["m.keras", "m.h5"]:
        model.save(folder / first)
        ran(target / "regimen", "predict", folder / first, rows, "--out", folder / "p.npy")
        assert close(np.load(folder / "p.npy"), wanted, tolerance), f"{first}: other predictions here"
        for second in ["n.keras", "n.h5"]:
            ran(target / "regimen", "export", folder / first, folder / second)
            back = keras.saving.load_model(folder / second)
            assert close(back.predict(x, verbose=0), wanted, tolerance), f"{first} to {second}: other predictions in Keras"
    for weights in ["n.weights.h5", "n.weights.json"]:
        ran(target / "regimen", "export", folder / "m.keras", folder / weights)
        for weight in model.weights:
            if "seed" not in weight.path:
                weight.assign(np.zeros(weight.shape))
        model.load_weights(folder / weights)
        assert close(model.predict(x, verbose=0), wanted, tolerance), f"{weights}: other predictions in Keras"


def goes_on(target, folder):
    """Training goes on in Keras from an exported file as it does from Keras's own: optimizer's state and all.

    Of .keras files: after loading a .h5 file of its own with an optimizer's state, Keras 3.15.1 refuses to train.
    """
    model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), keras.losses.MeanSquaredError(), metrics=["mae"])
    x, y = RANDOM.normal(size=(64, 4)).astype("float32"), RANDOM.normal(size=(64, 1)).astype("float32")
    model.fit(x, y, epochs=3, shuffle=False, verbose=0)
    model.save(folder / "own.keras")
    ran(target / "regimen", "export", folder / "own.keras", folder / "back.keras")
    own, back = (keras.saving.load_model(folder / f"{stem}.keras") for stem in ("own", "back"))
    losses = [m.fit(x, y, epochs=3, shuffle=False, verbose=0).history["loss"] for m in (own, back)]
    assert close(losses[1], losses[0], 1e-5), losses
    ran(target / "regimen", "export", folder / "own.keras", folder / "back.h5")
    keras.saving.load_model(folder / "back.h5").fit(x, y, verbose=0)


def trained_here(target, folder):
    """A run of ours goes on in Keras: it is compiled, and its optimizer has its slots and its steps."""
    run = """data = { sample = "digits" }
compile = { optimizer = { class_name = "Adam", learning_rate = 0.005 }, loss = "sparse_categorical_crossentropy", metrics = ["accuracy"] }
fit = { epochs = 2, batch_size = 64 }
model.layers = [{ class_name = "Dense", units = 16, activation = "relu" }, { class_name = "Dense", units = 10, activation = "softmax" }]
"""
    (folder / "run.toml").write_text(run)
    ran(target / "regimen", "train", folder / "run.toml", "--out", folder / "r")
    for kind in ["keras", "h5"]:
        ran(target / "regimen", "export", folder / "r", folder / f"t.{kind}")
        model = keras.saving.load_model(folder / f"t.{kind}")
        if kind == "keras":
            assert int(model.optimizer.iterations) > 0, "the optimizer begins anew"
        assert abs(float(model.optimizer.learning_rate) - 0.005) < 1e-8
        history = model.fit(RANDOM.normal(size=(32, 64)), RANDOM.randint(0, 10, 32), verbose=0).history
        assert "accuracy" in history, f"{kind}: {sorted(history)}"


OPTIMIZERS = {
    "SGD": {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
    "RMSprop": {"learning_rate": 0.01, "momentum": 0.5, "centered": True},
    "Adam": {"learning_rate": 0.01, "amsgrad": True},
    "AdamW": {"learning_rate": 0.01, "weight_decay": 0.02},
    "Nadam": {"learning_rate": 0.01},
    "Adamax": {"learning_rate": 0.01},
    "Adagrad": {"learning_rate": 0.1},
    "Adadelta": {"learning_rate": 5.0},
    "Adafactor": {"learning_rate": 0.05},
    "Ftrl": {"learning_rate": 0.1},
    "Lion": {"learning_rate": 0.005},
    "Lamb": {"learning_rate": 0.01},
    "Muon": {"learning_rate": 0.01},
    "ScheduleFreeAdamW": {"learning_rate": 0.01},
    "LossScaleOptimizer": {"inner_optimizer": {"class_name": "Adam", "learning_rate": 0.01}},
    "Adam with averages": {"learning_rate": 0.01, "use_ema": True, "ema_momentum": 0.9},
}


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value)


def optimizers(target, folder):
    """What a run of ours began goes on in Keras as if it had begun there: weights and every optimizer's state."""
    listed = subprocess.run([target / "regimen", "list", "optimizers"], capture_output=True, text=True, check=True).stdout
    # The state of a MultiOptimizer is left out: Keras keeps other variables (docs/files.md).
    assert {line.split()[0] for line in listed.splitlines()} - {"MultiOptimizer"} == {name.split()[0] for name in OPTIMIZERS}, listed
    x, y = RANDOM.normal(size=(64, 4)).astype("float32"), RANDOM.normal(size=(64, 1)).astype("float32")
    rows = "\n".join(",".join(f"{v:.9g}" for v in (*a, *b)) + ",train" for a, b in zip(x, y))
    (folder / "rows.csv").write_text("a,b,c,d,y,part\n" + rows + "\n")
    for name, options in OPTIMIZERS.items():
        written = "".join(f", {k} = {toml(v)}" for k, v in options.items())
        (folder / "run.toml").write_text(f"""data = {{ csv = "rows.csv", label = "y", split = {{ by = "column", column = "part", shuffle = false }} }}
compile = {{ optimizer = {{ class_name = "{name.split()[0]}"{written} }}, loss = "mse" }}
fit = {{ epochs = 2, batch_size = 16, shuffle = false }}
model.layers = [{{ class_name = "Dense", units = 6, activation = "tanh" }}, {{ class_name = "Dense", units = 1 }}]
""")
        losses = []
        for epochs in (0, 2):
            run = folder / f"{name}-{epochs}"
            ran(target / "regimen", "train", folder / "run.toml", "--out", run, "--epochs", str(epochs))
            ran(target / "regimen", "export", run, run.with_suffix(".keras"))
            model = keras.saving.load_model(run.with_suffix(".keras"))
            if "averages" in name:
                model.jit_compile = False  # Keras on JAX cannot fit twice with averages that are compiled: weights and averages are one buffer
            own = getattr(model.optimizer, "inner_optimizer", model.optimizer)
            assert int(own.iterations) == 4 * epochs, f"{name}: its state was left out"
            # The end of each fit puts averages in the place of the weights.
            for _ in range(epochs, 4, 2):
                last = model.fit(x, y, batch_size=16, epochs=2, shuffle=False, verbose=0).history["loss"]
            losses.append(last)
        assert close(losses[1], losses[0], 1e-4), f"{name}: {losses}"


def custom(target, folder):
    """A custom layer is refused by its name."""

    @keras.saving.register_keras_serializable("mine")
    class Twice(layers.Layer):
        def call(self, x):
            return 2 * x

    keras.Sequential([keras.Input((2,)), Twice()]).save(folder / "c.keras")
    ended = subprocess.run([target / "regimen", "summary", folder / "c.keras"], capture_output=True, text=True)
    assert ended.returncode == 1 and "Twice" in ended.stderr, ended.stderr


def main():
    target = pathlib.Path(sys.argv[1]).absolute()
    models = [nested, nested_with_two_inputs, low_rank, channels, recurrent, pictures, attention, deep, half, adapted]
    checks = [(make.__name__, lambda folder, make=make: there_and_back(make.__name__, make(), target, folder)) for make in models]
    checks += [(check.__name__, lambda folder, check=check: check(target, folder)) for check in (thousand, goes_on, trained_here, optimizers, custom)]
    failed = 0
    for name, check in checks:
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(pathlib.Path(folder))
                print(f"{name}: ok", flush=True)
            except Exception as fault:  # told, and the next one is tried
                failed += 1
                print(f"{name}: {str(fault)[-600:]}", flush=True)
    print(f"{len(checks) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
