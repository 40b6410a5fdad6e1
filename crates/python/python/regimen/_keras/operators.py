"""Operators of tensors and variables: each is a function of keras.ops."""

BINARY = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide", "mod": "mod", "pow": "power",
    "matmul": "matmul",
}
LOGICAL = {"and": "and", "or": "or", "xor": "xor"}
COMPARED = {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}


def _ops():
    from ..keras import ops

    return ops


def _binary(name, swapped):
    def method(self, other):
        function = getattr(_ops(), name)
        return function(other, self) if swapped else function(self, other)

    return method


def _logical(name, swapped):
    """Of the bits of whole numbers, or of truth values."""

    def method(self, other):
        a, b = (other, self) if swapped else (self, other)
        whole = str(self.dtype).startswith(("int", "uint"))
        return getattr(_ops(), f"bitwise_{name}" if whole else f"logical_{name}")(a, b)

    return method


def _inverted(self):
    return (_ops().bitwise_not if str(self.dtype).startswith(("int", "uint")) else _ops().logical_not)(self)


def _rounded(self, ndigits=None):
    return _ops().round(self, ndigits or 0)


def give(kind, without=()):
    """Puts the operators into a class, but for those that it has of its own."""
    methods = {}
    for method, name in BINARY.items():
        methods[f"__{method}__"], methods[f"__r{method}__"] = _binary(name, False), _binary(name, True)
    for method, name in LOGICAL.items():
        methods[f"__{method}__"], methods[f"__r{method}__"] = _logical(name, False), _logical(name, True)
    for method, name in COMPARED.items():
        methods[f"__{method}__"] = _binary(name, False)
    methods["__neg__"] = lambda self: _ops().negative(self)
    methods["__pos__"] = lambda self: self
    methods["__abs__"] = lambda self: _ops().absolute(self)
    methods["__invert__"], methods["__round__"] = _inverted, _rounded
    for name, method in methods.items():
        if name not in without:
            method.__name__ = name
            setattr(kind, name, method)
