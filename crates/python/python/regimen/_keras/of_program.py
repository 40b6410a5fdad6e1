"""Models of files with classes of a program: the program that loads them has to have registered these."""

import json

from .. import _regimen
from . import by_number, configs, operation_facts, read_types
from .registered import custom_object_scope, get_registered_object


def is_of_program(entry):
    """Whether an object of a config is none of Keras's own."""
    module, registered = entry.get("module"), entry.get("registered_name")
    if ">" in str(entry.get("class_name")):
        return True  # as .h5 files have it
    if entry.get("class_name") == "function" and isinstance(entry.get("config"), str):
        return not _is_known(entry["config"])
    if "class_name" not in entry or "module" not in entry:
        return False
    if module is None or module == "builtins":
        return isinstance(registered, str) and ">" in registered
    return module.split(".")[0] not in ("keras", "tf_keras", "keras_core", "tensorflow", "builtins")


def _is_known(name):
    """Whether a function is one of Keras's own."""
    from ..keras import activations, losses, metrics

    return any(hasattr(module, name) for module in (activations, losses, metrics))


def found_of(entry):
    """The class or function that a program has registered for an object of a config; None where it has none."""
    name = entry["config"] if entry["class_name"] == "function" else entry["class_name"]
    found = get_registered_object(entry.get("registered_name") or name) or get_registered_object(name)
    if found is None and entry.get("module") == "keras.ops":
        from ..keras import ops

        found = getattr(ops, name, None)
    return found


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
        return value["config"] if value["class_name"] == "function" else value.get("registered_name") or value["class_name"]
    return next((found for item in value.values() if (found := _missing(item)) is not None), None)


def is_needed(path, fault):
    """Whether a file that the library refuses has objects of a program in it, or operations of keras.ops."""
    if "a custom class" in str(fault) or "there is no layer" in str(fault):
        return True
    try:
        config = json.loads(_regimen.file_config(path)[0] or "{}")
    except ValueError:
        return False
    return _any(config)


def _any(value):
    if isinstance(value, list):
        return any(_any(item) for item in value)
    if not isinstance(value, dict):
        return False
    own = is_of_program(value) or by_number.array_in(value) is not None or operation_facts.is_operation(value)
    return own or any(_any(item) for key, item in value.items() if key != "compile_config")


def load(path, custom_objects, compile, fault):
    """A model whose config names classes of the program."""
    from . import saved_compile

    config, compiled = _regimen.file_config(path)
    config = read_types.today(json.loads(config))
    own = {key: value for key, value in config.items() if key != "compile_config"}
    by_number.refuse(own, path)
    with custom_object_scope(custom_objects):
        if (name := _missing(own)) is not None:
            raise TypeError(
                f"Could not locate class '{name.rpartition('>')[2]}'. Make sure custom classes are decorated with "
                f"`@keras.saving.register_keras_serializable()`, or give it in custom_objects. {fault} (`{name}`)"
            )
        model = _model(config)
        model.load_weights(path)
        if compile and compiled:
            given = json.loads(compiled)
            saved_compile.take_how(model, given)
            for note in saved_compile.give_objects(model, path, saved_compile.plain(given)):
                configs.tell(note)
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
