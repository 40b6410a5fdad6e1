"""What training moves, as Keras 3 decides it: the flag of each layer is that of its own weights.

The flag of a model, and of a layer with layers inside, goes down to these when it is set, and has no say later: it counts where the model
itself is asked. Until Keras 3 it did have a say. The engine freezes all that is inside of what is frozen, so it is told of layers alone.
"""

import contextlib

from . import configs, dialect, low_rank
from .per_thread import Stack

# Inside of these configs say: `all` that everything is trained, which tells what kinds of weights there are; `none` that nothing is;
# `own` what each layer says itself, which decides on the order of weights in files.
_said = Stack()


@contextlib.contextmanager
def says(what):
    """Configs for the engine say `all`, `none` or `own` inside of a `with` statement."""
    _said.append(what)
    try:
        yield
    finally:
        _said.pop()


def engine_text(model):
    """The config of the model that a model runs on the engine."""
    if not is_partial(model):
        return file_text(model)
    with contextlib.nullcontext() if model._trainable else says("none"):
        return configs.engine_text(model._root())


def file_text(model):
    """The same with the flags as they are, which decide on the order of weights in files."""
    with says("own"):
        return configs.engine_text(model._root())


def in_config(layer):
    """Whether a layer is trained, as a config has it; that of an input does not say it."""
    return layer._class == "InputLayer" or (in_engine(layer) if configs.for_engine() else layer._trainable)


def in_engine(layer):
    """The same as the engine is told of it."""
    said = _said[-1] if _said else None
    if said in ("all", "none"):
        return said == "all"
    return layer._trainable or said is None and not _counts_inside() and bool(inner(layer))


def moved(layer):
    """Variables that training moves where something around a layer is asked."""
    if _counts_inside() and not layer._trainable:
        return []
    inside = {id(v): v for each in inner(layer) for v in each.weights}
    trained = {id(v) for each in inner(layer) for v in moved(each)}
    is_moved = lambda v: id(v) in trained if id(v) in inside else v.trainable and _holder(layer, v)._trainable
    return [v for v in layer.weights if is_moved(v)]


def thaw(layer):
    """A layer that is set to be trained: so are its own variables, whatever each was set to."""
    for variable in layer._variables.values() if layer._trainable else []:
        if variable.was_made_trainable and not low_rank.is_base(layer, variable):
            variable.trainable = True


def alone(variables):
    """Paths of variables that are frozen by themselves, of pairs of a path and a variable."""
    return [path for path, variable in variables if variable.was_made_trainable and not variable.trainable]


def alone_in(model):
    """Paths, as programs see them, of such variables of a model."""
    return alone((variable.path, variable) for variable in model.weights)


def is_partial(model):
    """Whether layers are trained that stand in what is frozen, a frozen model that is asked itself included."""
    frozen = [] if _counts_inside() else [each for each in model._all_layers() if not each._trainable]
    return any(leaf._trainable and _may_move(leaf) for each in frozen for leaf in _below(each))


def _may_move(leaf):
    """Whether a layer without layers inside has weights, or stands for layers that a Bidirectional makes."""
    return not inner(leaf) and leaf._class != "InputLayer" and bool(leaf.weights or not leaf.built)


def inner(layer):
    """The layers inside of a layer or a model."""
    return layer.__dict__.get("_layers") or layer._inner_layers()


def _below(layer):
    return [found for each in inner(layer) for found in (each, *_below(each))]


def _counts_inside():
    return dialect.before(3)


def _holder(layer, variable):
    """The layer whose flag a variable of a layer has: Bidirectional makes the layers inside of it anew."""
    path = next((path for path, own in layer._variables.items() if own is variable), "")
    for part in path.split("/")[:-1]:
        names = (part, part.removeprefix("forward_"), part.removeprefix("backward_"))
        layer = next((each for name in names for each in inner(layer) if each.name == name), layer)
    return layer
