"""Written by crates/python/make_stubs.py."""

from collections.abc import Iterator, Mapping
from typing import Any

class Tensor:
    """A value of the graph."""
    native: Any
    def __init__(self, native: Any, mask: Any = None) -> None: ...
    @property
    def shape(self) -> Any:
        """Sizes."""
    @property
    def dtype(self) -> Any:
        """Type of the elements."""
    @property
    def ndim(self) -> Any:
        """Number of axes."""
    def __len__(self) -> int: ...
    def __bool__(self) -> Any: ...
    def __float__(self) -> Any: ...
    def __int__(self) -> Any: ...
    def __index__(self) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __array__(self, *args: Any, **kwargs: Any) -> Any: ...
    def __getitem__(self, key: Any) -> Any: ...
    def reshape(self, newshape: Any) -> Any:
        """The same elements in other sizes."""
    def squeeze(self, axis: Any = None) -> Any:
        """Without axes of one element."""
    def __add__(self, other: Any) -> Any: ...
    def __radd__(self, other: Any) -> Any: ...
    def __sub__(self, other: Any) -> Any: ...
    def __rsub__(self, other: Any) -> Any: ...
    def __mul__(self, other: Any) -> Any: ...
    def __rmul__(self, other: Any) -> Any: ...
    def __truediv__(self, other: Any) -> Any: ...
    def __rtruediv__(self, other: Any) -> Any: ...
    def __floordiv__(self, other: Any) -> Any: ...
    def __rfloordiv__(self, other: Any) -> Any: ...
    def __mod__(self, other: Any) -> Any: ...
    def __rmod__(self, other: Any) -> Any: ...
    def __pow__(self, other: Any) -> Any: ...
    def __rpow__(self, other: Any) -> Any: ...
    def __matmul__(self, other: Any) -> Any: ...
    def __rmatmul__(self, other: Any) -> Any: ...
    def __and__(self, other: Any) -> Any: ...
    def __rand__(self, other: Any) -> Any: ...
    def __or__(self, other: Any) -> Any: ...
    def __ror__(self, other: Any) -> Any: ...
    def __xor__(self, other: Any) -> Any: ...
    def __rxor__(self, other: Any) -> Any: ...
    def __ne__(self, other: Any) -> Any: ...
    def __lt__(self, other: Any) -> Any: ...
    def __le__(self, other: Any) -> Any: ...
    def __gt__(self, other: Any) -> Any: ...
    def __ge__(self, other: Any) -> Any: ...
    def __neg__(self) -> Any: ...
    def __pos__(self) -> Any: ...
    def __abs__(self) -> Any: ...
    def __invert__(self) -> Any: ...
    def __round__(self, ndigits: Any = None) -> Any: ...

def any_traced(values: Any) -> Any:
    """Whether any of nested values does."""
def celu(x: Any, alpha: float = 1.0) -> Any:
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1))."""
def custom_object_scope(custom_objects: Mapping[str, Any] | None = None, *more: Any) -> Any:
    """Names that count inside of a `with` statement."""
def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """An activation by its name or config."""
def elu(x: Any, alpha: float = 1.0) -> Any:
    """X above 0, e^x - 1 below."""
def entries(kind: Any) -> Any:
    """What the library has of a kind: `[name, aliases, about, options]`. All who ask share it."""
def exponential(x: Any) -> Any:
    """E^x."""
def gelu(x: Any, approximate: bool = False) -> Any:
    """X · Φ(x), exact."""
def get(identifier: Any) -> Any:
    """An activation by name; none is linear."""
def get_registered_object(name: str | None, custom_objects: Mapping[str, Any] | None = None, module_objects: Any = None) -> Any:
    """The class or function of a name; None where there is none."""
def glu(x: Any, axis: Any = -1) -> Any:
    """One half of an axis times the sigmoid of the other."""
def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """X where |x| > 0.5, else 0."""
def hard_sigmoid(x: Any) -> Any:
    """Relu6(x + 3) / 6."""
def hard_silu(x: Any) -> Any:
    """X · hard_sigmoid(x)."""
def hard_swish(x: Any) -> Any:
    """X · hard_sigmoid(x)."""
def hard_tanh(x: Any) -> Any:
    """X kept within ±1."""
def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    """X above 0, 0.2 x below."""
def legacy_hard_sigmoid(x: Any) -> Any:
    """Clip(0.2 x + 0.5, 0, 1): hard_sigmoid before Keras 3."""
def linear(x: Any) -> Any:
    """The identity."""
def log_sigmoid(x: Any) -> Any:
    """Ln sigmoid(x)."""
def log_softmax(x: Any, axis: Any = -1) -> Any:
    """Ln of softmax, along the last axis."""
def mish(x: Any) -> Any:
    """X · tanh(softplus(x))."""
def native(value: Any) -> Any:
    """A value as the library has it: tensors, weights, numbers and arrays."""
def relu(x: Any, negative_slope: float = 0.0, max_value: Any = None, threshold: float = 0.0) -> Any:
    """Max(x, 0)."""
def relu6(x: Any) -> Any:
    """Relu, at most 6."""
def selu(x: Any) -> Any:
    """Self-normalizing elu."""
def serialize(activation: Any) -> Any:
    """Its name; of one that a program wrote `{module, class_name, config, registered_name}`."""
def sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x)."""
def silu(x: Any) -> Any:
    """X · sigmoid(x)."""
def snake_case(name: str | None) -> Any:
    """`MaxPooling2D` to `max_pooling2d`."""
def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """X moved toward 0 by 0.5."""
def softmax(x: Any, axis: Any = -1) -> Any:
    """E^x over its sum, along the last axis."""
def softplus(x: Any) -> Any:
    """Ln(1 + e^x)."""
def softsign(x: Any) -> Any:
    """X / (|x| + 1)."""
def sparse_plus(x: Any) -> Any:
    """Softplus that is exactly 0 below -1."""
def sparse_sigmoid(x: Any) -> Any:
    """(x + 1) / 2 within 0 and 1."""
def sparsemax(x: Any, axis: Any = -1) -> Any:
    """The nearest point of the simplex: zeros, and what is left above a bound."""
def squareplus(x: Any, b: float = 4) -> Any:
    """(x + √(x² + 4)) / 2."""
def swish(x: Any) -> Any:
    """X · sigmoid(x)."""
def tanh(x: Any) -> Any:
    """Hyperbolic tangent."""
def tanh_shrink(x: Any) -> Any:
    """X - tanh(x)."""
def tensors_in(value: Any) -> Any:
    """Symbolic tensors of nested arguments, in order."""
def threshold(x: Any, threshold: Any, default_value: Any) -> Any:
    """x above a threshold, another number elsewhere."""
