"""Functions of tensors: on arrays at once, inside of layers, losses and models as a part of their graph."""

import numpy as np

from .. import _regimen
from .._keras import naming
from .._keras.tensors import KerasTensor, tensors_in
from .._keras.traced import Tensor, alike, any_traced, binary as _binary_of, native
from .._keras.variable import Variable


def _symbolic(function, args, kwargs):
    """A node of a model that runs the function."""
    from .._keras.layer import FunctionLayer

    return FunctionLayer(function)(*args, **kwargs)


def _array(x):
    found = np.asarray(x.numpy() if isinstance(x, Variable) else x)
    return found.astype(np.float32) if found.dtype == np.float64 else found


def _plain(found):
    if isinstance(found, tuple):
        return tuple(_plain(f) for f in found)
    found = np.asarray(found)
    if found.dtype == np.float64:
        return found.astype(np.float32)
    return found.astype(np.int32) if found.dtype == np.int64 else found


def _op(traced, eager):
    """A function with a form for graphs and one for arrays."""

    def function(*args, **kwargs):
        if tensors_in((args, kwargs)):
            return _symbolic(function, args, kwargs)
        if any_traced(args) or any_traced(kwargs):
            return traced(*args, **kwargs)
        return _plain(eager(*(_nested(a) for a in args), **{k: _nested(v) for k, v in kwargs.items()}))

    function.__name__ = traced.__name__
    function.__doc__ = traced.__doc__
    return function


def _nested(value):
    if isinstance(value, (list, tuple)) and any(hasattr(v, "shape") for v in value):
        return type(value)(_array(v) for v in value)
    if isinstance(value, Variable) or (isinstance(value, np.ndarray) and value.dtype == np.float64):
        return _array(value)
    return value


def _float(x):
    found = native(x)
    return found if found.dtype.startswith(("float", "bfloat")) else found.cast("float32")


def _unary(name, eager, keep=False):
    def traced(x):
        return Tensor((native(x) if keep else _float(x)).unary(name))

    traced.__name__, traced.__doc__ = name, f"{name} of each element."
    return _op(traced, eager)


def _binary(name, eager):
    def traced(x1, x2):
        return _binary_of(name, x1, x2)

    traced.__name__, traced.__doc__ = name, f"{name} of two tensors, element by element."
    return _op(traced, eager)


exp, log, log1p, expm1 = (_unary(n, getattr(np, n)) for n in ("exp", "log", "log1p", "expm1"))
tanh, sqrt, sin, cos = (_unary(n, getattr(np, n)) for n in ("tanh", "sqrt", "sin", "cos"))
floor, ceil, round = (_unary(n, f) for n, f in (("floor", np.floor), ("ceil", np.ceil), ("round", np.round)))
abs = absolute = _unary("abs", np.abs, keep=True)
sign = _unary("sign", np.sign, keep=True)
negative = _unary("negative", np.negative, keep=True)
square = _unary("square", np.square, keep=True)
logical_not = _unary("logical_not", np.logical_not, keep=True)
isfinite = _unary("isfinite", np.isfinite)
reciprocal = _unary("reciprocal", np.reciprocal)
rsqrt = _unary("rsqrt", lambda x: 1 / np.sqrt(x))
stop_gradient = _unary("stop_gradient", lambda x: x, keep=True)
erf = _unary("erf", lambda x: np.vectorize(__import__("math").erf)(x))

add, subtract, multiply = (_binary(n, getattr(np, n)) for n in ("add", "subtract", "multiply"))
divide = true_divide = _binary("divide", np.divide)
power, maximum, minimum = (_binary(n, getattr(np, n)) for n in ("power", "maximum", "minimum"))
mod = _binary("mod", np.mod)
equal, not_equal, less, less_equal = (_binary(n, getattr(np, n)) for n in ("equal", "not_equal", "less", "less_equal"))
greater, greater_equal = (_binary(n, getattr(np, n)) for n in ("greater", "greater_equal"))
logical_and, logical_or = _binary("logical_and", np.logical_and), _binary("logical_or", np.logical_or)
matmul = _binary("matmul", np.matmul)


