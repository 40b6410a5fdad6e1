"""Runs unit tests of Keras's own repository with our package in Keras's place, and counts.

    python tests/python/conformance.py CHECKOUT [FOLDER ...] [--show] [--failures]

CHECKOUT is a copy of Keras's repository (github.com/keras-team/keras, the tag of the version that the package follows), which
is fetched by whoever runs this and never committed; FOLDER is one below keras/src, such as `losses` (default: those of
docs/keras-conformance.md). What a test takes from `keras.src` is ours by its public name (`keras/api` of the checkout says which
that is); a name that is not public can be imported and fails when it is used. Needs pytest and absl-py.
"""

import argparse
import collections
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import types

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import public_names

FOLDERS = ["activations", "constraints", "losses", "metrics", "regularizers", "initializers", "callbacks", "optimizers", "layers"]


class _Fails(type):
    """The type of what stands for a name that is not there: it can be imported, and all use of it fails."""

    def __getattr__(cls, name):
        raise AttributeError(cls.__doc__)

    def __call__(cls, *args, **kwargs):
        raise AttributeError(cls.__doc__)


class Alias(types.ModuleType):
    """A module of Keras whose names are those of one of ours."""

    def __init__(self, name, ours, names):
        super().__init__(name)
        self.__path__ = []
        self.__dict__.update(_ours=ours, _names=names)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        names, own = self.__dict__["_names"], self.__name__
        if (own, name) == ("keras.src.utils", "removesuffix"):  # run_layer_test takes it for dicts of shapes.
            return str.removesuffix
        found = getattr(self.__dict__["_ours"], name, None)
        if names.is_module(f"{own}.{name}") and (found is None or isinstance(found, types.ModuleType)):
            return importlib.import_module(f"{own}.{name}")
        public = names.path(own, name)
        for place, wanted in ((self.__dict__["_ours"], name), *_public(public)):
            try:
                return getattr(place, wanted)
            except (AttributeError, NotImplementedError):
                continue
        if own.startswith("keras.src") and name in names.defined(own):
            return _Fails(name, (), {"__doc__": f"{public} is not there" if public else f"{own}.{name} is no public name of Keras"})
        raise AttributeError(f"{own}.{name}")


def _public(path):
    """Where a public path leads in our package: `[(module, name)]`."""
    import regimen.keras as found

    if path is None:
        return []
    *place, last = path.split(".")[1:]
    for part in place:
        found = getattr(found, part, None)
    return [(found, last)] if found is not None else []


def ours(name):
    """What of ours stands for a module of Keras."""
    import regimen.keras as keras
    from regimen._keras import masks, tensors, variable

    rest = name.split(".")[1:]
    if rest[:1] == ["src"]:
        rest = rest[1:]
    if not rest:
        return keras
    if rest[0] in ("tree",):
        return importlib.import_module("tree") if importlib.util.find_spec("tree") else types.SimpleNamespace()
    class Shims(types.SimpleNamespace):
        def __getattr__(self, name):
            return getattr(keras.backend, name)

    shims = Shims(
        is_float_dtype=lambda dtype: "float" in str(dtype), standardize_dtype=lambda dtype: str(getattr(dtype, "name", dtype) or "float32"),
        KerasTensor=tensors.KerasTensor, Variable=variable.Variable, random=keras.random, set_floatx=keras.config.set_floatx,
        set_keras_mask=masks.set_mask, get_keras_mask=masks.get_mask,
        SUPPORTS_SPARSE_TENSORS=False, SUPPORTS_RAGGED_TENSORS=False, SUPPORTS_COMPLEX_DTYPES=False,
        is_traceback_filtering_enabled=lambda: False, disable_traceback_filtering=lambda: None,
    )
    if rest[0] == "backend":
        return shims
    if rest[0] == "utils" and rest[1:] == ["traceback_utils"]:
        return shims
    found = getattr(keras, rest[0], None)
    if found is None:
        return types.SimpleNamespace()
    for part in rest[1:]:
        inner = getattr(found, part, None)
        if isinstance(inner, types.ModuleType):
            found = inner
    return found


