"""`import regimen.keras` reads what every program needs, and the rest when it is asked for."""

import subprocess
import sys

import pytest

LATER = ("html", "importlib.abc", "regimen._install", "regimen.keras.ops", "regimen.keras.random", "regimen.keras.utils",
         "regimen.keras.backend", "regimen._keras.fit_run", "regimen._keras.html_table", "regimen._keras.layer_on_arrays",
         "regimen._keras.step_folders")


def run(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_what_is_not_read_at_once():
    read = run("import sys, numpy; before = set(sys.modules); import regimen.keras; print(*(set(sys.modules) - before))")
    assert "regimen.keras.layers" in read
    assert not set(LATER) & set(read)


@pytest.mark.parametrize("name", ["backend", "config", "ops", "random", "utils", "objectives", "tree"])
def test_modules_come_when_they_are_asked_for(name):
    found = run(f"import regimen.keras as keras; print({name!r} in dir(keras), keras.{name}.__name__)")
    assert found == [str(name != "objectives"), "regimen.keras.losses" if name == "objectives" else f"regimen.keras.{name}"]


def test_all_names_at_once():
    found = run("from regimen.keras import *; print(*(module.__name__ for module in (ops, utils, random, config, layers)))")
    assert found == [f"regimen.keras.{name}" for name in ("ops", "utils", "random", "config", "layers")]
    found = run("from regimen.keras.activations import *; print(celu.__name__, relu.__name__, get('glu') is glu)")
    assert found == ["celu", "relu", "True"]


def test_activations_of_ops():
    program = (
        "import pickle; from regimen.keras import activations; given = 'celu' in dir(activations), activations.get('celu')\n"
        "from regimen.keras import ops\n"
        "pickled = pickle.dumps(activations.sparsemax)\n"
        "print(given[0], given[1] is ops.celu, activations.serialize(ops.celu), pickle.loads(pickled) is ops.sparsemax)"
    )
    assert run(program) == ["True", "True", "celu", "True"]
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        from regimen.keras import activations

        activations.nothing
