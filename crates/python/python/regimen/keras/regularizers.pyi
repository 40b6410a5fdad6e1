"""Written by crates/python/make_stubs.py."""

from collections.abc import Mapping
from typing import Any
from typing_extensions import Self

class Regularizer:
    """What every class of this module is. One of your own overrides `__call__`."""
    name: Any
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self) -> dict[str, Any]:
        """The options, each with its value."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    def __call__(self, x: Any, /) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class L1(Regularizer):
    """L1 times the sum of magnitudes."""
    def __init__(self, l1: float = 0.01) -> None: ...

class L1L2(Regularizer):
    """L1 times the sum of magnitudes plus l2 times the sum of squares."""
    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None: ...

class L2(Regularizer):
    """L2 times the sum of squares."""
    def __init__(self, l2: float = 0.01) -> None: ...

class OrthogonalRegularizer(Regularizer):
    """Rows or columns of a matrix away from one another's direction."""
    def __init__(self, factor: float = 0.01, mode: str = 'rows') -> None: ...

l1 = L1

l2 = L2

orthogonal_regularizer = OrthogonalRegularizer

activity_l1 = L1

activity_l2 = L2

WeightRegularizer = L1L2

def activity_l1l2(l1: float | None = None, l2: float | None = None) -> Any:
    """Both penalties. One that is not given is 0, and 0.01 in programs of Keras 1 and 2."""
def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """An object from `{class_name, config}` or a name."""
def get(identifier: Any) -> Any:
    """A regularizer by name, config, or as it is."""
def l1_l2(l1: float | None = None, l2: float | None = None) -> Any:
    """Both penalties. One that is not given is 0, and 0.01 in programs of Keras 1 and 2."""
def l1l2(l1: float | None = None, l2: float | None = None) -> Any:
    """Both penalties. One that is not given is 0, and 0.01 in programs of Keras 1 and 2."""
def serialize(regularizer: Any) -> Any:
    """`{module, class_name, config, registered_name}`; None of None."""
