"""Puts `regimen.keras` where a program looks for Keras: today's modules, tensorflow.keras, and those of old."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types

# Modules of old and what has their contents today.
_OLD = {
    "layers.core": "layers", "layers.convolutional": "layers", "layers.pooling": "layers", "layers.recurrent": "layers",
    "layers.rnn": "layers",
    "layers.embeddings": "layers", "layers.normalization": "layers", "layers.noise": "layers", "layers.merge": "layers",
    "layers.reshaping": "layers",
    "layers.wrappers": "layers", "layers.advanced_activations": "layers", "layers.local": "layers", "layers.preprocessing": "layers",
    "layers.convolutional_recurrent": "layers", "layers.cudnn_recurrent": "layers", "layers.merging": "layers",
    "layers.regularization": "layers",
    "layers.attention": "layers", "layers.experimental": "layers", "layers.experimental.preprocessing": "layers",
    "legacy.layers": "layers", "engine": "_engine", "engine.topology": "_engine", "engine.training": "_engine",
    "engine.sequential": "_engine",
    "engine.input_layer": "_engine", "engine.base_layer": "_engine", "engine.network": "_engine", "engine.functional": "_engine",
    "engine.input_spec": "_engine", "utils.np_utils": "utils", "utils.vis_utils": "utils", "utils.visualize_util": "utils",
    "utils.data_utils": "utils", "utils.generic_utils": "utils", "utils.layer_utils": "utils", "utils.io_utils": "utils",
    "utils.all_utils": "utils", "utils.image_utils": "utils", "utils.training_utils": "utils", "backend.tensorflow_backend": "backend",
    "backend.common": "backend", "optimizers.legacy": "optimizers", "optimizers.experimental": "optimizers", "objectives": "losses",
    "initializations": "initializers", "legacy": "layers", "preprocessing.image_dataset": "utils", "preprocessing.text_dataset": "utils",
    "preprocessing.timeseries": "utils", "experimental": "",
}
# What Keras 1 had and is nowhere today.
_GONE = {
    "layers.containers": "Sequential and Model are in keras.models",
    "legacy.models": "wire the layers of a Graph with keras.Input and Model",
    "utils.theano_utils": "there is no Theano here", "backend.theano_backend": "there is no Theano here",
    "models.Graph": "wire the layers of a Graph with keras.Input and Model",
}
_PREFIXES = ("keras", "tensorflow.keras", "tensorflow.python.keras", "tf_keras")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds our modules under Keras's names."""

    def __init__(self):
        self._own = {}

    def find_spec(self, name, path=None, target=None):
        own = ours(name)
        if own is None:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        if spec.name == "tensorflow.python":
            module = types.ModuleType(spec.name)
            module.__path__ = []
            return module
        module = importlib.import_module(ours(spec.name))
        self._own[spec.name] = module.__spec__
        return module

    def exec_module(self, module):
        """It has run already, and stays the module that it is: Python has put Keras's name in its place."""
        own = self._own.pop(module.__spec__.name, None)
        if own is not None:
            module.__spec__ = own


def ours(name):
    """The module of ours that stands for a module of Keras or TensorFlow; None where there is none."""
    if name == "tensorflow.python":
        return "tensorflow"
    for prefix in _PREFIXES:
        if name == prefix:
            return "regimen.keras"
        if name.startswith(prefix + "."):
            rest = name[len(prefix) + 1 :]
            rest = rest[len("_tf_keras.keras.") :] if rest.startswith("_tf_keras.keras.") else rest
            if rest in _GONE:
                raise ModuleNotFoundError(f"keras.{rest} went with Keras 1: {_GONE[rest]}", name=name)
            return _there(f"regimen.keras.{_OLD.get(rest, rest)}".rstrip("."))
    if name == "tensorflow" or name.startswith("tensorflow."):
        return _there(f"regimen._{name}")
    return None


def _there(name):
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    return name if found is not None else None


def install():
    """From here on `import keras` means ours."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    loaded = [name for name in sys.modules if name.split(".")[0] in ("keras", "tensorflow", "tf_keras")]
    if loaded:
        raise RuntimeError(f"{loaded[0]} is imported already: call regimen.install() before anything imports keras or tensorflow")
    sys.meta_path.insert(0, _Finder())
