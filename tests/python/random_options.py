"""Random options of layers as plain data: activations, regularizers, constraints."""

# Without glu: it halves its axis, which Keras's layers do not take into account.
ACTIVATIONS = [
    "linear",
    "relu",
    "tanh",
    "sigmoid",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "silu",
    "gelu",
    "leaky_relu",
    "hard_sigmoid",
    "exponential",
    "celu",
    "swish",
    "hard_shrink",
    "hard_silu",
    "hard_tanh",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu6",
    "soft_shrink",
    "softmax",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "tanh_shrink",
]
MILD = ["relu", "tanh", "sigmoid", "elu", "softplus", "gelu"]


def maybe(rng, options, share=0.3):
    return {key: value() for key, value in options.items() if rng.random() < share}


def thing(kind, name, **config):
    """An object inside a config."""
    return {"kind": kind, "name": name, "config": config}


def regularizer(rng, matrix=False):
    found = [thing("regularizers", "L1", l1=0.003), thing("regularizers", "L2", l2=0.01), thing("regularizers", "L1L2", l1=0.002, l2=0.004)]
    if matrix:
        found.append(thing("regularizers", "OrthogonalRegularizer", factor=0.02, mode=rng.choice(["rows", "columns"])))
    return rng.choice(found)


def constraint(rng, axis=0):
    name, config = rng.choice(
        [
            ("MaxNorm", {"max_value": 0.9}),
            ("UnitNorm", {}),
            ("MinMaxNorm", {"min_value": 0.2, "max_value": 1.0, "rate": rng.choice([0.5, 1.0])}),
            ("NonNeg", None),
        ]
    )
    return thing("constraints", name, **({} if config is None else {**config, "axis": axis}))


def extras(rng, *kernels, matrix=False, share=0.12):
    """What most layers with weights take, for the kernels that they have."""
    found = maybe(
        rng,
        {
            "use_bias": lambda: False,
            "bias_regularizer": lambda: regularizer(rng),
            "bias_constraint": lambda: constraint(rng),
            "activity_regularizer": lambda: regularizer(rng),
        },
        share,
    )
    for kernel in kernels:
        more = {
            f"{kernel}_regularizer": lambda: regularizer(rng, matrix),
            f"{kernel}_constraint": lambda: constraint(rng, 0 if matrix else rng.choice([0, [0, 1]])),
        }
        found |= maybe(rng, more, share)
    return found


def scaled(rng, **more):
    """Options of the layers that normalize."""
    options = {
        "epsilon": lambda: 0.01,
        "center": lambda: False,
        "scale": lambda: False,
        "gamma_regularizer": lambda: regularizer(rng),
        "beta_regularizer": lambda: regularizer(rng),
        "gamma_constraint": lambda: thing("constraints", "NonNeg"),
        "beta_constraint": lambda: thing("constraints", "NonNeg"),
    }
    return {**maybe(rng, options, 0.2), **more}
