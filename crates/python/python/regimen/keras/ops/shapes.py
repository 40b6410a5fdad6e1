"""The same elements in other sizes, orders and places."""

import math

import numpy as np

from ..._keras.traced import Tensor
from ._settings import axes_of, dtype_of, op, tensor


def shape(x):
    """Sizes, as a tuple; those of symbolic tensors may be None."""
    return tuple(x.shape if hasattr(x, "shape") else tensor(x).shape)


def ndim(x):
    """Number of axes."""
    return len(shape(x))


def size(x):
    """Number of elements; None where a size is not known."""
    sizes = shape(x)
    return None if None in sizes else math.prod(sizes)


@op
def reshape(x, newshape):
    """The same elements in other sizes; one of them may be -1."""
    x = tensor(x)
    wanted = tuple(-1 if n is None else int(n) for n in (newshape if isinstance(newshape, (list, tuple, np.ndarray)) else (newshape,)))
    if not isinstance(x, Tensor):
        return np.reshape(x, wanted)
    if -1 in wanted:
        known = math.prod(n for n in wanted if n != -1)
        wanted = tuple((math.prod(x.shape) // known if known else 0) if n == -1 else n for n in wanted)
    if math.prod(wanted) != math.prod(x.shape):
        raise ValueError(f"cannot reshape a tensor of shape {x.shape} into shape {tuple(newshape)}")
    return Tensor(x.native.reshape(list(wanted)))


@op
def ravel(x):
    """All elements along one axis."""
    return reshape(x, (-1,))


@op
def transpose(x, axes=None):
    """Axes in another order, reversed where none is given."""
    x = tensor(x)
    order = axes_of(x, list(axes)) if axes is not None else list(range(len(x.shape)))[::-1]
    return Tensor(x.native.transpose(order)) if isinstance(x, Tensor) else np.transpose(x, order)


@op
def swapaxes(x, axis1, axis2):
    """Two axes exchanged."""
    x = tensor(x)
    order = list(range(len(x.shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return transpose(x, order)


@op
def moveaxis(x, source, destination):
    """Axes at other places."""
    x = tensor(x)
    from_, to = axes_of(x, source), axes_of(x, destination)
    order = [a for a in range(len(x.shape)) if a not in from_]
    for place, a in sorted(zip(to, from_)):
        order.insert(place, a)
    return transpose(x, order)


@op
def expand_dims(x, axis):
    """New axes of one element."""
    x = tensor(x)
    given = list(axis) if isinstance(axis, (list, tuple)) else [axis]
    rank = len(x.shape) + len(given)
    if [a for a in given if not -rank <= a < rank]:
        raise ValueError(f"expand_dims: axis {axis} is out of bounds for a result of {rank} axes")
    sizes = list(x.shape)
    for a in sorted(a % rank for a in given):
        sizes.insert(a, 1)
    return reshape(x, sizes)


@op
def squeeze(x, axis=None):
    """Without axes of one element."""
    x = tensor(x)
    gone = [i for i, n in enumerate(x.shape) if n == 1] if axis is None else axes_of(x, axis)
    if [a for a in gone if x.shape[a] != 1]:
        raise ValueError(f"Cannot squeeze axis={axis}, because the dimension is not 1: shape {tuple(x.shape)}")
    return reshape(x, [n for i, n in enumerate(x.shape) if i not in gone])


@op
def broadcast_to(x, shape):
    """Repeated to these sizes."""
    x = tensor(x)
    return Tensor(x.native.broadcast_to([int(n) for n in shape])) if isinstance(x, Tensor) else np.broadcast_to(x, shape)


@op
def flip(x, axis=None):
    """Reversed along axes."""
    x = tensor(x)
    axes = axes_of(x, axis)
    return Tensor(x.native.reverse(axes)) if isinstance(x, Tensor) else np.flip(x, tuple(axes))


@op
def flipud(x):
    """Reversed along the first axis."""
    return flip(x, 0)


@op
def fliplr(x):
    """Reversed along the second axis."""
    return flip(x, 1)


@op
def rot90(array, k=1, axes=(0, 1)):
    """Turned by a right angle, k times."""
    x = tensor(array)
    first, second = axes_of(x, list(axes))
    if first == second:
        raise ValueError(f"Invalid axes: {axes}. Axes must be different.")
    k %= 4
    if k == 2:
        return flip(x, (first, second))
    if k == 0:
        return x
    return swapaxes(flip(x, second), first, second) if k == 1 else flip(swapaxes(x, first, second), second)


@op
def roll(x, shift, axis=None):
    """Moved along axes; what falls off comes in at the other end."""
    from .joining import concatenate

    x = tensor(x)
    if axis is None:
        return reshape(roll(reshape(x, (-1,)), shift, 0), x.shape)
    axes = axes_of(x, axis)
    for a, by in zip(axes, np.broadcast_to(shift, len(axes))):
        by, lead = int(by) % (x.shape[a] or 1), (slice(None),) * a
        if by:
            x = concatenate([x[(*lead, slice(-by, None))], x[(*lead, slice(None, -by))]], a)
    return x


def _widths(rank, pad_width):
    return np.broadcast_to(np.asarray(pad_width, dtype=int), (rank, 2)).tolist()


@op
def pad(x, pad_width, mode="constant", constant_values=None):
    """Cells around it: a constant, or its own elements by `mode` "edge", "reflect", "symmetric" or "wrap"."""
    x = tensor(x)
    if mode != "constant" and constant_values is not None:
        raise ValueError(f"Argument `constant_values` can only be provided when `mode == 'constant'`. Received: mode={mode}")
    widths = _widths(len(x.shape), pad_width)
    if mode == "constant":
        value = 0 if constant_values is None else constant_values
        if not isinstance(x, Tensor):
            return np.pad(x, widths, constant_values=value)
        return Tensor(x.native.pad([low for low, _ in widths], [high for _, high in widths], float(value)))
    if not isinstance(x, Tensor):
        return np.pad(x, widths, mode=mode)
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise NotImplementedError(f"keras.ops.pad(mode={mode!r}) inside of what is traced: "
                                  "there are constant, edge, reflect, symmetric and wrap")
    from .indexing import take

    for a, (low, high) in enumerate(widths):
        if low or high:
            x = take(x, np.pad(np.arange(x.shape[a]), (low, high), mode=mode), axis=a)
    return x


def _sides(text):
    """`a (b c)` as [["a"], ["b", "c"]]."""
    groups, inside = [], None
    for word in text.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            inside = []
        elif word == ")":
            groups.append(inside)
            inside = None
        elif inside is not None:
            inside.append(word)
        else:
            groups.append([word])
    return groups


@op
def rearrange(tensor, pattern, **axes_lengths):
    """Axes split, moved and joined as a pattern like "b (h w) c -> b h w c" says."""
    from ._settings import tensor as tensor_of

    x = tensor_of(tensor)
    before, after = (_sides(side) for side in pattern.split("->"))
    if len(before) != len(x.shape):
        raise ValueError(f"rearrange: {pattern!r} names {len(before)} axes, the tensor has {len(x.shape)}")
    sizes = dict(axes_lengths)
    for group, n in zip(before, x.shape):
        unknown = [name for name in group if name not in sizes]
        if len(unknown) > 1:
            raise ValueError(f"rearrange: the sizes of {unknown} do not follow from {pattern!r}; give them by name")
        for name in unknown:
            sizes[name] = n // math.prod(sizes[other] for other in group if other != name)
    flat = [name for group in before for name in group]
    order = [name for group in after for name in group]
    if sorted(flat) != sorted(order):
        raise ValueError(f"rearrange: {pattern!r} has other names on its right side")
    x = transpose(reshape(x, [sizes[name] for name in flat]), [flat.index(name) for name in order])
    return reshape(x, [math.prod(sizes[name] for name in group) for group in after])


@op
def extract_sequences(x, sequence_length, sequence_stride):
    """Windows of the last axis, each so many elements after the one before."""
    from .indexing import take

    x = tensor(x)
    count = (x.shape[-1] - sequence_length) // sequence_stride + 1
    return take(x, np.arange(count)[:, None] * sequence_stride + np.arange(sequence_length), axis=-1)


@op
def view(x, dtype=None):
    """The same bits as elements of another type."""
    x = tensor(x)
    if dtype is None or dtype_of(x) == dtype:
        return x
    if isinstance(x, Tensor):
        raise NotImplementedError("keras.ops.view inside of what is traced: graphs do not read the bits of their elements")
    return np.ascontiguousarray(x).view(dtype)
