"""`keras.name_scope`: a prefix of the paths of variables that are made in the body of a `with` statement."""

from . import dialect
from .per_thread import Stack

_open = Stack()


class name_scope:
    """Variables that a program makes inside of the `with` statement have this name before theirs in `path`.

    Weights of layers have the layer's name there, and are called alike in every scope.
    """

    def __init__(self, name, caller=None, deduplicate=True, override_parent=None):
        if not isinstance(name, str) or ("/" in name and not dialect.before(3)):
            raise ValueError(f"Argument `name` must be a string and cannot contain character `/`. Received: name={name}")
        self.name, self.caller, self.deduplicate, self.override_parent = name, caller, deduplicate, override_parent
        self._entered = []

    def __enter__(self):
        outer = _open[-1] if _open else None
        same = outer is not None and self.caller is not None and outer.caller is self.caller and outer.name == self.name
        self._entered.append(not (self.deduplicate and same))
        if self._entered[-1]:
            _open.append(self)
        return self

    def __exit__(self, *fault):
        if self._entered.pop():
            _open.pop()


def current_path():
    """The names of the scopes around, with `/` between them."""
    parts = []
    for scope in _open:
        if scope.override_parent is not None:
            parts = [part for part in scope.override_parent.split("/") if part]
        parts.append(scope.name)
    return "/".join(parts)
