"""Metrics with a value for each class: the engine logs `f1[0]`, `f1[1]`, ..., programs see one array under `f1`, as Keras has it."""

import numpy as np


def _groups(names):
    """Names of the engine by the name that they are parts of; a name that is no part stands alone."""
    found = {}
    for name in names:
        whole, _, place = name[:-1].rpartition("[") if name.endswith("]") else ("", "", "")
        found.setdefault(whole if whole and place.isdigit() else name, []).append(name)
    return found


def _has_parts(names):
    return any(name.endswith("[0]") for name in names)


def folded(logs):
    """Logs with one array for the parts of a metric; the same object where there are none."""
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


def unfolded(logs):
    """Logs as the engine has them; the same object where they hold no array."""
    if not logs or not any(np.ndim(value) for value in logs.values()):
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
    if not np.ndim(value):
        return [(name, value)]
    return [(f"{name}[{i}]", part) for i, part in enumerate(np.asarray(value).ravel().tolist())]
