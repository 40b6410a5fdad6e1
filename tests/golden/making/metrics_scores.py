"""Metrics from counts: cells of the confusion matrix, rates at rates, F scores, intersection over union; and R²."""

import numpy as np

from .metrics import Metric

SIZES = [4, 3]


def cells():
    for class_name in ["TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives"]:
        m = Metric(class_name)
        d = m.draw
        pairs = [(d.ints(2, n, 1), d.uniform(n, 1)) for n in SIZES]
        m.both("plain", {}, pairs)
        m.both("threshold", {"thresholds": 0.3}, pairs)
        m.both("thresholds", {"thresholds": [0.2, 0.5, 0.9]}, pairs)
        m.add("thresholds_even", {"thresholds": [0.0, 0.5, 1.0]}, [(t, p, None) for t, p in pairs])
        m.add("columns", {}, [(d.ints(2, 3, 2), d.uniform(3, 2), d.uniform(3, 2))])
        m.done()


def rates():
    options = {
        "SensitivityAtSpecificity": "specificity",
        "SpecificityAtSensitivity": "sensitivity",
        "PrecisionAtRecall": "recall",
        "RecallAtPrecision": "precision",
    }
    for class_name, asked in options.items():
        m = Metric(class_name)
        d = m.draw
        pairs = [(d.ints(2, n, 1), d.uniform(n, 1)) for n in [6, 5]]
        m.both("plain", {asked: 0.5}, pairs)
        m.both("few", {asked: 0.45, "num_thresholds": 6}, pairs)
        m.add("all", {asked: 1.0, "num_thresholds": 5}, [(t, p, None) for t, p in pairs])
        m.add("none", {asked: 0.0, "num_thresholds": 2}, [(t, p, None) for t, p in pairs])
        m.add("one_threshold", {asked: 0.2, "num_thresholds": 1}, [(t, p, None) for t, p in pairs])
        many = [(d.one_hot(3, n), d.distribution(n, 3)) for n in [6, 5]]
        m.both("class_id", {asked: 0.5, "num_thresholds": 6, "class_id": 1}, many)
        m.done()


def scores():
    for class_name in ["FBetaScore", "F1Score"]:
        m = Metric(class_name)
        d = m.draw
        pairs = [(d.one_hot(3, n), d.distribution(n, 3)) for n in [6, 5]]
        m.both("plain", {}, pairs)
        for average in ["micro", "macro", "weighted"]:
            m.both(average, {"average": average}, pairs)
        m.both("threshold", {"threshold": 0.4}, pairs)
        m.add("threshold_macro", {"threshold": 0.3, "average": "macro"}, [(t, p, None) for t, p in pairs])
        if class_name == "FBetaScore":
            m.both("beta", {"beta": 2.0, "average": "macro"}, pairs)
            m.add("beta_weighted", {"beta": 0.5, "average": "weighted"}, [(t, p, None) for t, p in pairs])
        m.add("one_column", {"threshold": 0.5}, [(d.ints(2, 5, 1), d.uniform(5, 1), None)])
        m.add("zeros_and_ties", {}, [(d.one_hot(3, 2), np.array([[0, 0, 0], [0.4, 0.4, 0.2]], "float32"), None)])
        m.done()


