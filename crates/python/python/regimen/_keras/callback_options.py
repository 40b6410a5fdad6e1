"""Options of callbacks that Keras refuses with words of its own; programs look for these words."""

from .user_line import warn


def check(class_name, given):
    """Raises ValueError for what Keras refuses; a mode that is none becomes `auto`, with a warning, as in Keras."""
    if given.get("mode", "auto") not in ("auto", "min", "max"):
        warn(f"{class_name} mode '{given['mode']}' is unknown, fallback to auto mode.")
        given["mode"] = "auto"
    if class_name == "BackupAndRestore":
        if not given.get("backup_dir"):
            raise ValueError("Empty `backup_dir` argument passed: name a folder for the backup")
        _frequency(given, "Invalid value for argument `save_freq`")
    if class_name == "ModelCheckpoint":
        _frequency(given, "Unrecognized save_freq")


def _frequency(given, told):
    frequency = given.get("save_freq", "epoch")
    if frequency != "epoch" and (not isinstance(frequency, int) or frequency < 1):
        raise ValueError(f"{told}: {frequency!r}; expected 'epoch' or a number of batches, 1 or more")


def check_model(class_name, model):
    """Refuses a model with which a callback cannot do what it is for."""
    optimizer = getattr(model, "optimizer", None)
    schedule = getattr(optimizer, "get_config", dict)().get("learning_rate")
    if class_name == "ReduceLROnPlateau" and isinstance(schedule, dict):
        optimizer.learning_rate = 0.0  # which says why it cannot be set
    if class_name == "SwapEMAWeights" and not _keeps_averages(optimizer):
        raise ValueError(
            "SwapEMAWeights must be used when `use_ema=True` is set for the optimizer: it keeps the averages that are swapped "
            "in"
        )


def _keeps_averages(optimizer):
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    return any(getattr(each, "use_ema", False) for each in getattr(inner, "optimizers", None) or [inner])
