"""Metrics: results after each of several updates, then the state variables."""

import jax.numpy as jnp
import keras
import numpy as np
from keras.src import backend
from keras.src.trainers.compile_utils import get_metric

from .losses import noisy, snake
from .tensors import Draw, fresh, keras_json, tensor, write


def metric_case(name, class_name, config, updates, metric=None):
    """`updates` is a list of (y_true, y_pred, sample_weight[, mask of y_pred]); for Mean of (values, sample_weight)."""
    fresh()
    metric = metric or getattr(keras.metrics, class_name)(**config)
    stored = []
    for u in updates:
        *values, weight = u[:3]
        mask = u[3] if len(u) > 3 else None
        given = list(values)
        if mask is not None:
            given[-1] = jnp.asarray(given[-1])
            backend.set_keras_mask(given[-1], jnp.asarray(mask))
        metric.update_state(*given, sample_weight=weight)
        keys = ["values"] if len(values) == 1 else ["y_true", "y_pred"]
        stored.append(
            {
                **{k: tensor(v) for k, v in zip(keys, values)},
                "sample_weight": tensor(weight),
                **({} if mask is None else {"mask": tensor(mask)}),
                "result": noisy(tensor(metric.result()), name),
            }
        )
    state = [{"name": v.name, **tensor(v.value)} for v in metric.variables]
    if sum(len(v["data"]) for v in state) > 30:
        state = None
    metric.reset_state()
    return {
        "name": name,
        "class_name": class_name,
        "config": keras_json(config),
        "full_config": keras_json(metric.get_config()),
        "updates": stored,
        "state": state,
        "after_reset": tensor(metric.result()),
    }


class Metric:
    """Collects the cases of one metric and writes its file."""

    def __init__(self, class_name):
        self.class_name = class_name
        self.file = f"metrics/{snake(class_name)}"
        self.draw = Draw(self.file)
        self.cases = []

    def add(self, name, config, updates):
        self.cases.append(metric_case(name, self.class_name, config, updates))

    def both(self, name, config, pairs):
        """The same batches without weights and with one weight a row."""
        self.add(name, config, [(t, p, None) for t, p in pairs])
        weights = [self.draw.uniform(len(t), high=2) for t, _ in pairs]
        self.add(name + "_weighted", config, [(t, p, w) for (t, p), w in zip(pairs, weights)])

    def done(self):
        write(f"{self.file}.json", {"cases": self.cases})


SIZES = [4, 4, 3]


def simple():
    for class_name in ["MeanSquaredError", "MeanAbsoluteError"]:
        m = Metric(class_name)
        d = m.draw
        m.both("plain", {}, [(d.normal(n, 2), d.normal(n, 2)) for n in SIZES])
        m.both("rank1_against_column", {}, [(d.normal(n), d.normal(n, 1)) for n in SIZES])
        m.both("rank3", {}, [(d.normal(n, 2, 2), d.normal(n, 2, 2)) for n in [2, 1]])
        t = d.normal(2, 3, 2)
        m.add("step_weights", {}, [(t, d.normal(2, 3, 2), d.uniform(2, 3))])
        m.done()

    m = Metric("Mean")
    d = m.draw
    m.add("plain", {}, [(d.normal(n), None) for n in SIZES])
    m.add("scalar", {}, [(np.float32(2.5), None), (np.float32(1.25), None)])
    m.add("scalar_weights", {}, [(np.float32(2.5), np.float32(4)), (np.float32(1.25), np.float32(3))])
    m.add("weighted", {}, [(d.normal(n), d.uniform(n)) for n in SIZES])
    m.add("rank2_row_weights", {}, [(d.normal(n, 2), d.uniform(n)) for n in SIZES])
    m.add("zero_weights", {}, [(d.normal(3), np.zeros(3, "float32"))])
    m.done()


