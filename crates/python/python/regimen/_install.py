"""Puts `regimen.keras` where a program looks for Keras: today's modules, tensorflow.keras, and those of old."""

import importlib
import importlib.abc
import importlib.machinery
import sys
import types

# Modules of old and what has their contents today.
_OLD = {
    "layers.core": "layers", "layers.convolutional": "layers", "layers.pooling": "layers", "layers.recurrent": "layers",
    "layers.embeddings": "layers", "layers.normalization": "layers", "layers.noise": "layers", "layers.merge": "layers",
    "layers.wrappers": "layers", "layers.advanced_activations": "layers", "layers.local": "layers", "layers.preprocessing": "layers",
    "layers.convolutional_recurrent": "layers", "layers.cudnn_recurrent": "layers", "engine": "layers", "engine.topology": "layers",
    "engine.training": "models", "engine.sequential": "models", "engine.input_layer": "layers", "engine.base_layer": "layers",
    "utils.np_utils": "utils", "utils.vis_utils": "utils", "utils.data_utils": "utils", "utils.generic_utils": "utils",
    "utils.layer_utils": "utils", "preprocessing.sequence": "preprocessing.sequence", "preprocessing.text": "preprocessing.text",
    "preprocessing.image": "preprocessing.image", "optimizers.legacy": "optimizers", "optimizers.schedules": "optimizers.schedules",
    "saving": "saving", "objectives": "losses", "legacy": "layers",
}
_PREFIXES = ("keras", "tensorflow.keras", "tensorflow.python.keras", "tf_keras")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name in ("tensorflow", "tensorflow.python"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        own = ours(name)
        if own is None:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        if spec.name in ("tensorflow", "tensorflow.python"):
            module = types.ModuleType(spec.name)
            module.__path__ = []
            module.__version__ = "2.21.0"
            return module
        return importlib.import_module(ours(spec.name))

    def exec_module(self, module):
        if module.__name__ == "tensorflow":
            module.keras = importlib.import_module("tensorflow.keras")


def ours(name):
    """The module of ours that stands for a module of Keras; None where there is none."""
    for prefix in _PREFIXES:
        if name == prefix:
            return "regimen.keras"
        if name.startswith(prefix + "."):
            rest = name[len(prefix) + 1 :]
            rest = rest[len("_tf_keras.keras.") :] if rest.startswith("_tf_keras.keras.") else rest
            rest = _OLD.get(rest, rest)
            candidate = f"regimen.keras.{rest}"
            try:
                found = importlib.util.find_spec(candidate)
            except ModuleNotFoundError:
                found = None
            return candidate if found is not None else None
    return None


def install():
    """From here on `import keras` means ours."""
    loaded = [name for name in sys.modules if name == "keras" or name.startswith(("keras.", "tensorflow"))]
    if loaded:
        raise RuntimeError(f"{loaded[0]} is imported already: call regimen.install() before anything imports keras or tensorflow")
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
