"""What operations, models, layers and losses give for arrays: an array of NumPy with the method that tensors of TensorFlow have."""

import numpy as np


class Array(np.ndarray):
    """An array that `.numpy()` gives, too."""

    def numpy(self):
        """The plain array."""
        return np.asarray(self)

    def __round__(self, ndigits=None):
        return np.round(self, ndigits or 0)


def viewed(array):
    """An array of NumPy, or one of its scalars, as such an array; the memory of an array is the same."""
    return array if type(array) is Array else np.asarray(array).view(Array)


def eager(value):
    """Arrays of nested values as such ones; their memory is the same."""
    if type(value) is np.ndarray or isinstance(value, np.generic):
        return viewed(value)
    if isinstance(value, (list, tuple)):
        return type(value)(eager(item) for item in value)
    if isinstance(value, dict):
        return {key: eager(item) for key, item in value.items()}
    return value
