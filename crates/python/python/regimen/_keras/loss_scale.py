"""LossScaleOptimizer: another optimizer, and a scale of the loss that finds its own size."""

import numpy as np

from .described import _Signature, entries
from .optimizer import Optimizer
from .optimizer_state import Alone

_OWN = ("step_counter", "dynamic_scale")


class LossScaleOptimizer(Optimizer):
    """Another optimizer, its loss scaled against underflow."""

    __module__ = "regimen.keras.optimizers"
    __signature__ = _Signature()
    _class_name = "LossScaleOptimizer"
    _options = next(options for name, _, _, options in entries("optimizers") if name == "LossScaleOptimizer")

    def __init__(self, *args, **kwargs):
        self._inner = None
        super().__init__(*args, **kwargs)
        # Its own scale no longer counts.
        self._inner._scale_by(None)
        self._inner._outer = self

    def _checks(self, given):
        from ..keras import optimizers

        super()._checks(given)
        given["inner_optimizer"] = self._inner = optimizers.get(given.get("inner_optimizer"))

    @property
    def inner_optimizer(self):
        """The optimizer that updates."""
        return self._inner

    def _rule(self):
        own = {name: value for name, value in self._config.items() if name != "inner_optimizer"}
        return {"class_name": self._class, "config": {"inner_optimizer": self._inner._object(), **own}}

    def get_config(self):
        """The options, each with its value."""
        own = super().get_config()
        kept = {name: own[name] for name in ("initial_scale", "dynamic_growth_steps", "name") if name in own}
        return {**kept, "inner_optimizer": self._inner._object() if self._inner is not None else own.get("inner_optimizer")}

    def _bind(self, model):
        super()._bind(model)
        self._inner._bind(model)
        self._inner._outer = self

    def _scheduled(self):
        return self._inner._scheduled()

    def _rate(self):
        return super()._rate() if self._has_state() else self._inner._rate()

    def _set_rate(self, rate):
        if self._has_state():
            super()._set_rate(rate)
        else:
            self._inner._set_rate(rate)

    def _begin(self, runner):
        self._from_file = self._without_own(self._from_file, len(runner.native.optimizer_names()))
        super()._begin(runner)

    def _of_file(self):
        count = len(Alone(self, self._model.trainable_variables).names)
        return super()._of_file(len(self._from_file) - len(self._without_own(self._from_file, count)))

    def _without_own(self, kept, count):
        """Files of Keras have steps and a rate of this optimizer before its scale, which nothing reads."""
        return kept[2:] if len(kept) == count + 2 else kept

    def _begin_rate(self, runner):
        self._inner._begin_rate(runner)

    def _keep_rate(self):
        self._inner._keep_rate()

    _rate_in_file = 5

    def _rate_to_be(self):
        return self._inner._pending

    def _put_pending(self, kept):
        self._inner._put_pending(kept)

    # What the optimizer inside asks of it.

    def _rate_of(self, inner):
        return self._rate()

    def _set_rate_of(self, inner, rate):
        self._set_rate(rate)

    def _variables_of(self, inner):
        return [variable for variable in self.variables if variable.name not in _OWN]

    def finalize_variable_values(self, var_list):
        """Puts the moving averages of the optimizer inside in the place of the variables."""
        self._inner.finalize_variable_values(var_list)

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Variables, or names that paths contain, whose weights the optimizer inside does not decay."""
        if self._has_state():
            raise ValueError("`exclude_from_weight_decay()` can only be configured before the optimizer is built.")
        self._inner.exclude_from_weight_decay(var_list, var_names)

    def _marked(self, variables, paths):
        return self._inner._marked(variables, paths)

    def _marking_rule(self):
        rule = self._rule()
        return {**rule, "config": {**rule["config"], "inner_optimizer": self._inner._marking_rule()}}

    def _check_excluded(self, variables):
        self._inner._check_excluded(variables)

    def scale_loss(self, loss):
        """The loss times the scale of now."""
        kept = next((variable for variable in self.variables if variable.name == "dynamic_scale"), None) if self._has_state() else None
        scale = np.float32(self.get_config()["initial_scale"]) if kept is None else kept.numpy()
        return loss * scale
