"""Losses, metrics and the like outside of models: on arrays at once, on traced tensors as a part of their graph."""

import numpy as np

from .. import _regimen
from . import configs, data, dtypes
from .traced import Tensor, any_traced, native


def prepared(value, what):
    """An array that the library reads: numbers and lists, too."""
    found = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if found.dtype.kind not in "fiub":
        return data.array(found, what)
    kind = {"b": np.bool_, "f": np.float32}.get(found.dtype.kind, np.int32)
    if kind is np.int32 and not data.is_int32(found):
        kind = np.float32  # which is wide enough, if not exact
    # The library reads rows one after the other; a transposed array lies otherwise.
    return found.astype(kind, order="C", copy=False)


def loss(config, class_name, y_true, y_pred, sample_weight):
    """A loss of the library."""
    object_ = configs.dumps({"class_name": class_name, "config": configs.serialize(config)})
    if any_traced((y_true, y_pred)):
        if sample_weight is not None:
            raise NotImplementedError("weights of a loss that is a part of another one: multiply its values by them")
        return Tensor(_regimen.traced_loss_of(object_, native(y_true), native(y_pred)))
    y_pred, y_true = prepared(y_pred, "y_pred").astype(np.float32), prepared(y_true, "y_true")
    if class_name not in ("SparseCategoricalCrossentropy", "CTC", "Circle"):
        y_true = y_true.astype(np.float32)
    weight = prepared(sample_weight, "sample_weight").astype(np.float32) if sample_weight is not None else None
    try:
        found = _regimen.eager_loss(object_, y_true, y_pred, weight)
    except ValueError as error:
        if class_name.startswith(("Binary", "Categorical")) and y_true.shape != y_pred.shape:
            shapes = f"target.shape={y_true.shape}, output.shape={y_pred.shape}"
            raise ValueError(f"Arguments `target` and `output` must have the same shape. Received: {shapes}. {error}") from None
        raise
    return found if found.ndim else np.float32(found)


def nested(value, dtype, keeps_whole=False):
    """Arrays of a structure in a type; whole numbers stay what they are where `keeps_whole`."""
    if isinstance(value, dict):
        return {key: nested(item, dtype, keeps_whole) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and any(hasattr(item, "shape") and np.ndim(item) for item in value):
        return type(value)(nested(item, dtype, keeps_whole) for item in value)
    found = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    return found if keeps_whole and found.dtype.kind in "iub" else dtypes.rounded(found, dtype)


def applied(kind, instance, x):
    """A function of one value."""
    object_ = configs.dumps(configs.serialize(instance))
    if any_traced(x):
        return Tensor(_regimen.traced_apply(kind, object_, native(x)))
    found = _regimen.eager_apply(kind, object_, prepared(x, "x").astype(np.float32))
    return found if found.ndim else np.float32(found)
