"""What a layer asks of its inputs: ranks, sizes, types."""

from .tensors import tensors_in


class InputSpec:
    """Rank, sizes and type of one input; None where anything goes."""

    def __init__(self, dtype=None, shape=None, ndim=None, max_ndim=None, min_ndim=None, axes=None, allow_last_axis_squeeze=False, name=None,
                 optional=False):
        self.dtype, self.shape = dtype, tuple(shape) if shape is not None else None
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim, self.min_ndim, self.name, self.optional = max_ndim, min_ndim, name, optional
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        try:
            self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        except (TypeError, ValueError):
            raise TypeError(f"Argument `axes` must be a dict with integer keys. Received: axes={axes}") from None
        highest = self.ndim if self.ndim is not None else self.max_ndim
        if self.axes and highest is not None and max(self.axes) > highest - 1:
            raise ValueError(f"Axis {max(self.axes)} is greater than the maximum allowed value: {highest - 1}")

    def __repr__(self):
        parts = (("dtype", self.dtype), ("shape", self.shape), ("ndim", self.ndim), ("max_ndim", self.max_ndim),
                 ("min_ndim", self.min_ndim),
                 ("axes", self.axes))
        return f"InputSpec({', '.join(f'{name}={value}' for name, value in parts if value)})"

    def get_config(self):
        """Its options."""
        return {"dtype": self.dtype, "shape": self.shape, "ndim": self.ndim, "max_ndim": self.max_ndim, "min_ndim": self.min_ndim,
                "axes": self.axes}

    @classmethod
    def from_config(cls, config):
        """A spec with these options."""
        return cls(**config)


def check(layer, args):
    """Refuses tensors that do not fit what a layer says in `input_spec`."""
    specs, given = layer._spec, args[0] if args else None
    if isinstance(specs, dict) and isinstance(given, dict):
        given, specs = [given.get(key) for key in specs], list(specs.values())
    tensors = tensors_in(given)
    if specs is None or not tensors:
        return
    several = isinstance(specs, (list, tuple))
    specs = list(specs) if several else [specs]
    if several and len(specs) != len(tensors):
        raise ValueError(f'Layer "{layer.name}" expects {len(specs)} input(s), but it received {len(tensors)} input tensors.')
    for i, (spec, tensor) in enumerate(zip(specs, tensors)):
        wrong = _wrong(spec, tensor) if spec is not None else None
        if wrong:
            raise ValueError(f'Input {i} of layer "{layer.name}" is incompatible with the layer: {wrong}')


def _wrong(spec, tensor):
    """What a tensor has otherwise than a spec; None where it fits."""
    shape = tuple(tensor.shape)
    wanted = spec.shape
    if spec.allow_last_axis_squeeze and wanted and abs(len(shape) - len(wanted)) == 1:
        # An axis of one element at the end may be there or not.
        shape = shape[:-1] if len(shape) > len(wanted) and shape[-1] == 1 else shape
        wanted = wanted[:-1] if len(wanted) > len(shape) and wanted[-1] == 1 else wanted
    rank = len(wanted) if wanted is not None else spec.ndim
    if rank is not None and len(shape) != rank:
        return f"expected ndim={rank}, found ndim={len(shape)}. Full shape received: {shape}"
    if spec.max_ndim is not None and len(shape) > spec.max_ndim:
        return f"expected max_ndim={spec.max_ndim}, found ndim={len(shape)}"
    if spec.min_ndim is not None and len(shape) < spec.min_ndim:
        return f"expected min_ndim={spec.min_ndim}, found ndim={len(shape)}. Full shape received: {shape}"
    if spec.dtype is not None and tensor.dtype != spec.dtype:
        return f"expected dtype={spec.dtype}, found dtype={tensor.dtype}"
    for axis, size in spec.axes.items():
        if size is not None and shape[axis] not in (None, size):
            return f"expected axis {axis} of input shape to have value {size}, but received input with shape {shape}"
    if any(size is not None and have not in (None, size) for size, have in zip(wanted or (), shape)):
        return f"expected shape={wanted}, found shape={shape}"
    return None
