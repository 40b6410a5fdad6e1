"""Mixed precision under its names of old."""

from .config import dtype_policy, set_dtype_policy
from .dtype_policies import DTypePolicy
from .optimizers import LossScaleOptimizer
from .._keras.absent import absent as _absent

Policy = DTypePolicy
global_policy, set_global_policy = dtype_policy, set_dtype_policy

__getattr__ = _absent("keras.mixed_precision", {})
