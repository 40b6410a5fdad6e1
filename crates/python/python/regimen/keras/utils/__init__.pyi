"""Written by crates/python/make_stubs.py."""

import collections.abc
import os
from collections.abc import Callable, Mapping
from numpy.typing import NDArray
from typing import Any

from regimen.keras.layers import Layer
from regimen.keras.models import Model

from . import bounding_boxes as bounding_boxes

class Progbar:
    """Shows steps and the means of values; with `verbose=2` at the end alone."""
    stateful_metrics: Any
    stateless_metrics: Any
    target: Any
    width: Any
    verbose: Any
    interval: Any
    unit_name: Any
    def __init__(self, target: int, width: int = 20, verbose: int = 1, interval: float = 0.05, stateful_metrics: Any = None, stateless_metrics: Any = None, unit_name: str = 'step') -> None: ...
    def update(self, current: int, values: Any = None, finalize: Any = None) -> Any:
        """At a step; `values` are pairs of a name and the value of the steps since."""
    def add(self, n: Any, values: Any = None) -> Any:
        """So many steps further."""

class PyDataset:
    """Batches by number: override `__getitem__` and `__len__`, and `on_epoch_end` where something is to happen then."""
    workers: Any
    use_multiprocessing: Any
    max_queue_size: Any
    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None: ...
    def __getitem__(self, index: Any) -> Any: ...
    @property
    def num_batches(self) -> Any:
        """How many there are."""
    def on_epoch_begin(self) -> Any:
        """Before the first batch of an epoch."""
    def on_epoch_end(self) -> Any:
        """After the last batch of an epoch."""

Sequence = PyDataset

def CustomObjectScope(custom_objects: Mapping[str, Any] | None = None, *more: Any) -> Any:
    """Names that count inside of a `with` statement."""
def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Any:
    """A picture of Pillow from an array of rows, columns and channels."""
def categorical_probas_to_classes(p: Any) -> Any:
    """The place of the largest probability of each row."""
def clear_session(free_memory: bool = True) -> None:
    """Counts the names of layers anew."""
def count_params(weights: Any) -> Any:
    """Numbers in variables."""
def custom_object_scope(custom_objects: Mapping[str, Any] | None = None, *more: Any) -> Any:
    """Names that count inside of a `with` statement."""
def deserialize_keras_object(config: Any, custom_objects: Mapping[str, Any] | None = None, safe_mode: bool = True, **kwargs: Any) -> Any:
    """The object of such a config."""
def disable_interactive_logging() -> Any:
    """Progress of runs and summaries of models are not printed from here on (Keras gives them to absl's log, which hides them)."""
def enable_interactive_logging() -> Any:
    """Progress of runs and summaries of models are printed from here on."""
def get_custom_objects() -> dict[str, Any]:
    """All that is registered, by name."""
def get_file(fname: str | os.PathLike[str] | None = None, origin: str | None = None, untar: bool = False, md5_hash: Any = None, file_hash: Any = None, cache_subdir: str = 'datasets', hash_algorithm: str = 'auto', extract: bool = False, archive_format: str = 'auto', cache_dir: Any = None, force_download: bool = False) -> str:
    """The path of a file that lies in the cache, its hash checked; of what was unpacked, for archives."""
def get_registered_name(target: Any) -> Any:
    """The name of a class or function."""
def get_registered_object(name: str | None, custom_objects: Mapping[str, Any] | None = None, module_objects: Any = None) -> Any:
    """The class or function of a name; None where there is none."""
def get_source_inputs(tensor: Any, layer: Layer | None = None, node_index: Any = None) -> Any:
    """The tensors of `Input` that a symbolic tensor comes from."""
def image_dataset_from_directory(directory: str | os.PathLike[str], labels: Any = 'inferred', label_mode: str | None = 'int', class_names: collections.abc.Sequence[str] | None = None, color_mode: str = 'rgb', batch_size: int = 32, image_size: Any = ..., shuffle: bool | str = True, seed: Any = None, validation_split: float | None = None, subset: str | None = None, interpolation: str = 'bilinear', follow_links: bool = False, crop_to_aspect_ratio: bool = False, pad_to_aspect_ratio: bool = False, data_format: str | None = None, format: str = 'tf', verbose: bool = True) -> Any:
    """Batches of the picture files of a folder with a folder for each class; `.map`, `.cache`, `.shuffle`, `.take` are there."""
def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> NDArray[Any]:
    """A picture as an array of three axes."""
def is_interactive_logging_enabled() -> Any:
    """Whether progress and summaries are printed."""
def is_keras_tensor(x: Any) -> bool:
    """Whether a value is symbolic."""
