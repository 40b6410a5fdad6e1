"""What metrics of the library are given on arrays, as it reads them."""

import warnings

import numpy as np

from . import dtypes, eager

# Their variables have a size for each output, which the first batch tells.
_BY_OUTPUTS = ("F1Score", "FBetaScore", "R2Score")


def arrays(metric, y_true, y_pred, sample_weight):
    """Targets, predictions and weights."""
    y_true, y_pred = eager.prepared(y_true, "y_true"), eager.prepared(y_pred, "y_pred")
    if "IoU" not in metric._class_name:
        y_pred = _in(y_pred, metric._dtype)
        y_true = y_true if metric._class_name.startswith("Sparse") else _in(y_true, metric._dtype)
    check(metric, y_true, y_pred)
    weight = eager.prepared(sample_weight, "sample_weight").astype("float32") if sample_weight is not None else None
    return y_true, y_pred, weight


def _in(value, dtype):
    """Rounded to the metric's type; the library computes in float32."""
    return dtypes.rounded(value, dtype).astype("float32")


def check(metric, y_true, y_pred):
    """Refuses sizes that Keras refuses."""
    if metric._class_name in _BY_OUTPUTS and (y_pred.ndim != 2 or y_true.ndim != 2):
        name = "FBetaScore" if metric._class_name == "F1Score" else metric._class_name
        raise ValueError(
            f"{name} expects 2D inputs with shape (batch_size, output_dim). Received input shapes: y_pred.shape={y_pred.shape} and "
            f"y_true.shape={y_true.shape}."
        )
    if metric._config.get("class_id") is not None and y_pred.ndim != 2:
        raise ValueError(
            f"When class_id is provided, y_pred must be a 2D array with shape (num_samples, num_classes), found shape: {y_pred.shape}"
        )


def warn_of_weights(metric, sample_weight):
    """Says that weights with fractions are cut where a metric counts in whole numbers."""
    if "int" in metric._dtype and "IoU" in metric._class_name and "float" in str(getattr(sample_weight, "dtype", "")):
        warnings.warn(
            "You are passing weight as `float`, but dtype is `int`. This may result in an incorrect weight due to type casting. "
            "Consider using integer weights.",
            stacklevel=3,
        )


def any_shapes(metric):
    """Shapes of targets and predictions for which it has the variables that it always has; None where they follow from the first batch."""
    name, config = metric._class_name, metric._config
    if name in _BY_OUTPUTS:
        return None
    if name == "AUC" and config.get("multi_label"):
        labels = config.get("num_labels")
        return [[1, labels], [1, labels]] if labels else None
    if name.startswith("Sparse"):
        return [[1], [1, 8]]
    return [[1], [1]] if "IoU" in name and "OneHot" not in name else [[1, 8], [1, 8]]


def thresholds(config):
    """The thresholds at which an area is computed: zero, those between, one; the ends a little outside."""
    between = config.get("thresholds")
    if between is None:
        count = config.get("num_thresholds", 200)
        between = [(i + 1) / (count - 1) for i in range(count - 2)]
    return [-1e-7, *sorted(np.asarray(between, dtype=float).tolist()), 1 + 1e-7]
