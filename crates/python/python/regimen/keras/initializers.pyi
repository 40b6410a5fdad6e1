"""Written by crates/python/make_stubs.py."""

from typing import Any

class Described(Any):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def from_config(self, *args: Any, **kwargs: Any) -> Any: ...

class SeedGenerator(Any):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def next(self, *args: Any, **kwargs: Any) -> Any: ...
    def get_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def from_config(self, *args: Any, **kwargs: Any) -> Any: ...

class Initializer(Described):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def from_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    def clone(self, *args: Any, **kwargs: Any) -> Any: ...

class Constant(Initializer):
    """The same number everywhere; an array is repeated along the axes that it has not."""
    def __init__(self, value: float = 0.0, **kwargs: Any) -> None: ...

class GlorotNormal(Initializer):
    """Truncated normal of variance 2 / (fan_in + fan_out)."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None, **kwargs: Any) -> None: ...

class GlorotUniform(Initializer):
    """Uniform within √(6 / (fan_in + fan_out))."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None, **kwargs: Any) -> None: ...

class HeNormal(Initializer):
    """Truncated normal of variance 2 / fan_in."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None, **kwargs: Any) -> None: ...

class HeUniform(Initializer):
    """Uniform within √(6 / fan_in)."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None, **kwargs: Any) -> None: ...

class Identity(Initializer):
    """The identity matrix, times gain."""
    def __init__(self, gain: float = 1.0, **kwargs: Any) -> None: ...

IdentityInitializer = Identity

class LecunNormal(Initializer):
    """Truncated normal of variance 1 / fan_in."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None, **kwargs: Any) -> None: ...

class LecunUniform(Initializer):
    """Uniform within √(3 / fan_in)."""
    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None, **kwargs: Any) -> None: ...

class Ones(Initializer):
    """All ones."""
    def __init__(self, **kwargs: Any) -> None: ...

class Orthogonal(Initializer):
    """Orthonormal rows or columns, times gain."""
    def __init__(self, gain: float = 1.0, seed: Any = None, **kwargs: Any) -> None: ...

OrthogonalInitializer = Orthogonal

class RandomNormal(Initializer):
    """Normal with mean and stddev."""
    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None, **kwargs: Any) -> None: ...

class RandomUniform(Initializer):
    """Uniform between minval and maxval."""
    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None, **kwargs: Any) -> None: ...

class STFT(Initializer):
    """Cosines or sines of a short-time Fourier transform."""
    def __init__(self, side: Any = 'real', window: Any = 'hann', scaling: Any = 'density', periodic: bool = False, **kwargs: Any) -> None: ...

STFTInitializer = STFT

class TruncatedNormal(Initializer):
    """Normal within two stddev."""
    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None, **kwargs: Any) -> None: ...

class UnitForgetBias(Initializer):
    """The bias of an LSTM, ones for the forget gate."""
    def __init__(self, bias_initializer: Any = ..., **kwargs: Any) -> None: ...

class VarianceScaling(Initializer):
    """Variance scale / fan."""
    def __init__(self, scale: float = 1.0, mode: Any = 'fan_in', distribution: Any = 'truncated_normal', seed: Any = None, input_axes: Any = None, output_axes: Any = None, **kwargs: Any) -> None: ...

class Zeros(Initializer):
    """All zeros."""
    def __init__(self, **kwargs: Any) -> None: ...

constant = Constant

glorot_normal = GlorotNormal

glorot_uniform = GlorotUniform

he_normal = HeNormal

he_uniform = HeUniform

identity = Identity

lecun_normal = LecunNormal

lecun_uniform = LecunUniform

normal = RandomNormal

one = Ones

ones = Ones

orthogonal = Orthogonal

random_normal = RandomNormal

random_uniform = RandomUniform

stft = STFT

truncated_normal = TruncatedNormal

uniform = RandomUniform

variance_scaling = VarianceScaling

zero = Zeros

zeros = Zeros

def deserialize(*args: Any, **kwargs: Any) -> Any: ...
def deserializer(*args: Any, **kwargs: Any) -> Any: ...
def get(*args: Any, **kwargs: Any) -> Any: ...
def getter(*args: Any, **kwargs: Any) -> Any: ...
def make(*args: Any, **kwargs: Any) -> Any: ...
def serialize(*args: Any, **kwargs: Any) -> Any: ...
def serialize_entry(*args: Any, **kwargs: Any) -> Any: ...
