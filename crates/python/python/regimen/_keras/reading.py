"""Models from configs and files."""

import importlib
import json
import os

import numpy as np

from .. import _regimen
from . import by_number, configs, copies, dialect, operation_calls, operation_facts, read_types, saved_compile, sharing
from .functional import Functional
from .layer import FunctionLayer, InputLayer, Operation
from .layer_facts import BEFORE_THE_GRAPH
from .registered import custom_object_scope, get_registered_object
from .sequential import Sequential
from .tensors import tensors_in
from .written_layer import is_written


def model_of(config):
    """A model from `{class_name, config}`."""
    with sharing.reading():
        return _model_of(config)


def _model_of(config):
    if config["class_name"] == "Sequential":
        model = Sequential(name=config["config"].get("name"))
        made = {}
        for entry in config["config"]["layers"]:
            # A name that comes again is the same layer once more.
            name = entry["config"].get("name")
            layer = made[name] if name in made else layer_of(entry)
            made.update({name: layer} if name else {})
            model.add(layer)
        return model
    if config["class_name"] not in ("Functional", "Model"):
        raise TypeError(f"Could not locate class {config['class_name']!r}: no model that is known here")
    return _Wiring(config["config"]).model()


def layer_of(entry):
    """A layer, or a model inside of one, from its config; the one that stands in another model already, where the config says so."""
    known = sharing.known(entry)
    return known if known is not None else sharing.note(entry, _layer_of(entry))


def _layer_of(entry):
    from ..keras import layers

    class_name, config = entry["class_name"], dict(entry["config"])
    if class_name in ("Sequential", "Functional", "Model"):
        return model_of(entry)
    if class_name == "InputLayer":
        return InputLayer(batch_shape=config["batch_shape"], dtype=config.get("dtype"), name=config.get("name") or entry.get("name"))
    written = get_registered_object(entry.get("registered_name") or class_name) or get_registered_object(class_name)
    written = written or _of_architecture(entry)
    if written is not None:
        return written.from_config(config)
    if operation_facts.is_operation(entry):
        return _operation(entry)
    if not hasattr(layers, class_name):
        raise TypeError(
            f"Could not locate class '{class_name}'. Make sure custom classes are decorated with "
            "`@keras.saving.register_keras_serializable()`, or give it in custom_objects"
        )
    from .of_program import revived

    made = getattr(layers, class_name)
    return made.from_config(config) if class_name in BEFORE_THE_GRAPH else made(**revived(config))


def _operation(entry):
    """Arithmetic, and what makes masks, as the library has it; other operations, and those with arrays, are functions of keras.ops."""
    class_name, nodes = entry["class_name"], entry.get("inbound_nodes") or []
    if class_name not in Operation.of_the_library or any(_has_arrays(node) for node in nodes):
        return FunctionLayer.of_entry(entry)
    operation = Operation(class_name, entry["config"])
    operation.name = entry.get("name") or entry["config"].get("name") or operation.name
    return operation


def _has_arrays(value):
    if isinstance(value, dict):
        return value.get("class_name") in ("__numpy__", "__tensor__") or any(_has_arrays(item) for item in value.values())
    return isinstance(value, list) and any(_has_arrays(item) for item in value)


def _of_architecture(entry):
    """The class of a layer that was written for an architecture of keras.applications."""
    package, _, family = str(entry.get("module")).rpartition(".")
    if package != "regimen.keras.applications":
        return None
    return getattr(importlib.import_module(f"{package}.{family}"), entry["class_name"])


