"""Runs unit tests of Keras's own repository with our package in Keras's place, and counts.

    python tests/python/conformance.py CHECKOUT [FOLDER ...] [--show]

CHECKOUT is a copy of Keras's repository (github.com/keras-team/keras, the tag of the version that the package follows), which
is fetched by whoever runs this and never committed; FOLDER is one below keras/src, such as `losses` (default: those of
docs/keras-conformance.md). Modules of `keras.src` mean our public ones: what a test takes from them has to be a public name
or it fails. Needs pytest and absl-py.
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

FOLDERS = ["losses", "metrics", "optimizers", "activations", "initializers", "regularizers", "constraints", "callbacks", "layers"]


class Alias(types.ModuleType):
    """A module of Keras whose names are those of one of ours."""

    def __init__(self, name, ours):
        super().__init__(name)
        self.__path__ = []
        self.__dict__["_ours"] = ours

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return getattr(self.__dict__["_ours"], name)
        except NotImplementedError as error:
            raise AttributeError(str(error)) from None


def ours(name):
    """What of ours stands for a module of Keras."""
    import regimen.keras as keras
    from regimen._keras import tensors, variable

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
        clear_session=keras.backend.clear_session, KerasTensor=tensors.KerasTensor, Variable=variable.Variable,
        is_traceback_filtering_enabled=lambda: False, disable_traceback_filtering=lambda: None,
    )
    if rest[0] == "backend":
        shims.backend = lambda: "jax"
        return shims
    if rest[0] == "utils" and rest[1:] == ["traceback_utils"]:
        return shims
    found = getattr(keras, rest[0], None)
    if found is None:
        return None
    for part in rest[1:]:
        inner = getattr(found, part, None)
        if isinstance(inner, types.ModuleType):
            found = inner
    return found


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives our modules for Keras's, and Keras's own helpers of tests from the checkout."""

    def __init__(self, checkout):
        self.testing = pathlib.Path(checkout) / "keras" / "src" / "testing"
        self.root = pathlib.Path(checkout)

    def find_spec(self, name, path=None, target=None):
        if name == "keras.src.testing" or name.startswith("keras.src.testing."):
            file = self.testing / ("__init__.py" if name == "keras.src.testing" else name.rsplit(".", 1)[-1] + ".py")
            package = name == "keras.src.testing"
            return importlib.util.spec_from_file_location(name, file, submodule_search_locations=[str(self.testing)] if package else None)
        if name == "conftest":
            return importlib.util.spec_from_file_location(name, self.testing.parents[2] / "conftest.py")
        if name == "keras" or name.startswith("keras."):
            file = self.root.joinpath(*name.split("."))
            known = file.is_dir() or file.with_suffix(".py").exists()
            return importlib.machinery.ModuleSpec(name, self, is_package=True) if known and ours(name) is not None else None
        return None

    def create_module(self, spec):
        return Alias(spec.name, ours(spec.name))

    def exec_module(self, module):
        """Its names are there already."""


def pytest_configure(config):
    """Keras means ours for the tests that follow."""
    sys.meta_path.insert(0, Finder(os.environ["KERAS_CHECKOUT"]))


def main():
    """Copies the test files, runs them, and counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("folders", nargs="*", default=FOLDERS)
    parser.add_argument("--show", action="store_true", help="prints the first line of each failure")
    args = parser.parse_args()
    for folder in args.folders or FOLDERS:
        with tempfile.TemporaryDirectory() as place:
            for file in sorted((args.checkout / "keras" / "src" / folder).rglob("*_test.py")):
                shutil.copy(file, pathlib.Path(place) / f"test_{'_'.join(file.relative_to(args.checkout).parts[2:])}")
            report = pathlib.Path(place) / "report.json"
            environment = {**os.environ, "KERAS_CHECKOUT": str(args.checkout), "CONFORMANCE_REPORT": str(report),
                           "PYTHONPATH": os.pathsep.join([str(pathlib.Path(__file__).parent), os.environ.get("PYTHONPATH", "")])}
            command = [sys.executable, "-m", "pytest", "-p", "conformance", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider",
                       "-W", "ignore", "--import-mode=importlib", "--continue-on-collection-errors", place]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if not report.exists():
                print(done.stdout[-2000:], done.stderr[-2000:])
                continue
            found = json.loads(report.read_text())
            counts = collections.Counter(entry[1] for entry in found)
            told = counts["passed"] + counts["failed"]
            print(f"{folder}: {counts['passed']} of {told} pass ({100 * counts['passed'] / max(told, 1):.0f} %), {counts['skipped']} skipped, {counts['error']} files not read")
            if args.show:
                why = collections.Counter(entry[2][:150] for entry in found if entry[1] in ("failed", "error"))
                for text, count in why.most_common(40):
                    print(f"  {count:4} {text}")


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