def overlaps():
    m = Metric("IoU")
    d = m.draw
    ids = [(d.ints(3, n, 2, 2), d.ints(3, n, 2, 2)) for n in SIZES]
    flat = [(t.reshape(-1), p.reshape(-1)) for t, p in ids]
    base = {"num_classes": 3, "target_class_ids": [0, 2]}
    whole = [d.ints(4, t.size) for t, _ in flat]
    m.add("plain", base, [(t, p, None) for t, p in ids])
    m.add("whole_weights", base, [(t, p, w) for (t, p), w in zip(flat, whole)])
    m.add("weights_cut", base, [(t, p, d.uniform(t.size, high=3)) for t, p in flat])
    m.add("float32", {**base, "dtype": "float32"}, [(t, p, d.uniform(t.size, high=3)) for t, p in flat])
    m.add("element_weights", {**base, "dtype": "float32"}, [(t, p, d.uniform(*t.shape)) for t, p in ids])
    m.add("ignore", {**base, "ignore_class": 1}, [(t, p, None) for t, p in ids])
    m.add("ignore_outside", {**base, "ignore_class": 255}, [(np.array([0, 255, 2]), np.array([0, 1, 2]), None)])
    m.add("outside", base, [(np.array([0, 5, 2, -1]), np.array([0, 1, 7, 2]), None)])
    m.add("absent", base, [(np.array([1, 1, 0]), np.array([1, 0, 0]), None)])
    hots = [(d.one_hot(3, n, 2), d.distribution(n, 2, 3)) for n in SIZES]
    m.add("scores", {**base, "sparse_y_true": False, "sparse_y_pred": False}, [(t, p, None) for t, p in hots])
    m.add("predicted_scores", {**base, "sparse_y_pred": False}, [(t.argmax(-1), p, None) for t, p in hots])
    first = [(np.moveaxis(t, -1, 0), np.moveaxis(p, -1, 0), None) for t, p in hots]
    m.add("axis", {**base, "sparse_y_true": False, "sparse_y_pred": False, "axis": 0}, first)
    m.done()

    m = Metric("MeanIoU")
    base = {"num_classes": 3}
    m.add("plain", base, [(t, p, None) for t, p in ids])
    m.add("float32", {**base, "dtype": "float32"}, [(t, p, d.uniform(t.size, high=3)) for t, p in flat])
    m.add("ignore", {**base, "ignore_class": 1}, [(t, p, None) for t, p in ids])
    m.add("scores", {**base, "sparse_y_true": False, "sparse_y_pred": False}, [(t, p, None) for t, p in hots])
    m.add("axis", {**base, "sparse_y_true": False, "sparse_y_pred": False, "axis": 0}, first)
    m.add("absent", base, [(np.array([1, 1, 0]), np.array([1, 0, 0]), None)])
    m.done()

    for class_name, base in [
        ("OneHotIoU", {"num_classes": 3, "target_class_ids": [0, 1]}),
        ("OneHotMeanIoU", {"num_classes": 3}),
    ]:
        m = Metric(class_name)
        m.add("plain", base, [(t, p, None) for t, p in hots])
        m.add("ids", {**base, "sparse_y_pred": True}, [(t, p.argmax(-1), None) for t, p in hots])
        m.add("ignore", {**base, "ignore_class": 2}, [(t, p, None) for t, p in hots])
        m.add("axis", {**base, "axis": 0}, first)
        m.add("float32", {**base, "dtype": "float32"}, [(t, p, d.uniform(*t.shape[:2])) for t, p in hots])
        m.done()

    m = Metric("BinaryIoU")
    d = m.draw
    pairs = [(d.ints(2, n, 2), d.uniform(n, 2)) for n in SIZES]
    m.add("plain", {}, [(t, p, None) for t, p in pairs])
    m.add("threshold", {"threshold": 0.3}, [(t, p, None) for t, p in pairs])
    m.add("one_class", {"target_class_ids": [1]}, [(t, p, None) for t, p in pairs])
    m.add("float32", {"dtype": "float32"}, [(t, p, d.uniform(*t.shape)) for t, p in pairs])
    at = np.array([0.5, 0.5, 0.4, 0.6], "float32")
    m.add("exactly_at_threshold", {}, [(np.array([0, 1, 0, 1]), at, None)])
    m.done()


def r2():
    m = Metric("R2Score")
    d = m.draw
    pairs = [(d.normal(n, 2), d.normal(n, 2)) for n in [5, 4]]
    m.both("plain", {}, pairs)
    m.both("by_column", {"class_aggregation": None}, pairs)
    m.both("by_variance", {"class_aggregation": "variance_weighted_average"}, pairs)
    m.both("adjusted", {"num_regressors": 2}, pairs)
    m.add("adjusted_too_much", {"num_regressors": 50}, [(t, p, None) for t, p in pairs])
    m.add("adjusted_just_too_much", {"num_regressors": 9}, [(t, p, None) for t, p in pairs[:1]])
    m.add("one_column", {}, [(d.normal(5), d.normal(5, 1), None)])
    m.add("constant", {"class_aggregation": None}, [(np.ones((3, 2), "float32"), np.array([[1, 0]] * 3, "float32"), None)])
    m.done()


def make():
    cells()
    rates()
    scores()
    overlaps()
    r2()