def accuracies():
    m = Metric("Accuracy")
    d = m.draw
    m.both("plain", {}, [(d.ints(3, n), d.ints(3, n)) for n in SIZES])
    m.both("columns", {}, [(d.ints(3, n, 2), d.ints(3, n, 2)) for n in SIZES])
    m.both("floats", {}, [(d.ints(2, n).astype("float32"), d.ints(2, n, 1).astype("float32")) for n in SIZES])
    m.done()

    m = Metric("BinaryAccuracy")
    d = m.draw
    pairs = [(d.ints(2, n, 1), d.uniform(n, 1)) for n in SIZES]
    m.both("plain", {}, pairs)
    m.both("threshold_0.3", {"threshold": 0.3}, pairs)
    m.both("several_columns", {}, [(d.ints(2, n, 3), d.uniform(n, 3)) for n in SIZES])
    m.both("rank1_targets", {}, [(d.ints(2, n), d.uniform(n, 1)) for n in SIZES])
    m.add("exactly_at_threshold", {}, [(np.array([[0], [1]], "int32"), np.array([[0.5], [0.5]], "float32"), None)])
    m.done()

    m = Metric("CategoricalAccuracy")
    d = m.draw
    m.both("plain", {}, [(d.one_hot(3, n), d.distribution(n, 3)) for n in SIZES])
    m.both("rank3", {}, [(d.one_hot(3, n, 2), d.distribution(n, 2, 3)) for n in SIZES])
    ties = np.array([[0.4, 0.4, 0.2], [0.3, 0.3, 0.4]], "float32")
    m.add("ties", {}, [(np.eye(3, dtype="float32")[[1, 2]], ties, None)])
    m.done()

    m = Metric("SparseCategoricalAccuracy")
    d = m.draw
    m.both("plain", {}, [(d.ints(3, n), d.distribution(n, 3)) for n in SIZES])
    m.both("columns", {}, [(d.ints(3, n, 1), d.distribution(n, 3)) for n in SIZES])
    m.both("float_targets", {}, [(d.ints(3, n).astype("float32"), d.distribution(n, 3)) for n in SIZES])
    m.both("rank3", {}, [(d.ints(3, n, 2), d.distribution(n, 2, 3)) for n in SIZES])
    m.done()

    m = Metric("TopKCategoricalAccuracy")
    d = m.draw
    pairs = [(d.one_hot(7, n), d.distribution(n, 7)) for n in SIZES]
    m.both("plain", {}, pairs)
    m.both("k_2", {"k": 2}, pairs)
    m.both("k_1", {"k": 1}, pairs)
    m.both("k_beyond_classes", {"k": 9}, pairs)
    m.both("rank3", {"k": 2}, [(d.one_hot(4, n, 2), d.distribution(n, 2, 4)) for n in [2, 1]])
    m.add("ties", {"k": 2}, [(np.eye(4, dtype="float32"), np.array([[0.3, 0.3, 0.3, 0.1]] * 4, "float32"), None)])
    m.done()

    m = Metric("SparseTopKCategoricalAccuracy")
    d = m.draw
    pairs = [(d.ints(7, n), d.distribution(n, 7)) for n in SIZES]
    m.both("plain", {}, pairs)
    m.both("k_2", {"k": 2}, pairs)
    m.both("columns", {"k": 2}, [(t.reshape(-1, 1), p) for t, p in pairs])
    m.both("rank3", {"k": 2}, [(d.ints(4, n, 2), d.distribution(n, 2, 4)) for n in [2, 1]])
    best = np.array([[2, 0, 1], [1, 2, 0], [0, 1, 2]], "int32")
    m.add("sorted_ids", {"k": 2, "from_sorted_ids": True}, [(np.array([0, 0, 2], "int32"), best, None)])
    m.done()


def by_shapes():
    """Which metric the strings 'accuracy' and 'acc' become, and its name."""
    cases = []
    for t, p in [([4], [4, 1]), ([4, 1], [4, 1]), ([4], [4]), ([4], [4, 3]), ([4, 1], [4, 3]), ([4, 3], [4, 3]),
                 ([4, 5], [4, 5, 3]), ([4, 5, 1], [4, 5, 3]), ([4, 5, 3], [4, 5, 3]), ([4, 5, 1], [4, 5, 1])]:  # fmt: skip
        fresh()
        metric = get_metric("accuracy", np.zeros(t), np.zeros(p))
        short = get_metric("acc", np.zeros(t), np.zeros(p))
        cases.append(
            {"y_true": t, "y_pred": p, "becomes": type(metric).__name__, "name": metric.name, "acc_name": short.name}
        )
    write("metrics/accuracy_by_shapes.json", {"cases": cases})


