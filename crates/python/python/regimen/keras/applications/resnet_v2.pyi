"""Written by crates/python/make_stubs.py."""

from typing import Any

def ResNet101V2(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'resnet101v2') -> Any:
    """ResNet101V2, for pictures of 224x224."""
def ResNet152V2(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'resnet152v2') -> Any:
    """ResNet152V2, for pictures of 224x224."""
def ResNet50V2(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'resnet50v2') -> Any:
    """ResNet50V2, for pictures of 224x224."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels in -1..1."""
