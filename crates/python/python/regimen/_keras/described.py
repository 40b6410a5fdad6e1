"""Classes that are a name and a config: losses, metrics, optimizers, schedules, initializers, regularizers, constraints."""

import inspect
import json

from .. import _regimen
from . import configs, dtypes


class Described:
    """An object that the library makes of its config."""

    _kind = ""
    _class_name = ""
    _options = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        names = ("call", "__call__", "update_state", "result", "reset_state", "update_step", "apply", "apply_gradients", "build")
        mine = [name for name in names if name in cls.__dict__]
        if cls._class_name and mine and not cls.__module__.startswith("regimen."):
            if cls._kind == "optimizers":
                raise NotImplementedError(
                    f"{cls.__name__}: overrides {', '.join(mine)} of {cls._class_name}: the rules of optimizers are the engine's, and none of "
                    "your own can be added. Learning rates may follow a schedule (keras.optimizers.schedules), optimizers be joined (MultiOptimizer)"
                )
            base = next(kind.__name__ for kind in cls.__mro__[::-1] if issubclass(kind, Described) and kind is not Described)
            raise NotImplementedError(
                f"{cls.__name__}: overrides {', '.join(mine)} of {cls._class_name}, which the engine computes without asking Python; derive it from "
                f"{base}, or give a function"
            )

    def __init__(self, *args, **kwargs):
        self._class, self._config = self._class_name, {}
        given = configs.bound(self._class_name, self._options, args, kwargs)
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


def entries(kind):
    """What the library has of a kind: `[name, aliases, about, options]`."""
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
        return signature(owner._options)


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
    """Keras's `get(identifier)` of a module: a name, a config, an object, or None."""
    known = {}
    for name, aliases, _, _ in entries(kind):
        for alias in [name, *aliases]:
            known[_plain(alias)] = name

    def get(identifier):
        if identifier is None or isinstance(identifier, base):
            return identifier
        if isinstance(identifier, dict):
            return get_class(identifier["class_name"])(**identifier.get("config", {}))
        if isinstance(identifier, type) and issubclass(identifier, base):
            return identifier()
        if isinstance(identifier, str):
            return get_class(identifier)()
        if callable(identifier):
            return identifier
        raise ValueError(f"Could not interpret identifier: {identifier!r}")

    def get_class(name):
        if _plain(name) not in known:
            raise ValueError(f"Unknown {kind}: {name!r}")
        return namespace[known[_plain(name)]]

    return get


def deserializer(get):
    """Keras's `deserialize(config, custom_objects)` of a module: what a program registered or gives goes first."""

    def deserialize(config, custom_objects=None):
        """An object from `{class_name, config}` or a name."""
        from .registered import get_registered_object

        name = config if isinstance(config, str) else config.get("registered_name") or config.get("class_name")
        written = get_registered_object(name, custom_objects)
        if written is None:
            return get(config)
        return written if isinstance(config, str) else written.from_config(config.get("config", {}))

    return deserialize


def _plain(name):
    return name.replace("_", "").lower()
