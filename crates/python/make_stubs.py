"""Writes the type stubs of the modules whose classes the package makes from the library's registry.

    python crates/python/make_stubs.py           # writes python/regimen/keras/*.pyi
    python crates/python/make_stubs.py --check   # says whether they are as they would be written

Needs the package to be importable.
"""

import importlib
import inspect
import pathlib
import sys

from regimen._keras import by_place

FOLDER = pathlib.Path(__file__).parent / "python" / "regimen" / "keras"
MODULES = ["activations", "applications", "callbacks", "constraints", "initializers", "layers", "losses", "metrics", "ops", "ops.image",
           "ops.linalg", "ops.nn", "ops.numpy", "optimizers", "optimizers.schedules", "regularizers"]


def typed(default):
    """A type for an option's default."""
    if isinstance(default, bool):
        return "bool"
    if isinstance(default, int):
        return "int"
    if isinstance(default, float):
        return "float"
    return "Any"


def shown(default):
    """A default as it stands in a stub."""
    return repr(default) if default is None or isinstance(default, (bool, int, float, str)) else "..."


def arguments(options):
    """`, units: Any, activation: Any = "linear"`"""
    parts, optional = [], False
    for option in options:
        optional = optional or len(option) == 2
        if len(option) == 2:
            parts.append(f"{option[0]}: {typed(option[1])} = {shown(option[1])}")
        else:
            parts.append(f"{option[0]}: Any" + (" = ..." if optional else ""))
    return "".join(f", {part}" for part in parts)


def of_class(name, found, own):
    """The lines of a class."""
    if name != found.__name__:
        return [f"{name} = {found.__name__}"]
    options = found.__dict__.get("_options")
    if options is None or not found.__dict__.get("_class_name"):
        base = found.__mro__[1].__name__
        lines = [f"class {name}({base if base in own and base != name else 'Any'}):"]
        members = {}
        for kind in reversed(found.__mro__[:-1]):
            members.update({key: value for key, value in vars(kind).items() if not key.startswith("_") or key in ("__init__", "__call__")})
        for key, value in members.items():
            if inspect.isfunction(value) or isinstance(value, (classmethod, staticmethod)):
                gives = "None" if key == "__init__" else "Any"
                lines.append(f"    def {key}(self, *args: Any, **kwargs: Any) -> {gives}: ...")
            elif isinstance(value, property):
                lines.append(f"    {key}: Any")
        return lines if len(lines) > 1 else [f"{lines[0]} ..."]
    base = found.__mro__[1].__name__
    base = base if base in own else "Any"
    doc = (found.__doc__ or "").splitlines()[0].replace('"""', "")
    options = by_place.ordered(getattr(found, "_kind", None), found._class_name, options)
    return [f"class {name}({base}):", f'    """{doc}"""', f"    def __init__(self{arguments(options)}, **kwargs: Any) -> None: ..."]


def parameters(function):
    """`x: Any, axis: Any = None`: an axis, a shape or a type may be given in many ways."""
    parts = []
    for p in inspect.signature(function).parameters.values():
        if p.kind == p.KEYWORD_ONLY and not [part for part in parts if part.startswith("*")]:
            parts.append("*")
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        parts.append(f"{star}{p.name}: Any" + ("" if p.default is p.empty else f" = {shown(p.default)}"))
    return ", ".join(parts)


def of_families(families):
    """The stub of a package that reads its modules when their names are asked for."""
    lines = ['"""Written by crates/python/make_stubs.py."""', ""]
    for family, names in families.items():
        lines += [f"from . import {family} as {family}", *(f"from .{family} import {name} as {name}" for name in names)]
    return "\n".join(lines) + "\n"


def stub(module_name):
    """The stub of a module."""
    module = importlib.import_module(f"regimen.keras.{module_name}")
    if hasattr(module, "_FAMILIES"):
        return of_families(module._FAMILIES)
    public = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    classes = {n: v for n, v in public.items() if inspect.isclass(v) and v.__module__.startswith("regimen")}
    functions = {n: v for n, v in public.items() if inspect.isfunction(v)}
    lines = ['"""Written by crates/python/make_stubs.py."""', "", "from typing import Any", ""]
    if module_name == "optimizers":
        lines += ["from . import schedules as schedules", ""]
    first = [n for n, v in classes.items() if not v.__dict__.get("_class_name")]
    for name in [*first, *sorted(n for n in classes if n not in first)]:
        lines += [*of_class(name, classes[name], set(classes)), ""]
    if module_name == "ops":
        lines[:-1] = [*lines[:-1], "", *(f"from . import {place} as {place}" for place in ("image", "linalg", "nn", "numpy"))]
    for name in sorted(functions):
        lines.append(f"def {name}({parameters(functions[name]) if module_name.startswith('ops') else '*args: Any, **kwargs: Any'}) -> Any: ...")
    return "\n".join(lines).rstrip() + "\n"


def main():
    """Writes, or compares."""
    stale = []
    for name in MODULES:
        path = FOLDER / (name.replace(".", "/") + ".pyi")
        if (FOLDER / name).is_dir():
            path = FOLDER / name / "__init__.pyi"
        text = stub(name)
        if "--check" in sys.argv:
            if not path.exists() or path.read_text() != text:
                stale.append(path.name)
        else:
            path.write_text(text)
    if stale:
        print(f"not as they would be written: {', '.join(stale)}; run crates/python/make_stubs.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
