"""The categorical focal crossentropy with a weight for each class: the library has one for all.

Lin et al. 2018, "Focal Loss for Dense Object Detection".
"""

import numpy as np

_LEAST = 1e-7


def is_of_classes(alpha):
    """Whether these are weights of classes."""
    return alpha is not None and np.ndim(alpha) > 0


def of_classes(y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1):
    """A value for each row; `alpha` is repeated along the axes that it has not."""
    from ..keras import ops

    y_true, y_pred = ops.cast(y_true, "float32"), ops.cast(y_pred, "float32")
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + label_smoothing / y_true.shape[-1]
    shares = ops.softmax(y_pred, axis=axis) if from_logits else y_pred
    shares = ops.clip(shares / ops.sum(shares, axis=axis, keepdims=True), _LEAST, 1.0 - _LEAST)
    weight = ops.power(1.0 - shares, gamma) * np.asarray(alpha, "float32")
    return -ops.sum(weight * y_true * ops.log(shares), axis=axis)
