"""Values of a loss, weighted, masked and reduced as Keras does it: on arrays, and on tensors of a graph."""

import numpy as np

ALLOWED = ("sum_over_batch_size", "sum", None, "none", "mean", "mean_with_sample_weight")


class Reduction:
    """Names that Keras 2 had for reductions, where today's are texts. AUTO was what it comes to where `fit` trains."""

    NONE, SUM, SUM_OVER_BATCH_SIZE = "none", "sum", "sum_over_batch_size"
    AUTO = SUM_OVER_BATCH_SIZE

    @classmethod
    def all(cls):
        """Every one of them."""
        return (cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE)

    @classmethod
    def validate(cls, key):
        """ValueError for another one."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key: {key}. Expected keys are {cls.all()!r}")


def checked(reduction):
    """The reduction, if it is one."""
    if reduction not in ALLOWED:
        raise ValueError(f"Invalid value for argument `reduction`. Expected one of {set(ALLOWED)}. Received: reduction={reduction}")
    return reduction


def of_one_rank(first, second):
    """Two values whose ranks differ by one axis of one element, with as many axes each."""
    from ..keras import ops

    one, other = len(first.shape), len(second.shape)
    if one < other:
        second, first = of_one_rank(second, first)
        return first, second
    if one != other + 1 or first.shape[-1] != 1:
        return first, second
    return (first, ops.expand_dims(second, -1)) if other == 1 else (ops.squeeze(first, -1), second)


def reduced(values, sample_weight, mask, reduction):
    """A number, or values where the reduction is none."""
    from ..keras import ops

    checked(reduction)
    weight = _weight(ops, sample_weight, mask, reduction)
    if weight is not None:
        values, weight = of_one_rank(values, weight)
        values = values * weight
    if reduction in (None, "none") or tuple(values.shape) in ((), (0,)):
        return values
    total = ops.sum(values)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weight is not None:
        return _divided(ops, total, ops.sum(weight))
    return total / float(np.prod(values.shape))


def _weight(ops, sample_weight, mask, reduction):
    """Weights with the mask in them: what it leaves weighs all / left where a mean follows."""
    if mask is not None:
        mask = ops.cast(mask, "float32")
        if reduction in ("mean", "sum_over_batch_size"):
            mask = mask * _divided(ops, float(np.prod(mask.shape)), ops.sum(mask))
    if sample_weight is None:
        return mask
    sample_weight = ops.cast(sample_weight, "float32")
    if mask is None:
        return sample_weight
    mask, sample_weight = of_one_rank(mask, sample_weight)
    return mask * sample_weight


def _divided(ops, x, y):
    """x / y, and zero where y is."""
    return ops.where(ops.equal(y, 0.0), 0.0, x / ops.where(ops.equal(y, 0.0), 1.0, y))