_SHARED = ("keras.src.tree", "keras.src.utils.module_utils", "keras.src.api_export", "keras.src.backend.common.backend_utils")


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives our modules for Keras's, and Keras's own helpers of tests from the checkout."""

    def __init__(self, checkout):
        self.testing = pathlib.Path(checkout) / "keras" / "src" / "testing"
        self.names = public_names.PublicNames(pathlib.Path(checkout))

    def find_spec(self, name, path=None, target=None):
        if name == "keras.src.testing" or name.startswith("keras.src.testing."):
            file = self.testing / ("__init__.py" if name == "keras.src.testing" else name.rsplit(".", 1)[-1] + ".py")
            package = name == "keras.src.testing"
            return importlib.util.spec_from_file_location(name, file, submodule_search_locations=[str(self.testing)] if package else None)
        shared = self.shared(name)
        if shared is not None:
            return shared
        if name == "conftest":
            return importlib.util.spec_from_file_location(name, self.testing.parents[2] / "conftest.py")
        if name == "keras" or name.startswith("keras."):
            return importlib.machinery.ModuleSpec(name, self, is_package=True) if self.names.is_module(name) else None
        return None

    def shared(self, name):
        """What tests share and Keras does not export, from the checkout: `keras.src.tree`, and what one test file takes from another."""
        place = self.names.root.joinpath(*name.split("."))
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        known = name.startswith("keras.src.tree.") or name in _SHARED or name.endswith("_test")
        if not known or not name.startswith("keras.src.") or not file.exists():
            return None
        return importlib.util.spec_from_file_location(name, file, submodule_search_locations=[str(place)] if place.is_dir() else None)

    def create_module(self, spec):
        return Alias(spec.name, ours(spec.name), self.names)

    def exec_module(self, module):
        """Its names are there already."""


class Missing(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules of frameworks that are not installed: a file that imports them can be read, and what uses them fails."""

    def find_spec(self, name, path=None, target=None):
        root = name.split(".")[0]
        known = root in public_names.FRAMEWORKS and (root == name or isinstance(sys.modules.get(root), Absent))
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if known else None

    def create_module(self, spec):
        return Absent(spec.name)

    def exec_module(self, module):
        """There is nothing in it."""


class Absent(types.ModuleType):
    """A module of which every name fails when it is used."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Fails(name, (), {"__doc__": f"{self.__name__}.{name}: the package is not installed"})


def pytest_configure(config):
    """Keras means ours for the tests that follow."""
    if "KERAS_CHECKOUT" in os.environ:
        sys.meta_path.insert(0, Finder(os.environ["KERAS_CHECKOUT"]))
        sys.meta_path.append(Missing())


def run(checkout, folder):
    """What became of the tests of a folder: `(id, outcome, text)` of each, and why each is not public-only."""
    names, reasons = public_names.PublicNames(checkout), {}
    with tempfile.TemporaryDirectory() as place:
        for file in sorted((checkout / "keras" / "src" / folder).rglob("*_test.py")):
            copy = pathlib.Path(place) / f"test_{'_'.join(file.relative_to(checkout).parts[2:])}"
            shutil.copy(file, copy)
            reasons[copy.name] = names.reasons(file)
        report = pathlib.Path(place) / "report.json"
        environment = {**os.environ, "KERAS_CHECKOUT": str(checkout), "CONFORMANCE_REPORT": str(report),
                       "PYTHONPATH": os.pathsep.join([str(pathlib.Path(__file__).parent), os.environ.get("PYTHONPATH", "")])}
        command = [sys.executable, "-m", "pytest", "-p", "conformance", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider",
                   "-W", "ignore", "--import-mode=importlib", "--continue-on-collection-errors", place]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if not report.exists():
            raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
        found = json.loads(report.read_text())

    def reason(node_id):
        return public_names.of_test(reasons[pathlib.Path(node_id.split("::")[0]).name], node_id)

    return found, reason


def main():
    """Runs the folders, and counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    parser.add_argument("--show", action="store_true", help="prints the first line of each kind of failure")
    parser.add_argument("--failures", action="store_true", help="prints each test that fails")
    args = parser.parse_args()
    for folder in args.folders or FOLDERS:
        found, reason = run(args.checkout, folder)
        every, public = public_names.counted(found, reason)
        beside = f"{every['skipped']} skipped, {every['error']} files not read"
        print(f"{folder}: {_share(every)}; public names only: {_share(public)}; {beside}")
        failures = [entry for entry in found if entry[1] in ("failed", "error")]
        if args.show:
            for text, count in collections.Counter(entry[2][:150] for entry in failures).most_common(40):
                print(f"  {count:4} {text}")
        if args.failures:
            for node_id, outcome, text in failures:
                print(f"  {node_id.rsplit('/', 1)[-1]} [{'file' if outcome == 'error' else reason(node_id) or 'public'}] {text[:200]}")


def _share(counts):
    told = counts["passed"] + counts["failed"]
    return f"{counts['passed']} of {told} pass ({100 * counts['passed'] / max(told, 1):.0f} %)"


_results = []


def pytest_runtest_logreport(report):
    """Keeps what became of a test."""
    if report.when == "call" or report.skipped or report.failed:
        text = str(report.longrepr.reprcrash.message).splitlines()[0] if report.failed and hasattr(report.longrepr, "reprcrash") else ""
        _results.append((report.nodeid, report.outcome, text))


def pytest_collectreport(report):
    """Keeps files that could not be read."""
    if report.failed:
        _results.append((report.nodeid, "error", str(report.longrepr).strip().splitlines()[-1]))


def pytest_sessionfinish(session):
    """Writes all of it down."""
    path = os.environ.get("CONFORMANCE_REPORT")
    if path:
        pathlib.Path(path).write_text(json.dumps(_results))


if __name__ == "__main__":
    main()
