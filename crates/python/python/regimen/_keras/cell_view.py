"""The cell of a recurrent layer, and the states that it carries: `lstm.cell`, `lstm.states`.

The engine computes the layer as a whole; the cell is one of the library with the same options and the layer's own variables.
"""

import numpy as np

from . import carried
from .eager_array import viewed

CLASSES = ("LSTM", "GRU", "SimpleRNN")


def tells(layer, name):
    """Whether a layer has such an attribute here."""
    return name in ("cell", "states") and layer.__dict__.get("_class") in CLASSES


def told(layer, name):
    """`cell` or `states` of a layer."""
    return _cell(layer) if name == "cell" else _states(layer)


def _cell(layer):
    if "_cell_view" not in layer.__dict__:
        from ..keras import layers

        kind = getattr(layers, f"{layer._class}Cell")
        known, given = kind(1, name="cell").get_config(), layer.get_config()
        own = {key: given[key] for key in known if key in given}
        layer.__dict__["_cell_view"] = kind.from_config({**own, "name": _name(layer)})
        layer.__dict__["_cell_view"].__dict__["_view_of"] = layer
    share(layer)
    return layer.__dict__["_cell_view"]


def _name(layer):
    return {"LSTM": "lstm_cell", "GRU": "gru_cell", "SimpleRNN": "simple_rnn_cell"}[layer._class]


def share(layer):
    """Gives the cell of a layer, where it was asked for, the layer's variables."""
    cell, start = layer.__dict__.get("_cell_view"), f"{_name(layer)}/" if layer._class in CLASSES else ""
    if cell is None or not layer._variables:
        return
    cell._variables = {path.removeprefix(start): variable for path, variable in layer._variables.items()}
    cell.built = True


def check_options(layer):
    """Refuses to set options of a cell, which the layer would not see."""
    whole = layer.__dict__.get("_view_of")
    if whole is not None:
        raise AttributeError(f"{layer.name}: options of the cell of {whole.name} are set on {whole.name} itself")


def _states(layer):
    """What a stateful layer that is built for so many rows carries; None of others."""
    shape = layer._build_shape
    if not layer.stateful or not layer.built or shape is None or shape[0] is None:
        return None
    zeros = [np.zeros((shape[0], layer.units), "float32")] * (2 if layer._class == "LSTM" else 1)
    return [viewed(value) for value in carried.now(layer) or zeros]
