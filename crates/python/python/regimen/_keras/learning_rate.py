"""The learning rate of an optimizer, as a variable."""

import numpy as np

from .number_operators import NumberOperators


class LearningRate(NumberOperators):
    """The learning rate of an optimizer, as a variable."""

    shape, ndim, dtype, name, trainable = (), 0, "float32", "learning_rate", False

    def __init__(self, optimizer):
        self._optimizer = optimizer

    @property
    def path(self):
        """`adam/learning_rate`."""
        return f"{self._optimizer.name}/{self.name}"

    def _now(self):
        return float(self)

    def numpy(self):
        """The rate of the next step."""
        return np.float32(self._optimizer._rate())

    @property
    def value(self):
        """The rate of the next step."""
        return self.numpy()

    def assign(self, value):
        """Sets the rate from the next step on."""
        self._optimizer._set_rate(float(value))
        return self

    def _object(self):
        """As a config holds it, such as that of a schedule: the number that it is now."""
        return float(self)

    def __float__(self):
        return float(self.numpy())

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.numpy(), dtype=dtype)

    def __format__(self, spec):
        return format(float(self), spec)

    def __repr__(self):
        return f"<Variable path={self.path}, shape=(), dtype=float32, value={float(self)}>"
