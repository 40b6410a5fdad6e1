"""The types that there are, and the one that values of several types share, as Keras on JAX has it."""

import numpy as np

from . import dtypes

# There are no wider ones.
_NARROW = {"float64": "float32", "int64": "int32", "uint64": "uint32", "complex128": "complex64"}


def name_of(dtype):
    """The name of a type in the widths that there are; None is float32."""
    name = getattr(dtype, "name", dtype)
    if isinstance(name, str) and name.startswith("complex"):
        return "complex64"
    found = dtypes.standard(dtype)
    return _NARROW.get(found, found)


def kind_of(value):
    """The type of a value; `int` and `float` for plain numbers, which take the type of what they meet."""
    if hasattr(value, "dtype"):
        return name_of(value.dtype)
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "int" if isinstance(value, int) else "float"
    return name_of(np.asarray(value).dtype)


def is_float(dtype):
    """Whether a type is one of floats."""
    return dtype.startswith(("float", "bfloat"))


def result_type(*kinds):
    """The type that values of these kinds share: floats go before whole numbers, those before truth values."""
    strong = [kind for kind in kinds if kind not in ("int", "float")]
    floats = {kind for kind in strong if is_float(kind)}
    if [kind for kind in strong if kind.startswith("complex")]:
        return "complex64"
    if floats:
        return floats.pop() if len(floats) == 1 else "float32"
    if "float" in kinds:
        return "float32"
    whole = {kind for kind in strong if kind != "bool"}
    if whole:
        found = np.result_type(*whole)
        return name_of(found) if found.kind != "f" else "float32"
    return "int32" if "int" in kinds else "bool"


def in_graphs(dtype):
    """The type that stands for another one in graphs, which have bool, uint8, int32, bfloat16 and float32."""
    if dtype in ("bool", "uint8", "bfloat16"):
        return dtype
    return "float32" if is_float(dtype) else "int32"


def sum_type(dtype):
    """The type of a sum of values of a type."""
    if dtype in ("bool", "int8", "int16"):
        return "int32"
    return "uint32" if dtype in ("uint8", "uint16") else dtype
