"""Layers that Keras 1 and 2 had, written in Python: MaxoutDense, Highway, SReLU, ParametricSoftplus, LocallyConnected1D and 2D."""

import numpy as np

from . import configs, positional
from .layer import WrittenLayer

_NAMES = {
    "init": "kernel_initializer", "W_regularizer": "kernel_regularizer", "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint", "bias": "use_bias", "nb_filter": "filters", "filter_length": "kernel_size", "subsample": "strides",
    "subsample_length": "strides", "border_mode": "padding", "dim_ordering": "data_format", "output_dim": "units",
}


class OldLayer(WrittenLayer):
    """What they share: arguments by their names in Keras 1 or 2, weights that are given, a config."""

    # Names of the arguments, in order, each with its default; None where there is none.
    _arguments = {}

    def __init__(self, *args, **kwargs):
        given = {_NAMES.get(name, name): value for name, value in zip(self._arguments, args)}
        for name, value in kwargs.items():
            name = _NAMES.get(name, name)
            if name in given:
                raise TypeError(f"{type(self).__name__}() got multiple values for argument {name!r}")
            given[name] = value
        if len(args) > len(self._arguments):
            raise TypeError(f"{type(self).__name__}() takes {len(self._arguments)} positional arguments but {len(args)} were given")
        for name in [name for name, default in self._arguments.items() if default is ... and name not in given]:
            raise TypeError(f"{type(self).__name__}() missing 1 required argument: {name!r}")
        self.__dict__["_first_weights"] = given.pop("weights", None)
        size, length = given.pop("input_dim", None), given.pop("input_length", None)
        if size is not None:
            given["input_shape"] = (size,) if length is None else (length, size)
        own = {name: given.pop(name, default) for name, default in self._arguments.items() if name not in ("input_dim", "weights")}
        super().__init__(**given)
        self.__dict__["_old_options"] = own

    def __getattr__(self, name):
        own = self.__dict__.get("_old_options", {})
        return own[name] if name in own else super().__getattr__(name)

    def _made_weight(self, name, shape, kind="kernel", initializer=None):
        return self.add_weight(shape=shape, name=name, initializer=initializer or self._old_options.get(f"{kind}_initializer", "zeros"),
                               regularizer=self._old_options.get(f"{kind}_regularizer"),
                               constraint=self._old_options.get(f"{kind}_constraint"))

    def _activated(self, x):
        from ..keras import activations

        return activations.get(self._old_options["activation"])(x)

    def _take_first_weights(self):
        """What was given as `weights`, once there are variables."""
        if self._first_weights is not None:
            self.set_weights(self._first_weights)
            self.__dict__["_first_weights"] = None

    def get_config(self):
        """The options, each with its value."""
        return {**super().get_config(), **{name: configs.serialize(value) for name, value in self._old_options.items()}}


_KERNEL = {"kernel_initializer": "glorot_uniform", "kernel_regularizer": None, "bias_regularizer": None, "kernel_constraint": None,
           "bias_constraint": None, "use_bias": True, "weights": None, "input_dim": None}


class MaxoutDense(OldLayer):
    """The largest of several dense layers, unit by unit."""

    _arguments = {"units": ..., "nb_feature": 4, **_KERNEL}

    def build(self, input_shape):
        """`W` (features, inputs, units) and `b` (features, units)."""
        features = self._old_options["nb_feature"]
        self.W = self._made_weight("W", (features, input_shape[-1], self._old_options["units"]))
        self.b = self._made_weight("b", (features, self._old_options["units"]), "bias") if self._old_options["use_bias"] else None
        self._take_first_weights()

    def call(self, x):
        """max(x W + b) over the features."""
        from ..keras import ops

        features, inputs, units = self.W.shape
        flat = ops.reshape(ops.transpose(self.W, (1, 0, 2)), (inputs, features * units))
        found = ops.reshape(ops.matmul(x, flat), (-1, features, units))
        return ops.max(found + self.b if self.b is not None else found, axis=1)


class Highway(OldLayer):
    """A dense layer and its input, mixed by a gate that is learned."""

    _arguments = {"kernel_initializer": "glorot_uniform", "activation": "linear",
                  **{n: v for n, v in _KERNEL.items() if n != "kernel_initializer"}}

    def build(self, input_shape):
        """`W` and `W_carry` (inputs, inputs), `b` and `b_carry`; the bias of the gate begins at one."""
        size = input_shape[-1]
        self.W, self.W_carry = self._made_weight("W", (size, size)), self._made_weight("W_carry", (size, size))
        self.b = self._made_weight("b", (size,), "bias") if self._old_options["use_bias"] else None
        self.b_carry = self._made_weight("b_carry", (size,), "carry", "ones") if self._old_options["use_bias"] else None
        self._take_first_weights()

    def call(self, x):
        """t act(x W + b) + (1 - t) x, with t the gate."""
        from ..keras import ops

        gate, found = ops.matmul(x, self.W_carry), ops.matmul(x, self.W)
        if self.b is not None:
            gate, found = gate + self.b_carry, found + self.b
        gate = ops.sigmoid(gate)
        return self._activated(found) * gate + (1 - gate) * x


