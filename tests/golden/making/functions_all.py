"""Activations, regularizers, constraints, initializers and schedules: every class with every option."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras.src import activations

from .functions import POINTS
from .tensors import Draw, fresh, keras_json, number, tensor, write


def activation_cases():
    d = Draw("functions_all/activations")
    cube, cube_weighting = d.normal(2, 4, 3), d.normal(2, 4, 3)
    cases = []

    def add(name, options, x, weighting=None, tag=""):
        fn = getattr(activations, name)
        x = jnp.asarray(x)
        w = 1.0 if weighting is None else weighting
        out, grad = fn(x, **options), jax.grad(lambda v: jnp.sum(fn(v, **options) * w))(x)
        case = {"name": f"{name}{tag}", "activation": name, "options": options, "inputs": tensor(x), "outputs": tensor(out)}
        if weighting is not None:
            case["weighting"] = tensor(np.broadcast_to(weighting, out.shape))
        cases.append({**case, "grads": tensor(grad)})

    for i, (name, options) in enumerate(
        [
            ("relu", {"negative_slope": 0.2}),
            ("relu", {"max_value": 2.0}),
            ("relu", {"threshold": 0.75}),
            ("relu", {"max_value": 6.0, "threshold": -0.6}),
            ("relu", {"negative_slope": 0.1, "threshold": 0.75}),
            ("relu", {"negative_slope": 0.1, "max_value": 3.5}),
            ("leaky_relu", {"negative_slope": 0.01}),
            ("elu", {"alpha": 2.0}),
            ("celu", {"alpha": 0.5}),
            ("celu", {"alpha": 2.0}),
            ("gelu", {"approximate": True}),
            ("gelu", {"approximate": False}),
            ("hard_shrink", {"threshold": 0.3}),
            ("soft_shrink", {"threshold": 0.3}),
            ("squareplus", {"b": 1}),
            ("threshold", {"threshold": 0.75, "default_value": -2.0}),
        ]
    ):
        add(name, options, POINTS, tag=f"_{i}")
    for name in ["softmax", "log_softmax"]:
        for axis in [0, 1, -1]:
            add(name, {"axis": axis}, cube, cube_weighting, tag=f"_axis_{axis}")
    add("glu", {"axis": 1}, cube, cube_weighting[:, :2], tag="_axis_1")
    add("glu", {}, d.normal(3, 6), d.normal(3, 3))
    for name in ["relu6", "hard_sigmoid"]:
        add(name, {}, np.array([np.nan, np.inf, -np.inf, -0.0, 6.0], "float32"), tag="_nan")
    write("functions/activations_all.json", {"cases": cases})


def regularizer_cases():
    d = Draw("functions_all/regularizers")
    r = keras.regularizers
    cases = []
    for name, obj in {
        "l1": r.L1(0.2),
        "l2": r.L2(0.2),
        "l1l2_first": r.L1L2(l1=0.3),
        "l1l2_second": r.L1L2(l2=0.3),
        "orthogonal_default": r.OrthogonalRegularizer(),
        "orthogonal_rows": r.OrthogonalRegularizer(0.3, mode="rows"),
        "orthogonal_columns": r.OrthogonalRegularizer(0.3, mode="columns"),
    }.items():
        for tag, shape in [("wide", (3, 5)), ("tall", (4, 2))]:
            x = jnp.asarray(d.normal(*shape))
            case = {"name": f"{name}_{tag}", "class_name": type(obj).__name__, "full_config": keras_json(obj.get_config())}
            cases.append({**case, "input": tensor(x), "value": number(obj(x)), "grad": tensor(jax.grad(obj)(x))})
    write("functions/regularizers_all.json", {"cases": cases})


def constraint_cases():
    d = Draw("functions_all/constraints")
    c = keras.constraints
    cases = []
    for name, obj, shape in [
        ("min_max_default", c.MinMaxNorm(), (3, 4)),
        ("min_max", c.MinMaxNorm(1.0, 1.5), (3, 4)),
        ("min_max_rate", c.MinMaxNorm(0.5, 1.0, rate=0.3), (3, 4)),
        ("min_max_axis", c.MinMaxNorm(1.0, 1.2, rate=0.8, axis=1), (3, 4)),
        ("min_max_axes", c.MinMaxNorm(1.0, 1.2, axis=[0, 1, 2]), (2, 2, 3, 2)),
        ("min_max_still", c.MinMaxNorm(1.0, 1.2, rate=0.0), (3, 4)),
        ("max_norm_last", c.MaxNorm(1.0, axis=-1), (3, 4)),
        ("unit_norm_last", c.UnitNorm(axis=[-1, 0]), (3, 2, 4)),
        ("non_neg", c.NonNeg(), (2, 3, 2)),
    ]:
        x = d.normal(*shape)
        case = {"name": name, "class_name": type(obj).__name__, "full_config": keras_json(obj.get_config())}
        cases.append({**case, "input": tensor(x), "output": tensor(obj(jnp.asarray(x)))})
    write("functions/constraints_all.json", {"cases": cases})


def initializer_cases():
    i = keras.initializers
    exact, drawn = [], []
    windows = ["boxcar", "hann", "hamming", "blackman", "nuttall", "blackmanharris", "flattop", "bartlett", "triang"]
    windows += ["barthann", "bohman", "parzen", "cosine", "exponential", "tukey", "lanczos"]
    stft = [i.STFT(), i.STFT("imag"), i.STFT(scaling="spectrum"), i.STFT("imag", scaling=None, periodic=True)]
    stft += [i.STFT(window=None), i.STFT(window=[0.1, 0.5, 1.0, 0.4, 0.2, 0.3, 0.1, 0.0])]
    for obj, shape in [
        (i.Zeros(), (2, 3)),
        (i.Ones(), (3,)),
        (i.Constant(), (2,)),
        (i.Constant(-0.3), (2, 1, 2)),
        (i.Identity(), (3, 3)),
        (i.Identity(0.5), (2, 4)),
        (i.Identity(2.0), (4, 2)),
        *[(obj, (8, 1, 5)) for obj in stft],
        *[(i.STFT(window=w, scaling=None, periodic=p), (n, 1, 3)) for w in windows for p in [False, True] for n in [6, 7]],
    ]:
        config = keras_json(obj.get_config())
        if isinstance(obj, i.Identity):
            config["gain"] = obj.gain  # Keras's get_config forgets it
        exact.append({"class_name": type(obj).__name__, "full_config": config, "values": tensor(obj(shape))})
    scaled = [
        i.VarianceScaling(2.0, mode, distribution, seed=3)
        for mode in ["fan_in", "fan_out", "fan_avg"]
        for distribution in ["truncated_normal", "untruncated_normal", "uniform"]
    ]
    axes = [c(seed=3, input_axes=[0], output_axes=[1, 2]) for c in [i.GlorotNormal, i.GlorotUniform, i.HeNormal, i.HeUniform]]
    axes += [c(seed=3, input_axes=[0, 2], output_axes=[1]) for c in [i.LecunNormal, i.LecunUniform]]
    axes += [i.VarianceScaling(0.5, "fan_out", "uniform", seed=3, input_axes=[0], output_axes=[1, 2])]
    plain = [i.RandomNormal(1.0, 0.5, seed=3), i.TruncatedNormal(-1.0, 0.5, seed=3), i.RandomUniform(-0.5, 2.0, seed=3)]
    plain += [i.Orthogonal(0.5, seed=3)]
    for obj, shape in [(o, (100, 150)) for o in scaled + plain] + [(o, (12, 25, 50)) for o in axes]:
        x = np.asarray(obj(shape), np.float64)
        facts = {"mean": x.mean(), "std": x.std(), "min": x.min(), "max": x.max()}
        drawn.append(
            {
                "class_name": type(obj).__name__,
                "full_config": keras_json(obj.get_config()),
                "shape": list(shape),
                "measured": {k: float(f"{v:.6g}") for k, v in facts.items()},
            }
        )
    write("functions/initializers_all.json", {"exact": exact, "drawn": drawn})


def schedule_cases():
    s = keras.optimizers.schedules
    steps = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 17, 20, 21, 22, 35, 44, 45, 99, 1000, 12345]
    cases = []
    for name, obj in {
        "exponential": s.ExponentialDecay(0.1, 7, 0.5),
        "exponential_rising_staircase": s.ExponentialDecay(0.001, 2000, 1.5, staircase=True),
        "inverse_time": s.InverseTimeDecay(0.1, 3.5, 0.5),
        "inverse_time_staircase": s.InverseTimeDecay(0.1, 4, 0.5, staircase=True),
        "piecewise": s.PiecewiseConstantDecay([3, 7.9, 21], [0.1, 0.05, 0.01, 0.5]),
        "piecewise_one": s.PiecewiseConstantDecay([5], [0.1, 0.0]),
        "polynomial": s.PolynomialDecay(0.1, 20),
        "polynomial_root": s.PolynomialDecay(0.1, 45, end_learning_rate=0.02, power=0.5),
        "polynomial_cycle": s.PolynomialDecay(0.1, 7, end_learning_rate=0.01, power=2.0, cycle=True),
        "cosine": s.CosineDecay(0.1, 22),
        "cosine_alpha": s.CosineDecay(0.1, 1000, alpha=0.2),
        "cosine_warmup": s.CosineDecay(0.01, 17, alpha=0.1, warmup_target=0.2, warmup_steps=5),
        "cosine_warmup_of_no_steps": s.CosineDecay(0.01, 17, warmup_target=0.2),
        "cosine_steps_without_target": s.CosineDecay(0.1, 17, warmup_steps=5),
        "restarts": s.CosineDecayRestarts(0.1, 5),
        "restarts_even": s.CosineDecayRestarts(0.1, 7, t_mul=1.0, m_mul=0.8),
        "restarts_all": s.CosineDecayRestarts(0.1, 3, t_mul=1.5, m_mul=0.9, alpha=0.1),
    }.items():
        rates = [number(obj(keras.ops.convert_to_tensor(i))) for i in steps]
        config = keras_json(obj.get_config())
        cases.append({"name": name, "class_name": type(obj).__name__, "config": config, "steps": steps, "rates": rates})
    write("optimizers/schedules_all.json", {"cases": cases})


def make():
    fresh()
    activation_cases()
    regularizer_cases()
    constraint_cases()
    initializer_cases()
    schedule_cases()
