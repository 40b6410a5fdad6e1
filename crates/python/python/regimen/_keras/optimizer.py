"""Optimizers: a config, and the learning rate that callbacks and programs look at and change."""

import re
import warnings

import numpy as np

from .. import _regimen
from . import configs
from .described import Described
from .optimizer_state import Alone, inside, own_name


class LearningRate:
    """The learning rate of an optimizer, as a variable."""

    shape, ndim, dtype = (), 0, "float32"

    def __init__(self, optimizer):
        self._optimizer = optimizer

    def numpy(self):
        """The rate of the next step."""
        import numpy as np

        return np.float32(self._optimizer._rate())

    @property
    def value(self):
        """The rate of the next step."""
        return self.numpy()

    def assign(self, value):
        """Sets the rate from the next step on."""
        self._optimizer._set_rate(float(value))

    def __float__(self):
        return float(self.numpy())

    def __array__(self, dtype=None, copy=None):
        import numpy as np

        return np.asarray(self.numpy(), dtype=dtype)

    def __mul__(self, other):
        return float(self) * other

    __rmul__ = __mul__

    def __truediv__(self, other):
        return float(self) / other

    def __eq__(self, other):
        return float(self) == float(other)

    def __lt__(self, other):
        return float(self) < float(other)

    def __gt__(self, other):
        return float(self) > float(other)

    __hash__ = object.__hash__

    def __format__(self, spec):
        return format(float(self), spec)

    def __repr__(self):
        return f"<Variable path={self._optimizer.name}/learning_rate, shape=(), dtype=float32, value={float(self)}>"


