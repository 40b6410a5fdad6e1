"""Objects in the configs of layers with where they are in Keras: without that it does not find a layer that is an activation."""

from .described import entries

_MODULES = {"initializer": "keras.initializers", "regularizer": "keras.regularizers", "constraint": "keras.constraints",
            "activation": "keras.layers"}
_SHARED = "shared_object_id"


def placed(config):
    """The options of a layer, each object of the library among them as Keras writes it."""
    return {key: _object(key, value) if isinstance(value, dict) else value for key, value in config.items()}


def _object(key, value):
    kind = next((kind for kind in _MODULES if key.endswith(kind)), None)
    if kind is None or "class_name" not in value:
        return value
    value = _without_numbers(value)
    if "module" in value or value["class_name"] not in _names("layers" if kind == "activation" else f"{kind}s"):
        return value
    inner = value.get("config") or {}
    return {"module": _MODULES[kind], "class_name": value["class_name"], "config": placed(inner), "registered_name": None}


def _names(kind):
    return {entry[0] for entry in entries(kind)}


def _without_numbers(value):
    """Without the numbers that say of objects of another file which are one."""
    if isinstance(value, dict):
        return {key: _without_numbers(item) for key, item in value.items() if key != _SHARED}
    return [_without_numbers(item) for item in value] if isinstance(value, list) else value
