"""Tensors, numbers and files as the golden JSON writes them; fixed random draws by name."""

import json
import math
import os
import zlib

import keras
import numpy as np
from keras.src import backend

OUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def number(v):
    """Shortest decimal that gives the same float32 back; JSON has no NaN, so it is written as a string."""
    v = np.float32(v)
    if np.isnan(v):
        return "NaN"
    if np.isinf(v):
        return "Infinity" if v > 0 else "-Infinity"
    return float(str(v))


def tensor(a):
    """{"shape", "dtype", "data"} with the data flattened row by row; None stays None."""
    if a is None:
        return None
    a = np.asarray(backend.convert_to_numpy(a) if backend.is_tensor(a) else a)
    if a.dtype == np.bool_:
        return {"shape": list(a.shape), "dtype": "bool", "data": [bool(v) for v in a.ravel()]}
    if a.dtype.kind in "iu":
        return {"shape": list(a.shape), "dtype": "int32", "data": [int(v) for v in a.ravel()]}
    return {"shape": list(a.shape), "dtype": "float32", "data": [number(v) for v in a.ravel()]}


def tensors(v):
    """A list of tensors of one array or of several."""
    return [tensor(x) for x in v] if isinstance(v, list) else [tensor(v)]


def rms(a):
    a = np.asarray(a, dtype=np.float64)
    return float(np.sqrt(np.mean(a * a))) if a.size else 0.0


def gradients(list_of_arrays):
    """Tensors of gradients. One that is rounding noise beside the others (its true value is zero, as for a key
    bias under softmax) carries "scale", the magnitude to measure its error against."""
    largest = max([rms(g) for g in list_of_arrays if g is not None and np.all(np.isfinite(g))], default=0.0)
    out = []
    for g in list_of_arrays:
        t = tensor(g)
        if t is not None and rms(g) < 1e-4 * largest:
            t["scale"] = number(largest)
        out.append(t)
    return out


class Draw:
    """Random numbers that depend on a case's name only, rounded to three decimals to keep the files small."""

    def __init__(self, name):
        self.rng = np.random.default_rng(zlib.crc32(name.encode()))

    def normal(self, *shape, scale=1.0):
        return np.round(self.rng.normal(size=shape) * scale, 3).astype("float32")

    def uniform(self, *shape, low=0.0, high=1.0):
        return np.round(self.rng.uniform(low, high, size=shape), 3).astype("float32")

    def ints(self, high, *shape, low=0):
        return self.rng.integers(low, high, size=shape).astype("int32")

    def bools(self, *shape):
        return self.rng.integers(0, 2, size=shape).astype(bool)

    def distribution(self, *shape):
        """Rows that sum to one (up to the three decimals)."""
        e = np.exp(self.rng.normal(size=shape))
        return np.round(e / e.sum(-1, keepdims=True), 3).astype("float32")

    def one_hot(self, classes, *shape):
        return np.eye(classes, dtype="float32")[self.ints(classes, *shape)]


def fresh():
    """Names count from the start again (dense, dense_1, ...) and nothing is left of earlier cases."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(0)


def own_optimizer(compile_args):
    """The compile arguments with a new optimizer of the same config, named by its class alone."""
    kind, config = type(compile_args["optimizer"]), compile_args["optimizer"].get_config()
    return {**compile_args, "optimizer": kind.from_config({**config, "name": kind.__name__.lower()})}


def weights_of(layer):
    return [{"name": v.name, "path": v.path, "trainable": bool(v.trainable), **tensor(v.value)} for v in layer.weights]


def set_random_weights(layer, draw, scale=0.5):
    """Every weight gets fixed random values; variances stay positive, gammas stay near one."""
    for v in layer.weights:
        if "variance" in v.name:
            v.assign(draw.uniform(*v.shape, low=0.5, high=1.5))
        elif "gamma" in v.name:
            v.assign(1 + draw.normal(*v.shape, scale=0.3))
        else:
            v.assign(draw.normal(*v.shape, scale=scale))


def keras_json(obj):
    """A Keras config as its own files would hold it."""
    return json.loads(json.dumps(keras.saving.serialize_keras_object(obj)))


def model_json(model, build_configs=False):
    """model.to_json() without the compile settings, which are stored beside it, and without the built shapes."""

    def strip(v):
        if isinstance(v, dict):
            return {k: strip(x) for k, x in v.items() if build_configs or k != "build_config"}
        return [strip(x) for x in v] if isinstance(v, list) else v

    config = strip(json.loads(model.to_json()))
    config.pop("compile_config", None)
    return config


def round_trip(v):
    """Plain Python numbers (f64) with non-finite ones as strings, through nested lists and dicts."""
    if isinstance(v, dict):
        return {k: round_trip(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [round_trip(x) for x in v]
    if isinstance(v, (np.floating, float)):
        v = float(v)
        if math.isnan(v):
            return "NaN"
        return ("Infinity" if v > 0 else "-Infinity") if math.isinf(v) else v
    if isinstance(v, np.integer):
        return int(v)
    if isinstance(v, np.bool_):
        return bool(v)
    return v


def dump(v):
    return json.dumps(v, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def shorten(cases):
    """Leaves out a full_config that is the one of the file's first case of that class overlaid with `config`."""
    first = {}
    for case in cases:
        if "full_config" in case and "config" in case:
            full = first.setdefault(case["class_name"], case["full_config"])
            if full is not case["full_config"] and {**full, **case["config"]} == case["full_config"]:
                del case["full_config"]


def write(path, content):
    """One JSON file; each entry of a top-level list stands on its own line so that a diff shows which case moved."""
    shorten(content.get("cases", []))
    path = os.path.join(OUT, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    parts = []
    for key, value in content.items():
        if isinstance(value, list):
            body = "[\n" + ",\n".join(dump(v) for v in value) + "\n]"
        else:
            body = dump(value)
        parts.append(f"{dump(key)}:{body}")
    with open(path, "w") as f:
        f.write("{" + ",\n".join(parts) + "}\n")
