"""Functions that call functions. Inside of what is traced, loops are written out, and a condition computes both sides."""

import functools

import numpy as np

from ..._keras.tensors import KerasTensor, tensors_in
from ..._keras.traced import Tensor, any_traced
from ._settings import in_graph, op, tensor, traced
from .indexing import where
from .joining import concatenate, stack
from .logic import logical_and
from .shapes import broadcast_to, flip, reshape


def _mapped(function, value, *others):
    """A function of the tensors at the same places of nested values."""
    if isinstance(value, (list, tuple)):
        parts = [_mapped(function, *each) for each in zip(value, *others)]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, dict):
        return {key: _mapped(function, value[key], *(other[key] for other in others)) for key in value}
    return None if value is None else function(value, *others)


def _leaves(value):
    found = []
    _mapped(found.append, value)
    return found


def _chosen(condition, first, second):
    return _mapped(functools.partial(where, condition), first, second)


def _unknown(value):
    return isinstance(value, (Tensor, KerasTensor)) or any_traced(value)


def cond(pred, true_fn, false_fn):
    """What the one function gives where the condition is true, what the other gives elsewhere."""
    if not _unknown(pred):
        return true_fn() if bool(np.asarray(tensor(pred))) else false_fn()
    return _chosen(pred, true_fn(), false_fn())


def switch(index, branches, *operands):
    """What the branch of this number gives."""
    last = len(branches) - 1
    if not _unknown(index):
        number = int(np.asarray(tensor(index)))
        return branches[0 if number < 0 else last if number > last else number](*operands)
    found = branches[0](*operands)
    for number, branch in enumerate(branches[1:], 1):
        found = _chosen(index >= number, branch(*operands), found)
    return found


@op
def while_loop(cond, body, loop_vars, maximum_iterations=None):
    """Variables after a body has run for as long as a condition holds."""
    alone = not isinstance(loop_vars, (list, tuple))
    state, alive, count = (loop_vars,) if alone else tuple(loop_vars), None, 0
    while maximum_iterations is None or count < maximum_iterations:
        goes_on = cond(*state)
        if _unknown(goes_on):
            if maximum_iterations is None:
                raise NotImplementedError(
                    "keras.ops.while_loop: the condition follows from values that are not known while a function is traced; "
                    "give `maximum_iterations`, so that the loop can be written out"
                )
            alive = goes_on if alive is None else logical_and(alive, goes_on)
        elif not bool(np.asarray(goes_on)):
            break
        found = body(*state)
        found = tuple(found) if isinstance(found, (list, tuple)) else (found,)
        state = found if alive is None else _chosen(alive, found, state)
        count += 1
    state = _mapped(tensor, state)
    return state[0] if alone else type(loop_vars)(state)


def _bound(n):
    if _unknown(n):
        raise NotImplementedError("keras.ops.fori_loop: bounds have to be plain numbers inside of what is traced; "
                                  "ops.while_loop with `maximum_iterations` takes others")
    return int(np.asarray(n))


@op
def fori_loop(lower, upper, body_fun, init_val):
    """A value after a body has run for each number of a range."""
    for i in range(_bound(lower), _bound(upper)):
        init_val = body_fun(i, init_val)
    return _mapped(tensor, init_val)


def _rows(value, i):
    return _mapped(lambda x: tensor(x)[i], value)


def _stacked(parts):
    if not parts or parts[0] is None:
        return None
    return _mapped(lambda *xs: stack([tensor(x) for x in xs], 0), parts[0], *parts[1:])


@op
def scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """A carry through a function of it and each row, and what that gives for each. It is written out whatever `unroll` says."""
    if not callable(f):
        raise TypeError(f"`f` should be a callable. Received: f={f}")
    if not isinstance(unroll, bool) and not (isinstance(unroll, int) and unroll >= 1):
        raise ValueError(f"`unroll` must be an positive integer or boolean. Received: unroll={unroll}")
    count = int(length) if length is not None else None
    for x in _leaves(xs):
        n = tensor(x).shape[0]
        if count is not None and count != n:
            raise ValueError(f"scan: rows of different numbers, {count} and {n}")
        count = n
    if count is None:
        raise ValueError("scan: got no `xs` to scan over and `length` not provided.")
    carry, found = init, [None] * count
    for i in range(count)[::-1] if reverse else range(count):
        carry, found[i] = f(carry, _rows(xs, i))
    return _mapped(tensor, carry), _stacked(found)


@op
def map(f, xs):
    """A function of each row, its results below each other."""
    count = tensor(_leaves(xs)[0]).shape[0]
    return _stacked([f(_rows(xs, i)) for i in range(count)])


@op
def vectorized_map(function, elements):
    """A function of each row, its results below each other."""
    return map(function, elements)


@op
def associative_scan(f, elems, reverse=False, axis=0):
    """What an associative function makes of all elements up to each one."""
    if not callable(f):
        raise TypeError(f"`f` should be a callable. Received: f={f}")
    elems = _mapped(tensor, elems)
    elems = _mapped(lambda x: flip(x, axis), elems) if reverse else elems
    count = _leaves(elems)[0].shape[axis]
    lead, reach = (slice(None),) * (axis % len(_leaves(elems)[0].shape)), 1

    def part(first, last):
        return _mapped(lambda x: x[(*lead, slice(first, last))], elems)

    while reach < count:  # Twice as many elements in each round.
        joined = f(part(None, -reach), part(reach, None))
        elems = _mapped(lambda a, b: concatenate([a, b], axis), part(None, reach), joined)
        reach *= 2
    return _mapped(lambda x: flip(x, axis), elems) if reverse else elems


def vectorize(pyfunc, *, excluded=None, signature=None):
    """A function of single elements as one of tensors."""
    if not callable(pyfunc):
        raise ValueError(f"Expected argument `pyfunc` to be a callable. Received: pyfunc={pyfunc}")

    @op
    def vectorized(*args, **kwargs):
        if not traced(args, kwargs):
            return np.vectorize(pyfunc, excluded=excluded, signature=signature)(*(tensor(x) for x in args), **kwargs)
        if signature or excluded or kwargs:
            raise NotImplementedError("keras.ops.vectorize inside of what is traced: without `signature`, `excluded` and named arguments")
        sizes = np.broadcast_shapes(*(tuple(tensor(x).shape) for x in args))
        flat = [reshape(broadcast_to(in_graph(x), sizes), (-1,)) for x in args]
        return reshape(map(lambda row: pyfunc(*row), flat), sizes)

    return vectorized


def custom_gradient(f):
    """A function with a gradient of its own; arrays have none, so that it gives its value."""

    def function(*args, **kwargs):
        if traced(args, kwargs) or tensors_in((args, kwargs)):
            raise NotImplementedError("keras.ops.custom_gradient inside of what is traced: gradients follow from the graph; "
                                      "ops.stop_gradient leaves parts of them out")
        found, _ = f(*args, **kwargs)
        return found

    return function
