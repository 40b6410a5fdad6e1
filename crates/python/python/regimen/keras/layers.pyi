"""Written by crates/python/make_stubs.py."""

from typing import Any

class Lambda(Layer):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def from_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def build(self, *args: Any, **kwargs: Any) -> Any: ...
    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    trainable: Any
    weights: Any
    variables: Any
    trainable_weights: Any
    trainable_variables: Any
    non_trainable_weights: Any
    non_trainable_variables: Any
    def get_weights(self, *args: Any, **kwargs: Any) -> Any: ...
    def set_weights(self, *args: Any, **kwargs: Any) -> Any: ...
    def count_params(self, *args: Any, **kwargs: Any) -> Any: ...
    input: Any
    output: Any
    input_shape: Any
    output_shape: Any
    def adapt(self, *args: Any, **kwargs: Any) -> Any: ...
    def add_weight(self, *args: Any, **kwargs: Any) -> Any: ...
    def add_loss(self, *args: Any, **kwargs: Any) -> Any: ...
    def call(self, *args: Any, **kwargs: Any) -> Any: ...
    def build_for(self, *args: Any, **kwargs: Any) -> Any: ...
    def compute_mask(self, *args: Any, **kwargs: Any) -> Any: ...

class Layer(Any):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def from_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def build(self, *args: Any, **kwargs: Any) -> Any: ...
    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    trainable: Any
    weights: Any
    variables: Any
    trainable_weights: Any
    trainable_variables: Any
    non_trainable_weights: Any
    non_trainable_variables: Any
    def get_weights(self, *args: Any, **kwargs: Any) -> Any: ...
    def set_weights(self, *args: Any, **kwargs: Any) -> Any: ...
    def count_params(self, *args: Any, **kwargs: Any) -> Any: ...
    input: Any
    output: Any
    input_shape: Any
    output_shape: Any
    def adapt(self, *args: Any, **kwargs: Any) -> Any: ...
    def add_weight(self, *args: Any, **kwargs: Any) -> Any: ...
    def add_loss(self, *args: Any, **kwargs: Any) -> Any: ...
    def call(self, *args: Any, **kwargs: Any) -> Any: ...
    def build_for(self, *args: Any, **kwargs: Any) -> Any: ...
    def compute_mask(self, *args: Any, **kwargs: Any) -> Any: ...

class Activation(Layer):
    """An activation function as a layer of its own."""
    def __init__(self, activation: Any, activity_regularizer: Any = None, **kwargs: Any) -> None: ...

class ActivityRegularization(Layer):
    """Adds a penalty of its input to the loss."""
    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None: ...

