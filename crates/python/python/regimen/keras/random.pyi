"""Written by crates/python/make_stubs.py."""

from typing import Any
from typing_extensions import Self

class SeedGenerator:
    """Where draws come from: inside of a layer each is another one at each step, as the model's seed says."""
    name: Any
    seed: Any
    def __init__(self, seed: Any = None, name: str | None = None, **kwargs: Any) -> None: ...
    def __int__(self) -> Any: ...
    def next(self, ordered: bool = True) -> Any:
        """A seed that no draw before had; they are in order in any case. Inside of what is traced, where they come from."""
    def get_config(self) -> dict[str, Any]:
        """The seed."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...

def beta(shape: Any, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Numbers of a beta distribution."""
def binomial(shape: Any, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None) -> Any:
    """How many of so many tries succeed."""
def categorical(logits: Any, num_samples: Any, dtype: Any = 'int32', seed: Any = None) -> Any:
    """Classes of each row, as often as their logits say: the largest of the logits with Gumbel noise."""
def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """Some elements made zero, the others larger by as much."""
def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Numbers of a gamma distribution of scale 1."""
def normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Normal numbers."""
def randint(shape: Any, minval: Any, maxval: Any, dtype: Any = 'int32', seed: Any = None) -> Any:
    """Whole numbers from the one bound up to the other, which is not among them."""
def shuffle(x: Any, axis: Any = 0, seed: Any = None) -> Any:
    """The same in another order along an axis."""
def truncated_normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Normal numbers within two standard deviations."""
def uniform(shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Numbers between bounds, each as likely as the others."""
