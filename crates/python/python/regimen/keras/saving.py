"""Saving and loading."""

from .models import load_model, save_model


def load_weights(model, filepath, skip_mismatch=False, **kwargs):
    """`model.load_weights(filepath)`."""
    model.load_weights(filepath, skip_mismatch=skip_mismatch, **kwargs)


def save_weights(model, filepath, overwrite=True, **kwargs):
    """`model.save_weights(filepath)`."""
    model.save_weights(filepath, overwrite=overwrite, **kwargs)


__all__ = ["load_model", "load_weights", "save_model", "save_weights"]
