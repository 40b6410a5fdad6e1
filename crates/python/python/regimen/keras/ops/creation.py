"""New tensors."""

import numpy as np

from ..._keras import promotion
from ..._keras.traced import Tensor
from ._settings import alike, as_type, dtype_of, op, tensor, traced


def _sizes(shape):
    return tuple(int(n) for n in (shape if isinstance(shape, (list, tuple, np.ndarray)) else (shape,)))


@op
def zeros(shape, dtype=None):
    """Zeros."""
    return as_type(np.zeros(_sizes(shape), "float32"), dtype)


@op
def ones(shape, dtype=None):
    """Ones."""
    return as_type(np.ones(_sizes(shape), "float32"), dtype)


@op
def empty(shape, dtype=None):
    """Zeros, too."""
    return zeros(shape, dtype)


@op
def full(shape, fill_value, dtype=None):
    """One number everywhere."""
    from .shapes import broadcast_to

    return broadcast_to(tensor(fill_value, promotion.name_of(dtype)), _sizes(shape))


@op
def zeros_like(x, dtype=None):
    """Zeros in the same sizes."""
    return full_like(x, 0, dtype)


@op
def ones_like(x, dtype=None):
    """Ones in the same sizes."""
    return full_like(x, 1, dtype)


@op
def empty_like(x, dtype=None):
    """Zeros in the same sizes, too."""
    return full_like(x, 0, dtype)


@op
def full_like(x, fill_value, dtype=None):
    """One number in the same sizes."""
    from ._settings import in_graph
    from .shapes import broadcast_to

    x = tensor(x)
    found = tensor(fill_value, dtype if dtype is not None else dtype_of(x))
    return broadcast_to(in_graph(found) if isinstance(x, Tensor) else found, x.shape)


@op
def arange(start, stop=None, step=None, dtype=None):
    """Numbers in steps."""
    given = [start, stop, step]
    if traced(given):
        raise TypeError("keras.ops.arange inside of what is traced: its bounds have to be plain numbers, as its size follows from them")
    if dtype is None:
        dtype = promotion.result_type(*(promotion.kind_of(n) for n in given if n is not None))
    first, last = (0, start) if stop is None else (start, stop)
    return np.arange(first, last, 1 if step is None else step).astype(promotion.name_of(dtype))


@op
def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """Numbers at equal distances."""
    from .shapes import moveaxis

    first, last = alike(start, stop, kind="float")
    parts = num - 1 if endpoint else num
    if isinstance(first, Tensor):
        rank = max(len(first.shape), len(last.shape))
        share = (np.arange(num) / max(parts, 1)).astype("float32").reshape((num, *(1,) * rank))
        found, step = first * (1.0 - share) + last * share, (last - first) / float(parts or 1)
        found = moveaxis(found, 0, axis) if axis else found
    else:
        found, step = np.linspace(first, last, num, endpoint, True, axis=axis)
    found = as_type(found, dtype if dtype is not None else dtype_of(first))
    return (found, step) if retstep else found


@op
def logspace(start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0):
    """Powers of a base, whose exponents are at equal distances."""
    from .arithmetic import power

    found = power(float(base), linspace(start, stop, num, endpoint, axis=axis))
    return as_type(found, dtype) if dtype is not None else found


@op
def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """Numbers at equal ratios."""
    first, last = alike(start, stop, kind="float")
    if not isinstance(first, Tensor):
        found = np.geomspace(first, last, num, endpoint, axis=axis)
    else:
        from .elementwise import absolute, exp, log, sign

        found = exp(linspace(log(absolute(first)), log(absolute(last)), num, endpoint, axis=axis)) * sign(first)
    return as_type(found, dtype if dtype is not None else dtype_of(first))


@op
def eye(N, M=None, k=0, dtype=None):
    """Ones on a diagonal."""
    return as_type(np.eye(int(N), None if M is None else int(M), k, "float32"), dtype)


@op
def identity(n, dtype=None):
    """A square with ones on its diagonal."""
    return eye(n, dtype=dtype)


@op
def tri(N, M=None, k=0, dtype=None):
    """Ones on and below a diagonal."""
    return as_type(np.tri(int(N), None if M is None else int(M), k, "float32"), dtype)


def _number(x):
    if traced(x):
        raise TypeError("keras.ops: the length of a window has to be a plain number inside of what is traced")
    return int(np.asarray(tensor(x)))


@op
def bartlett(x):
    """The triangular window of x points."""
    return np.bartlett(_number(x))


@op
def blackman(x):
    """The Blackman window of x points."""
    return np.blackman(_number(x))


@op
def hamming(x):
    """The Hamming window of x points."""
    return np.hamming(_number(x))


@op
def hanning(x):
    """The Hann window of x points."""
    return np.hanning(_number(x))


@op
def kaiser(x, beta):
    """The Kaiser window of x points."""
    return np.kaiser(_number(x), float(np.asarray(tensor(beta))))
