"""Written by crates/python/make_stubs.py."""

from collections.abc import Callable, Mapping, Sequence
from numpy.typing import NDArray
from typing import Any, overload
from typing_extensions import Self

from regimen.keras import KerasTensor, Variable
from regimen.keras.dtype_policies import DTypePolicy
from regimen.keras.metrics import Metric

class _Known(Layer):
    """A layer of the library, which has its options and weights as attributes."""
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class _OfOneTensor(_Known):
    """One that gives a tensor for a tensor."""
    @overload
    def __call__(self, inputs: KerasTensor, *args: Any, **kwargs: Any) -> KerasTensor: ...
    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

class InputSpec:
    """Rank, sizes and type of one input; None where anything goes."""
    ndim: Any
    allow_last_axis_squeeze: Any
    dtype: Any
    shape: Any
    max_ndim: Any
    min_ndim: Any
    name: Any
    optional: Any
    axes: Any
    def __init__(self, dtype: Any = None, shape: Any = None, ndim: Any = None, max_ndim: Any = None, min_ndim: Any = None, axes: Any = None, allow_last_axis_squeeze: bool = False, name: str | None = None, optional: bool = False) -> None: ...
    def get_config(self) -> dict[str, Any]:
        """Its options."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...

class InputLayer(Layer):
    """Declares what a model takes."""
    batch_shape: Any
    def __init__(self, shape: Any = None, batch_size: int | None = None, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None, batch_shape: Any = None, input_tensor: Any = None, optional: bool = False, name: str | None = None) -> None: ...
    def call(self) -> Any:
        """Nothing: data come in by the model."""
    @property
    def output(self) -> KerasTensor:
        """The tensor."""

class Lambda(Layer):
    """A function of tensors as a layer. Configs have it by its name, and give it back where a program names it in `custom_objects`."""
    def __init__(self, function: Callable[..., Any], output_shape: Any = None, mask: Any = None, arguments: Mapping[str, Any] | None = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, autocast: bool = True, name: str | None = None, input_shape: Any = None, input_dim: int | None = None) -> None: ...
    def call(self, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        """The function."""
    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask that it was made with: a tensor, or a function of the inputs and their mask."""
    @classmethod
    def from_config(cls, config: Any, custom_objects: Mapping[str, Any] | None = None, safe_mode: bool | None = None) -> Self: ...
    function: Any

class Layer:
    """What `Layer` is to classes of a program: they write `build` and `call`."""
    def quantize(self, *args: Any, **kwargs: Any) -> Any:
        """Raises: layers compute with the numbers they have."""
    trainable: bool
    @property
    def weights(self) -> list[Variable]:
        """Variables that were made trainable, then the others, then those of the layers inside."""
    @property
    def variables(self) -> list[Variable]:
        """Variables that were made trainable, then the others, then those of the layers inside."""
    @property
    def trainable_weights(self) -> list[Variable]:
        """Variables that training moves."""
    @property
    def trainable_variables(self) -> list[Variable]:
        """Variables that training moves."""
    @property
    def non_trainable_weights(self) -> list[Variable]:
        """Variables that training does not move."""
    @property
    def non_trainable_variables(self) -> list[Variable]:
        """Variables that training does not move."""
    def get_weights(self) -> list[NDArray[Any]]:
        """Values of all variables, as arrays."""
    def set_weights(self, weights: Any) -> None:
        """Sets all variables."""
    def count_params(self) -> int:
        """Numbers in its variables."""
    def save_own_variables(self, store: Any) -> None:
        """Puts the values of its own variables into a dict, by number."""
    def load_own_variables(self, store: Any) -> None:
        """Sets its own variables from such a dict."""
    @property
    def losses(self) -> list[Any]:
        """Penalties: those of its last call on arrays, and those of its weights."""
    @property
    def metrics(self) -> list[Metric]:
        """Metrics that it and the layers inside hold."""
    @property
    def metrics_variables(self) -> list[Variable]:
        """Variables of these metrics."""
    name: str
    dtype_policy: DTypePolicy
    @property
    def dtype(self) -> str:
        """The type of its weights."""
    @property
    def variable_dtype(self) -> str:
        """The type of its weights."""
    @property
    def compute_dtype(self) -> str:
        """The type that it computes in."""
    @property
    def input_dtype(self) -> str:
        """The type that it computes in."""
    @property
    def quantization_mode(self) -> Any:
        """None: nothing is quantized."""
    def get_config(self) -> dict[str, Any]:
        """The options that every layer has: override it, and add your own. Where it is not, the numbers and texts it was made with."""
    @classmethod
    def from_config(cls, config: dict[str, Any], *args: Any, **kwargs: Any) -> Self: ...
    built: bool
    def __init__(self, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, autocast: bool = True, name: str | None = None, input_shape: Any = None, input_dim: int | None = None) -> None: ...
    def build(self, *args: Any, **kwargs: Any) -> Any:
        """Makes the variables: override it."""
    def get_build_config(self) -> Any:
        """The shape that it was built for."""
    def build_from_config(self, config: Any) -> Any:
        """Builds it for such a shape."""
    @property
    def path(self) -> str:
        """Where it is, once it is built: the names of what it is in, and its own."""
    input_spec: Any
    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shape that inputs of these shapes give."""
    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Symbolic tensors of the shapes and types that such inputs give."""
    def compute_mask(self, *args: Any, **kwargs: Any) -> Any:
        """The mask of what it gives."""
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the layer computes: override it."""
    @property
    def reset_state(self) -> Any:
        """A function that sets what a recurrent layer carries from call to call back to zeros."""
    @property
    def reset_states(self) -> Any:
        """A function that sets what a recurrent layer carries from call to call back to zeros."""
    @property
    def input(self) -> Any:
        """What its only call takes."""
    @property
    def output(self) -> Any:
        """What its only call gives."""
    @property
    def input_shape(self) -> Any:
        """Shape of `input`."""
    @property
    def output_shape(self) -> Any:
        """Shape of `output`."""
    supports_masking: bool
    activity_regularizer: Any
    autocast: bool
    def add_weight(self, shape: Any = None, initializer: Any = None, dtype: Any = None, *, trainable: bool = True, autocast: bool = True, regularizer: Any = None, constraint: Any = None, aggregation: str = 'none', name: str | None = None) -> Variable:
        """A variable of the layer: `shape`, `initializer` and `dtype` may stand by their places. Floats of all widths are float32."""
    def add_variable(self, *args: Any, shape: Any = None, initializer: Any = None, dtype: Any = None, trainable: bool = True, autocast: bool = True, regularizer: Any = None, constraint: Any = None, aggregation: str = 'none', name: str | None = None) -> Variable:
        """A variable of the layer: `shape`, `initializer` and `dtype` may stand by their places. Floats of all widths are float32."""
    def add_loss(self, loss: Any) -> None:
        """A penalty that training adds to the loss."""

class Merge:
    """Merges the outputs of `layers` (models or layers), or what it is called with. `mode` may be a function of the list of tensors."""
    layers: Any
    mode: Any
    name: Any
    concat_axis: Any
    dot_axes: Any
    arguments: Any
    output_shape_given: Any
    def __init__(self, layers: Any = None, mode: Any = 'sum', concat_axis: float = -1, dot_axes: float = -1, output_shape: Any = None, output_mask: Any = None, arguments: Any = None, node_indices: Any = None, tensor_indices: Any = None, name: str | None = None) -> None: ...
    def __call__(self, inputs: Any) -> Any: ...

class Highway(_Known):
    """A dense layer and its input, mixed by a gate that is learned."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    b: Any
    b_carry: Any
    W: Any
    W_carry: Any
    def build(self, input_shape: Any) -> Any:
        """`W` and `W_carry` (inputs, inputs), `b` and `b_carry`; the bias of the gate begins at one."""
    def call(self, x: Any) -> Any:
        """t act(x W + b) + (1 - t) x, with t the gate."""

