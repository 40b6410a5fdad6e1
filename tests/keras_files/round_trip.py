"""Round trips of Keras's files, for every layer config of tests/golden/layers.

Keras saves a model of one layer with random weights. `resave` (crates/save/examples) reads it and writes it again, in the
same format or another; Keras loads that file, and its predictions have to be those of before. And `regimen predict` reads
the file itself: its predictions have to be Keras's. What was written here is trained on in Keras, beside Keras's own file:
loss and weights after a step have to be the same, also where a layer draws, from the same state of its generator.

    python3 -m venv .venv && .venv/bin/pip install keras==3.15.1 jax h5py
    cargo build -p regimen-cli && cargo build -p regimen-save --example resave
    .venv/bin/python tests/keras_files/round_trip.py target/debug [--most N] [CLASS ...]

`--most` is how many configs of a class are tried in each golden file (8). Prints what fails and how many there are; ends with 1
where something fails that KNOWN does not name, where what KNOWN names was tried and does not fail, and where a class is missing.
"""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "jax"
import keras  # noqa: E402
import numpy as np  # noqa: E402
from layer_cases import NOT_IN_KERAS, cases, flat, model_of  # noqa: E402

# What Keras saves, and what it is to load.
HERE = ("keras", "npy")
ROUTES = [HERE, ("keras", "keras"), ("h5", "keras"), ("keras", "h5"), ("keras", "weights.h5")]
TRAINED = ("keras", "trained")
# Classes whose cases lie elsewhere: texts need TensorFlow (tensorflow_files.py), the others hold code or are no layers of Keras 3.
ELSEWHERE = {"HashedCrossing", "Hashing", "IntegerLookup", "StringLookup", "TextVectorization"}
ELSEWHERE |= {"InputLayer", "Lambda", "ThresholdedReLU", "Wrapper"}
# What fails, and why it may: class, name (None: any), routes, a part of what is said. All of it has to fail.
KNOWN = [
    # Keras writes x_factor = 0.2 as [-0.2, 0.2], and neither reads that again.
    ("RandomShear", "RandomShear_inference", ROUTES, "found [-0.2,0.2], expected a number from 0 to 1"),
    *((f"Random{what}", None, [("h5", "keras")], "Keras does not save it: cannot pickle 'module' object") for what in
      ("Brightness", "Saturation", "Sharpness", "Posterization", "ColorDegeneration")),
    ("Solarization", None, [("h5", "keras")], "Keras does not save it: cannot pickle 'module' object"),
    ("AlphaDropout", "noise_shape", [("h5", "keras")], "Keras does not save it: cannot pickle 'module' object"),
    # At a rate of 1 Keras divides by 0.
    ("AlphaDropout", "rate_1_inference", [TRAINED], "from its own file: ZeroDivisionError"),
    ("GaussianDropout", "rate_1_inference", [TRAINED], "from its own file: ZeroDivisionError"),
    # Keras lays the mask of a window over scores of other axes.
    ("MultiHeadAttention", "window_of_one", [TRAINED], "from its own file: ValueError: Incompatible shapes for broadcasting"),
    ("MultiHeadAttention", "window_causal", [TRAINED], "from its own file: ValueError: Incompatible shapes for broadcasting"),
]  # fmt: skip


def saved_by_keras(name, config, call, inputs, path):
    """A model that lies in a file of Keras's, and its predictions."""
    model = model_of(name, config, call, inputs)
    model.save(path)
    if name == "Normalization":  # it computes with weights that are assigned when it is loaded, not before
        model = keras.saving.load_model(path)
    return model, flat(model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0))


def loaded_by_keras(model, path):
    """The model in a file; weights alone are loaded into the model that is there."""
    if not path.name.endswith((".weights.h5", ".weights.json")):
        return keras.saving.load_model(path)
    for weight in floats_of(model):
        weight.assign(np.zeros(weight.shape, "float32"))
    model.load_weights(path)
    return model


def floats_of(model):
    """Its weights, without what it draws from."""
    return [w for w in model.weights if "seed" not in w.path and w.dtype == "float32"]


def names_of(model):
    """Names of the layers that are the inputs of a model."""
    return [tensor._keras_history.operation.name for tensor in model.inputs]


def difference(wanted, found, near=1e-5):
    """What is wrong with arrays; None where nothing is."""
    shapes = [a.shape for a in wanted], [a.shape for a in found]
    if shapes[0] != shapes[1]:
        return f"shapes {shapes[1]} instead of {shapes[0]}"
    for a, b in zip(wanted, found):
        if a.size and not np.max(np.abs(a - b)) <= near * max(1.0, np.max(np.abs(a))):
            return f"values differ by {np.max(np.abs(a - b))}"
    return None


def fault_here(model, wanted, rows, regimen, first):
    """What is wrong with the predictions of `regimen predict`: one output as an array, several as the columns of a table."""
    folder = first.parent
    if isinstance(rows, list):
        np.savez(folder / "x.npz", **dict(zip(names_of(model), rows)))
    else:
        np.save(folder / "x.npy", rows)
    x, out = folder / ("x.npz" if isinstance(rows, list) else "x.npy"), folder / ("p.csv" if len(wanted) > 1 else "p.npy")
    ended = subprocess.run([regimen, "predict", first, x, "--out", out], capture_output=True, text=True)
    if ended.returncode:
        return ended.stderr.strip()
    if len(wanted) == 1:
        return difference(wanted, [np.load(out)])
    table = np.loadtxt(out, delimiter=",", skiprows=1, ndmin=2)
    return difference([np.concatenate([a.reshape(len(a), -1) for a in wanted], 1)], [table])


