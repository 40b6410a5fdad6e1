"""Written by crates/python/make_stubs.py."""

import os
from collections.abc import Callable, Mapping, Sequence
from numpy.typing import NDArray
from typing import Any, NoReturn
from typing_extensions import Self

from regimen._keras.treating import Treatment
from regimen.keras import KerasTensor
from regimen.keras.callbacks import Callback, CallbackList, History
from regimen.keras.layers import Layer, _Known
from regimen.keras.metrics import Metric
from regimen.keras.optimizers import Optimizer

class Functional(Model):
    """A model wired by symbolic tensors."""
    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, trainable: bool = True) -> None: ...
    def build(self, input_shape: Any = None) -> None:
        """It is built already."""
    @classmethod
    def from_config(cls, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Self: ...

class Sequential(Model):
    """A stack of layers, each fed by the one before."""
    def __init__(self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None) -> None: ...
    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Puts a layer at the end."""
    def pop(self, rebuild: bool = True) -> Layer:
        """Takes the last layer off."""
    def build(self, input_shape: Any = None) -> None:
        """Makes the variables for inputs of this shape (rows first)."""
    @classmethod
    def from_config(cls, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Self: ...

class Model(Layer):
    """What `Model` is to programs: `Model(inputs, outputs)`, and the class that they derive theirs from, with a `call`."""
    def fit_generator(self, generator: Any, steps_per_epoch: int | None = None, epochs: int = 1, **kwargs: Any) -> History:
        """`fit`, under the name that it had for generators."""
    def evaluate_generator(self, generator: Any, steps: int | None = None, **kwargs: Any) -> Any:
        """`evaluate`, under the name that it had for generators."""
    def predict_generator(self, generator: Any, steps: int | None = None, **kwargs: Any) -> NDArray[Any]:
        """`predict`, under the name that it had for generators."""
    def predict_classes(self, x: Any, batch_size: int = 32, verbose: int | str = 0) -> NDArray[Any]:
        """Classes, as old versions gave them."""
    def predict_proba(self, x: Any, batch_size: int = 32, verbose: int | str = 0) -> NDArray[Any]:
        """What `predict` gives, under its old name."""
    def save(self, filepath: str | os.PathLike[str], overwrite: bool = True, zipped: bool | None = None, *, include_optimizer: bool = True, save_format: str | None = None, save_traces: bool = True) -> None:
        """Writes the model: `.keras`, `.h5`."""
    def save_weights(self, filepath: str | os.PathLike[str], overwrite: bool = True, max_shard_size: float | None = None) -> None:
        """Writes the weights: `.weights.h5`, `.safetensors`, `.npz`, `.h5` of old; `.weights.json` and its shards of so many GB."""
    def export(self, filepath: str | os.PathLike[str], format: str = 'tf_saved_model', verbose: int | str | None = None, input_signature: Any = None) -> None:
        """Writes the model for other programs: `format="onnx"`."""
    def load_weights(self, filepath: str | os.PathLike[str], skip_mismatch: bool = False, by_name: bool = False) -> None:
        """Replaces weights by those of a file of any format."""
    def train_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Mapping[Any, Any] | Sequence[Any] | str | None = None, return_dict: bool = False) -> Any:
        """One step of training; loss and metrics of the batch."""
    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Loss and metrics of a batch."""
    def predict_on_batch(self, x: Any) -> NDArray[Any]:
        """Outputs for a batch."""
    def reset_metrics(self) -> None:
        """Sets what loss and metrics have gathered back to zeros."""
    def get_metrics_result(self) -> dict[str, Any]:
        """Loss and metrics as the last call of `fit`, `evaluate` or of a batch left them."""
    @property
    def metrics(self) -> list[Metric]:
        """What keeps the loss and the metrics of `compile`, once there are any; metrics that layers hold."""
    def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True) -> Any:
        """The loss of `compile` for predictions on arrays, with the penalties of the weights."""
    def quantize(self, mode: str | None = None, config: Any = None, **kwargs: Any) -> Any:
        """Not there: everything computes in float32."""
    optimizer: Any
    loss: Any
    stop_training: bool
    history: History
    run_eagerly: bool
    jit_compile: Any
    steps_per_execution: int
    def compile(self, optimizer: str | Optimizer | Mapping[str, Any] = 'rmsprop', loss: Any = None, loss_weights: float | Sequence[Any] | Mapping[Any, Any] | None = None, metrics: Sequence[Any] | Mapping[Any, Any] | None = None, weighted_metrics: Sequence[Any] | Mapping[Any, Any] | None = None, run_eagerly: bool = False, steps_per_execution: int = 1, jit_compile: bool | str = 'auto', auto_scale_loss: bool = True) -> None:
        """Says how the model is trained."""
    @property
    def compiled(self) -> bool:
        """Whether it was compiled."""
    def get_compile_config(self) -> Any:
        """What it was compiled with."""
    def compile_from_config(self, config: Any) -> None:
        """Compiles it as such a config says."""
    def fit(self, x: Any = None, y: Any = None, batch_size: int | None = None, epochs: int = 1, verbose: int | str = 'auto', callbacks: Callback | CallbackList | Sequence[Callback] | None = None, validation_split: float = 0.0, validation_data: Any = None, shuffle: bool | str = True, class_weight: Mapping[Any, Any] | Sequence[Any] | str | None = None, sample_weight: Any = None, initial_epoch: int = 0, steps_per_epoch: int | None = None, validation_steps: int | None = None, validation_batch_size: int | None = None, validation_freq: int | Sequence[int] = 1) -> History:
        """Trains on arrays or batches; gives a `History`, whose `findings` say why it went as it did."""
    def treat(self, x: Any, y: Any, validation_data: Any = None, test_data: Any = None, validation_split: float = 0.0, epochs: int = 10, batch_size: int = 32, shuffle: bool | str = True, class_weight: Mapping[Any, Any] | Sequence[Any] | str | None = None, callbacks: Callback | CallbackList | Sequence[Callback] | None = None, remedies: Sequence[str] | None = None, budget: int | str | None = None, metric: str | None = None, margin: float | None = None, seed: int | None = None, folder: str | os.PathLike[str] | None = None, verbose: int | str = 1) -> Treatment:
        """Says which remedy makes this model better on this data, by how much and how sure that is: trains it anew from fresh seeds, as it is and with remedies, and compares in pairs."""
    def evaluate(self, x: Any = None, y: Any = None, batch_size: int | None = None, verbose: int | str = 'auto', sample_weight: Any = None, steps: int | None = None, callbacks: Callback | CallbackList | Sequence[Callback] | None = None, return_dict: bool = False) -> Any:
        """Loss and metrics over all rows."""
    @property
    def metrics_names(self) -> list[str]:
        """Names of what `evaluate` gives."""
    def predict(self, x: Any, batch_size: int | None = None, verbose: int | str = 'auto', steps: int | None = None, callbacks: Callback | CallbackList | Sequence[Callback] | None = None) -> NDArray[Any]:
        """The model's outputs."""
    @property
    def layers(self) -> list[_Known]:
        """Layers in order."""
    def get_layer(self, name: str | None = None, index: int | None = None) -> _Known:
        """A layer by name or place."""
    def to_json(self, **kwargs: Any) -> str:
        """The config as JSON; weights and what it was compiled with are not in it."""
    def summary(self, line_length: int | None = None, positions: Sequence[float] | None = None, print_fn: Callable[..., Any] | None = None, expand_nested: bool = False, show_trainable: bool = False, layer_range: Sequence[str] | None = None) -> None:
        """Prints the model as a layer, with its number of parameters; the arguments are those of every `summary`."""
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    functional: Any
    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, *, trainable: bool = True, dtype: Any = None, activity_regularizer: Any = None, autocast: bool = True) -> None: ...
    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the symbolic tensors say that the class was made over; other classes write their own."""
    @classmethod
    def from_config(cls, config: Any, *args: Any, **kwargs: Any) -> Self: ...
    def build(self, *args: Any, **kwargs: Any) -> Any:
        """Makes the variables for inputs of this shape (rows first), by running `call`."""
    @property
    def inputs(self) -> list[KerasTensor]:
        """What it takes, once it has run."""
    @property
    def outputs(self) -> list[KerasTensor]:
        """What it gives, once it has run."""
    @property
    def input_names(self) -> list[str]:
        """Names of the inputs."""
    @property
    def output_names(self) -> list[str]:
        """Names of the outputs."""

def clone_model(model: Model, input_tensors: Any = None, clone_function: Any = None, call_function: Any = None, recursive: bool = False) -> Any:
    """A model of the same layers with weights of its own, compiled alike; `clone_function(layer)` gives the layer that stands for one."""
def load_model(filepath: str | os.PathLike[str], custom_objects: Mapping[str, Any] | None = None, compile: bool = True, safe_mode: bool = True) -> Any:
    """A model from a file of any format that holds one."""
def model_from_config(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """A model from `{class_name, config}`."""
def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """A model from the JSON of `to_json()`."""
def model_from_yaml(yaml_string: str, custom_objects: Mapping[str, Any] | None = None) -> NoReturn:
    """Gone in Keras too."""
def save_model(model: Model, filepath: str | os.PathLike[str], overwrite: bool = True, zipped: bool | None = None) -> None:
    """`model.save(filepath)`."""
