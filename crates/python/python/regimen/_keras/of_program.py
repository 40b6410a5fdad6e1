"""Models of files with classes of a program: the program that loads them has to have registered these."""

import json

from .. import _regimen
from . import configs
from .registered import custom_object_scope, get_registered_object


def is_of_program(entry):
    """Whether an object of a config is none of Keras's own."""
    module, registered = entry.get("module"), entry.get("registered_name")
    if ">" in str(entry.get("class_name")):
        return True  # as .h5 files have it
    if "class_name" not in entry or "module" not in entry:
        return False
    if module is None or module == "builtins":
        return isinstance(registered, str) and ">" in registered
    return module.split(".")[0] not in ("keras", "tf_keras", "keras_core", "tensorflow", "builtins")


def found_of(entry):
    """The class or function that a program has registered for an object of a config; None where it has none."""
    name = entry["config"] if entry["class_name"] == "function" else entry["class_name"]
    return get_registered_object(entry.get("registered_name") or name) or get_registered_object(name)


def revived(value):
    """Options of a layer with the objects of a program in them."""
    if isinstance(value, list):
        return [revived(item) for item in value]
    if not isinstance(value, dict):
        return value
    if is_of_program(value) and (target := found_of(value)) is not None:
        return target if value["class_name"] == "function" else target.from_config(value["config"])
    return {key: revived(item) for key, item in value.items()}


def _missing(value):
    """The first object whose class is not registered."""
    if isinstance(value, list):
        return next((found for item in value if (found := _missing(item)) is not None), None)
    if not isinstance(value, dict):
        return None
    if is_of_program(value) and found_of(value) is None:
        return value.get("registered_name") or value["class_name"]
    return next((found for item in value.values() if (found := _missing(item)) is not None), None)


def load(path, custom_objects, compile, fault):
    """A model whose config names classes of the program."""
    config, compiled = _regimen.file_config(path)
    config = json.loads(config)
    with custom_object_scope(custom_objects):
        own = {key: value for key, value in config.items() if key != "compile_config"}
        if (name := _missing(own)) is not None:
            raise TypeError(
                f"Could not locate class '{name.rpartition('>')[2]}'. Make sure custom classes are decorated with "
                f"`@keras.saving.register_keras_serializable()`, or give it in custom_objects. {fault} (`{name}`)"
            )
        model = _model(config)
        model.load_weights(path)
        if compile and compiled:
            _compile(model, json.loads(compiled))
    return model


def _model(config):
    from .reading import model_of

    if not is_of_program(config):
        return model_of(config)
    model = found_of(config).from_config(config["config"])
    shape = (config.get("build_config") or {}).get("input_shape")
    if shape is not None and not model.built:
        several = isinstance(shape[0], list)
        model.build([tuple(each) for each in shape] if several else tuple(shape))
    return model


def compile_options(config):
    """Arguments of `compile` from a config of them."""
    from ..keras.saving import deserialize_keras_object

    def made(value):
        if isinstance(value, (list, tuple)):
            return [made(item) for item in value]
        if isinstance(value, dict) and "class_name" in value:
            return deserialize_keras_object(value)
        return {key: made(item) for key, item in value.items()} if isinstance(value, dict) else value

    parts = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")
    return {part: made(config[part]) for part in parts if config.get(part) is not None}


def _compile(model, given):
    """What it was compiled with; the optimizer begins anew."""
    try:
        model.compile_from_config(given)
    except (TypeError, ValueError, NotImplementedError) as error:
        configs.tell(f"load_model: the model is not compiled: {error}")
