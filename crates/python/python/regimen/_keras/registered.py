"""Classes and functions of a program under the names by which configs find them."""

import contextlib
import contextvars
import inspect
import sys

_objects = {}
_names = {}
# What `with` statements around say, the innermost first.
_scopes = contextvars.ContextVar("custom_object_scopes", default=())


def register_keras_serializable(package="Custom", name=None):
    """A decorator: the class or function is found under `package>name`."""

    def decorate(target):
        if inspect.isclass(target) and not hasattr(target, "get_config"):
            raise ValueError(f"Cannot register a class that does not have a get_config() method. Received: {target}")
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
    for known in (*_scopes.get(), _objects, custom_objects, module_objects):
        if known and name in known:
            return known[name]
    return None


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
    given = {name: target for each in (custom_objects, *more) for name, target in (each or {}).items()}
    token = _scopes.set((given, *_scopes.get()))
    try:
        yield
    finally:
        _scopes.reset(token)
