"""Recurrent cells of the library: what one step gives, and the states that a sequence begins with."""

import functools

import numpy as np

from .nested import HOLE, filled

# Cells of one step.
CLASSES = ("SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells")
# Layers over a cell.
_OVER_CELLS = ("SimpleRNN", "GRU", "LSTM", "RNN")


def laid_out(layer, args, outputs):
    """`(output, states)` of one step: the states nested as those that came."""
    given, new = args[1] if len(args) > 1 else None, list(outputs[1:])
    if layer._class == "LSTMCell" or given is None:
        return outputs[0], new
    form = _listed(given)
    states = filled(form, new)
    if layer._class == "StackedRNNCells" and isinstance(states, list) and len(states) == 1:
        states = states[0]
    return outputs[0], states


def _listed(value):
    return [_listed(item) for item in value] if isinstance(value, (list, tuple)) else HOLE


def tells(layer, name):
    """Whether a layer has such an attribute of cells and layers over them."""
    classes = CLASSES if name == "output_size" else (*CLASSES, *_OVER_CELLS)
    return name in ("state_size", "output_size", "get_initial_state") and layer.__dict__.get("_class") in classes


def told(layer, name):
    """`state_size`, `output_size` or `get_initial_state` of a layer."""
    if name == "get_initial_state":
        return functools.partial(initial_state, layer)
    if layer._class == "StackedRNNCells":
        return [cell.state_size for cell in layer.cells] if name == "state_size" else layer.cells[-1].output_size
    if layer._class == "RNN":
        several = isinstance(layer.cell, (list, tuple))
        found = [cell.state_size for cell in layer.cell] if several else layer.cell.state_size
        return found if isinstance(found, list) else [found]
    units = layer.units
    if layer._class.startswith("LSTM") and name == "state_size":
        return [units, units]
    return units if layer._class in CLASSES else [units]


def initial_state(layer, batch_size=None):
    """Zeros for the states of so many rows."""
    if layer._class == "StackedRNNCells":
        return [initial_state(cell, batch_size) for cell in layer.cells]
    if layer._class == "RNN":
        cell = layer.cell
        if isinstance(cell, (list, tuple)):
            return [initial_state(each, batch_size) for each in cell]
        return initial_state(cell, batch_size)
    from ..keras import ops

    count = 2 if layer._class.startswith("LSTM") else 1
    return [ops.zeros((int(np.asarray(batch_size)), layer.units)) for _ in range(count)]
