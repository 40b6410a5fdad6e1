"""What programs use beside models: `keras.utils`, and the modules of old that are one with it."""

import sys as _sys
from importlib import import_module as _import_module

import numpy as np

from ..._keras import naming
from ..._keras.absent import absent as _absent
from ..._keras.registered import (
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from ..._keras.tensors import KerasTensor as _KerasTensor
from ._drawing import model_to_dot, plot_model
from ._files import get_file, validate_file
from ._pictures import array_to_img, img_to_array, load_img, save_img
from ._progbar import Progbar
from ._pydataset import PyDataset
from ._readers import image_dataset_from_directory, split_dataset, text_dataset_from_directory, timeseries_dataset_from_array

Sequence = PyDataset
CustomObjectScope = custom_object_scope
# Keras 1 had modules for what is here today.
plot = plot_model


def set_random_seed(seed):
    """Sets the seeds of Python, NumPy and this package."""
    if not isinstance(seed, int):
        raise ValueError(f"Expected `seed` argument to be an integer. Received: seed={seed} (of type {type(seed)})")
    import random

    random.seed(seed)
    np.random.seed(seed)
    naming.set_seed(seed)


def to_categorical(x=None, num_classes=None, dtype="float32", y=None, nb_classes=None):
    """Classes as rows with a single one. `y` and `dtype` are of Keras 2, `nb_classes` is the name of `num_classes` in Keras 1."""
    if (x is None) == (y is None):
        raise TypeError("to_categorical() missing 1 required positional argument: 'x'" if x is None else "to_categorical(): give x or y")
    num_classes = num_classes or nb_classes
    x = np.array(y if x is None else x, dtype="int64")
    shape = x.shape
    if shape and shape[-1] == 1 and len(shape) > 1:
        shape = tuple(shape[:-1])
    x = x.reshape(-1)
    num_classes = num_classes or int(np.max(x)) + 1
    found = np.zeros((x.shape[0], num_classes), dtype=dtype)
    found[np.arange(x.shape[0]), x] = 1
    return found.reshape(*shape, num_classes)


def normalize(x, axis=-1, order=2):
    """Rows of length one."""
    x = np.asarray(x, dtype="float32")
    norm = np.atleast_1d(np.linalg.norm(x, order, axis))
    norm[norm == 0] = 1
    return x / np.expand_dims(norm, axis)


def pad_sequences(sequences, maxlen=None, dtype="int32", padding="pre", truncating="pre", value=0.0):
    """Sequences as rows of one length."""
    if not hasattr(sequences, "__len__"):
        raise ValueError("`sequences` must be iterable.")
    for row in sequences:
        if not hasattr(row, "__len__"):
            raise ValueError(f"`sequences` must be a list of iterables. Found non-iterable: {row!s}")
    if truncating not in ("pre", "post"):
        raise ValueError(f'Truncating type "{truncating}" not understood')
    if padding not in ("pre", "post"):
        raise ValueError(f'Padding type "{padding}" not understood')
    lengths = [len(row) for row in sequences]
    maxlen = max(lengths, default=0) if maxlen is None else maxlen
    inner = next((np.asarray(row).shape[1:] for row in sequences if len(row)), ())
    found = np.full((len(lengths), maxlen, *inner), value, dtype=dtype)
    for i, row in enumerate(sequences):
        if not len(row):
            continue
        kept = row[-maxlen:] if truncating == "pre" else row[:maxlen]
        kept = np.asarray(kept, dtype=dtype)
        if padding == "post":
            found[i, : len(kept)] = kept
        else:
            found[i, maxlen - len(kept) :] = kept
    return found


def clear_session(free_memory=True):
    """Counts the names of layers anew."""
    naming.clear()


def pack_x_y_sample_weight(x, y=None, sample_weight=None):
    """Data as `fit` takes them from a dataset."""
    if y is None:
        return (x,) if isinstance(x, (tuple, list)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data):
    """`(x, y, sample_weight)` of such data, with None for what is not there."""
    data = tuple(data) if isinstance(data, (list, tuple)) else (data,)
    if not 1 <= len(data) <= 3:
        raise ValueError(f"Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, found: {data}")
    return (*data, None, None)[:3]


def probas_to_classes(y_pred):
    """Classes of probabilities, as Keras 1 gave them."""
    y_pred = np.asarray(y_pred)
    if y_pred.ndim > 1 and y_pred.shape[1] > 1:
        return categorical_probas_to_classes(y_pred)
    return np.array([1 if p > 0.5 else 0 for p in y_pred.reshape(-1)])


def categorical_probas_to_classes(p):
    """The place of the largest probability of each row."""
    return np.argmax(p, axis=1)


def get_source_inputs(tensor, layer=None, node_index=None):
    """The tensors of `Input` that a symbolic tensor comes from."""
    if layer is None:
        layer, node_index, _ = tensor._keras_history
    sources = layer._inbound_nodes[node_index or 0].input_tensors
    found = {id(t): t for source in sources for t in get_source_inputs(source)}
    return list(found.values()) if sources else [tensor]


def is_keras_tensor(x):
    """Whether a value is symbolic."""
    return isinstance(x, _KerasTensor)


def standardize_dtype(dtype):
    """The name of a type."""
    from ..backend import standardize_dtype as standardized

    return standardized(dtype)


def print_summary(model, line_length=None, positions=None, print_fn=None):
    """`model.summary()`, as Keras 2 had it."""
    model.summary(line_length=line_length, positions=positions, print_fn=print_fn)


def count_params(weights):
    """Numbers in variables."""
    return int(sum(np.prod(w.shape, dtype=np.int64) for w in {id(w): w for w in weights}.values()))


# What does not exist here, and the way out.
_NOT_THERE = {
    "audio_dataset_from_directory": "read the files yourself, and give arrays or a PyDataset",
    "FeatureSpace": "use the layers of keras.layers that prepare columns (Normalization, StringLookup, CategoryEncoding)",
    "GeneratorEnqueuer": "fit() takes generators as they are",
    "OrderedEnqueuer": "fit() takes a PyDataset (Sequence) as it is",
    "HDF5Matrix": "read the file with h5py, and give the array or a PyDataset",
    "multi_gpu_model": "the engine chooses where it computes; use the model as it is",
    "convert_all_kernels_in_model": "kernels of files of Theano are turned when they are loaded",
    "Config": "use a dict",
}
_missing = _absent("keras.utils", _NOT_THERE)


def __getattr__(name):
    if name == "bounding_boxes":
        return _import_module(f"{__name__}.{name}")
    if name in ("serialize_keras_object", "deserialize_keras_object"):
        from .. import saving

        return getattr(saving, name)
    if name in ("enable_interactive_logging", "disable_interactive_logging", "is_interactive_logging_enabled"):
        from .. import config

        return getattr(config, name)
    return _missing(name)


np_utils = generic_utils = vis_utils = data_utils = layer_utils = _sys.modules[__name__]
