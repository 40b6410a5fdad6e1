"""Written by crates/python/make_stubs.py."""

from typing import Any

def abs(x: Any) -> Any:
    """The magnitude of each element."""
def absolute(x: Any) -> Any:
    """The magnitude of each element."""
def add(x1: Any, x2: Any) -> Any:
    """add of two values, element by element."""
def all(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """Whether all elements are true."""
def allclose(x1: Any, x2: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: Any = False) -> Any:
    """Whether two values are near each other everywhere."""
def amax(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The max over axes."""
def amin(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The min over axes."""
def angle(x: Any) -> Any:
    """The angle of numbers: 0, and π for those below zero."""
def any(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """Whether any element is true."""
def append(x1: Any, x2: Any, axis: Any = None) -> Any:
    """The one after the other."""
def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """Numbers in steps."""
def arccos(x: Any) -> Any:
    """The angle with this cosine."""
def arccosh(x: Any) -> Any:
    """The number with this hyperbolic cosine."""
def arcsin(x: Any) -> Any:
    """The angle with this sine."""
def arcsinh(x: Any) -> Any:
    """The number with this hyperbolic sine."""
def arctan(x: Any) -> Any:
    """The angle with this tangent."""
def arctan2(x1: Any, x2: Any) -> Any:
    """The angle of the point (x2, x1)."""
def arctanh(x: Any) -> Any:
    """The number with this hyperbolic tangent."""
def argmax(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The place of the max along an axis."""
def argmin(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The place of the min along an axis."""
def argpartition(x: Any, kth: Any, axis: Any = -1) -> Any:
    """Places such that what is before the kth is not larger, and what is behind it not smaller."""
def argsort(x: Any, axis: Any = -1) -> Any:
    """The places in rising order; equal elements keep theirs."""
def array(x: Any, dtype: Any = None) -> Any:
    """An array."""
def array_split(x: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    """Cut along an axis, into parts that may differ by one."""
def average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    """The mean over axes, weighted."""
def bartlett(x: Any) -> Any:
    """The triangular window of x points."""
def bincount(x: Any, weights: Any = None, minlength: Any = 0, sparse: Any = False) -> Any:
    """How often each whole number is there, of vectors or rows of them."""
def bitwise_and(x: Any, y: Any) -> Any:
    """bitwise_and of two values, element by element."""
def bitwise_invert(x: Any) -> Any:
    """All bits of each element turned."""
def bitwise_left_shift(x: Any, y: Any) -> Any:
    """Bits moved up by so many places."""
def bitwise_not(x: Any) -> Any:
    """All bits of each element turned."""
def bitwise_or(x: Any, y: Any) -> Any:
    """bitwise_or of two values, element by element."""
def bitwise_right_shift(x: Any, y: Any) -> Any:
    """Bits moved down by so many places."""
def bitwise_xor(x: Any, y: Any) -> Any:
    """bitwise_xor of two values, element by element."""
def blackman(x: Any) -> Any:
    """The Blackman window of x points."""
def broadcast_to(x: Any, shape: Any) -> Any:
    """Repeated to these sizes."""
def cast(x: Any, dtype: Any) -> Any:
    """The same in another type."""
def cbrt(x: Any) -> Any:
    """The cube root of each element; at 0 a square root, as steep there."""
def cdist(x: Any, y: Any) -> Any:
    """Distances between the rows of two arrays."""
def ceil(x: Any) -> Any:
    """ceil of each element."""
def cholesky(x: Any, upper: Any = False) -> Any:
    """The triangle whose square the matrix is."""
def cholesky_inverse(x: Any, upper: Any = False) -> Any:
    """The inverse of a matrix, from its triangle."""
def clip(x: Any, x_min: Any, x_max: Any) -> Any:
    """Within bounds."""
def concatenate(xs: Any, axis: Any = 0) -> Any:
    """Side by side along an axis."""
def conj(x: Any) -> Any:
    """The conjugate, which real numbers are themselves."""
def conjugate(x: Any) -> Any:
    """The conjugate, which real numbers are themselves."""
def convert_to_numpy(x: Any) -> Any:
    """An array of NumPy."""
def convert_to_tensor(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Any:
    """An array; values of a graph stay what they are."""
def copy(x: Any) -> Any:
    """The same as a new array."""
def corrcoef(x: Any) -> Any:
    """The correlations of the rows of a matrix."""
def correlate(x1: Any, x2: Any, mode: Any = 'valid') -> Any:
    """The products of one vector with the other, moved along it."""
def cos(x: Any) -> Any:
    """cos of each element."""
def cosh(x: Any) -> Any:
    """The hyperbolic cosine of each element."""
def count_nonzero(x: Any, axis: Any = None) -> Any:
    """How many elements are not zero."""
def cross(x1: Any, x2: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1, axis: Any = None) -> Any:
    """The vector at right angles to two vectors; of two numbers each, its third number."""
def cumprod(x: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Running products along an axis."""
def cumsum(x: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Running sums along an axis."""
def deg2rad(x: Any) -> Any:
    """Degrees as radians."""
def det(x: Any) -> Any:
    """The determinant."""
def diag(x: Any, k: Any = 0) -> Any:
    """A vector as the diagonal of a matrix, or the diagonal of a matrix."""
def diagflat(x: Any, k: Any = 0) -> Any:
    """All elements as the diagonal of a matrix."""
def diagonal(x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """The elements of a diagonal, along a new last axis."""
def diff(a: Any, n: Any = 1, axis: Any = -1) -> Any:
    """Differences of neighbours along an axis, n times over."""
def digitize(x: Any, bins: Any) -> Any:
    """The number of the bin of each element."""
def divide(x1: Any, x2: Any) -> Any:
    """divide of two values, element by element."""
def divide_no_nan(x1: Any, x2: Any) -> Any:
    """The quotient, 0 where the second is 0."""
def dot(x1: Any, x2: Any) -> Any:
    """The product over the last axis of the one and the last but one of the other."""
def dsplit(x: Any, indices_or_sections: Any) -> Any:
    """Cut along the third axis."""
def dstack(xs: Any) -> Any:
    """Side by side along the third axis."""
def dtype(x: Any) -> Any:
    """The name of the type of the elements."""
def eigh(x: Any) -> Any:
    """Eigenvalues and eigenvectors of a symmetric matrix."""
def einsum(subscripts: Any, *operands: Any, **kwargs: Any) -> Any:
    """Sums of products by letters; how the products are ordered (`optimize` and the like) is up to the library."""
def empty(shape: Any, dtype: Any = None) -> Any:
    """Zeros, too."""
def empty_like(x: Any, dtype: Any = None) -> Any:
    """Zeros in the same sizes, too."""
def equal(x1: Any, x2: Any) -> Any:
    """equal of two values, element by element."""
def erf(x: Any) -> Any:
    """erf of each element."""
def erfc(x: Any) -> Any:
    """1 - erf(x)."""
def erfinv(x: Any) -> Any:
    """The inverse of erf: the two polynomials of Giles for single precision."""
def exp(x: Any) -> Any:
    """exp of each element."""
def exp2(x: Any) -> Any:
    """Two to the power of each element."""
def expand_dims(x: Any, axis: Any) -> Any:
    """New axes of one element."""
def expm1(x: Any) -> Any:
    """expm1 of each element."""
def extract_sequences(x: Any, sequence_length: Any, sequence_stride: Any) -> Any:
    """Windows of the last axis, each so many elements after the one before."""
def eye(N: Any, M: Any = None, k: Any = 0, dtype: Any = None) -> Any:
    """Ones on a diagonal."""
def fabs(x: Any) -> Any:
    """The magnitude of each element, a float."""
def flip(x: Any, axis: Any = None) -> Any:
    """Reversed along axes."""
def fliplr(x: Any) -> Any:
    """Reversed along the second axis."""
def flipud(x: Any) -> Any:
    """Reversed along the first axis."""
def floor(x: Any) -> Any:
    """floor of each element."""
def floor_divide(x1: Any, x2: Any) -> Any:
    """The quotient, rounded down."""
def fmax(x1: Any, x2: Any) -> Any:
    """The larger, element by element; of a number and NaN the number."""
def fmin(x1: Any, x2: Any) -> Any:
    """The smaller, element by element; of a number and NaN the number."""
def fmod(x1: Any, x2: Any) -> Any:
    """What division leaves, with the sign of the first."""
def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """One number everywhere."""
def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Any:
    """One number in the same sizes."""
def gcd(x1: Any, x2: Any) -> Any:
    """The greatest common divisor of whole numbers."""
def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, dtype: Any = None, axis: Any = 0) -> Any:
    """Numbers at equal ratios."""
def get_item(x: Any, key: Any) -> Any:
    """`x[key]`."""
def greater(x1: Any, x2: Any) -> Any:
    """greater of two values, element by element."""
def greater_equal(x1: Any, x2: Any) -> Any:
    """greater_equal of two values, element by element."""
def hamming(x: Any) -> Any:
    """The Hamming window of x points."""
def hanning(x: Any) -> Any:
    """The Hann window of x points."""
def heaviside(x1: Any, x2: Any) -> Any:
    """0 below zero, 1 above, the second at zero."""
def histogram(x: Any, bins: Any = 10, range: Any = None) -> Any:
    """How many elements each of equal bins has, and the edges of these."""
def hsplit(x: Any, indices_or_sections: Any) -> Any:
    """Cut along the second axis, vectors along their only one."""
def hstack(xs: Any) -> Any:
    """Side by side along the second axis, vectors along their only one."""
def hypot(x1: Any, x2: Any) -> Any:
    """The length of the side across from a right angle."""
def i0(x: Any) -> Any:
    """The modified Bessel function of order 0: Abramowitz and Stegun 9.8.1 and 9.8.2."""
def identity(n: Any, dtype: Any = None) -> Any:
    """A square with ones on its diagonal."""
def imag(x: Any) -> Any:
    """The imaginary part."""
def in_top_k(targets: Any, predictions: Any, k: Any) -> Any:
    """Whether the prediction for each target is among the k largest of its row."""
def inner(x1: Any, x2: Any) -> Any:
    """The product over the last axes of both."""
def inv(x: Any) -> Any:
    """The inverse."""
def is_tensor(x: Any) -> Any:
    """Whether a value is an array, or a tensor of a graph."""
def isclose(x1: Any, x2: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: Any = False) -> Any:
    """Whether two values are near each other, element by element."""
def isfinite(x: Any) -> Any:
    """isfinite of each element."""
def isin(x1: Any, x2: Any, assume_unique: Any = False, invert: Any = False) -> Any:
    """Whether each element is among those of another array; whether these are unique does not matter."""
def isinf(x: Any) -> Any:
    """Whether each element is infinite."""
def isnan(x: Any) -> Any:
    """Whether each element is no number."""
def isneginf(x: Any) -> Any:
    """Whether each element is infinite and below zero."""
def isposinf(x: Any) -> Any:
    """Whether each element is infinite and above zero."""
def isreal(x: Any) -> Any:
    """Whether each element has no imaginary part."""
def kaiser(x: Any, beta: Any) -> Any:
    """The Kaiser window of x points."""
def kron(x1: Any, x2: Any) -> Any:
    """Each element of the one times the whole other."""
def lcm(x1: Any, x2: Any) -> Any:
    """The least common multiple of whole numbers."""
def ldexp(x1: Any, x2: Any) -> Any:
    """The first times 2 to the power of the second."""
def left_shift(x: Any, y: Any) -> Any:
    """Bits moved up by so many places."""
def less(x1: Any, x2: Any) -> Any:
    """less of two values, element by element."""
def less_equal(x1: Any, x2: Any) -> Any:
    """less_equal of two values, element by element."""
def linspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, retstep: Any = False, dtype: Any = None, axis: Any = 0) -> Any:
    """Numbers at equal distances."""
def log(x: Any) -> Any:
    """log of each element."""
def log10(x: Any) -> Any:
    """The logarithm of each element to the base 10."""
def log1p(x: Any) -> Any:
    """log1p of each element."""
def log2(x: Any) -> Any:
    """The logarithm of each element to the base 2."""
def logaddexp(x1: Any, x2: Any) -> Any:
    """The logarithm of the sum of two exponentials."""
def logaddexp2(x1: Any, x2: Any) -> Any:
    """The logarithm to the base 2 of the sum of two powers of 2."""
def logdet(x: Any) -> Any:
    """The logarithm of the determinant of a positive definite matrix."""
def logical_and(x1: Any, x2: Any) -> Any:
    """logical_and of two truth values, element by element."""
def logical_not(x: Any) -> Any:
    """Whether each element is false."""
def logical_or(x1: Any, x2: Any) -> Any:
    """logical_or of two truth values, element by element."""
def logical_xor(x1: Any, x2: Any) -> Any:
    """Whether exactly one is true."""
def logspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, base: Any = 10, dtype: Any = None, axis: Any = 0) -> Any:
    """Powers of a base, whose exponents are at equal distances."""
def logsumexp(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The logarithm of the sum of exponentials, without overflow."""
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """x for which a @ x is nearest to b."""
def matmul(x1: Any, x2: Any) -> Any:
    """The product of matrices over the last two axes; a vector stands for a row, or for a column."""
def matrix_rank(x: Any, tol: Any = None) -> Any:
    """How many singular values count."""
def max(x: Any, axis: Any = None, keepdims: Any = False, initial: Any = None) -> Any:
    """The max over axes."""
def maximum(x1: Any, x2: Any) -> Any:
    """maximum of two values, element by element."""
def mean(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The mean over axes."""
def median(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The median over axes."""
def meshgrid(*x: Any, indexing: Any = 'xy') -> Any:
    """The coordinates of all points of a grid."""
def min(x: Any, axis: Any = None, keepdims: Any = False, initial: Any = None) -> Any:
    """The min over axes."""
def minimum(x1: Any, x2: Any) -> Any:
    """minimum of two values, element by element."""
def mod(x1: Any, x2: Any) -> Any:
    """mod of two values, element by element."""
def moments(x: Any, axes: Any, keepdims: Any = False, synchronized: Any = False) -> Any:
    """Mean and variance over axes; there is one device, so they are synchronized anyway."""
def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """Axes at other places."""
def multiply(x1: Any, x2: Any) -> Any:
    """multiply of two values, element by element."""
def nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """Other numbers for NaN and the infinite ones."""
def nanargmax(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The place of the max along an axis of what is not NaN."""
def nanargmin(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The place of the min along an axis of what is not NaN."""
def nancumprod(x: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Running products of what is not NaN."""
def nancumsum(x: Any, axis: Any = None, dtype: Any = None) -> Any:
    """Running sums of what is not NaN."""
def nanmax(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The max over axes of what is not NaN."""
def nanmean(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The mean over axes of what is not NaN."""
def nanmedian(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The median over axes of what is not NaN."""
def nanmin(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The min over axes of what is not NaN."""
def nanpercentile(x: Any, q: Any, axis: Any = None, method: Any = 'linear', keepdims: Any = False) -> Any:
    """Percentiles over axes of what is not NaN."""
def nanprod(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The product over axes of what is not NaN."""
def nanquantile(x: Any, q: Any, axis: Any = None, method: Any = 'linear', keepdims: Any = False) -> Any:
    """Quantiles over axes of what is not NaN."""
def nanstd(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The standard deviation over axes of what is not NaN."""
def nansum(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The sum over axes of what is not NaN."""
def nanvar(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The variance over axes of what is not NaN."""
def ndim(x: Any) -> Any:
    """Number of axes."""
def negative(x: Any) -> Any:
    """negative of each element."""
def nextafter(x1: Any, x2: Any) -> Any:
    """The next number from the one towards the other."""
def nonzero(x: Any) -> Any:
    """The places of what is not zero, an array for each axis."""
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    """Norms of vectors, and of matrices by their elements, rows or columns."""
def not_equal(x1: Any, x2: Any) -> Any:
    """not_equal of two values, element by element."""
def ones(shape: Any, dtype: Any = None) -> Any:
    """Ones."""
def ones_like(x: Any, dtype: Any = None) -> Any:
    """Ones in the same sizes."""
def outer(x1: Any, x2: Any) -> Any:
    """The products of all pairs of elements."""
def pad(x: Any, pad_width: Any, mode: Any = 'constant', constant_values: Any = None) -> Any:
    """Cells around it: a constant, or its own elements by `mode` "edge", "reflect", "symmetric" or "wrap"."""
def percentile(x: Any, q: Any, axis: Any = None, method: Any = 'linear', keepdims: Any = False) -> Any:
    """Percentiles over axes; several of them come first in the result."""
def pinv(x: Any, rcond: Any = None) -> Any:
    """The pseudo-inverse."""
def power(x1: Any, x2: Any) -> Any:
    """The one to the power of the other, element by element."""
def prod(x: Any, axis: Any = None, keepdims: Any = False, dtype: Any = None) -> Any:
    """The product over axes."""
def ptp(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The difference of the largest and the smallest over axes."""
def qr(x: Any, mode: Any = 'reduced') -> Any:
    """An orthogonal matrix and a triangle."""
def quantile(x: Any, q: Any, axis: Any = None, method: Any = 'linear', keepdims: Any = False) -> Any:
    """Quantiles over axes; several of them come first in the result."""
def rad2deg(x: Any) -> Any:
    """Radians as degrees."""
def ravel(x: Any) -> Any:
    """All elements along one axis."""
def real(x: Any) -> Any:
    """The real part."""
def rearrange(tensor: Any, pattern: Any, **axes_lengths: Any) -> Any:
    """Axes split, moved and joined as a pattern like "b (h w) c -> b h w c" says."""
def reciprocal(x: Any) -> Any:
    """reciprocal of each element."""
def repeat(x: Any, repeats: Any, axis: Any = None) -> Any:
    """Each element so many times."""
def reshape(x: Any, newshape: Any) -> Any:
    """The same elements in other sizes; one of them may be -1."""
def right_shift(x: Any, y: Any) -> Any:
    """Bits moved down by so many places."""
def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """Moved along axes; what falls off comes in at the other end."""
def rot90(array: Any, k: Any = 1, axes: Any = ...) -> Any:
    """Turned by a right angle, k times."""
def round(x: Any, decimals: Any = 0) -> Any:
    """The nearest whole number, or of so many decimals; ties to even."""
def rsqrt(x: Any) -> Any:
    """rsqrt of each element."""
def saturate_cast(x: Any, dtype: Any) -> Any:
    """In another type, within the numbers that it has."""
def searchsorted(sorted_sequence: Any, values: Any, side: Any = 'left') -> Any:
    """Where values belong in a sorted vector."""
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Elements of the first choice whose condition is true."""
def shape(x: Any) -> Any:
    """Sizes, as a tuple; those of symbolic tensors may be None."""
def sign(x: Any) -> Any:
    """sign of each element."""
def signbit(x: Any) -> Any:
    """Whether the sign of each element is set, that of -0.0 too."""
def sin(x: Any) -> Any:
    """sin of each element."""
def sinc(x: Any) -> Any:
    """sin(πx) / (πx), 1 at 0."""
def sinh(x: Any) -> Any:
    """The hyperbolic sine of each element."""
def size(x: Any) -> Any:
    """Number of elements; None where a size is not known."""
def slogdet(x: Any) -> Any:
    """The sign of the determinant and the logarithm of its size."""
def solve(a: Any, b: Any) -> Any:
    """x with a @ x = b."""
def solve_triangular(a: Any, b: Any, lower: Any = False) -> Any:
    """x with a @ x = b, of which only one triangle counts."""
def sort(x: Any, axis: Any = -1) -> Any:
    """In rising order, NaN last."""
def split(x: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    """Cut along an axis, into so many parts or at these places."""
def sqrt(x: Any) -> Any:
    """sqrt of each element."""
def square(x: Any) -> Any:
    """Each element times itself."""
def squeeze(x: Any, axis: Any = None) -> Any:
    """Without axes of one element."""
def stack(x: Any, axis: Any = 0) -> Any:
    """Side by side along a new axis."""
def std(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The standard deviation over axes."""
def stop_gradient(variable: Any) -> Any:
    """The same value, through which no gradient goes."""
def subtract(x1: Any, x2: Any) -> Any:
    """subtract of two values, element by element."""
def sum(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The sum over axes."""
def svd(x: Any, full_matrices: Any = True, compute_uv: Any = True) -> Any:
    """Two orthogonal matrices and the singular values between them."""
def swapaxes(x: Any, axis1: Any, axis2: Any) -> Any:
    """Two axes exchanged."""
def take(x: Any, indices: Any, axis: Any = None) -> Any:
    """Elements by their places along an axis, of all elements where none is given."""
def take_along_axis(x: Any, indices: Any, axis: Any = None) -> Any:
    """Elements by their places along an axis, other places for each row."""
def tan(x: Any) -> Any:
    """The tangent of each element."""
def tanh(x: Any) -> Any:
    """tanh of each element."""
def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    """Sums of products over axes of both."""
def tile(x: Any, repeats: Any) -> Any:
    """The whole so many times along each axis."""
def top_k(x: Any, k: Any, sorted: Any = True) -> Any:
    """The k largest of the last axis in falling order, and their places; sorted in any case."""
def trace(x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """The sum of a diagonal."""
def transpose(x: Any, axes: Any = None) -> Any:
    """Axes in another order, reversed where none is given."""
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """The integral along an axis by trapezoids."""
def tri(N: Any, M: Any = None, k: Any = 0, dtype: Any = None) -> Any:
    """Ones on and below a diagonal."""
def tril(x: Any, k: Any = 0) -> Any:
    """What is on and below a diagonal, zeros above."""
def triu(x: Any, k: Any = 0) -> Any:
    """What is on and above a diagonal, zeros below."""
def true_divide(x1: Any, x2: Any) -> Any:
    """true_divide of two values, element by element."""
def trunc(x: Any) -> Any:
    """Without what is behind the point."""
def unique(x: Any, sorted: Any = True, return_index: Any = False, return_inverse: Any = False, return_counts: Any = False, axis: Any = None, size: Any = None, fill_value: Any = None) -> Any:
    """The different elements; sorted in any case."""
def unravel_index(indices: Any, shape: Any) -> Any:
    """Places in a flat array as places along axes."""
def unstack(x: Any, num: Any = None, axis: Any = 0) -> Any:
    """The slices along an axis, which goes."""
def vander(x: Any, N: Any = None, increasing: Any = False) -> Any:
    """The powers of a vector's elements as columns."""
def var(x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """The variance over axes."""
def vdot(x1: Any, x2: Any) -> Any:
    """The sum of products of all elements."""
def vectorize(pyfunc: Any, *, excluded: Any = None, signature: Any = None) -> Any:
    """A function of single elements as one of tensors."""
def view(x: Any, dtype: Any = None) -> Any:
    """The same bits as elements of another type."""
def vsplit(x: Any, indices_or_sections: Any) -> Any:
    """Cut along the first axis."""
def vstack(xs: Any) -> Any:
    """Below each other along the first axis, vectors as rows."""
def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """Elements of the one where it is true, of the other elsewhere; the places of what is true where only it is given."""
def zeros(shape: Any, dtype: Any = None) -> Any:
    """Zeros."""
def zeros_like(x: Any, dtype: Any = None) -> Any:
    """Zeros in the same sizes."""
