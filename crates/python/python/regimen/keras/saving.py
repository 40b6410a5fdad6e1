"""Saving and loading."""

from .._keras.absent import absent as _absent
from .._keras.registered import (
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    loaded_class as _loaded_class,
    register_keras_serializable,
)
from .models import load_model, save_model

CustomObjectScope = custom_object_scope


def load_weights(model, filepath, skip_mismatch=False, **kwargs):
    """`model.load_weights(filepath)`."""
    model.load_weights(filepath, skip_mismatch=skip_mismatch, **kwargs)


def save_weights(model, filepath, overwrite=True, max_shard_size=None, **kwargs):
    """`model.save_weights(filepath)`."""
    model.save_weights(filepath, overwrite=overwrite, max_shard_size=max_shard_size, **kwargs)


def serialize_keras_object(obj):
    """`{module, class_name, config, registered_name}` of an object; plain values as they are."""
    from .._keras import configs
    from .._keras.layer import Layer

    if isinstance(obj, (list, tuple)):
        return [serialize_keras_object(item) for item in obj]
    if isinstance(obj, dict):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    if isinstance(obj, Layer):
        return obj._entry()
    if not hasattr(obj, "get_config"):
        if not isinstance(obj, type) and not hasattr(obj, "__name__") and callable(obj):
            raise TypeError(f"Cannot serialize object {obj} of type {type(obj)}. To be serializable, a class must implement the "
                            "`get_config()` method.")
        return _of_function(obj) if callable(obj) and not isinstance(obj, type) else configs.serialize(obj)
    own = type(obj)
    module = own.__module__.replace("regimen.keras", "keras", 1)
    registered = get_registered_name(own)
    config = obj.get_config()
    config = configs.serialize(config) if module.startswith("keras.") else serialize_keras_object(config)
    return {"module": None if ">" in registered or module == "__main__" else module, "class_name": own.__name__, "config": config,
            "registered_name": registered if ">" in registered or not module.startswith("keras.") else None}


def _of_function(function):
    name = getattr(function, "_keras_name", None) or get_registered_name(function)
    if "<" in name:
        raise NotImplementedError(f"{name}: a function without a name of its own is not written into configs here; define it with `def` "
                                  "and register it (keras.saving.register_keras_serializable)")
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}


def deserialize_keras_object(config, custom_objects=None, safe_mode=True, **kwargs):
    """The object of such a config."""
    from . import constraints, dtype_policies, initializers, layers, losses, metrics, optimizers, regularizers
    from .._keras.reading import model_of

    if not isinstance(config, dict) or "class_name" not in config:
        return config
    with custom_object_scope(custom_objects):
        name, inner = config["class_name"], config.get("config")
        written = get_registered_object(config.get("registered_name") or name) or get_registered_object(name)
        written = written or _loaded_class(config)
        if written is not None:
            return _built(written.from_config(inner), config.get("build_config"))
        if name in ("Sequential", "Functional", "Model"):
            return model_of(config)
        if name == "function":
            return _function_named(inner)
        known = (layers, losses, metrics, optimizers, optimizers.schedules, initializers, regularizers, constraints, dtype_policies)
        for module in sorted(known, key=lambda m: m.__name__.replace("regimen.keras", "keras", 1) != config.get("module")):
            found = getattr(module, name, None)
            if isinstance(found, type):
                return found.from_config(inner or {})
    raise TypeError(
        f"Could not locate class '{name}'. Make sure custom classes are decorated with `@keras.saving.register_keras_serializable()`."
    )


def _function_named(name):
    """A function of a program, of the activations, the losses or the metrics."""
    from . import activations, losses, metrics

    found = get_registered_object(name) or next((getattr(m, name) for m in (activations, losses, metrics) if hasattr(m, name)), None)
    if found is None:
        raise TypeError(f"Could not locate function '{name}'. Make sure custom functions are decorated with "
                        "`@keras.saving.register_keras_serializable()`.")
    return found


def _built(made, config):
    """A layer that is built for the shape that its config says."""
    shape = (config or {}).get("input_shape")
    if shape and getattr(made, "built", True) is False:
        several = isinstance(shape[0], (list, tuple))
        made.build([tuple(each) for each in shape] if several else tuple(shape))
    return made


__getattr__ = _absent("keras.saving", {"KerasFileEditor": "`regimen` reads, compares and converts files on the command line"})

__all__ = ["deserialize_keras_object", "serialize_keras_object", "CustomObjectScope", "custom_object_scope", "get_custom_objects",
           "get_registered_name", "get_registered_object", "register_keras_serializable", "load_model", "load_weights", "save_model",
           "save_weights"]
