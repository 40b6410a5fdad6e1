"""Values inside of a function that is traced into a graph: like arrays, with sizes that are known and numbers that are not."""

import contextlib

import numpy as np

from .. import _regimen
from . import freezing, indexing, operators, promotion, symbolic_inside
from .per_thread import Stack, Table
from .variable import Variable


class Tensor:
    """A value of the graph."""

    __slots__ = ("native", "_keras_mask")
    def __init__(self, native, mask=None):
        self.native = native
        self._keras_mask = mask

    @property
    def shape(self):
        """Sizes."""
        return tuple(self.native.shape)

    @property
    def dtype(self):
        """Type of the elements."""
        return self.native.dtype

    @property
    def ndim(self):
        """Number of axes."""
        return len(self.native.shape)

    def __len__(self):
        return self.shape[0]

    def __repr__(self):
        return f"<Tensor shape={self.shape}, dtype={self.dtype}>"

    def __bool__(self):
        raise TypeError("the value of a tensor is not known while a function is traced: use keras.ops.where or keras.ops.cond")

    def __float__(self):
        raise TypeError("the value of a tensor is not known while a function is traced")

    __int__ = __index__ = __float__

    def __iter__(self):
        return (self[i] for i in range(self.shape[0]))

    def __array__(self, *args, **kwargs):
        raise TypeError("the value of a tensor is not known while a function is traced: use keras.ops instead of NumPy")

    def __getitem__(self, key):
        return indexing.indexed(self, key)

    def reshape(self, newshape):
        """The same elements in other sizes."""
        from ..keras import ops

        return ops.reshape(self, newshape)

    def squeeze(self, axis=None):
        """Without axes of one element."""
        from ..keras import ops

        return ops.squeeze(self, axis)

    __hash__ = object.__hash__


operators.give(Tensor)
Tensor.__array_ufunc__ = operators.of_numpy_in_graphs


# Layers that run, outermost first, and a value of the graph that each writes in.
running, near = Stack(), Stack()
# Whether what runs trains, innermost last.
modes = Stack()
# What the variables of a metric are while it is traced.
bindings = Stack()
# What `call` has assigned to variables of layers so far, by identity: later lines of it read that.
assigned = Table()


def is_traced(value):
    """Whether a value belongs to the graph, or is a weight of a layer that is traced."""
    return isinstance(value, Tensor) or (bool(running or bindings) and isinstance(value, Variable))


def any_traced(values):
    """Whether any of nested values does."""
    if isinstance(values, (list, tuple)):
        return any(any_traced(v) for v in values)
    if isinstance(values, dict):
        return any(any_traced(v) for v in values.values())
    return is_traced(values)


@contextlib.contextmanager
def suspended():
    """Inside of a `with` statement nothing is traced: what is computed there is computed at once."""
    from .call_penalties import penalties

    tables = (running, near, bindings, modes, penalties, assigned)
    kept = [table.taken() for table in tables]
    try:
        yield
    finally:
        for table, items in zip(tables, kept):
            table.put_back(items)


@contextlib.contextmanager
def at_once(layer):
    """Inside of a `with` statement a layer is computed on arrays. Graphs that this goes into are made anew once its weights change."""
    if not (running or near or bindings):
        yield
        return
    for variable in layer.weights:
        variable._is_in_graphs = True
    with suspended():
        yield
    for variable in layer.weights:
        variable._is_in_graphs = True


def native(value):
    """A value as the library has it: tensors, weights, numbers and arrays."""
    if isinstance(value, Tensor):
        return value.native
    if isinstance(value, Variable):
        bound = _bound(value)
        if bound is not None:
            return bound[id(value)].native
        return assigned[id(value)].native if id(value) in assigned else _weight(value)
    if isinstance(value, (list, tuple)) and any_traced(value):
        from ..keras.ops._settings import tensor

        return tensor(value).native
    symbolic_inside.check(value)
    array = np.asarray(value)
    if array.dtype.kind == "b":
        pass
    elif array.dtype.kind in "iu":
        array = array.astype(np.int32)
    elif array.dtype.kind == "f":
        array = array.astype(np.float32)
    else:
        raise TypeError(f"{value!r}: no number, array or tensor")
    array = np.asarray(array, order="C")
    return near[-1].constant(array) if near else _regimen.traced_constant(array)


# -- weights

def _bound(variable):
    return next((bound for bound in reversed(bindings) if id(variable) in bound), None)


def is_known(variable):
    """Whether the value of a variable is known: it is none of what is traced. A graph that it goes into is made anew once it changes."""
    if not (running or bindings or near):
        return True
    if _bound(variable) is not None or variable._layer is not None:
        return False
    variable._is_in_graphs = True
    return True


def path_to(layer):
    """The layers from inside the one that runs to another; None where it is not in it."""
    return running[-1]._path_to(layer) if running and layer is not None else None


def inside(layers, run):
    """What a function gives that runs inside of layers, outermost first."""
    for layer in reversed(layers):
        run = _inside(layer, run)
    return run()


def _inside(layer, run):
    return lambda: _regimen.traced_within(layer.name, freezing.in_engine(layer), run, None)


def _held(variable):
    path = path_to(variable._layer)
    if path is None:
        raise ValueError(
            f"{variable.path}: belongs to a layer outside of the one that runs; give it to the layer as an attribute"
        )
    return path


def _weight(variable):
    """A weight of the layer that runs, or of one inside it; the value of now of a variable that is no layer's."""
    if variable._layer is None:
        return native(variable.numpy())

    def read():
        regularizer, constraint = variable._penalty
        moves = variable.was_made_trainable and variable._layer._trainable
        return _regimen.traced_weight(variable._own_path, list(variable.shape), moves, regularizer, constraint)

    found = inside(_held(variable), read)
    kind = promotion.in_graphs(variable.dtype)
    return found if kind == "float32" else found.cast(kind)


def assign(variable, value):
    """Says what a variable becomes with the step; later lines read that."""
    value = value if isinstance(value, Tensor) else Tensor(native(value))
    variable._check_shape(value)
    bound = _bound(variable)
    if bound is not None:
        bound[id(variable)] = value
        return value
    if variable._layer is None:
        raise NotImplementedError(
            f"{variable.path}: is assigned in what is traced, and is no layer's and no metric's there: the model does not have it. Make it "
            "with add_weight, or give it to the layer as an attribute in `__init__`"
        )
    # Graphs keep weights as float32.
    new = value.native if value.dtype == "float32" else value.native.cast("float32")
    inside(_held(variable), lambda: _regimen.traced_update(variable._own_path, new))
    assigned[id(variable)] = value if variable.dtype == "float32" else Tensor(value.native.cast(promotion.in_graphs(variable.dtype)))
    return value
