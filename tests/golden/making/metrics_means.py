"""Metrics that are running means of a function, and Sum: weights, masks, options."""

import keras
import numpy as np

from .losses import MASK, hot, positive, shares, signs
from .metrics import Metric
from .tensors import Draw

SIZES = [4, 3]


def means(class_name, targets=None, predictions=None, options=None, rank3=True):
    """One metric: batches with and without weights, options, rank 3 with a mask. `targets` and `predictions` make of a
    normal draw what the metric wants."""
    m = Metric(class_name)
    d = m.draw

    def same(a):
        return a

    targets, predictions = targets or same, predictions or same
    pairs = [(targets(d.normal(n, 3)), predictions(d.normal(n, 3))) for n in SIZES]
    m.both("plain", {}, pairs)
    for name, config in (options or {}).items():
        m.add(name, config, [(t, p, None) for t, p in pairs])
    m.add("zero_weights", {}, [(*pairs[0], np.zeros(4, "float32"))])
    if rank3:
        t, p = targets(d.normal(2, 3, 3)), predictions(d.normal(2, 3, 3))
        m.add("mask", {}, [(t, p, None, MASK), (t, p, None, ~MASK)])
        m.add("mask_weighted", {}, [(t, p, d.uniform(2, 3), MASK)])
        m.add("step_weights", {}, [(t, p, d.uniform(2, 3))])
    m.done()


def probabilities(a):
    return np.round(1 / (1 + np.exp(-a)), 3).astype("float32")


def ones(a):
    return (a > 0).astype("float32")


def sparse():
    m = Metric("SparseCategoricalCrossentropy")
    d = m.draw
    pairs = [(d.ints(3, n), d.distribution(n, 3)) for n in SIZES]
    m.both("plain", {}, pairs)
    m.both("from_logits", {"from_logits": True}, [(t, d.normal(len(t), 3)) for t, _ in pairs])
    m.both("ignore_class", {"ignore_class": 1}, pairs)
    m.add("columns", {}, [(t.reshape(-1, 1), p, None) for t, p in pairs])
    t, p = d.ints(3, 2, 3), d.distribution(2, 3, 3)
    m.add("mask", {}, [(t, p, None, MASK)])
    m.add("mask_ignored", {"ignore_class": 0}, [(t, p, d.uniform(2, 3), MASK)])
    m.add("axis", {"axis": 1}, [(t, np.moveaxis(p, -1, 1), None)])
    m.done()


def sums():
    m = Metric("Sum")
    d = m.draw
    m.add("plain", {}, [(d.normal(n), None) for n in SIZES])
    m.add("weighted", {}, [(d.normal(n), d.uniform(n)) for n in SIZES])
    m.add("rank2", {}, [(d.normal(n, 2), None) for n in SIZES])
    m.add("rank2_row_weights", {}, [(d.normal(n, 2), d.uniform(n)) for n in SIZES])
    m.add("rank2_element_weights", {}, [(d.normal(n, 2), d.uniform(n, 2)) for n in SIZES])
    m.add("scalar", {}, [(np.float32(2.5), None), (np.float32(1.25), np.float32(3))])
    m.done()


def wrapped():
    """Losses that have no metric class."""
    m = Metric("MeanMetricWrapper")
    d = Draw("metrics/mean_metric_wrapper")
    pairs = [(d.normal(n, 3), d.normal(n, 3)) for n in SIZES]
    yes = [(ones(t), probabilities(p)) for t, p in pairs]
    m.both("huber", {"fn": keras.losses.huber}, pairs)
    m.both("huber_delta", {"fn": keras.losses.huber, "delta": 0.5}, pairs)
    m.both("binary_focal", {"fn": keras.losses.binary_focal_crossentropy, "gamma": 1.5}, yes)
    m.both("log_cosh", {"fn": keras.losses.log_cosh}, pairs)
    m.both("mean_squared_error", {"fn": keras.losses.mean_squared_error}, pairs)
    m.both("accuracy", {"fn": keras.metrics.binary_accuracy, "threshold": 0.3}, yes)
    m.done()


def make():
    means("MeanAbsolutePercentageError")
    means("MeanSquaredLogarithmicError", positive, positive)
    means("RootMeanSquaredError")
    means("LogCoshError")
    means("Poisson", positive, positive)
    means("KLDivergence", shares, shares)
    means("Hinge", signs)
    means("SquaredHinge", signs)
    means("CategoricalHinge", hot, shares)
    means("CosineSimilarity", options={"axis": {"axis": 0}})
    means("BinaryCrossentropy", ones, probabilities, {"smoothing": {"label_smoothing": 0.2}, "logits": {"from_logits": True}})
    means(
        "CategoricalCrossentropy",
        hot,
        shares,
        {"smoothing": {"label_smoothing": 0.2}, "logits": {"from_logits": True}, "axis": {"axis": 0}},
    )
    means("PearsonCorrelation", options={"axis": {"axis": 0}})
    means("ConcordanceCorrelation", options={"axis": {"axis": 0}})
    sparse()
    sums()
    wrapped()
