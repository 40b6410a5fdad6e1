"""Written by crates/python/make_stubs.py."""

from typing import Any

def DenseNet121(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'densenet121') -> Any:
    """DenseNet121, for pictures of 224x224."""
def DenseNet169(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'densenet169') -> Any:
    """DenseNet169, for pictures of 224x224."""
def DenseNet201(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'densenet201') -> Any:
    """DenseNet201, for pictures of 224x224."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels in 0..1, less their means in ImageNet, over their deviations."""
