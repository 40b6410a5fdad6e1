"""Traces of OrbaxCheckpoint, and the steps that Orbax itself has kept at the end. Needs the package orbax-checkpoint."""

import os
import tempfile

import keras

from .callbacks import logs_of, run
from .tensors import write

DIRECTORY = "checkpoints"


def file_of(step):
    return f"{DIRECTORY}/{step}.keras"


class Watched(keras.callbacks.OrbaxCheckpoint):
    """Notes the steps that it saves."""

    saves = ()

    def _save_checkpoint(self, step, logs=None):
        self.saves = [*self.saves, file_of(step)]
        super()._save_checkpoint(step, logs)

    def taken_saves(self):
        taken, self.saves = list(self.saves), []
        return taken


def make():
    cases = []
    losses = [0.5, 0.4, 0.45, 0.4, 0.3]
    for name, config, values, batches in [
        ("every_epoch", {}, losses, 0),
        ("three_stay", {"max_to_keep": 3}, losses, 0),
        ("all_stay", {"max_to_keep": None}, losses, 0),
        ("best_only", {"save_best_only": True, "max_to_keep": 2}, losses, 0),
        ("mode_max", {"save_best_only": True, "mode": "max", "max_to_keep": None}, losses, 0),
        ("threshold", {"save_best_only": True, "initial_value_threshold": 0.42, "max_to_keep": None}, losses, 0),
        ("missing", {"save_best_only": True, "max_to_keep": None}, [0.5, None, 0.45, 0.4], 0),
        ("nan", {"save_best_only": True, "max_to_keep": None}, [0.5, float("nan"), 0.4], 0),
        ("nan_first", {"save_best_only": True, "max_to_keep": None}, [float("nan"), 0.5, 0.4], 0),
        ("other_monitor", {"save_best_only": True, "monitor": "val_accuracy", "max_to_keep": None}, losses, 0),
        ("every_3_batches", {"save_freq": 3, "max_to_keep": 4}, losses, 4),
        ("every_5_of_2_batches", {"save_freq": 5, "max_to_keep": None}, losses, 2),
        ("in_the_foreground", {"save_on_background": False, "max_to_keep": 2}, losses, 0),
        ("weights_only", {"save_weights_only": True}, losses, 0),
    ]:
        key = config.get("monitor", "val_loss")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, DIRECTORY)
            callback = Watched(path, **config)
            case = run(name, "OrbaxCheckpoint", config, logs_of(key, values), ["best"], batches=batches, callback=callback)
            kept = [file_of(step) for step in sorted(int(step) for step in os.listdir(path))]
        case["config"] = {"directory": DIRECTORY, **config}
        cases.append({**case, "kept": kept})
    for name, config in [("save_freq_word", {"save_freq": "batch"})]:
        case = run(name, "OrbaxCheckpoint", {"directory": DIRECTORY, **config}, [])
        cases.append(case)
    write("callbacks/orbax_checkpoint.json", {"cases": cases})
