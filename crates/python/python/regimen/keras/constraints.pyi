"""Written by crates/python/make_stubs.py."""

from collections.abc import Mapping, Sequence
from typing import Any
from typing_extensions import Self

class Constraint:
    """What every class of this module is. One of your own overrides `__call__`."""
    name: Any
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self) -> dict[str, Any]:
        """The options, each with its value."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    def __call__(self, w: Any, /) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class MaxNorm(Constraint):
    """Incoming vectors are at most max_value long."""
    def __init__(self, max_value: float = 2.0, axis: int | Sequence[int] = 0) -> None: ...

class MinMaxNorm(Constraint):
    """Incoming vectors are between min_value and max_value long."""
    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: int | Sequence[int] = 0) -> None: ...

class NonNeg(Constraint):
    """Negative weights become 0."""
    def __init__(self) -> None: ...

class UnitNorm(Constraint):
    """Incoming vectors have length 1."""
    def __init__(self, axis: int | Sequence[int] = 0) -> None: ...

max_norm = MaxNorm

maxnorm = MaxNorm

non_neg = NonNeg

nonneg = NonNeg

unit_norm = UnitNorm

unitnorm = UnitNorm

min_max_norm = MinMaxNorm

def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """An object from `{class_name, config}` or a name."""
def get(identifier: Any) -> Any: ...
def serialize(constraint: Any) -> Any:
    """`{module, class_name, config, registered_name}`; None of None."""
