"""Training without a loss: penalties that layers add are all there is, and rows have no targets."""

import numpy as np

from . import configs


def nothing(y_true, y_pred):
    """0 for each row: it stands where the library wants a loss."""
    from ..keras import ops

    rows = ops.reshape(y_pred, (y_pred.shape[0], -1))
    return 0.0 * ops.mean(rows, axis=-1)


def compiled(given, outputs, named):
    """A compile config in which it stands for the loss, of the first output alone: losses of several outputs would be logged."""
    losses = [configs.serialize(nothing), *(None for _ in outputs[1:])]
    return {**given, "loss": losses[0] if len(outputs) < 2 else dict(zip(outputs, losses)) if named else losses}


def targets(rows, outputs):
    """Targets that nothing reads, for each output."""
    return [np.zeros((rows, 1), "float32") for _ in outputs]
