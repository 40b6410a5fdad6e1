"""Normalization, attention, encodings and losses as functions."""

import math

import numpy as np

from ..._keras.traced import Tensor
from . import reductions
from ._settings import alike, as_type, axes_of, dtype_of, floats, op, tensor
from .activations import log_sigmoid, log_softmax, softmax
from .arithmetic import clip, maximum, minimum, power
from .elementwise import absolute, log, log10, rsqrt, square
from .indexing import where
from .joining import concatenate
from .products import einsum
from .shapes import expand_dims, moveaxis, reshape

_EPSILON = 1e-7


def _for(x, value, axes):
    """A value of some axes, in a shape that broadcasts with x."""
    value = tensor(value, dtype_of(x))
    if len(value.shape) == len(x.shape):
        return value
    return reshape(value, [n if a in axes else 1 for a, n in enumerate(x.shape)])


@op
def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    """Centred and scaled by a mean and a variance for each place of an axis."""
    x = floats(x)
    axes = axes_of(x, axis)
    factor = rsqrt(_for(x, variance, axes) + epsilon)
    factor = factor * _for(x, scale, axes) if scale is not None else factor
    found = (x - _for(x, mean, axes)) * factor
    return found + _for(x, offset, axes) if offset is not None else found


@op
def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=None, **kwargs):
    """Each row centred and scaled by its own mean and variance over axes."""
    rms = kwargs.pop("rms_scaling", False)
    if kwargs:
        raise TypeError(f"layer_normalization() got unexpected keyword arguments {sorted(kwargs)}")
    x, epsilon = floats(x), _EPSILON if epsilon is None else epsilon
    axes = axes_of(x, axis)
    factor = rsqrt(reductions.var(x, axes, keepdims=True) + epsilon)
    factor = factor * _for(x, gamma, axes) if gamma is not None else factor
    if rms:
        return x * factor
    found = (x - reductions.mean(x, axes, keepdims=True)) * factor
    return found + _for(x, beta, axes) if beta is not None else found


@op
def rms_normalization(x, scale=None, axis=-1, epsilon=None):
    """Each row scaled by the root of the mean of its squares over axes."""
    x, epsilon = floats(x), _EPSILON if epsilon is None else epsilon
    found = x * rsqrt(reductions.mean(square(x), axis, keepdims=True) + epsilon)
    return found * tensor(scale, dtype_of(x)) if scale is not None else found


@op
def normalize(x, axis=-1, order=2, epsilon=None):
    """Divided by its norm over an axis."""
    x, epsilon = floats(x), _EPSILON if epsilon is None else epsilon
    if order == 2:
        squared = reductions.sum(square(x), axis, keepdims=True)
        return x * minimum(rsqrt(squared), 1.0 / epsilon)
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"Argument `order` must be int >= 1. Received: order={order}")
    norm = power(reductions.sum(power(absolute(x), float(order)), axis, keepdims=True), 1.0 / order)
    return x / maximum(norm, epsilon)


@op
def dot_product_attention(query, key, value, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None,
                          attn_logits_soft_cap=None):
    """Attention of (rows, times, heads, depth). How it is computed is up to the library, whatever `flash_attention` says."""
    query, key, value = alike(query, key, value)
    if [x for x in (query, key, value) if len(x.shape) != 4]:
        raise ValueError("`dot_product_attention` only supports 4D inputs. "
                         f"Received: query.shape={tuple(query.shape)}, key.shape={tuple(key.shape)}, value.shape={tuple(value.shape)}.")
    share = query.shape[2] // key.shape[2]
    if share > 1:
        from .joining import repeat

        key, value = repeat(key, share, 2), repeat(value, share, 2)
    scores = einsum("btnh,bsnh->bnts", query, key) * (1.0 / math.sqrt(key.shape[-1]) if scale is None else scale)
    scores = scores + bias if bias is not None else scores
    if attn_logits_soft_cap is not None:
        scores = scores / (1.0 + absolute(scores) * (1.0 / attn_logits_soft_cap))
    least = float(np.finfo("float32").min) * 0.7
    if is_causal:
        scores = where(np.tri(query.shape[1], key.shape[1], dtype="bool"), scores, least)
    if mask is not None:
        scores = where(as_type(tensor(mask), "bool"), scores, least)
    return einsum("bnts,bsnh->btnh", softmax(scores), value)


def _dense(sparse, name):
    if sparse:
        raise NotImplementedError(f"keras.ops.{name}(sparse=True): there are no sparse tensors here")


@op
def one_hot(x, num_classes, axis=-1, dtype=None, sparse=False):
    """Classes as rows with a single one."""
    _dense(sparse, "one_hot")
    ids = as_type(tensor(x), "int32")
    found = as_type(ids[..., None] == np.arange(num_classes, dtype="int32"), dtype)
    return found if axis % len(found.shape) == len(found.shape) - 1 else moveaxis(found, -1, axis)


@op
def multi_hot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs):
    """Sets of classes as rows with a one for each."""
    _dense(sparse, "multi_hot")
    num_classes = kwargs.pop("num_tokens", num_classes)
    if kwargs:
        raise TypeError(f"multi_hot() got unexpected keyword arguments {sorted(kwargs)}")
    if num_classes is None:
        raise ValueError("Argument `num_classes` must be specified.")
    x = tensor(inputs)
    return reductions.max(one_hot(x, num_classes, axis, dtype), axis=1 if len(x.shape) > 1 else 0)


@op
def psnr(x1, x2, max_val):
    """The ratio of the largest signal to the noise, in decibels."""
    a, b = alike(x1, x2, kind="float")
    if tuple(a.shape) != tuple(b.shape):
        raise ValueError(f"Input shapes {tuple(a.shape)} and {tuple(b.shape)} must match for PSNR calculation. ")
    return 20.0 * math.log10(max_val) - 10.0 * log10(reductions.mean(square(a - b)))


