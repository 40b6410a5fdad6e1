"""What the names of a program's text stand for: `L.Dense` is keras.layers.Dense after `from keras import layers as L`."""

import ast

_SAME = ("tensorflow.python.keras", "tensorflow.keras", "tf_keras", "keras.api", "keras")
_OF_TENSORFLOW = ("optimizers", "losses", "metrics", "initializers")


class Names:
    """The imports and definitions of a program."""

    def __init__(self, nodes):
        self._imported, self._defined, self._passed_on = {}, set(), set()
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._imported.update(_bound(node))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self._defined.add(node.name)
                self._passed_on.update(_passed_on(node))

    def path(self, node):
        """The dotted name of an expression: from its module on where that is Keras or TensorFlow, `?.name` where nothing is known of
        it, and "" where it is another package's, the program's own, or no name."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id in ("self", "cls") or (not parts and node.id in self._defined):
            return ""
        first = self._imported.get(node.id)
        if first is None:
            return ".".join(["?", node.id, *reversed(parts)])
        return ".".join([first, *reversed(parts)]) if first.split(".")[0] in ("keras", "tensorflow", "tf_keras") else ""

    def method(self, call):
        """The name of the method that a call calls; "" where the program defines one of that name."""
        if not isinstance(call.func, ast.Attribute):
            return ""
        own = call.func.attr in self._defined and id(call) not in self._passed_on
        return "" if own else call.func.attr


def inside_keras(path):
    """The part of a path after `keras.` (of TensorFlow, too); "" where it does not lead there."""
    for prefix in _SAME:
        if path.startswith(f"{prefix}."):
            return path[len(prefix) + 1 :]
    first, _, rest = path.partition(".")
    return rest if first == "tensorflow" and rest.startswith(tuple(f"{name}." for name in _OF_TENSORFLOW)) else ""


def imported(node):
    """The dotted names that a statement imports, its module among them."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def _bound(node):
    """What an import binds: each name with what it stands for."""
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else alias.name.split(".")[0] for alias in node.names}
    module = "." * node.level + (node.module or "")
    return {alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names if alias.name != "*"}


def _passed_on(definition):
    """Calls in which a method of the program calls another object's method of that name, as wrappers around a model do."""
    found = set()
    for node in ast.walk(definition):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == definition.name:
            if getattr(node.func.value, "id", "") not in ("self", "cls"):
                found.add(id(node))
    return found
