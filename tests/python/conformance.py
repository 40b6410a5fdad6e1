"""Runs unit tests of Keras's own repository with our package in Keras's place, and counts.

    python tests/python/conformance.py CHECKOUT [FOLDER ...] [--show] [--failures]

CHECKOUT is a copy of Keras's repository (github.com/keras-team/keras, the tag of the version that the package follows), which
is fetched by whoever runs this and never committed; FOLDER is one below keras/src, such as `losses` (default: those of
docs/keras-conformance.md). What a test takes from `keras.src` is ours by its public name (`keras/api` of the checkout says which
that is); a name that is not public can be imported and fails when it is used. Needs pytest and absl-py.
"""

import argparse
import ast
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import public_names
import stand_in

FOLDERS = ["activations", "constraints", "losses", "metrics", "regularizers", "initializers", "callbacks", "optimizers", "layers"]


def pytest_configure(config):
    """Keras means ours for the tests that follow."""
    if "KERAS_CHECKOUT" in os.environ:
        sys.meta_path.insert(0, stand_in.Finder(os.environ["KERAS_CHECKOUT"]))
        sys.meta_path.append(stand_in.Missing())


def run(checkout, folder):
    """What became of the tests of a folder: `(id, outcome, text)` of each, and why each is not public-only."""
    names, reasons = public_names.PublicNames(checkout), {}
    with tempfile.TemporaryDirectory() as place:
        for file in sorted((checkout / "keras" / "src" / folder).rglob("*_test.py")):
            copy = pathlib.Path(place) / f"test_{'_'.join(file.relative_to(checkout).parts[2:])}"
            copy.write_text(readable(file.read_text()))
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

    found += [(f"{name}::{owner}::{test}", "failed", "its file is not read") for name in unread(found) for owner, test in reasons[name]]

    def reason(node_id):
        return public_names.of_test(reasons[pathlib.Path(node_id.split("::")[0]).name], node_id)

    return found, reason


def unread(found):
    """The files that could not be read: their tests fail, each once."""
    return {pathlib.Path(node_id.split("::")[0]).name for node_id, outcome, _ in found if outcome == "error"}


def readable(source):
    """A test file in which a class that its tests derive from ours, and that is refused, fails where it is used."""
    tree = ast.parse(source)
    for i, node in enumerate(tree.body):
        tests = isinstance(node, ast.ClassDef) and any(name.startswith("test") for name in public_names.functions(node))
        if isinstance(node, ast.ClassDef) and node.bases and not tests:
            refused = ast.parse(f"from stand_in import Fails\n{node.name} = Fails({node.name!r}, str(_refused))").body
            kinds = ast.parse("(NotImplementedError, TypeError, ValueError)", mode="eval").body
            tree.body[i] = ast.Try([node], [ast.ExceptHandler(kinds, "_refused", refused)], [], [])
    return ast.unparse(ast.fix_missing_locations(tree))


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
