"""Matrices. Norms are there everywhere, decompositions on arrays only."""

import functools

import numpy as np

from . import reductions
from ._settings import as_type, axes_of, floats, op, traced
from .arithmetic import power
from .elementwise import absolute, sqrt, square


@op
def norm(x, ord=None, axis=None, keepdims=False):
    """Norms of vectors, and of matrices by their elements, rows or columns."""
    x = floats(x)
    if axis is None and ord is None:
        return sqrt(reductions.sum(square(x), None, keepdims))
    axes = axes_of(x, axis)
    if len(axes) > 2:
        raise ValueError(f"Invalid axis for norm: {axis}, of an array of {len(x.shape)} axes")
    return _of_vectors(x, ord, axes, keepdims) if len(axes) == 1 else _of_matrices(x, ord, axes, keepdims)


def _of_vectors(x, ord, axes, keepdims):
    if ord is None or ord == 2:
        return sqrt(reductions.sum(square(x), axes, keepdims))
    if ord in (np.inf, -np.inf):
        return (reductions.max if ord > 0 else reductions.min)(absolute(x), axes, keepdims)
    if ord == 0:
        return reductions.sum(as_type(x != 0, "float32"), axes, keepdims)
    if ord == 1:
        return reductions.sum(absolute(x), axes, keepdims)
    if isinstance(ord, str):
        raise ValueError(f"Invalid `ord` argument for vector norm. Received: ord={ord}")
    return power(reductions.sum(power(absolute(x), float(ord)), axes, keepdims), 1.0 / ord)


def _of_matrices(x, ord, axes, keepdims):
    rows, columns = axes
    if ord in (None, "fro"):
        return sqrt(reductions.sum(square(x), axes, keepdims))
    if ord in (1, -1, np.inf, -np.inf):
        over, along = (rows, columns) if ord in (1, -1) else (columns, rows)
        found = reductions.sum(absolute(x), over, keepdims=True)
        found = (reductions.max if ord > 0 else reductions.min)(found, along, keepdims=True)
        from .shapes import squeeze

        return found if keepdims else squeeze(found, axes)
    if ord not in (2, -2, "nuc"):
        raise ValueError(f"Invalid `ord` argument for matrix norm. Received: ord={ord}")
    if traced(x):
        raise NotImplementedError(f"keras.ops.norm(ord={ord!r}) of matrices inside of what is traced: graphs have no decompositions")
    return np.linalg.norm(x, ord, tuple(axes), keepdims)


def _on_arrays(body):
    """A function of matrices that graphs do not have."""

    @op
    @functools.wraps(body)
    def function(*args, **kwargs):
        if traced(args, kwargs):
            raise NotImplementedError(f"keras.ops.{body.__name__} inside of what is traced: graphs have no decompositions of matrices")
        return body(*args, **kwargs)

    return function


@_on_arrays
def cholesky(x, upper=False):
    """The triangle whose square the matrix is."""
    found = np.linalg.cholesky(floats(x))
    return np.swapaxes(found, -1, -2) if upper else found


@_on_arrays
def cholesky_inverse(x, upper=False):
    """The inverse of a matrix, from its triangle."""
    inverse = np.linalg.inv(floats(x))
    turned = np.swapaxes(inverse, -1, -2)
    return inverse @ turned if upper else turned @ inverse


@_on_arrays
def det(x):
    """The determinant."""
    return np.linalg.det(floats(x))


@_on_arrays
def logdet(x):
    """The logarithm of the determinant of a positive definite matrix."""
    return np.linalg.slogdet(floats(x))[1]


@_on_arrays
def slogdet(x):
    """The sign of the determinant and the logarithm of its size."""
    return tuple(np.linalg.slogdet(floats(x)))


@_on_arrays
def inv(x):
    """The inverse."""
    return np.linalg.inv(floats(x))


@_on_arrays
def pinv(x, rcond=None):
    """The pseudo-inverse."""
    return np.linalg.pinv(floats(x), rcond)


@_on_arrays
def solve(a, b):
    """x with a @ x = b."""
    a, b = floats(a), floats(b)
    return np.linalg.solve(a, b[..., None])[..., 0] if b.ndim == a.ndim - 1 else np.linalg.solve(a, b)


@_on_arrays
def solve_triangular(a, b, lower=False):
    """x with a @ x = b, of which only one triangle counts."""
    a = np.tril(floats(a)) if lower else np.triu(floats(a))
    b = floats(b)
    return np.linalg.solve(a, b[..., None])[..., 0] if b.ndim == a.ndim - 1 else np.linalg.solve(a, b)


@_on_arrays
def qr(x, mode="reduced"):
    """An orthogonal matrix and a triangle."""
    if mode not in ("reduced", "complete"):
        raise ValueError(f"`mode` argument value not supported. Expected one of {{'reduced', 'complete'}}. Received: mode={mode}")
    return tuple(np.linalg.qr(floats(x), mode))


@_on_arrays
def svd(x, full_matrices=True, compute_uv=True):
    """Two orthogonal matrices and the singular values between them."""
    found = np.linalg.svd(floats(x), full_matrices, compute_uv)
    return tuple(found) if compute_uv else found


@_on_arrays
def eigh(x):
    """Eigenvalues and eigenvectors of a symmetric matrix."""
    return tuple(np.linalg.eigh(floats(x)))


@_on_arrays
def lstsq(a, b, rcond=None):
    """x for which a @ x is nearest to b."""
    return np.linalg.lstsq(floats(a), floats(b), rcond)[0]


@_on_arrays
def matrix_rank(x, tol=None):
    """How many singular values count."""
    return np.linalg.matrix_rank(floats(x), tol)
