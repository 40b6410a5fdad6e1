"""Written by crates/python/make_stubs.py."""

from collections.abc import Mapping
from typing import Any
from typing_extensions import Self

class DTypePolicy:
    """A policy: `compute_dtype` and `variable_dtype` by its name."""
    def __init__(self, name: str | None = None) -> None: ...
    @property
    def name(self) -> str:
        """Its name."""
    @property
    def compute_dtype(self) -> str:
        """The type in which a layer computes and hands on."""
    @property
    def variable_dtype(self) -> str:
        """The type of a layer's weights."""
    @property
    def quantization_mode(self) -> Any:
        """None: nothing is quantized here."""
    def get_config(self) -> dict[str, Any]:
        """Its name."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...

class FloatDTypePolicy(DTypePolicy):
    """The same under another name."""

def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The policy of such a config."""
def get(identifier: Any) -> Any:
    """A policy by name, config, type, or as it is; None is that of the process."""
def of_layer(dtype: Any) -> Any:
    """What a layer that is made now takes for its `dtype`: what it is given, else the policy of the process; None is float32."""
def serialize(dtype_policy: Any) -> Any:
    """`{module, class_name, config, registered_name}`."""
