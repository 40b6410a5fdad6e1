"""`model.treat`: which remedy helps a model on its data, by paired trainings from fresh seeds."""

import json
import os
import pathlib

import numpy as np

from .. import _regimen
from . import dialect, freezing


class Remedy(dict):
    """What became of a remedy: `id`, `change`, `verdict`, `effect`, `low`, `high`, `p`, `seeds`, `reason`, `diff`."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Treatment:
    """The results of a treatment. `print` shows them as a table; notebooks do by themselves."""

    def __init__(self, results, text, folder, improved):
        self.folder, self.improved, self._text = folder, improved, text
        self.metric, self.more_is_better, self.baseline = results["metric"], results["more_is_better"], results["baseline"]
        self.part, self.margin, self.findings = results["part"], results["margin"], results["findings_by_treatment"]
        self.remedies = [Remedy(remedy) for remedy in results["remedies"]]

    @property
    def helps(self):
        """Remedies that are shown to help, the best first."""
        return [remedy for remedy in self.remedies if remedy["verdict"] == "helps" and remedy["id"] != "null"]

    def __str__(self):
        where = f"Treatment folder: {self.folder}\n"
        return self._text.lstrip("\n") + where + (f"Improved run file: {self.improved}\n" if self.improved else "")

    def __repr__(self):
        return f"<Treatment of {len(self.remedies)} remedies, {len(self.helps)} of them shown to help>"

    def _repr_html_(self):
        from .treatment_html import shown

        return shown(self)


def treat(model, x, y, given):
    """Trains the model again and again, with remedies and without; gives a `Treatment`. `given` are the arguments of `Model.treat`."""
    model._must_be_compiled()
    folder = pathlib.Path(given["folder"] or _free(pathlib.Path("treatments") / model.name))
    arrays, source = _data(model, x, y, given)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "run.json"
    before = file.read_text() if file.exists() else None
    spec = {
        "name": model.name, "seed": _seed(given["seed"], before), "keras_version": dialect.version(), "data": source,
        "model": _model(model), "compile": _compile(model), "fit": _fit(given),
        "callbacks": [_callback(c) for c in _listed(given["callbacks"])],
    }
    if spec["keras_version"] is None:
        del spec["keras_version"]
    text = json.dumps(spec, indent=1)
    if before is not None and _nameless(before) == _nameless(text):
        text = before
    if before is not None and before != text:
        raise ValueError(f"{folder}: holds the treatment of another model, or of other data or options; give another folder")
    np.savez(folder / "data.npz", **arrays)
    file.write_text(text)
    options = {name: given[name] for name in ("metric", "margin") if given[name] is not None}
    options["budget"] = str(given["budget"]) if given["budget"] is not None else ""
    options["remedies"] = _listed(given["remedies"])
    show = (lambda line: print(line, flush=True)) if given["verbose"] else (lambda line: None)
    results, text, improved = _regimen.treat_run(os.fspath(file), os.fspath(folder / "treatment"), options, show)
    treatment = Treatment(json.loads(_as_arguments(results)), _as_arguments(text), folder / "treatment", improved)
    if given["verbose"]:
        print(treatment)
    return treatment


def _as_arguments(text):
    """Options of the command line by the names of arguments here."""
    text = text.replace("name it with --remedy", "name it in `remedies`").replace("give --budget more", "give `budget` more")
    return text.replace("; --budget ", "; a `budget` of ")


def _listed(value):
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]


def _nameless(text):
    """A run with its layers numbered: a program that makes its model again gets other names."""
    spec = json.loads(text)
    model = spec["model"]
    names = [spec.pop("name"), *(layer["config"].get("name") for layer in model.get("layers", model.get("config", {}).get("layers", [])))]
    text = json.dumps(spec)
    for i, name in enumerate(names):
        text = text.replace(json.dumps(name), f'"#{i}"') if name else text
    return text


def _free(path):
    """A folder of this name that is not there yet."""
    number = 1
    while (found := path.with_name(f"{path.name}-{number}")).exists():
        number += 1
    return found


def _seed(seed, before):
    """A seed: the one that is asked for, that of a treatment that goes on, or a fresh one."""
    from . import naming

    if seed is not None:
        return int(seed)
    return json.loads(before)["seed"] if before is not None else naming.draw() >> 33


def _data(model, x, y, given):
    """Arrays by name, and what a run file says of them."""
    if given["validation_data"] is not None and given["validation_split"]:
        raise ValueError("treat(): give validation_data or validation_split, not both")
    parts = {"": (x, y), "_val": given["validation_data"], "_test": given["test_data"]}
    arrays, source, kept = {}, {"path": "data.npz"}, {}
    for part, pair in parts.items():
        if pair is None:
            continue
        if len(pair) != 2:
            raise ValueError(f"treat(): {part.strip('_') or 'x, y'}: expected (x, y)")
        inputs, targets, _ = model._rows(pair[0], pair[1], None, part.strip("_") + " " if part else "")
        if len(inputs) != 1:
            raise NotImplementedError(
                "treat() takes models of one input; join the inputs into one array, or write a run file "
                "(docs/run-file.md)"
            )
        model._build_for(inputs)
        arrays[f"x{part}"], source[f"x{part}"] = inputs[0], f"x{part}"
        kept[part] = targets
        if len(targets) == 1:
            arrays[f"y{part}"], source[f"y{part}"] = targets[0], f"y{part}"
        else:
            names = model._target_names()
            arrays.update({f"y{part}_{name}": target for name, target in zip(names, targets)})
            source[f"y{part}"] = {name: f"y{part}_{name}" for name in names}
    told = {"npz": source}
    if given["validation_split"]:
        share, trained = float(given["validation_split"]), 1.0 if given["test_data"] is not None else 0.8
        if not 0 < share < 1:
            raise ValueError(f"treat(): validation_split is a share between 0 and 1, found {share}")
        told["split"] = {"train": trained * (1 - share), "validation": trained * share, "test": 1 - trained}
    if len(kept[""]) == 1:
        told.update(_labels(model, [targets[0] for targets in kept.values()]))
    return arrays, told


def _labels(model, targets):
    """How labels are meant: as classes where they number all of them, else as the numbers that they are."""
    first = targets[0]
    classes = first.ndim == 1 or first.shape[1:] == (1,)
    whole = classes and all(np.array_equal(t, np.floor(t)) for t in targets)
    known = np.unique(first) if whole else np.array([])
    counted = len(known) > 1 and np.array_equal(known, np.arange(len(known)))
    for name in targets[1:]:
        counted = counted and set(np.unique(name)) <= set(known)
    return {} if counted else {"label_encoding": "number"}


def _model(model):
    """A list of layers, which remedies can change; a model that is more than that goes in as its config."""
    if alone := freezing.alone_in(model):
        raise NotImplementedError(f"treat(): {alone[0]} is frozen by itself, which trials do not know: freeze whole layers")
    root = json.loads(freezing.engine_text(model))
    config = root["config"]
    if root["class_name"] == "Sequential" and all(_is_layer(layer) for layer in config["layers"]):
        return {"layers": [_plain(layer) for layer in config["layers"] if layer["class_name"] != "InputLayer"]}
    wired = root["class_name"] == "Functional" and _wired(config)
    return wired or {"class_name": root["class_name"], "config": config}


def _is_layer(layer):
    return "layers" not in layer["config"] and not layer["class_name"].startswith("python>")


def _wired(config):
    """Layers with those that feed them, where each is called once on tensors alone; None where one is not."""
    layers = []
    for layer in config["layers"]:
        calls = layer["inbound_nodes"]
        if len(calls) > 1 or not _is_layer(layer) or (calls and calls[0]["kwargs"]):
            return None
        fed = _sources(calls[0]["args"]) if calls else []
        if fed is None:
            return None
        inner = {**layer["config"], "name": layer["name"]}
        layers.append({"class_name": layer["class_name"], "config": inner, **({"inbound": fed} if fed else {})})
    ends = config["output_layers"]
    outputs = [end[0] for end in (ends.values() if isinstance(ends, dict) else ends)]
    return {"layers": layers, "outputs": outputs}


def _sources(args):
    """Names of the layers whose only output is an argument; None where something else is one."""
    if len(args) != 1:
        return None
    tensors = args[0] if isinstance(args[0], list) else args
    found = []
    for tensor in tensors:
        history = tensor["config"]["keras_history"] if isinstance(tensor, dict) and tensor.get("class_name") == "__keras_tensor__" else None
        if history is None or history[2] != 0:
            return None
        found.append(history[0])
    return found


def _plain(value):
    """An object of a compile config as run files have it."""
    if isinstance(value, dict) and "class_name" in value:
        inner = value.get("config")
        if value["class_name"] == "function":
            return inner
        return {"class_name": value["class_name"], "config": inner if isinstance(inner, dict) else {}}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _unnamed(value):
    return {key: _unnamed(item) for key, item in value.items() if key != "name"} if isinstance(value, dict) else value


def _compile(model):
    compiled = {key: _plain(value) for key, value in model._compiled.items() if value is not None}
    # Names that are counted differ where a program makes its model again.
    optimizer = compiled["optimizer"] = _unnamed(compiled["optimizer"])
    rate = model.optimizer._pending
    if rate is not None:
        optimizer["config"] = {**optimizer["config"], "learning_rate": rate}
    return compiled


def _fit(given):
    fit = {"epochs": int(given["epochs"]), "batch_size": int(given["batch_size"] or 32), "shuffle": bool(given["shuffle"])}
    weights = given["class_weight"]
    if weights is not None:
        fit["class_weight"] = weights if isinstance(weights, str) else {str(key): float(value) for key, value in weights.items()}
    return fit


def _callback(callback):
    from ..keras.callbacks import NativeCallback

    if not isinstance(callback, NativeCallback) or not type(callback)._is_native:
        kind = "a callback that asks Python" if type(callback).__module__.startswith("regimen.") else "a callback of your own"
        raise NotImplementedError(
            f"treat(): {type(callback).__name__} is {kind}, which trainings side by side cannot share; those of keras.callbacks can"
        )
    return {"class_name": callback._class_name, "config": callback._config}
