"""Written by crates/python/make_stubs.py."""

import os
from collections.abc import Mapping
from typing import Any

from regimen.keras.models import Model

def CustomObjectScope(custom_objects: Mapping[str, Any] | None = None, *more: Any) -> Any:
    """Names that count inside of a `with` statement."""
def custom_object_scope(custom_objects: Mapping[str, Any] | None = None, *more: Any) -> Any:
    """Names that count inside of a `with` statement."""
def deserialize_keras_object(config: Any, custom_objects: Mapping[str, Any] | None = None, safe_mode: bool = True, **kwargs: Any) -> Any:
    """The object of such a config."""
def get_custom_objects() -> dict[str, Any]:
    """All that is registered, by name."""
def get_registered_name(target: Any) -> Any:
    """The name of a class or function."""
def get_registered_object(name: str | None, custom_objects: Mapping[str, Any] | None = None, module_objects: Any = None) -> Any:
    """The class or function of a name; None where there is none."""
def load_model(filepath: str | os.PathLike[str], custom_objects: Mapping[str, Any] | None = None, compile: bool = True, safe_mode: bool = True) -> Any:
    """A model from a file of any format that holds one."""
def load_weights(model: Model, filepath: str | os.PathLike[str], skip_mismatch: bool = False) -> None:
    """`model.load_weights(filepath)`."""
def register_keras_serializable(package: str = 'Custom', name: str | None = None) -> Any:
    """A decorator: the class or function is found under `package>name`."""
def save_model(model: Model, filepath: str | os.PathLike[str], overwrite: bool = True, zipped: bool | None = None) -> None:
    """`model.save(filepath)`."""
def save_weights(model: Model, filepath: str | os.PathLike[str], overwrite: bool = True, max_shard_size: float | None = None) -> None:
    """`model.save_weights(filepath)`."""
def serialize_keras_object(obj: Any) -> Any:
    """`{module, class_name, config, registered_name}` of an object; plain values as they are."""
