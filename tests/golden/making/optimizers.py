"""Optimizers on three variables under one prescribed sequence of gradients; learning rate schedules."""

import keras
import numpy as np

from .tensors import Draw, fresh, keras_json, number, tensor, write

STEPS = 20


def gradient_sequence():
    """Normal gradients, some much larger ones so that clipping bites, one step of zeros; the third variable is
    like an embedding: most of its rows have no gradient in a step."""
    d = Draw("optimizers/gradients")
    steps = []
    for i in range(STEPS):
        size = [0.3, 1.0, 5.0, 0.05][i % 4]
        g = [d.normal(3, 2, scale=size), d.normal(4, scale=size * 0.5), np.zeros((5, 2), "float32")]
        rows = d.ints(5, 2)
        g[2][rows] = d.normal(2, 2, scale=size)
        if i == 6:
            g = [np.zeros_like(x) for x in g]
        steps.append(g)
    return [d.normal(3, 2), d.normal(4), d.normal(5, 2, scale=0.2)], steps


def optimizer_case(name, class_name, config, start, steps, exclude=None, constraint=None):
    fresh()
    opt = getattr(keras.optimizers, class_name)(**config)
    names = ["kernel", "bias", "embeddings"]
    variables = [keras.Variable(v, name=n) for v, n in zip(start, names)]
    if constraint is not None:
        variables[0].constraint = constraint
    opt.build(variables)
    if exclude:
        opt.exclude_from_weight_decay(var_names=exclude)
    after, rates = [], []
    for i, grads in enumerate(steps):
        rates.append(number(opt.learning_rate))
        opt.apply([keras.ops.convert_to_tensor(g) for g in grads])
        if (i + 1) % 5 == 0:
            after.append([tensor(v.value) for v in variables])
    case = {
        "name": name,
        "class_name": class_name,
        "config": keras_json(config),
        "full_config": keras_json(opt.get_config()),
    }
    if exclude:
        case["exclude_from_weight_decay"] = exclude
    if constraint is not None:
        case["kernel_constraint"] = keras_json(constraint)
    if len(set(rates)) > 1:
        case["learning_rates"] = rates
    case["after_every_5"] = after
    state = [{"name": v.name, "path": v.path, **tensor(v.value)} for v in opt.variables]
    case["state"] = [v for v in state if v["name"] not in ("iteration", "learning_rate")]
    return case


def optimizers():
    start, steps = gradient_sequence()
    clips = {
        "clipnorm": {"clipnorm": 0.8},
        "clipvalue": {"clipvalue": 0.4},
        "global_clipnorm": {"global_clipnorm": 1.0},
    }
    schedule = keras.optimizers.schedules
    inverse = schedule.InverseTimeDecay(0.05, decay_steps=1, decay_rate=0.1)
    subjects = {
        "SGD": {
            "plain": {},
            "rate_0.1": {"learning_rate": 0.1},
            "momentum": {"momentum": 0.9},
            "nesterov": {"momentum": 0.9, "nesterov": True},
            "nesterov_without_momentum": {"nesterov": True},
            "weight_decay": {"weight_decay": 0.1},
            "momentum_weight_decay_clipnorm": {"momentum": 0.5, "weight_decay": 0.1, "clipnorm": 0.8},
            "legacy_decay_as_schedule": {"learning_rate": inverse, "momentum": 0.9},
            "ema": {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 7},
        },
        "Adam": {
            "plain": {},
            "rate_0.1": {"learning_rate": 0.1},
            "betas": {"beta_1": 0.8, "beta_2": 0.95},
            "amsgrad": {"amsgrad": True, "beta_2": 0.5, "learning_rate": 0.05},
            "epsilon": {"epsilon": 0.01},
            "weight_decay": {"weight_decay": 0.05, "learning_rate": 0.01},
        },
        "AdamW": {
            "plain": {},
            "weight_decay": {"weight_decay": 0.1, "learning_rate": 0.02},
            "amsgrad": {"amsgrad": True, "beta_2": 0.5},
        },
        "RMSprop": {
            "plain": {},
            "rho": {"rho": 0.5, "learning_rate": 0.01},
            "momentum": {"momentum": 0.9},
            "centered": {"centered": True, "learning_rate": 0.002},
            "centered_momentum": {"centered": True, "momentum": 0.5},
            "epsilon": {"epsilon": 0.01},
            "weight_decay": {"weight_decay": 0.1},
        },
    }
    for class_name, cases in subjects.items():
        out = [optimizer_case(n, class_name, c, start, steps) for n, c in {**cases, **clips}.items()]
        decay = {"weight_decay": 0.1, "learning_rate": 0.05}
        out.append(optimizer_case("decay_but_not_bias", class_name, decay, start, steps, exclude=["bias"]))
        out.append(
            optimizer_case(
                "max_norm", class_name, {"learning_rate": 0.1}, start, steps, constraint=keras.constraints.MaxNorm(0.7)
            )
        )
        write(
            f"optimizers/{class_name.lower()}.json",
            {
                "variables": [{"name": n, **tensor(v)} for n, v in zip(["kernel", "bias", "embeddings"], start)],
                "gradients": [[tensor(g) for g in step] for step in steps],
                "cases": out,
            },
        )


def schedules():
    s = keras.optimizers.schedules
    cases = []
    for name, obj in {
        "exponential": s.ExponentialDecay(0.1, 4, 0.5),
        "exponential_staircase": s.ExponentialDecay(0.1, 4, 0.5, staircase=True),
        "inverse_time": s.InverseTimeDecay(0.1, 4, 0.5),
        "inverse_time_staircase": s.InverseTimeDecay(0.1, 4, 0.5, staircase=True),
        "piecewise": s.PiecewiseConstantDecay([3, 7], [0.1, 0.05, 0.01]),
        "polynomial": s.PolynomialDecay(0.1, 8),
        "polynomial_power_cycle": s.PolynomialDecay(0.1, 5, end_learning_rate=0.01, power=2.0, cycle=True),
        "cosine": s.CosineDecay(0.1, 8, alpha=0.1),
        "cosine_warmup": s.CosineDecay(0.0, 6, warmup_target=0.1, warmup_steps=3),
        "cosine_restarts": s.CosineDecayRestarts(0.1, 3, t_mul=2.0, m_mul=0.9, alpha=0.01),
    }.items():
        rates = [number(obj(keras.ops.convert_to_tensor(i))) for i in range(13)]
        cases.append(
            {"name": name, "class_name": type(obj).__name__, "config": keras_json(obj.get_config()), "rates": rates}
        )
    write("optimizers/schedules.json", {"cases": cases})


def make():
    optimizers()
    schedules()
