"""Metrics, by Keras's names."""

import inspect

import numpy as np

from .. import _regimen
from .._keras import configs, eager, foreign, naming
from .._keras.described import Described, getter, make
from .._keras.traced import Tensor, bindings, native, near
from .._keras.variable import Variable


class Metric(Described):
    """What every class of this module is."""

    _kind = "metrics"

    def __init__(self, *args, **kwargs):
        self._eager, self._shapes, self._names = None, None, []
        if self._class_name:
            super().__init__(*args, **kwargs)
            self.name = self._config.get("name") or naming.snake_case(self._class_name)
            return
        names = dict(zip(("dtype", "name"), args), **kwargs)
        self.name = names.get("name") or naming.snake_case(type(self).__name__)
        self._config, self._held, self._foreign_name = {}, {}, type(self).__name__

    def add_weight(self, shape=(), initializer=None, dtype=None, name=None, **kwargs):
        """A variable that begins at zero with each epoch and each evaluation."""
        if isinstance(shape, str):
            shape, name = (), shape
        plain = initializer is None or getattr(initializer, "_class_name", initializer) in ("zeros", "Zeros")
        if not plain:
            raise NotImplementedError(f"{self.name}: variables of a metric begin at zero here; put another beginning into result()")
        name = name or f"variable_{len(self._held)}"
        variable = Variable("zeros", tuple(shape), trainable=False, name=name)
        self._held[name] = variable
        return variable

    add_variable = add_weight

    def update_state(self, y_true, y_pred=None, sample_weight=None):
        """Takes a batch in. One of your own overrides it and assigns to its variables."""
        if not self._class_name:
            raise NotImplementedError(f"{type(self).__name__} has to override update_state()")
        if self._class_name in ("Mean", "Sum"):
            # Of values: what else is given are their weights.
            sample_weight = sample_weight if sample_weight is not None else y_pred
            y_pred = y_true
        y_true, y_pred = eager.prepared(y_true, "y_true"), eager.prepared(y_pred, "y_pred")
        if "IoU" not in self._class_name:
            y_pred = y_pred.astype("float32")
            y_true = y_true if self._class_name.startswith("Sparse") else y_true.astype("float32")
        weight = eager.prepared(sample_weight, "sample_weight").astype("float32") if sample_weight is not None else None
        object_, shapes = configs.dumps(self._object()), (list(y_true.shape), list(y_pred.shape))
        if self._eager is None:
            states = _regimen.eager_metric_states(object_, *shapes)
            self._eager = [np.zeros(shape, "float32") for _, shape in states]
        self._shapes = shapes
        self._names = [name for name, _ in _regimen.eager_metric_states(object_, *shapes)]
        self._eager = _regimen.eager_metric_update(object_, self._eager, y_true, y_pred, weight)

    def result(self):
        """The value now. One of your own overrides it."""
        if not self._class_name:
            raise NotImplementedError(f"{type(self).__name__} has to override result()")
        if self._eager is None:
            return np.float32(0.0)
        found = _regimen.eager_metric_result(configs.dumps(self._object()), self._eager, *self._shapes)
        return found if found.ndim else np.float32(found)

    def reset_state(self):
        """Begins anew."""
        self._eager = None
        for variable in self.__dict__.get("_held", {}).values():
            variable.assign(np.zeros(variable.shape, "float32"))

    reset_states = reset_state

    @property
    def variables(self):
        """What it keeps."""
        if not self._class_name:
            return list(self._held.values())
        return [Variable(value, name=name) for name, value in zip(self._names, self._eager or [])]

    def __getattr__(self, name):
        names = self.__dict__.get("_names", [])
        if name in names and self._eager is not None:
            return self._eager[names.index(name)]
        return super().__getattr__(name)

    def __call__(self, *args, **kwargs):
        """Takes a batch in and gives the value."""
        self.update_state(*args, **kwargs)
        return self.result()

    def _object(self):
        if self._class_name:
            found = super()._object()
            return {**found, "config": {**found["config"], "name": self.name}}
        return {"class_name": foreign.register(self), "config": {"name": self.name}}

    def _states(self):
        return [(name, list(variable.shape)) for name, variable in self._held.items()]

    def _traced(self, states, run, first):
        bound = {id(v): Tensor(state) for v, state in zip(self._held.values(), states)}
        bindings.append(bound)
        near.append(first)
        try:
            told = run()
            return told, [native(bound[id(v)]) for v in self._held.values()]
        finally:
            bindings.pop()
            near.pop()

    def _trace_update(self, args):
        y_true, y_pred, weight, *states = args
        weight = Tensor(weight) if weight is not None else None
        takes = "sample_weight" in inspect.signature(self.update_state).parameters
        more = {"sample_weight": weight} if takes else {}
        return self._traced(states, lambda: self.update_state(Tensor(y_true), Tensor(y_pred), **more), y_pred)[1]

    def _trace_result(self, states):
        near.append(states[0]) if states else None
        try:
            return [self._traced(states, lambda: native(self.result()), states[0] if states else None)[0]]
        finally:
            near.pop() if states else None


make("metrics", Metric, globals(), __name__)
get = getter("metrics", Metric, globals())


def serialize(instance):
    """`{class_name, config}`."""
    return instance._object()


def deserialize(config, custom_objects=None):
    """An object from `{class_name, config}` or a name."""
    return get(config)
