"""Folders of OrbaxCheckpoint: one for each step, with a model or its weights in it, and the newest of them."""

import json
import os

from .. import _regimen
from . import configs, vector_logs
from .user_line import warn

_WHOLE, _WEIGHTS = "model.keras", "model.weights.h5"


class StepFolders:
    """What one OrbaxCheckpoint writes."""

    def __init__(self, config):
        self._config, self._kept, self._steps, self._since, self._last = config, [], 0, 0, None
        self._watching = None

    def begin(self, model):
        """A training begins: steps go on where the model's optimizer is."""
        os.makedirs(self._config["directory"], exist_ok=True)
        self._steps, self._last = int(model.optimizer.iterations) if model.optimizer is not None else 0, None
        self._watching = self._watching or _Better(self._config)

    def batch_end(self, model, batch, logs):
        """Saves every so many batches."""
        more = batch + 1 if self._last is None or batch <= self._last else batch - self._last
        self._last, self._steps, self._since = batch, self._steps + more, self._since + more
        if self._since >= self._config["save_freq"]:
            self._since = 0
            self._save(model, self._steps, logs, f"batch {batch}", f"Batch {self._steps}")

    def epoch_end(self, model, epoch, logs):
        """Saves each epoch, where it is not batches that count."""
        if self._config["save_freq"] == "epoch":
            self._save(model, epoch, logs, f"epoch {epoch}", f"Epoch {epoch + 1}")

    def _save(self, model, step, logs, moment, told):
        if self._config["save_best_only"]:
            monitor = self._config["monitor"]
            if (vector_logs.unfolded(logs) or {}).get(monitor) is None:
                warn(f"Can save best model only with {monitor} available, skipping save at {moment}.")
                return
            if not self._watching.improved(step, logs):
                return
        folder = os.path.join(self._config["directory"], str(step))
        if self._config["verbose"] > 0:
            print(f"\n{told}: saving model to {folder}")
        self._write(model, folder)
        self._kept = [*(known for known in self._kept if known != folder), folder]
        most = self._config["max_to_keep"]
        while most is not None and len(self._kept) > most:
            _removed(self._kept.pop(0))

    def _write(self, model, folder):
        """A folder is there under its name when it is whole."""
        part = f"{folder}.part"
        _removed(part)
        os.makedirs(part)
        if self._config["save_weights_only"]:
            model.save_weights(os.path.join(part, _WEIGHTS))
        else:
            model.save(os.path.join(part, _WHOLE))
        _removed(folder)
        os.rename(part, folder)


class _Better:
    """Whether a value is better than all before, by the library's rule for its name."""

    def __init__(self, config):
        options = {"monitor": config["monitor"], "mode": config["mode"], "patience": 2**31 - 1}
        self._native = _regimen.Native(configs.dumps({"class_name": "EarlyStopping", "config": options}))
        self._best = config["initial_value_threshold"]

    def improved(self, step, logs):
        """Takes a value."""
        self._native.restore(json.dumps({**json.loads(self._native.state()), "best": self._best}))
        self._native.on("epoch_end", step, 0, vector_logs.unfolded(logs))
        before, self._best = self._best, json.loads(self._native.state())["best"]
        return self._best != before


def newest(folder, whole):
    """The file in a folder of steps, or in that of one step, from which a model or weights are read; the highest number is the newest."""
    steps = sorted((name for name in os.listdir(folder) if name.isdigit()), key=int)
    place = os.path.join(folder, steps[-1]) if steps else folder
    found = [os.path.join(place, name) for name in (_WHOLE, _WEIGHTS) if os.path.exists(os.path.join(place, name))]
    if not found:
        raise ValueError(f"{folder}: a folder without steps of keras.callbacks.OrbaxCheckpoint; expected folders <step> with "
                         f"{_WHOLE} or {_WEIGHTS} "
                         "(checkpoints of Orbax itself, and <step>.regimen files of the program regimen, are not read here)")
    if whole and not found[0].endswith(_WHOLE):
        raise ValueError(f"{place} has weights alone (save_weights_only): make the model, and give the folder to its load_weights()")
    return found[0]


def _removed(folder):
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
