"""Metrics with a value for each class: the engine logs `f1[0]`, `f1[1]`, ..., programs see one array under `f1`, as Keras has it."""

import numpy as np

from . import dialect, naming

# Metrics that give a number for each class where an option, of this default, is None.
_APART = {"F1Score": ("average", None), "FBetaScore": ("average", None), "R2Score": ("class_aggregation", "uniform_average")}
_APART_BY_NAME = {"f1_score": "F1Score", "F1Score": "F1Score", "fbeta_score": "FBetaScore", "FBetaScore": "FBetaScore"}


def _groups(names):
    """Names of the engine by the name that they are parts of; a name that is no part stands alone."""
    found = {}
    for name in names:
        whole, _, place = name[:-1].rpartition("[") if name.endswith("]") else ("", "", "")
        found.setdefault(whole if whole and place.isdigit() else name, []).append(name)
    return found


def _has_parts(names):
    return any(name.endswith("[0]") for name in names)


def ones(compiled, outputs):
    """Names of metrics that give an array, which has one number where there is one class: those without an average over classes."""
    found = [item["config"].get("name") or naming.snake_case(item["class_name"]) for item in _objects(compiled or {}) if _is_apart(item)]
    return {whole for name in found for whole in (name, *(f"{output}_{name}" for output in outputs))}


def _objects(value):
    """Metrics of a config, by their objects; those that are given by name have no options."""
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in _objects(item)]
    if not isinstance(value, dict):
        return [{"class_name": _APART_BY_NAME[value], "config": {}}] if isinstance(value, str) and value in _APART_BY_NAME else []
    if "class_name" in value and isinstance(value.get("config"), dict):
        return [value]
    return [found for item in value.values() for found in _objects(item)]


def _is_apart(entry):
    option = _APART.get(entry["class_name"])
    return option is not None and entry["config"].get(option[0], option[1]) is None


def folded(logs, ones=()):
    """Logs with one array for the parts of a metric; the same object where there are none. `ones` are arrays of one number.

    What callbacks add as the learning rate is `lr` until Keras 3.
    """
    if logs and "learning_rate" in logs and dialect.before(3):
        logs = {"lr" if name == "learning_rate" else name: value for name, value in logs.items()}
    if ones and logs:
        logs = {name: np.array([value], np.float32) if name.removeprefix("val_") in ones else value for name, value in logs.items()}
    if not logs or not _has_parts(logs):
        return logs
    given = {}
    for whole, names in _groups(logs).items():
        if whole not in logs and names == [f"{whole}[{i}]" for i in range(len(names))]:
            given[whole] = np.array([logs[name] for name in names], dtype=np.float32)
        else:
            given.update((name, logs[name]) for name in names)
    return given


def folded_names(names):
    """Names of logs as `folded` gives them."""
    return list(folded(dict.fromkeys(names, 0.0)))


def is_number(value):
    """Whether a value is a single number, which the engine's logs can hold."""
    found = _numbers(value)
    return found is not None and found.size == 1


def are_numbers(value):
    """Whether a value is a number or an array of some."""
    return _numbers(value) is not None


def _numbers(value):
    """A value as an array of numbers; None where it is none."""
    try:
        found = np.asarray(value)
    except ValueError:  # rows of different lengths
        return None
    return found if found.dtype.kind in "fiub" else None


def unfolded(logs):
    """Logs as the engine has them, without what is no number; the same object where they hold single numbers alone."""
    if not logs or all(isinstance(value, (int, float)) for value in logs.values()):
        return logs
    return {name: part for whole, value in logs.items() for name, part in _parts(whole, value)}


def unfolded_course(history):
    """Numbers over the epochs by name: values of several numbers are series of their own."""
    courses = {}
    for whole, values in history.items():
        if not len(values):
            courses[whole] = []
        for value in values:
            for name, part in _parts(whole, value):
                courses.setdefault(name, []).append(float(part))
    return courses


def zeros(logs):
    """Logs of metrics that have seen nothing."""
    return {name: np.zeros_like(value) if np.ndim(value) else 0.0 for name, value in logs.items()}


def _parts(name, value):
    found = _numbers(value)
    if found is None:
        return []
    if found.size == 1 or not found.ndim:
        return [(name, found.item() if found.ndim else value)]
    return [(f"{name}[{i}]", part) for i, part in enumerate(found.ravel().tolist())]
