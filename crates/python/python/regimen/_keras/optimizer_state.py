"""What an optimizer keeps: on its own, for variables that a program gives it, or inside of a model that it trains."""

import numpy as np

from .. import _regimen
from . import configs
from .no_decay import MARK
from .number_operators import NumberOperators


class Kept(NumberOperators):
    """A variable of an optimizer."""

    trainable = False

    def __init__(self, owner, name, shape, dtype, get, put):
        # As the library calls it: `dense/kernel/momentum`.
        self.place = name.replace("optimizer/", "", 1)
        self.name, self.shape, self.dtype = "iteration" if self.place == "iterations" else own_name(self.place), tuple(shape), dtype
        self.path = f"{owner}/{self.name}"
        self._get, self._put = get, put

    ndim = property(lambda self: len(self.shape))

    def numpy(self):
        """The value now."""
        return self._get()

    def _now(self):
        return self._get()

    value = property(numpy)

    def assign(self, value):
        """Sets the value."""
        value = np.asarray(value, dtype=self.dtype)
        if value.shape != self.shape:
            raise ValueError(f"{self.path}: found the shape {value.shape}, expected {self.shape}")
        self._put(value)
        return self

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self._get(), dtype=dtype)

    def __float__(self):
        return float(self._get())

    def __index__(self):
        return int(self._get())

    def __format__(self, spec):
        return format(self._get().item() if not self.shape else self._get(), spec)

    def __repr__(self):
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, value={self._get()}>"


def own_name(path):
    """The name that Keras gives to what is kept for a weight."""
    return path.replace("/", "_")


class Alone:
    """An optimizer's state for variables that a program gives it."""

    def __init__(self, optimizer, variables):
        self.owner, self.weights = optimizer.name, list(variables)
        self.paths = _apart([v.path for v in self.weights])
        marked = optimizer._marked(self.weights, self.paths)
        told = [(path, list(v.shape), self._constraint(v)) for path, v in zip(marked, self.weights)]
        self.native = _regimen.EagerOptimizer(configs.dumps(optimizer._marking_rule()), told)
        self.names = [(name.replace(MARK, ""), shape) for name, shape, _ in self.native.variables()]

    def _constraint(self, variable):
        return getattr(variable, "_penalty", (None, None))[1]

    def kept(self):
        """Its variables, in Keras's order."""
        return [self._one(i, name, shape) for i, (name, shape) in enumerate(self.names)]

    def _one(self, index, name, shape):
        whole = name.endswith(("iterations", "step_counter"))
        dtype = "int32" if whole else "float32"

        def get():
            return self.native.value(index).astype(dtype)

        return Kept(self.owner, name, shape, dtype, get, lambda value: self.native.assign(index, np.asarray(value, dtype)))

    def place(self, name):
        """Where a variable stands; None where the optimizer has none of this name."""
        return next((i for i, (known, _) in enumerate(self.names) if known == name), None)

    def take(self, other):
        """Takes the values that another state has under the same names."""
        known = {name: i for i, (name, _) in enumerate(other.names)}
        for i, (name, _) in enumerate(self.names):
            if name in known:
                value = other.native.value(known[name])
                self.native.assign(i, value.astype("int32" if value.dtype.kind == "i" else "float32"))

    def step(self, grads, values):
        """What the variables with these values are after a step; None for those that stay. A gradient is None, or an array."""
        direct = [grad is not None and getattr(v, "overwrite_with_gradient", False) for v, grad in zip(self.weights, grads)]
        moved = self.native.step([np.asarray(value, "float32") for value in values], [None if own else g for own, g in zip(direct, grads)])
        return [np.broadcast_to(g, v.shape) if own else new for own, g, new, v in zip(direct, grads, moved, self.weights)]


def _apart(paths):
    """Paths, those that come again with a number."""
    seen, found = {}, []
    for path in paths:
        count = seen[path] = seen.get(path, 0) + 1
        found.append(path if count == 1 else f"{path}_{count - 1}")
    return found


def counter(owner, get, put):
    """The number of steps of an optimizer that keeps no other state of its own."""
    return Kept(owner, "iterations", (), "int32", lambda: np.asarray(get(), "int32"), lambda value: put(int(value)))


def held(owner, name, values, i):
    """A variable whose value stands in a list."""
    dtype = "int32" if values[i].dtype.kind == "i" else "float32"
    return Kept(owner, name, values[i].shape, dtype, lambda: values[i].astype(dtype), lambda value: values.__setitem__(i, value))


def inside(runner, owner):
    """Variables of an optimizer that trains a model."""
    native = runner.native
    now = native.state()

    def one(name):
        value = now[name]
        dtype = "int32" if value.dtype.kind == "i" else "float32"
        return Kept(owner, name, value.shape, dtype, lambda: native.state()[name].astype(dtype), lambda new: put(name, new))

    def put(name, new):
        if runner.training:
            raise RuntimeError(f"{name} cannot be set while the model is being trained; learning_rate can")
        state = native.state()
        narrow = {key: np.asarray(new if key == name else state[key]) for key in names}
        native.set_optimizer([value.astype("int32" if value.dtype.kind == "i" else "float32") for value in narrow.values()])

    names = native.optimizer_names()
    return [one(name) for name in names]
