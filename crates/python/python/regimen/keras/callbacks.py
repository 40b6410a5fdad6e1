"""Callbacks, by Keras's names."""

import json

from .. import _regimen
from .._keras import callback_options, configs, dialect, outside_fit, vector_logs
from .._keras.absent import absent as _absent
from .._keras.described import _Signature, entries
from .._keras.notebook import Picture
from .._keras.progress import number


class Callback:
    """Sees a training: override what is needed. `self.model` is the model, `self.params` what `fit` was told."""

    def __init__(self):
        self.model, self.params, self.validation_data = None, None, None

    def set_params(self, params):
        """What `fit` was told."""
        self.params = params

    def set_model(self, model):
        """The model that trains."""
        self.model = model

    def on_batch_begin(self, batch, logs=None):
        """Before a step, under its old name."""

    def on_batch_end(self, batch, logs=None):
        """After a step, under its old name."""

    def on_train_batch_begin(self, batch, logs=None):
        """Before a step."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        """After a step."""
        self.on_batch_end(batch, logs)

    def on_epoch_begin(self, epoch, logs=None):
        """Before an epoch."""

    def on_epoch_end(self, epoch, logs=None):
        """After an epoch and its validation. What is put into `logs` stays there."""

    def on_train_begin(self, logs=None):
        """Before the first epoch."""

    def on_train_end(self, logs=None):
        """After the last epoch."""

    def on_test_begin(self, logs=None):
        """Before an evaluation."""

    def on_test_end(self, logs=None):
        """After an evaluation."""

    def on_test_batch_begin(self, batch, logs=None):
        """Before a batch of an evaluation."""

    def on_test_batch_end(self, batch, logs=None):
        """After a batch of an evaluation."""

    def on_predict_begin(self, logs=None):
        """Before predictions."""

    def on_predict_end(self, logs=None):
        """After predictions."""

    def on_predict_batch_begin(self, batch, logs=None):
        """Before a batch of predictions."""

    def on_predict_batch_end(self, batch, logs=None):
        """After a batch of predictions."""


class History(Callback):
    """What `fit` gives: `history` by name, `epoch`, and `findings` of the doctor."""

    def __init__(self):
        super().__init__()
        self.history, self.epoch, self.findings, self._course = _Logs(), [], [], None

    def __getstate__(self):
        return {**self.__dict__, "_course": None, "model": None}

    def curves(self):
        """Losses and metrics over the epochs as a picture in SVG, with what was found marked in it."""
        if self._course is None:
            raise ValueError("there is no course to draw: it comes with the History that fit() gives, and is not pickled")
        return Picture(self._course.curves())

    def _repr_html_(self):
        from .._keras.html_table import folded, table

        # A list that is shorter (`validation_freq`) does not say which epochs it belongs to.
        shown = lambda values: len(values) == len(self.epoch) and all(vector_logs.are_numbers(value) for value in values)
        names = [name for name, values in self.history.items() if shown(values)]
        rows = [[str(epoch + 1), *(number(self.history[name][i]) for name in names)] for i, epoch in enumerate(self.epoch)]
        head, told = [">epoch", *(f">{name}" for name in names)], f"values of {len(rows)} epoch{'s' * (len(rows) > 1)}"
        values = folded(told, table(head, rows)) if rows else ""
        drawn = self.curves()._repr_html_() if self._course is not None and self.epoch else ""
        found = self.findings._repr_html_() if self.findings else ""
        return drawn + found + values


class _OfLoop(History):
    """The history of a loop that a program runs by itself; `fit` fills others."""

    def on_train_begin(self, logs=None):
        """Begins anew."""
        self.epoch = []

    def on_epoch_end(self, epoch, logs=None):
        """Keeps the values of an epoch."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


# Names by which logs have the same thing, now and of old.
_SHORT = (("accuracy", "acc"), ("mean_squared_error", "mse"), ("mean_absolute_error", "mae"), ("mean_absolute_percentage_error", "mape"),
          ("mean_squared_logarithmic_error", "msle"), ("learning_rate", "lr"))
_NAMES = _SHORT + tuple((short, long) for long, short in _SHORT)


class _Logs(dict):
    """Histories by name; `acc` and `accuracy` find each other, and so do the other short and long names."""

    def __missing__(self, name):
        for one, other in _NAMES:
            if name.endswith(one):
                near = name[: -len(one)] + other
                if near in self.keys():
                    return self[near]
        raise KeyError(name)


