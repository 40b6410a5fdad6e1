"""Arguments of a model's call, as Keras has them: inputs, `training`, `mask`."""

import numpy as np


def of_call(name, args, kwargs):
    """`(inputs, training, mask)`; what no model takes raises TypeError."""
    given = dict(zip(("inputs", "training", "mask"), args))
    if len(args) > 3:
        raise TypeError(f"{name}: a call takes inputs, training and mask, found {len(args)} arguments; give several inputs as one list")
    for key, value in kwargs.items():
        if key in given:
            raise TypeError(f"{name}: a call got multiple values for argument {key!r}")
        if key not in ("inputs", "training", "mask"):
            raise TypeError(f"{name}: a call got an unexpected keyword argument {key!r}")
        given[key] = value
    if "inputs" not in given:
        raise TypeError(f"{name}: a call is missing a required argument: 'inputs'")
    training = given.get("training")
    if training is not None and not isinstance(training, (bool, int, np.bool_)):
        raise TypeError(
            f"{name}: the second argument of a call is `training`, found {type(training).__name__} (multiple values for argument "
            "'training'); give several inputs as one list"
        )
    return given["inputs"], None if training is None else bool(training), given.get("mask")
