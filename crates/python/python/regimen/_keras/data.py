"""What `fit` takes, as arrays that the library reads: float32, int32 or bool, rows first."""

import numbers

import numpy as np

_INT32 = (-(1 << 31), (1 << 31) - 1)
_MOST_CLASSES = 1 << 24
_PADDED = "Rows of different lengths have to be padded (keras.utils.pad_sequences)"


def array(value, what, wanted=None):
    """One array. `wanted` is the type that an input declares: numbers are turned into it as Keras does."""
    if value is None:
        told = "; inputs that may be left out (`optional=True`) are not supported here" if what.endswith("]") else ""
        raise ValueError(f"{what}: found None, expected an array{told}")
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    elif hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    try:
        found = np.asarray(value)
    except ValueError:
        if not isinstance(value, (list, tuple)):
            raise
        told = "holds arrays of different shapes" if all(hasattr(part, "shape") for part in value) else "holds rows of different lengths"
        raise ValueError(f"{what}: the {type(value).__name__} {told}. {_PADDED}.") from None
    if found.dtype.kind == "O":
        raise ValueError(f"{what}: an array of objects (dtype=object) cannot be used. {_PADDED}, None and texts turned into numbers.")
    if found.dtype.kind in "USTmM":
        raise ValueError(f"{what}: holds {found.dtype} elements; turn texts and dates into numbers first")
    if found.dtype.kind == "c":
        raise ValueError(f"{what}: complex numbers are not supported")
    if found.ndim == 0:
        raise ValueError(f"{what}: found a single value, expected an array with one row per sample")
    whole = found.dtype.kind in "iu"
    if wanted is not None and wanted.startswith("float"):
        return _rows_first(found, np.float32)
    if wanted is not None and wanted.startswith(("int", "uint")) and not whole:
        return _rows_first(found, np.int32)
    if whole:
        if not is_int32(found):
            raise ValueError(f"{what}: holds whole numbers that int32 cannot: {found.min()} to {found.max()}")
        return _rows_first(found, np.int32)
    return _rows_first(found, np.float32)


def is_int32(found):
    """Whether int32 holds all of some whole numbers."""
    return found.dtype == np.int32 or not found.size or bool(_INT32[0] <= found.min() and found.max() <= _INT32[1])


def _rows_first(found, dtype):
    """In a type, row after row, as the library reads memory; a transposed array lies otherwise."""
    return np.require(found, dtype, ["C", "A"])


def inputs(x, names, declared, what="x"):
    """Arrays for the inputs of a model: one, a list, or a dict by the names of the inputs."""
    if isinstance(x, dict):
        missing = [name for name in names if name not in x]
        if missing:
            raise ValueError(f"{what}: there is no array for the inputs {missing}; it has {list(x)}")
        parts = [x[name] for name in names]
    elif isinstance(x, (list, tuple)) and len(names) != 1:
        parts = list(x)
    elif isinstance(x, (list, tuple)) and len(x) == 1 and hasattr(x[0], "shape"):
        parts = list(x)
    else:
        parts = [x]
    if names and len(parts) != len(names):
        raise ValueError(f"{what}: the model has {len(names)} inputs ({', '.join(names)}), found {len(parts)} arrays")
    wanted = declared or [None] * len(parts)
    return [array(part, label(what, i, len(parts)), dtype) for i, (part, dtype) in enumerate(zip(parts, wanted))]


def check_single(x, name, axes, what):
    """Refuses several arrays for a model of one input, whose array has so many axes, where that is known; rows in a list have one less."""
    several = isinstance(x, (list, tuple)) and len(x) > 1 and all(hasattr(part, "shape") for part in x)
    found = {len(part.shape) for part in x} if several else set()
    if len(found) > 1 or (axes is not None and any(count >= axes for count in found)):
        apart = "; inputs and targets are two arguments: fit(x, y)" if isinstance(x, tuple) else ""
        raise ValueError(f"{what}: the model has 1 input ({name}), found {len(x)} arrays{apart}")


