"""Callbacks of Python, as the loop asks them."""

import numpy as np

from .. import _regimen
from ..keras.callbacks import Callback, NativeCallback
from . import callback_options, vector_logs

_HOOKS = {
    "train_begin": "on_train_begin", "train_end": "on_train_end", "epoch_begin": "on_epoch_begin", "epoch_end": "on_epoch_end",
    "batch_begin": "on_train_batch_begin", "batch_end": "on_train_batch_end", "test_begin": "on_test_begin", "test_end": "on_test_end",
    "test_batch_begin": "on_test_batch_begin", "test_batch_end": "on_test_batch_end", "predict_begin": "on_predict_begin",
    "predict_end": "on_predict_end", "predict_batch_begin": "on_predict_batch_begin", "predict_batch_end": "on_predict_batch_end",
}
_COUNTED = {"epoch_begin", "epoch_end", "batch_begin", "batch_end", "test_batch_begin", "test_batch_end", "predict_batch_begin",
            "predict_batch_end"}
_OF_BATCHES = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end", "on_test_batch_begin",
               "on_test_batch_end", "on_predict_batch_begin", "on_predict_batch_end")


def asked(model, runner, callbacks, params, validation_data=None):
    """Callbacks for the loop, in order: those of the library as they are, others behind a bridge.

    `validation_data` is for callbacks of old.
    """
    if callbacks is None:
        return []
    given = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]
    found = []
    for callback in given:
        if isinstance(callback, type):
            raise TypeError(f"callbacks: found the class {callback.__name__}; give an instance of it: {callback.__name__}(...)")
        if not isinstance(callback, Callback) and not hasattr(callback, "on_epoch_end"):
            raise TypeError(f"callbacks: {callback!r} is no Callback")
        callback.set_params(dict(params))
        callback.set_model(model)
        if validation_data is not None:
            callback.validation_data = validation_data
        plain = isinstance(callback, NativeCallback) and type(callback)._is_native
        found.append(callback_options.native(callback, runner) if plain else _Bridge(model, runner, callback))
    return found


def wants(callback, hook):
    """Whether a callback has a hook of its own."""
    return hook in vars(callback) or getattr(type(callback), hook, None) not in [getattr(base, hook) for base in (Callback, NativeCallback)]


class _Bridge:
    def __init__(self, model, runner, callback):
        self.model, self.runner, self.callback, self._last = model, runner, callback, {}
        of_library = isinstance(callback, NativeCallback) and callback._native.wants_batches()
        self._batches = of_library or any(wants(callback, hook) for hook in _OF_BATCHES)

    def _on(self, moment, index, logs):
        self.runner.pending.clear()
        hook = getattr(self.callback, _HOOKS[moment], None)
        if hook is None:
            return
        logs = dict(self._last) if moment == "train_end" else {} if logs is None else vector_logs.folded(logs, self.runner.ones)
        others = self.runner.others.setdefault(index, {}) if moment == "epoch_end" else {}
        logs = {**logs, **others} if others else logs
        before = dict(logs)
        stopped = self.model.stop_training
        hook(index, logs) if moment in _COUNTED else hook(logs)
        if moment == "epoch_end":
            self._last = logs
            for name, value in logs.items():
                if name in before and before[name] is value:
                    continue
                if vector_logs.is_number(value):
                    others.pop(name, None)
                    _regimen.ask("log", (name, float(np.asarray(value).item())))
                else:
                    others[name] = value
        if self.model.stop_training and not stopped:
            _regimen.ask("stop", ())
