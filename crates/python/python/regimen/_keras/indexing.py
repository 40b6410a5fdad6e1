"""`tensor[key]` of values of a graph."""

import numpy as np


def indexed(tensor, key):
    """`tensor[key]` of whole numbers, slices, None, an ellipsis and arrays, as NumPy has it."""
    from .traced import Tensor

    keys = _arrays(list(key) if isinstance(key, tuple) else [key])
    several = [k for k in keys if isinstance(k, (Tensor, np.ndarray))]
    if several:
        keys = [np.asarray(k) if isinstance(k, (int, np.integer)) else k for k in keys]
    keys = _spelled(keys, tensor.ndim)
    plain = [slice(None) if isinstance(k, (Tensor, np.ndarray)) else k for k in keys]
    found = _boxed(tensor, plain)
    if not several:
        return found
    at = [i for i, k in enumerate(keys) if isinstance(k, (Tensor, np.ndarray))]
    return _picked(found, at, [keys[i] for i in at])


def _arrays(keys):
    """Lists as arrays, and truth values as the places of those that are true."""
    from .traced import Tensor, is_traced, native
    from .variable import Variable

    found = []
    for k in keys:
        if isinstance(k, Variable):
            k = Tensor(native(k)) if is_traced(k) else k.numpy()
        k = np.asarray(k) if isinstance(k, (list, tuple)) else k
        if isinstance(k, Tensor) and k.dtype == "bool":
            raise TypeError("an index by truth values gives sizes that are not known while a function is traced: use keras.ops.where")
        if isinstance(k, (np.ndarray, np.bool_)) and k.dtype == np.bool_:
            found += list(np.nonzero(k))
            continue
        if isinstance(k, np.ndarray) and k.dtype.kind not in "iu" and k.size:
            raise IndexError(f"an index has to be of whole numbers, found {k.dtype}")
        found.append(k.astype("int32") if isinstance(k, np.ndarray) else k)
    return found


def _spelled(keys, rank):
    """A key for each axis, without an ellipsis."""
    given = sum(k is not None and k is not Ellipsis for k in keys)
    if given > rank:
        raise IndexError(f"too many indices: the tensor has {rank} axes, but {given} were indexed")
    rest = [slice(None)] * (rank - given)
    at = [i for i, k in enumerate(keys) if k is Ellipsis]
    if len(at) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    return [*keys[: at[0]], *rest, *keys[at[0] + 1 :]] if at else [*keys, *rest]


def _boxed(tensor, keys):
    """The part that whole numbers, slices and None take."""
    from .traced import Tensor

    start, stop, step, shape, turned = [], [], [], [], []
    axis = 0
    for k in keys:
        if k is None:
            shape.append(1)
            continue
        size = tensor.shape[axis]
        if isinstance(k, slice):
            if any(isinstance(bound, Tensor) for bound in (k.start, k.stop, k.step)):
                raise TypeError("the bounds of a slice have to be plain numbers while a function is traced: use keras.ops.slice")
            first, last, by = k.indices(size)
            count = len(range(first, last, by))
            if by < 0:
                first, by = first + (count - 1) * by, -by
                turned.append(axis)
            start.append(first if count else 0)
            stop.append((first + (count - 1) * by + 1) if count else 0)
            step.append(by)
            shape.append(count)
        else:
            k = int(k)
            if not -size <= k < size:
                raise IndexError(f"index {k} is out of bounds for axis {axis} with size {size}")
            start.append(k % size)
            stop.append(k % size + 1)
            step.append(1)
        axis += 1
    found = tensor.native.slice(start, stop, step)
    return Tensor((found.reverse(turned) if turned else found).reshape(shape))


def _picked(tensor, axes, ids):
    """Elements by arrays for some axes, whose own axes stand where these were, or first where others are between."""
    from ..keras.ops.indexing import _rows_of, where
    from ..keras.ops.shapes import moveaxis, reshape

    sizes = [tensor.shape[a] for a in axes]
    front = moveaxis(tensor, axes, list(range(len(axes))))
    rest = front.shape[len(axes) :]
    flat = reshape(front, (int(np.prod(sizes, dtype=int)), *rest))
    place = 0
    for each, n in zip(ids, sizes):
        if isinstance(each, np.ndarray) and each.size and (each.min() < -n or each.max() >= n):
            raise IndexError(f"index {int(each.max() if each.max() >= n else each.min())} is out of bounds for an axis with size {n}")
        place = place * n + where(each < 0, each + n, each)
    found = _rows_of(flat, place)
    count = len(place.shape)
    together = axes == list(range(axes[0], axes[0] + len(axes)))
    return moveaxis(found, list(range(count)), list(range(axes[0], axes[0] + count))) if together and count and axes[0] else found