def targets(y, names, what="y", rows=None):
    """Arrays for the outputs of a model. `rows` is how many rows there are to be, where that is known."""
    if y is None:
        raise ValueError(f"{what}: there are no targets; give one array for each output")
    if isinstance(y, dict):
        parts = [y[name] for name in names if name in y]
        unknown = [name for name in y if name not in names]
        if unknown:
            raise ValueError(f"{what}: the model has no outputs {unknown}; it has {list(names)}")
    elif isinstance(y, (list, tuple)) and len(names) != 1:
        parts = list(y)
    elif isinstance(y, (list, tuple)) and len(y) == 1 and hasattr(y[0], "shape"):
        parts = list(y)
    else:
        parts = [y]
        if isinstance(y, (list, tuple)) and len(names) == 1 and rows != len(y) and all(rows == len(part) for part in y if np.ndim(part)):
            if y and all(np.ndim(part) for part in y):
                raise ValueError(f"{what}: the model has one output ({names[0]}), found a list of {len(y)} arrays")
    return [array(part, label(what, i, len(parts))) for i, part in enumerate(parts)]


def label(what, i, count):
    """`x`, or `x[1]` of several."""
    return what if count == 1 else f"{what}[{i}]"


def is_whole(found):
    """Whether an array holds whole numbers alone, of whatever type, that int32 can hold."""
    return found.dtype.kind != "f" or bool(((np.floor(found) == found) & (np.abs(found) < 1 << 31)).all())


def widened(first, others):
    """Arrays that training begins with, as float32 where others have numbers there that int32 would cut."""
    return [a.astype(np.float32) if a.dtype.kind == "i" and not is_whole(b) else a for a, b in zip(first, others)]


def alike(arrays, first, what):
    """Arrays in the types and axes of those that training began with: a column and its values are the same, 1 and 1.0 too."""
    found = []
    for array, known in zip(arrays, first):
        if array.ndim + 1 == known.ndim and known.shape[-1] == 1:
            array = array[..., None]
        elif array.ndim == known.ndim + 1 and array.shape[-1] == 1:
            array = array[..., 0]
        if known.dtype.kind == "i" and not is_whole(array):
            raise ValueError(
                f"{what}: holds numbers that are not whole, where training began with whole ones (int32); give float32 arrays "
                "from the first batch on"
            )
        found.append(np.require(array, known.dtype, ["C", "A"]))
    return found


def same_rows(arrays, what):
    """Refuses arrays of other lengths, and none."""
    lengths = [len(a) for a in arrays]
    if lengths and len(set(lengths)) > 1:
        raise ValueError(f"Data cardinality is ambiguous. Make sure all arrays contain the same number of samples. {what} sizes: {lengths}")
    if lengths and lengths[0] == 0:
        raise ValueError(f"{what}: there are no rows; give at least one sample")


def infos(arrays):
    """`[[sizes without rows, type], ...]` as the library reads it."""
    return [[list(a.shape[1:]), {"f": "float32", "i": "int32", "b": "bool"}[a.dtype.kind]] for a in arrays]


def class_weights(class_weight):
    """Weights by class as a list; a class that is not named weighs 1."""
    if class_weight is None:
        return None
    if not isinstance(class_weight, dict):
        raise ValueError(f"class_weight: expected a dict from class to weight, found {type(class_weight).__name__}")
    if not class_weight:
        return None
    for k, value in class_weight.items():
        if not isinstance(k, numbers.Real) or not isinstance(value, numbers.Real):
            raise ValueError(f"class_weight: found {k!r}: {value!r}, expected numbers: {{0: 1.0, 1: 2.5}}")
    classes = {int(k): float(value) for k, value in class_weight.items()}
    wrong = [k for k in class_weight if int(k) != float(k) or not 0 <= int(k) <= _MOST_CLASSES]
    if wrong:
        raise ValueError(f"class_weight: classes are whole numbers from 0 on, found {wrong}; give the weight of each row as sample_weight")
    return [classes.get(k, 1.0) for k in range(max(classes) + 1)]


def class_weighted(rows, weights):
    """Rows whose weights are those of their classes; the same rows where there are none."""
    inputs, targets, given = rows
    if weights is None:
        return rows
    if given is not None:
        raise ValueError("give class_weight or sample_weight, not both")
    return inputs, targets, weights_of_classes(targets[0], weights)


def weights_of_classes(y, weights):
    """The weight of each row's class: the place of its largest target, or the target itself."""
    classes = y.reshape(len(y), -1)
    classes = classes.argmax(axis=1) if classes.shape[1] > 1 else np.rint(classes[:, 0]).astype(int)
    known = (classes >= 0) & (classes < len(weights))
    return np.where(known, np.asarray(weights, dtype="float32")[np.where(known, classes, 0)], np.float32(1))