def _axes(x, axis):
    rank = len(x.shape)
    if axis is None:
        return list(range(rank))
    return [a % rank for a in (axis if isinstance(axis, (list, tuple)) else [axis])]


def _reduction(name, eager, floats=False):
    def traced(x, axis=None, keepdims=False):
        found = _float(x) if floats else native(x)
        if found.dtype == "bool" and name in ("sum", "prod"):
            found = found.cast("int32")
        return Tensor(found.reduce(name, _axes(found, axis), keepdims))

    traced.__name__, traced.__doc__ = name, f"{name} over axes; all of them where none is given."
    return _op(traced, lambda x, axis=None, keepdims=False: eager(x, axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims))


sum = _reduction("sum", np.sum)
mean = _reduction("mean", np.mean, floats=True)
max = amax = _reduction("max", np.max)
min = amin = _reduction("min", np.min)
prod = _reduction("prod", np.prod)


def _composed(function):
    """A function made of others: the same on arrays and in graphs, a node of its own between symbolic tensors."""

    def outer(*args, **kwargs):
        return _symbolic(outer, args, kwargs) if tensors_in((args, kwargs)) else function(*args, **kwargs)

    outer.__name__, outer.__doc__ = function.__name__, function.__doc__
    return outer


def _is_traced(*values):
    return any_traced(values)


@_composed
def var(x, axis=None, keepdims=False):
    """Variance over axes."""
    if not _is_traced(x):
        return _plain(np.var(_array(x), axis=axis, keepdims=keepdims))
    centred = x - mean(x, axis=axis, keepdims=True)
    return mean(square(centred), axis=axis, keepdims=keepdims)


@_composed
def std(x, axis=None, keepdims=False):
    """Standard deviation over axes."""
    return sqrt(var(x, axis=axis, keepdims=keepdims))


@_composed
def any(x, axis=None, keepdims=False):
    """Whether any element is true."""
    if not _is_traced(x):
        return np.any(_array(x), axis=axis, keepdims=keepdims)
    return cast(max(cast(x, "int32"), axis=axis, keepdims=keepdims), "bool")


@_composed
def all(x, axis=None, keepdims=False):
    """Whether all elements are true."""
    if not _is_traced(x):
        return np.all(_array(x), axis=axis, keepdims=keepdims)
    return cast(min(cast(x, "int32"), axis=axis, keepdims=keepdims), "bool")


@_composed
def logsumexp(x, axis=None, keepdims=False):
    """log of the sum of exponentials, without overflow."""
    top = max(x, axis=axis, keepdims=True)
    found = log(sum(exp(x - top), axis=axis, keepdims=True)) + top
    return found if keepdims else squeeze(found, axis if axis is not None else tuple(range(len(found.shape))))


def _argument(name, eager):
    def traced(x, axis=None, keepdims=False):
        x = Tensor(native(x))
        if axis is None:
            x, axis = reshape(x, (-1,)), 0
        found = Tensor(getattr(x.native, name)(axis))
        return expand_dims(found, axis) if keepdims else found

    traced.__name__, traced.__doc__ = name, f"Place of the {name[3:]} along an axis."
    return _op(traced, lambda x, axis=None, keepdims=False: eager(x, axis=axis, keepdims=keepdims).astype("int32"))


argmax, argmin = _argument("argmax", np.argmax), _argument("argmin", np.argmin)


@_composed
def cast(x, dtype):
    """The same in another type."""
    dtype = np.dtype(dtype).name if not isinstance(dtype, str) else dtype
    if _is_traced(x):
        kept = {"float16": "float32", "float64": "float32", "int64": "int32", "int8": "int32", "int16": "int32", "uint32": "int32"}
        return Tensor(native(x).cast(kept.get(dtype, dtype)))
    return np.asarray(x.numpy() if isinstance(x, Variable) else x).astype(dtype)


