"""Targets of one axis for outputs of one column: as in Keras 1 and 2, functions and losses of a program are given them as a column here.
Keras 3 leaves them as they are, and what a program computes between them and predictions is of every row with every other.
"""

from . import dialect, foreign
from .user_line import warn


def tell(model, targets):
    """Warns where it makes a difference between this and Keras 3."""
    if dialect.before(3) or model._compiled is None:
        return
    outputs = getattr(model._root(), "outputs", None) or []
    if len(outputs) != len(targets):
        return
    columns = [place for place, (y, output) in enumerate(zip(targets, outputs)) if y.ndim == 1 and tuple(output.shape[1:]) == (1,)]
    names = dict.fromkeys(name for place in columns for name in _written(model, place))
    if names:
        told = ", ".join(f"`{name}`" for name in names)
        warn(f"targets of shape (n,) are given to {told} as (n, 1), as in Keras 2; Keras 3 gives them as they are, and would compare each "
             "row with every other. Targets of shape (n, 1) are the same in both.")


def _written(model, place):
    """Names of what a program wrote for an output: functions that are metrics, and losses."""
    count, name = len(model._target_names()), model._target_names()[place]
    loss, *metrics = (_of_output(given, place, name, count) for given in model._held_by_compile)
    return [*_names(loss, False), *(found for given in metrics for found in _names(given, True))]


def _of_output(given, place, name, count):
    """What is one output's of that which `compile` was given."""
    if isinstance(given, dict):
        return given.get(name)
    return given[place] if count > 1 and isinstance(given, (list, tuple)) and len(given) == count else given


def _names(given, functions):
    """Names of losses, and where they count of `functions`; a function that is the loss is given columns in Keras 3, too."""
    from ..keras.losses import Loss

    if isinstance(given, (list, tuple)):
        return [found for each in given for found in _names(each, functions)]
    if isinstance(given, Loss):
        return [] if given._class_name else [type(given).__name__]
    if hasattr(given, "update_state"):
        return _names(_inside(given), functions)
    own = functions and callable(given) and not str(getattr(given, "__module__", "")).startswith("regimen.")
    return [getattr(given, "__name__", type(given).__name__)] if own else []


def _inside(metric):
    """The function of a program whose mean a metric keeps; None of others."""
    entry = getattr(metric, "_config", {}).get("fn")
    name = entry["class_name"] if isinstance(entry, dict) else ""
    return foreign.find(int(name.removeprefix("python>"))).original if name.startswith("python>") else None
