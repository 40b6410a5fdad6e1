"""ONNX files against Keras, one for every layer config of tests/golden/layers, and some whole models.

Keras saves a model of one layer with random weights; `resave` (crates/save/examples) writes it as ONNX; onnxruntime runs
that file with batches of several sizes, and its outputs have to be Keras's predictions.

    python3 -m venv .venv && .venv/bin/pip install keras==3.15.1 jax h5py onnx onnxruntime
    cargo build -p regimen-save --example resave
    .venv/bin/python tests/keras_files/onnx_outputs.py target/debug/examples/resave [--most N] [CLASS ...]

`--most` is how many configs of a class are tried in each golden file (8). Prints what fails, what is refused, and how many there
are; ends with 1 where anything fails, where something is refused that REFUSED does not name, or the other way round.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "jax"
import keras  # noqa: E402
import numpy as np  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
from layer_cases import NOT_IN_KERAS, cases, flat, model_of  # noqa: E402

onnxruntime.set_default_logger_severity(3)
# What is refused, with a part of the refusal: Keras writes x_factor = 0.2 as [-0.2, 0.2], and refuses that, too.
REFUSED = {("RandomShear", "RandomShear_inference"): "found [-0.2,0.2], expected a number from 0 to 1"}
# How far an output may be off, relative to itself and to the largest of them.
NEAR = (1e-4, 1e-6)
# Rows of a batch, times those of the case.
TIMES = (1, 3)


def repeated(inputs, times):
    """The rows of each input several times."""
    return [np.concatenate([x] * times) for x in inputs]


def differs(wanted, found, near):
    """What is wrong with outputs; None where nothing is."""
    if len(wanted) != len(found):
        return f"{len(found)} outputs instead of {len(wanted)}"
    for i, (a, b) in enumerate(zip(wanted, found)):
        if a.shape != b.shape:
            return f"output {i}: shape {b.shape} instead of {a.shape}"
        a, b = a.astype("float64"), b.astype("float64")
        same = (np.isnan(a) & np.isnan(b)) | (a == b)
        scale = np.max(np.abs(a[np.isfinite(a)]), initial=1e-6)
        far = np.abs(a - b) > near[0] * np.abs(a) + near[1] * scale
        far = (far | ~np.isfinite(a - b)) & ~same
        if far.any():
            at = np.argmax(np.where(far, np.abs(np.nan_to_num(a - b)), -1))
            return f"output {i}: {b.flat[at]} instead of {a.flat[at]}, {far.sum()} of {a.size} differ"
    return None


def fault_of(model, inputs, program, folder, sizes, near=NEAR):
    """('refused' or 'failed', why) of a model; None where its outputs are right for all sizes of batches."""
    first, second = folder / "model.keras", folder / "model.onnx"
    second.unlink(missing_ok=True)
    model.save(first)
    if any(isinstance(layer, keras.layers.Normalization) for layer in model.layers):
        # Weights that are assigned after it was built are those that it computes with in the file, not before.
        model = keras.saving.load_model(first)
    ended = subprocess.run([program, first, second], capture_output=True, text=True)
    if ended.returncode:
        return "refused" if ended.stderr.startswith("error: ") else "failed", ended.stderr.strip()
    try:
        onnx.checker.check_model(str(second), full_check=True)
        session = onnxruntime.InferenceSession(str(second), providers=["CPUExecutionProvider"])
    except Exception as error:  # whatever is wrong with the file
        return "failed", f"{type(error).__name__}: {error}"[-400:]
    names = [entry.name for entry in session.get_inputs()]
    if len(names) != len(inputs):
        return "failed", f"inputs {names} instead of {len(inputs)}"
    for times in sizes:
        rows = repeated(inputs, times)
        wanted = flat(model.predict(rows if len(rows) > 1 else rows[0], verbose=0, batch_size=len(rows[0])))
        try:
            given = {n: x.astype(kind_of(session, n)) for n, x in zip(names, rows)}
            found = session.run(None, given)
        except Exception as error:  # whatever it cannot run
            return "failed", f"{len(rows[0])} rows: {error}"[-400:]
        fault = differs(wanted, [np.asarray(x) for x in found], near)
        if fault:
            return "failed", f"{len(rows[0])} rows: {fault}"
    return None


KINDS = {"float": "float32", "double": "float64"}


def kind_of(session, name):
    kind = next(entry.type for entry in session.get_inputs() if entry.name == name)
    kind = kind.removeprefix("tensor(").removesuffix(")")
    return KINDS.get(kind, kind)


def tokens(rows, steps, words=11):
    ids = np.random.RandomState(5).randint(1, words, (rows, steps)).astype("float32")
    ids[0, 2:] = 0
    ids[1, :2] = 0
    return ids


def randomized(model):
    """The model with weights that differ from those it begins with."""
    for i, weight in enumerate(model.weights):
        # What a Normalization has learned it computes with as it was learned.
        if "seed" not in weight.path and weight.dtype == "float32" and not weight.path.startswith("normalization"):
            random = np.random.RandomState(i)
            low = 0.5 if "variance" in weight.path else -0.5
            weight.assign(random.uniform(low, 1, weight.shape).astype("float32"))
    return model


def whole_models():
    """Name, model and inputs of models of several layers."""
    random = np.random.RandomState(3)

    def data(*shape):
        return random.uniform(-1, 1, shape).astype("float32")

    layers = keras.layers
    x = keras.Input((12, 12, 3), name="picture")
    y = layers.Conv2D(8, 3, padding="same", use_bias=False, name="first")(x)
    y = layers.BatchNormalization()(y)
    y = layers.Activation("relu")(y)
    z = layers.SeparableConv2D(8, 3, padding="same", activation="gelu")(y)
    y = layers.Add()([y, z])
    y = layers.MaxPooling2D(padding="same", pool_size=3, strides=2)(y)
    y = layers.DepthwiseConv2D(3, strides=2)(y)
    y = layers.GlobalAveragePooling2D()(y)
    y = layers.Dropout(0.5)(y)
    yield "cnn", keras.Model(x, layers.Dense(5, activation="softmax", name="classes")(y)), [data(4, 12, 12, 3)]

    x = keras.Input((7,), name="words")
    y = layers.Embedding(11, 6, mask_zero=True)(x)
    y = layers.Bidirectional(layers.LSTM(5, return_sequences=True))(y)
    y = layers.Bidirectional(layers.GRU(4))(y)
    yield "bidirectional, masked", keras.Model(x, layers.Dense(2)(y)), [tokens(4, 7)]

    x = keras.Input((None,), name="words")
    y = layers.Embedding(11, 6, mask_zero=True)(x)
    y = layers.LSTM(5, return_sequences=True)(y)
    y = layers.LSTM(5)(y)
    model = keras.Model(x, layers.Dense(2)(y))
    yield "open length, masked", model, [tokens(4, 9)]
    yield "open length, masked", model, [tokens(3, 4)]

    x = keras.Input((None, 6), name="steps")
    y = layers.Bidirectional(layers.LSTM(5, return_sequences=True))(x)
    y = layers.GRU(4, return_sequences=True, reset_after=False)(y)
    y = layers.Conv1D(4, 3, padding="causal")(y)
    a = layers.GlobalAveragePooling1D()(y)
    b = layers.GlobalMaxPooling1D()(y)
    model = keras.Model(x, layers.Concatenate()([a, b]))
    yield "open length", model, [data(3, 8, 6)]
    yield "open length", model, [data(2, 5, 6)]

    x = keras.Input((None, None, 2), name="picture")
    y = layers.Conv2D(4, 3, strides=2, padding="valid", activation="relu")(x)
    y = layers.MaxPooling2D(2)(y)
    y = layers.UpSampling2D(2)(y)
    y = layers.Conv2D(4, 3, padding="same")(y)
    model = keras.Model(x, layers.GlobalAveragePooling2D()(y))
    yield "open sizes, strides", model, [data(3, 17, 22, 2)]
    yield "open sizes, strides", model, [data(2, 20, 11, 2)]

    x = keras.Input((None, None, 3), name="picture")
    first = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
    second = layers.Conv2D(6, 3, padding="same", activation="relu")(layers.MaxPooling2D()(first))
    y = layers.Conv2D(6, 3, padding="same")(layers.MaxPooling2D()(second))
    y = layers.Concatenate()([layers.Conv2DTranspose(4, 2, strides=2)(y), second])
    y = layers.Concatenate()([layers.UpSampling2D()(y), first])
    model = keras.Model(x, layers.Conv2D(2, 1, activation="sigmoid")(y))
    yield "open sizes of a U-Net", model, [data(2, 8, 12, 3)]
    yield "open sizes of a U-Net", model, [data(1, 32, 16, 3)]

    q, v = keras.Input((None, 8), name="query"), keras.Input((None, 8), name="value")
    y = layers.MultiHeadAttention(2, 4)(q, v)
    y = layers.LayerNormalization()(layers.Add()([q, y]))
    w = layers.MultiHeadAttention(2, 4)(y, y, use_causal_mask=True)
    model = keras.Model([q, v], [y, w])
    yield "attention of two lengths", model, [data(3, 5, 8), data(3, 7, 8)]
    yield "attention of two lengths", model, [data(3, 6, 8), data(3, 2, 8)]

    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="tanh"), layers.Dense(4)], name="inner")
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    y = layers.Subtract()([inner(a), inner(b)])
    y = layers.Concatenate()([inner(y), a])
    outputs = [layers.Dense(1, name="left")(y), layers.Dense(2, name="right")(y)]
    yield "nested, shared", keras.Model([a, b], outputs), [data(5, 4), data(5, 4)]

    x = keras.Input((6, 4), name="steps")
    y = layers.TimeDistributed(layers.Dense(3))(x)
    y = layers.RNN([layers.LSTMCell(3), layers.GRUCell(4)], return_sequences=True)(y)
    y = layers.SimpleRNN(4, go_backwards=True, return_sequences=True)(y)
    y = layers.Attention()([y, x])
    yield "recurrent cells", keras.Model(x, layers.Flatten()(y)), [data(3, 6, 4)]

    x = keras.Input((8, 8, 2), name="x", batch_size=3)
    y = layers.Conv2D(4, 3, strides=2, padding="same")(x)
    y = layers.Conv2DTranspose(2, 3, strides=2, padding="same")(y)
    y = layers.UpSampling2D(interpolation="bilinear")(y)
    yield "fixed batch", keras.Model(x, y), [data(3, 8, 8, 2)]

    x = keras.Input((5,), name="x")
    y = layers.Dense(8, dtype="mixed_bfloat16")(x)
    yield "mixed precision", keras.Model(x, layers.Dense(2)(y)), [data(4, 5)]

    values = data(9, 4)
    scale = layers.Normalization()
    scale.adapt(3 * values + 1)
    yield "adapted", keras.Sequential([keras.Input((4,)), scale, layers.Dense(3)]), [values]

    stack = [keras.Input((4,)), layers.Reshape((2, 2)), layers.Permute((2, 1)), layers.Flatten(), layers.Dense(3)]
    yield "sequential", keras.Sequential(stack), [data(4, 4)]


def refused_models():
    """Models that ONNX cannot express, with what their refusals say. (Layers on texts need TensorFlow in Keras: see the tests
    of crates/save/src/onnx.)"""
    layers = keras.layers
    x = keras.Input((4, 3), batch_size=2)
    yield keras.Model(x, layers.GRU(2, stateful=True, name="memory")(x)), "memory: state"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--most", type=int, default=8)
    arguments.add_argument("only", nargs="*")
    told = arguments.parse_intermixed_args()
    program, only = os.path.abspath(told.program), set(told.only)
    tried, right, wrong, refused = 0, [], [], set()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, case, config, call, inputs in cases(told.most):
            if (only and name not in only) or (name, case) in NOT_IN_KERAS:
                continue
            tried += 1
            try:
                fault = fault_of(model_of(name, config, call, inputs), inputs, program, folder, TIMES)
            except Exception as error:  # told with its case
                fault = "failed", f"Keras: {error!r}"[:300]
            if fault is None:
                right.append(name)
                continue
            print(f"{fault[0]}: {name}, {case}: {fault[1]}", flush=True)
            if fault[0] == "refused" and (name, case) in REFUSED and REFUSED[name, case] in fault[1]:
                refused.add((name, case))
            else:
                wrong.append(f"{name}, {case}")
        wrong += [f"{name}, {case}: is in REFUSED, and is not" for name, case in REFUSED if not only and (name, case) not in refused]
        models = 0
        for name, model, inputs in whole_models():
            if only and name not in only:
                continue
            sizes = (1,) if name == "fixed batch" else (1, 2, 5)
            # Keras rounds to bfloat16 after every step inside of a layer, Regimen once behind it.
            near = (1e-2, 1e-2) if name == "mixed precision" else NEAR
            fault = fault_of(randomized(model), inputs, program, folder, sizes, near)
            models += 1
            if fault:
                wrong.append(f"model {name}")
                print(f"{fault[0]}: model {name}: {fault[1]}")
        for model, says in [] if only else refused_models():
            fault = fault_of(model, [], program, folder, ())
            models += 1
            if not fault or fault[0] != "refused" or says not in fault[1]:
                wrong.append(f"a model that is to be refused as `{says}`")
                print(f"not refused as `{says}`: {fault}")
    if not tried + models:
        wrong.append(f"there is no case of {sorted(only)}")
    for line in wrong:
        print(f"FAILED: {line}")
    print(f"{len(right)} of {tried} configs right, of {len(set(right))} classes; {len(refused)} refused; {models} whole models")
    print(f"{tried + models - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
