"""Metrics of the library inside of a program's own, while these are traced: their variables are among those of the metric around."""

from .. import _regimen
from . import metric_inputs
from .traced import Tensor, bindings, native


def update(metric, y_true, y_pred, sample_weight):
    """Takes a batch of the graph in."""
    _must_be_inside(metric)
    y_true, y_pred = (_numbers(metric, value, given) for value, given in (("y_true", y_true), ("y_pred", y_pred)))
    metric_inputs.check(metric, Tensor(y_true), Tensor(y_pred))
    weight = _of_type(native(sample_weight), "float32") if sample_weight is not None else None
    kept = list(metric._kept.values())
    _check_sizes(metric, [list(y_true.shape), list(y_pred.shape)])
    found = _regimen.traced_metric_update(metric._told(), [native(v) for v in kept], y_true, y_pred, weight)
    for variable, value in zip(kept, found):
        variable.assign(Tensor(value))


def result(metric):
    """The value for what its variables are in the graph."""
    _must_be_inside(metric)
    return Tensor(_regimen.traced_metric_result(metric._told(), [native(v) for v in metric._kept.values()], *metric._shapes))


def _must_be_inside(metric):
    metric._begin()
    if not bindings or not all(id(v) in bindings[-1] for v in metric._kept.values()):
        raise NotImplementedError(
            f"{metric.name}: a metric of the library takes values of a graph where it is an attribute of a metric of your own (or "
            "the class that yours is derived from), which is given to compile(metrics=...)"
        )


def _check_sizes(metric, shapes):
    """Refuses shapes for which it has other variables than those that the graph has."""
    wanted = _regimen.eager_metric_states(metric._told(), *shapes)
    if [list(v.shape) for v in metric._kept.values()] != [list(shape) for _, shape in wanted]:
        raise NotImplementedError(
            f"{metric.name}: its variables follow from the first batch ({', '.join(f'{name} {shape}' for name, shape in wanted)}), and "
            "those of a metric that holds it have to be there before: call update_state() on arrays of such sizes, then reset_state()"
        )
    metric._shapes = shapes


def _numbers(metric, name, given):
    """Targets or predictions in the type that the library reads them in."""
    value = native(given)
    keeps = "IoU" in metric._class_name or (name == "y_true" and metric._class_name.startswith("Sparse"))
    if keeps and value.dtype != "bool":
        return value
    return _of_type(value, "int32" if keeps else "float32")


def _of_type(value, name):
    return value if value.dtype == name else value.cast(name)
