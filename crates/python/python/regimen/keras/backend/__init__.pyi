"""Written by crates/python/make_stubs.py."""

from collections.abc import Sequence
from typing import Any

from regimen.keras import name_scope as name_scope
from regimen.keras import KerasTensor as KerasTensor
from regimen.keras import Variable as Variable

class Function:
    """Outputs of layers for arrays, in inference; what is no tensor among the inputs is the phase of learning."""
    def __init__(self, inputs: Any, outputs: Any) -> None: ...
    def __call__(self, inputs: Any, *more: Any) -> Any: ...

def arange(start: Any, stop: Any = None, step: float = 1, dtype: Any = 'int32') -> Any:
    """Numbers in steps."""
def argmax(x: Any, axis: Any = -1) -> Any:
    """Place of the largest along an axis."""
def argmin(x: Any, axis: Any = -1) -> Any:
    """Place of the least along an axis."""
def backend() -> str:
    """The name that programs ask for; the engine is Regimen's."""
def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """Products of rows with rows along axes; a result without other axes has one of one element."""
def batch_flatten(x: Any) -> Any:
    """Each row as one axis."""
def batch_get_value(tensors: Any) -> Any:
    """Values of variables."""
def batch_normalization(x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: Any = -1, epsilon: float = 0.001) -> Any:
    """(x - mean) / sqrt(var + epsilon) times gamma, plus beta; statistics of one axis, or in sizes that fit."""
def batch_set_value(tuples: Any) -> Any:
    """Sets variables: pairs of a variable and its value."""
def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """A bias of one axis for the channels, or of the sizes of a row."""
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """Of probabilities, element by element."""
def cast_to_floatx(x: Any) -> Any:
    """The same in float32."""
def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: Any = -1) -> Any:
    """Of probabilities of classes and rows with a single one."""
def clear_session(free_memory: bool = True) -> None:
    """Counts the names of layers anew."""
def clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """Within bounds; a bound that is None is none, and a largest below the least is the least."""
def concatenate(tensors: Any, axis: Any = -1) -> Any:
    """Side by side."""
def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """A value that does not change."""
def conv1d(x: Any, kernel: Any, strides: int | Sequence[int] = 1, padding: str = 'valid', data_format: str | None = None, dilation_rate: int | Sequence[int] = 1) -> Any:
    """A convolution over 1 axes."""
def conv2d(x: Any, kernel: Any, strides: int | Sequence[int] = 1, padding: str = 'valid', data_format: str | None = None, dilation_rate: int | Sequence[int] = 1) -> Any:
    """A convolution over 2 axes."""
def conv2d_transpose(x: Any, kernel: Any, output_shape: Any, strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = None, dilation_rate: int | Sequence[int] = ...) -> Any:
    """A convolution backwards; `output_shape` has to be what its sizes give."""
def conv3d(x: Any, kernel: Any, strides: int | Sequence[int] = 1, padding: str = 'valid', data_format: str | None = None, dilation_rate: int | Sequence[int] = 1) -> Any:
    """A convolution over 3 axes."""
def count_params(x: Any) -> Any:
    """Number of elements."""
def ctc_batch_cost(y_true: Any, y_pred: Any, input_length: Any, label_length: Any) -> Any:
    """The CTC loss of each row, from probabilities, whose last class is the blank."""
def ctc_decode(y_pred: Any, input_length: Any, greedy: bool = True, beam_width: int = 100, top_paths: int = 1) -> Any:
    """The likeliest labels of probabilities, whose last class is the blank, as a list, and how unlikely these are (a logarithm); those of a beam search with how likely they are."""
def cumprod(x: Any, axis: Any = 0) -> Any:
    """Running products."""
def cumsum(x: Any, axis: Any = 0) -> Any:
    """Running sums."""
def depthwise_conv2d(x: Any, depthwise_kernel: Any, strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = None, dilation_rate: int | Sequence[int] = ...) -> Any:
    """A convolution of each channel by itself."""
def dot(x: Any, y: Any) -> Any:
    """The last axis of one with the last but one of the other."""
def dropout(x: Any, level: Any, noise_shape: Any = None, seed: Any = None) -> Any:
    """Some elements made zero, the others larger by as much."""
def dtype(x: Any) -> Any:
    """The type of the elements, by name."""
def elu(x: Any, alpha: float = 1.0) -> Any:
    """Exponential below zero."""
def epsilon() -> float:
    """A small number."""
