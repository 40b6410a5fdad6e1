"""The text of stubs: types, signatures, classes."""

import ast
import inspect
import re
import textwrap

import stub_types
from regimen._keras import by_place

_SPECIAL = re.compile(r"__(init|call|getitem|setitem|delitem|len|contains|iter|next|enter|exit|array|float|int|index|bool"
                      r"|r?(add|sub|mul|truediv|floordiv|mod|pow|matmul|and|or|xor)|ne|lt|le|gt|ge|neg|pos|abs|invert|round)__")
# What KerasTensors have only to say that it does not go, and what is of the package's own.
_UNSAID = {
    "KerasTensor": ("__array__", "__float__", "__int__", "__index__", "__bool__", "__iter__"),
    "Variable": ("now", "take", "handed_to", "trained", "was_made_trainable"), "Layer": ("build_for", "quantized_build"),
}


# Keys of the table that something stands under.
used = set()


def _asked(table, keys):
    key = next((key for key in keys if key in table), None)
    used.add(key)
    return table.get(key)


def _of_default(default, options):
    """A type for a default; the library's options tell whole numbers from others, signatures do not."""
    if isinstance(default, bool):
        return "bool"
    if isinstance(default, int):
        return "int" if options else "float"
    return "float" if isinstance(default, float) else "str" if isinstance(default, str) else "Any"


def typed(name, default, places, options=False):
    """The type of an argument. `places`: what may stand before its name in the table."""
    told = _asked(stub_types.ARGUMENTS, [*(f"{place}.{name}" for place in places), name])
    if told is None:
        told = "Any" if name.endswith(stub_types.ANYTHING) else _of_default(default, options)
    return f"{told} | None" if default is None and told != "Any" and not told.endswith("| None") else told


def shown(default):
    """A default as it stands in a stub."""
    return repr(default) if default is None or isinstance(default, (bool, int, float, str)) else "..."


def signature(function, owner, name, places):
    """`(self, x: Any, axis: Any = None) -> Any`, of a function or of a method of `owner`."""
    keys = [f"{owner}.{name}" if owner else f"{places[-1]}.{name}", name]
    written = _asked(stub_types.SIGNATURES, keys[:1] if owner else keys)
    if written is not None:
        return written
    known_as = inspect.signature(function).parameters.values()
    parts = []
    for place, p in enumerate(known_as):
        if p.kind == p.KEYWORD_ONLY and not [part for part in parts if part.startswith("*")]:
            parts.append("*")
        if p.kind == p.VAR_KEYWORD and _is_of_old(keys):
            continue
        if owner and place == 0:
            parts.append(p.name)
            continue
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        default = "" if p.default is p.empty else f" = {shown(p.default)}"
        known = typed(p.name, p.default, [*keys, *places]) if not star and "keras.ops" not in places[-1] else "Any"
        parts.append(f"{star}{p.name}: {known}{default}")
    return f"({', '.join(parts)}) -> {_asked(stub_types.RESULTS, keys) or 'Any'}"


def _is_of_old(keys):
    return any(key in stub_types.OF_OLD for key in keys)


def of_function(name, function, module):
    """The line of a function."""
    doc = _doc(function)
    head = f"def {name}{signature(function, '', name, [module.rpartition('.')[2], module])}:"
    return [f"{head} ..."] if not doc else [head, f'    """{doc}"""']


def _doc(thing):
    """The first paragraph of a docstring."""
    text = " ".join((getattr(thing, "__doc__", None) or "").strip().split("\n\n")[0].split())
    return text.replace("\\", "\\\\").replace('"""', "").rstrip('"')


def of_class(name, found, homes, module):
    """The lines of a class."""
    if name != found.__name__:
        return [f"{name} = {found.__name__}"]
    kind, base = module.rpartition(".")[2], homes.base(found)
    of_library = found.__dict__.get("_options") is not None and bool(found.__dict__.get("_class_name"))
    above = base.__name__ if base is not None else stub_types.BASES.get(name)
    if kind == "layers" and above == "Layer" and name not in stub_types.SAY_ALL:
        above = "_OfOneTensor" if of_library and name not in stub_types.GIVE_SEVERAL else "_Known"
    lines = [f"class {name}({above}):" if above else f"class {name}:"]
    lines += [f'    """{_doc(found)}"""'] if _doc(found) else []
    if of_library:
        lines += [f"    def __init__(self{_options(found, kind)}) -> None: ..."]
    lines += _members(name, found, homes, [kind, module], of_library)
    return lines if len(lines) > 1 else [f"{lines[0]} ..."]