def fault_of(model, wanted, rows, resave, first, second):
    """What is wrong with the round trip of the saved model; None where nothing is."""
    if not first.exists():
        try:
            model.save(first)
        except TypeError as error:  # Keras cannot write every config in the old format
            return f"Keras does not save it: {error}"
    ended = subprocess.run([resave, first, second], capture_output=True, text=True)
    if ended.returncode:
        return ended.stderr.strip()
    try:
        found = flat(loaded_by_keras(model, second).predict(rows, verbose=0))
    except Exception as error:  # whatever Keras says is the fault
        return f"Keras: {error!r}"[-300:]
    return difference(wanted, found)


def step(model, rows, targets):
    """Loss and weights after a step of training in Keras."""
    model.compile(keras.optimizers.SGD(0.01), ["mse"] * len(targets) if len(targets) > 1 else "mse", run_eagerly=True)
    random.seed(1)  # AugMix and RandAugment choose what they do with it
    loss = model.train_on_batch(rows, targets if len(targets) > 1 else targets[0])
    return [np.array(loss, "float64").reshape(-1), *(np.asarray(w, "float64") for w in floats_of(model))]


def fault_in_training(rows, wanted, first, second):
    """What is wrong with training that goes on in Keras from `second`, as it does from Keras's own file; None where nothing is."""
    own, other = keras.saving.load_model(first), keras.saving.load_model(second)
    # What they are to draw is no part of files that are written here: both begin with the same.
    draws = [[v for v in model.variables if "seed" in v.path] for model in (own, other)]
    if len(draws[0]) != len(draws[1]):
        return f"{len(draws[1])} generators of random numbers instead of {len(draws[0])}"
    for a, b in zip(*draws):
        b.assign(np.asarray(a))
    targets = [np.random.RandomState(1).uniform(-1, 1, array.shape).astype("float32") for array in wanted]
    before = [np.asarray(w) for w in own.trainable_weights]
    try:
        expected = step(own, rows, targets)
    except Exception as error:
        return f"Keras does not train it from its own file: {type(error).__name__}: {str(error).splitlines()[0]}"
    try:
        found = step(other, rows, targets)
    except Exception as error:
        return f"Keras does not train it: {error!r}"[-300:]
    if not np.isfinite(expected[0]).all():
        return f"the loss is {expected[0]}"
    if before and all(np.array_equal(a, np.asarray(w)) for a, w in zip(before, own.trainable_weights)):
        return "Keras's own weights do not move"
    fault = difference(expected, found, 1e-6)
    return fault and f"after a step of training, {fault}"


def faults(name, config, call, inputs, resave, regimen, folder):
    """What is wrong with each route of a case: None where nothing is."""
    rows, found = inputs if len(inputs) > 1 else inputs[0], {}
    model, wanted = saved_by_keras(name, config, call, inputs, folder / "first.keras")
    for route in ROUTES:
        first, second = (folder / f"{stem}.{kind}" for stem, kind in zip(("first", "second"), route))
        if route == HERE:
            found[route] = fault_here(model, wanted, rows, regimen, first)
        else:
            found[route] = fault_of(model, wanted, rows, resave, first, second)
        if route == ("keras", "keras") and found[route] is None:
            found[TRAINED] = fault_in_training(rows, wanted, first, second)
    return found


def known(name, case, route, fault):
    """What of KNOWN a fault is; None where it is none of them."""
    for n, c, routes, text in KNOWN:
        if n == name and c in (None, case) and route in routes and text in fault:
            return n, c, route
    return None


def lacking(only, regimen, tried, trained, failing):
    """Classes that were not trained on, and what of KNOWN was tried and did not fail."""
    listed = subprocess.run([regimen, "list", "layers"], capture_output=True, text=True, check=True).stdout
    classes = set(only) or {line.split()[0] for line in listed.splitlines() if line} - ELSEWHERE
    for name in sorted(classes - set(trained)):
        yield f"{name}: no config is trained on"
    for n, c, routes, _ in KNOWN:
        for route in routes:
            if any(n == name and c in (None, case) for name, case in tried) and (n, c, route) not in failing:
                yield f"{n}, {c}, {' to '.join(route)}: is in KNOWN, and does not fail"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("target")
    arguments.add_argument("--most", type=int, default=8)
    arguments.add_argument("only", nargs="*")
    told = arguments.parse_intermixed_args()
    target = pathlib.Path(told.target).absolute()
    resave, regimen = target / "examples" / "resave", target / "regimen"
    tried, wrong, failing, trained, skipped = [], [], set(), [], 0
    good = {route: 0 for route in ROUTES}
    for name, case, config, call, inputs in cases(told.most):
        if told.only and name not in told.only:
            continue
        if (name, case) in NOT_IN_KERAS:
            skipped += 1
            continue
        tried.append((name, case))
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = faults(name, config, call, inputs, resave, regimen, pathlib.Path(folder))
            except Exception as error:  # told with its case
                found = {("a case", "a model of Keras"): f"{error!r}"[:300]}
        for route, fault in found.items():
            if fault is None and route == TRAINED:
                trained.append(name)
            elif fault is None:
                good[route] += 1
            else:
                print(f"{name}, {case}, {' to '.join(route)}: {fault}", flush=True)
                why = known(name, case, route, fault)
                failing.add(why) if why else wrong.append(f"{name}, {case}, {' to '.join(route)}")
    wrong += lacking(told.only, regimen, tried, trained, failing)
    for (first, second), count in good.items():
        print(f".{first} to .{second}: {count} of {len(tried)} configs make the round trip")
    print(f"{len(trained)} configs of {len(set(trained))} classes train on in Keras as from its own file")
    print(f"{skipped} are not computed by Keras itself")
    for line in wrong:
        print(f"FAILED: {line}")
    print(f"{sum(good.values()) + len(trained)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
