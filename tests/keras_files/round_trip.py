"""Round trips of Keras's files, for every layer config of tests/golden/layers.

Keras saves a model of one layer with random weights. `resave` (crates/save/examples) reads it and writes it again, in the
same format or another; Keras loads that file, and its predictions have to be those of before. And `regimen predict` reads
the file itself: its predictions have to be Keras's. Of the first config of each class, what was written here is trained on in
Keras, beside Keras's own file: loss and weights after a step have to be the same.

    python3 -m venv .venv && .venv/bin/pip install keras==3.15.1 jax h5py
    cargo build -p regimen-cli && cargo build -p regimen-save --example resave
    .venv/bin/python tests/keras_files/round_trip.py target/debug [--most N] [CLASS ...]

`--most` is how many configs of a class are tried (8). Prints what fails and how many there are; ends with 1 where more fail
than KNOWN names.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "jax"
import keras  # noqa: E402
import numpy as np  # noqa: E402

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "layers"
# Keras refuses its own file of RandomShear; a stage of a Pipeline is written with an option that Keras refuses; the weights
# of a Normalization that are assigned after it was built are not those that Keras computes with.
KNOWN = {"RandomShear", "Pipeline", "Normalization"}
NOT_SAVED = "Keras does not save it"
NOT_TRAINED = "Keras does not train it from its own file"
# What Keras saves, and what it is to load.
HERE = ("keras", "npy")
ROUTES = [HERE, ("keras", "keras"), ("h5", "keras"), ("keras", "h5"), ("keras", "weights.h5")]
# Their calls take other arguments than inputs.
APART = {"GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"}
# Called with several arguments instead of a list.
SEVERAL = {"MultiHeadAttention", "GroupQueryAttention"}


def cases(most):
    """Class, name, config and inputs of each case in inference."""
    for file in sorted(GOLDEN.glob("*.json")):
        seen = {}
        for case in json.loads(file.read_text()).get("cases", []):
            name = case.get("class_name")
            if not name or name in APART or "inputs" not in case or case.get("training"):
                continue
            configs = seen.setdefault(name, set())
            key = json.dumps(case["config"], sort_keys=True)
            if key in configs or len(configs) >= most:
                continue
            configs.add(key)
            inputs = [np.array(x["data"], dtype=x["dtype"]).reshape(x["shape"]) for x in case["inputs"]]
            yield name, case.get("name"), case["config"], inputs


def model_of(name, config, inputs):
    """A model of one layer with weights that differ from those it begins with."""
    layer = getattr(keras.layers, name).from_config(json.loads(json.dumps(config)))
    symbolic = [keras.Input(x.shape[1:], dtype=str(x.dtype)) for x in inputs]
    if name in SEVERAL:
        outputs = layer(*symbolic)
    else:
        outputs = layer(symbolic[0] if len(symbolic) == 1 else symbolic)
    model = keras.Model(symbolic if len(symbolic) > 1 else symbolic[0], outputs)
    for weight in model.weights:
        if "seed" not in weight.path and weight.dtype == "float32":
            random = np.random.RandomState(len(weight.path))
            weight.assign(random.uniform(0.1, 1, weight.shape).astype("float32"))
    return model


def flat(outputs):
    """All arrays of outputs."""
    if isinstance(outputs, np.ndarray):
        return [outputs.astype("float64")]
    parts = outputs.values() if isinstance(outputs, dict) else outputs
    return [array for part in parts for array in flat(part)]


def saved_by_keras(model, rows, folder):
    """Predictions of a model, which Keras saves in both formats."""
    wanted = flat(model.predict(rows, verbose=0))
    model.save(folder / "first.keras")
    return wanted


def loaded_by_keras(model, path):
    """The model in a file; weights alone are loaded into the model that is there."""
    if not path.name.endswith((".weights.h5", ".weights.json")):
        return keras.saving.load_model(path)
    for weight in model.weights:
        if "seed" not in weight.path and weight.dtype == "float32":
            weight.assign(np.zeros(weight.shape, "float32"))
    model.load_weights(path)
    return model


def names_of(model):
    """Names of the layers that are the inputs of a model."""
    return [tensor._keras_history.operation.name for tensor in model.inputs]


def difference(wanted, found):
    """What is wrong with predictions; None where nothing is."""
    differences = [np.max(np.abs(a - b)) for a, b in zip(wanted, found) if a.size]
    worst = max(differences, default=0.0)
    return None if worst < 1e-5 * max(1.0, *(np.max(np.abs(a)) for a in wanted if a.size)) else f"predictions differ by {worst}"


def fault_here(model, wanted, rows, regimen, first):
    """What is wrong with the predictions of `regimen predict`."""
    folder = first.parent
    if len(wanted) > 1:
        return None  # a .npy file holds one output
    if isinstance(rows, list):
        np.savez(folder / "x.npz", **dict(zip(names_of(model), rows)))
    else:
        np.save(folder / "x.npy", rows)
    x = folder / ("x.npz" if isinstance(rows, list) else "x.npy")
    ended = subprocess.run([regimen, "predict", first, x, "--out", folder / "p.npy"], capture_output=True, text=True)
    if ended.returncode:
        return ended.stderr.strip()
    return difference(wanted, [np.load(folder / "p.npy").reshape(wanted[0].shape)])


def fault_of(model, wanted, rows, resave, first, second):
    """What is wrong with the round trip of the saved model; None where nothing is."""
    if not first.exists():
        try:
            model.save(first)
        except TypeError as error:  # Keras cannot write every config in the old format
            return f"{NOT_SAVED}: {error}"
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
    loss = model.train_on_batch(rows, targets if len(targets) > 1 else targets[0])
    weights = [w for w in model.weights if "seed" not in w.path and w.dtype == "float32"]
    return [np.array(loss, "float64").reshape(-1), *(np.asarray(w, "float64") for w in weights)]


def fault_in_training(rows, wanted, first, second):
    """What is wrong with training that goes on in Keras from `second`, as it does from Keras's own file; None where nothing is."""
    targets = [(array + np.random.RandomState(1).uniform(-1, 1, array.shape)).astype("float32") for array in wanted]
    own = keras.saving.load_model(first)
    try:
        expected = step(own, rows, targets)
    except Exception as error:
        return f"{NOT_TRAINED}: {type(error).__name__}: {str(error).splitlines()[0][:100]}"
    try:
        found = step(keras.saving.load_model(second), rows, targets)
    except Exception as error:
        return f"Keras does not train it: {error!r}"[-300:]
    if any("seed" in v.path for v in own.variables):  # what it draws does not go into files that are written here
        return None if np.isfinite(found[0]).all() else "the loss is not finite"
    fault = difference(expected, found)
    return fault and f"after a step of training, {fault}"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("target")
    arguments.add_argument("--most", type=int, default=8)
    arguments.add_argument("only", nargs="*")
    told = arguments.parse_intermixed_args()
    target = pathlib.Path(told.target).absolute()
    resave, regimen, only = target / "examples" / "resave", target / "regimen", told.only
    tried, failed, skipped = 0, [], 0
    good = {route: 0 for route in ROUTES}
    trained = {}
    for name, case, config, inputs in cases(told.most):
        if only and name not in only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            rows = inputs if len(inputs) > 1 else inputs[0]
            try:
                model = model_of(name, config, inputs)
                wanted = saved_by_keras(model, rows, folder)
            except Exception:  # a case for which the golden script calls the layer in another way
                skipped += 1
                continue
            tried += 1
            for route in ROUTES:
                first, second = (folder / f"{stem}.{kind}" for stem, kind in zip(("first", "second"), route))
                if route == HERE:
                    fault = fault_here(model, wanted, rows, regimen, first)
                else:
                    fault = fault_of(model, wanted, rows, resave, first, second)
                good[route] += fault is None
                if route == ("keras", "keras") and fault is None and name not in trained:
                    fault = fault_in_training(rows, wanted, first, second)
                    trained[name] = fault is None
                    if fault and fault.startswith(NOT_TRAINED):
                        print(f"{name}, {case}: {fault}", flush=True)
                        continue
                if fault and fault.startswith(NOT_SAVED):
                    print(f"{name}, {case}, {route[0]} to {route[1]}: {fault}", flush=True)
                elif fault:
                    failed.append((name, route))
                    print(f"{name}, {case}, {route[0]} to {route[1]}: {fault}", flush=True)
    unknown = [name for name, route in failed if name not in KNOWN and (name, route) not in KNOWN]
    for (first, second), count in good.items():
        print(f".{first} to .{second}: {count} of {tried} configs make the round trip")
    print(f"{sum(trained.values())} of {len(trained)} classes train on in Keras as from its own file")
    print(f"{skipped} could not be called")
    print(f"{sum(good.values()) - len(unknown)} passed, {len(unknown)} failed")
    sys.exit(1 if unknown or (tried < 60 * min(told.most, 8) and not only) else 0)


if __name__ == "__main__":
    main()