def _options(found, kind):
    """`, units: int, activation: Any = 'linear'`: the options of a class of the library in their order."""
    parts, optional = [], False
    options = by_place.ordered(getattr(found, "_kind", None), found._class_name, found._options)
    for option in options:
        optional = optional or len(option) == 2
        default = option[1] if len(option) == 2 else inspect.Parameter.empty
        known = typed(option[0], default, [found._class_name, kind], True)
        parts.append(f"{option[0]}: {known}" + (f" = {shown(default)}" if len(option) == 2 else " = ..." if optional else ""))
    if kind == "layers":
        names = [option[0] for option in options]
        more = [part for layers, told in stub_types.OF_LAYERS if layers is None or found._class_name in layers for part in told]
        parts += ["*", *(part for part in more if part.partition(":")[0] not in names)]
    return "".join(f", {part}" for part in parts)


def _members(name, found, homes, places, of_library):
    """Methods and attributes that the class it is derived from does not have in the same form."""
    inherited, base = homes.inherited(found), homes.base(found)
    known, lines = {}, []
    for kind in reversed(found.__mro__[:-1]):
        if kind not in inherited and kind.__module__.startswith("regimen"):
            known.update({key: None for key in _set_on_self(kind)})
            known.update({key: value for key, value in vars(kind).items() if not key.startswith("_") or _SPECIAL.fullmatch(key)})
    known.update({key: known.get(key) for key in stub_types.ATTRIBUTES.get(name, ())})
    for key, value in known.items():
        if key in _UNSAID.get(name, ()) or of_library and key in ("__init__", "__call__"):
            continue
        above = base is not None and _of_base(key, base)
        if not (above and f"{base.__name__}.{key}" not in stub_types.SIGNATURES and _alike(value, getattr(base, key, None))):
            lines += _member(name, key, value, places, base if above else None)
    if hasattr(found, "__getattr__") and name not in stub_types.SAY_ALL and not (base is not None and hasattr(base, "__getattr__")):
        lines += ["    def __getattr__(self, name: str) -> Any: ...", "    def __setattr__(self, name: str, value: Any) -> None: ..."]
    return lines


def _alike(value, other):
    """Whether a method takes what that of the class above takes."""
    return inspect.isfunction(value) and inspect.isfunction(other) and inspect.signature(value) == inspect.signature(other)


def _of_base(key, base):
    return hasattr(base, key) or key in stub_types.ATTRIBUTES.get(base.__name__, ()) or any(
        key in _set_on_self(kind) for kind in base.__mro__[:-1])


def _member(name, key, value, places, above):
    """The lines of a method or an attribute. `above`: the class that this one is derived from, where it has it, too."""
    if inspect.isfunction(value):
        head = f"    def {key}{signature(value, name, key, places)}:"
        doc = "" if key.startswith("__") else _doc(value)
        return [head, f'        """{doc}"""'] if doc else [f"{head} ..."]
    if isinstance(value, (classmethod, staticmethod)):
        kind = "classmethod" if isinstance(value, classmethod) else "staticmethod"
        owner = name if kind == "classmethod" else ""
        return [f"    @{kind}", f"    def {key}{signature(value.__func__, owner, key, places)}: ..."]
    if value is None or isinstance(value, property) or callable(getattr(value, "__get__", None)):
        if above and f"{name}.{key}" not in stub_types.RESULTS:
            return []
        known = _asked(stub_types.RESULTS, [f"{name}.{key}", key]) or "Any"
        if isinstance(value, property) and value.fset is None and (above is None or getattr(getattr(above, key, 0), "fset", 0) is None):
            return ["    @property", f"    def {key}(self) -> {known}:", f'        """{_doc(value)}"""']
        return [f"    {key}: {known}"]
    return [] if callable(value) or above else [f"    {key}: Any"]


def _set_on_self(kind):
    """Names of the attributes that the methods of a class set."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError, SyntaxError):
        return []
    found = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
             and isinstance(node.value, ast.Name) and node.value.id == "self"]
    return [name for name in dict.fromkeys(found) if not name.startswith("_")]
