"""Penalties on what layers give, that calls add while somebody wants to see them."""

from .per_thread import Stack
from .traced import running

# (layer, tensor)
penalties = Stack()


def note(layer, outputs):
    """Keeps those of a layer of the library that a layer of a program calls on arrays: the engine adds them up by itself."""
    if len(running) > 1 and getattr(running[0], "_whole", False):
        for penalty in of_library(layer, outputs):
            penalties.append((layer, penalty))


def of_library(layer, outputs):
    """The penalties on what a layer of the library gives, each for one of its rows."""
    regularizer = layer.activity_regularizer if layer._class_name and "activity_regularizer" in layer._config else None
    if layer._class == "ActivityRegularization":
        from ..keras import regularizers

        regularizer = regularizers.L1L2(l1=layer._config["l1"], l2=layer._config["l2"])
    if regularizer is None:
        return []
    return [regularizer(output) / max(output.shape[0], 1) if output.ndim else regularizer(output) for output in outputs]
