"""Models from configs and files."""

import importlib
import json
import os

from .. import _regimen
from . import configs, step_folders
from .functional import Functional
from .layer import InputLayer, Operation
from .layer_facts import BEFORE_THE_GRAPH
from .registered import custom_object_scope, get_registered_object
from .sequential import Sequential
from .tensors import KerasTensor


def model_of(config):
    """A model from `{class_name, config}`."""
    from ..keras import layers

    if config["class_name"] == "Sequential":
        model = Sequential(name=config["config"].get("name"))
        for entry in config["config"]["layers"]:
            model.add(_layer(entry, layers))
        return model
    if config["class_name"] not in ("Functional", "Model"):
        raise ValueError(f"{config['class_name']}: no model that is known here")
    return _functional(config["config"], layers)


def _layer(entry, layers):
    class_name, config = entry["class_name"], dict(entry["config"])
    if class_name in ("Sequential", "Functional", "Model"):
        return model_of(entry)
    if class_name == "InputLayer":
        return InputLayer(batch_shape=config["batch_shape"], dtype=config.get("dtype"), name=config.get("name") or entry.get("name"))
    written = get_registered_object(entry.get("registered_name") or class_name) or get_registered_object(class_name)
    written = written or _of_architecture(entry)
    if written is not None:
        return written.from_config(config)
    if str(entry.get("module")).startswith("keras.src.ops") or not hasattr(layers, class_name):
        operation = Operation(class_name)
        operation.name = entry.get("name") or config.get("name") or operation.name
        return operation
    from .of_program import revived

    made = getattr(layers, class_name)
    return made.from_config(config) if class_name in BEFORE_THE_GRAPH else made(**revived(config))


def _of_architecture(entry):
    """The class of a layer that was written for an architecture of keras.applications."""
    package, _, family = str(entry.get("module")).rpartition(".")
    if package != "regimen.keras.applications":
        return None
    return getattr(importlib.import_module(f"{package}.{family}"), entry["class_name"])


def _functional(config, layers):
    made, outputs = {}, {}
    entries = {entry["name"]: entry for entry in config["layers"]}
    for name, entry in entries.items():
        made[name] = _layer(entry, layers)
        made[name].name = name
    waiting = [(name, i) for name, entry in entries.items() for i in range(len(entry["inbound_nodes"]))]
    for name, layer in made.items():
        if isinstance(layer, InputLayer):
            outputs[name, 0] = [layer.output]

    def tensor(history, end=False):
        name, index, place = history
        # At the ends of a model a functional model's own wiring counts as its first call.
        own = 1 if end and isinstance(made[name], Functional) else 0
        return outputs[name, index - own][place]

    def value(found):
        if isinstance(found, dict) and found.get("class_name") == "__keras_tensor__":
            return tensor(found["config"]["keras_history"])
        if isinstance(found, dict):
            return {key: value(item) for key, item in found.items()}
        if isinstance(found, list):
            return [value(item) for item in found]
        return found

    while waiting:
        later = []
        for name, i in waiting:
            node = entries[name]["inbound_nodes"][i]
            try:
                args, kwargs = value(node["args"]), value(node["kwargs"])
            except KeyError:
                later.append((name, i))
                continue
            result = made[name](*args, **kwargs)
            outputs[name, i] = [result] if isinstance(result, KerasTensor) else list(result)
        if len(later) == len(waiting):
            raise ValueError("the wiring of the model leads in a circle, or to layers that are not there")
        waiting = later

    def ends(found):
        if isinstance(found, dict):
            return {key: tensor(item, True) for key, item in found.items()}
        if found and isinstance(found[0], str):
            return tensor(found, True)
        tensors = [tensor(item, True) for item in found]
        return tensors[0] if len(tensors) == 1 else tensors

    return Functional(ends(config["input_layers"]), ends(config["output_layers"]), name=config.get("name"))


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """A model from a file of any format that holds one."""
    path = os.fspath(filepath)
    path = step_folders.newest(path, True) if os.path.isdir(path) else path
    try:
        config, weights, compiled, kept, notes = _regimen.open_model(path)
    except ValueError as fault:
        if "a custom class" not in str(fault) and "there is no layer" not in str(fault):
            raise
        from .of_program import load

        return load(path, custom_objects, compile, fault)
    with custom_object_scope(custom_objects):
        model = model_of(json.loads(config))
    for path, value in weights:
        model._variable(path).assign(value)
    if compile and compiled:
        given = json.loads(compiled)
        given.pop("version", None)
        _compiled(model, given)
        model.optimizer._from_file = kept
    for note in notes:
        configs.tell(note)
    return model


def _compiled(model, given):
    """Gives a model what it was compiled with."""
    from ..keras import optimizers

    optimizer = optimizers.get(given["optimizer"])
    model.optimizer, model.loss, model._compiled = optimizer, given["loss"], given
    optimizer._bind(model)


def restored(text, weights, compiled):
    """A model that was pickled: its wiring, its weights, what it was compiled with. The optimizer begins anew."""
    model = model_of(json.loads(text))
    if weights is not None:
        model.set_weights(weights)
    if compiled is not None:
        _compiled(model, compiled)
    return model


def model_from_json(json_string, custom_objects=None):
    """A model from the JSON of `to_json()`."""
    with custom_object_scope(custom_objects):
        return model_of(json.loads(json_string))
