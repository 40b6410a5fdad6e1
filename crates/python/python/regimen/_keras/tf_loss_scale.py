"""Loss scales of tf_keras in its files: LossScaleOptimizerV3, and LossScaleOptimizer with the options that it has there."""

import numpy as np

_NAMES = ("LossScaleOptimizer", "LossScaleOptimizerV1", "LossScaleOptimizerV3")


def today(entry):
    """An optimizer of a file by today's names, where it is one of these; else None.

    A scale that stays is the inner optimizer's own factor here.
    """
    options = entry.get("config") if isinstance(entry, dict) else None
    if not isinstance(options, dict) or entry.get("class_name") not in _NAMES:
        return None
    old = options.get("loss_scale")
    if entry["class_name"] == _NAMES[0] and "dynamic" not in options and old is None:
        return None
    inner = options.get("inner_optimizer") or options.get("optimizer")
    if not isinstance(inner, dict) or not isinstance(inner.get("config"), dict):
        return None
    inner = {"class_name": inner["class_name"].removeprefix("Custom>"), "config": inner["config"]}
    scale, steps, moves = _scale(options, old)
    if not moves:
        return {**inner, "config": {**inner["config"], "loss_scale_factor": scale}}
    return {"class_name": _NAMES[0], "config": {"inner_optimizer": inner, "initial_scale": scale, "dynamic_growth_steps": steps}}


def _scale(options, old):
    """Its first size, the steps until it grows, and whether it moves."""
    if isinstance(old, dict):  # until TensorFlow 2.4
        own = old.get("config") or {}
        if "loss_scale_value" in own:
            return float(own["loss_scale_value"]), 0, False
        return float(own.get("initial_loss_scale", 2.0**15)), int(own.get("increment_period", 2000)), True
    moves = bool(options.get("dynamic", True))
    return float(options.get("initial_scale") or (2.0**15 if moves else 1.0)), int(options.get("dynamic_growth_steps") or 2000), moves


def state(entry, kept, rate):
    """What today's optimizer keeps, of what the file has: steps and slots of the inner one, without the scale and the rate."""
    if entry["class_name"] != _NAMES[0] or not kept:
        return kept
    if len(kept) < 2 or kept[1].shape:
        kept = [kept[0], np.array(rate, "float32"), *kept[1:]]
    return [np.array(0, "int32"), np.array(entry["config"]["initial_scale"], "float32"), *kept]
