"""Losses of their own kind: focal, overlap of areas, embeddings, sequences of labels, noisy labels."""

import numpy as np

from .losses import MASK, loss_case, reductions, snake
from .tensors import Draw, write


class Loss:
    """Collects the cases of one loss and writes its file."""

    def __init__(self, class_name):
        self.class_name = class_name
        self.file = f"losses/{snake(class_name)}"
        self.draw = Draw(self.file)
        self.cases = []

    def add(self, name, config, *args, **kwargs):
        self.cases.append(loss_case(self.file, name, self.class_name, config, *args, **kwargs))

    def done(self):
        write(f"{self.file}.json", {"cases": self.cases})


def binary_focal():
    loss = Loss("BinaryFocalCrossentropy")
    d, add, logits = loss.draw, loss.add, {"from_logits": True}
    t = d.ints(2, 4, 2).astype("float32")
    p, z, w = d.uniform(4, 2, low=0.02, high=0.98), d.normal(4, 2, scale=3), d.uniform(4, high=2)
    add("plain", {}, t, p)
    add("from_logits", logits, t, z)
    add("gamma", {"gamma": 1.5}, t, p)
    add("gamma_0", {"gamma": 0.0}, t, p)
    add("balancing", {"apply_class_balancing": True}, t, p)
    add("balancing_alpha", {"apply_class_balancing": True, "alpha": 0.6}, t, p)
    add("alpha_unused", {"alpha": 0.6}, t, p)
    add("smoothing", {"label_smoothing": 0.1}, t, p)
    add("everything", {"label_smoothing": 0.2, "apply_class_balancing": True, "alpha": 0.7, "gamma": 3.0, **logits}, t, z)
    add("axis_0", {"axis": 0}, t, p)
    add("column_against_rank1", {}, t[:, 0], p[:, :1])
    add("soft_targets", {}, d.uniform(4, 2), p)
    add("integer_targets", {}, t.astype("int32"), p)
    reductions(add, t, p, w)
    p3, t3 = d.uniform(2, 3, 1, low=0.1, high=0.9), d.ints(2, 2, 3, 1).astype("float32")
    add("mask", {}, t3, p3, mask=MASK)
    add("mask_weighted", {}, t3, p3, d.uniform(2, 3), mask=MASK)
    loss.done()


def categorical_focal():
    loss = Loss("CategoricalFocalCrossentropy")
    d, add, logits = loss.draw, loss.add, {"from_logits": True}
    t, p, z, w = d.one_hot(3, 4), d.distribution(4, 3), d.normal(4, 3, scale=3), d.uniform(4, high=2)
    add("plain", {}, t, p)
    add("from_logits", logits, t, z)
    add("gamma", {"gamma": 1.5}, t, p)
    add("alpha", {"alpha": 0.6}, t, p)
    add("smoothing", {"label_smoothing": 0.1}, t, p)
    add("everything", {"label_smoothing": 0.2, "alpha": 0.7, "gamma": 3.0, **logits}, t, z)
    add("not_normalised", {}, t, d.uniform(4, 3, low=0.1, high=2))
    edge = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [1e-9, 0.5, 0.5]], "float32")
    add("edge_probabilities", {}, np.eye(3, dtype="float32")[[0, 0, 2, 0]], edge)
    p3, t3 = d.distribution(2, 3, 2), d.one_hot(2, 2, 3)
    add("rank3", {}, t3, p3)
    add("axis_1", {"axis": 1}, np.moveaxis(t3, -1, 1), np.moveaxis(p3, -1, 1))
    reductions(add, t, p, w)
    add("mask", {}, t3, p3, mask=MASK)
    add("mask_weighted", {}, t3, p3, d.uniform(2, 3), mask=MASK)
    loss.done()