class LocallyConnected1D(_Known):
    """A convolution over steps whose kernel is another one at each step."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    places: Any
    kernel: Any
    bias: Any
    def build(self, input_shape: Any) -> Any:
        """`kernel` (places, kernel size times channels, filters) and `bias` (places..., filters)."""
    def call(self, x: Any) -> Any:
        """At each place the product of what lies under the kernel and the place's own kernel."""

class LocallyConnected2D(_Known):
    """A convolution over pictures whose kernel is another one at each place."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    places: Any
    kernel: Any
    bias: Any
    def build(self, input_shape: Any) -> Any:
        """`kernel` (places, kernel size times channels, filters) and `bias` (places..., filters)."""
    def call(self, x: Any) -> Any:
        """At each place the product of what lies under the kernel and the place's own kernel."""

class MaxoutDense(_Known):
    """The largest of several dense layers, unit by unit."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    W: Any
    b: Any
    def build(self, input_shape: Any) -> Any:
        """`W` (features, inputs, units) and `b` (features, units)."""
    def call(self, x: Any) -> Any:
        """max(x W + b) over the features."""

class ParametricSoftplus(_Known):
    """alpha log(1 + exp(beta x)), both learned."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def build(self, input_shape: Any) -> Any:
        """`alphas` and `betas`, one for each feature."""
    def call(self, x: Any) -> Any:
        """The function."""

class SReLU(_Known):
    """Linear between two thresholds, with other slopes below and above; all four are learned."""
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def build(self, input_shape: Any) -> Any:
        """Four weights for each feature."""
    def call(self, x: Any) -> Any:
        """The right threshold lies above the left one by an absolute value."""