class NativeCallback(Callback):
    """A callback of the library."""

    _class_name, _options, _is_native = "", (), True
    __signature__ = _Signature()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        # One that overrides hooks is asked through Python, and asks the library's from there.
        cls._is_native = cls.__dict__.get("_of_library", False)

    def __init__(self, *args, **kwargs):
        super().__init__()
        given = configs.bound(self._class_name, self._options, args, kwargs)
        callback_options.check(self._class_name, given)
        _, self._config = configs.checked("callbacks", self._class_name, given)
        # What watches for it in loops of a program's own.
        self._outside = None
        self._native = _regimen.Native(configs.dumps({"class_name": self._class_name, "config": self._config}))

    def __reduce__(self):
        return object.__new__, (type(self),), self.__getstate__()

    def __getstate__(self):
        """What it is remade from: its options, the state of what the library keeps, and what a subclass has added. No model goes along."""
        kept = {name: value for name, value in vars(self).items() if name not in ("_native", "model")}
        return {**kept, "_state": self._native.state()}

    def __setstate__(self, state):
        kept = dict(state)
        told = kept.pop("_state")
        self.__dict__.update(kept, model=None)
        self.__dict__["_native"] = _regimen.Native(configs.dumps({"class_name": self._class_name, "config": self._config}))
        if isinstance(json.loads(told), dict):
            self._native.restore(told)

    def _ask(self, moment, index, logs):
        logs = vector_logs.unfolded(logs)
        inside = _regimen.learning_rate_now() is not None
        if inside or self._class_name not in outside_fit.KINDS:
            self._native.on(moment, index, 0, logs)
            return
        if moment == "train_begin" or self._outside is None:
            self._outside = outside_fit.KINDS[self._class_name](self._filled())
        if moment == "epoch_end":
            self._outside.epoch_end(self.model, index, logs)
        elif moment == "train_end":
            self._outside.train_end(self.model)

    def _filled(self):
        return {**{option[0]: option[1] for option in self._options if len(option) == 2}, **self._config}

    def set_model(self, model):
        """The model that trains."""
        self.model, self._outside = model, None
        callback_options.check_model(self._class_name, model, self._config)

    def on_train_begin(self, logs=None):
        """Before the first epoch."""
        self._ask("train_begin", 0, None)

    def on_train_end(self, logs=None):
        """After the last epoch."""
        self._ask("train_end", 0, None)

    def on_epoch_begin(self, epoch, logs=None):
        """Before an epoch."""
        self._ask("epoch_begin", epoch, None)

    def on_train_batch_begin(self, batch, logs=None):
        """Before a step."""
        if self._native.wants_batches():
            self._ask("batch_begin", batch, None)
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        """After a step."""
        if self._native.wants_batches():
            self._ask("batch_end", batch, logs)
        self.on_batch_end(batch, logs)

    def __setattr__(self, name, value):
        config = self.__dict__.get("_config")
        if config is not None and name in {option[0] for option in self._options}:
            _, config = configs.checked("callbacks", self._class_name, {**config, name: value})
            self.__dict__["_config"] = config
            self.__dict__["_native"] = _regimen.Native(configs.dumps({"class_name": self._class_name, "config": config}))
            return
        if not name.startswith("_") and self.__dict__.get("_outside") is not None and name in vars(self._outside):
            setattr(self._outside, name, value)
            return
        state = json.loads(self._native.state()) if config is not None and not name.startswith("_") else None
        if isinstance(state, dict) and name in state:
            self._native.restore(json.dumps({**state, name: value}))
            return
        object.__setattr__(self, name, value)

    def on_epoch_end(self, epoch, logs=None):
        """After an epoch."""
        self._ask("epoch_end", epoch, logs)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        outside = self.__dict__.get("_outside")
        if outside is not None and name in vars(outside):
            return getattr(outside, name)
        state = json.loads(self._native.state()) if "_native" in self.__dict__ else None
        if isinstance(state, dict) and name in state:
            return state[name]
        config = self._filled() if "_config" in self.__dict__ else {}
        if name in config:
            return config[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class OrbaxCheckpoint(NativeCallback):
    """Saves the model as training goes on, each step into a folder of its own, and keeps the newest.

    The folder is read by `load_model` and `load_weights`. What lies in it are files of Keras's formats, not those of Orbax; each is whole
    before training goes on, with `save_on_background` too.
    """

    _class_name = "OrbaxCheckpoint"
    _options = next(options for name, _, _, options in entries("callbacks") if name == "OrbaxCheckpoint")

    def __init__(self, *args, **kwargs):
        from .._keras.step_folders import StepFolders

        super().__init__(*args, **kwargs)
        self._steps = StepFolders(self._filled())
        if self._filled()["save_freq"] != "epoch":
            self.on_train_batch_end = self._batch_end

    def __getstate__(self):
        return {name: value for name, value in super().__getstate__().items() if name != "on_train_batch_end"}

    def __setstate__(self, state):
        super().__setstate__(state)
        if self._filled()["save_freq"] != "epoch":
            self.on_train_batch_end = self._batch_end

    def set_model(self, model):
        """The model that trains."""
        super().set_model(model)
        self._steps.begin(model)

    def _batch_end(self, batch, logs=None):
        self._steps.batch_end(self.model, batch, logs)

    def on_epoch_end(self, epoch, logs=None):
        """After an epoch."""
        self._steps.epoch_end(self.model, epoch, logs)


class LambdaCallback(Callback):
    """Calls the functions that it is given."""

    def __init__(self, on_epoch_begin=None, on_epoch_end=None, on_train_begin=None, on_train_end=None, on_train_batch_begin=None,
                 on_train_batch_end=None, on_batch_begin=None, on_batch_end=None, **kwargs):
        super().__init__()
        given = {"on_epoch_begin": on_epoch_begin, "on_epoch_end": on_epoch_end, "on_train_begin": on_train_begin,
                 "on_train_end": on_train_end, "on_train_batch_begin": on_train_batch_begin or on_batch_begin,
                 "on_train_batch_end": on_train_batch_end or on_batch_end, **kwargs}
        for name, function in given.items():
            if function is not None:
                setattr(self, name, function)
        self._batches = any(given.get(name) is not None for name in ("on_train_batch_begin", "on_train_batch_end"))


class LearningRateScheduler(Callback):
    """Sets the learning rate at the beginning of each epoch by a function of the epoch and the rate."""

    def __init__(self, schedule, verbose=0):
        super().__init__()
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch, logs=None):
        """Asks the function."""
        for optimizer in outside_fit.with_rates(self.model):
            self._set(optimizer, epoch, f" {optimizer.name}" if optimizer is not self.model.optimizer else "")

    def _set(self, optimizer, epoch, told):
        now = float(optimizer.learning_rate)
        try:
            rate = self.schedule(epoch, now)
        except TypeError:
            rate = self.schedule(epoch)
        if not isinstance(rate, (float, int)) and not hasattr(rate, "__float__"):
            raise ValueError(f"The output of the `schedule` function should be a float. Got: {rate}")
        optimizer.learning_rate = float(rate)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting{told} learning rate to {rate}.")

    def on_epoch_end(self, epoch, logs=None):
        """Puts the rate into the logs."""
        if logs is not None and not dialect.before(2, 2):
            logs.update(outside_fit.rates(self.model))


