"""Written by crates/python/make_stubs.py."""

from typing import Any

def NASNetLarge(input_shape: Any = None, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'nasnet_large') -> Any:
    """NASNet-A of 6 cells a run, for pictures of 331x331."""
def NASNetMobile(input_shape: Any = None, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'nasnet_mobile') -> Any:
    """NASNet-A of 4 cells a run, for pictures of 224x224."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels in -1..1."""