class Wrapper(Layer):
    """Holds a layer: override `call`."""
    layer: Any
    def __init__(self, layer: Layer, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, autocast: bool = True, name: str | None = None, input_shape: Any = None, input_dim: int | None = None) -> None: ...
    def build(self, input_shape: Any = None) -> Any:
        """Builds the layer inside."""
    @classmethod
    def from_config(cls, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Self: ...

class Activation(_OfOneTensor):
    """An activation function as a layer of its own."""
    def __init__(self, activation: Any, activity_regularizer: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class ActivityRegularization(_OfOneTensor):
    """Adds a penalty of its input to the loss."""
    def __init__(self, l1: float = 0.0, l2: float = 0.0, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AdaptiveAveragePooling1D(_OfOneTensor):
    """The mean of windows over steps, as many as asked for."""
    def __init__(self, output_size: int | Sequence[int | None], data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AdaptiveAveragePooling2D(_OfOneTensor):
    """The mean of windows over height and width, as many as asked for."""
    def __init__(self, output_size: int | Sequence[int | None], data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AdaptiveAveragePooling3D(_OfOneTensor):
    """The mean of windows over depth, height and width, as many as asked for."""
    def __init__(self, output_size: int | Sequence[int | None], data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AdaptiveMaxPooling1D(_OfOneTensor):
    """The largest of windows over steps, as many as asked for."""
    def __init__(self, output_size: int | Sequence[int | None], data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AdaptiveMaxPooling2D(_OfOneTensor):
    """The largest of windows over height and width, as many as asked for."""
    def __init__(self, output_size: int | Sequence[int | None], data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AdaptiveMaxPooling3D(_OfOneTensor):
    """The largest of windows over depth, height and width, as many as asked for."""
    def __init__(self, output_size: int | Sequence[int | None], data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Add(_OfOneTensor):
    """The sum of its inputs."""
    def __init__(self, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AdditiveAttention(_Known):
    """Each step of the query looks at the steps of the value, by a sum."""
    def __init__(self, use_scale: bool = True, dropout: float = 0.0, seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AlphaDropout(_OfOneTensor):
    """Dropout that keeps mean and variance of what SELU makes."""
    def __init__(self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Attention(_Known):
    """Each step of the query looks at the steps of the value."""
    def __init__(self, use_scale: bool = False, score_mode: str = 'dot', dropout: float = 0.0, seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AugMix(_OfOneTensor):
    """Images blended with chains of random changes while training."""
    def __init__(self, value_range: Sequence[float] = ..., num_chains: int = 3, chain_depth: int = 3, factor: float | Sequence[float] = 0.3, alpha: float = 1.0, all_ops: bool = True, interpolation: str = 'bilinear', seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class AutoContrast(_OfOneTensor):
    """Images stretched to the whole value range."""
    def __init__(self, value_range: Sequence[float] = ..., data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class Average(_OfOneTensor):
    """The mean of its inputs."""
    def __init__(self, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AveragePooling1D(_OfOneTensor):
    """The mean of a window along the steps, per channel."""
    def __init__(self, pool_size: int | Sequence[int] = ..., strides: int | Sequence[int] | None = None, padding: str = 'valid', data_format: str | None = 'channels_last', name: str | None = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AveragePooling2D(_OfOneTensor):
    """The mean of a window over height and width, per channel."""
    def __init__(self, pool_size: int | Sequence[int] = ..., strides: int | Sequence[int] | None = None, padding: str = 'valid', data_format: str | None = 'channels_last', name: str | None = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AveragePooling3D(_OfOneTensor):
    """The mean of a window over depth, height and width, per channel."""
    def __init__(self, pool_size: int | Sequence[int] = ..., strides: int | Sequence[int] | None = None, padding: str = 'valid', data_format: str | None = 'channels_last', name: str | None = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class BatchNormalization(_OfOneTensor):
    """Each channel to mean 0 and deviation 1 over the batch."""
    def __init__(self, axis: int | Sequence[int] = -1, momentum: float = 0.99, epsilon: float = 0.001, center: bool = True, scale: Any = True, beta_initializer: Any = ..., gamma_initializer: Any = ..., moving_mean_initializer: Any = ..., moving_variance_initializer: Any = ..., beta_regularizer: Any = None, gamma_regularizer: Any = None, beta_constraint: Any = None, gamma_constraint: Any = None, renorm: bool = False, renorm_clipping: Any = None, renorm_momentum: float = 0.99, synchronized: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Bidirectional(_Known):
    """A recurrent layer over a sequence from both ends."""
    def __init__(self, layer: Layer, merge_mode: str | None = 'concat', weights: Any = None, backward_layer: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class CategoryEncoding(_OfOneTensor):
    """Integers to one place of many."""
    def __init__(self, num_tokens: Any, output_mode: str | None = 'multi_hot', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...
    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of what it gives."""

class CenterCrop(_OfOneTensor):
    """The middle of images."""
    def __init__(self, height: int, width: int, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class Concatenate(_OfOneTensor):
    """Its inputs joined along an axis."""
    def __init__(self, axis: int | Sequence[int] = -1, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class ContrastLimitedAdaptiveHistogramEqualization(_OfOneTensor):
    """Values of images spread by their frequency near by."""
    def __init__(self, value_range: Sequence[float] = ..., clip_limit: float = 4.0, tile_grid_size: Any = ..., data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class Conv1D(_OfOneTensor):
    """Convolution along the steps of a sequence."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., groups: int = 1, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, lora_rank: int | None = None, lora_alpha: float | None = None) -> None: ...

class Conv1DTranspose(_OfOneTensor):
    """Transposed convolution along the steps of a sequence."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', output_padding: int | Sequence[int] | None = None, data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Conv2D(_OfOneTensor):
    """Convolution over the height and width of pictures."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., groups: int = 1, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, lora_rank: int | None = None, lora_alpha: float | None = None) -> None: ...

class Conv2DTranspose(_OfOneTensor):
    """Transposed convolution along the height and width of pictures."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', output_padding: int | Sequence[int] | None = None, data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Conv3D(_OfOneTensor):
    """Convolution over the depth, height and width of volumes."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., groups: int = 1, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, lora_rank: int | None = None, lora_alpha: float | None = None) -> None: ...

class Conv3DTranspose(_OfOneTensor):
    """Transposed convolution along the depth, height and width of volumes."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', output_padding: int | Sequence[int] | None = None, dilation_rate: int | Sequence[int] = ..., activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class ConvLSTM1D(_Known):
    """LSTM with convolutions over a sequence of sequences."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class ConvLSTM2D(_Known):
    """LSTM with convolutions over a sequence of pictures."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class ConvLSTM3D(_Known):
    """LSTM with convolutions over a sequence of volumes."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Cropping1D(_OfOneTensor):
    """Cells taken off the ends of the steps of a sequence."""
    def __init__(self, cropping: int | Sequence[Any] = ..., *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Cropping2D(_OfOneTensor):
    """Cells taken off the ends of the height and width of pictures."""
    def __init__(self, cropping: int | Sequence[Any] = ..., data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Cropping3D(_OfOneTensor):
    """Cells taken off the ends of the depth, height and width of volumes."""
    def __init__(self, cropping: int | Sequence[Any] = ..., data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class CutMix(_Known):
    """Boxes of images taken from others of their batch while training."""
    def __init__(self, factor: float | Sequence[float] = 1.0, seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class Dense(_OfOneTensor):
    """Linear map of the last axis, then an activation."""
    def __init__(self, units: int, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, lora_rank: int | None = None, lora_alpha: float | None = None) -> None: ...

class DepthwiseConv1D(_OfOneTensor):
    """Convolution of each channel by itself along the steps of a sequence."""
    def __init__(self, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', depth_multiplier: int = 1, data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., activation: Any = 'linear', use_bias: bool = True, depthwise_initializer: Any = ..., bias_initializer: Any = ..., depthwise_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, depthwise_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class DepthwiseConv2D(_OfOneTensor):
    """Convolution of each channel by itself along the height and width of pictures."""
    def __init__(self, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', depth_multiplier: int = 1, data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., activation: Any = 'linear', use_bias: bool = True, depthwise_initializer: Any = ..., bias_initializer: Any = ..., depthwise_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, depthwise_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Discretization(_OfOneTensor):
    """Numbers to the bins that boundaries part."""
    def __init__(self, bin_boundaries: Any = None, num_bins: Any = None, epsilon: float = 0.01, output_mode: str | None = 'int', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...
    bin_boundaries: Any
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    @property
    def output_dtype(self) -> Any:
        """The type of what it gives."""
    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of what it gives; a sample lies along the second axis."""
    def compute_output_spec(self, inputs: Any) -> Any:
        """A symbolic tensor of that shape and type."""
    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> Any:
        """Learns boundaries of `num_bins` bins that hold as many values each; a list is taken for batches, as in Keras."""
    def reset_state(self) -> Any:
        """Forgets what it has seen."""
    def update_state(self, data: Any) -> Any:
        """Takes a batch of values."""
    def finalize_state(self) -> Any:
        """Makes what it has seen its boundaries."""

class Dot(_OfOneTensor):
    """Scalar products of two inputs along an axis of each."""
    def __init__(self, axes: Any, normalize: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Dropout(_OfOneTensor):
    """Sets a random part of the input to zero while training."""
    def __init__(self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class EinsumDense(_OfOneTensor):
    """Linear map between axes of choice, written as an equation."""
    def __init__(self, equation: Any, output_shape: Any, activation: Any = 'linear', bias_axes: Any = None, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, activity_regularizer: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, lora_rank: int | None = None, lora_alpha: float | None = None) -> None: ...

class ELU(_OfOneTensor):
    """X above 0, alpha · (e^x - 1) below."""
    def __init__(self, alpha: float = 1.0, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Embedding(_OfOneTensor):
    """A trained row of numbers per id."""
    def __init__(self, input_dim: int, output_dim: int, embeddings_initializer: Any = ..., embeddings_regularizer: Any = None, embeddings_constraint: Any = None, mask_zero: bool = False, weights: Any = None, activity_regularizer: Any = None, dropout: float = 0.0, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, batch_input_shape: Any = None, lora_rank: int | None = None, lora_alpha: float | None = None) -> None: ...

class Equalization(_OfOneTensor):
    """Values spread to be equally frequent, while training."""
    def __init__(self, value_range: Sequence[float] = ..., bins: int = 256, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class Flatten(_OfOneTensor):
    """All axes but the batch joined into one."""
    def __init__(self, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GaussianDropout(_OfOneTensor):
    """Multiplies by normal noise of mean 1 while training."""
    def __init__(self, rate: float, seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GaussianNoise(_OfOneTensor):
    """Adds normal noise while training."""
    def __init__(self, stddev: Any, seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GlobalAveragePooling1D(_OfOneTensor):
    """The mean of all steps, per channel."""
    def __init__(self, data_format: str | None = 'channels_last', keepdims: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GlobalAveragePooling2D(_OfOneTensor):
    """The mean of the whole picture, per channel."""
    def __init__(self, data_format: str | None = 'channels_last', keepdims: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GlobalAveragePooling3D(_OfOneTensor):
    """The mean of the whole volume, per channel."""
    def __init__(self, data_format: str | None = 'channels_last', keepdims: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GlobalMaxPooling1D(_OfOneTensor):
    """The largest of all steps, per channel."""
    def __init__(self, data_format: str | None = 'channels_last', keepdims: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GlobalMaxPooling2D(_OfOneTensor):
    """The largest of the whole picture, per channel."""
    def __init__(self, data_format: str | None = 'channels_last', keepdims: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GlobalMaxPooling3D(_OfOneTensor):
    """The largest of the whole volume, per channel."""
    def __init__(self, data_format: str | None = 'channels_last', keepdims: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GroupNormalization(_OfOneTensor):
    """Each group of channels of a sample to mean 0 and deviation 1."""
    def __init__(self, groups: int = 32, axis: int | Sequence[int] = -1, epsilon: float = 0.001, center: bool = True, scale: Any = True, beta_initializer: Any = ..., gamma_initializer: Any = ..., beta_regularizer: Any = None, gamma_regularizer: Any = None, beta_constraint: Any = None, gamma_constraint: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GroupQueryAttention(_Known):
    """Multi-head attention whose query heads share keys and values."""
    def __init__(self, head_dim: int, num_query_heads: int, num_key_value_heads: int, dropout: float = 0.0, use_bias: bool = True, sliding_window: Any = None, flash_attention: Any = None, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, use_gate: bool = False, seed: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class GRU(_Known):
    """Gated recurrent unit over a sequence."""
    def __init__(self, units: int, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, reset_after: bool = True, zero_output_for_mask: bool = False, implementation: int = 2, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, use_cudnn: bool | str = 'auto') -> None: ...

class GRUCell(_Known):
    """One step of a gated recurrent unit."""
    def __init__(self, units: int, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, reset_after: bool = True, seed: Any = None, implementation: int = 2, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class HashedCrossing(_OfOneTensor):
    """Several values of a row to one bin, by a hash of all."""
    def __init__(self, num_bins: Any, output_mode: str | None = 'int', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Hashing(_OfOneTensor):
    """Texts or integers to one of a number of bins, by a hash."""
    def __init__(self, num_bins: Any, mask_value: Any = None, salt: Any = None, output_mode: str | None = 'int', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Identity(_OfOneTensor):
    """Gives what it gets."""
    def __init__(self, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class IntegerLookup(_OfOneTensor):
    """Integers to the numbers of a vocabulary, or back."""
    def __init__(self, max_tokens: Any = None, num_oov_indices: int = 1, mask_token: Any = None, oov_token: Any = -1, vocabulary: Any = None, vocabulary_dtype: Any = 'int64', idf_weights: Any = None, invert: bool = False, output_mode: str | None = 'int', sparse: bool | None = None, pad_to_max_tokens: bool = False, oov_method: str = 'floormod', salt: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    def get_vocabulary(self, include_special_tokens: bool = True) -> Any:
        """The tokens by their places; first those that stand for masked and unknown ones."""
    def vocabulary_size(self) -> Any:
        """How many tokens there are, those that stand for masked and unknown ones included."""
    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> Any:
        """Takes a vocabulary that is known: a list, an array, or the path of a text file with a token in each line."""
    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> Any:
        """Learns the vocabulary of data: the most frequent tokens first, later ones in the order of tokens before earlier ones."""
    def reset_state(self) -> Any:
        """Forgets what was counted and not made a vocabulary yet."""
    def update_state(self, data: Any) -> Any:
        """Counts the tokens of a batch; each row is a document."""
    def finalize_state(self) -> Any:
        """Makes what was counted the vocabulary."""

class LayerNormalization(_OfOneTensor):
    """Each sample to mean 0 and deviation 1 over some axes."""
    def __init__(self, axis: int | Sequence[int] = ..., epsilon: float = 0.001, center: bool = True, scale: Any = True, beta_initializer: Any = ..., gamma_initializer: Any = ..., beta_regularizer: Any = None, gamma_regularizer: Any = None, beta_constraint: Any = None, gamma_constraint: Any = None, rms_scaling: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class LeakyReLU(_OfOneTensor):
    """X above 0, a small slope below."""
    def __init__(self, negative_slope: float = 0.3, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class LSTM(_Known):
    """Long short-term memory over a sequence."""
    def __init__(self, units: int, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, implementation: int = 2, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, use_cudnn: bool | str = 'auto') -> None: ...

class LSTMCell(_Known):
    """One step of long short-term memory."""
    def __init__(self, units: int, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, implementation: int = 2, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Masking(_OfOneTensor):
    """Masks the steps whose features all equal a value."""
    def __init__(self, mask_value: Any = 0.0, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class MaxNumBoundingBoxes(_Known):
    """Images as they are; bounding boxes are not taken."""
    def __init__(self, max_number: Any, fill_value: Any = -1, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class MaxPooling1D(_OfOneTensor):
    """The largest of a window along the steps, per channel."""
    def __init__(self, pool_size: int | Sequence[int] = ..., strides: int | Sequence[int] | None = None, padding: str = 'valid', data_format: str | None = 'channels_last', name: str | None = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class MaxPooling2D(_OfOneTensor):
    """The largest of a window over height and width, per channel."""
    def __init__(self, pool_size: int | Sequence[int] = ..., strides: int | Sequence[int] | None = None, padding: str = 'valid', data_format: str | None = 'channels_last', name: str | None = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class MaxPooling3D(_OfOneTensor):
    """The largest of a window over depth, height and width, per channel."""
    def __init__(self, pool_size: int | Sequence[int] = ..., strides: int | Sequence[int] | None = None, padding: str = 'valid', data_format: str | None = 'channels_last', name: str | None = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Maximum(_OfOneTensor):
    """The largest of its inputs, element by element."""
    def __init__(self, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class MelSpectrogram(_OfOneTensor):
    """The power of signals in bands of the mel scale."""
    def __init__(self, fft_length: int = 2048, sequence_stride: int = 512, sequence_length: int | None = None, window: Any = 'hann', sampling_rate: float = 16000.0, num_mel_bins: int = 128, min_freq: float = 20.0, max_freq: Any = None, power_to_db: bool = True, top_db: float = 80.0, mag_exp: float = 2.0, min_power: float = 1e-10, ref_power: float = 1.0, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Minimum(_OfOneTensor):
    """The smallest of its inputs, element by element."""
    def __init__(self, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class MixUp(_Known):
    """Images blended with others of their batch while training."""
    def __init__(self, alpha: float = 0.2, data_format: str | None = 'channels_last', seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class MultiHeadAttention(_Known):
    """Each step of the query looks at the steps of the value, in several heads."""
    def __init__(self, num_heads: int, key_dim: int, value_dim: int | None = None, dropout: float = 0.0, use_bias: bool = True, output_shape: Any = None, attention_axes: Any = None, sliding_window: Any = None, flash_attention: Any = None, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, use_gate: bool = False, seed: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Multiply(_OfOneTensor):
    """The product of its inputs."""
    def __init__(self, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Normalization(_OfOneTensor):
    """Features shifted and scaled to mean 0 and deviation 1."""
    def __init__(self, axis: int | Sequence[int] = ..., mean: Any = None, variance: Any = None, invert: bool = False, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...
    def build(self, *shapes: Any, **named: Any) -> Any:
        """Makes its variables; every axis that it keeps must have a size."""
    @property
    def mean(self) -> Any:
        """The mean as it is taken off, in the rank of the input; None before it is built."""
    @property
    def variance(self) -> Any:
        """The variance in the rank of the input; None before the layer is built."""
    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> Any:
        """Takes mean and variance of the data over all axes but those that the layer keeps; a list of arrays is taken for batches."""

class Permute(_OfOneTensor):
    """The axes of each row in another order."""
    def __init__(self, dims: Sequence[int], *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Pipeline(_Known):
    """Layers one after the other as one layer."""
    def __init__(self, layers: Any, name: str | None = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...
    @classmethod
    def from_config(cls, config: Any) -> Self: ...

class PReLU(_OfOneTensor):
    """X above 0, a trained slope below."""
    def __init__(self, alpha_initializer: Any = ..., alpha_regularizer: Any = None, alpha_constraint: Any = None, shared_axes: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class RandAugment(_OfOneTensor):
    """Some of eleven changes of images, drawn anew, while training."""
    def __init__(self, value_range: Sequence[float] = ..., num_ops: int = 2, factor: float | Sequence[float] = 0.5, interpolation: str = 'bilinear', seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomBrightness(_OfOneTensor):
    """Images made lighter or darker at random while training."""
    def __init__(self, factor: float | Sequence[float], value_range: Sequence[float] = ..., seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomColorDegeneration(_OfOneTensor):
    """Images that lose colours at random while training."""
    def __init__(self, factor: float | Sequence[float], value_range: Sequence[float] = ..., data_format: str | None = 'channels_last', seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomColorJitter(_OfOneTensor):
    """Brightness, contrast, saturation and hue changed at random while training."""
    def __init__(self, value_range: Sequence[float] = ..., brightness_factor: float | Sequence[float] | None = None, contrast_factor: float | Sequence[float] | None = None, saturation_factor: float | Sequence[float] | None = None, hue_factor: float | Sequence[float] | None = None, seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomContrast(_OfOneTensor):
    """Images of more or less contrast, at random, while training."""
    def __init__(self, factor: float | Sequence[float], value_range: Sequence[float] = ..., seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomCrop(_OfOneTensor):
    """Parts of images from a random place while training."""
    def __init__(self, height: int, width: int, seed: Any = None, data_format: str | None = 'channels_last', name: str | None = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomElasticTransform(_OfOneTensor):
    """Images distorted by smooth noise while training."""
    def __init__(self, factor: float | Sequence[float] = 1.0, scale: Any = 1.0, interpolation: str = 'bilinear', fill_mode: str = 'reflect', fill_value: Any = 0.0, value_range: Sequence[float] = ..., seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomErasing(_OfOneTensor):
    """Boxes of images erased at random while training."""
    def __init__(self, factor: float | Sequence[float] = 1.0, scale: Any = ..., fill_value: Any = None, value_range: Sequence[float] = ..., seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomFlip(_OfOneTensor):
    """Images mirrored at random while training."""
    def __init__(self, mode: str = 'horizontal_and_vertical', seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomGaussianBlur(_OfOneTensor):
    """Images blurred at random while training."""
    def __init__(self, factor: float | Sequence[float] = 1.0, kernel_size: int | Sequence[int] = ..., sigma: float | Sequence[float] = 1.0, value_range: Sequence[float] = ..., data_format: str | None = 'channels_last', seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomGrayscale(_OfOneTensor):
    """Images made grey at random while training."""
    def __init__(self, factor: float | Sequence[float] = 0.5, data_format: str | None = 'channels_last', seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomHue(_OfOneTensor):
    """Images of other hues, at random, while training."""
    def __init__(self, factor: float | Sequence[float], value_range: Sequence[float] = ..., data_format: str | None = 'channels_last', seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomInvert(_OfOneTensor):
    """Images made negatives at random while training."""
    def __init__(self, factor: float | Sequence[float] = 1.0, value_range: Sequence[float] = ..., seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomPerspective(_OfOneTensor):
    """Images seen from a random side while training."""
    def __init__(self, factor: float | Sequence[float] = 1.0, scale: Any = 1.0, interpolation: str = 'bilinear', fill_value: Any = 0.0, seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomPosterization(_OfOneTensor):
    """Images of fewer shades, at random, while training."""
    def __init__(self, factor: float | Sequence[float], value_range: Sequence[float] = ..., data_format: str | None = 'channels_last', seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomRotation(_OfOneTensor):
    """Images turned at random while training."""
    def __init__(self, factor: float | Sequence[float], fill_mode: str = 'reflect', interpolation: str = 'bilinear', seed: Any = None, fill_value: Any = 0.0, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomSaturation(_OfOneTensor):
    """Images of paler or stronger colours, at random, while training."""
    def __init__(self, factor: float | Sequence[float], value_range: Sequence[float] = ..., data_format: str | None = 'channels_last', seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomSharpness(_OfOneTensor):
    """Images made sharper or smoother at random while training."""
    def __init__(self, factor: float | Sequence[float], value_range: Sequence[float] = ..., data_format: str | None = 'channels_last', seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomShear(_OfOneTensor):
    """Images sheared at random while training."""
    def __init__(self, x_factor: float | Sequence[float] = 0.0, y_factor: float | Sequence[float] = 0.0, interpolation: str = 'bilinear', fill_mode: str = 'reflect', fill_value: Any = 0.0, data_format: str | None = 'channels_last', seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomTranslation(_OfOneTensor):
    """Images moved at random while training."""
    def __init__(self, height_factor: float | Sequence[float], width_factor: float | Sequence[float], fill_mode: str = 'reflect', interpolation: str = 'bilinear', seed: Any = None, fill_value: Any = 0.0, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class RandomZoom(_OfOneTensor):
    """Images zoomed at random while training."""
    def __init__(self, height_factor: float | Sequence[float], width_factor: float | Sequence[float] | None = None, fill_mode: str = 'reflect', interpolation: str = 'bilinear', seed: Any = None, fill_value: Any = 0.0, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class ReLU(_OfOneTensor):
    """Max(x, 0), with a slope below, a ceiling and a threshold."""
    def __init__(self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class RepeatVector(_OfOneTensor):
    """The features of each row as every step of a sequence."""
    def __init__(self, n: int, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Rescaling(_OfOneTensor):
    """Multiplies by a scale and adds an offset."""
    def __init__(self, scale: Any, offset: Any = 0.0, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Reshape(_OfOneTensor):
    """The same elements in another shape."""
    def __init__(self, target_shape: Sequence[int], *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Resizing(_OfOneTensor):
    """Images of another height and width."""
    def __init__(self, height: int, width: int, interpolation: str = 'bilinear', crop_to_aspect_ratio: bool = False, pad_to_aspect_ratio: bool = False, fill_mode: str = 'constant', fill_value: Any = 0.0, antialias: bool = False, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class ReversibleEmbedding(_OfOneTensor):
    """A trained row of numbers per id, and the way back."""
    def __init__(self, input_dim: Any, output_dim: Any, tie_weights: bool = True, embeddings_initializer: Any = ..., embeddings_regularizer: Any = None, embeddings_constraint: Any = None, mask_zero: bool = False, reverse_dtype: Any = None, logit_soft_cap: Any = None, activity_regularizer: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, batch_input_shape: Any = None) -> None: ...

class RMSNormalization(_OfOneTensor):
    """Each sample to a root mean square of 1 over some axes."""
    def __init__(self, axis: int | Sequence[int] = ..., epsilon: float = 1e-06, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class RNN(_Known):
    """Any recurrent cell over a sequence."""
    def __init__(self, cell: Any, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, activity_regularizer: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class SeparableConv1D(_OfOneTensor):
    """Convolution of each channel by itself along the steps of a sequence, then a mix of the channels."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., depth_multiplier: int = 1, activation: Any = 'linear', use_bias: bool = True, depthwise_initializer: Any = ..., pointwise_initializer: Any = ..., bias_initializer: Any = ..., depthwise_regularizer: Any = None, pointwise_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, depthwise_constraint: Any = None, pointwise_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class SeparableConv2D(_OfOneTensor):
    """Convolution of each channel by itself along the height and width of pictures, then a mix of the channels."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., depth_multiplier: int = 1, activation: Any = 'linear', use_bias: bool = True, depthwise_initializer: Any = ..., pointwise_initializer: Any = ..., bias_initializer: Any = ..., depthwise_regularizer: Any = None, pointwise_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, depthwise_constraint: Any = None, pointwise_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class SimpleRNN(_Known):
    """Fully connected recurrence over a sequence."""
    def __init__(self, units: int, activation: Any = 'tanh', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, seed: Any = None, zero_output_for_mask: bool = False, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, use_cudnn: bool | str = 'auto') -> None: ...

class SimpleRNNCell(_Known):
    """One step of a fully connected recurrence."""
    def __init__(self, units: int, activation: Any = 'tanh', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Softmax(_OfOneTensor):
    """E^x over its sum along one axis or several."""
    def __init__(self, axis: int | Sequence[int] = -1, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class Solarization(_OfOneTensor):
    """Light pixels made negatives while training."""
    def __init__(self, addition_factor: float | Sequence[float] = 0.0, threshold_factor: float | Sequence[float] = 0.0, value_range: Sequence[float] = ..., seed: Any = None, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None, bounding_box_format: str | None = None) -> None: ...

class SpatialDropout1D(_OfOneTensor):
    """Dropout of whole channels of a sequence."""
    def __init__(self, rate: float, seed: Any = None, name: str | None = None, dtype: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class SpatialDropout2D(_OfOneTensor):
    """Dropout of whole channels of pictures."""
    def __init__(self, rate: float, data_format: str | None = 'channels_last', seed: Any = None, name: str | None = None, dtype: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class SpatialDropout3D(_OfOneTensor):
    """Dropout of whole channels of volumes."""
    def __init__(self, rate: float, data_format: str | None = 'channels_last', seed: Any = None, name: str | None = None, dtype: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class SpectralNormalization(_OfOneTensor):
    """Divides the kernel of a layer by its largest singular value."""
    def __init__(self, layer: Layer, power_iterations: int = 1, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class StackedRNNCells(_Known):
    """Recurrent cells on top of each other, as one."""
    def __init__(self, cells: Any, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class STFTSpectrogram(_OfOneTensor):
    """The short-time Fourier transform of signals."""
    def __init__(self, mode: str = 'log', frame_length: int = 256, frame_step: Any = None, fft_length: Any = None, window: Any = 'hann', periodic: bool = False, scaling: str = 'density', padding: str = 'valid', expand_dims: bool = False, data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class StringLookup(_OfOneTensor):
    """Texts to the numbers of a vocabulary, or back."""
    def __init__(self, max_tokens: Any = None, num_oov_indices: int = 1, mask_token: Any = None, oov_token: Any = '[UNK]', vocabulary: Any = None, idf_weights: Any = None, invert: bool = False, output_mode: str | None = 'int', pad_to_max_tokens: bool = False, sparse: bool | None = None, encoding: str = 'utf-8', salt: Any = None, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    def get_vocabulary(self, include_special_tokens: bool = True) -> Any:
        """The tokens by their places; first those that stand for masked and unknown ones."""
    def vocabulary_size(self) -> Any:
        """How many tokens there are, those that stand for masked and unknown ones included."""
    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> Any:
        """Takes a vocabulary that is known: a list, an array, or the path of a text file with a token in each line."""
    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> Any:
        """Learns the vocabulary of data: the most frequent tokens first, later ones in the order of tokens before earlier ones."""
    def reset_state(self) -> Any:
        """Forgets what was counted and not made a vocabulary yet."""
    def update_state(self, data: Any) -> Any:
        """Counts the tokens of a batch; each row is a document."""
    def finalize_state(self) -> Any:
        """Makes what was counted the vocabulary."""

class Subtract(_OfOneTensor):
    """The first input less the second."""
    def __init__(self, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class TextVectorization(_OfOneTensor):
    """Texts to the numbers of their words."""
    def __init__(self, max_tokens: Any = None, standardize: Any = 'lower_and_strip_punctuation', split: Any = 'whitespace', ngrams: int | Sequence[int] | None = None, output_mode: str | None = 'int', output_sequence_length: Any = None, pad_to_max_tokens: bool = False, vocabulary: Any = None, idf_weights: Any = None, sparse: bool | None = None, encoding: str = 'utf-8', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    def get_vocabulary(self, include_special_tokens: bool = True) -> Any:
        """The tokens by their places; first those that stand for masked and unknown ones."""
    def vocabulary_size(self) -> Any:
        """How many tokens there are, those that stand for masked and unknown ones included."""
    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> Any:
        """Takes a vocabulary that is known: a list, an array, or the path of a text file with a token in each line."""
    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> Any:
        """Learns the vocabulary of data: the most frequent tokens first, later ones in the order of tokens before earlier ones."""
    def reset_state(self) -> Any:
        """Forgets what was counted and not made a vocabulary yet."""
    def update_state(self, data: Any) -> Any:
        """Counts the tokens of a batch; each row is a document."""
    def finalize_state(self) -> Any:
        """Makes what was counted the vocabulary."""

class ThresholdedReLU(_OfOneTensor):
    """X above a threshold, 0 elsewhere."""
    def __init__(self, theta: float = 1.0, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class TimeDistributed(_Known):
    """A layer on every step of a sequence."""
    def __init__(self, layer: Layer, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class UnitNormalization(_OfOneTensor):
    """Every vector to length 1."""
    def __init__(self, axis: int | Sequence[int] = -1, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class UpSampling1D(_OfOneTensor):
    """Each step of a sequence repeated."""
    def __init__(self, size: int = 2, *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class UpSampling2D(_OfOneTensor):
    """A larger picture, with places between the cells interpolated."""
    def __init__(self, size: int | Sequence[int] = ..., data_format: str | None = 'channels_last', interpolation: str = 'nearest', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class UpSampling3D(_OfOneTensor):
    """A larger volume, each cell repeated."""
    def __init__(self, size: int | Sequence[int] = ..., data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class ZeroPadding1D(_OfOneTensor):
    """Zeros before and after the steps of a sequence."""
    def __init__(self, padding: int | Sequence[int] = ..., data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class ZeroPadding2D(_OfOneTensor):
    """Zeros before and after the height and width of pictures."""
    def __init__(self, padding: int | Sequence[Any] = ..., data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class ZeroPadding3D(_OfOneTensor):
    """Zeros before and after the depth, height and width of volumes."""
    def __init__(self, padding: int | Sequence[Any] = ..., data_format: str | None = 'channels_last', *, activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

Convolution1D = Conv1D

Convolution2D = Conv2D

Convolution3D = Conv3D

SeparableConvolution1D = SeparableConv1D

SeparableConvolution2D = SeparableConv2D

DepthwiseConvolution2D = DepthwiseConv2D

Convolution1DTranspose = Conv1DTranspose

Convolution2DTranspose = Conv2DTranspose

Convolution3DTranspose = Conv3DTranspose

Deconvolution2D = Conv2DTranspose

MaxPool1D = MaxPooling1D

MaxPool2D = MaxPooling2D

MaxPool3D = MaxPooling3D

AvgPool1D = AveragePooling1D

AvgPool2D = AveragePooling2D

AvgPool3D = AveragePooling3D

GlobalMaxPool1D = GlobalMaxPooling1D

GlobalMaxPool2D = GlobalMaxPooling2D

GlobalMaxPool3D = GlobalMaxPooling3D

GlobalAvgPool1D = GlobalAveragePooling1D

GlobalAvgPool2D = GlobalAveragePooling2D

GlobalAvgPool3D = GlobalAveragePooling3D

class AtrousConvolution1D(Conv1D):
    """Convolution along the steps of a sequence."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., groups: int = 1, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class AtrousConvolution2D(Conv2D):
    """Convolution over the height and width of pictures."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., groups: int = 1, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

AtrousConv1D = AtrousConvolution1D

AtrousConv2D = AtrousConvolution2D

class Deconvolution3D(Conv3DTranspose):
    """Transposed convolution along the depth, height and width of volumes."""
    def __init__(self, filters: int, kernel_size: int | Sequence[int], strides: int | Sequence[int] = ..., padding: str = 'valid', output_padding: int | Sequence[int] | None = None, data_format: str | None = 'channels_last', dilation_rate: int | Sequence[int] = ..., activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class TimeDistributedDense(Dense):
    """Linear map of the last axis, then an activation."""
    def __init__(self, units: int, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class CuDNNLSTM(LSTM):
    """Long short-term memory over a sequence."""
    def __init__(self, units: int, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, implementation: int = 2, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

class CuDNNGRU(GRU):
    """Gated recurrent unit over a sequence."""
    def __init__(self, units: int, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, reset_after: bool = True, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, implementation: int = 2, *, trainable: bool = True, dtype: Any = None, name: str | None = None, input_shape: Any = None, input_dim: int | None = None, batch_input_shape: Any = None) -> None: ...

def Input(shape: Sequence[int | None] | None = None, batch_size: int | None = None, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None, batch_shape: Sequence[int | None] | None = None, name: str | None = None, tensor: Any = None, optional: bool = False) -> KerasTensor:
    """A symbolic tensor that a model takes."""
def add(inputs: Any, **kwargs: Any) -> Any:
    """`Add` of a list of symbolic tensors."""
def average(inputs: Any, **kwargs: Any) -> Any:
    """`Average` of a list of symbolic tensors."""
def concatenate(inputs: Any, axis: int | Sequence[int] = -1, **kwargs: Any) -> Any:
    """`Concatenate` of a list of symbolic tensors."""
def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """A layer of such a config."""
def dot(inputs: Any, axes: float = -1, **kwargs: Any) -> Any:
    """`Dot` of a list of two symbolic tensors."""
def maximum(inputs: Any, **kwargs: Any) -> Any:
    """`Maximum` of a list of symbolic tensors."""
def merge(inputs: Any, mode: Any = 'sum', concat_axis: float = -1, dot_axes: float = -1, output_shape: Any = None, output_mask: Any = None, arguments: Any = None, name: str | None = None) -> Any:
    """The merged tensor of a list of symbolic tensors, by a mode."""
def minimum(inputs: Any, **kwargs: Any) -> Any:
    """`Minimum` of a list of symbolic tensors."""
def multiply(inputs: Any, **kwargs: Any) -> Any:
    """`Multiply` of a list of symbolic tensors."""
def serialize(layer: Layer) -> Any:
    """`{module, class_name, config, ...}` of a layer."""
def subtract(inputs: Any, **kwargs: Any) -> Any:
    """`Subtract` of a list of symbolic tensors."""
