"""Puts `regimen.keras` where a program looks for Keras: today's modules, tensorflow.keras, and those of old."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types

from ._keras import old_modules

_PREFIXES = ("keras", "tensorflow.keras", "tensorflow.python.keras", "tensorflow.compat.v1.keras", "tf_keras")
# What TensorFlow has under its own name, too.
_OF_TENSORFLOW = ("optimizers", "losses", "metrics", "initializers")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds our modules under Keras's names."""

    def __init__(self):
        self._own = {}

    def find_spec(self, name, path=None, target=None):
        if ours(name) is None:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        if spec.name == "tensorflow.python":
            module = types.ModuleType(spec.name)
            module.__path__ = []
            return module
        own = ours(spec.name)
        if isinstance(own, types.ModuleType):
            return own
        module = importlib.import_module(own)
        self._own[spec.name] = module.__spec__
        return module

    def exec_module(self, module):
        """It has run already, and stays the module that it is: Python has put Keras's name in its place."""
        own = self._own.pop(module.__spec__.name, None)
        if own is not None:
            module.__spec__ = own


def ours(name):
    """What stands for a module of Keras or TensorFlow: the name of a module of ours, or a module of old; None where there is none."""
    if name == "tensorflow.python":
        return "tensorflow"
    for prefix in _PREFIXES:
        if name == prefix:
            return "regimen.keras"
        if name.startswith(prefix + "."):
            return _in_keras(name, name[len(prefix) + 1 :])
    first, _, rest = name.partition(".")
    if first == "keras_preprocessing":
        return _there(f"regimen.keras.preprocessing.{rest}".rstrip("."))
    if first == "tensorflow" and rest.split(".")[0] in _OF_TENSORFLOW:
        return _in_keras(name, rest)
    if name == "tensorflow" or name.startswith("tensorflow."):
        return _there(f"regimen._{name}")
    return None


def _in_keras(name, rest):
    """What stands for a module of Keras by its name after `keras.`."""
    known = old_modules.module(rest)
    if known is not None:
        return known
    package = next((package for package in old_modules.PACKAGES if rest.startswith(package)), "")
    rest = rest[len(package) :]
    why = old_modules.gone(rest)
    if why is not None:
        raise ModuleNotFoundError(f"keras.{rest} is not supported here: {why}", name=name)
    return old_modules.module(rest) or _there(f"regimen.keras.{rest}")


def _there(name):
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    return name if found is not None else None


def in_keras_place():
    """Whether `import keras` means ours."""
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)


def install():
    """From here on `import keras` means ours."""
    if in_keras_place():
        return
    loaded = [name for name in sys.modules if name.split(".")[0] in ("keras", "tensorflow", "tf_keras")]
    if loaded:
        raise RuntimeError(f"{loaded[0]} is imported already: call regimen.install() before anything imports keras or tensorflow")
    sys.meta_path.insert(0, _Finder())
