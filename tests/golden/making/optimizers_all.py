"""Every optimizer with every option, on five variables under one prescribed sequence of gradients, applied as `fit` applies them."""

import jax
import keras
import numpy as np

from .tensors import Draw, fresh, keras_json, tensor, write

STEPS = 20
NAMES = ["kernel", "bias", "embeddings", "window", "wide"]


def sequence():
    """Normal gradients, some much larger ones so that clipping bites, one step of zeros; most rows of the embeddings have no
    gradient in a step."""
    d = Draw("optimizers_all/gradients")
    start = [d.normal(3, 2), d.normal(4), d.normal(5, 2, scale=0.2), d.normal(2, 3, 2), d.normal(2, 4)]
    steps = []
    for i in range(STEPS):
        size = [0.3, 1.0, 5.0, 0.05][i % 4]
        g = [d.normal(*v.shape, scale=size) for v in start]
        g[2] = np.where(np.isin(np.arange(5), d.ints(5, 2))[:, None], g[2], 0).astype("float32")
        if i == 6:
            g = [np.zeros_like(x) for x in g]
        steps.append(g)
    return start, steps


def case(name, opt, start, steps, exclude=None, constraint=None, infinite=()):
    """`infinite` steps have an infinity in the first gradient."""
    variables = [keras.Variable(v, name=n) for v, n in zip(start, NAMES)]
    variables[0].constraint = constraint
    if exclude:
        opt.exclude_from_weight_decay(var_names=exclude)
    opt.build(variables)
    values, state = [v.value for v in variables], [v.value for v in opt.variables]
    step = jax.jit(opt.stateless_apply)
    after = []
    for i, grads in enumerate(steps):
        grads = [np.array(g) for g in grads]
        if i in infinite:
            grads[0][0, 0] = np.inf
        values, state = step(state, grads, values)
        if (i + 1) % 5 == 0:
            after.append([tensor(v) for v in values])
    out = {"name": name, "class_name": type(opt).__name__, "full_config": keras_json(opt.get_config())}
    if exclude:
        out["exclude_from_weight_decay"] = exclude
    if constraint is not None:
        out["kernel_constraint"] = keras_json(constraint)
    if infinite:
        out["infinite_steps"] = list(infinite)
    variables = [{"name": v.name, **tensor(x)} for v, x in zip(opt.variables, state)]
    skip = ("iteration", "learning_rate")
    return {**out, "after_every_5": after, "state": [v for v in variables if v["name"] not in skip]}


def own_options():
    """Each class with options of its own."""
    return {
        "SGD": {"momentum": {"momentum": 0.9, "nesterov": True}},
        "RMSprop": {"centered": {"rho": 0.5, "momentum": 0.3, "centered": True, "epsilon": 1e-3}},
        "Adam": {"amsgrad": {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "amsgrad": True}},
        "AdamW": {"amsgrad": {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "amsgrad": True, "weight_decay": 0.1}},
        "Adadelta": {
            "rate_1": {"learning_rate": 1.0},
            "rho": {"learning_rate": 1.0, "rho": 0.5, "epsilon": 1e-3},
        },
        "Adagrad": {
            "rate": {"learning_rate": 0.1},
            "start": {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "epsilon": 1e-2},
        },
        "Adamax": {"betas": {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}},
        "Nadam": {"betas": {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}},
        "Lion": {"betas": {"learning_rate": 0.01, "beta_1": 0.7, "beta_2": 0.8}},
        "Adafactor": {
            "rate": {"learning_rate": 0.5},
            "all": {
                "learning_rate": 0.5,
                "beta_2_decay": -0.5,
                "epsilon_1": 1e-3,
                "epsilon_2": 0.5,
                "clip_threshold": 0.3,
                "relative_step": False,
            },
        },
        "Ftrl": {
            "rate": {"learning_rate": 0.5},
            "regularized": {
                "learning_rate": 0.5,
                "learning_rate_power": -0.7,
                "initial_accumulator_value": 0.3,
                "l1_regularization_strength": 0.5,
                "l2_regularization_strength": 0.2,
                "l2_shrinkage_regularization_strength": 0.1,
                "beta": 0.4,
            },
            "fixed_rate": {"learning_rate": 0.05, "learning_rate_power": 0.0},
        },
        "Lamb": {"betas": {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}},
        "Muon": {
            "rate": {"learning_rate": 0.05},
            "adam": {
                "learning_rate": 0.05,
                "adam_beta_1": 0.8,
                "adam_beta_2": 0.9,
                "adam_weight_decay": 0.1,
                "epsilon": 1e-3,
                "adam_lr_ratio": 0.5,
                "weight_decay": None,
            },
            "matrices": {
                "learning_rate": 0.05,
                "exclude_layers": ["^ker"],
                "exclude_embeddings": False,
                "muon_a": 3.0,
                "muon_b": -3.2,
                "muon_c": 1.2,
                "momentum": 0.8,
                "ns_steps": 3,
                "nesterov": False,
                "rms_rate": None,
                "adam_weight_decay": None,
                "weight_decay": 0.1,
            },
        },
        "ScheduleFreeAdamW": {
            "all": {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3, "warmup_steps": 6},
        },
    }


