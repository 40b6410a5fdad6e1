"""Symbolic tensors between layers, and the calls that made them."""

import numpy as np

from . import dtypes, naming, operators


class KerasTensor:
    """What a layer will give: sizes, a type, and where it comes from. `None` stands for a size that is not known yet."""

    def __init__(self, shape, dtype="float32", sparse=False, ragged=False, record_history=True, name=None, history=None):
        if sparse or ragged:
            raise ValueError(f"KerasTensor: sparse and ragged tensors are not supported here. Received: sparse={sparse}, ragged={ragged}")
        self.shape = (shape,) if isinstance(shape, int) else tuple(shape)
        self.dtype, self.sparse, self.ragged = dtypes.standard(dtype), False, False
        self.name = name or naming.unique("keras_tensor")
        # (layer, index of its call, index of the output)
        self._keras_history = history

    @property
    def ndim(self):
        """Number of axes, that of rows among them."""
        return len(self.shape)

    def __repr__(self):
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"

    def __array__(self, *args, **kwargs):
        raise ValueError(
            "A KerasTensor is symbolic: it's a placeholder for a shape and a dtype. It doesn't have any actual numerical value. "
            "You cannot convert it to a NumPy array."
        )

    def __float__(self):
        raise ValueError("A KerasTensor is symbolic: it has sizes and a type, no value yet. You cannot convert it to a number.")

    __int__ = __float__

    def __bool__(self):
        raise TypeError("A symbolic KerasTensor cannot be used as a boolean.")

    def __iter__(self):
        raise NotImplementedError("Iterating over a symbolic KerasTensor is not supported.")

    def __getitem__(self, key):
        from ..keras import ops

        return ops.get_item(self, key)

    def reshape(self, newshape):
        """The same elements in other sizes."""
        from ..keras import ops

        return ops.reshape(self, newshape)

    def squeeze(self, axis=None):
        """Without axes of one element."""
        from ..keras import ops

        return ops.squeeze(self, axis)

    __hash__ = object.__hash__

    def __add__(self, other):
        return operation("Add", self, other)

    def __radd__(self, other):
        return operation("Add", other, self)

    def __sub__(self, other):
        return operation("Subtract", self, other)

    def __rsub__(self, other):
        return operation("Subtract", other, self)

    def __mul__(self, other):
        return operation("Multiply", self, other)

    def __rmul__(self, other):
        return operation("Multiply", other, self)

    def __truediv__(self, other):
        return operation("TrueDivide", self, other)

    def __rtruediv__(self, other):
        return operation("TrueDivide", other, self)


# Sums and the like are operations that files of models have; what else there is makes nodes of functions.
operators.give(
    KerasTensor, truths=True, without=("__eq__", *(f"__{side}{name}__" for name in ("add", "sub", "mul", "truediv") for side in ("", "r")))
)


def operation(class_name, first, second):
    """A node of arithmetic between symbolic tensors and numbers."""
    for value in (first, second):
        if isinstance(value, (np.ndarray, list)) and np.ndim(value) or hasattr(value, "assign"):
            from ..keras import ops

            names = {"Add": "add", "Subtract": "subtract", "Multiply": "multiply", "TrueDivide": "divide"}
            return getattr(ops, names[class_name])(first, second)
    from .layer import Operation

    return Operation(class_name)(first, second)


class Node:
    """One call of a layer."""

    def __init__(self, layer, args, kwargs, shapes, dtypes):
        self.operation, self.args, self.kwargs = layer, args, kwargs
        self.input_tensors = tensors_in((args, kwargs))
        # What `training` said, where it was given.
        self.mode = None
        index = len(layer._inbound_nodes)
        layer._inbound_nodes.append(self)
        self.outputs = [
            KerasTensor(shape, dtype, history=(layer, index, i)) for i, (shape, dtype) in enumerate(zip(shapes, dtypes))
        ]

    @property
    def parent_nodes(self):
        """The calls that made what it takes."""
        found = []
        for tensor in self.input_tensors:
            layer, index, _ = tensor._keras_history
            node = layer._inbound_nodes[index]
            if node not in found:
                found.append(node)
        return found


def tensors_in(value):
    """Symbolic tensors of nested arguments, in order."""
    if isinstance(value, KerasTensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in tensors_in(item)]
    if isinstance(value, dict):
        return [tensor for key in value for tensor in tensors_in(value[key])]
    return []


def is_symbolic(args, kwargs):
    """Whether a call has symbolic tensors among its arguments."""
    return bool(tensors_in((args, kwargs)))


def described(value, where):
    """Arguments of a call as Keras writes them in configs. `where` gives a tensor's place in the model."""
    if isinstance(value, KerasTensor):
        config = {"shape": list(value.shape), "dtype": value.dtype, "keras_history": list(where(value))}
        return {"class_name": "__keras_tensor__", "config": config}
    if isinstance(value, (list, tuple)):
        return [described(item, where) for item in value]
    if isinstance(value, dict):
        return {key: described(item, where) for key, item in value.items()}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return {"class_name": "__numpy__", "config": {"value": value.tolist(), "dtype": value.dtype.name}}
    return value
