"""The type stubs are those that the library's registry gives."""

import pathlib
import subprocess
import sys

import pytest


def test_stubs_are_up_to_date():
    script = pathlib.Path(__file__).parents[2] / "crates" / "python" / "make_stubs.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_signatures_and_docstrings():
    import inspect

    from regimen.keras import layers, losses, optimizers

    assert list(inspect.signature(layers.Dense).parameters)[:3] == ["units", "activation", "use_bias"]
    assert inspect.signature(optimizers.Adam).parameters["learning_rate"].default == pytest.approx(0.001)
    for module in (layers, losses, optimizers):
        for name, found in vars(module).items():
            if inspect.isclass(found) and found.__module__ == module.__name__:
                assert found.__doc__, name
