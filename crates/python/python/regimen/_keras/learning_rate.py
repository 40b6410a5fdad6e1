"""The learning rate of an optimizer, as a variable."""

import numpy as np


class LearningRate:
    """The learning rate of an optimizer, as a variable."""

    shape, ndim, dtype = (), 0, "float32"

    def __init__(self, optimizer):
        self._optimizer = optimizer

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

    def _object(self):
        """As a config holds it, such as that of a schedule: the number that it is now."""
        return float(self)

    def __float__(self):
        return float(self.numpy())

    def __int__(self):
        return int(self.numpy())

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.numpy(), dtype=dtype)

    def __mul__(self, other):
        return float(self) * other

    __rmul__ = __mul__

    def __truediv__(self, other):
        return float(self) / other

    def __eq__(self, other):
        return float(self) == float(other)

    def __lt__(self, other):
        return float(self) < float(other)

    def __gt__(self, other):
        return float(self) > float(other)

    __hash__ = object.__hash__

    def __format__(self, spec):
        return format(float(self), spec)

    def __repr__(self):
        return f"<Variable path={self._optimizer.name}/learning_rate, shape=(), dtype=float32, value={float(self)}>"
