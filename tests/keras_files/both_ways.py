"""Models of programs, in files from Keras to the Python package and back: forms of inputs and outputs, what was learnt from data, what
was compiled, training that goes on.

    PYTHONPATH=crates/python/python .venv/bin/python tests/keras_files/both_ways.py

Needs what round_trip.py needs, and the package's extension module. Keras and the package build the same model and give it the same
weights; each reads the other's files: predictions have the form and the numbers of before, training goes on as it does in the model
itself. Prints what fails and how many there are; ends with 1 where one fails.
"""

import os
import pathlib
import sys
import tempfile
import warnings

os.environ["KERAS_BACKEND"] = "jax"
import keras  # noqa: E402
import numpy as np  # noqa: E402
import regimen.keras as ours  # noqa: E402

RANDOM = np.random.RandomState(0)
A, B = RANDOM.rand(12, 3).astype("float32"), RANDOM.rand(12, 4).astype("float32")
Y, Z = RANDOM.rand(12, 1).astype("float32"), RANDOM.rand(12, 2).astype("float32")
BOTH = {"a": A, "b": B}


def two(k):
    return {"b": k.Input((4,), name="b"), "a": k.Input((3,), name="a")}


def joined(k, given):
    return k.layers.Concatenate()([k.layers.Dense(2)(given["a"]), given["b"]])


def dict_of_inputs(k):
    given = two(k)
    return k.Model(given, k.layers.Dense(1)(joined(k, given))), BOTH, Y


def dict_of_outputs(k):
    given = two(k)
    h = joined(k, given)
    model = k.Model(given, {"z": k.layers.Dense(1, name="p")(h), "y": k.layers.Dense(2, name="q")(h)})
    model.compile("adam", {"z": "mse", "y": "mae"}, loss_weights={"z": 0.3, "y": 0.7}, metrics={"z": ["mae"], "y": ["mse"]})
    return model, BOTH, {"z": Y, "y": Z}


def nested_lists(k):
    a, b, c = k.Input((3,)), k.Input((4,)), k.Input((4,))
    dense = k.layers.Dense
    return k.Model([a, [b, c]], [dense(1)(a), [dense(2)(b), dense(3)(c)]]), [A, [B, B * 2]], None


def model_of_a_dict_inside(k):
    given, outer = two(k), two(k)
    inner = k.Model(given, k.layers.Dense(2)(joined(k, given)), name="inner")
    return k.Model(outer, k.layers.Dense(1)(inner(outer))), BOTH, Y


def model_of_one_key_inside(k):
    a, outer = k.Input((3,), name="a"), k.Input((3,), name="outer")
    inner = k.Model({"a": a}, k.layers.Dense(2)(a), name="inner")
    return k.Model([outer], [k.layers.Dense(1)(inner({"a": outer}))]), A, Y


def list_of_one(k):
    a = k.Input((3,))
    return k.Model(a, k.layers.Dense(1)(k.layers.Concatenate()([a]))), A, Y


def one_layer_twice(k):
    dense, a = k.layers.Dense(3), k.Input((3,))
    return k.Model(a, [dense(a), dense(dense(a))]), A, None


def learnt_in_a_stack(k):
    norm = k.layers.Normalization()
    norm.adapt(A * 5 + 2)
    return k.Sequential([k.Input((3,)), norm, k.layers.Dense(1)]), A, Y


def learnt_in_a_graph(k):
    norm, a = k.layers.Normalization(axis=None), k.Input((3,))
    norm.adapt(A * 5 + 2)
    return k.Model(a, k.layers.Dense(1)(norm(a))), A, Y


def scaled_loss(k):
    model = k.Sequential([k.Input((3,)), k.layers.Dense(1)])
    model.compile(k.optimizers.LossScaleOptimizer(k.optimizers.Adam(0.01)), "mse")
    return model, A, Y


def compiled_again(k):
    model, adam = k.Sequential([k.Input((3,)), k.layers.Dense(1)]), k.optimizers.Adam(0.01)
    model.compile(adam, "mse")
    model.fit(A, Y, epochs=2, batch_size=4, shuffle=False, verbose=0)
    model.compile(adam, "mae")
    return model, A, Y


def output_without_loss(k):
    given = two(k)
    h = joined(k, given)
    model = k.Model(given, [k.layers.Dense(1)(h), k.layers.Dense(2)(h)])
    model.compile(k.optimizers.Adam(0.01), ["mse", None])
    return model, BOTH, Y


def steps_as_one_layer(k):
    x = k.Input((8, 8, 3))
    steps = k.layers.Pipeline([k.layers.Rescaling(0.5), k.layers.RandomFlip(seed=1), k.layers.CenterCrop(4, 4)])
    return k.Model(x, k.layers.Dense(1)(k.layers.Flatten()(steps(x)))), RANDOM.rand(12, 8, 8, 3).astype("float32"), None


def arrays_beside_tensors(k):
    a = k.Input((3,))
    h = k.layers.Add()([a, np.full((1, 3), 2, "float32")])
    return k.Model(a, k.layers.Dense(1)(k.layers.Multiply()([h, np.array([[1, -2, 3]], "float32")]))), A, Y


