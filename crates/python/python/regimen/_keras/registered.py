"""Classes and functions of a program under the names by which configs find them."""

import contextlib
import sys

_objects = {}
_names = {}


def register_keras_serializable(package="Custom", name=None):
    """A decorator: the class or function is found under `package>name`."""

    def decorate(target):
        registered = f"{package}>{name or target.__name__}"
        _objects[registered] = target
        _names[target] = registered
        return target

    return decorate


def get_custom_objects():
    """All that is registered, by name."""
    return _objects


def get_registered_name(target):
    """The name of a class or function."""
    return _names.get(target, getattr(target, "__name__", str(target)))


def get_registered_object(name, custom_objects=None, module_objects=None):
    """The class or function of a name; None where there is none."""
    for known in (custom_objects, _objects, module_objects):
        if known and name in known:
            return known[name]
    return next((target for key, target in _objects.items() if key.split(">")[-1] == name), None)


def loaded_class(config):
    """The class of a layer that a program wrote, where a config names it by a module that is loaded; nothing is imported."""
    from .written_layer import WrittenLayer

    module = sys.modules.get(config.get("module") or "")
    found = getattr(module, str(config.get("class_name")), None)
    is_of_program = isinstance(found, type) and WrittenLayer in found.__mro__ and found.__module__ == config["module"]
    return found if is_of_program else None


@contextlib.contextmanager
def custom_object_scope(custom_objects=None, *more):
    """Names that count inside of a `with` statement."""
    before = dict(_objects)
    for given in (custom_objects, *more):
        _objects.update(given or {})
    try:
        yield
    finally:
        _objects.clear()
        _objects.update(before)