class Optimizer(Described):
    """What every optimizer is."""

    _kind = "optimizers"

    def __init__(self, *args, **kwargs):
        self._model, self._pending, self._alone, self._from_file = None, None, None, []
        if not self._class_name:
            raise NotImplementedError(f"{type(self).__name__}: optimizers of your own are not supported here")
        super().__init__(*args, **kwargs)
        self.name = self._config.get("name") or type(self).__name__.lower()

    def __setattr__(self, name, value):
        if not name.startswith("_") and name in {option[0] for option in self._options} and name not in ("learning_rate", "lr", "name"):
            raise NotImplementedError(f"{type(self).__name__}.{name} is fixed when the optimizer is made: make another one, and compile again")
        object.__setattr__(self, name, value)

    def _bind(self, model):
        self._model = model

    def _begin(self, runner):
        """A model begins to be trained: what a file or a program has said of the state goes into it."""
        kept, self._from_file = self._from_file, []
        if kept and not runner.native.set_optimizer(kept):
            configs.tell(f"load_model: the optimizer begins anew; what the file keeps of {self.name} is not what this model needs")
        if self._pending is not None:
            runner.native.set_learning_rate(self._pending)

    def _runner(self):
        return getattr(self._model, "_runner", None)

    # -- the learning rate

    @property
    def learning_rate(self):
        """The learning rate of the next step."""
        return LearningRate(self)

    @learning_rate.setter
    def learning_rate(self, value):
        if hasattr(value, "_object"):
            raise NotImplementedError("a schedule is given to the optimizer when it is made: compile again")
        self._set_rate(float(value))

    lr = learning_rate

    def _scheduled(self):
        return isinstance(self.get_config().get("learning_rate"), dict)

    def _rate(self):
        runner = self._runner()
        if runner is None:
            if self._scheduled():
                from ..keras.optimizers import schedules

                return schedules.get(self.get_config()["learning_rate"])(int(self.iterations))
            place = self._alone.place("optimizer/learning_rate") if self._alone is not None else None
            if place is not None:
                return float(self._alone.native.value(place))
            return self._pending if self._pending is not None else self.get_config().get("learning_rate")
        inside = _regimen.learning_rate_now() if runner.training else None
        if runner.training and runner.pending.get("learning_rate") is not None:
            return runner.pending["learning_rate"]
        return inside if inside is not None else runner.native.learning_rate()

    def _set_rate(self, rate):
        if self._scheduled():
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, hence its "
                "learning rate is not settable. If you need the learning rate to be settable, you should instantiate the optimizer with "
                "a float `learning_rate` argument."
            )
        runner = self._runner()
        if runner is None:
            self._pending = rate
            place = self._alone.place("optimizer/learning_rate") if self._alone is not None else None
            if place is not None:
                self._alone.native.assign(place, np.array(rate, "float32"))
        elif runner.training:
            _regimen.ask("learning_rate", (rate,))
            runner.pending["learning_rate"] = rate
        else:
            runner.native.set_learning_rate(rate)

    # -- what it keeps

    @property
    def variables(self):
        """What it keeps: steps, learning rate, and for each weight what its rule needs."""
        if self._runner() is not None:
            return inside(self._runner(), self.name)
        if self._alone is None:
            self._alone = Alone(self, [])
            kept = self._alone.kept()
            self._alone = None
            return kept
        return self._alone.kept()

    @property
    def iterations(self):
        """Steps so far."""
        return next(kept for kept in self.variables if kept.name == "iterations")

    @property
    def built(self):
        """Whether it is known which variables it moves."""
        return self._alone is not None or self._runner() is not None

    def build(self, variables):
        """Makes what it keeps for these variables."""
        if self._alone is not None or self._runner() is not None:
            return
        self._alone = Alone(self, variables)
        if self._pending is not None:
            self._set_rate(self._pending)

    def save_own_variables(self, store):
        """Puts what it keeps into a dict, by number."""
        for i, kept in enumerate(self.variables):
            store[str(i)] = kept.numpy()

    def load_own_variables(self, store):
        """Takes what it keeps from such a dict."""
        kept = self.variables
        if len(store) != len(kept):
            raise ValueError(f"{self.name}: found {len(store)} saved variables, expected {len(kept)}")
        for i, variable in enumerate(kept):
            variable.assign(np.asarray(store[str(i)]))

    # -- steps on variables of a program

    def apply_gradients(self, grads_and_vars):
        """A step: moves variables by their gradients. Gives the number of steps so far."""
        grads, variables = zip(*grads_and_vars)
        self.apply(list(grads), list(variables))
        return self.iterations

    def apply(self, grads, trainable_variables=None):
        """A step: moves the variables that it was built for, or these, by gradients."""
        grads = list(grads)
        if not grads:
            return
        if self._runner() is not None and self._alone is None:
            raise NotImplementedError(f"{self.name} trains the model {self._model.name!r}, whose steps are the engine's; make another optimizer for yours")
        if trainable_variables is None:
            if self._alone is None:
                raise ValueError("When passing `grads` without `variables`, the optimizer must already be built on a list of variables. "
                                 "Call `optimizer.build(trainable_variables)` first.")
            if len(grads) != len(self._alone.weights):
                raise ValueError("When passing `grads` as a list of gradient tensors, the gradients must match `optimizer.variables` one-to-on. "
                                 f"Received a list of {len(grads)} gradients, but the optimizer is tracking {len(self._alone.weights)} trainable variables.")
            trainable_variables = self._alone.weights
        trainable_variables = list(trainable_variables)
        self.build(trainable_variables)
        known = {id(v): i for i, v in enumerate(self._alone.weights)}
        for variable in trainable_variables:
            if id(variable) not in known:
                raise ValueError(f"Unknown variable: {variable}. This optimizer can only be called for the variables it was originally built with. "
                                 "When working with a new set of variables, you should recreate a new optimizer instance.")
        if all(grad is None for grad in grads):
            raise ValueError("No gradients provided for any variable.")
        missing = [v.path for v, grad in zip(trainable_variables, grads) if grad is None]
        if missing:
            warnings.warn(f"Gradients do not exist for variables {missing} when minimizing the loss. If using `model.compile()`, did you forget to "
                          "provide a `loss` argument?", stacklevel=2)
        placed = [None] * len(known)
        for variable, grad in zip(trainable_variables, grads):
            if grad is not None:
                placed[known[id(variable)]] = np.asarray(grad, dtype="float32")
        self._alone.step(placed, self._alone.weights)

    def finalize_variable_values(self, var_list):
        """Puts the moving averages of `use_ema` in the place of the variables."""
        if not self.get_config().get("use_ema"):
            return
        kept = {v.name: v for v in self.variables}
        paths = dict(zip(map(id, self._alone.weights), self._alone.paths)) if self._alone is not None else {}
        for variable in var_list:
            average = kept.get(own_name(f"{paths.get(id(variable), variable.path)}/average"))
            if average is not None:
                variable.assign(average.numpy())

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Variables, or names that paths contain, whose weights do not decay."""
        if self._alone is not None or self._runner() is not None:
            raise ValueError("`exclude_from_weight_decay()` can only be configured before the optimizer is built.")
        names = [re.escape(v.path) for v in var_list or []] + list(var_names or [])
        self._config["exclude_from_weight_decay"] = [*self._config.get("exclude_from_weight_decay", []), *names]

    def scale_loss(self, loss):
        """The loss times `loss_scale_factor`."""
        factor = self.get_config().get("loss_scale_factor")
        return loss if factor is None else loss * factor

    def stateless_apply(self, *args, **kwargs):
        """Steps on values alone."""
        raise NotImplementedError("stateless_apply: use apply(grads, variables), which moves variables")

    def update_step(self, gradient, variable, learning_rate):
        """The rule of a class of one's own."""
        raise NotImplementedError(f"{type(self).__name__}.update_step: the rules are the engine's; apply(grads, variables) makes a step")
