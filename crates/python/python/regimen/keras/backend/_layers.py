"""Convolutions, pooling, padding and recurrence of `K`."""

from ..._keras import formats
from .. import ops, random


def bias_add(x, bias, data_format=None):
    """A bias of one axis for the channels, or of the sizes of a row."""
    if len(bias.shape) == 1 and len(x.shape) > 2 and formats.standardized(data_format) == "channels_first":
        return x + ops.reshape(bias, (1, -1) + (1,) * (len(x.shape) - 2))
    return x + bias


def _convolution(rank):
    def function(x, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
        if rank == 1 and padding == "causal":
            first = (kernel.shape[0] - 1) * (dilation_rate if isinstance(dilation_rate, int) else dilation_rate[0])
            x, padding = _padded(x, [(first, 0)], data_format), "valid"
        return ops.conv(x, kernel, strides=strides, padding=padding, data_format=formats.standardized(data_format),
                        dilation_rate=dilation_rate)

    function.__name__, function.__doc__ = f"conv{rank}d", f"A convolution over {rank} axes."
    return function


conv1d, conv2d, conv3d = _convolution(1), _convolution(2), _convolution(3)


def conv2d_transpose(x, kernel, output_shape, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1)):
    """A convolution backwards; `output_shape` has to be what its sizes give."""
    found = ops.conv_transpose(x, kernel, strides=strides, padding=padding, data_format=formats.standardized(data_format),
                               dilation_rate=dilation_rate)
    if output_shape is not None and tuple(output_shape)[1:] != tuple(found.shape)[1:]:
        raise NotImplementedError(f"K.conv2d_transpose: gives {tuple(found.shape)} here, output_shape={tuple(output_shape)} is not "
                                  "supported")
    return found


def depthwise_conv2d(x, depthwise_kernel, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1)):
    """A convolution of each channel by itself."""
    return ops.depthwise_conv(x, depthwise_kernel, strides=strides, padding=padding, data_format=formats.standardized(data_format),
                              dilation_rate=dilation_rate)


def separable_conv2d(x, depthwise_kernel, pointwise_kernel, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1)):
    """A convolution of each channel, then one over channels."""
    return ops.separable_conv(x, depthwise_kernel, pointwise_kernel, strides=strides, padding=padding,
                              data_format=formats.standardized(data_format), dilation_rate=dilation_rate)


def _pooling(rank):
    def function(x, pool_size, strides=None, padding="valid", data_format=None, pool_mode="max"):
        if pool_mode not in ("max", "avg"):
            raise ValueError(f"Invalid pooling mode: {pool_mode}")
        pool = ops.max_pool if pool_mode == "max" else ops.average_pool
        # Steps of K are 1, those of ops the sizes of the pool.
        return pool(x, pool_size, strides=strides or (1,) * rank, padding=padding, data_format=formats.standardized(data_format))

    function.__name__, function.__doc__ = f"pool{rank}d", f'The largest ("max") or the mean ("avg") of windows over {rank} axes.'
    return function


pool2d, pool3d = _pooling(2), _pooling(3)


def _places(rank, data_format):
    first = 1 if formats.standardized(data_format) == "channels_last" else 2
    return range(first, first + rank)


def resize_images(x, height_factor, width_factor, data_format=None, interpolation="nearest"):
    """Larger by whole factors."""
    if interpolation != "nearest":
        size = [x.shape[axis] * factor for factor, axis in zip((height_factor, width_factor), _places(2, data_format))]
        return ops.image.resize(x, size, interpolation, data_format=formats.standardized(data_format))
    for factor, axis in zip((height_factor, width_factor), _places(2, data_format)):
        x = ops.repeat(x, factor, axis=axis)
    return x


def resize_volumes(x, depth_factor, height_factor, width_factor, data_format=None):
    """Larger by whole factors."""
    for factor, axis in zip((depth_factor, height_factor, width_factor), _places(3, data_format)):
        x = ops.repeat(x, factor, axis=axis)
    return x


def temporal_padding(x, padding=(1, 1)):
    """Zeros before and after the steps."""
    return _padded(x, [padding], "channels_last")


def spatial_2d_padding(x, padding=((1, 1), (1, 1)), data_format=None):
    """Zeros around pictures."""
    return _padded(x, padding, data_format)


def spatial_3d_padding(x, padding=((1, 1), (1, 1), (1, 1)), data_format=None):
    """Zeros around volumes."""
    return _padded(x, padding, data_format)


def _padded(x, padding, data_format):
    widths = [(0, 0)] * len(x.shape)
    for width, axis in zip(padding, _places(len(padding), data_format)):
        widths[axis] = tuple(width) if isinstance(width, (tuple, list)) else (width, width)
    return ops.pad(x, widths)


def dropout(x, level, noise_shape=None, seed=None):
    """Some elements made zero, the others larger by as much."""
    return random.dropout(x, level, noise_shape=noise_shape, seed=seed)


def rnn(step_function, inputs, initial_states, go_backwards=False, mask=None, constants=None, unroll=False, input_length=None,
        time_major=False,
        zero_output_for_mask=False, return_all_outputs=True):
    """Runs a step over time: the last output, all of them, the last states. It is always unrolled here, so `unroll` changes nothing."""
    if input_length is not None:
        raise NotImplementedError("K.rnn(input_length=...): give a mask")
    axis = 0 if time_major else 1
    states, found, output = list(initial_states), [], None
    steps = range(inputs.shape[axis])
    for t in reversed(steps) if go_backwards else steps:
        now = inputs[t] if time_major else inputs[:, t]
        fresh, later = step_function(now, [*states, *(constants or [])])
        later = list(later)
        if mask is not None:
            seen = ops.cast(mask[t] if time_major else mask[:, t], "bool")
            before = ops.zeros_like(fresh) if output is None or zero_output_for_mask else output
            fresh = _chosen(seen, fresh, before)
            later = [_chosen(seen, new, old) for new, old in zip(later, states)]
        output, states = fresh, later
        found.append(fresh)
    return output, ops.stack(found if return_all_outputs else found[-1:], axis=axis), states


def _chosen(condition, first, second):
    for _ in range(len(first.shape) - len(condition.shape)):
        condition = ops.expand_dims(condition, -1)
    return ops.where(condition, first, second)
