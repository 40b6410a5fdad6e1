"""tf.random: the seed, and random arrays."""

from .._keras import naming as _naming
from ..keras import random as _random
from ._giving import giving as _giving
from ._missing import missing as _missing


def set_seed(seed):
    """Everything that layers and training draw follows from this number; NumPy's and Python's own draws do not."""
    _naming.set_seed(seed)


def normal(shape, mean=0.0, stddev=1.0, dtype="float32", seed=None, name=None):
    """Normal numbers; `name` is of TensorFlow's graphs."""
    return _random.normal(shape, mean, stddev, dtype=dtype, seed=seed)


def uniform(shape, minval=0, maxval=None, dtype="float32", seed=None, name=None):
    """Uniform numbers, whole ones for types of whole numbers; `name` is of TensorFlow's graphs."""
    if str(dtype).startswith(("int", "uint")):
        if maxval is None:
            raise ValueError("Must specify maxval for integer dtype")
        return _random.randint(shape, minval, maxval, dtype=dtype, seed=seed)
    return _random.uniform(shape, minval, 1 if maxval is None else maxval, dtype=dtype, seed=seed)


def shuffle(value, seed=None, name=None):
    """Rows in another order; `name` is of TensorFlow's graphs."""
    return _random.shuffle(value, seed=seed)


normal, uniform, shuffle = map(_giving, (normal, uniform, shuffle))

__getattr__ = _missing(__name__)
