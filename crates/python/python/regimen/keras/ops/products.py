"""Products of vectors, matrices and more: one product of matrices under all of them."""

import math

import numpy as np

from ..._keras import promotion
from ..._keras.traced import Tensor
from . import reductions
from ._settings import alike, as_type, axes_of, dtype_of, op, tensor
from .arithmetic import _pair, floor_divide, mod
from .shapes import expand_dims, moveaxis, ravel, reshape, squeeze, transpose


@op
def matmul(x1, x2):
    """The product of matrices over the last two axes; a vector stands for a row, or for a column."""
    a, b = _wide(alike(x1, x2))
    if not isinstance(a, Tensor):
        return np.matmul(a, b)
    kept = a.dtype
    rows, columns = len(a.shape) == 1, len(b.shape) == 1
    a, b = expand_dims(a, 0) if rows else a, expand_dims(b, -1) if columns else b
    found = _pair("matmul", a, b) if promotion.is_float(kept) else _of_numbers(a, b) if kept == "bool" else _of_whole_numbers(a, b)
    found = squeeze(found, -1) if columns else found
    return as_type(squeeze(found, -1 if columns else -2) if rows else found, kept)


def _of_numbers(a, b):
    return _pair("matmul", as_type(a, "float32"), as_type(b, "float32"))


def _of_whole_numbers(a, b):
    """The product in int32. Float32 has whole numbers up to 2^24: it multiplies byte by byte, no more than fit in one sum."""
    kept, a, b = a.dtype, as_type(a, "int32"), as_type(b, "int32")
    byte = lambda x, i: mod(floor_divide(x, 1 << 8 * i), 256)
    found = 0
    for start in range(0, a.shape[-1], 256):
        left, right = a[..., start : start + 256], b[..., start : start + 256, :]
        lefts, rights = [byte(left, i) for i in range(4)], [byte(right, i) for i in range(4)]
        for i in range(4):
            for j in range(4 - i):
                found = found + as_type(_of_numbers(lefts[i], rights[j]), "int32") * (1 << 8 * (i + j))
    return mod(found, 256) if kept == "uint8" else found


def _wide(values):
    """Bytes as int32, which has room for sums of their products."""
    return [as_type(x, "int32") for x in values] if dtype_of(values[0]) == "int8" and len(values) > 1 else values


@op
def tensordot(x1, x2, axes=2):
    """Sums of products over axes of both."""
    a, b = alike(x1, x2)
    if isinstance(axes, int):
        first, second = list(range(len(a.shape) - axes, len(a.shape))), list(range(axes))
    else:
        first, second = axes_of(a, axes[0]), axes_of(b, axes[1])
    if [a.shape[i] for i in first] != [b.shape[i] for i in second]:
        raise ValueError(f"tensordot: shapes {tuple(a.shape)} and {tuple(b.shape)} do not fit over axes {axes}")
    left, right = [i for i in range(len(a.shape)) if i not in first], [i for i in range(len(b.shape)) if i not in second]
    inner = math.prod(a.shape[i] for i in first)
    sizes = [a.shape[i] for i in left], [b.shape[i] for i in right]
    rows = reshape(transpose(a, left + first), (math.prod(sizes[0]), inner))
    columns = reshape(transpose(b, second + right), (inner, math.prod(sizes[1])))
    return reshape(matmul(rows, columns), sizes[0] + sizes[1])


@op
def dot(x1, x2):
    """The product over the last axis of the one and the last but one of the other."""
    a, b = alike(x1, x2)
    if not len(a.shape) or not len(b.shape):
        return a * b
    return tensordot(a, b, [[-1], [-2 if len(b.shape) > 1 else 0]])


@op
def inner(x1, x2):
    """The product over the last axes of both."""
    a, b = alike(x1, x2)
    return a * b if not len(a.shape) or not len(b.shape) else tensordot(a, b, [[-1], [-1]])


@op
def vdot(x1, x2):
    """The sum of products of all elements."""
    a, b = alike(x1, x2)
    return np.vdot(a, b) if not isinstance(a, Tensor) else tensordot(ravel(a), ravel(b), 1)


@op
def outer(x1, x2):
    """The products of all pairs of elements."""
    a, b = alike(x1, x2)
    return reshape(a, (-1, 1)) * reshape(b, (1, -1))


@op
def kron(x1, x2):
    """Each element of the one times the whole other."""
    a, b = alike(x1, x2)
    rank = max(len(a.shape), len(b.shape))
    a, b = (reshape(x, (1,) * (rank - len(x.shape)) + tuple(x.shape)) for x in (a, b))
    wide = reshape(a, [n for size in a.shape for n in (size, 1)]) * reshape(b, [n for size in b.shape for n in (1, size)])
    return reshape(wide, [p * q for p, q in zip(a.shape, b.shape)])


