"""Written by crates/python/make_stubs.py."""

from collections.abc import Mapping, Sequence
from typing import Any
from typing_extensions import Self

class LearningRateSchedule:
    """What every schedule is."""
    name: Any
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self) -> dict[str, Any]:
        """The options, each with its value: override it in a class of your own."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    def __call__(self, step: Any, /) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class CosineDecay(LearningRateSchedule):
    """Half a cosine, after a warmup where one is asked for."""
    def __init__(self, initial_learning_rate: float, decay_steps: float, alpha: float = 0.0, name: str | None = 'CosineDecay', warmup_target: float | None = None, warmup_steps: float = 0.0) -> None: ...

class CosineDecayRestarts(LearningRateSchedule):
    """Half a cosine again and again, with other lengths and heights."""
    def __init__(self, initial_learning_rate: float, first_decay_steps: float, t_mul: float = 2.0, m_mul: float = 1.0, alpha: float = 0.0, name: str | None = 'SGDRDecay') -> None: ...

class ExponentialDecay(LearningRateSchedule):
    """Times decay_rate every decay_steps."""
    def __init__(self, initial_learning_rate: float, decay_steps: float, decay_rate: float, staircase: bool = False, name: str | None = 'ExponentialDecay') -> None: ...

class InverseTimeDecay(LearningRateSchedule):
    """Divided by 1 + decay_rate · step / decay_steps."""
    def __init__(self, initial_learning_rate: float, decay_steps: float, decay_rate: float, staircase: bool = False, name: str | None = 'InverseTimeDecay') -> None: ...

class PiecewiseConstantDecay(LearningRateSchedule):
    """Constant between boundaries."""
    def __init__(self, boundaries: Sequence[float], values: Sequence[float], name: str | None = 'PiecewiseConstant') -> None: ...

class PolynomialDecay(LearningRateSchedule):
    """A power of the steps that are left, down to end_learning_rate."""
    def __init__(self, initial_learning_rate: float, decay_steps: float, end_learning_rate: float = 0.0001, power: float = 1.0, cycle: bool = False, name: str | None = 'PolynomialDecay') -> None: ...

def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """An object from `{class_name, config}` or a name."""
def serialize(learning_rate_schedule: Any) -> Any:
    """`{module, class_name, config, registered_name}`; None of None."""
