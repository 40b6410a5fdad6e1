"""Saving and loading."""

from .._keras.registered import (
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from .models import load_model, save_model

CustomObjectScope = custom_object_scope


def load_weights(model, filepath, skip_mismatch=False, **kwargs):
    """`model.load_weights(filepath)`."""
    model.load_weights(filepath, skip_mismatch=skip_mismatch, **kwargs)


def save_weights(model, filepath, overwrite=True, **kwargs):
    """`model.save_weights(filepath)`."""
    model.save_weights(filepath, overwrite=overwrite, **kwargs)


__all__ = ["CustomObjectScope", "custom_object_scope", "get_custom_objects", "get_registered_name", "get_registered_object",
           "register_keras_serializable", "load_model", "load_weights", "save_model", "save_weights"]
