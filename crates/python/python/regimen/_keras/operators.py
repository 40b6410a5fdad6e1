"""Operators of tensors and variables: each is a function of keras.ops."""

BINARY = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide", "mod": "mod", "pow": "power",
    "matmul": "matmul",
}
LOGICAL = {"and": "and", "or": "or", "xor": "xor"}
COMPARED = {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}

# What an operator between an array and a variable is to the variable, by NumPy's names.
_SWAPPED = {
    **{("remainder" if name == "mod" else name): f"__r{method}__" for method, name in BINARY.items()},
    **{f"bitwise_{name}": f"__r{method}__" for method, name in LOGICAL.items()},
    **dict(equal="__eq__", not_equal="__ne__", less="__gt__", less_equal="__ge__", greater="__lt__", greater_equal="__le__"),
}


def _ops():
    from ..keras import ops

    return ops


def _binary(name, swapped):
    def method(self, other):
        function = getattr(_ops(), name)
        return function(other, self) if swapped else function(self, other)

    return method


def _logical(name, swapped, truths):
    """Of the bits of whole numbers, or of truth values."""

    def method(self, other):
        a, b = (other, self) if swapped else (self, other)
        whole = not truths and str(self.dtype).startswith(("int", "uint"))
        return getattr(_ops(), f"bitwise_{name}" if whole else f"logical_{name}")(a, b)

    return method


def _inverted(self):
    return (_ops().bitwise_not if str(self.dtype).startswith(("int", "uint")) else _ops().logical_not)(self)


def _rounded(self, ndigits=None):
    return _ops().round(self, ndigits or 0)


def give(kind, without=(), truths=False):
    """Puts the operators into a class, but for those that it has of its own. `truths`: `&`, `|`, `^`, `~` are of truth values alone."""
    methods = {}
    for method, name in BINARY.items():
        methods[f"__{method}__"], methods[f"__r{method}__"] = _binary(name, False), _binary(name, True)
    for method, name in LOGICAL.items():
        methods[f"__{method}__"], methods[f"__r{method}__"] = _logical(name, False, truths), _logical(name, True, truths)
    for method, name in COMPARED.items():
        methods[f"__{method}__"] = _binary(name, False)
    methods["__neg__"] = lambda self: _ops().negative(self)
    methods["__pos__"] = lambda self: self
    methods["__abs__"] = lambda self: _ops().absolute(self)
    methods["__invert__"] = (lambda self: _ops().logical_not(self)) if truths else _inverted
    methods["__round__"] = _rounded
    for name, method in methods.items():
        if name not in without:
            method.__name__ = name
            setattr(kind, name, method)


def of_numpy_in_graphs(self, ufunc, method, *inputs, **kwargs):
    """Operators between arrays and values of a graph are those of the graph; other functions of NumPy need numbers, which are not known."""
    swapped = _SWAPPED.get(ufunc.__name__) if method == "__call__" and len(inputs) == 2 and not isinstance(inputs[0], type(self)) else None
    # `array += tensor` names the array as the place of the result; the name becomes the tensor's.
    if swapped is not None and (not kwargs or (list(kwargs) == ["out"] and kwargs["out"][0] is inputs[0])):
        return getattr(inputs[1], swapped)(inputs[0])
    raise TypeError(
        f"numpy.{ufunc.__name__} of a tensor whose value is not known while a function is traced: use keras.ops instead of NumPy"
    )


def of_numpy(self, ufunc, method, *inputs, **kwargs):
    """NumPy's functions of variables take their values; operators between arrays and variables stay those of variables."""
    from . import traced

    kind, inside = type(self), bool(traced.running or traced.bindings)
    swapped = _SWAPPED.get(ufunc.__name__) if method == "__call__" and len(inputs) == 2 and not isinstance(inputs[0], kind) else None
    if swapped is not None and (inside or not kwargs):
        return getattr(inputs[1], swapped)(inputs[0])
    if inside:
        return NotImplemented  # a value of now would stay in the graph
    return getattr(ufunc, method)(*(value.numpy() if isinstance(value, kind) else value for value in inputs), **kwargs)
