"""Written by crates/python/make_stubs.py."""

from typing import Any

def MobileNetV3Large(input_shape: Any = None, alpha: float = 1.0, minimalistic: bool = False, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, classes: int = 1000, pooling: str | None = None, dropout_rate: float = 0.2, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'MobileNetV3Large') -> Any:
    """MobileNetV3Large, for pictures of 0..255. `alpha` scales the numbers of filters."""
def MobileNetV3Small(input_shape: Any = None, alpha: float = 1.0, minimalistic: bool = False, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, classes: int = 1000, pooling: str | None = None, dropout_rate: float = 0.2, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'MobileNetV3Small') -> Any:
    """MobileNetV3Small, for pictures of 0..255. `alpha` scales the numbers of filters."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """As it is: the models scale pixels themselves."""
