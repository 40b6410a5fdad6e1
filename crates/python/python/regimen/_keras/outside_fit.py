"""EarlyStopping and ReduceLROnPlateau in loops of a program's own: what the library does inside of `fit`, by the model's methods."""

import numpy as np

from . import dialect
from .user_line import warn


def with_rates(model):
    """The optimizer of a model; those inside of a MultiOptimizer."""
    return getattr(model.optimizer, "optimizers", None) or [model.optimizer]


def rates(model):
    """Learning rates by the names that logs have for them."""
    apart = hasattr(model.optimizer, "optimizers")
    own = "lr" if dialect.before(3) else "learning_rate"
    return {f"learning_rate_{each.name}" if apart else own: float(each.learning_rate) for each in with_rates(model)}


class _Watching:
    """A value of the logs, and whether it improved."""

    def __init__(self, config):
        self._config, self._up = config, None
        self.wait, self.best = 0, None

    def _better(self, value, than):
        if than is None:
            return True
        delta = np.float32(abs(self._config["min_delta"]))
        value, than = np.float32(value), np.float32(than)
        return value - delta > than if self._up else value + delta < than

    def _value(self, logs):
        monitor, mode = self._config["monitor"], self._config["mode"]
        if self._up is None:
            plain = monitor.removeprefix("val_")
            if mode == "auto" and plain != "loss" and not plain.endswith(("acc", "accuracy", "auc")):
                raise ValueError(
                    f"monitor={monitor!r}: whether more or less of it is better is not known outside of fit(); say mode='max' or mode='min'"
                )
            self._up = mode == "max" or (mode == "auto" and plain != "loss")
        value = (logs or {}).get(monitor)
        if value is None:
            warn(f"{type(self).__name__} looks at `{monitor}`, which is not in the logs: {', '.join(logs or {})}")
        return value


class EarlyStopping(_Watching):
    """Ends a loop by `model.stop_training`."""

    def __init__(self, config):
        super().__init__(config)
        self.stopped_epoch, self.best_epoch, self.best_weights = 0, 0, None

    def epoch_end(self, model, epoch, logs):
        """Looks at the value, keeps the weights of the best epoch."""
        value = self._value(logs)
        if value is None or epoch < self._config["start_from_epoch"]:
            return
        improved, keeps = self._better(value, self.best), self._config["restore_best_weights"]
        if keeps and (improved or self.best_weights is None):
            self.best_weights, self.best_epoch = model.get_weights(), epoch
        self.wait += 1
        if improved:
            self.best, self.best_epoch = value, epoch
            baseline = self._config["baseline"]
            if baseline is None or self._better(value, baseline):
                self.wait = 0
        elif self.wait >= self._config["patience"] and epoch > 0:
            self.stopped_epoch, model.stop_training = epoch, True

    def train_end(self, model):
        """Puts the best weights back."""
        says = self._config["verbose"] > 0
        if self.stopped_epoch > 0 and says:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if says:
                print(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            model.set_weights(self.best_weights)


class ReduceLROnPlateau(_Watching):
    """Lowers the learning rate of the model's optimizer."""

    def __init__(self, config):
        super().__init__(config)
        self.cooldown_counter = 0

    def epoch_end(self, model, epoch, logs):
        """Looks at the value, and puts the rate into the logs."""
        if logs is not None and not dialect.before(3):
            logs.update(rates(model))
        value = self._value(logs)
        if value is None:
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter, self.wait = self.cooldown_counter - 1, 0
        if self._better(value, self.best):
            self.best, self.wait = value, 0
        elif self.cooldown_counter <= 0:
            self.wait += 1
            if self.wait >= self._config["patience"]:
                lowered = [self._lower(each, epoch, f" {each.name}" if each is not model.optimizer else "") for each in with_rates(model)]
                if any(lowered):
                    self.cooldown_counter, self.wait = self._config["cooldown"], 0

    def _lower(self, optimizer, epoch, told):
        rate = float(optimizer.learning_rate)
        if rate <= np.float32(self._config["min_lr"]):
            return False
        rate = max(rate * self._config["factor"], self._config["min_lr"])
        optimizer.learning_rate = rate
        if self._config["verbose"] > 0:
            print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing{told} learning rate to {rate}.")
        return True

    def train_end(self, model):
        """Nothing is left to do."""


KINDS = {"EarlyStopping": EarlyStopping, "ReduceLROnPlateau": ReduceLROnPlateau}
