"""Metrics as functions: a value for each row or element, of arrays and inside of graphs."""


def _ops():
    from ..keras import ops

    return ops


def _floats(y):
    ops = _ops()
    return ops.cast(ops.convert_to_tensor(y), "float32")


def binary_accuracy(y_true, y_pred, threshold=0.5):
    """For each element whether the prediction is above a threshold where the label is 1, and only there."""
    ops = _ops()
    above = ops.cast(_floats(y_pred) > threshold, "float32")
    return ops.cast(ops.equal(_floats(y_true), above), "float32")


def categorical_accuracy(y_true, y_pred):
    """Whether the largest prediction is where the target's largest value is."""
    ops = _ops()
    return ops.cast(ops.equal(ops.argmax(_floats(y_true), axis=-1), ops.argmax(_floats(y_pred), axis=-1)), "float32")


def sparse_categorical_accuracy(y_true, y_pred):
    """Whether the largest prediction is that of the label."""
    ops = _ops()
    y_pred = _floats(y_pred)
    return ops.cast(ops.equal(_labels(y_true, y_pred), ops.argmax(y_pred, axis=-1)), "float32")


def top_k_categorical_accuracy(y_true, y_pred, k=5):
    """Whether the target's class is among the k largest predictions."""
    return _among(_ops().argmax(_floats(y_true), axis=-1), _floats(y_pred), k)


def sparse_top_k_categorical_accuracy(y_true, y_pred, k=5, from_sorted_ids=False):
    """Whether the label is among the k largest predictions, or the first k of classes that are sorted already."""
    ops = _ops()
    y_pred = _floats(y_pred)
    labels = _labels(y_true, y_pred)
    if not from_sorted_ids:
        found = _among(labels, y_pred, k)
    else:
        same = ops.equal(y_pred[..., :k], ops.expand_dims(ops.cast(labels, "float32"), -1))
        found = ops.max(ops.cast(same, "float32"), axis=-1)
    return ops.reshape(found, ops.convert_to_tensor(y_true).shape)


def _labels(y_true, y_pred):
    ops = _ops()
    y_true = ops.cast(ops.convert_to_tensor(y_true), "int32")
    return ops.squeeze(y_true, -1) if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1 else y_true


def _among(labels, y_pred, k):
    """Fewer than k predictions are above that of the label, which is a number."""
    ops = _ops()
    is_label = ops.equal(ops.expand_dims(labels, -1), ops.arange(y_pred.shape[-1], dtype="int32"))
    own = ops.sum(ops.where(is_label, y_pred, 0.0), axis=-1, keepdims=True)
    above = ops.sum(ops.cast(y_pred > own, "float32"), axis=-1)
    return ops.cast(ops.logical_and(above < k, ops.squeeze(ops.equal(own, own), -1)), "float32")


def pearson_correlation(y_true, y_pred, axis=-1):
    """Covariance over the product of the deviations, for each row: from -1 to 1."""
    return _ops().mean(_standardized(y_true, axis) * _standardized(y_pred, axis), axis=axis)


def concordance_correlation(y_true, y_pred, axis=-1):
    """Agreement with the line of equal values, for each row: from -1 to 1."""
    ops = _ops()
    y_true, y_pred = _floats(y_true), _floats(y_pred)
    true_mean, pred_mean = (ops.mean(y, axis=axis, keepdims=True) for y in (y_true, y_pred))
    covariance = ops.mean((y_true - true_mean) * (y_pred - pred_mean), axis=axis)
    spread = ops.var(y_true, axis=axis) + ops.var(y_pred, axis=axis) + ops.squeeze((true_mean - pred_mean) ** 2, axis)
    return 2.0 * covariance / (spread + 1e-7)


def _standardized(y, axis):
    ops = _ops()
    y = _floats(y)
    return (y - ops.mean(y, axis=axis, keepdims=True)) / (ops.std(y, axis=axis, keepdims=True) + 1e-7)


# In `compile` the library computes these by their names.
for _made in (binary_accuracy, categorical_accuracy, sparse_categorical_accuracy, top_k_categorical_accuracy,
              sparse_top_k_categorical_accuracy):
    _made._keras_name = _made.__name__
