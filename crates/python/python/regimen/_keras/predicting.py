"""Predictions for callbacks that look at them: batch by batch, each handed on in `logs["outputs"]`."""

import numpy as np

from .asking import wants


def looks(callbacks):
    """Whether any callback is asked after batches of predictions."""
    given = callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]
    return any(wants(callback, "on_predict_batch_end") for callback in given)


def outputs(model, runner, asks, arrays, batch_size, steps):
    """Outputs of all batches."""
    count = -(-len(arrays[0]) // batch_size)
    found = []
    _tell(asks, "predict_begin", 0, None)
    for batch in range(max(count, 1) if steps is None else min(steps, count)):
        rows = [array[batch * batch_size : (batch + 1) * batch_size] for array in arrays]
        _tell(asks, "predict_batch_begin", batch, None)
        found.append(runner.native.predict(rows, batch_size, None, []))
        _tell(asks, "predict_batch_end", batch, {"outputs": model._given(found[-1])})
    _tell(asks, "predict_end", 0, None)
    return [np.concatenate(parts) for parts in zip(*found)]


def _tell(asks, moment, index, logs):
    for each in asks:
        if hasattr(each, "_on"):  # those of the library have nothing to do with predictions
            each._on(moment, index, logs)
