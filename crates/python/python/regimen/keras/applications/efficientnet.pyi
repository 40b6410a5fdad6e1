"""Written by crates/python/make_stubs.py."""

from typing import Any

def EfficientNetB0(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'efficientnetb0') -> Any:
    """EfficientNetB0, for pictures of 224x224 and 0..255."""
def EfficientNetB1(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'efficientnetb1') -> Any:
    """EfficientNetB1, for pictures of 240x240 and 0..255."""
def EfficientNetB2(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'efficientnetb2') -> Any:
    """EfficientNetB2, for pictures of 260x260 and 0..255."""
def EfficientNetB3(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'efficientnetb3') -> Any:
    """EfficientNetB3, for pictures of 300x300 and 0..255."""
def EfficientNetB4(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'efficientnetb4') -> Any:
    """EfficientNetB4, for pictures of 380x380 and 0..255."""
def EfficientNetB5(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'efficientnetb5') -> Any:
    """EfficientNetB5, for pictures of 456x456 and 0..255."""
def EfficientNetB6(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'efficientnetb6') -> Any:
    """EfficientNetB6, for pictures of 528x528 and 0..255."""
def EfficientNetB7(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'efficientnetb7') -> Any:
    """EfficientNetB7, for pictures of 600x600 and 0..255."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """As it is: the models scale pixels themselves."""
