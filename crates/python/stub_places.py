"""Which names of a module are for programs, and where in the stubs a class is at home."""

import importlib
import inspect
import pkgutil

# Files of private folders whose things are not handed on, though other modules hold them.
_OWN = ("regimen.keras.ops._settings", "regimen.keras.datasets._files", "regimen.keras.wrappers._tags", "regimen.keras.applications._frame")
# Names that are for programs and come from files that are not, by module.
_FROM_WITHIN = {
    "keras": ("Input", "InputSpec", "InputLayer", "Layer", "Model", "Sequential", "Optimizer", "name_scope", "KerasTensor", "Variable",
              "RematScope", "device", "remat"),
    "keras.layers": ("Input", "InputSpec", "InputLayer", "Lambda", "Layer", "Wrapper", "Merge", "merge", "Highway", "LocallyConnected1D",
                     "LocallyConnected2D", "MaxoutDense", "ParametricSoftplus", "SReLU"),
    "keras.backend": ("image_data_format", "set_image_data_format", "image_dim_ordering", "set_image_dim_ordering", "name_scope",
                      "Variable", "KerasTensor"),
    "keras.config": ("max_epochs", "set_max_epochs", "is_interactive_logging_enabled", "image_data_format", "set_image_data_format"),
    "keras.metrics": ("binary_accuracy", "categorical_accuracy", "concordance_correlation", "pearson_correlation",
                      "sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy", "top_k_categorical_accuracy", "get",
                      "deserialize"),
    "keras.optimizers": ("Optimizer", "get", "deserialize"),
    "keras.optimizers.schedules": ("deserialize",),
    "keras.constraints": ("get", "deserialize"), "keras.initializers": ("get", "deserialize"),
    "keras.losses": ("get", "deserialize"), "keras.regularizers": ("get", "deserialize"),
    "keras.utils": ("custom_object_scope", "get_custom_objects", "get_registered_name", "get_registered_object",
                    "register_keras_serializable", "CustomObjectScope", "deserialize_keras_object", "serialize_keras_object",
                    "disable_interactive_logging", "enable_interactive_logging", "is_interactive_logging_enabled"),
}
# Of `keras.ops` these are Keras's; the other files are ours.
_OPS = ("image", "linalg", "nn", "numpy")


def modules():
    """Names of the modules that have stubs, below `regimen`; the first that has a class is its home, so the package is the last."""
    found = [name for name in _below("keras") if name != "keras.backend"]
    return ["_keras.findings", "_keras.treating", *found, "keras", "keras.backend", ""]


def _below(name):
    found = []
    for part in pkgutil.iter_modules(load(name).__path__):
        whole = f"{name}.{part.name}"
        if part.name.startswith("_") or name == "keras.ops" and part.name not in _OPS:
            continue
        found += [whole, *(_below(whole) if part.ispkg else [])]
    return found


def load(name):
    """A module by its name below `regimen`."""
    return importlib.import_module(f"regimen.{name}" if name else "regimen")


def submodules(name):
    """Names of the modules of a package that have stubs."""
    start = f"{name}." if name else ""
    return [whole.removeprefix(start) for whole in modules() if name and whole.startswith(start) and "." not in whole.removeprefix(start)]


def public(name):
    """The classes and functions of a module that are for programs, by name."""
    module = load(name)
    listed = getattr(module, "__all__", None) if name != "keras" else None
    names = dict.fromkeys([*vars(module), *dir(module), *_FROM_WITHIN.get(name, ())])
    found = {each: getattr(module, each) for each in names if not each.startswith("_")}
    return {each: value for each, value in found.items() if _is_for_programs(name, module, each, value, listed)}


def _is_for_programs(name, module, each, value, listed):
    if inspect.ismodule(value) or not callable(value):
        return False
    origin = getattr(value, "__module__", None) or ""
    if name.startswith("_"):
        return inspect.isclass(value) and origin == module.__name__
    if origin == module.__name__ or each in _FROM_WITHIN.get(name, ()):
        return True
    if listed is not None:
        return each in listed
    return origin.startswith("regimen.keras.") and origin not in _OWN


class Homes:
    """Where classes stand in the stubs."""

    def __init__(self):
        self.of, self._stands = {}, {}
        for name in modules():
            for each, value in public(name).items():
                if inspect.isclass(value) and value.__name__ == each and (value not in self.of or value.__module__ == f"regimen.{name}"):
                    self.of[value] = name
                    if "_stands_for" in vars(value):
                        self._stands[value._stands_for] = value
        self.names = {found.__name__: home for found, home in reversed(self.of.items()) if home in _NAMED_IN_TYPES}

    def base(self, found):
        """The class that another is derived from in the stubs, or None."""
        for kind in found.__mro__[1:]:
            kind = self._stands.get(kind, kind)
            if kind is not found and kind in self.of:
                return kind
        return None

    def inherited(self, found):
        """The classes whose members it has from the class that it is derived from in the stubs."""
        base = self.base(found)
        return set() if base is None else {*base.__mro__, *self.inherited(base)}


# Modules whose classes the table of types names.
_NAMED_IN_TYPES = ("_keras.findings", "_keras.treating", "keras.callbacks", "keras.dtype_policies", "keras.layers", "keras.metrics",
                   "keras.models", "keras.optimizers", "keras.optimizers.schedules", "keras")
