"""Options of optimizers that Keras refuses with words of its own, and before it asks anything else; programs look for these words."""

_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")
_OF_INNER = ("weight_decay", *_CLIPS, "use_ema", "ema_momentum", "ema_overwrite_frequency", "loss_scale_factor",
             "gradient_accumulation_steps")
_NOT_NEGATIVE = ("initial_accumulator_value", "l1_regularization_strength", "l2_regularization_strength",
                 "l2_shrinkage_regularization_strength")


def check(class_name, given):
    """Raises ValueError for what Keras refuses; the library checks the rest."""
    if class_name == "LossScaleOptimizer":
        _scaled(given)
        return
    if sum(given.get(name) is not None for name in _CLIPS) > 1:
        told = ", ".join(f"{name}={given.get(name)}" for name in _CLIPS)
        raise ValueError(f"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: {told}")
    if class_name == "SGD" and not _fits(given.get("momentum"), lambda m: 0 <= m <= 1):
        raise ValueError(f"`momentum` must be a float between [0, 1]. Received: momentum={given['momentum']}")
    if class_name == "AdamW" and "weight_decay" in given and given["weight_decay"] is None:
        raise ValueError("Argument `weight_decay` must be a float. Received: weight_decay=None; Adam is the same without it")
    if class_name == "Lion" and not _fits(given.get("beta_1"), lambda b: 0 < b <= 1):
        raise ValueError("Argument `beta_1` must be in the [0, 1] range. Otherwise, the optimizer degenerates to SignSGD. "
                         f"Received: beta_1={given['beta_1']}.")
    if class_name == "Ftrl":
        _ftrl(given)


def _fits(value, condition):
    """Whether a number is as it has to be; what is no number is the library's to refuse."""
    return not isinstance(value, (int, float)) or condition(value)


def _ftrl(given):
    for name in _NOT_NEGATIVE:
        if not _fits(given.get(name), lambda value: value >= 0):
            raise ValueError(f"`{name}` needs to be positive or zero. Received: {name}={given[name]}.")
    if not _fits(given.get("learning_rate_power"), lambda value: value <= 0):
        found = given["learning_rate_power"]
        raise ValueError(f"`learning_rate_power` needs to be negative or zero. Received: learning_rate_power={found}.")


def _scaled(given):
    if not given.get("dynamic", True):
        raise ValueError(
            "LossScaleOptimizer has no `dynamic=False`: set `loss_scale_factor` on the `inner_optimizer` for a scale that "
            "stays"
        )
    known = ("inner_optimizer", "initial_scale", "dynamic_growth_steps", "name", "dynamic", *_OF_INNER)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError("LossScaleOptimizer does not support arguments: " + ", ".join(f"`{name}`" for name in unknown) + ".")
