"""Recurrence over cells that programs write: the steps are written out one after the other in the graph."""

import numpy as np

from . import configs, wrapper
from .base_layer import Layer
from .nested import found
from .tensors import KerasTensor
from .traced import Tensor, native
from .written_layer import WrittenLayer

# Steps that are written out at most; more of them would take a graph that nobody waits for.
_MOST_STEPS = 2000


def has_written(cell):
    """Whether a cell, or one of several, is a program's."""
    if isinstance(cell, dict):
        from .registered import get_registered_object, loaded_class

        registered = get_registered_object(cell.get("registered_name") or cell.get("class_name"))
        inner = cell.get("config", {}).get("cells", ())
        return registered is not None or loaded_class(cell) is not None or any(has_written(each) for each in inner)
    if isinstance(cell, (list, tuple)):
        return any(has_written(each) for each in cell)
    return isinstance(cell, Layer) and any(not inner._class_name for inner in cell._flatten_layers())


def _sizes(cell):
    size = cell.state_size
    return [(n,) if isinstance(n, int) else tuple(n) for n in (size if isinstance(size, (list, tuple)) else [size])]


def _first_states(cell, rows):
    """What a cell says its states begin with, or zeros."""
    from ..keras import ops

    if hasattr(cell, "get_initial_state"):
        given = cell.get_initial_state(batch_size=rows)
        return [ops.convert_to_tensor(state) for state in (given if isinstance(given, (list, tuple)) else [given])]
    zeros = [Tensor(native(np.zeros((1, *size), dtype="float32"))) for size in _sizes(cell)]
    return [ops.broadcast_to(one, (rows, *one.shape[1:])) for one in zeros]


def _step(cell, x, states, kwargs):
    """Output and new states of one step."""
    output, new = cell(x, states, **kwargs)
    return output, list(new) if isinstance(new, (list, tuple)) else [new]


class StackedCells(WrittenLayer):
    """Cells of which each takes what the one before it gives."""

    def __init__(self, cells, **kwargs):
        super().__init__(**kwargs)
        for cell in cells:
            if "call" not in dir(cell) or not hasattr(cell, "state_size"):
                raise ValueError(f"All cells must have a `call` method and a `state_size`. Received cell without them: {cell}")
        self.cells = list(cells)

    @property
    def state_size(self):
        """Those of all cells."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self):
        """That of the last cell."""
        last = self.cells[-1]
        return getattr(last, "output_size", None) or _sizes(last)[0][0]

    def build(self, input_shape):
        """Builds the cells."""
        for cell in self.cells:
            if not cell.built:
                cell.build(input_shape)
            size = getattr(cell, "output_size", None) or _sizes(cell)[0][0]
            input_shape = (input_shape[0], size)
        super().build(input_shape)

    def call(self, inputs, states, training=False, **kwargs):
        """One step of all cells."""
        waiting, new = list(states), []
        for cell in self.cells:
            count = len(_sizes(cell))
            inputs, after = _step(cell, inputs, waiting[:count], kwargs)
            waiting, new = waiting[count:], new + after
        return inputs, new

    def get_config(self):
        """The cells."""
        return {**super().get_config(), "cells": [cell._entry() for cell in self.cells]}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The cells of a config."""
        return cls(**{**config, "cells": [wrapper.revived(cell, custom_objects) for cell in config["cells"]]})


class WrittenRNN(WrittenLayer):
    """`RNN` over a cell of a program, or over several cells with such a one among them."""

    def __init__(self, cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
                 zero_output_for_mask=False, **kwargs):
        super().__init__(**kwargs)
        if stateful:
            raise NotImplementedError("RNN(stateful=True) over a cell of a program is not there yet: give the states as initial_state")
        cell = StackedCells(cell) if isinstance(cell, (list, tuple)) else cell
        if not hasattr(cell, "state_size"):
            raise ValueError(
                "The RNN cell should have a `state_size` attribute (single integer or list of integers, one integer per RNN "
                f"state). Received: cell={cell}"
            )
        self.cell = cell
        self.return_sequences, self.return_state, self.go_backwards = bool(return_sequences), bool(return_state), bool(go_backwards)
        self.stateful, self.unroll, self.zero_output_for_mask = False, bool(unroll), bool(zero_output_for_mask)
        self.supports_masking = True

    @property
    def state_size(self):
        """That of the cell."""
        return self.cell.state_size

    def build(self, sequences_shape, initial_state_shape=None):
        """Builds the cell for one step."""
        shape = sequences_shape[0] if isinstance(sequences_shape[0], (list, tuple)) else sequences_shape
        if not self.cell.built:
            self.cell.build((shape[0], *shape[2:]))
        super().build(sequences_shape)

    def build_for(self, args, kwargs):
        """The first tensor is the sequence, whatever states come with it."""
        self.build(found((args, kwargs), KerasTensor)[0].shape)

    def compute_mask(self, inputs, previous_mask):
        """Steps that were left out in sequences; a last output has no mask."""
        return previous_mask if self.return_sequences and not self.return_state else None

    def _states(self, sequences, initial_state):
        if initial_state is not None:
            return list(initial_state) if isinstance(initial_state, (list, tuple)) else [initial_state]
        cells = self.cell.cells if isinstance(self.cell, StackedCells) else [self.cell]
        return [state for cell in cells for state in _first_states(cell, sequences.shape[0])]

    def call(self, sequences, initial_state=None, mask=None, training=None):
        """All steps."""
        from ..keras import ops

        if isinstance(sequences, (list, tuple)):
            sequences, initial_state = sequences[0], list(sequences[1:]) or initial_state
        steps = sequences.shape[1]
        if steps > _MOST_STEPS:
            raise NotImplementedError(
                f"{self.name}: the steps of a cell of a program are written out one by one; their number has to be known and "
                f"at most {_MOST_STEPS}"
            )
        states, outputs, last = self._states(sequences, initial_state), [], None
        for t in reversed(range(steps)) if self.go_backwards else range(steps):
            output, new = _step(self.cell, sequences[:, t], states, {})
            if mask is not None:
                counts = mask[:, t]
                wide = lambda x: ops.reshape(counts, (-1, *([1] * (x.ndim - 1))))
                before = last if last is not None else ops.zeros_like(output)
                last = ops.where(wide(output), output, before)
                states = [ops.where(wide(a), a, b) for a, b in zip(new, states)]
                outputs.append(ops.where(wide(output), output, ops.zeros_like(output)) if self.zero_output_for_mask else last)
            else:
                last, states = output, new
                outputs.append(output)
        result = ops.stack(outputs, axis=1) if self.return_sequences else last
        return [result, *states] if self.return_state else result

    def get_config(self):
        """The options, and the cell."""
        names = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "zero_output_for_mask")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}, "cell": self.cell._entry()}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A layer around the cell of a config."""
        return cls(**{**config, "cell": wrapper.revived(config["cell"], custom_objects)})

    def _entry(self):
        return super()._entry() if configs.for_engine() else {**super()._entry(), "module": "keras.layers", "registered_name": None}


WrittenRNN.__name__, StackedCells.__name__ = "RNN", "StackedRNNCells"


def choosing(library, written):
    """A library's class that makes way for the one in Python where a cell or a layer inside is a program's."""

    def new(cls, cell=None, *args, **kwargs):
        for name in ("cell", "cells", "layers"):
            cell = kwargs.pop(name, cell)
        if cls is library and has_written(cell):
            revived = [wrapper.revived(each) for each in cell] if isinstance(cell, (list, tuple)) else wrapper.revived(cell)
            return written(revived, *args, **kwargs)
        return object.__new__(cls)

    library.__new__ = new
