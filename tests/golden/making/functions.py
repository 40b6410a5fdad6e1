"""Activations over their whole range, regularizers, constraints, and the facts behind initializers."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras.src import activations

from .tensors import Draw, fresh, keras_json, number, tensor, write

POINTS = [-1000, -104, -88.5, -50, -20, -9, -5, -3, -2.5, -1, -0.5, -0.1, -1e-3, -1e-6, -1e-30]
POINTS = np.array(POINTS + [0.0] + [-v for v in reversed(POINTS)] + [6.0, -0.75, 1.7], "float32")


def activation_values():
    cases = []
    names = sorted(k for k in activations.ALL_OBJECTS_DICT if isinstance(k, str) and k == k.lower())
    for name in names:
        if name in ("threshold", "softmax", "log_softmax", "sparsemax", "glu"):
            continue
        fn = keras.activations.get(name)
        x = jnp.asarray(POINTS)
        out, grad = fn(x), jax.grad(lambda v, fn=fn: jnp.sum(fn(v)))(x)
        cases.append({"name": name, "inputs": tensor(x), "outputs": tensor(out), "grads": tensor(grad)})
    with_options = [
        ("relu", {"negative_slope": 0.1, "max_value": 6.0, "threshold": 1.0}),
        ("elu", {"alpha": 0.5}),
        ("leaky_relu", {"negative_slope": 0.3}),
        ("gelu", {"approximate": True}),
    ]
    for name, options in with_options:
        fn = keras.activations.get(name)
        x = jnp.asarray(POINTS)
        out, grad = fn(x, **options), jax.grad(lambda v, fn=fn, o=options: jnp.sum(fn(v, **o)))(x)
        cases.append(
            {
                "name": name + "_with_options",
                "activation": name,
                "options": options,
                "inputs": tensor(x),
                "outputs": tensor(out),
                "grads": tensor(grad),
            }
        )
    rows = np.array(
        [
            [0, 0, 0, 0],
            [1, 2, 3, 4],
            [1000, 0, -1000, 999],
            [-1e30, -1e30, -1e30, -1e30],
            [90, -90, 89, 0],
            [1e-6, 0, -1e-6, 2e-6],
        ],
        "float32",
    )
    weighting = Draw("activations/rows").normal(*rows.shape)
    for name in ["softmax", "log_softmax", "sparsemax"]:
        fn = keras.activations.get(name)
        out = fn(jnp.asarray(rows))
        grad = jax.grad(lambda v, fn=fn: jnp.sum(fn(v) * weighting))(jnp.asarray(rows))
        cases.append(
            {
                "name": name,
                "inputs": tensor(rows),
                "outputs": tensor(out),
                "weighting": tensor(weighting),
                "grads": tensor(grad),
            }
        )
    write("functions/activations.json", {"cases": cases})


def regularizers():
    w = Draw("regularizers").normal(3, 4)
    cases = []
    for name, obj in {
        "l1_default": keras.regularizers.L1(),
        "l1": keras.regularizers.L1(0.3),
        "l2_default": keras.regularizers.L2(),
        "l2": keras.regularizers.L2(0.3),
        "l1l2_default": keras.regularizers.L1L2(),
        "l1l2": keras.regularizers.L1L2(0.1, 0.2),
    }.items():
        for tag, x in [("", w), ("_zeros", np.zeros((2, 2), "float32"))]:
            x = jnp.asarray(x)
            case = {"name": name + tag, "class_name": type(obj).__name__, "full_config": keras_json(obj.get_config())}
            cases.append({**case, "input": tensor(x), "value": number(obj(x)), "grad": tensor(jax.grad(obj)(x))})
    write(
        "functions/regularizers.json",
        {"cases": cases, "strings": strings(keras.regularizers, ["l1", "l2", "l1_l2", "L1L2"])},
    )


def constraints():
    d = Draw("constraints")
    w2, w4 = d.normal(3, 4, scale=2), d.normal(2, 2, 3, 2)
    cases = []
    for name, obj, x in [
        ("max_norm_default", keras.constraints.MaxNorm(), w2),
        ("max_norm_axis1", keras.constraints.MaxNorm(1.5, axis=1), w2),
        ("max_norm_conv", keras.constraints.MaxNorm(1.0, axis=[0, 1, 2]), w4),
        ("max_norm_within", keras.constraints.MaxNorm(50), w2),
        ("max_norm_zero_column", keras.constraints.MaxNorm(1), w2 * np.array([1, 0, 1, 1], "float32")),
        ("max_norm_bias", keras.constraints.MaxNorm(1), w2[0]),
        ("unit_norm_default", keras.constraints.UnitNorm(), w2),
        ("unit_norm_axis1", keras.constraints.UnitNorm(axis=1), w2),
        ("unit_norm_conv", keras.constraints.UnitNorm(axis=[0, 1, 2]), w4),
        ("unit_norm_zero_column", keras.constraints.UnitNorm(), w2 * np.array([1, 0, 1, 1], "float32")),
        ("non_neg", keras.constraints.NonNeg(), w2),
    ]:
        case = {"name": name, "class_name": type(obj).__name__, "full_config": keras_json(obj.get_config())}
        cases.append({**case, "input": tensor(x), "output": tensor(obj(jnp.asarray(x)))})
    names = ["max_norm", "unit_norm", "non_neg", "MaxNorm", "UnitNorm", "NonNeg"]
    write("functions/constraints.json", {"cases": cases, "strings": strings(keras.constraints, names)})


def strings(module, names):
    """What a string identifier becomes; some that one would expect are refused."""
    out = []
    for n in names:
        try:
            obj = module.get(n)
        except ValueError as e:
            out.append({"string": n, "error": str(e)})
            continue
        out.append({"string": n, "class_name": type(obj).__name__, "config": keras_json(obj.get_config())})
    return out


def initializers():
    """Random values differ from ours by design; what must agree is the fans, the distribution's width, and structure."""
    from keras.src.initializers.random_initializers import compute_fans

    fans = []
    for shape in [[5], [5, 7], [3, 5, 7], [3, 2, 5, 7], [4, 2, 3], []]:
        fans.append({"shape": shape, "fans": [int(f) for f in compute_fans(tuple(shape))]})
    cases = []
    init = keras.initializers
    for name, obj in {
        "glorot_uniform": init.GlorotUniform(seed=1),
        "glorot_normal": init.GlorotNormal(seed=1),
        "he_uniform": init.HeUniform(seed=1),
        "he_normal": init.HeNormal(seed=1),
        "lecun_uniform": init.LecunUniform(seed=1),
        "lecun_normal": init.LecunNormal(seed=1),
        "random_uniform": init.RandomUniform(seed=1),
        "random_normal": init.RandomNormal(seed=1),
        "truncated_normal": init.TruncatedNormal(seed=1),
        "variance_scaling": init.VarianceScaling(seed=1),
        "variance_scaling_fan_out_uniform": init.VarianceScaling(2.0, "fan_out", "uniform", seed=1),
        "variance_scaling_untruncated": init.VarianceScaling(1.0, "fan_avg", "untruncated_normal", seed=1),
    }.items():
        for shape in [[200, 300], [3, 100, 200]]:
            x = np.asarray(obj(tuple(shape)), np.float64)
            facts = {"mean": x.mean(), "std": x.std(), "min": x.min(), "max": x.max()}
            cases.append(
                {
                    "name": f"{name}_{len(shape)}d",
                    "class_name": type(obj).__name__,
                    "full_config": keras_json(obj.get_config()),
                    "shape": shape,
                    "measured": {k: float(f"{v:.6g}") for k, v in facts.items()},
                }
            )
    orthogonal = []
    for shape, gain in [([4, 4], 1.0), ([6, 3], 1.0), ([3, 6], 1.0), ([2, 3, 4], 1.5)]:
        x = np.asarray(init.Orthogonal(gain=gain, seed=1)(tuple(shape)), np.float64).reshape(-1, shape[-1])
        gram = x.T @ x if x.shape[0] >= x.shape[1] else x @ x.T
        orthogonal.append(
            {"shape": shape, "gain": gain, "flattened": list(x.shape), "gram": np.round(gram, 4).tolist()}
        )
    names = ["glorot_uniform", "he_normal", "orthogonal", "zeros", "ones", "zero", "one", "uniform", "normal", "GlorotUniform",
             "random_uniform", "truncated_normal", "identity", "lecun_uniform"]  # fmt: skip
    write(
        "functions/initializers.json",
        {"fans": fans, "cases": cases, "orthogonal": orthogonal, "strings": strings(init, names)},
    )


def make():
    fresh()
    activation_values()
    regularizers()
    constraints()
    initializers()
