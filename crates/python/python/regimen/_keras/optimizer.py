"""Optimizers: a config, the learning rate that callbacks and programs look at and change, and steps on variables of a program."""

import numpy as np

from .. import _regimen
from . import configs, naming, optimizer_options
from .described import Described
from .eager_array import viewed
from .learning_rate import LearningRate
from .no_decay import Excluding
from .optimizer_state import Alone, held, inside, own_name
from .user_line import warn

# Options that Keras of today does not know.
_OF_OLD = ("epsilon_outside", "schedule_decay", "exclude_from_weight_decay", "decay")


class Optimizer(Excluding, Described):
    """What every optimizer is."""

    _kind = "optimizers"

    def __init__(self, *args, **kwargs):
        self._begin_unbound()
        if not self._class_name:
            raise NotImplementedError(f"{type(self).__name__}: optimizers of your own are not supported here")
        super().__init__(*args, **kwargs)
        self._take_name()

    def _begin_unbound(self):
        self._model, self._pending, self._alone, self._from_file = None, None, None, []
        # What it kept for a model that is compiled with it once more, by the library's names.
        self._kept, self._kept_of_file = {}, []
        # A rate that is a function, and the optimizer that this one is a part of.
        self._function, self._outer = None, None
        # Variables that do not decay.
        self._excluded = []

    def __getstate__(self):
        """Copies, and what is pickled, have its options and the learning rate of now; they belong to no model, and begin anew."""
        rate = None if self._scheduled() or self._function is not None else float(self._rate())
        return {**self.__dict__, "_model": None, "_alone": None, "_kept": {}, "_from_file": [], "_excluded": [], "_pending": rate}

    def _take_name(self):
        if not self._config.get("name"):
            self._config["name"] = naming.unique(naming.snake_case(type(self).__name__))
        self.name = self._config["name"]

    def _checks(self, given):
        optimizer_options.check(self._class_name, given)
        if _is_function(given.get("learning_rate")):
            self._function = given.pop("learning_rate")

    def get_config(self):
        """The options, each with its value, those of old only where they were given; the learning rate is that of now."""
        config = {key: value for key, value in super().get_config().items() if key in self._config or key not in _OF_OLD}
        if self._function is not None:
            return {**config, "learning_rate": self._function}
        moves = isinstance(config.get("learning_rate"), (int, float)) and (self._pending is not None or self._has_state() or self._shares())
        return {**config, "learning_rate": float(self._rate())} if moves else config

    def _object(self):
        if self._function is not None:
            from ..keras.optimizers.schedules import LearningRateSchedule

            if isinstance(self._function, LearningRateSchedule):  # one that a program wrote
                rule = self._rule()
                return {**rule, "config": {**rule["config"], "learning_rate": self._function._object()}}
            raise NotImplementedError(
                f"{self.name}: its learning rate is a function, which moves variables that a program gives it (apply); for "
                "compile() and files take a "
                "schedule of keras.optimizers.schedules, or set it in a callback such as LearningRateScheduler"
            )
        return self._rule()

    def _rule(self):
        """The config of its rule; a rate that is a function is set before each step."""
        return super()._object()

    def __setattr__(self, name, value):
        if not name.startswith("_") and name in {option[0] for option in self._options} and name not in ("learning_rate", "lr", "name"):
            raise NotImplementedError(
                f"{type(self).__name__}.{name} is fixed when the optimizer is made: make another one, and compile "
                "again"
            )
        object.__setattr__(self, name, value)

    def _bind(self, model):
        if model is not self._model:
            self._kept, self._from_file = {}, []
        self._model, self._outer = model, None

    def _begin(self, runner):
        """A model begins to be trained: what a file or a program has said of the state goes into it."""
        direct = [path for path, variable in runner.variables if getattr(variable, "overwrite_with_gradient", False)]
        if direct:
            raise NotImplementedError(
                f"{direct[0]}: overwrite_with_gradient is for optimizers on their own (apply), not for the training of a "
                "model"
            )
        self._check_excluded([variable for _, variable in runner.variables])
        kept, self._from_file = self._from_file, []
        if self._kept:
            kept, self._kept = self._with_kept(runner), {}
        if kept and not runner.native.set_optimizer(kept):
            configs.tell(f"the optimizer {self.name} begins anew: what was kept of it is not what this model needs")
        self._begin_rate(runner)

    def _with_kept(self, runner):
        """What it kept, and beginnings for weights that it has not trained before."""
        state, kept = runner.native.state(), self._kept
        fits = lambda name: name in kept and kept[name].shape == state[name].shape
        return [kept[name] if fits(name) else _narrow(state[name]) for name in runner.native.optimizer_names()]

    def _begin_rate(self, runner):
        if self._pending is not None:
            runner.native.set_learning_rate(self._pending)

    def _keep(self):
        """The model that it trains is compiled with it once more: its state stays."""
        runner = self._runner()
        if runner is not None:
            state = runner.native.state()
            self._kept = {name: _narrow(state[name]) for name in runner.native.optimizer_names()}
            self._kept_of_file = runner.native.optimizer_of_file()
            self._keep_rate()

    # Where files have its learning rate.
    _rate_in_file = 1

    def _for_file(self):
        """What it keeps while no model trains with it, as files have it."""
        values = self._from_file or (self._kept_of_file if self._kept else [])
        place, rate = self._rate_in_file, self._rate_to_be()
        if not values or self._scheduled():
            return values
        if len(values) <= place or values[place].shape:  # until Keras 3 it was none of the variables
            return [values[0], np.array(self._rate(), "float32"), *values[1:]] if place == 1 else values
        return values if rate is None else [*values[:place], np.array(rate, "float32"), *values[place + 1 :]]

    def _rate_to_be(self):
        return self._pending

    def _keep_rate(self):
        if not self._scheduled():
            self._pending = float(self._rate())

    def _runner(self):
        return getattr(self._model, "_runner", None)

    def _shares(self):
        """Whether another optimizer, which this one is a part of, has its state."""
        return self._outer is not None and self._outer._has_state()

    # -- the learning rate

    @property
    def learning_rate(self):
        """The learning rate of the next step."""
        return LearningRate(self)

    @learning_rate.setter
    def learning_rate(self, value):
        if isinstance(value, (int, float, LearningRate)) or not (callable(value) or hasattr(value, "_object")):
            self._set_rate(float(value))
            return
        if self._model is not None or self._shares():
            raise NotImplementedError("a schedule is given to the optimizer when it is made: compile again")
        self._pending, self._function = None, value if _is_function(value) else None
        config = {**self._config, "learning_rate": value}
        if self._function is not None:
            config.pop("learning_rate")
        self._config = configs.checked(self._kind, self._class_name, config)[1]
        if self._alone is not None:
            before, self._alone = self._alone, Alone(self, self._alone.weights)
            self._alone.take(before)

    lr = learning_rate

    def _scheduled(self):
        return isinstance(self._config.get("learning_rate"), dict)

    def _rate(self):
        if self._shares():
            return self._outer._rate_of(self)
        if self._function is not None:
            return _rate_by(self._function, self._iterations)
        runner = self._runner()
        if runner is None:
            if self._scheduled():
                from ..keras.optimizers import schedules

                return schedules.get(self._config["learning_rate"])(int(self._iterations))
            place = self._alone.place("optimizer/learning_rate") if self._alone is not None else None
            if place is not None:
                return float(self._alone.native.value(place))
            return self._pending if self._pending is not None else super().get_config().get("learning_rate")
        inside = _regimen.learning_rate_now() if runner.training else None
        if runner.training and runner.pending.get("learning_rate") is not None:
            return runner.pending["learning_rate"]
        return inside if inside is not None else runner.native.learning_rate()

    def _set_rate(self, rate):
        if self._scheduled() or self._function is not None:
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, hence its "
                "learning rate is not settable. If you need the learning rate to be settable, you should instantiate the optimizer with "
                "a float `learning_rate` argument."
            )
        if self._shares():
            self._outer._set_rate_of(self, rate)
            return
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
        if self._shares():
            return self._outer._variables_of(self)
        kept = self._everything()
        return kept if self._function is None else [variable for variable in kept if variable.place != "learning_rate"]

    def _has_state(self):
        return self._runner() is not None or self._alone is not None

    def _everything(self):
        if self._runner() is not None:
            return inside(self._runner(), self.name)
        if self._kept:
            return [held(self.name, name, self._kept, name) for name in self._kept]
        if self._from_file and self._alone is None and (kept := self._of_file()) is not None:
            return kept
        return (self._alone or Alone(self, [])).kept()

    def _of_file(self, skipped=0):
        """What a file has of the state, until the model trains, behind the values that are skipped.

        None where it does not fit the model.
        """
        values, found = self._from_file, []
        place = skipped
        for name, shape in Alone(self, self._model.trainable_variables).names:
            # Of Nadam and Adafactor Keras keeps numbers, too, that are not kept here.
            while place < len(values) and values[place].shape == () != tuple(shape):
                place += 1
            if name.endswith("learning_rate") and (place == len(values) or values[place].shape):
                rate = [np.array(self._rate(), "float32")]  # until Keras 3 it was none of the variables
                found.append(held(self.name, name, rate, 0))
                continue
            if place == len(values) or values[place].shape != tuple(shape):
                return None
            found.append(held(self.name, name, values, place))
            place += 1
        return None if any(value.shape for value in values[place:]) else found

    @property
    def iterations(self):
        """Steps so far: how often it has moved weights, where it gathers gradients over several batches."""
        gathered = self._config.get("gradient_accumulation_steps")
        return viewed(np.int32(int(self._iterations) // gathered)) if gathered else self._iterations

    @property
    def _iterations(self):
        """The variable that counts batches."""
        return next(kept for kept in self.variables if kept.place == "iterations")

    @property
    def built(self):
        """Whether it is known which variables it moves."""
        return self._has_state() or self._shares()

    def build(self, variables):
        """Makes what it keeps for these variables."""
        if self._alone is not None or self._runner() is not None:
            return
        self._alone = Alone(self, variables)
        self._put_pending(self._everything())

    def _put_pending(self, kept):
        """A rate that was set before there was a state goes into it."""
        if self._pending is not None:
            for variable in kept:
                if variable.place == "learning_rate":
                    variable.assign(self._pending)

    def set_weights(self, weights):
        """Sets what it keeps, in the order of `variables`."""
        if not self.built:
            raise ValueError("You are calling `set_weights()` on an optimizer that has not yet been built. Please call "
                             "`optimizer.build(trainable_variables)` to create the optimizer weights before calling `set_weights()`.")
        kept = self.variables
        if len(weights) != len(kept):
            raise ValueError(f"{self.name}.set_weights: found {len(weights)} values, expected {len(kept)}")
        for variable, value in zip(kept, weights):
            variable.assign(np.asarray(value))

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
        return self._iterations

    def apply(self, grads, trainable_variables=None):
        """A step: moves the variables that it was built for, or these, by gradients."""
        grads = list(grads)
        if not grads:
            return
        if self._runner() is not None and self._alone is None:
            raise NotImplementedError(
                f"{self.name} trains the model {self._model.name!r}, whose steps are the engine's; make another optimizer for "
                "yours"
            )
        variables = list(self._tracked(grads) if trainable_variables is None else trainable_variables)
        self.build(variables)
        placed = self._placed(grads, variables)
        for variable, value in zip(self._alone.weights, self._moved(placed, [variable.numpy() for variable in self._alone.weights])):
            if value is not None:
                variable.assign(value)

    def _tracked(self, grads):
        """The variables that it was built for, one for each gradient."""
        if self._alone is None:
            raise ValueError("When passing `grads` without `variables`, the optimizer must already be built on a list of variables. "
                             "Call `optimizer.build(trainable_variables)` first.")
        if len(grads) != len(self._alone.weights):
            raise ValueError("When passing `grads` as a list of gradient tensors, the gradients must match "
                             "`optimizer.variables` one-to-on. "
                             f"Received a list of {len(grads)} gradients, but the optimizer is tracking "
                             f"{len(self._alone.weights)} trainable variables.")
        return self._alone.weights

    def _placed(self, grads, variables):
        """Gradients in the order in which it has its variables; None where there is none."""
        known = {id(v): i for i, v in enumerate(self._alone.weights)}
        for variable in variables:
            if id(variable) not in known:
                raise ValueError(f"Unknown variable: {variable}. This optimizer can only be called for the variables it was "
                                 "originally built with. "
                                 "When working with a new set of variables, you should recreate a new optimizer instance.")
        if all(grad is None for grad in grads):
            raise ValueError("No gradients provided for any variable.")
        missing = [v.path for v, grad in zip(variables, grads) if grad is None]
        if missing:
            warn(f"Gradients do not exist for variables {missing} when minimizing the loss. If using `model.compile()`, did you forget to "
                 "provide a `loss` argument?")
        placed = [None] * len(known)
        for variable, grad in zip(variables, grads):
            if grad is not None:
                placed[known[id(variable)]] = np.asarray(grad, dtype="float32")
        return placed

    def _moved(self, grads, values):
        """What variables with these values are after a step; None for those that stay."""
        direct = [v.path for v in self._alone.weights if getattr(v, "overwrite_with_gradient", False)]
        if direct and self.get_config().get("gradient_accumulation_steps"):
            raise NotImplementedError(f"{direct[0]}: overwrite_with_gradient together with gradient_accumulation_steps")
        if self._function is not None:
            rate = _rate_by(self._function, self._iterations)
            self._alone.native.assign(self._alone.place("optimizer/learning_rate"), np.array(rate, "float32"))
        return self._alone.step(grads, values)

    def stateless_apply(self, optimizer_variables, grads, trainable_variables):
        """A step on values alone: the new ones of the variables, and of what the optimizer keeps. Nothing is changed by it."""
        if self._alone is None:
            raise ValueError(f"To call `stateless_apply`, {type(self).__name__} must be built (i.e. its variables must have been created). "
                             "You can build it via `optimizer.build(trainable_variables)`.")
        kept = self.variables
        trained = ("trainable_variables", trainable_variables, self._alone.weights)
        for what, given, own in (("optimizer_variables", optimizer_variables, kept), trained):
            if len(given) != len(own):
                raise ValueError(f"Argument `{what}`: found a list of {len(given)} values, expected {len(own)}")
        before = [variable.numpy() for variable in kept]
        try:
            for variable, value in zip(kept, optimizer_variables):
                variable.assign(np.asarray(value))
            values = [np.asarray(value, "float32") for value in trainable_variables]
            moved = self._moved([None if grad is None else np.asarray(grad, "float32") for grad in grads], values)
            return [old if new is None else new for old, new in zip(values, moved)], [variable.numpy() for variable in kept]
        finally:
            for variable, value in zip(kept, before):
                variable.assign(value)

    def finalize_variable_values(self, var_list):
        """Puts the moving averages of `use_ema` in the place of the variables."""
        if not self.get_config().get("use_ema"):
            return
        kept = {v.name: v for v in self.variables}
        if self._alone is not None:
            paths = dict(zip(map(id, self._alone.weights), self._alone.paths))
        else:
            paths = {id(variable): path for path, variable in (self._runner().variables if self._runner() is not None else ())}
        for variable in var_list:
            average = kept.get(own_name(f"{paths.get(id(variable), variable.path)}/average"))
            if average is not None:
                variable.assign(average.numpy())

    def scale_loss(self, loss):
        """The loss times `loss_scale_factor`."""
        factor = self.get_config().get("loss_scale_factor")
        return loss if factor is None else loss * factor

    def _scale_by(self, factor):
        """An optimizer around this one decides what the loss is scaled by."""
        self._config["loss_scale_factor"] = factor

    def update_step(self, gradient, variable, learning_rate):
        """The rule of a class of one's own."""
        raise NotImplementedError(f"{type(self).__name__}.update_step: the rules are the engine's; apply(grads, variables) makes a step")


def _is_function(rate):
    """Whether a learning rate is a function of a program, or a schedule that it wrote."""
    return callable(rate) and not isinstance(rate, type) and not getattr(rate, "_class_name", "")


def _rate_by(function, iterations):
    """The rate of a step: schedules take the number of steps so far, functions nothing."""
    from ..keras.optimizers.schedules import LearningRateSchedule

    return float(np.asarray(function(int(iterations)) if isinstance(function, LearningRateSchedule) else function()))


def _narrow(value):
    return value.astype("int32" if value.dtype.kind == "i" else "float32")
