"""MultiOptimizer and OptimizerMap: several optimizers, each for some of the variables.

On its own it hands each optimizer its variables; in a model the engine does, with one state for all of them.
"""

import collections.abc
import re

from . import configs, optimizer_state
from .described import Described
from .loss_scale import LossScaleOptimizer
from .optimizer import Optimizer


_APART = "Learning rate cannot be {} on a MultiOptimizer. {} the learning rate on the individual sub-optimizers instead."


class OptimizerMap(collections.abc.MutableMapping):
    """Patterns of paths of variables, each with its optimizer, and an optimizer for all other variables."""

    __module__ = "regimen.keras.optimizers"

    def __init__(self, default_optimizer, optimizer_map=None):
        if not isinstance(default_optimizer, Optimizer):
            raise TypeError(f"default_optimizer must be a Keras Optimizer instance. Received: {default_optimizer}")
        if optimizer_map is not None and not isinstance(optimizer_map, dict):
            raise TypeError(f"optimizer_map must be a dictionary. Received: {optimizer_map}")
        self._default, self._map = default_optimizer, {}
        for key, optimizer in (optimizer_map or {}).items():
            self[key] = optimizer

    @property
    def default_optimizer(self):
        """For what no pattern matches."""
        return self._default

    def __getitem__(self, key):
        if key in self._map:
            return self._map[key]
        found = [pattern for pattern in self._map if re.fullmatch(pattern, key)]
        if len(found) > 1:
            raise ValueError(f"Multiple optimizers assigned to variable {key}: {', '.join(found)}")
        return self._map[found[0]] if found else self._default

    def __setitem__(self, key, optimizer):
        if not isinstance(key, str):
            raise ValueError(f"key must be a string. Received: {key}")
        if key in self._map:
            raise ValueError(f"'{key}' already exists in the OptimizerMap with value {self._map[key]}")
        if not isinstance(optimizer, Optimizer):
            raise ValueError(f"optimizer must be a Keras Optimizer instance. Received: {optimizer}")
        _must_be_plain(optimizer, "optimizer cannot be {}.")
        self._map[key] = optimizer

    def __delitem__(self, key):
        del self._map[key]

    def __len__(self):
        return len(self._map)

    def __iter__(self):
        return iter(self._map)

    def __call__(self, variable):
        return self[variable.path]

    def get_config(self):
        """Both parts, each optimizer as `{class_name, config}`."""
        return {"default_optimizer": self._default._object(), "optimizer_map": {key: each._object() for key, each in self._map.items()}}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A map with these optimizers."""
        from ..keras import optimizers

        patterns = {key: optimizers.get(each) for key, each in (config.get("optimizer_map") or {}).items()}
        return cls(optimizers.get(config["default_optimizer"]), patterns)

    def _object(self):
        return {"class_name": "OptimizerMap", "config": self.get_config()}


def _must_be_plain(optimizer, told):
    for kind in (LossScaleOptimizer, MultiOptimizer):
        if isinstance(optimizer, kind):
            raise ValueError(told.format(kind.__name__))


class MultiOptimizer(Optimizer):
    """Several optimizers, each for some of the weights."""

    __module__ = "regimen.keras.optimizers"
    _class_name = "MultiOptimizer"
    _options = [["optimizer_map"], ["loss_scale_factor", None]]

    def __init__(self, optimizer_map, loss_scale_factor=None, name=None):
        self._begin_unbound()
        if isinstance(optimizer_map, dict) and optimizer_map.get("class_name") == "OptimizerMap":
            optimizer_map = OptimizerMap.from_config(optimizer_map["config"])
        if not callable(optimizer_map):
            raise ValueError(
                "MultiOptimizer.optimizer_map: expected an OptimizerMap, or a function of a variable. Received: "
                f"{optimizer_map}"
            )
        self._map, self._inner, self._weights, self._steps = optimizer_map, [], None, 0
        self._class, self._config = self._class_name, {"loss_scale_factor": loss_scale_factor, "name": name}
        self._take_name()
        self._join()

    def _join(self):
        """Takes in the optimizers of the map: those of the patterns, then the default."""
        if isinstance(self._map, OptimizerMap):
            for optimizer in (*self._map.values(), self._map.default_optimizer):
                self._join_one(optimizer)

    def _join_one(self, optimizer):
        if not any(optimizer is known for known in self._inner):
            optimizer._scale_by(self._config["loss_scale_factor"])
            optimizer._outer = self
            self._inner.append(optimizer)

    @property
    def optimizers(self):
        """The optimizers that it has."""
        return self._inner

    # Not those of the base, whose rate is one.
    learning_rate = lr = property()

    def __getattr__(self, name):
        if name in ("learning_rate", "lr"):
            raise AttributeError(_APART.format("accessed", "Access"))
        return super().__getattr__(name)

    def __setattr__(self, name, value):
        if name in ("learning_rate", "lr"):
            raise AttributeError(_APART.format("set", "Set"))
        super().__setattr__(name, value)

    def _scale_by(self, factor):
        super()._scale_by(factor)
        for optimizer in self._inner:
            optimizer._scale_by(factor)

    # -- its config

    def get_config(self):
        """The options, each with its value."""
        told = self._map._object() if isinstance(self._map, OptimizerMap) else self._map
        return {"optimizer_map": told, **self._config}

    def _rule(self):
        if not isinstance(self._map, OptimizerMap):
            raise NotImplementedError(
                f"{self.name}: a function decides which optimizer has a variable, which no model or file can hold; give an "
                "OptimizerMap"
            )
        self._join()
        class_name, config = configs.checked(self._kind, self._class_name, self.get_config())
        return {"class_name": class_name, "config": config}

    # -- in a model, or inside of a LossScaleOptimizer

    def _source(self):
        """Which optimizer has the state that the engine keeps for all of them; None while each has its own."""
        if self._runner() is not None:
            return self
        return self._outer if self._outer is not None and self._outer._has_state() else None

    def _has_state(self):
        return self._source() is not None

    def _bind(self, model):
        super()._bind(model)
        for optimizer in self._inner:
            optimizer._bind(model)
            optimizer._outer = self

    def _begin_rate(self, runner):
        self._put_pending(optimizer_state.inside(runner, self.name))

    def _keep_rate(self):
        for optimizer in self._inner:
            optimizer._keep_rate()

    def _put_pending(self, kept):
        for optimizer in self._inner:
            if optimizer._pending is not None:
                self._put_rate(kept, optimizer, optimizer._pending)

    def _places(self, optimizer):
        """Where the engine has an optimizer: among those of the patterns, then the default."""
        return [i for i, known in enumerate((*self._map.values(), self._map.default_optimizer)) if known is optimizer]

    def _rates(self, kept, optimizer):
        names = [f"{i}/learning_rate" for i in self._places(optimizer)]
        return [variable for variable in kept if variable.place in names]

    def _put_rate(self, kept, optimizer, rate):
        for variable in self._rates(kept, optimizer):
            variable.assign(rate)

    def _rate_of(self, optimizer):
        rates = self._rates(self._source()._everything(), optimizer)
        return float(rates[0]) if rates else float(Described.get_config(optimizer)["learning_rate"])

    def _scheduled(self):
        return False

    def _set_rate_of(self, optimizer, rate):
        runner = self._runner()
        if runner is not None and runner.training:
            raise NotImplementedError(
                f"{optimizer.name}: the learning rate of an optimizer inside of {self.name} cannot be set while fit() "
                "runs"
            )
        self._put_rate(self._source()._everything(), optimizer, rate)

    def _variables_of(self, optimizer):
        kept = self._source()._everything()
        weights = [path for path in self._weight_paths() if self._map[path] is optimizer]
        steps = next(variable for variable in kept if variable.place == "iterations")
        counted = steps if weights else optimizer_state.counter(optimizer.name, lambda: 0, _stays(optimizer.name))
        return [counted, *self._rates(kept, optimizer), *(v for v in kept if v.place.rpartition("/")[0] in weights)]

    def _weight_paths(self):
        runner = self._runner()
        if runner is not None:
            return [path for path, variable in runner.variables if variable.trainable]
        return self._outer._alone.paths

    # -- on its own

    @property
    def built(self):
        """Whether it is known which variables it moves."""
        return self._has_state() or self._weights is not None

    @property
    def variables(self):
        """Its number of steps, and what each of its optimizers keeps."""
        if self._has_state():
            return self._source()._everything() if self._source() is self else self._outer._variables_of(self)
        steps = optimizer_state.counter(self.name, lambda: self._steps, self._set_steps)
        return [steps, *(v for each in self._inner for v in each.variables)]

    def _set_steps(self, value):
        self._steps = value

    def build(self, variables):
        """Finds the optimizer of each variable, and builds it for those that it has."""
        if self.built:
            return
        self._join()
        parts = []
        for variable in variables:
            optimizer = self._map(variable)
            if not isinstance(optimizer, Optimizer):
                raise ValueError(f"Optimizer for variable {variable} is not an Optimizer instance.")
            _must_be_plain(optimizer, "{} cannot be used inside an MultiOptimizer.")
            self._join_one(optimizer)
            parts.append(optimizer)
        for optimizer in self._inner:
            mine = [variable for variable, part in zip(variables, parts) if part is optimizer]
            if mine:
                optimizer.build(mine)
        self._weights, self._parts = list(variables), parts

    def apply(self, grads, trainable_variables=None):
        """A step: each optimizer moves the variables that it has."""
        grads = list(grads)
        if not grads:
            return
        if self._has_state():
            raise NotImplementedError(
                f"{self.name} belongs to a model or a LossScaleOptimizer, which makes the steps; make another optimizer for "
                "yours"
            )
        if trainable_variables is None and not self.built:
            raise ValueError("When passing `grads` without `variables`, the optimizer must already be built on a list of variables. "
                             "Call `optimizer.build(trainable_variables)` first.")
        variables = list(self._weights if trainable_variables is None else trainable_variables)
        self.build(variables)
        if len(grads) != len(self._weights):
            raise ValueError(
                f"Gradients must match trainable variables one-to-one. Received {len(grads)} gradients and "
                f"{len(self._weights)} variables."
            )
        parts = {id(variable): part for variable, part in zip(self._weights, self._parts)}
        for optimizer in self._inner:
            mine = [(grad, variable) for grad, variable in zip(grads, variables) if parts.get(id(variable)) is optimizer]
            if mine:
                optimizer.apply([grad for grad, _ in mine], [variable for _, variable in mine])
        self._steps += 1

    def stateless_apply(self, optimizer_variables, grads, trainable_variables):
        """A step on values alone: the new ones of the variables, and of what the optimizers keep. Nothing is changed by it."""
        if self._weights is None:
            raise ValueError("To call `stateless_apply`, MultiOptimizer must be built (i.e. its variables must have been created). "
                             "You can build it via `optimizer.build(trainable_variables)`.")
        kept, weights = self.variables, self._weights
        if len(optimizer_variables) != len(kept) or len(trainable_variables) != len(weights):
            raise ValueError(f"found {len(optimizer_variables)} values of the optimizer and {len(trainable_variables)} of variables, "
                             f"expected {len(kept)} and {len(weights)}")
        before = [variable.numpy() for variable in (*kept, *weights)]
        try:
            for variable, value in zip((*kept, *weights), (*optimizer_variables, *trainable_variables)):
                variable.assign(value)
            self.apply(grads, weights)
            return [variable.numpy() for variable in weights], [variable.numpy() for variable in kept]
        finally:
            for variable, value in zip((*kept, *weights), before):
                variable.assign(value)

    def finalize_variable_values(self, var_list):
        """Puts the moving averages of `use_ema` in the place of the variables, where an optimizer keeps them."""
        for optimizer in self._inner:
            mine = [variable for variable in var_list if self._map(variable) is optimizer]
            if mine:
                optimizer.finalize_variable_values(mine)

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Each optimizer has its own list."""
        raise NotImplementedError("MultiOptimizer.exclude_from_weight_decay: call it on the optimizers in `optimizers`")

    def _marked(self, variables, paths):
        """Inside of a LossScaleOptimizer its weights keep their paths, by which it finds their optimizers."""
        self._check_excluded(variables)
        return paths

    def _marking_rule(self):
        return self._rule()

    def _check_excluded(self, variables):
        for optimizer in self._inner:
            if optimizer._excluded:
                optimizer._check_excluded([each for each in variables if each.trainable and self._map(each) is optimizer])


def _stays(name):
    def put(value):
        raise NotImplementedError(f"{name}: it moves no variable of the model, and counts no steps")

    return put
