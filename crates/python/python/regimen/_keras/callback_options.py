"""Options of callbacks that Keras refuses with words of its own; programs look for these words."""

import os

from .. import _regimen
from . import configs, dialect, freezing, saved_compile
from .user_line import warn


def check(class_name, given):
    """Raises ValueError for what Keras refuses; a mode that is none becomes `auto`, with a warning, as in Keras."""
    given.update({name: os.fspath(value) for name, value in given.items() if isinstance(value, os.PathLike)})
    if given.get("mode", "auto") not in ("auto", "min", "max"):
        warn(f"{class_name} mode '{given['mode']}' is unknown, fallback to auto mode.")
        given["mode"] = "auto"
    if class_name == "BackupAndRestore":
        if not given.get("backup_dir"):
            raise ValueError("Empty `backup_dir` argument passed: name a folder for the backup")
        _frequency(given, "Invalid value for argument `save_freq`")
    if class_name == "ModelCheckpoint":
        _frequency(given, "Unrecognized save_freq")
        _file_name(given)


def _file_name(given):
    path = given.get("filepath")
    if not isinstance(path, str):
        return
    weights = bool(given.get("save_weights_only"))
    ends = ("`.weights.h5`", ".h5") if weights else ("`.keras`", ".keras", ".h5")
    way = " (or set save_weights_only=True, and end it in `.weights.h5`)" if not weights else ""
    if path.endswith(".regimen"):
        raise ValueError(f"The filepath {path} names a checkpoint of `regimen train`, which load_model() and load_weights() do not read: "
                         f"end it in {ends[0]}{way}")
    if not path.endswith((*ends[1:], ".hdf5", ".hdf")):
        raise ValueError(f"The filepath provided must end in {ends[0]}{way}. Received: filepath={path}")


def _frequency(given, told):
    frequency = given.get("save_freq", "epoch")
    if frequency != "epoch" and (not isinstance(frequency, int) or frequency < 1):
        raise ValueError(f"{told}: {frequency!r}; expected 'epoch' or a number of batches, 1 or more")


def check_model(class_name, model, given):
    """Refuses a model with which a callback cannot do what it is for; says what its files will not hold."""
    if class_name == "ModelCheckpoint" and not given.get("save_weights_only") and hasattr(model, "_compiled"):
        saved_compile.tell(model, "ModelCheckpoint")
    if class_name == "ModelCheckpoint":
        _check_order(model, str(given.get("filepath")))
    optimizer = getattr(model, "optimizer", None)
    schedule = getattr(optimizer, "get_config", dict)().get("learning_rate")
    if class_name == "ReduceLROnPlateau" and isinstance(schedule, dict):
        optimizer.learning_rate = 0.0  # which says why it cannot be set
    if class_name == "SwapEMAWeights" and not _keeps_averages(optimizer):
        raise ValueError(
            "SwapEMAWeights must be used when `use_ema=True` is set for the optimizer: it keeps the averages that are swapped "
            "in"
        )


def _check_order(model, path):
    """The loop writes old files with what is trained first, and they do not say what that was: Keras reads them wrongly, too."""
    old = path.endswith((".h5", ".hdf5", ".hdf")) and (dialect.before(3) or not path.endswith(".weights.h5"))
    alone = freezing.alone_in(model) if old and hasattr(model, "_compiled") else []
    if alone:
        raise NotImplementedError(
            f"ModelCheckpoint: {alone[0]} is frozen by itself, and {path} would not keep the order of weights, nor say that one is frozen: "
            "Keras writes such a file and its load_model cannot read it. End it in .keras, or call model.save() in a callback of your own, "
            "which keeps the order"
        )


def native(callback, runner):
    """A callback as the loop asks it. The best of arrays is not known: ModelCheckpoint saves them all, as in Keras."""
    if callback._class_name != "ModelCheckpoint" or not callback.save_best_only:
        return callback._native
    arrays = set(runner.log_names()) - set(runner.native.log_names())
    if callback.monitor.removeprefix("val_") not in arrays:
        return callback._native
    warn(f"Can save best model only when `monitor` is a scalar value: `{callback.monitor}` is an array. Falling back to "
         "`save_best_only=False`.")
    return _regimen.Native(configs.dumps({"class_name": "ModelCheckpoint", "config": {**callback._config, "save_best_only": False}}))


def _keeps_averages(optimizer):
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    return any(getattr(each, "use_ema", False) for each in getattr(inner, "optimizers", None) or [inner])
