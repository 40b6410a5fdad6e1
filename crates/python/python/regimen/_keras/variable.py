"""Weights: values that models on the engine and Python code share.

A variable's newest value lies in the runner that trained it last, until it is asked for. `changes` counts all changes of all
variables, so that a model that computes again sees at once whether anything has to be handed to it.
"""

import inspect
import operator

import numpy as np

from .. import _regimen
from . import configs, dtypes, layer_paths, name_scopes, naming, operators, promotion
from .eager_array import viewed


class _Changes:
    count = 0
    # Calls of fit that have not ended.
    training = 0
    # Options of layers that were set after they had been made.
    configs = 0


changes = _Changes()


# Bytes of a value from which on it is not held here beside the engine's.
_LARGE = 1 << 20


def _takes_dtype(function):
    try:
        names = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    return "dtype" in names or any(p.kind == inspect.Parameter.VAR_KEYWORD for p in names.values())


def drawn_by(initializer, shape, dtype):
    """What a function or an object of a program gives for a shape."""
    return initializer(shape, dtype=dtype) if _takes_dtype(initializer) else initializer(shape)


class Variable:
    """A weight of a layer, or a state that it keeps."""

    def __init__(self, initializer, shape=None, dtype=None, trainable=True, autocast=True, aggregation="none", synchronization="auto",
                 name=None, layer=None, path=None):
        self._initializer, self._value = None, None
        self._penalty, self._held = (None, None), (None, None)
        self.dtype = None if dtype is None else dtypes.standard(dtype)
        # Where it stands among the weights of its layer follows from what it was made as.
        self._trainable = self.was_made_trainable = bool(trainable)
        self.autocast, self.aggregation, self.synchronization = autocast, aggregation, synchronization
        self.name = name or naming.unique("variable")
        self._begin(initializer, shape)
        self._layer, self._own_path, self._scope = layer, path or self.name, name_scopes.current_path()
        # The runner that has the newest value, and the weight's path there.
        self._runner, self._there = None, None
        self._version = 0
        # Whether its value lies in a graph as a constant.
        self._is_in_graphs = False

    def _begin(self, initializer, shape):
        """The first value, or what draws it when it is asked for; shape and type follow from a value."""
        if not callable(initializer) and not isinstance(initializer, (str, dict)):
            self.dtype = self.dtype or promotion.name_of(getattr(initializer, "dtype", None) or np.asarray(initializer).dtype)
            self._value = np.array(initializer, dtype=self.dtype)
            self.shape = self._value.shape
            return
        if shape is None:
            raise ValueError(
                "When creating a Variable from an initializer, the `shape` argument should be specified. Received: "
                f"initializer={initializer} and shape={shape}"
            )
        self.shape, self.dtype = tuple(shape), self.dtype or "float32"
        if not callable(initializer) or getattr(initializer, "_class_name", ""):
            self._initializer, self._draw = configs.serialize(initializer), naming.draw()
            return
        drawn = drawn_by(initializer, self.shape, self.dtype)
        self._value = np.array(drawn, dtype=self.dtype)
        if self._value.shape != self.shape:
            raise ValueError(f"{self.name}: the initializer gave shape {self._value.shape}, expected {self.shape}")

    @property
    def path(self):
        """`dense/kernel`."""
        if self._layer is not None:
            return f"{layer_paths.of(self._layer)}/{self._own_path}"
        return f"{self._scope}/{self.name}" if self._scope else self.name

    @property
    def trainable(self):
        """Whether training moves it, where it moves its layer."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        if bool(value) != self._trainable:
            self._trainable = bool(value)
            changes.configs += 1

    @property
    def regularizer(self):
        """The penalty on it; None where there is none."""
        from ..keras import regularizers

        return regularizers.get(self._held[0])

    @property
    def constraint(self):
        """What it is held to after each step; None where that is nothing."""
        from ..keras import constraints

        return constraints.get(self._held[1])

    @constraint.setter
    def constraint(self, value):
        if self._layer is not None:
            raise NotImplementedError(
                f"{self.path}: the constraint of a layer's weight is given to the layer, or to add_weight, when it is "
                "made"
            )
        text = configs.dumps(configs.serialize(value)) if value is not None else None
        self._held, self._penalty = (self._held[0], value), (self._penalty[0], text)

    @property
    def ndim(self):
        """Number of axes."""
        return len(self.shape)

    @property
    def value(self):
        """The value now; inside of what is traced, the value of the graph."""
        from .traced import Tensor, is_traced, native

        return Tensor(native(self)) if is_traced(self) else viewed(self.numpy())

    def numpy(self):
        """The value now, as an array. Of what is traced no value is known."""
        from .traced import is_known

        if not is_known(self):
            raise TypeError(
                f"{self.path}: its value is not known while a function is traced. Compute with the variable itself and keras.ops, inside of "
                "the layer or the metric that has it; a loss and an operation between symbolic tensors have no weights of layers: add_loss "
                "in a `call`, or a layer of your own that holds the other one, can do what they cannot"
            )
        return self._number()

    def _number(self):
        runner = self._runner
        if runner is not None:
            pending = runner.pending.get(self._there) if runner.training else None
            if pending is not None:
                return pending
            value = runner.native.get([self._there])[0].astype(self.dtype, copy=False)
            if runner.training:
                return value
            self._runner, self._value = None, value
        if self._value is None:
            text = configs.dumps(self._initializer)
            self._value = _regimen.sample(text, list(self.shape), self._draw, self._own_path).astype(self.dtype, copy=False)
        self._value.flags.writeable = False  # assign() changes it
        return self._value

    def now(self):
        """The value now, which is not kept here where it lies elsewhere; nobody may change it."""
        runner = self._runner
        if runner is None or runner.training and self._there in runner.pending:
            return self._number()
        return runner.native.get([self._there])[0].astype(self.dtype, copy=False)

    def take(self, value):
        """Sets the value to an array that nobody else has."""
        if self._runner is not None and self._runner.training or value.shape != self.shape:
            return self.assign(value)
        self._runner, self._value = None, value.astype(self.dtype, copy=False)
        return self._changed()

    def handed_to(self, runner, path):
        """A runner has the value: a large one is kept there alone."""
        if self._value is not None and self._value.nbytes >= _LARGE and self.dtype == "float32":
            self._runner, self._there, self._value = runner, path, None

    def assign(self, value):
        """Sets the value; inside of a layer that is traced, what it becomes with the step."""
        from . import traced

        if traced.is_traced(value) or traced.is_traced(self):
            return traced.assign(self, value)
        value = np.asarray(value.numpy() if isinstance(value, Variable) else value, dtype=self.dtype)
        self._check_shape(value)
        runner = self._runner
        if runner is not None and runner.training:
            runner.set_inside(self._there, value)
            return self
        self._runner, self._value = None, value.copy()
        return self._changed()

    def _check_shape(self, value):
        if tuple(value.shape) != self.shape:
            raise ValueError(
                f"The shape of the target variable and the shape of the target value in `variable.assign(value)` must match. "
                f"variable.shape={self.shape}, Received: value.shape={tuple(value.shape)}. Target variable: {self}"
            )

    def _changed(self):
        self._version += 1
        changes.count += 1
        if self._is_in_graphs:  # which are made anew
            changes.configs += 1
        return self

    def assign_add(self, value):
        """Adds to the value."""
        return self.assign(_ops().add(self, value))

    def assign_sub(self, value):
        """Takes from the value."""
        return self.assign(_ops().subtract(self, value))

    def trained(self, runner, path):
        """A runner has moved it."""
        self._runner, self._there, self._value = runner, path, None
        self._version += 1
        changes.configs += self._is_in_graphs

    def __getstate__(self):
        """Copies, and what is pickled, have the value of now."""
        return {**self.__dict__, "_value": self._number(), "_runner": None, "_there": None, "_is_in_graphs": False}

    def __array__(self, dtype=None, copy=None):
        value = self.numpy()
        return value.astype(dtype) if dtype is not None else value

    def __float__(self):
        return float(self.numpy())

    def __int__(self):
        return int(self.numpy())

    def __index__(self):
        return operator.index(self.numpy().item())

    def __bool__(self):
        return bool(self.numpy())

    def __getitem__(self, key):
        return _ops().get_item(self, key)

    def __repr__(self):
        from .traced import is_known

        told = f", value={self._number()}" if is_known(self) else ""
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}{told}>"


def _ops():
    from ..keras import ops

    return ops


operators.give(Variable)
Variable.__hash__ = object.__hash__
Variable.__array_ufunc__ = operators.of_numpy
