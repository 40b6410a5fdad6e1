"""Which names of Keras are public, and which of its own tests use no others; read off a checkout of its repository.

A test counts as public-only when it, and the functions and classes of its file that it uses, take from `keras.src` only what the
generated `keras/api` exports (or `keras.src.backend` and `keras.src.testing`), read no attribute that begins with an underscore,
and ask for no other framework.
"""

import ast
import collections
import functools
import re

_EXPORT = re.compile(r"from (keras\.src[\w.]*) import\s+\(?\s*(\w+) as (\w+)")
FRAMEWORKS = {"jax", "tensorflow", "torch", "flax", "openvino", "tensorboard", "orbax", "grain"}


class PublicNames:
    """The exports of a checkout."""

    def __init__(self, checkout):
        self.root = checkout
        # (module below keras.src, name there) -> the shortest public path
        self.paths = {}
        for file in sorted((checkout / "keras" / "api").rglob("__init__.py")):
            place = file.parent.relative_to(checkout / "keras" / "api").parts
            if place[:1] in (("_tf_keras",), ("legacy",)):
                continue
            for module, name, public in _EXPORT.findall(file.read_text()):
                path = ".".join(("keras", *place, public))
                known = self.paths.get((module, name))
                if known is None or len(path) < len(known):
                    self.paths[module, name] = path
        self.names = {name for _, name in self.paths} | {path.rsplit(".", 1)[-1] for path in self.paths.values()}

    def path(self, module, name):
        """The public path of a name of a module, or of what lies below it; None where there is none."""
        if (module, name) in self.paths:
            return self.paths[module, name]
        below = [path for (place, known), path in self.paths.items() if known == name and place.startswith(module + ".")]
        return min(below, key=len) if below else None

    @functools.lru_cache(maxsize=None)
    def defined(self, module):
        """Names at the top of one of Keras's modules, public or not."""
        place = self.root.joinpath(*module.split("."))
        if place.is_dir():
            below = {file.stem for file in place.iterdir() if file.suffix == ".py" or file.is_dir()}
            file = place / "__init__.py"
        else:
            below, file = set(), place.with_suffix(".py")
        return below | (_top(ast.parse(file.read_text())) if file.exists() else set())

    def is_module(self, name):
        """Whether the checkout has this module."""
        place = self.root.joinpath(*name.split("."))
        return place.is_dir() or place.with_suffix(".py").exists()

    def reasons(self, file):
        """`{(class, function): why it is not public-only}` of a test file; an empty text where it is."""
        tree = ast.parse(file.read_text())
        imported, plain = _imports(tree), functions(tree)
        plain.update({node.name: node for node in tree.body if isinstance(node, ast.ClassDef)})
        found = {("", name): self._reason(node, imported, plain, set()) for name, node in functions(tree).items() if name.startswith("test")}
        for owner in (node for node in tree.body if isinstance(node, ast.ClassDef)):
            known = {**plain, **{f"self.{name}": node for name, node in functions(owner).items()}}
            for name, node in functions(owner).items():
                if name.startswith("test"):
                    found[owner.name, name] = self._reason(node, imported, known, set())
        return found

    def _reason(self, function, imported, known, seen):
        """Why a function is not public-only, by its body and by those of the file's functions that it calls."""
        seen.add(function)
        local = _imports(function)
        imported = {**imported, **local}
        for node in ast.walk(function):
            reason = self._of_node(node, imported)
            called = known.get(ast.unparse(node)) if isinstance(node, (ast.Name, ast.Attribute)) else None
            if not reason and called is not None and called not in seen:
                reason = self._reason(called, imported, known, seen)
            if reason:
                return reason
        taken = {name.split(".")[0] for name in local.values()} & FRAMEWORKS
        return f"framework {min(taken)}" if taken else ""

    def _of_node(self, node, imported):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__"):
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                return f"attribute {node.attr}"
        if isinstance(node, ast.Attribute):
            return self._of_chain(node, imported)
        return self._of_name(imported[node.id]) if isinstance(node, ast.Name) and node.id in imported else ""

    def _of_name(self, full):
        if full.split(".")[0] in FRAMEWORKS:
            return f"framework {full.split('.')[0]}"
        if not full.startswith("keras.src.") or full.startswith(("keras.src.testing", "keras.src.backend")) or self.is_module(full):
            return ""
        return "" if full.rsplit(".", 1)[-1] in self.names else f"name {full}"

    def _of_chain(self, node, imported):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in imported:
            return ""
        full = imported[node.id]
        while parts and full.startswith("keras.src") and self.is_module(f"{full}.{parts[0]}"):
            full = f"{full}.{parts.pop(0)}"
        return self._of_name(f"{full}.{parts[0]}") if parts and self.is_module(full) else ""


def functions(tree):
    """`{name: node}` of the functions at the top of a file or class."""
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _top(tree):
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
    return found


def _imports(tree):
    """`{local name: full name}` of the imports of a file or of a function."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update({alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom):
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found


def of_test(reasons, node_id):
    """Why the test of a pytest id is not public-only. Parameters are a suffix of the function's name."""
    _, *place, name = node_id.split("::")
    name, group = name.split("[")[0], place[0] if place else ""
    known = [function for owner, function in reasons if owner == group and name.startswith(function)]
    return reasons[group, max(known, key=len)] if known else "a test from a base class"


def counted(results, reasons_of):
    """Counts of `(id, outcome, text)`: all, and those that are public-only."""
    every, public = collections.Counter(), collections.Counter()
    for node_id, outcome, _ in results:
        every[outcome] += 1
        if outcome != "error" and not reasons_of(node_id):
            public[outcome] += 1
    return every, public
