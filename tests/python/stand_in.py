"""What stands for Keras's modules while its own tests run: ours by their public names, and names that fail when they are used.

What a test takes from `keras.src` is ours by the name that the checkout's generated `keras/api` has for it. A name that is not
public, one that this package has not, and a framework that is not installed can be imported, so that a file is read; using them fails.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import pathlib
import sys
import types

import public_names


class Fails:
    """What stands for a name that is not there: it can be imported and derived from, and all use of it fails."""

    def __init__(self, name, why):
        self.__dict__.update(_name=name, _why=why)

    def __getattr__(self, name):
        raise AttributeError(self._why)

    def __call__(self, *args, **kwargs):
        raise AttributeError(self._why)

    def __mro_entries__(self, bases):
        def fails(*args, **kwargs):
            raise AttributeError(self._why)

        return (type(self._name, (), {"__new__": fails, "__init__": fails}),)


class Alias(types.ModuleType):
    """A module of Keras whose names are those of one of ours."""

    def __init__(self, name, ours, names):
        super().__init__(name)
        self.__path__ = []
        self.__dict__.update(_ours=ours, _names=names)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        names, own, place = self.__dict__["_names"], self.__name__, self.__dict__["_ours"]
        if (own, name) == ("keras.src.utils", "removesuffix"):  # run_layer_test takes it for dicts of shapes.
            return str.removesuffix
        found, why = _taken(place, name)
        if names.is_module(f"{own}.{name}") and (found is None or isinstance(found, types.ModuleType)):
            return importlib.import_module(f"{own}.{name}")
        public = names.path(own, name)
        for other, wanted in _public(public) if found is None else []:
            found, why = _taken(other, wanted)
        if found is not None:
            return found
        if name in names.defined(own) or why:
            return Fails(name, why or (f"{public} is not there" if public else f"{own}.{name} is no public name of Keras"))
        raise AttributeError(f"{own}.{name}")


def _taken(place, name):
    """What a place of ours has by a name, or the text with which it refuses it."""
    try:
        return getattr(place, name), ""
    except AttributeError:
        return None, ""
    except NotImplementedError as error:
        return None, str(error)


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

    rest = [part for part in name.split(".")[1:] if part != "src"]
    if not rest:
        return keras
    if rest[0] == "tree" and name.startswith("keras.src"):
        return importlib.import_module("tree") if importlib.util.find_spec("tree") else types.SimpleNamespace()
    if name.startswith("keras.src.backend"):
        return _Backend()
    found = getattr(keras, rest[0], None)
    if found is None:
        return types.SimpleNamespace()
    for part in rest[1:]:
        inner = getattr(found, part, None)
        if isinstance(inner, types.ModuleType):
            found = inner
    return found


class _Backend:
    """`keras.src.backend`, which has more than `keras.backend`: what is public elsewhere, and what tests ask of a backend."""

    SUPPORTS_SPARSE_TENSORS = SUPPORTS_RAGGED_TENSORS = SUPPORTS_COMPLEX_DTYPES = False

    def __init__(self):
        import regimen.keras as keras
        from regimen._keras import masks

        self.places = (keras.backend, keras.config, keras)
        self.random, self.set_keras_mask, self.get_keras_mask = keras.random, masks.set_mask, masks.get_mask
        self.image, self.linalg, self.nn, self.numpy = keras.ops.image, keras.ops.linalg, keras.ops.nn, keras.ops.numpy

    def __getattr__(self, name):
        for place in self.places:
            found, _ = _taken(place, name)
            if found is not None and not isinstance(found, types.ModuleType):
                return found
        raise AttributeError(name)

    def compute_output_spec(self, fn, *args, **kwargs):
        """Symbolic tensors that a function gives for such ones: a symbolic call, whose node belongs to no model."""
        from regimen._keras.layer import FunctionLayer

        return FunctionLayer(lambda *inputs, **named: fn(*inputs, **named))(*args, **kwargs)


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
            known = self.names.is_module(name) or self.names.is_module(name.replace("keras", "keras.api", 1))
            return importlib.machinery.ModuleSpec(name, self, is_package=True) if known else None
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
        return Fails(name, f"{self.__name__}.{name}: the package is not installed")
