"""Classes that are a name and a config: losses, metrics, optimizers, schedules, initializers, regularizers, constraints."""

import functools
import inspect
import json

from .. import _regimen
from . import by_place, configs, dtypes
from .registered import custom_object_scope, get_registered_object


class Described:
    """An object that the library makes of its config."""

    _kind = ""
    _class_name = ""
    _options = ()
    # What subclasses of the library's classes may override of that which the engine computes otherwise.
    _may_override = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        names = ("call", "__call__", "update_state", "result", "reset_state", "update_step", "apply", "apply_gradients", "build")
        mine = [name for name in names if name in cls.__dict__ and name not in cls._may_override]
        if cls._class_name and mine and not cls.__module__.startswith("regimen."):
            if cls._kind == "optimizers":
                raise NotImplementedError(
                    f"{cls.__name__}: overrides {', '.join(mine)} of {cls._class_name}: the rules of optimizers are the "
                    "engine's, and none of "
                    "your own can be added. Learning rates may follow a schedule (keras.optimizers.schedules), optimizers be "
                    "joined (MultiOptimizer)"
                )
            base = next(kind.__name__ for kind in cls.__mro__[::-1] if issubclass(kind, Described) and kind is not Described)
            raise NotImplementedError(
                f"{cls.__name__}: overrides {', '.join(mine)} of {cls._class_name}, which the engine computes without asking "
                "Python; derive it from "
                f"{base}, or give a function"
            )

    def __init__(self, *args, **kwargs):
        self._class, self._config = self._class_name, {}
        given = configs.bound(self._class_name, by_place.ordered(self._kind, self._class_name, self._options), args, kwargs)
        if self._kind in ("losses", "metrics"):
            self._take_dtype(given)
        self._checks(given)
        self._class, self._config = configs.checked(self._kind, self._class_name, given)
        name = self._config.get("name")
        if isinstance(name, str):
            self.name = name

    def _take_dtype(self, given):
        """The type in which values are taken on arrays; the library, which has float32 alone, is not told of it."""
        own = any(option[0] == "dtype" for option in self._options)
        dtype = given.get("dtype") if own else given.pop("dtype", None)
        self._dtype = dtypes.computed("int" if own and dtype is None else dtype)

    def _checks(self, given):
        """Refuses options with the exceptions that programs know from Keras; the library checks all of them after this."""

    def get_config(self):
        """The options, each with its value."""
        filled = {option[0]: option[1] for option in self._options if len(option) == 2}
        return {**filled, **self._config}

    @classmethod
    def from_config(cls, config):
        """An object with these options."""
        return cls(**config)

    def _object(self):
        return {"class_name": self._class, "config": self._config}

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        config = self.get_config() if "_config" in self.__dict__ else {}
        if name in config:
            return config[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self):
        return f"<{type(self).__name__} {self._config}>"


@functools.cache
def entries(kind):
    """What the library has of a kind: `[name, aliases, about, options]`. All who ask share it."""
    return json.loads(_regimen.registry(kind))


def signature(options):
    """The signature of a class with these options."""
    parameters, optional = [], False
    for option in options:
        optional = optional or len(option) == 2
        default = option[1] if len(option) == 2 else (None if optional else inspect.Parameter.empty)
        parameters.append(inspect.Parameter(option[0], inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default))
    parameters.append(inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD))
    return inspect.Signature(parameters)


class _Signature:
    """Makes the signature of a class when it is asked for: importing the package stays quick."""

    def __get__(self, instance, owner):
        own = list(inspect.signature(owner.__init__).parameters.values())[1:]
        if not owner._class_name or not any(p.kind == p.VAR_POSITIONAL for p in own):
            return inspect.Signature(own)
        return signature(by_place.ordered(getattr(owner, "_kind", None), owner._class_name, owner._options))


def make(kind, base, namespace, module):
    """Puts a class for each entry of a kind into a module's namespace."""
    for name, aliases, about, options in entries(kind):
        if name in namespace:
            continue
        body = {
            "_kind": kind, "_class_name": name, "_options": options, "__doc__": f"{about[:1].upper()}{about[1:]}.",
            "__module__": module, "__signature__": _Signature(),
        }
        namespace[name] = type(name, (base,), body)


def getter(kind, base, namespace):
    """Keras's `get(identifier)` of a module: a name, a config, an object, or None. What a program registered goes first."""

    @functools.cache
    def known():
        return {_plain(alias): name for name, aliases, _, _ in entries(kind) for alias in [name, *aliases]}

    def get(identifier):
        if identifier is None or isinstance(identifier, base):
            return identifier
        if isinstance(identifier, dict):
            return _of_config(identifier)
        if isinstance(identifier, str):
            identifier = _named(identifier) or _unknown(kind, identifier, known())
        if isinstance(identifier, type):
            return identifier()
        return identifier if callable(identifier) else _unknown(kind, identifier)

    def _of_config(config):
        if "class_name" not in config:
            raise ValueError(f"Unknown `config` as a `dict`, config={config}")
        inner, name = config.get("config", {}), config["class_name"]
        if name == "function":
            return namespace["get"](inner)
        found = _named(config.get("registered_name") or name) or _unknown(kind, config)
        if isinstance(found, type) and getattr(found, "__module__", "").startswith("regimen."):
            return found(**inner)
        return found.from_config(inner) if isinstance(found, type) else found

    def _named(name):
        """What a program registered under a name, or the library's."""
        return get_registered_object(name) or namespace.get(known().get(_plain(name)))

    return get


def _unknown(kind, identifier, known=()):
    import difflib

    near = difflib.get_close_matches(_plain(identifier), known, 1)
    hint = f". Did you mean `{known[near[0]]}`?" if near else ""
    raise ValueError(f"Could not interpret {_ONE[kind]} identifier: {identifier}{hint}")


def serialize_entry(instance):
    """`{module, class_name, config, registered_name}` of an object or a function; None of None."""
    from ..keras import saving

    return saving.serialize_keras_object(instance)


# A kind by the word for one of it.
_ONE = {"losses": "loss", "metrics": "metric", "optimizers": "optimizer", "schedules": "learning rate schedule",
        "initializers": "initializer", "regularizers": "regularizer", "constraints": "constraint"}


def deserializer(get):
    """Keras's `deserialize(config, custom_objects)` of a module: what a program registered or gives goes first."""

    def deserialize(config, custom_objects=None):
        """An object from `{class_name, config}` or a name."""
        with custom_object_scope(custom_objects):
            written = get_registered_object(config) if isinstance(config, str) else None
            return get(config) if written is None else written

    return deserialize


def _plain(name):
    return str(name).replace("_", "").lower()
