"""Metrics whose result is a dict: the library logs a number for each metric, so each entry is one, with a state of its own."""

import numpy as np

from .nested import found


class Part:
    """An entry of what a metric gives, as the library asks for it."""

    def __init__(self, metric, key):
        self.metric, self.key, self._foreign_name = metric, key, f"{type(metric).__name__}[{key!r}]"

    def _states(self):
        return self.metric._states()

    def _trace_update(self, args):
        return self.metric._trace_update(args)

    def _trace_result(self, states):
        return self.metric._trace_result(states, self.key)


def of(metric):
    """Parts of a metric by key; none where its result is one value."""
    if not getattr(metric, "_is_written", False):
        return {}
    try:
        with np.errstate(all="ignore"):
            value = metric.result()
    except Exception:  # noqa: BLE001 -- what it raises comes out where it is traced, with the program's lines
        return {}
    keys = list(value) if isinstance(value, dict) else []
    known = metric.__dict__.setdefault("_parts", {})
    metric.__dict__["_parts"] = {
        key: known[key] if key in known and known[key].metric is metric else Part(metric, key) for key in keys
    }
    return metric.__dict__["_parts"]


def owners(compiled):
    """Names of metrics by the names under which parts of them are logged."""
    from ..keras.metrics import Metric

    return {key: metric.name for metric in found(list(compiled), Metric) for key in metric.__dict__.get("_parts", {})}