def precision_recall():
    for class_name in ["Precision", "Recall"]:
        m = Metric(class_name)
        d = m.draw
        pairs = [(d.ints(2, n, 1), d.uniform(n, 1)) for n in SIZES]
        many = [(d.one_hot(4, n), d.distribution(n, 4)) for n in SIZES]
        m.both("plain", {}, pairs)
        m.both("threshold_0.3", {"thresholds": 0.3}, pairs)
        m.both("thresholds", {"thresholds": [0.0, 0.3, 0.5, 0.9, 1.0]}, pairs)
        m.both("many_columns", {}, many)
        m.both("class_id", {"class_id": 1}, many)
        m.both("class_id_threshold", {"class_id": 2, "thresholds": 0.2}, many)
        m.both("top_k", {"top_k": 2}, many)
        m.both("top_k_class_id", {"top_k": 2, "class_id": 3}, many)
        m.both("rank1", {}, [(t[:, 0], p[:, 0]) for t, p in pairs])
        m.add("nothing_positive", {}, [(np.zeros((3, 1), "int32"), np.full((3, 1), 0.2, "float32"), None)])
        at = np.array([[0.5], [0.5], [0.6]], "float32")
        m.add("exactly_at_threshold", {}, [(np.array([[1], [0], [1]], "int32"), at, None)])
        t, p = d.ints(2, 4, 3), d.uniform(4, 3)
        m.add("element_weights", {}, [(t, p, d.uniform(4, 3))])
        m.done()


def auc():
    m = Metric("AUC")
    d = m.draw
    pairs = [(d.ints(2, n, 1), d.uniform(n, 1)) for n in [6, 6, 3]]
    few = {"num_thresholds": 7}
    m.both("plain", {}, [(d.ints(2, n, 1), d.uniform(n, 1)) for n in [8, 5]])
    for curve in ["ROC", "PR"]:
        for method in ["interpolation", "minoring", "majoring"]:
            m.both(f"{curve}_{method}", {"curve": curve, "summation_method": method, **few}, pairs)
    m.both("num_thresholds_3", {"num_thresholds": 3}, pairs)
    m.both("thresholds", {"thresholds": [0.1, 0.25, 0.5, 0.9]}, pairs)
    m.both("thresholds_even", {"thresholds": [0.25, 0.5, 0.75]}, pairs)
    m.both("from_logits", {"from_logits": True, **few}, [(d.ints(2, n, 1), d.normal(n, 1, scale=2)) for n in [6, 4]])
    many = [(d.ints(2, n, 3), d.uniform(n, 3)) for n in [6, 6]]
    m.both("flattened", few, many)
    m.both("multi_label", {"multi_label": True, **few}, many)
    m.both("multi_label_PR", {"multi_label": True, "curve": "PR", **few}, many)
    m.both("num_labels", {"multi_label": True, "num_labels": 3, **few}, many)
    m.add(
        "label_weights", {"multi_label": True, "label_weights": [0.2, 1.0, 2.0], **few}, [(t, p, None) for t, p in many]
    )
    m.both("rank1", few, [(t[:, 0], p[:, 0]) for t, p in pairs])
    t, p = np.array([[0], [0], [1], [1]], "int32"), np.array([[0.0], [0.5], [0.3], [0.9]], "float32")
    m.add("documented", {"num_thresholds": 3}, [(t, p, None)])
    m.add("one_class", few, [(np.ones((3, 1), "int32"), d.uniform(3, 1), None)])
    m.add("edges", few, [(np.array([[0], [1], [1], [0]], "int32"), np.array([[0], [1], [0], [1]], "float32"), None)])
    for method in ["interpolation", "minoring", "majoring"]:
        m.both(f"PRGAIN_{method}", {"curve": "PRGAIN", "summation_method": method, **few}, pairs)
    m.done()


def make():
    simple()
    accuracies()
    by_shapes()
    precision_recall()
    auc()