class AdaptiveAveragePooling1D(Layer):
    """The mean of windows over steps, as many as asked for."""
    def __init__(self, output_size: Any, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class AdaptiveAveragePooling2D(Layer):
    """The mean of windows over height and width, as many as asked for."""
    def __init__(self, output_size: Any, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class AdaptiveAveragePooling3D(Layer):
    """The mean of windows over depth, height and width, as many as asked for."""
    def __init__(self, output_size: Any, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class AdaptiveMaxPooling1D(Layer):
    """The largest of windows over steps, as many as asked for."""
    def __init__(self, output_size: Any, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class AdaptiveMaxPooling2D(Layer):
    """The largest of windows over height and width, as many as asked for."""
    def __init__(self, output_size: Any, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class AdaptiveMaxPooling3D(Layer):
    """The largest of windows over depth, height and width, as many as asked for."""
    def __init__(self, output_size: Any, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class Add(Layer):
    """The sum of its inputs."""
    def __init__(self, **kwargs: Any) -> None: ...

class AdditiveAttention(Layer):
    """Each step of the query looks at the steps of the value, by a sum."""
    def __init__(self, use_scale: bool = True, dropout: float = 0.0, seed: Any = None, **kwargs: Any) -> None: ...

class AlphaDropout(Layer):
    """Dropout that keeps mean and variance of what SELU makes."""
    def __init__(self, rate: Any, noise_shape: Any = None, seed: Any = None, **kwargs: Any) -> None: ...

class Attention(Layer):
    """Each step of the query looks at the steps of the value."""
    def __init__(self, use_scale: bool = False, score_mode: Any = 'dot', dropout: float = 0.0, seed: Any = None, **kwargs: Any) -> None: ...

class AugMix(Layer):
    """Images blended with chains of random changes while training."""
    def __init__(self, value_range: Any = ..., num_chains: int = 3, chain_depth: int = 3, factor: float = 0.3, alpha: float = 1.0, all_ops: bool = True, interpolation: Any = 'bilinear', seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class AutoContrast(Layer):
    """Images stretched to the whole value range."""
    def __init__(self, value_range: Any = ..., data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class Average(Layer):
    """The mean of its inputs."""
    def __init__(self, **kwargs: Any) -> None: ...

class AveragePooling1D(Layer):
    """The mean of a window along the steps, per channel."""
    def __init__(self, pool_size: Any = ..., strides: Any = None, padding: Any = 'valid', data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class AveragePooling2D(Layer):
    """The mean of a window over height and width, per channel."""
    def __init__(self, pool_size: Any = ..., strides: Any = None, padding: Any = 'valid', data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class AveragePooling3D(Layer):
    """The mean of a window over depth, height and width, per channel."""
    def __init__(self, pool_size: Any = ..., strides: Any = None, padding: Any = 'valid', data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

AvgPool1D = AveragePooling1D

AvgPool2D = AveragePooling2D

AvgPool3D = AveragePooling3D

class BatchNormalization(Layer):
    """Each channel to mean 0 and deviation 1 over the batch."""
    def __init__(self, axis: int = -1, momentum: float = 0.99, epsilon: float = 0.001, center: bool = True, scale: bool = True, beta_initializer: Any = ..., gamma_initializer: Any = ..., moving_mean_initializer: Any = ..., moving_variance_initializer: Any = ..., beta_regularizer: Any = None, gamma_regularizer: Any = None, beta_constraint: Any = None, gamma_constraint: Any = None, renorm: bool = False, renorm_clipping: Any = None, renorm_momentum: float = 0.99, synchronized: bool = False, **kwargs: Any) -> None: ...

class Bidirectional(Layer):
    """A recurrent layer over a sequence from both ends."""
    def __init__(self, layer: Any, merge_mode: Any = 'concat', backward_layer: Any = None, **kwargs: Any) -> None: ...

class CategoryEncoding(Layer):
    """Integers to one place of many."""
    def __init__(self, num_tokens: Any, output_mode: Any = 'multi_hot', **kwargs: Any) -> None: ...

class CenterCrop(Layer):
    """The middle of images."""
    def __init__(self, height: Any, width: Any, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class Concatenate(Layer):
    """Its inputs joined along an axis."""
    def __init__(self, axis: int = -1, **kwargs: Any) -> None: ...

class ContrastLimitedAdaptiveHistogramEqualization(Layer):
    """Values of images spread by their frequency near by."""
    def __init__(self, value_range: Any = ..., clip_limit: float = 4.0, tile_grid_size: Any = ..., data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class Conv1D(Layer):
    """Convolution along the steps of a sequence."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', data_format: Any = 'channels_last', dilation_rate: Any = ..., groups: int = 1, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class Conv1DTranspose(Layer):
    """Transposed convolution along the steps of a sequence."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', output_padding: Any = None, data_format: Any = 'channels_last', dilation_rate: Any = ..., activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class Conv2D(Layer):
    """Convolution over the height and width of pictures."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', data_format: Any = 'channels_last', dilation_rate: Any = ..., groups: int = 1, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class Conv2DTranspose(Layer):
    """Transposed convolution along the height and width of pictures."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', output_padding: Any = None, data_format: Any = 'channels_last', dilation_rate: Any = ..., activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class Conv3D(Layer):
    """Convolution over the depth, height and width of volumes."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', data_format: Any = 'channels_last', dilation_rate: Any = ..., groups: int = 1, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class Conv3DTranspose(Layer):
    """Transposed convolution along the depth, height and width of volumes."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', output_padding: Any = None, data_format: Any = 'channels_last', dilation_rate: Any = ..., activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class ConvLSTM1D(Layer):
    """LSTM with convolutions over a sequence of sequences."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', data_format: Any = 'channels_last', dilation_rate: Any = ..., activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, **kwargs: Any) -> None: ...

class ConvLSTM2D(Layer):
    """LSTM with convolutions over a sequence of pictures."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', data_format: Any = 'channels_last', dilation_rate: Any = ..., activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, **kwargs: Any) -> None: ...

class ConvLSTM3D(Layer):
    """LSTM with convolutions over a sequence of volumes."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', data_format: Any = 'channels_last', dilation_rate: Any = ..., activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, **kwargs: Any) -> None: ...

Convolution1D = Conv1D

Convolution1DTranspose = Conv1DTranspose

Convolution2D = Conv2D

Convolution2DTranspose = Conv2DTranspose

Convolution3D = Conv3D

Convolution3DTranspose = Conv3DTranspose

class Cropping1D(Layer):
    """Cells taken off the ends of the steps of a sequence."""
    def __init__(self, cropping: Any = ..., **kwargs: Any) -> None: ...

class Cropping2D(Layer):
    """Cells taken off the ends of the height and width of pictures."""
    def __init__(self, cropping: Any = ..., data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class Cropping3D(Layer):
    """Cells taken off the ends of the depth, height and width of volumes."""
    def __init__(self, cropping: Any = ..., data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

CuDNNGRU = GRU

CuDNNLSTM = LSTM

class CutMix(Layer):
    """Boxes of images taken from others of their batch while training."""
    def __init__(self, factor: float = 1.0, seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

Deconvolution2D = Conv2DTranspose

class Dense(Layer):
    """Linear map of the last axis, then an activation."""
    def __init__(self, units: Any, activation: Any = 'linear', use_bias: bool = True, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class DepthwiseConv1D(Layer):
    """Convolution of each channel by itself along the steps of a sequence."""
    def __init__(self, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', depth_multiplier: int = 1, data_format: Any = 'channels_last', dilation_rate: Any = ..., activation: Any = 'linear', use_bias: bool = True, depthwise_initializer: Any = ..., bias_initializer: Any = ..., depthwise_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, depthwise_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class DepthwiseConv2D(Layer):
    """Convolution of each channel by itself along the height and width of pictures."""
    def __init__(self, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', depth_multiplier: int = 1, data_format: Any = 'channels_last', dilation_rate: Any = ..., activation: Any = 'linear', use_bias: bool = True, depthwise_initializer: Any = ..., bias_initializer: Any = ..., depthwise_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, depthwise_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

DepthwiseConvolution2D = DepthwiseConv2D

class Discretization(Layer):
    """Numbers to the bins that boundaries part."""
    def __init__(self, bin_boundaries: Any = None, num_bins: Any = None, epsilon: float = 0.01, output_mode: Any = 'int', **kwargs: Any) -> None: ...

class Dot(Layer):
    """Scalar products of two inputs along an axis of each."""
    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None: ...

class Dropout(Layer):
    """Sets a random part of the input to zero while training."""
    def __init__(self, rate: Any, noise_shape: Any = None, seed: Any = None, **kwargs: Any) -> None: ...

class ELU(Layer):
    """X above 0, alpha · (e^x - 1) below."""
    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None: ...

class EinsumDense(Layer):
    """Linear map between axes of choice, written as an equation."""
    def __init__(self, equation: Any, output_shape: Any, activation: Any = 'linear', bias_axes: Any = None, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class Embedding(Layer):
    """A trained row of numbers per id."""
    def __init__(self, input_dim: Any, output_dim: Any, embeddings_initializer: Any = ..., embeddings_regularizer: Any = None, activity_regularizer: Any = None, embeddings_constraint: Any = None, mask_zero: bool = False, dropout: float = 0.0, **kwargs: Any) -> None: ...

class Equalization(Layer):
    """Values spread to be equally frequent, while training."""
    def __init__(self, value_range: Any = ..., bins: int = 256, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class Flatten(Layer):
    """All axes but the batch joined into one."""
    def __init__(self, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class GRU(Layer):
    """Gated recurrent unit over a sequence."""
    def __init__(self, units: Any, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, reset_after: bool = True, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, implementation: int = 2, **kwargs: Any) -> None: ...

class GRUCell(Layer):
    """One step of a gated recurrent unit."""
    def __init__(self, units: Any, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, reset_after: bool = True, seed: Any = None, implementation: int = 2, **kwargs: Any) -> None: ...

class GaussianDropout(Layer):
    """Multiplies by normal noise of mean 1 while training."""
    def __init__(self, rate: Any, seed: Any = None, **kwargs: Any) -> None: ...

class GaussianNoise(Layer):
    """Adds normal noise while training."""
    def __init__(self, stddev: Any, seed: Any = None, **kwargs: Any) -> None: ...

class GlobalAveragePooling1D(Layer):
    """The mean of all steps, per channel."""
    def __init__(self, data_format: Any = 'channels_last', keepdims: bool = False, **kwargs: Any) -> None: ...

class GlobalAveragePooling2D(Layer):
    """The mean of the whole picture, per channel."""
    def __init__(self, data_format: Any = 'channels_last', keepdims: bool = False, **kwargs: Any) -> None: ...

class GlobalAveragePooling3D(Layer):
    """The mean of the whole volume, per channel."""
    def __init__(self, data_format: Any = 'channels_last', keepdims: bool = False, **kwargs: Any) -> None: ...

GlobalAvgPool1D = GlobalAveragePooling1D

GlobalAvgPool2D = GlobalAveragePooling2D

GlobalAvgPool3D = GlobalAveragePooling3D

GlobalMaxPool1D = GlobalMaxPooling1D

GlobalMaxPool2D = GlobalMaxPooling2D

GlobalMaxPool3D = GlobalMaxPooling3D

class GlobalMaxPooling1D(Layer):
    """The largest of all steps, per channel."""
    def __init__(self, data_format: Any = 'channels_last', keepdims: bool = False, **kwargs: Any) -> None: ...

class GlobalMaxPooling2D(Layer):
    """The largest of the whole picture, per channel."""
    def __init__(self, data_format: Any = 'channels_last', keepdims: bool = False, **kwargs: Any) -> None: ...

class GlobalMaxPooling3D(Layer):
    """The largest of the whole volume, per channel."""
    def __init__(self, data_format: Any = 'channels_last', keepdims: bool = False, **kwargs: Any) -> None: ...

class GroupNormalization(Layer):
    """Each group of channels of a sample to mean 0 and deviation 1."""
    def __init__(self, groups: int = 32, axis: int = -1, epsilon: float = 0.001, center: bool = True, scale: bool = True, beta_initializer: Any = ..., gamma_initializer: Any = ..., beta_regularizer: Any = None, gamma_regularizer: Any = None, beta_constraint: Any = None, gamma_constraint: Any = None, **kwargs: Any) -> None: ...

class GroupQueryAttention(Layer):
    """Multi-head attention whose query heads share keys and values."""
    def __init__(self, head_dim: Any, num_query_heads: Any, num_key_value_heads: Any, dropout: float = 0.0, use_bias: bool = True, sliding_window: Any = None, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, use_gate: bool = False, seed: Any = None, **kwargs: Any) -> None: ...

class HashedCrossing(Layer):
    """Several values of a row to one bin, by a hash of all."""
    def __init__(self, num_bins: Any, output_mode: Any = 'int', **kwargs: Any) -> None: ...

class Hashing(Layer):
    """Texts or integers to one of a number of bins, by a hash."""
    def __init__(self, num_bins: Any, mask_value: Any = None, salt: Any = None, output_mode: Any = 'int', **kwargs: Any) -> None: ...

class Identity(Layer):
    """Gives what it gets."""
    def __init__(self, **kwargs: Any) -> None: ...

class InputLayer(Layer):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def from_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def build(self, *args: Any, **kwargs: Any) -> Any: ...
    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    trainable: Any
    weights: Any
    variables: Any
    trainable_weights: Any
    trainable_variables: Any
    non_trainable_weights: Any
    non_trainable_variables: Any
    def get_weights(self, *args: Any, **kwargs: Any) -> Any: ...
    def set_weights(self, *args: Any, **kwargs: Any) -> Any: ...
    def count_params(self, *args: Any, **kwargs: Any) -> Any: ...
    input: Any
    output: Any
    input_shape: Any
    output_shape: Any
    def adapt(self, *args: Any, **kwargs: Any) -> Any: ...

class IntegerLookup(Layer):
    """Integers to the numbers of a vocabulary, or back."""
    def __init__(self, max_tokens: Any = None, num_oov_indices: int = 1, mask_token: Any = None, oov_token: int = -1, vocabulary: Any = None, vocabulary_dtype: Any = 'int64', idf_weights: Any = None, invert: bool = False, output_mode: Any = 'int', pad_to_max_tokens: bool = False, oov_method: Any = 'floormod', salt: Any = None, **kwargs: Any) -> None: ...

class LSTM(Layer):
    """Long short-term memory over a sequence."""
    def __init__(self, units: Any, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, implementation: int = 2, **kwargs: Any) -> None: ...

class LSTMCell(Layer):
    """One step of long short-term memory."""
    def __init__(self, units: Any, activation: Any = 'tanh', recurrent_activation: Any = 'sigmoid', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., unit_forget_bias: bool = True, kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, implementation: int = 2, **kwargs: Any) -> None: ...

class LayerNormalization(Layer):
    """Each sample to mean 0 and deviation 1 over some axes."""
    def __init__(self, axis: Any = ..., epsilon: float = 0.001, center: bool = True, scale: bool = True, rms_scaling: bool = False, beta_initializer: Any = ..., gamma_initializer: Any = ..., beta_regularizer: Any = None, gamma_regularizer: Any = None, beta_constraint: Any = None, gamma_constraint: Any = None, **kwargs: Any) -> None: ...

class LeakyReLU(Layer):
    """X above 0, a small slope below."""
    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None: ...

class Masking(Layer):
    """Masks the steps whose features all equal a value."""
    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None: ...

class MaxNumBoundingBoxes(Layer):
    """Images as they are; bounding boxes are not taken."""
    def __init__(self, max_number: Any, fill_value: int = -1, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

MaxPool1D = MaxPooling1D

MaxPool2D = MaxPooling2D

MaxPool3D = MaxPooling3D

class MaxPooling1D(Layer):
    """The largest of a window along the steps, per channel."""
    def __init__(self, pool_size: Any = ..., strides: Any = None, padding: Any = 'valid', data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class MaxPooling2D(Layer):
    """The largest of a window over height and width, per channel."""
    def __init__(self, pool_size: Any = ..., strides: Any = None, padding: Any = 'valid', data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class MaxPooling3D(Layer):
    """The largest of a window over depth, height and width, per channel."""
    def __init__(self, pool_size: Any = ..., strides: Any = None, padding: Any = 'valid', data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class Maximum(Layer):
    """The largest of its inputs, element by element."""
    def __init__(self, **kwargs: Any) -> None: ...

class MelSpectrogram(Layer):
    """The power of signals in bands of the mel scale."""
    def __init__(self, fft_length: int = 2048, sequence_stride: int = 512, sequence_length: Any = None, window: Any = 'hann', sampling_rate: float = 16000.0, num_mel_bins: int = 128, min_freq: float = 20.0, max_freq: Any = None, power_to_db: bool = True, top_db: float = 80.0, mag_exp: float = 2.0, min_power: float = 1e-10, ref_power: float = 1.0, **kwargs: Any) -> None: ...

class Minimum(Layer):
    """The smallest of its inputs, element by element."""
    def __init__(self, **kwargs: Any) -> None: ...

class MixUp(Layer):
    """Images blended with others of their batch while training."""
    def __init__(self, alpha: float = 0.2, data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class MultiHeadAttention(Layer):
    """Each step of the query looks at the steps of the value, in several heads."""
    def __init__(self, num_heads: Any, key_dim: Any, value_dim: Any = None, dropout: float = 0.0, use_bias: bool = True, use_gate: bool = False, output_shape: Any = None, attention_axes: Any = None, sliding_window: Any = None, kernel_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, bias_constraint: Any = None, seed: Any = None, **kwargs: Any) -> None: ...

class Multiply(Layer):
    """The product of its inputs."""
    def __init__(self, **kwargs: Any) -> None: ...

class Normalization(Layer):
    """Features shifted and scaled to mean 0 and deviation 1."""
    def __init__(self, axis: Any = ..., mean: Any = None, variance: Any = None, invert: bool = False, **kwargs: Any) -> None: ...

class PReLU(Layer):
    """X above 0, a trained slope below."""
    def __init__(self, alpha_initializer: Any = ..., alpha_regularizer: Any = None, alpha_constraint: Any = None, shared_axes: Any = None, **kwargs: Any) -> None: ...

class Permute(Layer):
    """The axes of each row in another order."""
    def __init__(self, dims: Any, **kwargs: Any) -> None: ...

class Pipeline(Layer):
    """Layers one after the other as one layer."""
    def __init__(self, layers: Any, **kwargs: Any) -> None: ...

class RMSNormalization(Layer):
    """Each sample to a root mean square of 1 over some axes."""
    def __init__(self, axis: Any = ..., epsilon: float = 1e-06, **kwargs: Any) -> None: ...

class RNN(Layer):
    """Any recurrent cell over a sequence."""
    def __init__(self, cell: Any, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, activity_regularizer: Any = None, **kwargs: Any) -> None: ...

class RandAugment(Layer):
    """Some of eleven changes of images, drawn anew, while training."""
    def __init__(self, value_range: Any = ..., num_ops: int = 2, factor: float = 0.5, interpolation: Any = 'bilinear', seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomBrightness(Layer):
    """Images made lighter or darker at random while training."""
    def __init__(self, factor: Any, value_range: Any = ..., seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomColorDegeneration(Layer):
    """Images that lose colours at random while training."""
    def __init__(self, factor: Any, value_range: Any = ..., data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class RandomColorJitter(Layer):
    """Brightness, contrast, saturation and hue changed at random while training."""
    def __init__(self, value_range: Any = ..., brightness_factor: Any = None, contrast_factor: Any = None, saturation_factor: Any = None, hue_factor: Any = None, seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomContrast(Layer):
    """Images of more or less contrast, at random, while training."""
    def __init__(self, factor: Any, value_range: Any = ..., seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomCrop(Layer):
    """Parts of images from a random place while training."""
    def __init__(self, height: Any, width: Any, seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomElasticTransform(Layer):
    """Images distorted by smooth noise while training."""
    def __init__(self, factor: float = 1.0, scale: float = 1.0, interpolation: Any = 'bilinear', fill_mode: Any = 'reflect', fill_value: float = 0.0, value_range: Any = ..., seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomErasing(Layer):
    """Boxes of images erased at random while training."""
    def __init__(self, factor: float = 1.0, scale: Any = ..., fill_value: Any = None, value_range: Any = ..., seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomFlip(Layer):
    """Images mirrored at random while training."""
    def __init__(self, mode: Any = 'horizontal_and_vertical', seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomGaussianBlur(Layer):
    """Images blurred at random while training."""
    def __init__(self, factor: float = 1.0, kernel_size: Any = ..., sigma: float = 1.0, value_range: Any = ..., data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class RandomGrayscale(Layer):
    """Images made grey at random while training."""
    def __init__(self, factor: float = 0.5, data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class RandomHue(Layer):
    """Images of other hues, at random, while training."""
    def __init__(self, factor: Any, value_range: Any = ..., data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class RandomInvert(Layer):
    """Images made negatives at random while training."""
    def __init__(self, factor: float = 1.0, value_range: Any = ..., seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomPerspective(Layer):
    """Images seen from a random side while training."""
    def __init__(self, factor: float = 1.0, scale: float = 1.0, interpolation: Any = 'bilinear', fill_value: float = 0.0, seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomPosterization(Layer):
    """Images of fewer shades, at random, while training."""
    def __init__(self, factor: Any, value_range: Any = ..., data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class RandomRotation(Layer):
    """Images turned at random while training."""
    def __init__(self, factor: Any, fill_mode: Any = 'reflect', interpolation: Any = 'bilinear', seed: Any = None, fill_value: float = 0.0, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomSaturation(Layer):
    """Images of paler or stronger colours, at random, while training."""
    def __init__(self, factor: Any, value_range: Any = ..., data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class RandomSharpness(Layer):
    """Images made sharper or smoother at random while training."""
    def __init__(self, factor: Any, value_range: Any = ..., data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class RandomShear(Layer):
    """Images sheared at random while training."""
    def __init__(self, x_factor: float = 0.0, y_factor: float = 0.0, interpolation: Any = 'bilinear', fill_mode: Any = 'reflect', fill_value: float = 0.0, data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class RandomTranslation(Layer):
    """Images moved at random while training."""
    def __init__(self, height_factor: Any, width_factor: Any, fill_mode: Any = 'reflect', interpolation: Any = 'bilinear', seed: Any = None, fill_value: float = 0.0, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class RandomZoom(Layer):
    """Images zoomed at random while training."""
    def __init__(self, height_factor: Any, width_factor: Any = None, fill_mode: Any = 'reflect', interpolation: Any = 'bilinear', seed: Any = None, fill_value: float = 0.0, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class ReLU(Layer):
    """Max(x, 0), with a slope below, a ceiling and a threshold."""
    def __init__(self, max_value: Any = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any) -> None: ...

class RepeatVector(Layer):
    """The features of each row as every step of a sequence."""
    def __init__(self, n: Any, **kwargs: Any) -> None: ...

class Rescaling(Layer):
    """Multiplies by a scale and adds an offset."""
    def __init__(self, scale: Any, offset: float = 0.0, **kwargs: Any) -> None: ...

class Reshape(Layer):
    """The same elements in another shape."""
    def __init__(self, target_shape: Any, **kwargs: Any) -> None: ...

class Resizing(Layer):
    """Images of another height and width."""
    def __init__(self, height: Any, width: Any, interpolation: Any = 'bilinear', crop_to_aspect_ratio: bool = False, pad_to_aspect_ratio: bool = False, fill_mode: Any = 'constant', fill_value: float = 0.0, antialias: bool = False, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class ReversibleEmbedding(Layer):
    """A trained row of numbers per id, and the way back."""
    def __init__(self, input_dim: Any, output_dim: Any, tie_weights: bool = True, embeddings_initializer: Any = ..., embeddings_regularizer: Any = None, activity_regularizer: Any = None, embeddings_constraint: Any = None, mask_zero: bool = False, reverse_dtype: Any = None, logit_soft_cap: Any = None, **kwargs: Any) -> None: ...

class STFTSpectrogram(Layer):
    """The short-time Fourier transform of signals."""
    def __init__(self, mode: Any = 'log', frame_length: int = 256, frame_step: Any = None, fft_length: Any = None, window: Any = 'hann', periodic: bool = False, scaling: Any = 'density', padding: Any = 'valid', expand_dims: bool = False, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class SeparableConv1D(Layer):
    """Convolution of each channel by itself along the steps of a sequence, then a mix of the channels."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', data_format: Any = 'channels_last', dilation_rate: Any = ..., depth_multiplier: int = 1, activation: Any = 'linear', use_bias: bool = True, depthwise_initializer: Any = ..., pointwise_initializer: Any = ..., bias_initializer: Any = ..., depthwise_regularizer: Any = None, pointwise_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, depthwise_constraint: Any = None, pointwise_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

class SeparableConv2D(Layer):
    """Convolution of each channel by itself along the height and width of pictures, then a mix of the channels."""
    def __init__(self, filters: Any, kernel_size: Any, strides: Any = ..., padding: Any = 'valid', data_format: Any = 'channels_last', dilation_rate: Any = ..., depth_multiplier: int = 1, activation: Any = 'linear', use_bias: bool = True, depthwise_initializer: Any = ..., pointwise_initializer: Any = ..., bias_initializer: Any = ..., depthwise_regularizer: Any = None, pointwise_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, depthwise_constraint: Any = None, pointwise_constraint: Any = None, bias_constraint: Any = None, **kwargs: Any) -> None: ...

SeparableConvolution1D = SeparableConv1D

SeparableConvolution2D = SeparableConv2D

class SimpleRNN(Layer):
    """Fully connected recurrence over a sequence."""
    def __init__(self, units: Any, activation: Any = 'tanh', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, activity_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, return_sequences: bool = False, return_state: bool = False, go_backwards: bool = False, stateful: bool = False, unroll: bool = False, zero_output_for_mask: bool = False, **kwargs: Any) -> None: ...

class SimpleRNNCell(Layer):
    """One step of a fully connected recurrence."""
    def __init__(self, units: Any, activation: Any = 'tanh', use_bias: bool = True, kernel_initializer: Any = ..., recurrent_initializer: Any = ..., bias_initializer: Any = ..., kernel_regularizer: Any = None, recurrent_regularizer: Any = None, bias_regularizer: Any = None, kernel_constraint: Any = None, recurrent_constraint: Any = None, bias_constraint: Any = None, dropout: float = 0.0, recurrent_dropout: float = 0.0, seed: Any = None, **kwargs: Any) -> None: ...

class Softmax(Layer):
    """E^x over its sum along one axis or several."""
    def __init__(self, axis: int = -1, **kwargs: Any) -> None: ...

class Solarization(Layer):
    """Light pixels made negatives while training."""
    def __init__(self, addition_factor: float = 0.0, threshold_factor: float = 0.0, value_range: Any = ..., seed: Any = None, data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class SpatialDropout1D(Layer):
    """Dropout of whole channels of a sequence."""
    def __init__(self, rate: Any, seed: Any = None, **kwargs: Any) -> None: ...

class SpatialDropout2D(Layer):
    """Dropout of whole channels of pictures."""
    def __init__(self, rate: Any, data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class SpatialDropout3D(Layer):
    """Dropout of whole channels of volumes."""
    def __init__(self, rate: Any, data_format: Any = 'channels_last', seed: Any = None, **kwargs: Any) -> None: ...

class SpectralNormalization(Layer):
    """Divides the kernel of a layer by its largest singular value."""
    def __init__(self, layer: Any, power_iterations: int = 1, **kwargs: Any) -> None: ...

class StackedRNNCells(Layer):
    """Recurrent cells on top of each other, as one."""
    def __init__(self, cells: Any, **kwargs: Any) -> None: ...

class StringLookup(Layer):
    """Texts to the numbers of a vocabulary, or back."""
    def __init__(self, max_tokens: Any = None, num_oov_indices: int = 1, mask_token: Any = None, oov_token: Any = '[UNK]', vocabulary: Any = None, idf_weights: Any = None, invert: bool = False, output_mode: Any = 'int', pad_to_max_tokens: bool = False, encoding: Any = 'utf-8', salt: Any = None, **kwargs: Any) -> None: ...

class Subtract(Layer):
    """The first input less the second."""
    def __init__(self, **kwargs: Any) -> None: ...

class TextVectorization(Layer):
    """Texts to the numbers of their words."""
    def __init__(self, max_tokens: Any = None, standardize: Any = 'lower_and_strip_punctuation', split: Any = 'whitespace', ngrams: Any = None, output_mode: Any = 'int', output_sequence_length: Any = None, pad_to_max_tokens: bool = False, vocabulary: Any = None, idf_weights: Any = None, encoding: Any = 'utf-8', **kwargs: Any) -> None: ...

class ThresholdedReLU(Layer):
    """X above a threshold, 0 elsewhere."""
    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None: ...

class TimeDistributed(Layer):
    """A layer on every step of a sequence."""
    def __init__(self, layer: Any, **kwargs: Any) -> None: ...

class UnitNormalization(Layer):
    """Every vector to length 1."""
    def __init__(self, axis: int = -1, **kwargs: Any) -> None: ...

class UpSampling1D(Layer):
    """Each step of a sequence repeated."""
    def __init__(self, size: int = 2, **kwargs: Any) -> None: ...

class UpSampling2D(Layer):
    """A larger picture, with places between the cells interpolated."""
    def __init__(self, size: Any = ..., data_format: Any = 'channels_last', interpolation: Any = 'nearest', **kwargs: Any) -> None: ...

class UpSampling3D(Layer):
    """A larger volume, each cell repeated."""
    def __init__(self, size: Any = ..., data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class Wrapper(Layer):
    """Base of layers that hold another one; cannot be called, as in Keras."""
    def __init__(self, layer: Any, **kwargs: Any) -> None: ...

class ZeroPadding1D(Layer):
    """Zeros before and after the steps of a sequence."""
    def __init__(self, padding: Any = ..., data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class ZeroPadding2D(Layer):
    """Zeros before and after the height and width of pictures."""
    def __init__(self, padding: Any = ..., data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

class ZeroPadding3D(Layer):
    """Zeros before and after the depth, height and width of volumes."""
    def __init__(self, padding: Any = ..., data_format: Any = 'channels_last', **kwargs: Any) -> None: ...

def Input(*args: Any, **kwargs: Any) -> Any: ...
def adapt_normalization(*args: Any, **kwargs: Any) -> Any: ...
def add(*args: Any, **kwargs: Any) -> Any: ...
def average(*args: Any, **kwargs: Any) -> Any: ...
def concatenate(*args: Any, **kwargs: Any) -> Any: ...
def dot(*args: Any, **kwargs: Any) -> Any: ...
def make_layers(*args: Any, **kwargs: Any) -> Any: ...
def maximum(*args: Any, **kwargs: Any) -> Any: ...
def minimum(*args: Any, **kwargs: Any) -> Any: ...
def multiply(*args: Any, **kwargs: Any) -> Any: ...
def subtract(*args: Any, **kwargs: Any) -> Any: ...
