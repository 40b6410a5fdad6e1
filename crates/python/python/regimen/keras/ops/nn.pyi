"""Written by crates/python/make_stubs.py."""

from typing import Any

def adaptive_average_pool(inputs: Any, output_size: Any, data_format: Any = None) -> Any:
    """The means of as many windows as asked for."""
def adaptive_max_pool(inputs: Any, output_size: Any, data_format: Any = None) -> Any:
    """The largest of as many windows as asked for."""
def average_pool(inputs: Any, pool_size: Any, strides: Any = None, padding: Any = 'valid', data_format: Any = None) -> Any:
    """The mean of what windows see, cells outside left out."""
def batch_normalization(x: Any, mean: Any, variance: Any, axis: Any, offset: Any = None, scale: Any = None, epsilon: Any = 0.001) -> Any:
    """Centred and scaled by a mean and a variance for each place of an axis."""
def binary_crossentropy(target: Any, output: Any, from_logits: Any = False) -> Any:
    """The crossentropy of each element."""
def categorical_crossentropy(target: Any, output: Any, from_logits: Any = False, axis: Any = -1) -> Any:
    """The crossentropy of rows of shares."""
def celu(x: Any, alpha: Any = 1.0) -> Any:
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1))."""
def conv(inputs: Any, kernel: Any, strides: Any = 1, padding: Any = 'valid', data_format: Any = None, dilation_rate: Any = 1) -> Any:
    """A convolution of one to three axes; groups follow from the channels of the kernel."""
def conv_transpose(inputs: Any, kernel: Any, strides: Any = 1, padding: Any = 'valid', output_padding: Any = None, data_format: Any = None, dilation_rate: Any = 1) -> Any:
    """A convolution the other way round."""
def ctc_decode(inputs: Any, sequence_lengths: Any, strategy: Any = 'greedy', beam_width: Any = 100, top_paths: Any = 1, merge_repeated: Any = True, mask_index: Any = 0) -> Any:
    """The labels that the likeliest class of each step gives, -1 behind the last, and the scores of the rows; `beam_search` gives the likeliest `top_paths` labels, and the logarithms of how likely they are."""
def ctc_loss(target: Any, output: Any, target_length: Any, output_length: Any, mask_index: Any = 0) -> Any:
    """Minus the logarithm of the probability of a sequence of labels, over all ways to spread it over the steps."""
def depth_to_space(x: Any, block_size: Any, data_format: Any = 'channels_last') -> Any:
    """Channels as blocks of cells."""
def depthwise_conv(inputs: Any, kernel: Any, strides: Any = 1, padding: Any = 'valid', data_format: Any = None, dilation_rate: Any = 1) -> Any:
    """A convolution with kernels of its own for each channel."""
def dot_product_attention(query: Any, key: Any, value: Any, bias: Any = None, mask: Any = None, scale: Any = None, is_causal: Any = False, flash_attention: Any = None, attn_logits_soft_cap: Any = None) -> Any:
    """Attention of (rows, times, heads, depth). How it is computed is up to the library, whatever `flash_attention` says."""
def elu(x: Any, alpha: Any = 1.0) -> Any:
    """x above zero, alpha * (exp(x) - 1) below."""
def fold(x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """Columns of patches added up to images (rows, channels, height, width)."""
def gelu(x: Any, approximate: Any = True) -> Any:
    """The Gaussian error linear unit, by tanh or by erf."""
def glu(x: Any, axis: Any = -1) -> Any:
    """One half of an axis times the sigmoid of the other."""
def hard_shrink(x: Any, threshold: Any = 0.5) -> Any:
    """0 within the threshold, x outside."""
def hard_sigmoid(x: Any) -> Any:
    """The activation hard_sigmoid."""
def hard_silu(x: Any) -> Any:
    """The activation hard_silu."""
def hard_swish(x: Any) -> Any:
    """The activation hard_silu."""
def hard_tanh(x: Any) -> Any:
    """The activation hard_tanh."""
def layer_normalization(x: Any, gamma: Any = None, beta: Any = None, axis: Any = -1, epsilon: Any = None, **kwargs: Any) -> Any:
    """Each row centred and scaled by its own mean and variance over axes."""
def leaky_relu(x: Any, negative_slope: Any = 0.2) -> Any:
    """x above zero, a share of it below."""
def log_sigmoid(x: Any) -> Any:
    """The activation log_sigmoid."""
def log_softmax(x: Any, axis: Any = -1) -> Any:
    """The logarithm of softmax."""
def max_pool(inputs: Any, pool_size: Any, strides: Any = None, padding: Any = 'valid', data_format: Any = None) -> Any:
    """The largest of what windows see."""
def moments(x: Any, axes: Any, keepdims: Any = False, synchronized: Any = False) -> Any:
    """Mean and variance over axes; there is one device, so they are synchronized anyway."""
def multi_hot(inputs: Any, num_classes: Any = None, axis: Any = -1, dtype: Any = None, sparse: Any = False, **kwargs: Any) -> Any:
    """Sets of classes as rows with a one for each."""
def normalize(x: Any, axis: Any = -1, order: Any = 2, epsilon: Any = None) -> Any:
    """Divided by its norm over an axis."""
def one_hot(x: Any, num_classes: Any, axis: Any = -1, dtype: Any = None, sparse: Any = False) -> Any:
    """Classes as rows with a single one."""
def psnr(x1: Any, x2: Any, max_val: Any) -> Any:
    """The ratio of the largest signal to the noise, in decibels."""
def relu(x: Any) -> Any:
    """The activation relu."""
def relu6(x: Any) -> Any:
    """The activation relu6."""
def rms_normalization(x: Any, scale: Any = None, axis: Any = -1, epsilon: Any = None) -> Any:
    """Each row scaled by the root of the mean of its squares over axes."""
def selu(x: Any) -> Any:
    """The activation selu."""
def separable_conv(inputs: Any, depthwise_kernel: Any, pointwise_kernel: Any, strides: Any = 1, padding: Any = 'valid', data_format: Any = None, dilation_rate: Any = 1) -> Any:
    """A depthwise convolution, then one that mixes channels."""
def sigmoid(x: Any) -> Any:
    """The activation sigmoid."""
def silu(x: Any) -> Any:
    """The activation silu."""
def soft_shrink(x: Any, threshold: Any = 0.5) -> Any:
    """0 within the threshold, x nearer to zero by it outside."""
def softmax(x: Any, axis: Any = -1) -> Any:
    """Exponentials that add up to one over an axis, or several."""
def softplus(x: Any) -> Any:
    """The activation softplus."""
def softsign(x: Any) -> Any:
    """The activation softsign."""
def space_to_depth(x: Any, block_size: Any, data_format: Any = 'channels_last') -> Any:
    """Blocks of cells as channels."""
def sparse_categorical_crossentropy(target: Any, output: Any, from_logits: Any = False, axis: Any = -1) -> Any:
    """The crossentropy of classes by their numbers."""
def sparse_plus(x: Any) -> Any:
    """0 below -1, x above 1, a parabola between."""
def sparse_sigmoid(x: Any) -> Any:
    """0 below -1, 1 above 1, a line between."""
def sparsemax(x: Any, axis: Any = -1) -> Any:
    """The nearest point of the simplex: zeros, and what is left above a bound."""
def squareplus(x: Any, b: Any = 4) -> Any:
    """(x + sqrt(x² + b)) / 2."""
def swish(x: Any) -> Any:
    """The activation silu."""
def tanh_shrink(x: Any) -> Any:
    """The activation tanh_shrink."""
def threshold(x: Any, threshold: Any, default_value: Any) -> Any:
    """x above a threshold, another number elsewhere."""
def unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The patches of images (rows, channels, height, width) as columns."""