def _shared_shape(input_shape, shared_axes):
    """The shape of a weight for each feature; 1 along axes that share theirs."""
    shape = list(input_shape[1:])
    for axis in shared_axes or []:
        shape[axis - 1] = 1
    return tuple(shape)


class SReLU(OldLayer):
    """Linear between two thresholds, with other slopes below and above; all four are learned."""

    _arguments = {"t_left_init": "zeros", "a_left_init": "glorot_uniform", "t_right_init": "glorot_uniform", "a_right_init": "ones",
                  "shared_axes": None, "weights": None}

    def build(self, input_shape):
        """Four weights for each feature."""
        shape = _shared_shape(input_shape, self._old_options["shared_axes"])
        for name in ("t_left", "a_left", "t_right", "a_right"):
            initializer = {"zero": "zeros", "one": "ones"}.get(self._old_options[f"{name}_init"], self._old_options[f"{name}_init"])
            setattr(self, name, self._made_weight(name, shape, initializer=initializer))
        self._take_first_weights()

    def call(self, x):
        """The right threshold lies above the left one by an absolute value."""
        from ..keras import ops

        right = self.t_left + ops.abs(self.t_right)
        left_part = self.t_left + self.a_left * (x - self.t_left)
        right_part = right + self.a_right * (x - right)
        return ops.where(x < self.t_left, left_part, ops.where(x < right, x, right_part))


class ParametricSoftplus(OldLayer):
    """alpha log(1 + exp(beta x)), both learned."""

    _arguments = {"alpha_init": 0.2, "beta_init": 5.0, "shared_axes": None, "weights": None}

    def build(self, input_shape):
        """`alphas` and `betas`, one for each feature."""
        shape = _shared_shape(input_shape, self._old_options["shared_axes"])
        for name in ("alpha", "beta"):
            value = {"class_name": "Constant", "config": {"value": float(self._old_options[f"{name}_init"])}}
            setattr(self, f"{name}s", self._made_weight(f"{name}s", shape, initializer=value))
        self._take_first_weights()

    def call(self, x):
        """The function."""
        from ..keras import ops

        return ops.softplus(self.betas * x) * self.alphas


class _Local(OldLayer):
    """A convolution whose kernel is another one at each place."""

    _rank = 1
    _arguments = {"filters": ..., "kernel_size": ..., "strides": 1, "padding": "valid", "data_format": None, "activation": "linear",
                  "use_bias": True, "kernel_initializer": "glorot_uniform", "bias_initializer": "zeros", "kernel_regularizer": None,
                  "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None, "bias_constraint": None,
                  "weights": None}

    def __init__(self, *args, **kwargs):
        args, kwargs = positional.named(type(self).__name__, args, dict(kwargs))
        if kwargs.get("dim_ordering") in ("tf", "default"):
            del kwargs["dim_ordering"]
        sizes = [kwargs.pop(name) for name in ("nb_row", "nb_col") if name in kwargs]
        if sizes:
            kwargs["kernel_size"] = tuple(sizes)
        super().__init__(*args, **kwargs)
        own = self._old_options
        self.activity_regularizer = own["activity_regularizer"]
        for name in ("kernel_size", "strides"):
            value = own[name]
            own[name] = tuple(value) if isinstance(value, (tuple, list)) else (value,) * self._rank
        if own["padding"] != "valid" or own["data_format"] not in (None, "channels_last", "tf"):
            raise NotImplementedError(f"{type(self).__name__}: padding='valid' and data_format='channels_last' are supported here; "
                                      "put ZeroPadding or Permute before it")

    def build(self, input_shape):
        """`kernel` (places, kernel size times channels, filters) and `bias` (places..., filters)."""
        own = self._old_options
        self.places = tuple((size - k) // s + 1 for size, k, s in zip(input_shape[1:-1], own["kernel_size"], own["strides"]))
        inputs = int(np.prod(own["kernel_size"])) * input_shape[-1]
        self.kernel = self._made_weight("kernel", (int(np.prod(self.places)), inputs, own["filters"]))
        self.bias = self._made_weight("bias", (*self.places, own["filters"]), "bias") if own["use_bias"] else None
        self._take_first_weights()

    def call(self, x):
        """At each place the product of what lies under the kernel and the place's own kernel."""
        from ..keras import ops

        parts = []
        for offsets in np.ndindex(*self._old_options["kernel_size"]):
            cut = [slice(o, o + (n - 1) * s + 1, s) for o, n, s in zip(offsets, self.places, self._old_options["strides"])]
            parts.append(x[(slice(None), *cut)])
        under = ops.reshape(ops.concatenate(parts, axis=-1), (-1, *self.kernel.shape[:2]))
        found = ops.transpose(ops.matmul(ops.transpose(under, (1, 0, 2)), self.kernel), (1, 0, 2))
        found = ops.reshape(found, (-1, *self.places, self._old_options["filters"]))
        return self._activated(found + self.bias if self.bias is not None else found)


class LocallyConnected1D(_Local):
    """A convolution over steps whose kernel is another one at each step."""


class LocallyConnected2D(_Local):
    """A convolution over pictures whose kernel is another one at each place."""

    _rank = 2
