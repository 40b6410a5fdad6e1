"""Optimizers: a config, and the learning rate that callbacks and programs look at and change."""

from .. import _regimen
from .described import Described


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
        self._model, self._pending = None, None
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

    def _runner(self):
        return getattr(self._model, "_runner", None)

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

    def _rate(self):
        runner = self._runner()
        if runner is None:
            given = self.get_config().get("learning_rate")
            if isinstance(given, dict):
                from ..keras.optimizers import schedules

                return schedules.get(given)(0)
            return self._pending if self._pending is not None else given
        inside = _regimen.learning_rate_now() if runner.training else None
        if runner.training and runner.pending.get("learning_rate") is not None:
            return runner.pending["learning_rate"]
        return inside if inside is not None else runner.native.learning_rate()

    def _set_rate(self, rate):
        if isinstance(self.get_config().get("learning_rate"), dict):
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, hence its "
                "learning rate is not settable. If you need the learning rate to be settable, you should instantiate the optimizer with "
                "a float `learning_rate` argument."
            )
        runner = self._runner()
        if runner is None:
            self._pending = rate
        elif runner.training:
            _regimen.ask("learning_rate", (rate,))
            runner.pending["learning_rate"] = rate
        else:
            runner.native.set_learning_rate(rate)

    @property
    def iterations(self):
        """Steps so far."""
        runner = self._runner()
        return runner.native.iterations() if runner is not None else 0