@op
def cross(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """The vector at right angles to two vectors; of two numbers each, its third number."""
    from .joining import stack

    a, b = alike(x1, x2)
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    a, b = moveaxis(a, axisa, -1), moveaxis(b, axisb, -1)
    if a.shape[-1] not in (2, 3) or b.shape[-1] not in (2, 3):
        raise ValueError(f"cross: vectors of 2 or 3 numbers, found {a.shape[-1]} and {b.shape[-1]}")
    ax, ay, bx, by = a[..., 0], a[..., 1], b[..., 0], b[..., 1]
    up = ax * by - ay * bx
    if a.shape[-1] == b.shape[-1] == 2:
        return up
    az, bz = (v[..., 2] if v.shape[-1] == 3 else v[..., 0] * 0 for v in (a, b))
    return moveaxis(stack([ay * bz - az * by, az * bx - ax * bz, up], -1), -1, axisc)


@op
def einsum(subscripts, *operands, **kwargs):
    """Sums of products by letters; how the products are ordered (`optimize` and the like) is up to the library."""
    unknown = set(kwargs) - {"optimize", "precision", "preferred_element_type", "_numeric_decoder"}
    if unknown:
        raise TypeError(f"einsum() got unexpected keyword arguments {sorted(unknown)}")
    given = _wide(alike(*operands))
    names, wanted = _letters(subscripts.replace(" ", ""), given)
    if not isinstance(given[0], Tensor):
        return np.einsum(f"{','.join(names)}->{wanted}", *given, optimize=len(given) > 2)
    names, given = list(names), list(given)
    for i, name in enumerate(names):
        names[i], given[i] = _diagonals(name, given[i])
    while len(given) > 1:
        rest = set("".join(names[2:])) | set(wanted)
        name, found = _product(names[0], given[0], names[1], given[1], rest)
        names[:2], given[:2] = [name], [found]
    gone = [i for i, c in enumerate(names[0]) if c not in wanted]
    found = reductions.sum(given[0], axis=gone) if gone else given[0]
    kept = [c for c in names[0] if c in wanted]
    return transpose(found, [kept.index(c) for c in wanted])


def _letters(subscripts, operands):
    """The letters of each operand and of the result, with letters of their own for what an ellipsis stands for."""
    given, arrow, wanted = subscripts.partition("->")
    names = given.split(",")
    if len(names) != len(operands):
        raise ValueError(f"einsum: {subscripts!r} names {len(names)} tensors, found {len(operands)}")
    spare = [c for c in "ZYXWVUTSRQPONMLKJIHGFEDCBA" if c not in subscripts]
    rest = [len(t.shape) - len(name.replace("...", "")) if "..." in name else 0 for name, t in zip(names, operands)]
    most = "".join(spare[: max(rest)])[::-1]
    names = [name.replace("...", most[len(most) - n :]) for name, n in zip(names, rest)]
    if not arrow:
        once = "".join(sorted(c for c in set(given.replace(",", "").replace(".", "")) if given.count(c) == 1))
        wanted = ("..." if "..." in given else "") + once
    for name, t in zip(names, operands):
        if len(name) != len(t.shape):
            raise ValueError(f"einsum: {name!r} names {len(name)} axes of a tensor of shape {tuple(t.shape)}")
    return names, wanted.replace("...", most)


def _diagonals(name, x):
    """Letters that are twice in one operand, taken once."""
    for c in name:
        while name.count(c) > 1:
            from .diagonals import diagonal

            i = name.index(c)
            j = name.index(c, i + 1)
            x = diagonal(x, 0, i, j)
            name = "".join(d for k, d in enumerate(name) if k not in (i, j)) + c
    return name, x


def _product(a, x, b, y, wanted):
    """The product of two operands over the letters that nothing else wants, and the letters of it."""
    for_sum = [[i for i, c in enumerate(n) if c not in other and c not in wanted] for n, other in ((a, b), (b, a))]
    x, y = (reductions.sum(t, axis=gone) if gone else t for t, gone in zip((x, y), for_sum))
    a, b = ("".join(c for i, c in enumerate(n) if i not in gone) for n, gone in zip((a, b), for_sum))
    sizes = {c: n for name, t in ((a, x), (b, y)) for c, n in zip(name, t.shape) if n != 1}
    one = [c for c in a if c in b and x.shape[a.index(c)] != y.shape[b.index(c)]]
    batch = [c for c in a if c in b and c in wanted]
    over = [c for c in a if c in b and c not in wanted]
    left, right = [c for c in a if c not in b], [c for c in b if c not in a]
    if one:
        from .shapes import broadcast_to

        x, y = (broadcast_to(t, [sizes.get(c, 1) if c in one else n for c, n in zip(name, t.shape)]) for name, t in ((a, x), (b, y)))

    def count(letters):
        return math.prod(sizes.get(c, 1) for c in letters)

    x = reshape(transpose(x, [a.index(c) for c in batch + left + over]), (count(batch), count(left), count(over)))
    y = reshape(transpose(y, [b.index(c) for c in batch + over + right]), (count(batch), count(over), count(right)))
    order = batch + left + right
    return "".join(order), reshape(matmul(x, y), [sizes.get(c, 1) for c in order])


@op
def vander(x, N=None, increasing=False):
    """The powers of a vector's elements as columns."""
    from .arithmetic import power

    x = tensor(x)
    if len(x.shape) != 1:
        raise ValueError(f"Input tensor must be 1-dimensional. Received: input.shape={tuple(x.shape)}")
    powers = np.arange(x.shape[0] if N is None else N, dtype="int32")
    return power(x[:, None], as_type(powers if increasing else powers[::-1], dtype_of(x)))
