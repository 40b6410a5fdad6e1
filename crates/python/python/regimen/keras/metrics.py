"""Metrics, by Keras's names."""

import inspect

import numpy as np

from .. import _regimen
from .._keras import configs, dtypes, foreign, held_variables, metric_inputs, metric_options, metrics_in_graphs, naming
from .._keras.absent import absent as _absent
from .._keras.described import Described, deserializer, getter, make, serialize_entry
from .._keras.eager_array import eager
from .._keras.traced import Tensor, any_traced, bindings, native, near
from .._keras.variable import Variable
from .._keras.metric_functions import (
    binary_accuracy,
    categorical_accuracy,
    concordance_correlation,
    pearson_correlation,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from .losses import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)

# What Keras does not name after the class.
_NAMES = {"FBetaScore": "fbeta_score", "LogCoshError": "logcosh"}
# Parts of the names of those classes whose subclasses are named after themselves.
_OWN_NAMES = ("AUC", "IoU", "Negatives", "Positives", "Precision", "Recall", "Sensitivity", "Wrapper")


class Metric(Described):
    """What every class of this module is."""

    _kind, _may_override = "metrics", ("update_state", "result", "reset_state")
    # Whether a program wrote what it does, all of it or over one of the library's.
    _is_written = True

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls._is_written = not cls._class_name or any(getattr(cls, name) is not getattr(Metric, name) for name in cls._may_override)

    def __init__(self, *args, **kwargs):
        # Of a metric of the library: its variables, and the shapes that they were made for.
        self._kept, self._shapes = {}, None
        self._held, self._foreign_name = {}, type(self).__name__
        if self._class_name:
            super().__init__(*args, **kwargs)
            self.name = self._config.get("name") or _NAMES.get(self._class_name) or naming.snake_case(self._named_after())
            return
        names = dict(zip(("dtype", "name"), args), **kwargs)
        self.name = names.get("name") or naming.snake_case(type(self).__name__)
        self._dtype, self._config = dtypes.computed(names.get("dtype")), {}

    def _named_after(self):
        """The class that it has its name of: for some that of a program, for others the library's."""
        return type(self).__name__ if any(part in self._class_name for part in _OWN_NAMES) else self._class_name

    @property
    def dtype(self):
        """The type in which it takes arrays; inside it computes in float32."""
        return self._dtype

    def add_weight(self, shape=(), initializer=None, dtype=None, name=None, **kwargs):
        """A variable. With each epoch and each evaluation it begins at zero. How copies on devices are joined changes nothing here."""
        if isinstance(shape, str):
            shape, name = (), shape
        if "_held" not in self.__dict__:
            raise RuntimeError("You forgot to call `super().__init__()` in the `__init__()` method. Go add it!")
        unknown = set(kwargs) - {"aggregation", "synchronization", "trainable"}
        if unknown:
            raise TypeError(f"{type(self).__name__}.add_weight() got unexpected keyword arguments: {sorted(unknown)}")
        initializer = "zeros" if initializer is None else initializer
        name = name or f"variable_{len(self._held)}"
        variable = Variable(initializer, tuple(shape), dtype=dtype or "float32", trainable=False, name=name)
        self._held[name if name not in self._held else f"{name}_{len(self._held)}"] = variable
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
        if bindings or any_traced((y_true, y_pred, sample_weight)):
            metrics_in_graphs.update(self, y_true, y_pred, sample_weight)
            return
        metric_inputs.warn_of_weights(self, sample_weight)
        y_true, y_pred, weight = metric_inputs.arrays(self, y_true, y_pred, sample_weight)
        self._make_states([list(y_true.shape), list(y_pred.shape)])
        found = _regimen.eager_metric_update(self._told(), [v.numpy() for v in self._kept.values()], y_true, y_pred, weight)
        for variable, value in zip(self._kept.values(), found):
            variable.assign(value)

    def _make_states(self, shapes):
        """Makes the variables for targets and predictions of these shapes, unless they are there."""
        known, self._shapes = self._shapes, shapes
        if self._kept and known is not None:
            return
        found = _regimen.eager_metric_states(self._told(), *shapes)
        if [list(v.shape) for v in self._kept.values()] != [list(shape) for _, shape in found]:
            self._kept = {name: Variable("zeros", tuple(shape), trainable=False, name=name) for name, shape in found}

    def _told(self):
        """The metric as the library reads it; of types it has float32 alone."""
        found, own = self._of_library(), self._has_own_dtype()
        return configs.dumps({**found, "config": {k: v for k, v in found["config"].items() if own or k != "dtype"}})

    def result(self):
        """The value now. One of your own overrides it."""
        if not self._class_name:
            raise NotImplementedError(f"{type(self).__name__} has to override result()")
        if self._shapes is None:
            self._begin()
        if not self._kept:
            return eager(np.float32(0.0))
        if bindings:
            return metrics_in_graphs.result(self)
        found = _regimen.eager_metric_result(self._told(), [v.numpy() for v in self._kept.values()], *self._shapes)
        return eager(found)

    def _begin(self):
        """Makes the variables of a metric whose number does not follow from what it will be given."""
        shapes = metric_inputs.any_shapes(self)
        if shapes is not None and not self._kept:
            self._make_states(shapes)

    def reset_state(self):
        """Begins anew."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    reset_states = reset_state

    @property
    def variables(self):
        """What it keeps, and what metrics inside of it do."""
        if self._class_name:
            self._begin()
        return held_variables.of(self, Metric)

    def stateless_update_state(self, metric_variables, *args, **kwargs):
        """The variables after a batch, from these; its own stay what they are."""
        return self._with(metric_variables, lambda: self.update_state(*args, **kwargs))[1]

    def stateless_result(self, metric_variables):
        """The value for these variables."""
        return self._with(metric_variables, self.result)[0]

    def stateless_reset_state(self):
        """The variables as they begin."""
        return self._with(self.variables, self.reset_state)[1]

    def _with(self, values, run):
        own = self.variables
        if len(values) != len(own):
            raise ValueError(
                f"Argument `metric_variables` must be a list of tensors corresponding 1:1 to {type(self).__name__}().variables. Received "
                f"list with length {len(values)}, but expected {len(own)} variables."
            )
        before, values = [v.numpy() for v in own], [np.asarray(v) for v in values]
        try:
            for variable, value in zip(own, values):
                variable.assign(value)
            return run(), [v.numpy() for v in own]
        finally:
            for variable, value in zip(own, before):
                variable.assign(value)

    def __getattr__(self, name):
        kept = self.__dict__.get("_kept", {})
        name = "total_confusion_matrix" if name == "total_cm" else name
        if name in kept:
            return kept[name]
        if name in ("thresholds", "num_thresholds") and self._class_name == "AUC":
            found = metric_inputs.thresholds(self._config)
            return found if name == "thresholds" else len(found)
        return super().__getattr__(name)

    def __call__(self, *args, **kwargs):
        """Takes a batch in and gives the value."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self):
        """The options, each with its value."""
        return {**(super().get_config() if self._class_name else {}), "name": self.name, "dtype": self._dtype}

    def _checks(self, given):
        metric_options.check(self._class_name, given)

    def _object(self):
        if self._is_written:
            if not self._has_own_dtype():
                dtypes.check_of_training(self)
            self._begins_at_zero()
            return {"class_name": foreign.register(self), "config": {"name": self.name}}
        return self._of_library()

    def _has_own_dtype(self):
        """Whether the type is an option of the library's metric: overlaps count in whole numbers."""
        return any(option[0] == "dtype" for option in self._options)

    def _of_library(self):
        """Class and config of a metric of the library, or of the one that a program's is derived from."""
        found = super()._object()
        config = {**found["config"], "name": self.name}
        if self._dtype != "float32" and not self._has_own_dtype():
            config["dtype"] = self._dtype
        return {**found, "config": config}

    def _begins_at_zero(self):
        """Refuses a metric whose reset_state() sets anything else: in training its variables begin at zero."""
        if type(self).reset_state is Metric.reset_state:
            return
        for variable, value in zip(self.variables, self.stateless_reset_state()):
            if np.any(value):
                raise NotImplementedError(
                    f"{self.name}: reset_state() sets {variable.name} to {value}; in training the variables of a metric begin "
                    "at zero here, "
                    "put another beginning into result()"
                )

    def _states(self):
        return [(f"{i}_{variable.name}", list(variable.shape)) for i, variable in enumerate(self.variables)]

    def _traced(self, states, run, first):
        held = self.variables
        # The step keeps them as float32.
        bound = {id(v): Tensor(_of_type(state, "int32" if "int" in v.dtype else "float32")) for v, state in zip(held, states)}
        bindings.append(bound)
        near.append(first)
        try:
            told = run()
            return told, [_of_type(native(bound[id(v)]), "float32") for v in held]
        finally:
            bindings.pop()
            near.pop()

    def _trace_update(self, args):
        y_true, y_pred, weight, *states = args
        weight = Tensor(weight) if weight is not None else None
        named = inspect.signature(self.update_state).parameters
        takes = "sample_weight" in named or (weight is not None and any(p.kind == p.VAR_KEYWORD for p in named.values()))
        more = {"sample_weight": weight} if takes else {}
        return self._traced(states, lambda: self.update_state(Tensor(y_true), Tensor(y_pred), **more), y_pred)[1]

    def _trace_result(self, states, key=None):
        near.append(states[0]) if states else None
        try:
            found = lambda: native(self.result() if key is None else self.result()[key])
            return [self._traced(states, found, states[0] if states else None)[0]]
        finally:
            near.pop() if states else None


def _of_type(value, name):
    return value if value.dtype == name else value.cast(name)


make("metrics", Metric, globals(), __name__)
get = getter("metrics", Metric, globals())


def serialize(metric):
    """`{module, class_name, config, registered_name}`; None of None."""
    return serialize_entry(metric)


deserialize = deserializer(get)

# What Keras 1 measured batch by batch.
__getattr__ = _absent("keras.metrics", {
    "precision": "use Precision", "recall": "use Recall", "fbeta_score": "use FBetaScore", "fmeasure": "use F1Score",
    "matthews_correlation": "take it of predict() with scikit-learn",
})
