"""Losses, metrics and the like outside of models: on arrays at once, on traced tensors as a part of their graph."""

import numpy as np

from .. import _regimen
from . import configs, data
from .traced import Tensor, any_traced, native


def prepared(value, what):
    """An array that the library reads: numbers and lists, too."""
    found = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if found.dtype.kind not in "fiub":
        return data.array(found, what)
    return found.astype(np.int32 if found.dtype.kind in "iu" else np.float32) if found.dtype.kind != "b" else found


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
    found = _regimen.eager_loss(object_, y_true, y_pred, weight)
    return found if found.ndim else np.float32(found)


def reduced(values, sample_weight, reduction):
    """Values of a loss as its reduction has them."""
    if any_traced(values):
        from ..keras import ops

        return values if reduction in (None, "none") else (ops.sum(values) if reduction == "sum" else ops.mean(values))
    values = np.asarray(values, dtype="float32")
    if sample_weight is not None:
        weights = np.asarray(sample_weight, dtype="float32")
        values = values * weights.reshape(weights.shape + (1,) * (values.ndim - weights.ndim))
    if reduction in (None, "none"):
        return values
    if reduction == "mean_with_sample_weight" and sample_weight is not None:
        return np.float32(values.sum() / np.maximum(np.broadcast_to(weights, values.shape).sum(), 1e-7))
    return np.float32(values.sum() if reduction == "sum" else values.mean())


def applied(kind, instance, x):
    """A function of one value."""
    object_ = configs.dumps(configs.serialize(instance))
    if any_traced(x):
        return Tensor(_regimen.traced_apply(kind, object_, native(x)))
    found = _regimen.eager_apply(kind, object_, prepared(x, "x").astype(np.float32))
    return found if found.ndim else np.float32(found)