def shared_options():
    """What all classes share, several together: each case of every class."""
    schedules = keras.optimizers.schedules
    return {
        "decay_clipnorm": ({"weight_decay": 0.1, "clipnorm": 0.8}, {"exclude": ["bias", "^w"]}),
        "clipvalue_loss_scale": ({"clipvalue": 0.4, "loss_scale_factor": 4.0}, {}),
        "schedule_global_clipnorm": (
            {"learning_rate": schedules.ExponentialDecay(0.05, 4, 0.5), "global_clipnorm": 1.0, "weight_decay": 0.05},
            {},
        ),
        "average_overwrites_constraint": (
            {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 3},
            {"constraint": keras.constraints.MaxNorm(0.7)},
        ),
        "accumulation_average": (
            {
                "learning_rate": schedules.InverseTimeDecay(0.1, 1, 0.2),
                "use_ema": True,
                "ema_momentum": 0.9,
                "ema_overwrite_frequency": 2,
                "gradient_accumulation_steps": 3,
                "clipnorm": 2.0,
                "weight_decay": 0.05,
            },
            {},
        ),
        "accumulation": (
            {"gradient_accumulation_steps": 4, "loss_scale_factor": 0.5},
            {"constraint": keras.constraints.UnitNorm()},
        ),
        "average": ({"use_ema": True}, {}),
    }


def wrapped(start, steps):
    o = keras.optimizers
    out = []
    for name, make, more in [
        ("plain", lambda: o.LossScaleOptimizer(o.Adam(0.02)), {}),
        (
            "growth",
            lambda: o.LossScaleOptimizer(o.SGD(0.02, momentum=0.9), initial_scale=2.0, dynamic_growth_steps=3),
            {"infinite": (0, 9, 10)},
        ),
        (
            "average_accumulation",
            lambda: o.LossScaleOptimizer(
                o.Adam(
                    o.schedules.ExponentialDecay(0.05, 4, 0.5),
                    use_ema=True,
                    ema_overwrite_frequency=2,
                    gradient_accumulation_steps=2,
                    weight_decay=0.1,
                ),
                initial_scale=0.5,
                dynamic_growth_steps=4,
            ),
            {"infinite": (3, 12), "constraint": keras.constraints.MaxNorm(0.7)},
        ),
        (
            "schedule_free",
            lambda: o.LossScaleOptimizer(o.ScheduleFreeAdamW(0.05), initial_scale=4.0, dynamic_growth_steps=5),
            {"infinite": (0, 1)},
        ),
    ]:
        fresh()
        out.append(case(name, make(), start, steps, **more))
    write("optimizers/lossscaleoptimizer.json", {"cases": out})
    out = []
    for name, make, more in [
        ("one", lambda: o.MultiOptimizer(o.OptimizerMap(o.Adam(0.02))), {}),
        (
            "patterns",
            lambda: o.MultiOptimizer(
                o.OptimizerMap(
                    o.SGD(0.02, momentum=0.9, global_clipnorm=1.0),
                    {
                        "w.*": o.Adam(0.02, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3, weight_decay=0.1),
                        "wide": o.Muon(o.schedules.ExponentialDecay(0.05, 4, 0.5)),
                        "bia.": o.RMSprop(0.02, gradient_accumulation_steps=3),
                    },
                ),
                loss_scale_factor=2.0,
            ),
            {},
        ),
        (
            "scaled",
            lambda: o.LossScaleOptimizer(
                o.MultiOptimizer(o.OptimizerMap(o.SGD(0.02), {"k.*": o.Lion(0.01)})), initial_scale=2.0, dynamic_growth_steps=3
            ),
            {"infinite": (4,)},
        ),
    ]:
        fresh()
        out.append(case(name, make(), start, steps, **more))
    write("optimizers/multioptimizer.json", {"cases": out})


def make():
    start, steps = sequence()
    write(
        "optimizers/sequence.json",
        {
            "variables": [{"name": n, **tensor(v)} for n, v in zip(NAMES, start)],
            "gradients": [[tensor(g) for g in step] for step in steps],
        },
    )
    for class_name, cases in own_options().items():
        out = []
        for name, config in {"plain": {}, **cases}.items():
            fresh()
            out.append(case(name, getattr(keras.optimizers, class_name)(**config), start, steps))
        for name, (config, more) in shared_options().items():
            fresh()
            if class_name == "AdamW" and "weight_decay" not in config:
                config = {**config, "weight_decay": 0.1}
            out.append(case(name, getattr(keras.optimizers, class_name)(**config), start, steps, **more))
        write(f"optimizers/{class_name.lower()}_all.json", {"cases": out})
    wrapped(start, steps)
