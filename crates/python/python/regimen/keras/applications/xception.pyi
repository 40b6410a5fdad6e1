"""Written by crates/python/make_stubs.py."""

from typing import Any

def Xception(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'xception') -> Any:
    """Xception, for pictures of 299x299."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels in -1..1."""
