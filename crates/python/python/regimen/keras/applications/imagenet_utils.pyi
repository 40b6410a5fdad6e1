"""Written by crates/python/make_stubs.py."""

from collections.abc import Sequence
from typing import Any

def correct_pad(inputs: Any, kernel_size: int | Sequence[int]) -> Any:
    """Zeros around pictures for a convolution of stride 2 that then needs no padding."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def obtain_input_shape(input_shape: Any, default_size: Any, min_size: Any, data_format: str | None, require_flatten: Any, weights: Any = None) -> Any:
    """The shape of a model's input: what is asked for where the model can take it, else its default."""
def preprocess_input(x: Any, data_format: str | None = None, mode: str = 'caffe') -> Any:
    """Pixels of 0..255 as a model takes them. An array of floats is changed in place."""