def eval(x: Any) -> Any:
    """The value of a variable."""
def expand_dims(x: Any, axis: Any = -1) -> Any:
    """A new axis of one element."""
def eye(size: int | Sequence[int], dtype: Any = None, name: str | None = None) -> Any:
    """Ones on a diagonal."""
def flatten(x: Any) -> Any:
    """All as one axis."""
def floatx() -> str:
    """The type of floats."""
def foldl(fn: Any, elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """A function of what there is so far and the next row, from the first on."""
def foldr(fn: Any, elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """The same from the last row on."""
def function(inputs: Any, outputs: Any, updates: Any = None, name: str | None = None, **kwargs: Any) -> Any:
    """A function from the inputs of a model to outputs of its layers; `name` is of TensorFlow's graphs."""
def gather(reference: Any, indices: Any) -> Any:
    """Rows by their places."""
def get_session() -> Any:
    """There are no sessions here."""
def get_uid(prefix: str = '') -> int:
    """How often this was asked for a prefix, this time among them."""
def get_value(x: Any) -> Any:
    """The value of a variable."""
def gradients(loss: Any, variables: Any) -> Any:
    """Not there: the engine makes gradients for training alone."""
def hard_sigmoid(x: Any) -> Any:
    """0.2 x + 0.5 within 0 and 1."""
def identity(x: Any, name: str | None = None) -> Any:
    """The same; `name` is of TensorFlow's graphs."""
def image_data_format() -> str:
    """"channels_last" or "channels_first"."""
def image_dim_ordering() -> Any:
    """The same in the words of Keras 1: "tf" or "th"."""
def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """The other way round."""
def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether the target's prediction is among the k largest of its row."""
def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """The one in training, the other elsewhere; functions are called."""
def int_shape(x: Any) -> Any:
    """Sizes, as a tuple."""
def is_float_dtype(dtype: Any) -> Any:
    """Whether a type has fractions."""
def is_int_dtype(dtype: Any) -> Any:
    """Whether a type is of whole numbers."""
def is_keras_tensor(x: Any) -> bool:
    """Whether a value is symbolic."""
def is_sparse(tensor: Any) -> Any:
    """There are no sparse tensors here."""
def is_tensor(x: Any) -> bool:
    """Whether a value is an array or a tensor of a graph."""
def l2_normalize(x: Any, axis: Any = None) -> Any:
    """Of length one along an axis."""
def learning_phase() -> Any:
    """1 in a layer that runs in training, 0 elsewhere."""
def map_fn(fn: Any, elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """A function of each row."""
def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`ops.max` over axes; all of them where none is given."""
def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`ops.mean` over axes; all of them where none is given."""
def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`ops.min` over axes; all of them where none is given."""
def moving_average_update(x: Any, value: Any, momentum: Any) -> Any:
    """A variable's share of what it was, and the rest of a value."""
def ndim(x: Any) -> Any:
    """Number of axes."""
def one_hot(indices: Any, num_classes: int) -> Any:
    """Classes as rows with a single one."""
def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones."""
def permute_dimensions(x: Any, pattern: Any) -> Any:
    """Axes in another order."""
def placeholder(shape: Any = None, ndim: Any = None, dtype: Any = None, sparse: bool = False, name: str | None = None, ragged: bool = False) -> Any:
    """A symbolic tensor that is given later."""
def pool2d(x: Any, pool_size: int | Sequence[int], strides: int | Sequence[int] | None = None, padding: str = 'valid', data_format: str | None = None, pool_mode: str = 'max') -> Any:
    """The largest ("max") or the mean ("avg") of windows over 2 axes."""
def pool3d(x: Any, pool_size: int | Sequence[int], strides: int | Sequence[int] | None = None, padding: str = 'valid', data_format: str | None = None, pool_mode: str = 'max') -> Any:
    """The largest ("max") or the mean ("avg") of windows over 3 axes."""
def pow(x: Any, a: Any) -> Any:
    """A power of each element."""
def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`ops.prod` over axes; all of them where none is given."""
def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """Ones with a probability, zeros elsewhere."""
def random_binomial(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """Ones with a probability, zeros elsewhere."""
def random_normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None, std: Any = None) -> Any:
    """Normal numbers. `std` is `stddev` of old."""
def random_normal_variable(shape: Any, mean: Any, scale: Any, dtype: Any = None, name: str | None = None, seed: Any = None) -> Any:
    """A variable of normal numbers."""
def random_uniform(shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None, low: Any = None, high: Any = None) -> Any:
    """Uniform numbers. `low` and `high` are `minval` and `maxval` of old."""
def random_uniform_variable(shape: Any, low: Any, high: Any, dtype: Any = None, name: str | None = None, seed: Any = None) -> Any:
    """A variable of uniform numbers."""
def relu(x: Any, alpha: float = 0.0, max_value: Any = None, threshold: float = 0.0) -> Any:
    """Rectified: a slope below the threshold, a largest value."""
def repeat(x: Any, n: Any) -> Any:
    """Rows of a matrix so many times, along a new axis."""
def repeat_elements(x: Any, rep: Any, axis: Any) -> Any:
    """Each element so many times along an axis."""
def reset_uids() -> Any:
    """Counts anew."""
def resize_images(x: Any, height_factor: float | Sequence[float], width_factor: float | Sequence[float], data_format: str | None = None, interpolation: str = 'nearest') -> Any:
    """Larger by whole factors."""
def resize_volumes(x: Any, depth_factor: Any, height_factor: float | Sequence[float], width_factor: float | Sequence[float], data_format: str | None = None) -> Any:
    """Larger by whole factors."""
def result_type(*dtypes: Any) -> Any:
    """The type that values of these types share; `int` and `float` take the type of what they meet."""
def reverse(x: Any, axes: Any) -> Any:
    """Reversed along axes."""
def rnn(step_function: Any, inputs: Any, initial_states: Any, go_backwards: bool = False, mask: Any = None, constants: Any = None, unroll: bool = False, input_length: Any = None, time_major: bool = False, zero_output_for_mask: bool = False, return_all_outputs: bool = True) -> Any:
    """Runs a step over time: the last output, all of them, the last states. It is always unrolled here, so `unroll` changes nothing."""
def separable_conv2d(x: Any, depthwise_kernel: Any, pointwise_kernel: Any, strides: int | Sequence[int] = ..., padding: str = 'valid', data_format: str | None = None, dilation_rate: int | Sequence[int] = ...) -> Any:
    """A convolution of each channel, then one over channels."""
def set_epsilon(value: float) -> None:
    """Losses and metrics have 1e-07 here; another is refused."""
def set_floatx(value: str) -> None:
    """Everything computes in float32 here; another is refused."""
def set_image_data_format(data_format: str) -> None:
    """Sets what layers and image functions take where they are not told."""
def set_image_dim_ordering(dim_ordering: Any) -> Any:
    """The same in the words of Keras 1: "tf" or "th"."""
def set_learning_phase(value: Any) -> Any:
    """0 is what models do outside of fit; 1 is refused, since fit says when layers are in training."""
def set_session(session: Any) -> Any:
    """Nothing to set: there are no sessions here, and a note says so."""
def set_value(x: Any, value: Any) -> Any:
    """Sets a variable."""
def sparse_categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: Any = -1, ignore_class: int | None = None) -> Any:
    """Of probabilities of classes and whole numbers."""
def spatial_2d_padding(x: Any, padding: Any = ..., data_format: str | None = None) -> Any:
    """Zeros around pictures."""
def spatial_3d_padding(x: Any, padding: Any = ..., data_format: str | None = None) -> Any:
    """Zeros around volumes."""
def sqrt(x: Any) -> Any:
    """Square roots; of negative numbers 0."""
def standardize_data_format(data_format: str | None) -> Any:
    """"channels_last" or "channels_first"; what is set where none is given."""
def standardize_dtype(dtype: Any) -> str:
    """The name of a type."""
def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`ops.std` over axes; all of them where none is given."""
def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`ops.sum` over axes; all of them where none is given."""
def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """Elements of the one where the condition is true, of the other elsewhere; both are computed."""
def temporal_padding(x: Any, padding: Any = ...) -> Any:
    """Zeros before and after the steps."""
def to_dense(tensor: Any) -> Any:
    """The tensor: there are no sparse ones here."""
def truncated_normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Normal numbers within two deviations."""
def update(x: Any, new_x: Any) -> Any:
    """Sets a variable; in a layer that is traced, with the step."""
def update_add(x: Any, increment: Any) -> Any:
    """Adds to a variable."""
def update_sub(x: Any, decrement: Any) -> Any:
    """Takes from a variable."""
def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`ops.var` over axes; all of them where none is given."""
def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Any:
    """A variable."""
def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros."""
