"""Types by name: what a `dtype` argument means, and arrays in these types."""

import numpy as np

FLOATS = ("float16", "bfloat16", "float32", "float64")
_NAMES = (*FLOATS, "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "string")


def standard(dtype):
    """The name of a type: `np.int64` is `int64`, `float` and None are float32."""
    if dtype is None or dtype is float:
        return "float32"
    if dtype in (int, "int"):
        return "int32"
    if dtype is bool:
        return "bool"
    name = getattr(dtype, "name", None) or (dtype if isinstance(dtype, str) else getattr(dtype, "__name__", str(dtype)))
    if name not in _NAMES:
        raise ValueError(f"Invalid dtype: {dtype}")
    return name


def computed(dtype):
    """The type in which a loss or metric with this `dtype` takes its values: a policy's `compute_dtype`."""
    if isinstance(dtype, dict):
        dtype = dtype.get("config", {}).get("name")
    if isinstance(dtype, str) and dtype.startswith("mixed_"):
        return dtype[len("mixed_") :]
    return getattr(dtype, "compute_dtype", None) or standard(dtype)


def rounded(value, name):
    """An array in a type; bfloat16, which NumPy has not, needs ml_dtypes."""
    found = np.asarray(value)
    return found if found.dtype.name == name else found.astype(_of_numpy(name))


def check_of_training(written):
    """Refuses a loss or metric of one's own in another type than that in which models are trained."""
    found = getattr(written, "_dtype", "float32")
    if found != "float32":
        raise ValueError(
            f"{type(written).__name__}: found dtype={found!r}; in compile() losses and metrics compute in float32, take it out. On arrays "
            "they take their values in any type"
        )


def _of_numpy(name):
    if name != "bfloat16":
        return np.dtype(name)
    try:
        import ml_dtypes
    except ImportError:
        raise NotImplementedError("arrays of bfloat16 need the package ml_dtypes (pip install ml_dtypes); NumPy alone has none") from None
    return np.dtype(ml_dtypes.bfloat16)
