"""Losses and metrics of models with several outputs: which belong to which, as Keras counts."""

from . import configs, dialect


def checked(compiled, names, named=False):
    """A compile config for outputs of these names; refuses lists that do not fit them.

    Of `named` outputs, in a dict, some may have no loss.
    """
    if len(names) < 2:
        return _of_one(compiled, names[0], named) if names and not dialect.before(3) else compiled
    found = {**compiled, "loss": _losses(compiled.get("loss"), names)}
    each = found["loss"].items() if isinstance(found["loss"], dict) else enumerate(found["loss"] or []) if isinstance(
        found["loss"], (list, tuple)) else ()
    for name, loss in each:
        if isinstance(loss, (list, tuple)):
            raise NotImplementedError(
                f"loss of the output {name!r}: {len(loss)} losses for one output are not supported here; give one function that adds them"
            )
    if named and isinstance(found["loss"], dict) and set(found["loss"]) < set(names):
        found["loss"] = {name: found["loss"].get(name) for name in names}
    for key in ("metrics", "weighted_metrics"):
        given = compiled.get(key)
        if isinstance(given, (list, tuple)) and len(given) == len(names):
            found[key] = without_none(given)
        elif isinstance(given, (list, tuple)) and not dialect.before(3):
            raise ValueError(
                f"Invalid `{key}`. `{key}` should contain metrics objects and either be a dict by the names of the outputs {list(names)} "
                f"or a list with one entry for each; it has {len(given)}"
            )
    return found


def without_none(given):
    """Metrics for each output; None is an output without one."""
    return [[] if each is None else each if isinstance(each, list) else [each] for each in given] if None in given else given


def in_order(logs, names, losses):
    """Names of logs in the order in which Keras gives their values: losses as they were given, then metrics by their names."""
    if len(names) < 2 or dialect.before(3):
        return logs
    ordered = [f"{name}_loss" for name in [*losses, *(name for name in names if name not in losses)]]
    first = ["loss", *(name for name in ordered if name in logs)]
    return first + sorted(name for name in logs if name not in first)


def are_metrics(given):
    """Whether what was given as weights of losses are metrics: they came third in `compile` until Keras 2."""
    found = given.values() if isinstance(given, dict) else given if isinstance(given, (list, tuple)) else [given]
    if not any(isinstance(value, (str, list, tuple)) or callable(value) for value in found):
        return False
    if not dialect.before(3):
        configs.tell("compile(optimizer, loss, metrics): by place the third are loss_weights since Keras 3; these are taken for metrics")
    return True


def _losses(given, names):
    if not isinstance(given, (list, tuple)) or len(given) >= len(names):
        return given
    if dialect.before(3):
        raise ValueError(
            f"When passing a list as loss, it should have one entry per model outputs. The model has {len(names)} outputs "
            f"({', '.join(names)}), found {len(given)} losses"
        )
    without = names[len(given):]
    configs.tell(f"compile(loss=...): {len(given)} losses for {len(names)} outputs; as in Keras, {', '.join(without)} are trained by none. "
                 "A single loss that is not in a list is that of every output")
    return [*given, *(None for _ in without)]


def _of_one(compiled, name, named):
    """A single output is trained by the first of several losses, as in Keras, which leaves the others out without a word."""
    several = several_of_one(compiled.get("loss"))
    if several is None:
        return compiled
    if None in several:
        raise ValueError(f"loss of the output {name!r}: found None among {len(several)} losses; leave it out")
    if named:
        raise NotImplementedError(
            f"loss of the output {name!r}: {len(several)} losses for an output in a dict are not supported here; {_ADDED}"
        )
    weights = _flat_weights(compiled.get("loss_weights"))
    if weights is not None and len(weights) != len(several):
        raise ValueError(f"`loss_weights` must match the number of losses, got {len(several)} losses and {len(weights)} weights.")
    configs.tell(f"compile(loss=...): {len(several)} losses for one output; as in Keras, the first alone trains it. To train by all, "
                 f"{_ADDED}")
    return {**compiled, "loss": several[0], "loss_weights": None if weights is None else [weights[0]]}


_ADDED = "give one function that adds them"


def several_of_one(loss):
    """The losses of a single output, where they are several; else None."""
    if isinstance(loss, dict) and len(loss) == 1 and "class_name" not in loss:
        loss = next(iter(loss.values()))
    while isinstance(loss, (list, tuple)) and len(loss) == 1:
        loss = loss[0]
    return list(loss) if isinstance(loss, (list, tuple)) and loss else None


def check_targets(loss, y):
    """Refuses targets in a list where several losses are one output's: Keras adds them then."""
    several = several_of_one(loss) or []
    if len(several) > 1 and isinstance(y, (list, tuple)) and len(y) == 1 and hasattr(y[0], "shape"):
        raise NotImplementedError(
            f"compile(loss=...): {len(several)} losses for one output are added in Keras where targets come in a list (y=[y]), which is "
            f"not supported here; {_ADDED}"
        )


def _flat_weights(given):
    if given is None:
        return None
    if isinstance(given, dict):
        return [given[key] for key in sorted(given)]
    if not isinstance(given, (list, tuple)):
        raise TypeError(f"`loss_weights`: found {given!r} for a list of losses; give one weight for each")
    return list(given)
