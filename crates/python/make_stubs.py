"""Writes the type stubs of the package's public modules: what editors complete and checkers of types know.

    python crates/python/make_stubs.py           # writes python/regimen/**/*.pyi
    python crates/python/make_stubs.py --check   # says whether they are as they would be written

Names and signatures are those of the modules and of the library's registry; what these do not tell stands in stub_types.py. Needs the
package to be importable.
"""

import inspect
import pathlib
import re
import sys

import stub_places
import stub_text
import stub_types

FOLDER = pathlib.Path(__file__).parent / "python" / "regimen"

# Where the names that types are made of come from.
_FROM = {
    "collections.abc": ("Callable", "Iterable", "Iterator", "Mapping", "MutableMapping", "Sequence"), "numpy.typing": ("NDArray",),
    "typing": ("Any", "NoReturn", "overload"), "typing_extensions": ("Self",),
}


def imports(body, module, places):
    """The lines that import the names in a text that it does not define. `places`: modules of ours by the names of their classes."""
    used = set(re.findall(r"\b\w+\b", re.sub(r'""".*?"""|\'[^\']*\'', "", body))) - defined(body)
    outside = [f"import {name}" for name in ("collections.abc", "os") if name.partition(".")[0] in used]
    ours = {}
    for name, home in sorted(places.items()):
        ours.setdefault(f"regimen.{home}", []).append(name) if home != module else None
    from_them = [[f"from {home} import {', '.join(name for name in names if name in used)}" for home, names in sorted(known.items())
                  if used.intersection(names)] for known in (_FROM, ours)]
    outside += from_them[0]
    return outside + ([""] if outside and from_them[1] else []) + from_them[1]


def defined(body):
    """The names that a text defines or imports."""
    return {name for found in re.findall(r"^(?:class|def) (\w+)|^(\w+) = | as (\w+)$", body, re.M) for name in found if name}


def told_apart(body):
    """The text, where a class of the module has the name of one of Python's."""
    for name in defined(body) & {"Iterator", "Sequence"}:
        body = re.sub(rf"\b{name}\[", f"collections.abc.{name}[", body)
    return body


def stub(module, homes):
    """The stub of a module."""
    handed, lines = [f"from . import {name} as {name}" for name in stub_places.submodules(module)], []
    found, bases = stub_places.public(module), {}
    for name, value in found.items():
        if not inspect.isclass(value):
            continue
        home = homes.of.get(value)
        if home not in (None, module) and name == value.__name__:
            handed.append(f"from regimen.{home} import {name} as {name}")
        elif home not in (None, module):
            bases[value.__name__] = home
            lines += [f"{name} = {value.__name__}", ""]
        else:
            lines += [*stub_text.of_class(name, value, homes, module), ""]
            base = homes.base(value)
            bases.update({} if base is None else {base.__name__: homes.of[base]})
    for name in sorted(name for name, value in found.items() if not inspect.isclass(value)):
        lines += stub_text.of_function(name, found[name], module)
    body = told_apart("\n".join([*handed, stub_types.BEFORE.get(module, ""), *lines]).strip("\n"))
    head = imports(body, module, {**homes.names, "_Known": "keras.layers", **bases})
    doc = '"""Written by crates/python/make_stubs.py."""'
    return "\n\n".join(part for part in (doc, "\n".join(head), body) if part) + "\n"


def place(module):
    """The file of a module's stub."""
    path = FOLDER / module.replace(".", "/")
    return path / "__init__.pyi" if path.is_dir() else path.with_suffix(".pyi")


def main():
    """Writes, or compares."""
    homes = stub_places.Homes()
    texts = {place(module): stub(module, homes) for module in stub_places.modules()}
    if "--check" not in sys.argv:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        return 0
    unused = {key for table in (stub_types.ARGUMENTS, stub_types.RESULTS, stub_types.SIGNATURES) for key in table} - stub_text.used
    if unused:
        print(f"stub_types.py has types of things that are not there: {', '.join(sorted(unused))}", file=sys.stderr)
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if stale:
        named = ", ".join(sorted(str(path.relative_to(FOLDER)) for path in stale))
        print(f"not as they would be written: {named}; run crates/python/make_stubs.py", file=sys.stderr)
    return int(bool(stale or unused))


if __name__ == "__main__":
    sys.exit(main())