@op
def binary_crossentropy(target, output, from_logits=False):
    """The crossentropy of each element."""
    target, output = floats(target), floats(output)
    if tuple(target.shape) != tuple(output.shape):
        raise ValueError("Arguments `target` and `output` must have the same shape. "
                         f"Received: target.shape={tuple(target.shape)}, output.shape={tuple(output.shape)}")
    if from_logits:
        return -target * log_sigmoid(output) - (1.0 - target) * log_sigmoid(-output)
    output = clip(output, _EPSILON, 1.0 - _EPSILON)
    return -(target * log(output) + (1.0 - target) * log(1.0 - output))


def _logarithms(output, from_logits, axis):
    if from_logits:
        return log_softmax(output, axis)
    output = output / reductions.sum(output, axis, keepdims=True)
    return log(clip(output, _EPSILON, 1.0 - _EPSILON))


@op
def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """The crossentropy of rows of shares."""
    target, output = floats(target), floats(output)
    if tuple(target.shape) != tuple(output.shape) or not len(target.shape):
        raise ValueError("Arguments `target` and `output` must have the same shape, of one axis or more. "
                         f"Received: target.shape={tuple(target.shape)}, output.shape={tuple(output.shape)}")
    return -reductions.sum(target * _logarithms(output, from_logits, axis), axis=axis)


@op
def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """The crossentropy of classes by their numbers."""
    target, output = as_type(tensor(target), "int32"), floats(output)
    if len(target.shape) == len(output.shape) and target.shape[-1] == 1:
        target = reshape(target, target.shape[:-1])
    at = axes_of(output, axis)[0]
    if tuple(target.shape) != tuple(n for a, n in enumerate(output.shape) if a != at):
        raise ValueError("Arguments `target` and `output` must have the same shape up until the last dimension: "
                         f"target.shape={tuple(target.shape)}, output.shape={tuple(output.shape)}")
    return -reductions.sum(one_hot(target, output.shape[at], axis=at) * _logarithms(output, from_logits, at), axis=at)


@op
def ctc_loss(target, output, target_length, output_length, mask_index=0):
    """Minus the logarithm of the probability of a sequence of labels, over all ways to spread it over the steps."""
    from .arithmetic import logaddexp

    target, output = as_type(tensor(target), "int32"), floats(output)
    lengths, steps = as_type(tensor(target_length), "int32"), as_type(tensor(output_length), "int32")
    rows, most = target.shape
    logs = log_softmax(output)
    emits = einsum("btk,bnk->btn", logs, one_hot(target, output.shape[-1]))
    repeat = concatenate([as_type(target[:, :-1] == target[:, 1:], "float32"), np.zeros((rows, 1), "float32")], 1)
    never = -1e5
    blank, emit = np.full((rows, most + 1), never, "float32"), np.full((rows, most), never, "float32")
    blank[:, 0] = 0.0

    def after(blank, score):
        return concatenate([blank[:, :1], logaddexp(blank[:, 1:], score)], -1)

    for t in range(output.shape[1]):
        silence, spoken, runs = logs[:, t, mask_index][:, None], emits[:, t], (steps > t)[:, None]
        before = after(blank, emit + never * repeat)
        next_emit = logaddexp(before[:, :-1] + spoken, emit + spoken)
        next_blank = after(before + silence, emit + silence + never * (1.0 - repeat))
        blank, emit = where(runs, next_blank, blank), where(runs, next_emit, emit)
    return -reductions.sum(after(blank, emit) * one_hot(lengths, most + 1), axis=-1)


@op
def ctc_decode(inputs, sequence_lengths, strategy="greedy", beam_width=100, top_paths=1, merge_repeated=True, mask_index=0):
    """The labels that the likeliest class of each step gives, -1 behind the last, and the scores of the rows; `beam_search` gives the
    likeliest `top_paths` labels, and the logarithms of how likely they are."""
    from ..._keras import beam_search
    from .indexing import take_along_axis
    from .sorting import argsort

    if strategy == "beam_search":
        x, lengths = floats(inputs), tensor(sequence_lengths)
        if isinstance(x, Tensor) or isinstance(lengths, Tensor):
            raise NotImplementedError("keras.ops.ctc_decode(strategy='beam_search') takes arrays, and is not there inside of what is "
                                      "traced; 'greedy' is")
        mask_index = x.shape[-1] - 1 if mask_index is None else mask_index
        return beam_search.decoded(np.asarray(x), np.asarray(lengths), beam_width, top_paths, mask_index)
    if strategy != "greedy":
        raise ValueError(f"Invalid strategy {strategy}. Supported values are 'greedy' and 'beam_search'.")
    x = floats(inputs)
    mask_index = x.shape[-1] - 1 if mask_index is None else mask_index
    outside = np.arange(x.shape[1], dtype="int32") >= as_type(tensor(sequence_lengths), "int32")[:, None]
    labels = where(outside, mask_index, reductions.argmax(x, axis=-1))
    scores = -reductions.sum(where(outside, 0.0, reductions.max(x, axis=-1)), axis=1)[:, None]
    if merge_repeated:
        first = np.ones((1, 1), "bool")
        same = labels[:, 1:] != labels[:, :-1]
        labels = where(concatenate([as_type(labels[:, :1] * 0, "bool") | first, same], 1), labels, mask_index)
    labels = where(labels == mask_index, -1, labels)
    order = argsort(where(labels == -1, x.shape[1], np.arange(x.shape[1], dtype="int32")), axis=-1)
    return expand_dims(take_along_axis(labels, order, axis=-1), 0), scores