def open_sizes(k):
    x = k.Input((None, None, 2))
    down = k.layers.Conv2D(3, 3, padding="same", activation="relu")(x)
    up = k.layers.UpSampling2D()(k.layers.Conv2D(3, 3, padding="same")(k.layers.MaxPooling2D()(down)))
    out = k.layers.Conv2D(1, 1)(k.layers.Concatenate()([down, up]))
    return k.Model(x, k.layers.GlobalAveragePooling2D()(out)), RANDOM.rand(12, 8, 8, 2).astype("float32"), Y


def encoder_in_two_models(k):
    x, y, z = k.Input((3,)), k.Input((3,)), k.Input((3,))
    h = k.layers.Dense(3, activation="tanh")
    first, second = k.Model(x, h(x), name="first"), k.Model(y, k.layers.Dense(1)(h(y)), name="second")
    return k.Model(z, second(first(z))), A, Y


CASES = [
    dict_of_inputs, dict_of_outputs, nested_lists, model_of_a_dict_inside, model_of_one_key_inside, list_of_one, one_layer_twice,
    learnt_in_a_stack, learnt_in_a_graph, scaled_loss, compiled_again, output_without_loss, steps_as_one_layer, arrays_beside_tensors,
    open_sizes, encoder_in_two_models,
]


def parts(value, place=""):
    """Every array of nested values with its place."""
    if isinstance(value, dict):
        return [found for key in sorted(value) for found in parts(value[key], f"{place}.{key}")]
    if isinstance(value, (list, tuple)):
        return [found for i, item in enumerate(value) for found in parts(item, f"{place}[{i}]")]
    return [(place, np.asarray(value))]


def apart(found, wanted):
    """What differs between two nested values, empty where nothing does."""
    found, wanted = parts(found), parts(wanted)
    if [place for place, _ in found] != [place for place, _ in wanted]:
        return f"the form {[place for place, _ in found]}, expected {[place for place, _ in wanted]}"
    worst = max(float(np.abs(a - b).max() / max(1, np.abs(b).max())) for (_, a), (_, b) in zip(found, wanted))
    return f"{worst:.2g} apart" if worst > 1e-4 else ""


def trained(model, x, y):
    """Losses of two more epochs."""
    return model.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0).history["loss"]


def checked(case, writer, reader, folder):
    """What is wrong with a model that one wrote and the other read, a line each."""
    model, x, y = case(writer)
    other = case(reader)[0]
    if case is not compiled_again and not case.__name__.startswith("learnt"):
        model.set_weights(other.get_weights())
    if y is not None and not model.compiled:
        model.compile(writer.optimizers.SGD(0.1, momentum=0.9), "mse")
    if y is not None:
        trained(model, x, y)
    wanted = model.predict(x, verbose=0)
    for ending in (".keras", ".h5"):
        model.save(folder / f"model{ending}")
    model.save_weights(folder / "model.weights.h5")
    goes_on = trained(model, x, y) if y is not None else None
    for ending in (".keras", ".h5", ".weights.h5"):
        path = folder / f"model{ending}"
        try:
            if ending == ".weights.h5":
                read = other
                read.load_weights(path)
            else:
                # Keras does not find every short name when it reads an .h5 file.
                read = reader.models.load_model(path, compile=ending == ".keras")
            fault = apart(read.predict(x, verbose=0), wanted)
            # A layer of several models is one for each of them in Keras's .h5 files, and where Keras reads ours; it cannot read its own.
            apart_there = case is encoder_in_two_models and (reader is keras or ending == ".h5") and ending != ".weights.h5"
            if len(read.weights) != len(model.weights) and not apart_there:
                fault = fault or f"{len(read.weights)} weights, expected {len(model.weights)}"
            if ending == ".keras" and goes_on is not None and not apart_there:
                fault = fault or apart(trained(read, x, y), goes_on)
        except Exception as error:
            fault = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        if fault:
            yield f"{case.__name__}, {writer.__name__} to {reader.__name__}, {ending}: {fault}"


def half_floats(folder):
    """What is wrong with models of mixed_float16, whose optimizer Keras scales without a word in the config: training goes on here."""
    for name, optimizer in (("adam", keras.optimizers.Adam(0.01)), ("rmsprop", keras.optimizers.RMSprop(0.01))):
        keras.config.set_dtype_policy("mixed_float16")
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1, dtype="float32")], name=name)
        model.compile(optimizer, "mse")
        keras.config.set_dtype_policy("float32")
        if type(model.optimizer).__name__ != "LossScaleOptimizer":
            yield f"half_floats, {name}: Keras did not scale the loss, so that nothing is tested"
        trained(model, A, Y)
        path = folder / f"{name}.keras"
        model.save(path)
        steps = int(model.optimizer.inner_optimizer.iterations)  # steps that overflow do not count
        read = ours.models.load_model(path)
        begun = int(read.optimizer.iterations), round(float(read.optimizer.learning_rate), 6)
        wanted, found = trained(model, A, Y), trained(read, A, Y)
        if begun != (steps, 0.01) or not np.allclose(found, wanted, 0.02):
            yield f"half_floats, {name}: began with {begun}, losses {found}, expected {wanted}"


def main():
    warnings.simplefilter("ignore")
    wrong = []
    for case in CASES:
        for writer, reader in ((keras, ours), (ours, keras)):
            with tempfile.TemporaryDirectory() as folder:
                wrong += checked(case, writer, reader, pathlib.Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        wrong += half_floats(pathlib.Path(folder))
    for line in wrong:
        print(line)
    print(f"{len(CASES)} models both ways, {len(wrong)} faults")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