@_composed
def reshape(x, newshape):
    """The same elements in other sizes; one of them may be -1."""
    newshape = (newshape,) if isinstance(newshape, int) else tuple(int(n) for n in newshape)
    if not _is_traced(x):
        return np.reshape(_array(x), newshape)
    found = native(x)
    count = int(np.prod(found.shape, dtype=np.int64))
    known = -int(np.prod(newshape, dtype=np.int64)) if -1 in newshape else 1
    return Tensor(found.reshape([count // known if n == -1 else n for n in newshape]))


@_composed
def transpose(x, axes=None):
    """Axes in another order, reversed where none is given."""
    if not _is_traced(x):
        return np.transpose(_array(x), axes)
    found = native(x)
    rank = len(found.shape)
    return Tensor(found.transpose([a % rank for a in axes] if axes is not None else list(range(rank))[::-1]))


@_composed
def swapaxes(x, axis1, axis2):
    """Two axes exchanged."""
    order = list(range(len(x.shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return transpose(x, order)


@_composed
def moveaxis(x, source, destination):
    """An axis at another place."""
    if not _is_traced(x):
        return np.moveaxis(_array(x), source, destination)
    return transpose(x, _moved(len(x.shape), source, destination))


def _moved(rank, source, destination):
    order = [a for a in range(rank) if a != source % rank]
    order.insert(destination % rank, source % rank)
    return order


@_composed
def expand_dims(x, axis):
    """A new axis of one element."""
    if not _is_traced(x):
        return np.expand_dims(_array(x), axis)
    found = native(x)
    axes = sorted(a % (len(found.shape) + (len(axis) if isinstance(axis, (tuple, list)) else 1)) for a in (axis if isinstance(axis, (tuple, list)) else [axis]))
    shape = list(found.shape)
    for a in axes:
        shape.insert(a, 1)
    return Tensor(found.reshape(shape))


@_composed
def squeeze(x, axis=None):
    """Without axes of one element."""
    if not _is_traced(x):
        return np.squeeze(_array(x), axis if not isinstance(axis, list) else tuple(axis))
    found = native(x)
    gone = [i for i, n in enumerate(found.shape) if n == 1] if axis is None else _axes(found, axis)
    return Tensor(found.reshape([n for i, n in enumerate(found.shape) if i not in gone]))


@_composed
def broadcast_to(x, shape):
    """Repeated to these sizes."""
    return Tensor(native(x).broadcast_to([int(n) for n in shape])) if _is_traced(x) else np.broadcast_to(_array(x), shape)


@_composed
def concatenate(xs, axis=-1):
    """Side by side."""
    if not _is_traced(xs):
        return np.concatenate([_array(x) for x in xs], axis)
    found = [native(x) for x in xs]
    kind = "float32" if any_float(found) else found[0].dtype
    return Tensor(_regimen.concatenate([x if x.dtype == kind else x.cast(kind) for x in found], axis))


def any_float(found):
    """Whether one of the values is a float."""
    return len([x for x in found if x.dtype == "float32"]) > 0


@_composed
def stack(x, axis=0):
    """Side by side along a new axis."""
    return concatenate([expand_dims(item, axis) for item in x], axis)


@_composed
def split(x, indices_or_sections, axis=0):
    """Cut along an axis."""
    if not _is_traced(x):
        return np.split(_array(x), indices_or_sections, axis)
    size, axis = x.shape[axis], axis % len(x.shape)
    if isinstance(indices_or_sections, int) and size % indices_or_sections:
        raise ValueError(f"array split does not result in an equal division: {size} into {indices_or_sections}")
    if isinstance(indices_or_sections, int):
        cuts = list(range(0, size + 1, size // indices_or_sections))
    else:
        cuts = [0, *indices_or_sections, size]
    keys = [slice(None)] * axis
    return [x[(*keys, slice(a, b))] for a, b in zip(cuts, cuts[1:])]


@_composed
def repeat(x, repeats, axis=None):
    """Each element so many times."""
    if not _is_traced(x):
        return np.repeat(_array(x), repeats, axis)
    axis = axis % len(x.shape)
    shape = list(x.shape)
    wide = broadcast_to(expand_dims(x, axis + 1), [*shape[: axis + 1], repeats, *shape[axis + 1 :]])
    shape[axis] *= repeats
    return reshape(wide, shape)


@_composed
def tile(x, repeats):
    """The whole so many times along each axis."""
    if not _is_traced(x):
        return np.tile(_array(x), repeats)
    repeats = [repeats] if isinstance(repeats, int) else list(repeats)
    repeats = [1] * (len(x.shape) - len(repeats)) + repeats
    for axis, count in enumerate(repeats):
        x = concatenate([x] * count, axis) if count > 1 else x
    return x


@_composed
def pad(x, pad_width, mode="constant", constant_values=0):
    """A constant around it."""
    if mode != "constant":
        raise NotImplementedError(f"ops.pad: mode {mode!r} is not supported here")
    if not _is_traced(x):
        return np.pad(_array(x), pad_width, constant_values=constant_values)
    rank = len(x.shape)
    width = np.broadcast_to(np.asarray(pad_width), (rank, 2))
    return Tensor(native(x).pad(width[:, 0].tolist(), width[:, 1].tolist(), float(constant_values)))


@_composed
def flip(x, axis=None):
    """Reversed along axes."""
    return Tensor(native(x).reverse(_axes(x, axis))) if _is_traced(x) else np.flip(_array(x), axis)


@_composed
def cumsum(x, axis=None):
    """Running sums."""
    if not _is_traced(x):
        return _plain(np.cumsum(_array(x), axis))
    return Tensor(native(x if axis is not None else reshape(x, (-1,))).cumsum(axis or 0))


@_composed
def clip(x, x_min, x_max):
    """Within bounds."""
    if not _is_traced(x):
        return np.clip(_array(x), x_min, x_max)
    if isinstance(x_min, (int, float)) and isinstance(x_max, (int, float)):
        return Tensor(native(x).clip(float(x_min), float(x_max)))
    return minimum(maximum(x, x_min), x_max)


@_composed
def where(condition, x1=None, x2=None):
    """Elements of the one where it is true, of the other elsewhere."""
    if not _is_traced(condition, x1, x2):
        return _plain(np.where(_array(condition), _array(x1), _array(x2)))
    first, second = alike(x1, x2)
    chosen = native(condition)
    chosen = chosen if chosen.dtype == "bool" else chosen.cast("bool")
    shape = list(np.broadcast_shapes(tuple(chosen.shape), tuple(first.shape), tuple(second.shape)))
    return Tensor(chosen.broadcast_to(shape).select(first.broadcast_to(shape), second.broadcast_to(shape)))


@_composed
def take(x, indices, axis=None):
    """Rows by their places."""
    if not _is_traced(x, indices):
        return np.take(_array(x), np.asarray(indices), axis)
    x = Tensor(native(x))
    axis = 0 if axis is None else axis % len(x.shape)
    ids = native(indices)
    ids = ids if ids.dtype == "int32" else ids.cast("int32")
    size = x.shape[axis]
    ids = native(where(Tensor(ids) < 0, Tensor(ids) + size, Tensor(ids)))
    first = x if axis == 0 else transpose(x, _moved(len(x.shape), axis, 0))
    inner = list(first.shape[1:])
    flat = Tensor(native(reshape(first, (first.shape[0], -1))).binary("gather", ids))
    found = reshape(flat, [*ids.shape, *inner])
    return found if axis == 0 else transpose(found, _back(len(found.shape), len(ids.shape), axis))


def _back(rank, taken, axis):
    order = list(range(taken, rank))
    return order[:axis] + list(range(taken)) + order[axis:]


@_composed
def dot(x1, x2):
    """The product of matrices, of vectors a number."""
    if not _is_traced(x1, x2):
        return _plain(np.dot(_array(x1), _array(x2)))
    if len(x1.shape) == len(x2.shape) == 1:
        return sum(x1 * x2)
    if len(x1.shape) > 2 or len(x2.shape) > 2:
        raise NotImplementedError("ops.dot inside of graphs: vectors and matrices; use ops.matmul or ops.einsum for more axes")
    return matmul(x1, x2)


@_composed
def sort(x, axis=-1):
    """In rising order."""
    if not _is_traced(x):
        return np.sort(_array(x), axis)
    if axis % len(x.shape) != len(x.shape) - 1:
        return swapaxes(sort(swapaxes(x, axis, -1)), axis, -1)
    return Tensor(native(x).sort(False)[0])


@_composed
def argsort(x, axis=-1):
    """The places in rising order."""
    if _is_traced(x) and axis % len(x.shape) != len(x.shape) - 1:
        return swapaxes(argsort(swapaxes(x, axis, -1)), axis, -1)
    return Tensor(native(x).sort(False)[1]) if _is_traced(x) else np.argsort(_array(x), axis).astype("int32")


@_composed
def top_k(x, k, sorted=True):
    """The largest k, and their places."""
    if not _is_traced(x):
        places = np.argsort(-_array(x), axis=-1, kind="stable")[..., :k]
        return np.take_along_axis(_array(x), places, -1), places.astype("int32")
    values, places = native(x).top_k(k)
    return Tensor(values), Tensor(places)


@_composed
def one_hot(x, num_classes, axis=-1, dtype="float32"):
    """Classes as rows with a single one."""
    ids = cast(x, "int32")
    found = cast(equal(expand_dims(ids, -1), np.arange(num_classes, dtype="int32")), dtype)
    return found if axis % len(found.shape) == len(found.shape) - 1 else moveaxis(found, -1, axis)


def _activation(name, eager):
    def traced(x):
        return Tensor(native(x).activation(name))

    traced.__name__, traced.__doc__ = name, f"The activation {name}."
    return _op(traced, eager)


sigmoid = _activation("sigmoid", lambda x: 1 / (1 + np.exp(-x)))
relu = _activation("relu", lambda x: np.maximum(x, 0))
softplus = _activation("softplus", lambda x: np.logaddexp(0, x))
silu = swish = _activation("silu", lambda x: x / (1 + np.exp(-x)))
elu = _activation("elu", lambda x: np.where(x > 0, x, np.expm1(x)))
relu6 = _activation("relu6", lambda x: np.clip(x, 0, 6))
softsign = _activation("softsign", lambda x: x / (1 + np.abs(x)))


@_composed
def gelu(x, approximate=True):
    """The Gaussian error linear unit."""
    if approximate:
        return 0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1 + erf(x / 1.4142135623730951))


@_composed
def leaky_relu(x, negative_slope=0.2):
    """A slope below zero."""
    return maximum(x, 0.0) + negative_slope * minimum(x, 0.0)


@_composed
def softmax(x, axis=-1):
    """Exponentials that add up to one."""
    shifted = exp(x - max(x, axis=axis, keepdims=True))
    return shifted / sum(shifted, axis=axis, keepdims=True)


@_composed
def log_softmax(x, axis=-1):
    """The logarithm of softmax."""
    return x - logsumexp(x, axis=axis, keepdims=True)


def shape(x):
    """Sizes, as a tuple."""
    return tuple(x.shape)


def ndim(x):
    """Number of axes."""
    return len(x.shape)


def size(x):
    """Number of elements."""
    return int(np.prod(x.shape, dtype=np.int64))


def convert_to_tensor(x, dtype=None):
    """An array; values of a graph stay what they are."""
    if _is_traced(x) or isinstance(x, KerasTensor):
        return cast(x, dtype) if dtype is not None else x
    return np.asarray(x.numpy() if isinstance(x, Variable) else x, dtype=dtype) if dtype else _array(x)


def convert_value(x):
    """A weight as a value that can be indexed."""
    return Tensor(native(x)) if _is_traced(x) else x.numpy()


def convert_to_numpy(x):
    """An array."""
    return np.asarray(x.numpy() if isinstance(x, Variable) else x)


def zeros(shape, dtype="float32"):
    """Zeros."""
    return np.zeros(shape, dtype)


def ones(shape, dtype="float32"):
    """Ones."""
    return np.ones(shape, dtype)


def full(shape, fill_value, dtype="float32"):
    """One number everywhere."""
    return np.full(shape, fill_value, dtype)


def arange(start, stop=None, step=1, dtype=None):
    """Numbers in steps."""
    return _plain(np.arange(start, stop, step, dtype) if stop is not None else np.arange(0, start, step, dtype))


def eye(N, M=None, k=0, dtype="float32"):
    """Ones on a diagonal."""
    return np.eye(N, M, k, dtype)


def linspace(start, stop, num=50, endpoint=True, dtype="float32"):
    """Numbers at equal distances."""
    return np.linspace(start, stop, num, endpoint).astype(dtype)


@_composed
def zeros_like(x, dtype=None):
    """Zeros in the same sizes."""
    return Tensor(native(np.zeros(x.shape, dtype or "float32"))) if _is_traced(x) else np.zeros_like(_array(x), dtype=dtype)


@_composed
def ones_like(x, dtype=None):
    """Ones in the same sizes."""
    return zeros_like(x, dtype) + 1 if _is_traced(x) else np.ones_like(_array(x), dtype=dtype)


@_composed
def einsum(subscripts, *operands):
    """Sums of products by letters; of two tensors at most inside of graphs."""
    if not _is_traced(operands):
        return _plain(np.einsum(subscripts, *(_array(x) for x in operands)))
    return _einsum(subscripts.replace(" ", ""), [Tensor(native(x)) for x in operands])


def _einsum(subscripts, operands):
    given, _, wanted = subscripts.partition("->")
    names = given.split(",")
    if "..." in subscripts or len(names) > 2:
        raise NotImplementedError("ops.einsum inside of graphs: two tensors and no ellipsis")
    if not _:
        wanted = "".join(sorted(c for c in set(given.replace(",", "")) if given.count(c) == 1))
    if len(names) == 1:
        gone = [i for i, c in enumerate(names[0]) if c not in wanted]
        found = sum(operands[0], axis=gone) if gone else operands[0]
        kept = [c for c in names[0] if c in wanted]
        return transpose(found, [kept.index(c) for c in wanted])
    (a, b), (x, y) = names, operands
    sizes = {c: n for name, t in zip(names, operands) for c, n in zip(name, t.shape)}
    batch = [c for c in a if c in b and c in wanted]
    inner = [c for c in a if c in b and c not in wanted]
    left, right = [c for c in a if c not in b and c in wanted], [c for c in b if c not in a and c in wanted]
    x, y = (sum(t, axis=[i for i, c in enumerate(n) if c not in o and c not in wanted]) if [c for c in n if c not in o and c not in wanted] else t
            for t, n, o in ((x, a, b), (y, b, a)))
    a, b = (([c for c in n if c in o or c in wanted]) for n, o in ((a, b), (b, a)))

    def count(letters):
        return int(np.prod([sizes[c] for c in letters], dtype=np.int64)) if letters else 1

    x = reshape(transpose(x, [a.index(c) for c in batch + left + inner]), (count(batch), count(left), count(inner)))
    y = reshape(transpose(y, [b.index(c) for c in batch + inner + right]), (count(batch), count(inner), count(right)))
    order = batch + left + right
    found = reshape(matmul(x, y), [sizes[c] for c in order])
    return transpose(found, [order.index(c) for c in wanted])


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    raise NotImplementedError(f"keras.ops.{name} is not there yet")