def _line_of_progress(params):
    from .._keras.outside_progress import LineOfProgress

    return LineOfProgress(params)


class CallbackList:
    """Several callbacks as one."""

    def __init__(self, callbacks=None, add_history=False, add_progbar=False, model=None, **params):
        self.callbacks = list(callbacks or [])
        if add_history:
            self.callbacks.append(_OfLoop())
        self.model, self.params = model, params
        self._line = _line_of_progress(params) if add_progbar else None
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    def set_model(self, model):
        """The model that trains."""
        self.model = model
        for callback in self.callbacks:
            callback.set_model(model)

    def set_params(self, params):
        """What they are told of the training."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def append(self, callback):
        """Puts one at the end."""
        self.callbacks.append(callback)

    def __getattr__(self, name):
        if not name.startswith("on_"):
            raise AttributeError(name)

        def all_of_them(*args, **kwargs):
            for callback in self.callbacks:
                getattr(callback, name)(*args, **kwargs)
            getattr(self._line, name, lambda *args, **kwargs: None)(*args, **kwargs)

        return all_of_them


for _name, _, _about, _known in entries("callbacks"):
    if _name not in globals():
        _body = {"_class_name": _name, "_options": _known, "__doc__": f"{_about[:1].upper()}{_about[1:]}.", "__module__": __name__,
                 "_of_library": True}
        globals()[_name] = type(_name, (NativeCallback,), _body)

__getattr__ = _absent("keras.callbacks", {"BaseLogger": "logs have the means over an epoch without it"})
