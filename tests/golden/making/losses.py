"""Losses: value and gradient with respect to the predictions, for every option."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras.src import backend

from .tensors import Draw, fresh, keras_json, tensor, write


def loss_case(file, name, class_name, config, y_true, y_pred, sample_weight=None, mask=None):
    fresh()
    fn = getattr(keras.losses, class_name)(**config)
    weights = None if sample_weight is None else jnp.asarray(sample_weight)

    def value(p):
        if mask is not None:
            backend.set_keras_mask(p, jnp.asarray(mask))
        return fn(jnp.asarray(y_true), p, sample_weight=weights)

    out = value(jnp.asarray(y_pred))
    weighting = Draw(f"{file}/{name}/weighting").normal(*out.shape) if out.ndim else np.float32(1)
    grad = jax.grad(lambda p: jnp.sum(value(p) * weighting))(jnp.asarray(y_pred))
    case = {
        "name": name,
        "class_name": class_name,
        "config": config,
        "full_config": keras_json(fn.get_config()),
        "y_true": tensor(y_true),
        "y_pred": tensor(y_pred),
        "sample_weight": tensor(sample_weight),
        "mask": tensor(mask),
        "value": noisy(tensor(out), name),
        "weighting": tensor(weighting),
        "grad": noisy(tensor(grad), name),
    }
    return case


def noisy(stored, name):
    """With "scale" where digits are rounding noise about zero, such as the gradient where all is equal."""
    largest = max((abs(v) for v in stored["data"] if not isinstance(v, str)), default=0)
    if 0 < largest < 1e-6 or (largest == 0 and name == "equal"):
        stored["scale"] = 1.0
    return stored


REDUCTIONS = ["sum_over_batch_size", "sum", "none", "mean", "mean_with_sample_weight"]
MASK = np.array([[1, 1, 0], [1, 0, 0]], bool)


def reductions(add, y_true, y_pred, weights, **config):
    """Every reduction with and without sample weights."""
    for r in REDUCTIONS:
        add(f"reduction_{r}", {**config, "reduction": r}, y_true, y_pred)
        add(f"reduction_{r}_weighted", {**config, "reduction": r}, y_true, y_pred, weights)


def regression(class_name, options, targets=None, predictions=None, square=False):
    """Losses that compare number by number. `targets` and `predictions` make of a normal draw what the loss wants."""
    file, cases = f"losses/{snake(class_name)}", []
    d = Draw(file)

    def same(a):
        return a

    targets, predictions = targets or same, predictions or same

    def add(name, config, *args, **kwargs):
        cases.append(loss_case(file, name, class_name, config, *args, **kwargs))

    t, p, w = targets(d.normal(4, 3)), predictions(d.normal(4, 3, scale=2)), d.uniform(4, high=2)
    t3, p3 = targets(d.normal(2, 3, 2)), predictions(d.normal(2, 3, 2))
    add("plain", {}, t, p)
    for tag, config in options.items():
        add(tag, config, t, p)
    reductions(add, t, p, w)
    add("rank1_against_column", {}, t[:, 0], p[:, :1])
    add("column_against_rank1", {}, t[:, :1], p[:, 0])
    add("rank1", {}, t[:, 0], p[:, 0])
    add("rank3", {}, t3, p3)
    add("rank3_row_weights", {}, t3, p3, d.uniform(2, 1))
    if square:
        # One weight a row against values (rows, steps) is an error, unless both are equal: then it falls on the steps.
        add("rank3_square_row_weights", {}, t3[:, :2], p3[:, :2], d.uniform(2))
    add("rank3_step_weights", {}, t3, p3, d.uniform(2, 3))
    add("column_weights", {}, t, p, w.reshape(4, 1))
    add("zero_weights", {}, t, p, np.zeros(4, "float32"))
    add("zero_weights_mean", {"reduction": "mean_with_sample_weight"}, t, p, np.zeros(4, "float32"))
    add("mask", {}, t3, p3, mask=MASK)
    add("mask_weighted", {}, t3, p3, d.uniform(2, 3), mask=MASK)
    add("mask_sum", {"reduction": "sum"}, t3, p3, mask=MASK)
    add("mask_mean_weighted", {"reduction": "mean_with_sample_weight"}, t3, p3, d.uniform(2, 3), mask=MASK)
    add("integer_targets", {}, d.ints(3, 4, 3), p)
    add("equal", {}, t, t)
    write(f"{file}.json", {"cases": cases})


def binary():
    file, cases = "losses/binary_crossentropy", []
    d = Draw(file)

    def add(name, config, *args, **kwargs):
        cases.append(loss_case(file, name, "BinaryCrossentropy", config, *args, **kwargs))

    t = d.ints(2, 4, 2).astype("float32")
    p, z, w = d.uniform(4, 2, low=0.02, high=0.98), d.normal(4, 2, scale=3), d.uniform(4, high=2)
    logits = {"from_logits": True}
    add("plain", {}, t, p)
    add("from_logits", logits, t, z)
    add("soft_targets", {}, d.uniform(4, 2), p)
    for s in [0.1, 0.5]:
        add(f"smoothing_{s}", {"label_smoothing": s}, t, p)
        add(f"smoothing_{s}_logits", {"label_smoothing": s, **logits}, t, z)
    reductions(add, t, p, w)
    reductions(lambda n, *a: add(n + "_logits", *a), t, z, w, **logits)
    edge = np.array([[0, 1], [1e-8, 1 - 1e-7], [1, 0], [0.5, 0.5]], "float32")
    add("edge_probabilities", {}, t, edge)
    add("edge_all_wrong", {}, np.array([[1, 0]], "float32"), np.array([[0, 1]], "float32"))
    add("edge_logits", logits, np.array([[0, 1, 0, 1]], "float32"), np.array([[100, -100, -100, 100]], "float32"))
    add("one_column", {}, t[:, :1], p[:, :1])
    add("column_against_rank1", {}, t[:, 0], p[:, :1])
    add("integer_targets", {}, t.astype("int32"), p)
    p3, t3 = d.uniform(2, 3, 1, low=0.1, high=0.9), d.ints(2, 2, 3, 1).astype("float32")
    add("mask", {}, t3, p3, mask=MASK)
    add("mask_weighted", {}, t3, p3, d.uniform(2, 3), mask=MASK)
    add("axis_0", {"axis": 0}, t, p)
    write(f"{file}.json", {"cases": cases})


def categorical():
    file, cases = "losses/categorical_crossentropy", []
    d = Draw(file)

    def add(name, config, *args, **kwargs):
        cases.append(loss_case(file, name, "CategoricalCrossentropy", config, *args, **kwargs))

    t, p, z, w = d.one_hot(3, 4), d.distribution(4, 3), d.normal(4, 3, scale=3), d.uniform(4, high=2)
    logits = {"from_logits": True}
    add("plain", {}, t, p)
    add("from_logits", logits, t, z)
    add("soft_targets", {}, d.distribution(4, 3), p)
    add("soft_targets_logits", logits, d.distribution(4, 3), z)
    for s in [0.1, 0.5]:
        add(f"smoothing_{s}", {"label_smoothing": s}, t, p)
        add(f"smoothing_{s}_logits", {"label_smoothing": s, **logits}, t, z)
    reductions(add, t, p, w)
    reductions(lambda n, *a: add(n + "_logits", *a), t, z, w, **logits)
    add("not_normalised", {}, t, d.uniform(4, 3, low=0.1, high=2))
    edge = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [1e-9, 0.5, 0.5]], "float32")
    add("edge_probabilities", {}, np.eye(3, dtype="float32")[[0, 0, 2, 0]], edge)
    add(
        "edge_logits", logits, np.eye(3, dtype="float32")[[0, 1]], np.array([[100, -100, 0], [100, -100, 0]], "float32")
    )
    p3, t3 = d.distribution(2, 3, 2), d.one_hot(2, 2, 3)
    add("rank3", {}, t3, p3)
    add("rank3_step_weights", {}, t3, p3, d.uniform(2, 3))
    add("mask", {}, t3, p3, mask=MASK)
    add("mask_weighted", {}, t3, p3, d.uniform(2, 3), mask=MASK)
    add("axis_1", {"axis": 1}, np.moveaxis(t3, -1, 1), np.moveaxis(p3, -1, 1))
    write(f"{file}.json", {"cases": cases})


def sparse():
    file, cases = "losses/sparse_categorical_crossentropy", []
    d = Draw(file)

    def add(name, config, *args, **kwargs):
        cases.append(loss_case(file, name, "SparseCategoricalCrossentropy", config, *args, **kwargs))

    t, p, z, w = d.ints(3, 4), d.distribution(4, 3), d.normal(4, 3, scale=3), d.uniform(4, high=2)
    logits = {"from_logits": True}
    add("plain", {}, t, p)
    add("from_logits", logits, t, z)
    add("column_targets", {}, t.reshape(4, 1), p)
    add("float_targets", {}, t.astype("float32"), p)
    reductions(add, t, p, w)
    reductions(lambda n, *a: add(n + "_logits", *a), t, z, w, **logits)
    ignored = np.array([0, 1, 2, 1], "int32")
    for tag, config, x in [("", {}, p), ("_logits", logits, z)]:
        add("ignore_1" + tag, {"ignore_class": 1, **config}, ignored, x)
        add("ignore_1_weighted" + tag, {"ignore_class": 1, **config}, ignored, x, w)
        add("ignore_minus_1" + tag, {"ignore_class": -1, **config}, np.array([0, -1, 2, -1], "int32"), x)
        add("ignore_sum" + tag, {"ignore_class": 1, "reduction": "sum", **config}, ignored, x)
        add("ignore_none" + tag, {"ignore_class": 1, "reduction": "none", **config}, ignored, x)
    add("ignore_all", {"ignore_class": 1}, np.ones(4, "int32"), p)
    add("not_normalised", {}, t, d.uniform(4, 3, low=0.1, high=2))
    edge = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [1e-9, 0.5, 0.5]], "float32")
    add("edge_probabilities", {}, np.array([0, 0, 2, 0], "int32"), edge)
    p3, t3 = d.distribution(2, 3, 4), d.ints(4, 2, 3)
    add("rank3", {}, t3, p3)
    add("mask", {}, t3, p3, mask=MASK)
    add("mask_weighted", {}, t3, p3, d.uniform(2, 3), mask=MASK)
    # On JAX, Keras takes another axis only where as many classes as positions hide that it checks the last one.
    p3, t3 = np.moveaxis(d.distribution(2, 3, 3), -1, 1), d.ints(3, 2, 3)
    add("axis_1", {"axis": 1}, t3, p3)
    add("axis_1_kept", {"axis": 1}, t3[:, None], p3)
    add("axis_1_ignored", {"axis": 1, "ignore_class": 2}, t3[:, None], p3)
    write(f"{file}.json", {"cases": cases})


def crossentropy_by_shapes():
    """Which loss the string 'crossentropy' becomes."""
    from keras.src.trainers.compile_utils import get_loss

    cases = []
    for t, p in [
        ([4], [4, 1]),
        ([4, 1], [4, 1]),
        ([4], [4, 3]),
        ([4, 1], [4, 3]),
        ([4, 3], [4, 3]),
        ([4, 5], [4, 5, 3]),
    ]:
        fn = get_loss("crossentropy", np.zeros(t), np.zeros(p))
        cases.append({"y_true": t, "y_pred": p, "becomes": fn.fn.__name__})
    write("losses/crossentropy_by_shapes.json", {"cases": cases})


def positive(a):
    return np.abs(a) + np.float32(0.125)


def shares(a):
    """Rows that sum to one, as far as three decimals do."""
    e = np.exp(a)
    return np.round(e / e.sum(-1, keepdims=True), 3).astype("float32")


def signs(a):
    return np.where(a > 0, 1, -1).astype("float32")


def hot(a):
    return np.eye(a.shape[-1], dtype="float32")[np.argmax(a, -1)]


def snake(name):
    if name.isupper() or name == "KLDivergence":
        return {"KLDivergence": "kl_divergence"}.get(name, name.lower())
    return "".join(("_" + c.lower()) if c.isupper() and i else c.lower() for i, c in enumerate(name))


def make():
    regression("MeanSquaredError", {}, square=True)
    regression("MeanAbsoluteError", {}, square=True)
    regression("Huber", {"delta_0.5": {"delta": 0.5}, "delta_2": {"delta": 2.0}}, square=True)
    regression("MeanAbsolutePercentageError", {})
    regression("MeanSquaredLogarithmicError", {}, positive, positive)
    regression("LogCosh", {})
    regression("Poisson", {}, positive, positive)
    regression("KLDivergence", {}, shares, shares)
    regression("Hinge", {}, signs)
    regression("SquaredHinge", {}, signs)
    regression("CategoricalHinge", {}, hot, shares)
    regression("CosineSimilarity", {"axis_0": {"axis": 0}, "axis_1": {"axis": 1}})
    binary()
    categorical()
    sparse()
    crossentropy_by_shapes()