def overlap(class_name, options):
    loss = Loss(class_name)
    d, add = loss.draw, loss.add
    t = d.ints(2, 2, 3, 2, 2).astype("float32")
    p, w = d.uniform(2, 3, 2, 2), d.uniform(2, high=2)
    add("plain", {}, t, p)
    for name, config in options.items():
        add(name, config, t, p)
    add("axis_areas", {"axis": [1, 2, 3]}, t, p)
    add("axis_last", {"axis": -1}, t, p)
    add("whole_weighted", {}, t, p, w)
    add("whole_weighted_mean", {"reduction": "mean_with_sample_weight"}, t, p, w)
    add("whole_weighted_sum", {"reduction": "sum"}, t, p, w)
    add("whole_mask", {}, t[..., 0], p[..., 0], mask=MASK)
    add("rank2", {}, t[:, :, 0, 0], p[:, :, 0, 0])
    add("column_against_rank1", {}, t[:, 0, 0, 0], p[:, 0, 0, :1])
    add("integer_targets", {}, t.astype("int32"), p)
    add("nothing", {}, np.zeros((2, 3), "float32"), np.zeros((2, 3), "float32"))
    reductions(lambda name, config, *a: add(name, {**config, "axis": [1, 2, 3]}, *a), t, p, w)
    loss.done()


def circle():
    loss = Loss("Circle")
    d, add = loss.draw, loss.add
    t = np.array([0, 1, 0, 2, 1, 0], "int32")
    p = d.normal(6, 4)
    p = np.round(p / np.linalg.norm(p, axis=1, keepdims=True), 3).astype("float32")
    w = d.uniform(6, high=2)
    add("plain", {}, t, p)
    add("gamma", {"gamma": 4.0}, t, p)
    add("margin", {"margin": 0.25, "gamma": 8.0}, t, p)
    # Shorter vectors, so that a row is not exactly at distance 0 from itself, where maximum has a kink.
    add("with_diagonal", {"remove_diagonal": False, "gamma": 2.0}, t, p * np.float32(0.75))
    add("column_labels", {"gamma": 4.0}, t.reshape(6, 1), p)
    add("float_labels", {"gamma": 4.0}, t.astype("float32"), p)
    add("one_label", {}, np.zeros(6, "int32"), p)
    add("all_different", {}, np.arange(6, dtype="int32"), p)
    reductions(lambda name, config, *a: add(name, {**config, "gamma": 4.0}, *a), t, p, w)
    loss.done()


def ctc():
    loss = Loss("CTC")
    d, add = loss.draw, loss.add
    t = np.array([[1, 2, 0, 0], [3, 3, 1, 0], [2, 2, 2, 2], [1, 0, 0, 0]], "int32")
    p, w = d.normal(4, 8, 5), d.uniform(4, high=2)
    add("plain", {}, t, p)
    add("sharp", {}, t, d.normal(4, 8, 5, scale=8))
    add("float_labels", {}, t.astype("float32"), p)
    add("one_label", {}, np.array([[1], [2]], "int32"), d.normal(2, 3, 3))
    add("no_labels", {}, np.zeros((2, 2), "int32"), d.normal(2, 3, 3))
    add("just_enough_steps", {}, np.array([[1, 2, 3]], "int32"), d.normal(1, 3, 4))
    reductions(add, t, p, w)
    loss.done()


def generalized():
    loss = Loss("CategoricalGeneralizedCrossEntropy")
    d, add = loss.draw, loss.add
    t, p, w = d.ints(3, 4), d.distribution(4, 3), d.uniform(4, high=2)
    add("plain", {}, t, p)
    add("q", {"q": 0.8}, t, p)
    add("q_small", {"q": 0.1}, t, p)
    add("float_targets", {}, t.astype("float32"), p)
    p3, t3 = d.distribution(2, 3, 4), d.ints(4, 2, 3)
    add("rank3", {}, t3, p3)
    add("mask", {}, t3, p3, mask=MASK)
    add("mask_weighted", {}, t3, p3, d.uniform(2, 3), mask=MASK)
    reductions(add, t, p, w)
    loss.done()


def make():
    binary_focal()
    categorical_focal()
    overlap("Dice", {})
    overlap("Tversky", {"alpha": {"alpha": 0.2}, "beta": {"beta": 0.9}, "both": {"alpha": 0.7, "beta": 0.3, "axis": [1, 2, 3]}})
    circle()
    ctc()
    generalized()