def load_img(path: str | os.PathLike[str], color_mode: str = 'rgb', target_size: Any = None, interpolation: str = 'nearest', keep_aspect_ratio: bool = False) -> Any:
    """A picture file as a picture of Pillow, in (rows, columns) of `target_size`."""
def model_to_dot(model: Model, show_shapes: bool = False, show_dtype: Any = False, show_layer_names: bool = True, rankdir: str = 'TB', expand_nested: bool = False, dpi: int = 200, subgraph: bool = False, show_layer_activations: bool = False, show_trainable: bool = False, splines: str = 'ortho') -> Any:
    """The graph of a model, a box for each layer."""
def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """Rows of length one."""
def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Data as `fit` takes them from a dataset."""
def pad_sequences(sequences: Any, maxlen: int | None = None, dtype: Any = 'int32', padding: str = 'pre', truncating: str = 'pre', value: Any = 0.0) -> NDArray[Any]:
    """Sequences as rows of one length."""
def plot(model: Model, to_file: str | os.PathLike[str] = 'model.png', show_shapes: bool = False, show_dtype: Any = False, show_layer_names: bool = False, rankdir: str = 'TB', expand_nested: bool = False, dpi: int = 200, show_layer_activations: bool = False, show_trainable: bool = False, splines: str = 'ortho') -> Any:
    """Writes a picture of a model: `.svg` and `.dot` need nothing installed, others Graphviz."""
def plot_model(model: Model, to_file: str | os.PathLike[str] = 'model.png', show_shapes: bool = False, show_dtype: Any = False, show_layer_names: bool = False, rankdir: str = 'TB', expand_nested: bool = False, dpi: int = 200, show_layer_activations: bool = False, show_trainable: bool = False, splines: str = 'ortho') -> Any:
    """Writes a picture of a model: `.svg` and `.dot` need nothing installed, others Graphviz."""
def print_summary(model: Model, line_length: int | None = None, positions: collections.abc.Sequence[float] | None = None, print_fn: Callable[..., Any] | None = None) -> Any:
    """`model.summary()`, as Keras 2 had it."""
def probas_to_classes(y_pred: Any) -> Any:
    """Classes of probabilities, as Keras 1 gave them."""
def register_keras_serializable(package: str = 'Custom', name: str | None = None) -> Any:
    """A decorator: the class or function is found under `package>name`."""
def save_img(path: str | os.PathLike[str], x: Any, data_format: str | None = None, file_format: Any = None, scale: bool = True, **kwargs: Any) -> Any:
    """Writes an array as a picture file; the ending says which kind."""
def serialize_keras_object(obj: Any) -> Any:
    """`{module, class_name, config, registered_name}` of an object; plain values as they are."""
def set_random_seed(seed: int) -> None:
    """Sets the seeds of Python, NumPy and this package."""
def split_dataset(dataset: Any, left_size: Any = None, right_size: Any = None, shuffle: bool | str = False, seed: Any = None, preferred_backend: Any = None) -> Any:
    """Two parts of an array, or of a list or tuple of arrays of one length; `preferred_backend` is Keras's for datasets of others."""
def standardize_dtype(dtype: Any) -> str:
    """The name of a type."""
def text_dataset_from_directory(directory: str | os.PathLike[str], labels: Any = 'inferred', label_mode: str | None = 'int', class_names: collections.abc.Sequence[str] | None = None, batch_size: int = 32, max_length: int | None = None, shuffle: bool | str = True, seed: Any = None, validation_split: float | None = None, subset: str | None = None, follow_links: bool = False, format: str = 'tf', verbose: bool = True) -> Any:
    """Batches of the text files of a folder with a folder for each class, as arrays of texts."""
def timeseries_dataset_from_array(data: Any, targets: Any, sequence_length: int, sequence_stride: int = 1, sampling_rate: int = 1, batch_size: int = 128, shuffle: bool | str = False, seed: Any = None, start_index: int | None = None, end_index: int | None = None, format: str = 'tf') -> Any:
    """Batches of windows over a series, each with the target of its first place."""
def to_categorical(x: Any = None, num_classes: int | None = None, dtype: Any = 'float32', y: Any = None, nb_classes: int | None = None) -> NDArray[Any]:
    """Classes as rows with a single one. `y` and `dtype` are of Keras 2, `nb_classes` is the name of `num_classes` in Keras 1."""
def unpack_x_y_sample_weight(data: Any) -> Any:
    """`(x, y, sample_weight)` of such data, with None for what is not there."""
def validate_file(fpath: Any, file_hash: Any, algorithm: str = 'auto', chunk_size: int = 65535) -> Any:
    """Whether a file has a hash: sha256 or md5, by its length where that is not said."""