class _Wiring:
    """Layers of a config, called again as their nodes say."""

    def __init__(self, config):
        self._config, self._made, self._outputs = config, {}, {}
        self._entries = {entry["name"]: entry for entry in config["layers"]}
        for name, entry in self._entries.items():
            layer = self._made[name] = layer_of(entry)
            layer.name = name
            if isinstance(layer, InputLayer):
                self._outputs[name, 0] = [layer.output]

    def model(self):
        """The model."""
        waiting = [(name, i) for name, entry in self._entries.items() for i in range(len(entry["inbound_nodes"]))]
        while waiting:
            later = [(name, i) for name, i in waiting if not self._called(name, i)]
            if len(later) == len(waiting):
                raise ValueError("the wiring of the model leads in a circle, or to layers that are not there")
            waiting = later
        inputs, outputs = self._ends(self._config["input_layers"]), self._ends(self._config["output_layers"])
        model = Functional(inputs, outputs, name=self._config.get("name"))
        model.__dict__["_trainable"] = bool(self._config.get("trainable", True))  # its layers have their own
        return model

    def _called(self, name, i):
        """Calls a layer; False where what it takes is not there yet."""
        node = self._entries[name]["inbound_nodes"][i]
        try:
            args, kwargs = self._value(node["args"]), self._value(node["kwargs"])
        except KeyError:
            return False
        layer = self._made[name]
        if kwargs.get("training") is False and not dialect.before(3) and not is_written(layer):
            del kwargs["training"]  # which Keras puts into every call, and which says no more there than that nothing was said
        result = layer.called_again(args, kwargs) if isinstance(layer, FunctionLayer) else layer(*args, **kwargs)
        self._outputs[name, i] = tensors_in(result)
        return True

    def _tensor(self, history, end=False):
        name, index, place = history
        # At the ends of a model a functional model's own wiring counts as its first call.
        own = 1 if end and isinstance(self._made[name], Functional) else 0
        return self._outputs[name, index - own][place]

    def _value(self, found):
        if isinstance(found, dict) and found.get("class_name") == "__keras_tensor__":
            return self._tensor(found["config"]["keras_history"])
        if isinstance(found, dict) and found.get("class_name") in ("__numpy__", "__tensor__"):
            return operation_calls.read(found)
        if isinstance(found, dict):
            return {key: self._value(item) for key, item in found.items()}
        return [self._value(item) for item in found] if isinstance(found, list) else found

    def _ends(self, found):
        if isinstance(found, dict):
            return {key: self._ends(item) for key, item in found.items()}
        if found and isinstance(found[0], str):
            return self._tensor(found, True)
        tensors = [self._ends(item) for item in found]
        return tensors[0] if len(tensors) == 1 else tensors


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """A model from a file of any format that holds one."""
    path = os.fspath(filepath)
    if os.path.isdir(path):
        from .step_folders import newest

        path = newest(path, True)
    if not os.path.exists(path) and os.path.splitext(path)[1] in ("", ".keras"):
        raise ValueError(f"File not found: filepath={path}. Please ensure the file is an accessible `.keras` zip file.")
    try:
        config, weights, compiled, kept, notes = _regimen.open_model(path)
    except ValueError as fault:
        from .of_program import is_needed, load

        if not is_needed(path, fault):
            raise
        return load(path, custom_objects, compile, fault)
    config = json.loads(config)
    by_number.refuse(config, path)
    with custom_object_scope(custom_objects):
        model = model_of(config)
        for place, value in weights:
            model._variable(place).take(value)
        if compile:
            notes = saved_compile.give(model, path, compiled, kept, notes)
        else:
            notes = [note for note in notes if not note.startswith(saved_compile.NOT_COMPILED)]
    for note in notes:
        configs.tell(note)
    return model


def restored(text, weights, compiled, kept=None, objects=None):
    """A model that was pickled: its wiring, its weights, what it was compiled with (`objects` of the program), its optimizer's state."""
    model = model_of(json.loads(text))
    if weights is not None:
        model.set_weights(weights)
    if compiled is not None:
        copies.give(model, compiled, objects)
    if kept is not None:
        model.optimizer._from_file, rate = list(kept[0]), kept[1]
        if rate is not None:
            model.optimizer.learning_rate = rate
    return model


def kept_of(optimizer):
    """The values that a model's optimizer keeps, and a learning rate that was set before there were any; None where there is neither."""
    runner = optimizer._runner()
    if runner is not None:
        state = runner.native.state()
        values = [state[name] for name in runner.native.optimizer_names()]
    elif optimizer._kept or optimizer._alone is not None:
        values = [variable.numpy() for variable in optimizer._everything()]
    else:
        values = optimizer._from_file
    rate = optimizer._pending if runner is None else None
    if not values and rate is None:
        return None
    return [np.array(value, "int32" if value.dtype.kind == "i" else "float32") for value in values], rate


def model_from_json(json_string, custom_objects=None):
    """A model from the JSON of `to_json()`."""
    with custom_object_scope(custom_objects):
        config = json.loads(json_string)
        by_number.refuse(config, "model_from_json")
        return model_of(_of_today(config, json_string) if _is_old(config) else read_types.today(config))


def _is_old(config):
    """Whether a config is one of Keras 1 or 2: these say so, or not where classes are, or wire layers by lists."""
    if not isinstance(config, dict) or "class_name" not in config:
        raise ValueError(f"model_from_json: found {type(config).__name__}, expected the JSON of a model's to_json()")
    inner = config.get("config")
    entries = inner if isinstance(inner, list) else (inner or {}).get("layers", [])
    return str(config.get("keras_version")).startswith(("1.", "2.")) or any(isinstance(e, dict) and _is_old_layer(e) for e in entries)


def _is_old_layer(entry):
    config = entry.get("config")
    wired_by_lists = any(isinstance(node, list) for node in entry.get("inbound_nodes") or [])
    return "module" not in entry or wired_by_lists or isinstance(config, dict) and "batch_input_shape" in config


def _of_today(config, text):
    """The library turns old configs into today's where it reads files; as it stands where it knows a class of it not, and that will do."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            return json.loads(_regimen.open_model(path)[0])
        except ValueError as fault:
            inner = config["config"]
            entries = inner if isinstance(inner, list) else inner.get("layers", [])
            if any("module" in entry and _is_old_layer(entry) for entry in entries):
                raise ValueError(str(fault).replace(path, "model_from_json")) from None
            return config
