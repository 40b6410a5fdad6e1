"""Options of metrics that Keras refuses with words of its own, and before it asks anything else; programs look for these words."""

_CURVES = ("ROC", "PR", "PRGAIN")
_SUMMATIONS = ("interpolation", "majoring", "minoring")
_BETWEEN = {"SensitivityAtSpecificity": "specificity", "SpecificityAtSensitivity": "sensitivity", "PrecisionAtRecall": "recall",
            "RecallAtPrecision": "precision"}
_THRESHOLDED = ("FalsePositives", "FalseNegatives", "TruePositives", "TrueNegatives", "Precision", "Recall")


def check(class_name, given):
    """Raises ValueError for what Keras refuses."""
    if class_name in _THRESHOLDED or (class_name == "AUC" and given.get("thresholds") is not None):
        _thresholds(given.get("thresholds"))
    if class_name == "AUC":
        _area(given)
    if class_name in _BETWEEN:
        _at_value(_BETWEEN[class_name], given)
    if class_name in ("FBetaScore", "F1Score"):
        _f_score(given)
    if class_name == "R2Score":
        _determination(given)


def _thresholds(thresholds):
    if thresholds is None:
        return
    listed = list(thresholds) if hasattr(thresholds, "__iter__") else [thresholds]
    wrong = [t for t in listed if t is None or not 0 <= t <= 1]
    if wrong:
        raise ValueError(f"Threshold values must be in [0, 1]. Received: {wrong}")


def _area(given):
    curve, summation = given.get("curve", "ROC"), given.get("summation_method", "interpolation")
    if str(curve).upper() not in _CURVES:
        raise ValueError(f'Invalid AUC curve value: "{curve}". Expected values are ["PR", "ROC", "PRGAIN"]')
    if str(summation).lower() not in _SUMMATIONS:
        raise ValueError(f'Invalid AUC summation method value: "{summation}". Expected values are {list(_SUMMATIONS)}')
    if given.get("thresholds") is None:
        _count(given.get("num_thresholds", 200), 1)
    elif given.get("num_thresholds") is None:
        # Thresholds go before their number.
        given.pop("num_thresholds", None)


def _at_value(name, given):
    value = given.get(name)
    if isinstance(value, (int, float)) and not 0 <= value <= 1:
        raise ValueError(f"Argument `{name}` must be in the range [0, 1]. Received: {name}={value}")
    _count(given.get("num_thresholds", 200), 0)


def _count(number, least):
    if isinstance(number, (int, float)) and number <= least:
        raise ValueError(f"Argument `num_thresholds` must be an integer > {least}. Received: num_thresholds={number}")


def _f_score(given):
    average, beta, threshold = given.get("average"), given.get("beta", 1.0), given.get("threshold")
    if average not in (None, "micro", "macro", "weighted"):
        known = "{None, 'micro', 'macro', 'weighted'}"
        raise ValueError(f"Invalid `average` argument value. Expected one of: {known}. Received: average={average}")
    if not isinstance(beta, float):
        raise ValueError(f"Invalid `beta` argument value. It should be a Python float. Received: beta={beta} of type '{type(beta)}'")
    if beta <= 0.0:
        raise ValueError(f"Invalid `beta` argument value. It should be > 0. Received: beta={beta}")
    if threshold is not None and not isinstance(threshold, float):
        raise ValueError(
            f"Invalid `threshold` argument value. It should be a Python float. Received: threshold={threshold} of type '{type(threshold)}'"
        )
    if threshold is not None and not 0.0 < threshold <= 1.0:
        raise ValueError(f"Invalid `threshold` argument value. It should verify 0 < threshold <= 1. Received: threshold={threshold}")


def _determination(given):
    aggregation, regressors = given.get("class_aggregation", "uniform_average"), given.get("num_regressors", 0)
    known = (None, "uniform_average", "variance_weighted_average")
    if aggregation not in known:
        told = f"Expected one of {known}. Received: class_aggregation={aggregation}"
        raise ValueError(f"Invalid value for argument `class_aggregation`. {told}")
    if isinstance(regressors, (int, float)) and regressors < 0:
        raise ValueError(f"Invalid value for argument `num_regressors`. Expected a value >= 0. Received: num_regressors={regressors}")
