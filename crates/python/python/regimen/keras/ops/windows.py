"""Convolutions and pooling: the cells that a window sees, one tensor for each cell of it."""

import itertools
import math

import numpy as np

from ..._keras import formats, promotion
from . import reductions
from ._settings import alike, dtype_of, floats, op, tensor
from .arithmetic import maximum
from .joining import concatenate, stack
from .products import einsum
from .shapes import flip, moveaxis, pad, reshape, transpose


def _each(value, count, what):
    found = (int(value),) * count if isinstance(value, (int, np.integer)) else tuple(int(n) for n in value)
    if len(found) != count:
        raise ValueError(f"{what}: one number or {count}, found {value!r}")
    return found


def _last(x, data_format):
    """A tensor with its channels last."""
    return moveaxis(x, 1, -1) if formats.standardized(data_format) == "channels_first" else x


def _back(x, data_format):
    return moveaxis(x, -1, 1) if formats.standardized(data_format) == "channels_first" else x


def _margins(sizes, kernel, strides, dilation, padding):
    """Cells before and after each axis."""
    if padding not in ("valid", "same"):
        raise ValueError(f"The `padding` argument must be 'valid' or 'same'. Received: padding={padding!r}")
    found = []
    for n, k, s, d in zip(sizes, kernel, strides, dilation):
        total = (math.ceil(n / s) - 1) * s + (k - 1) * d + 1 - n if padding == "same" else 0
        total = total if total > 0 else 0
        found.append((total // 2, total - total // 2))
    return found


def _cells(x, kernel, strides, dilation):
    """For each cell of the window what it sees, of a tensor (rows, sizes..., channels)."""
    counts = [(n - (k - 1) * d - 1) // s + 1 for n, k, s, d in zip(x.shape[1:], kernel, strides, dilation)]
    found = []
    for place in itertools.product(*(range(k) for k in kernel)):
        starts = [p * d for p, d in zip(place, dilation)]
        cut = [slice(a, a + (n - 1) * s + 1, s) for a, n, s in zip(starts, counts, strides)]
        found.append(x[(slice(None), *cut)])
    return found


def _convolved(x, kernel, strides, dilation, margins):
    """A kernel (sizes..., channels of a group, filters) moved over (rows, sizes..., channels)."""
    rank = len(x.shape) - 2
    sizes, inside, filters = kernel.shape[:rank], kernel.shape[-2], kernel.shape[-1]
    groups = x.shape[-1] // inside
    if groups * inside != x.shape[-1] or filters % groups:
        raise ValueError(f"conv: {x.shape[-1]} channels and {filters} filters for a kernel of {inside} channels")
    x = pad(x, [(0, 0), *margins, (0, 0)]) if any(low or high for low, high in margins) else x
    seen = _cells(x, sizes, strides, dilation)
    out, count = seen[0].shape[:-1], math.prod(sizes)
    if groups == 1:
        flat = reshape(concatenate(seen, -1), (-1, count * inside))
        return reshape(einsum("nk,ko->no", flat, reshape(kernel, (count * inside, filters))), (*out, filters))
    flat = reshape(stack(seen, -2), (-1, count, groups, inside))
    weights = reshape(kernel, (count, inside, groups, filters // groups))
    return reshape(einsum("nkgc,kcgo->ngo", flat, weights), (*out, filters))


@op
def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """A convolution of one to three axes; groups follow from the channels of the kernel."""
    x, kernel = alike(inputs, kernel)
    x, rank = _last(x, data_format), len(x.shape) - 2
    strides, dilation = _each(strides, rank, "strides"), _each(dilation_rate, rank, "dilation_rate")
    margins = _margins(x.shape[1:-1], kernel.shape[:rank], strides, dilation, padding)
    return _back(_convolved(x, kernel, strides, dilation, margins), data_format)


@op
def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """A convolution with kernels of its own for each channel."""
    kernel = tensor(kernel)
    kernel = reshape(kernel, (*kernel.shape[:-2], 1, kernel.shape[-2] * kernel.shape[-1]))
    return conv(inputs, kernel, strides, padding, data_format, dilation_rate)


@op
def separable_conv(inputs, depthwise_kernel, pointwise_kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """A depthwise convolution, then one that mixes channels."""
    found = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(found, pointwise_kernel, 1, "valid", data_format)


def _stuffed(x, strides):
    """Zeros between neighbours."""
    for axis, s in enumerate(strides, 1):
        if s > 1:
            n, before, after = x.shape[axis], x.shape[:axis], x.shape[axis + 1 :]
            wide = reshape(x, (*before, n, 1, *after))
            wide = pad(wide, [(0, s - 1) if a == axis + 1 else (0, 0) for a in range(len(wide.shape))])
            x = reshape(wide, (*before, n * s, *after))[(*(slice(None),) * axis, slice(0, (n - 1) * s + 1))]
    return x


def _spread(kernel, stride, padding, more):
    """Cells before and after what a transposed convolution goes over, as Keras counts them."""
    if padding == "valid":
        more = (kernel if kernel > stride else stride) - kernel if more is None else more
        return kernel - 1, kernel - 1 + more
    if padding != "same":
        raise ValueError(f"The `padding` argument must be one of 'valid', 'same'. Received: padding={padding!r}")
    total = stride + kernel - 2 if more is None else kernel + kernel % 2 - 2 + more
    low = total // 2 + total % 2
    low = low if low < kernel - 1 else kernel - 1
    return low, total - low


@op
def conv_transpose(inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1):
    """A convolution the other way round."""
    x, kernel = alike(inputs, kernel)
    x, rank = _last(x, data_format), len(x.shape) - 2
    strides, dilation = _each(strides, rank, "strides"), _each(dilation_rate, rank, "dilation_rate")
    more = (None,) * rank if output_padding is None else _each(output_padding, rank, "output_padding")
    margins = [_spread((k - 1) * d + 1, s, padding, m) for k, s, d, m in zip(kernel.shape, strides, dilation, more)]
    x = _stuffed(x, strides)
    for axis, (low, high) in enumerate(margins, 1):  # Where there is less than nothing to add, cells go.
        x = x[(*(slice(None),) * axis, slice(-low if low < 0 else 0, x.shape[axis] + (high if high < 0 else 0)))]
    margins = [(low if low > 0 else 0, high if high > 0 else 0) for low, high in margins]
    turned = transpose(flip(kernel, list(range(rank))), [*range(rank), rank + 1, rank])
    return _back(_convolved(x, turned, (1,) * rank, dilation, margins), data_format)


def _pooled(inputs, pool_size, strides, padding, data_format, empty):
    x = _last(tensor(inputs), data_format)
    rank = len(x.shape) - 2
    sizes = _each(pool_size, rank, "pool_size")
    strides = sizes if strides is None else _each(strides, rank, "strides")
    margins = _margins(x.shape[1:-1], sizes, strides, (1,) * rank, padding)
    if any(low or high for low, high in margins):
        x = pad(x, [(0, 0), *margins, (0, 0)], constant_values=empty(dtype_of(x)))
    return _cells(x, sizes, strides, (1,) * rank), (sizes, strides, margins)


@op
def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The largest of what windows see."""
    seen, _ = _pooled(inputs, pool_size, strides, padding, data_format, _least)
    found = seen[0]
    for other in seen[1:]:
        found = maximum(found, other)
    return _back(found, data_format)


def _least(dtype):
    return -np.inf if promotion.is_float(dtype) else np.iinfo(dtype).min


@op
def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The mean of what windows see, cells outside left out."""
    seen, (sizes, strides, margins) = _pooled(floats(inputs), pool_size, strides, padding, data_format, lambda dtype: 0)
    total = seen[0]
    for other in seen[1:]:
        total = total + other
    if padding == "valid":
        return _back(total * (1.0 / math.prod(sizes)), data_format)
    inner = [n - low - high for n, (low, high) in zip(_padded(total, sizes, strides), margins)]
    there = np.pad(np.ones((1, *inner, 1), "float32"), [(0, 0), *margins, (0, 0)])
    counts = sum(_cells(there, sizes, strides, (1,) * len(sizes)))
    return _back(total / counts, data_format)


def _padded(total, sizes, strides):
    return [(n - 1) * s + k for n, k, s in zip(total.shape[1:-1], sizes, strides)]


def _adaptive(inputs, output_size, data_format, join):
    x = _last(tensor(inputs), data_format)
    rank = len(x.shape) - 2
    for axis, wanted in enumerate(_each(output_size, rank, "output_size"), 1):
        n, parts = x.shape[axis], []
        for i in range(wanted):
            parts.append(join(x[(*(slice(None),) * axis, slice(i * n // wanted, -(-(i + 1) * n // wanted)))], axis))
        x = stack(parts, axis)
    return _back(x, data_format)


@op
def adaptive_average_pool(inputs, output_size, data_format=None):
    """The means of as many windows as asked for."""
    return _adaptive(floats(inputs), output_size, data_format, reductions.mean)


@op
def adaptive_max_pool(inputs, output_size, data_format=None):
    """The largest of as many windows as asked for."""
    return _adaptive(inputs, output_size, data_format, reductions.max)


@op
def unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    """The patches of images (rows, channels, height, width) as columns."""
    x = tensor(x)
    kernel, dilation, margin, stride = (_each(v, 2, "unfold") for v in (kernel_size, dilation, padding, stride))
    x = moveaxis(pad(x, [(0, 0), (0, 0), *((p, p) for p in margin)]), 1, -1)
    seen = stack(_cells(x, kernel, stride, dilation), -1)
    rows, height, width, channels, count = seen.shape
    return reshape(transpose(seen, (0, 3, 4, 1, 2)), (rows, channels * count, height * width))


@op
def fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Columns of patches added up to images (rows, channels, height, width)."""
    x = tensor(x)
    size, kernel, dilation, margin, stride = (_each(v, 2, "fold") for v in (output_size, kernel_size, dilation, padding, stride))
    full = [n + 2 * p for n, p in zip(size, margin)]
    counts = [(n - (k - 1) * d - 1) // s + 1 for n, k, d, s in zip(full, kernel, dilation, stride)]
    rows, channels = x.shape[0], x.shape[1] // math.prod(kernel)
    seen = reshape(x, (rows, channels, math.prod(kernel), *counts))
    found = None
    for i, place in enumerate(itertools.product(*(range(k) for k in kernel))):
        part = moveaxis(_stuffed(moveaxis(seen[:, :, i], 1, -1), stride), -1, 1)
        low = [p * d for p, d in zip(place, dilation)]
        part = pad(part, [(0, 0), (0, 0), *((a, n - a - m) for a, n, m in zip(low, full, part.shape[2:]))])
        found = part if found is None else found + part
    return found[:, :, margin[0] : margin[0] + size[0], margin[1] : margin[1] + size[1]]


@op
def depth_to_space(x, block_size, data_format="channels_last"):
    """Channels as blocks of cells."""
    x, k = tensor(x), block_size
    if formats.standardized(data_format) == "channels_last":
        rows, height, width, channels = x.shape
        x = transpose(reshape(x, (rows, height, width, k, k, channels // k**2)), (0, 1, 3, 2, 4, 5))
        return reshape(x, (rows, height * k, width * k, channels // k**2))
    rows, channels, height, width = x.shape
    x = transpose(reshape(x, (rows, channels // k**2, k, k, height, width)), (0, 1, 4, 2, 5, 3))
    return reshape(x, (rows, channels // k**2, height * k, width * k))


@op
def space_to_depth(x, block_size, data_format="channels_last"):
    """Blocks of cells as channels."""
    x, k = tensor(x), block_size
    if formats.standardized(data_format) == "channels_last":
        rows, height, width, channels = x.shape
        x = transpose(reshape(x, (rows, height // k, k, width // k, k, channels)), (0, 1, 3, 2, 4, 5))
        return reshape(x, (rows, height // k, width // k, k**2 * channels))
    rows, channels, height, width = x.shape
    x = transpose(reshape(x, (rows, channels, height // k, k, width // k, k)), (0, 1, 3, 5, 2, 4))
    return reshape(x, (rows, channels * k**2, height // k, width // k))
