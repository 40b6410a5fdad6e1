"""Written by crates/python/make_stubs.py."""

from collections.abc import Mapping
from typing import Any
from typing_extensions import Self

class Initializer:
    """What every class of this module is. One of your own overrides `__call__`."""
    name: Any
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self) -> dict[str, Any]:
        """The options, each with its value."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    def __call__(self, shape: Any, dtype: Any = None) -> Any: ...
    def clone(self) -> Any:
        """Another one with these options."""
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class Constant(Initializer):
    """The same number everywhere; an array is repeated along the axes that it has not."""
    def __init__(self, value: Any = 0.0) -> None: ...
    value: Any

class GlorotNormal(Initializer):
    """Truncated normal of variance 2 / (fan_in + fan_out)."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None) -> None: ...

class GlorotUniform(Initializer):
    """Uniform within √(6 / (fan_in + fan_out))."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None) -> None: ...

class HeNormal(Initializer):
    """Truncated normal of variance 2 / fan_in."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None) -> None: ...

class HeUniform(Initializer):
    """Uniform within √(6 / fan_in)."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None) -> None: ...

class Identity(Initializer):
    """The identity matrix, times gain."""
    def __init__(self, gain: float = 1.0) -> None: ...

class LecunNormal(Initializer):
    """Truncated normal of variance 1 / fan_in."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None) -> None: ...

class LecunUniform(Initializer):
    """Uniform within √(3 / fan_in)."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None) -> None: ...

class Ones(Initializer):
    """All ones."""
    def __init__(self) -> None: ...

class Orthogonal(Initializer):
    """Orthonormal rows or columns, times gain."""
    def __init__(self, gain: float = 1.0, seed: Any = None) -> None: ...

class RandomNormal(Initializer):
    """Normal with mean and stddev."""
    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None: ...

class RandomUniform(Initializer):
    """Uniform between minval and maxval."""
    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None: ...

class STFT(Initializer):
    """Cosines or sines of a short-time Fourier transform."""
    def __init__(self, side: str = 'real', window: Any = 'hann', scaling: str = 'density', periodic: bool = False) -> None: ...

class TruncatedNormal(Initializer):
    """Normal within two stddev."""
    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None: ...

class UnitForgetBias(Initializer):
    """The bias of an LSTM, ones for the forget gate."""
    def __init__(self, bias_initializer: Any = ...) -> None: ...

class VarianceScaling(Initializer):
    """Variance scale / fan."""
    def __init__(self, scale: float = 1.0, mode: str = 'fan_in', distribution: str = 'truncated_normal', seed: Any = None, input_axes: Any = None, output_axes: Any = None) -> None: ...

class Zeros(Initializer):
    """All zeros."""
    def __init__(self) -> None: ...

zeros = Zeros

ones = Ones

constant = Constant

zero = Zeros

one = Ones

random_normal = RandomNormal

normal = RandomNormal

random_uniform = RandomUniform

uniform = RandomUniform

truncated_normal = TruncatedNormal

glorot_uniform = GlorotUniform

glorot_normal = GlorotNormal

he_uniform = HeUniform

he_normal = HeNormal

lecun_uniform = LecunUniform

lecun_normal = LecunNormal

orthogonal = Orthogonal

identity = Identity

variance_scaling = VarianceScaling

stft = STFT

IdentityInitializer = Identity

OrthogonalInitializer = Orthogonal

STFTInitializer = STFT

def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """An object from `{class_name, config}` or a name."""
def get(identifier: Any) -> Any:
    """An initializer by name, config, or as it is; an array stands for its own values."""
def serialize(initializer: Any) -> Any:
    """`{module, class_name, config, registered_name}`; None of None."""
