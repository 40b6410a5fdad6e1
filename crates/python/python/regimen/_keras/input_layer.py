"""What a model begins with."""

import numpy as np

from . import configs, naming
from .base_layer import Layer
from .tensors import KerasTensor, Node
from .user_line import warn


class InputLayer(Layer):
    """Declares what a model takes."""

    _class_name = "InputLayer"

    def __init__(self, shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, input_tensor=None,
                 optional=False, name=None, **kwargs):
        self._set_up()
        if "input_shape" in kwargs:
            warn("Argument `input_shape` is deprecated. Use `shape` instead.")
        shape = kwargs.pop("input_shape", shape)
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {list(kwargs)}")
        for option, value in (("sparse", sparse), ("ragged", ragged)):
            if value and input_tensor is not None:
                raise ValueError(f"When providing the `input_tensor` argument, you cannot provide an incompatible `{option}`.")
        if sparse or ragged:
            raise ValueError(
                f"`{'sparse' if sparse else 'ragged'}=True` is not supported: sparse and ragged inputs are not there; give "
                "dense arrays"
            )
        if input_tensor is not None:
            batch_shape, dtype = _of(input_tensor, dtype, shape, batch_shape, batch_size)
            shape = batch_size = None
        if shape is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `shape` and `batch_shape` at the same time.")
        if batch_size is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `batch_size` and `batch_shape` at the same time.")
        if batch_shape is None:
            if shape is None:
                raise ValueError("You must pass a `shape` argument.")
            shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
            batch_shape = (batch_size, *shape)
        self.batch_shape = tuple(None if size is None else int(size) for size in batch_shape)
        self._declared_dtype = configs.serialize(dtype) if dtype is not None else "float32"
        self.name = name or naming.unique("input_layer")
        self._class, self._policy, self.built = "InputLayer", None, True
        self._config = {"batch_shape": list(self.batch_shape), "dtype": self._declared_dtype}
        self.__dict__.update(sparse=False, ragged=False, optional=bool(optional), supports_masking=False)
        tensor = Node(self, (), {}, [self.batch_shape], [self._declared_dtype]).outputs[0]
        tensor.name = name or tensor.name
        if input_tensor is not None:
            self._inbound_nodes[0].outputs = [input_tensor]
            input_tensor._keras_history = (self, 0, 0)

    def call(self):
        """Nothing: data come in by the model."""

    @property
    def dtype(self):
        """The type of what the model takes."""
        return self._declared_dtype

    @property
    def output(self):
        """The tensor."""
        return self._inbound_nodes[0].outputs[0]

    input = output

    def get_config(self):
        """Shape, type and name."""
        return {"batch_shape": self.batch_shape, "dtype": self._declared_dtype, "sparse": False, "ragged": False, "name": self.name,
                **({"optional": True} if self.optional else {})}


def _of(input_tensor, dtype, shape, batch_shape, batch_size):
    """Shape and type of a symbolic tensor that becomes an input."""
    if not isinstance(input_tensor, KerasTensor):
        raise ValueError(f"Argument `input_tensor` must be a KerasTensor. Received invalid type: input_tensor={input_tensor}")
    if batch_shape is not None and tuple(batch_shape) != input_tensor.shape:
        raise ValueError("When providing the `input_tensor` argument, you cannot provide an incompatible `batch_shape`.")
    if shape is not None and tuple(shape) != input_tensor.shape[1:]:
        raise ValueError("When providing the `input_tensor` argument, you cannot provide an incompatible `shape`.")
    if batch_size is not None and batch_size != input_tensor.shape[0]:
        raise ValueError("When providing the `input_tensor` argument, you cannot provide an incompatible `batch_size`.")
    if dtype is not None and configs.serialize(dtype) != input_tensor.dtype:
        raise ValueError(
            f"When providing the `input_tensor` argument, you cannot provide an incompatible `dtype`: {dtype} for "
            f"{input_tensor.dtype}."
        )
    return input_tensor.shape, input_tensor.dtype
