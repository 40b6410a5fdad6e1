"""What `keras.mixed_precision.experimental` had."""

from .mixed_precision import LossScaleOptimizer, Policy, global_policy
from .mixed_precision import set_global_policy as set_policy
from .._keras.absent import absent

__getattr__ = absent("keras.mixed_precision.experimental", dict.fromkeys(
    ("LossScale", "FixedLossScale", "DynamicLossScale"), "LossScaleOptimizer takes its scale as arguments"))
