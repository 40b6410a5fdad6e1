"""Steps on batches that a program gives one by one, and what the last of them showed."""

import json

import numpy as np

from . import carried, data, dialect, vector_logs
from .user_line import warn

_MODES = ("int8", "float8", "int4", "gptq", "awq")


class OnBatches:
    """The part of a model that trains and is asked batch by batch. Values are those of each batch, as in Keras."""

    _had_trainable = False

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """One step of training; loss and metrics of the batch."""
        rows = self._rows(x, y, sample_weight)
        runner = self._for_training(rows[0], rows[1])
        self._tell_of_nothing_to_train()
        logs = runner.native.on_batch(rows, data.class_weights(class_weight), True)
        runner.moved()
        return self._flat(runner, logs, return_dict)

    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """Loss and metrics of a batch."""
        rows = self._rows(x, y, sample_weight)
        runner = self._for_evaluation(rows)
        return self._flat(runner, runner.native.on_batch(rows, None, False), return_dict)

    def predict_on_batch(self, x):
        """Outputs for a batch."""
        return self.predict(x, batch_size=1 << 30, verbose=0)

    def _flat(self, runner, logs, return_dict):
        logs = vector_logs.folded(logs, runner.ones)
        self._shown = dict(logs)
        if return_dict:
            return logs
        values = [logs[name] for name in self._log_names(runner)]
        return values[0] if len(values) == 1 else values

    def _tell_of_nothing_to_train(self):
        if not self.trainable_weights and not self._told_of_nothing and not any(trainable for _, trainable in self._trained_as):
            self._told_of_nothing = True
            since = (" They were frozen after compile(), which counts since Keras 3; before, compile() decided: REGIMEN_KERAS=2.15 in the "
                     "environment runs the program as then.")
            warn("The model does not have any trainable weights." + (since if self._had_trainable else ""))

    # -- what was shown last

    def reset_metrics(self):
        """Sets what loss and metrics have gathered back to zeros."""
        self._shown = vector_logs.zeros(self._shown)

    def get_metrics_result(self):
        """Loss and metrics as the last call of `fit`, `evaluate` or of a batch left them."""
        if self._runner is not None and self._runner.training:
            raise NotImplementedError("get_metrics_result() inside of fit(): the logs that callbacks are given have these values")
        return dict(self._shown)

    @property
    def metrics(self):
        """What keeps the loss and the metrics of `compile`, once there are any; metrics that layers hold."""
        of_layers = (metric for layer in self.layers for metric in layer.metrics)
        held = list({id(metric): metric for metric in [*super().metrics, *of_layers]}.values())
        if self._compiled is None:
            return held
        compiled = self._compiled.get("metrics") is not None or self._compiled.get("weighted_metrics") is not None
        return [Shown(self, "loss"), *held, *([Shown(self, "compile_metrics")] if compiled else [])]

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The loss of `compile` for predictions on arrays, with the penalties of the weights."""
        from ..keras import losses

        self._must_be_compiled()
        if isinstance(self.loss, (list, tuple, dict)) or isinstance(y_pred, (list, tuple, dict)):
            raise NotImplementedError("compute_loss() of several outputs: take the loss of each of them from keras.losses")
        penalties = self.losses
        if self.loss is None and not penalties:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
        if self.loss is None:
            return sum(penalties)
        found = losses.get(self.loss)
        if isinstance(found, losses.Loss):
            value = found(y, y_pred, sample_weight=sample_weight)
        else:
            value = np.asarray(found(y, y_pred))
            weights = np.ones(len(value)) if sample_weight is None else np.asarray(sample_weight)
            value = (value.reshape(len(value), -1).mean(axis=1) * weights.reshape(len(value), -1)[:, 0]).mean()
        return np.float32(sum(penalties, np.asarray(value)))

    def quantize(self, mode=None, config=None, **kwargs):
        """Not there: everything computes in float32."""
        if mode is not None and mode not in _MODES:
            raise ValueError(f"Invalid quantization mode. Expected one of {_MODES}. Received: mode={mode}")
        raise NotImplementedError("quantize() is not there: everything computes in float32; save() writes files that Keras quantizes")

    def _optimizer_params(self):
        return self._runner.optimizer_params() if self._runner is not None else None

    @property
    def reset_states(self):
        """A function that sets what stateful layers carry from batch to batch back to zeros; models had it until Keras 3.

        Programs that find this package in Keras's place (`python -m regimen`, `install`) have it in every dialect: they may be of any era.
        """
        from .._install import in_keras_place

        if not dialect.before(3) and not in_keras_place():
            raise AttributeError(f"{type(self).__name__!r} object has no attribute 'reset_states'; its stateful layers have it")
        return lambda: carried.reset([self])


class Shown:
    """The loss, or the metrics of `compile`, of a model as it was asked last."""

    def __init__(self, model, name):
        self._model, self.name = model, name

    def result(self):
        """A value; of the metrics of `compile` those of all, by name."""
        shown = self._model.get_metrics_result()
        if self.name == "loss":
            return shown.get("loss", 0.0)
        return {name: value for name, value in shown.items() if name != "loss"}

    def reset_state(self):
        """Sets values back to zeros."""
        kept = self._model._shown
        mine = {name: value for name, value in kept.items() if (name == "loss") == (self.name == "loss")}
        self._model._shown = {**kept, **vector_logs.zeros(mine)}

    reset_states = reset_state

    def update_state(self, *args, **kwargs):
        """The library keeps them."""
        raise NotImplementedError(f"{self.name}: the engine keeps it; make a metric of keras.metrics to update one yourself")

    def __repr__(self):
        return f"<{self.name}: {json.dumps(self.result(), default=np.ndarray.tolist)}>"
