"""Written by crates/python/make_stubs.py."""

from typing import Any

def cholesky(x: Any, upper: Any = False) -> Any:
    """The triangle whose square the matrix is."""
def cholesky_inverse(x: Any, upper: Any = False) -> Any:
    """The inverse of a matrix, from its triangle."""
def det(x: Any) -> Any:
    """The determinant."""
def eigh(x: Any) -> Any:
    """Eigenvalues and eigenvectors of a symmetric matrix."""
def inv(x: Any) -> Any:
    """The inverse."""
def logdet(x: Any) -> Any:
    """The logarithm of the determinant of a positive definite matrix."""
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """x for which a @ x is nearest to b."""
def matrix_rank(x: Any, tol: Any = None) -> Any:
    """How many singular values count."""
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    """Norms of vectors, and of matrices by their elements, rows or columns."""
def pinv(x: Any, rcond: Any = None) -> Any:
    """The pseudo-inverse."""
def qr(x: Any, mode: Any = 'reduced') -> Any:
    """An orthogonal matrix and a triangle."""
def slogdet(x: Any) -> Any:
    """The sign of the determinant and the logarithm of its size."""
def solve(a: Any, b: Any) -> Any:
    """x with a @ x = b."""
def solve_triangular(a: Any, b: Any, lower: Any = False) -> Any:
    """x with a @ x = b, of which only one triangle counts."""
def svd(x: Any, full_matrices: Any = True, compute_uv: Any = True) -> Any:
    """Two orthogonal matrices and the singular values between them."""
