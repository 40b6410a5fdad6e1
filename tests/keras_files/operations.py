"""Functions of keras.ops between layers, in files from Keras to the Python package and back.

    PYTHONPATH=crates/python/python .venv/bin/python tests/keras_files/operations.py

Needs what round_trip.py needs, and the package's extension module. Keras and the package build the same model of one function; each
reads the other's files, and predictions have to be those of before. Keras cannot read its own .h5 files with operations in them; it
reads those that are written here. Prints what fails and how many there are; ends with 1 where one fails.
"""

import os
import pathlib
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "jax"
import keras  # noqa: E402
import numpy as np  # noqa: E402
import regimen.keras as ours  # noqa: E402

X = np.random.RandomState(3).uniform(0.1, 0.9, (3, 4, 6)).astype("float32")
BY_FEATURE = np.arange(1, 7, dtype="float32") / 5

UNARY = (
    "absolute arccos arcsin arcsinh arctan arctanh cbrt ceil cos cosh exp exp2 expm1 floor log log10 log1p log2 negative reciprocal round "
    "sign sin sinh sqrt square tan tanh celu elu gelu glu hard_shrink hard_sigmoid hard_silu hard_tanh leaky_relu log_sigmoid log_softmax "
    "relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign squareplus tanh_shrink erf rsqrt normalize layer_normalization "
    "ones_like zeros_like isfinite isnan logical_not stop_gradient"
).split()
REDUCED = "all any argmax argmin count_nonzero cumprod cumsum max mean median min prod ptp std sum var logsumexp sort flip".split()
PAIRS = (
    "add arctan2 divide divide_no_nan equal floor_divide greater greater_equal hypot less less_equal logaddexp logical_and logical_or "
    "logical_xor maximum minimum mod multiply not_equal power subtract true_divide"
).split()
OTHERS = {
    "-x": lambda ops, x: -x,
    "x ** 2": lambda ops, x: x**2,
    "2.0 ** x": lambda ops, x: 2.0**x,
    "x > 0.5": lambda ops, x: x > 0.5,
    "x[:, 0]": lambda ops, x: x[:, 0],
    "x[:, None, 1:3, ::2]": lambda ops, x: x[:, None, 1:3, ::2],
    "x[:, ::-1]": lambda ops, x: x[:, ::-1],
    "(x > 0.3) & ~(x > 0.6)": lambda ops, x: (x > 0.3) & ~(x > 0.6),
    "x @ y": lambda ops, x: x @ ops.transpose(x, (0, 2, 1)),
    "x * array": lambda ops, x: x * BY_FEATURE + BY_FEATURE,
    "average": lambda ops, x: ops.average(x, axis=2, weights=BY_FEATURE),
    "batch_normalization": lambda ops, x: ops.batch_normalization(x, BY_FEATURE, BY_FEATURE, -1),
    "cast": lambda ops, x: ops.cast(x * 9, "int32"),
    "clip": lambda ops, x: ops.clip(x, 0.2, 0.7),
    "concatenate": lambda ops, x: ops.concatenate([x, x], axis=-1),
    "conv": lambda ops, x: ops.conv(x, np.ones((2, 6, 3), "float32")),
    "diff": lambda ops, x: ops.diff(x, 2, 1),
    "dot": lambda ops, x: ops.dot(x, np.ones((6, 2), "float32")),
    "dot_product_attention": lambda ops, x: ops.dot_product_attention(*[ops.expand_dims(x, 2)] * 3, is_causal=True),
    "einsum": lambda ops, x: ops.einsum("bij,bkj->bik", x, x),
    "full_like": lambda ops, x: ops.full_like(x, 2.0),
    "image.extract_patches": lambda ops, x: ops.image.extract_patches(ops.expand_dims(x, -1), (2, 2)),
    "image.resize": lambda ops, x: ops.image.resize(ops.expand_dims(x, -1), (3, 3)),
    "linspace": lambda ops, x: ops.linspace(x, x * 2, 3),
    "moveaxis": lambda ops, x: ops.moveaxis(x, 1, 2),
    "one_hot": lambda ops, x: ops.one_hot(ops.cast(x * 9, "int32"), 10),
    "pad": lambda ops, x: ops.pad(x, ((0, 0), (1, 1), (0, 2)), constant_values=2.0),
    "repeat": lambda ops, x: ops.repeat(x, 2, axis=1),
    "reshape": lambda ops, x: ops.reshape(x, (-1, 24)),
    "roll": lambda ops, x: ops.roll(x, 1, axis=1),
    "slice": lambda ops, x: ops.slice(x, (0, 1, 2), (3, 2, 3)),
    "split": lambda ops, x: ops.split(x, 3, axis=-1)[1],
    "squeeze": lambda ops, x: ops.squeeze(x[:, :1], 1),
    "stack": lambda ops, x: ops.stack([x, x * 2], axis=1),
    "swapaxes": lambda ops, x: ops.swapaxes(x, 1, 2),
    "take": lambda ops, x: ops.take(x, [0, 2], axis=1),
    "tensordot": lambda ops, x: ops.tensordot(x, np.ones((6, 2), "float32"), axes=1),
    "tile": lambda ops, x: ops.tile(x, [1, 2, 1]),
    "top_k": lambda ops, x: ops.top_k(x, 2)[0],
    "where": lambda ops, x: ops.where(x > 0.5, x, -1.0),
}


def cases():
    """Each function by a name."""
    unary = {name: lambda ops, x, name=name: getattr(ops, name)(x) for name in UNARY}
    reduced = {f"{name} of an axis": lambda ops, x, name=name: getattr(ops, name)(x, axis=1) for name in REDUCED}
    pairs = {f"{name} of two": lambda ops, x, name=name: getattr(ops, name)(x, ops.flip(x, axis=1)) for name in PAIRS}
    return {**unary, **reduced, **pairs, **OTHERS}


def model_of(package, function):
    x = package.Input((4, 6), name="x")
    return package.Model(x, function(package.ops, x))


def predicted(model):
    return np.asarray(model.predict(X, batch_size=3, verbose=0), "float64")


def there_and_back(function, folder):
    """What differs; nothing where all is equal."""
    theirs, own = model_of(keras, function), model_of(ours, function)
    wanted = predicted(theirs)
    files = [(theirs, ours, "k.keras"), (theirs, ours, "k.h5"), (own, keras, "r.keras"), (own, keras, "r.h5")]
    for model, reader, name in [(own, None, "here"), *files]:
        if reader is not None:
            model.save(folder / name)
            model = reader.models.load_model(folder / name)
        found = predicted(model)
        if found.shape != wanted.shape or not np.allclose(found, wanted, 1e-4, 1e-5):
            return f"{name}: other predictions"
    return None


def main():
    failed, all_cases = 0, cases()
    for name, function in all_cases.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                fault = there_and_back(function, pathlib.Path(folder))
            except Exception as error:  # told, and the next one is tried
                fault = f"{type(error).__name__}: {str(error)[-300:]}"
        if fault:
            failed += 1
            print(f"{name}: {fault}", flush=True)
    print(f"{len(all_cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
