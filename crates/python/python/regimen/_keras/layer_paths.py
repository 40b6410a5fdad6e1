"""Paths of layers as programs see them: the names of the layers and models inside of which a layer was built, then its own.

What the engine and files call places of weights has nothing to do with them.
"""

import contextlib

from .per_thread import Stack

# Paths of the layers that build, or run, what is inside of them, innermost last.
_around = Stack()


def begin(layer):
    """Notes where a layer is, when it is built or runs for the first time."""
    if layer.__dict__.get("_parent_path") is None:
        layer.__dict__["_parent_path"] = _around[-1] if _around else ""


def of(layer):
    """The path of a layer."""
    parent = layer.__dict__.get("_parent_path")
    return f"{parent}/{layer.name}" if parent else layer.name


def enter(layer):
    """What is built from here on is inside of the layer; those that the package puts around layers do not count."""
    if getattr(layer, "_whole", False):
        _around.append(_around[-1] if _around else "")
        return
    begin(layer)
    _around.append(of(layer))


def leave():
    """Ends what `enter` began."""
    _around.pop()


@contextlib.contextmanager
def inside(layer):
    """What is built inside of the `with` statement is inside of the layer."""
    enter(layer)
    try:
        yield
    finally:
        leave()
