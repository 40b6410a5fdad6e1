"""Written by crates/python/make_stubs.py."""

from typing import Any

def EfficientNetV2B0(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'efficientnetv2-b0') -> Any:
    """EfficientNetV2B0, for pictures of 224x224 and 0..255; without `include_preprocessing` of -1..1."""
def EfficientNetV2B1(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'efficientnetv2-b1') -> Any:
    """EfficientNetV2B1, for pictures of 240x240 and 0..255; without `include_preprocessing` of -1..1."""
def EfficientNetV2B2(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'efficientnetv2-b2') -> Any:
    """EfficientNetV2B2, for pictures of 260x260 and 0..255; without `include_preprocessing` of -1..1."""
def EfficientNetV2B3(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'efficientnetv2-b3') -> Any:
    """EfficientNetV2B3, for pictures of 300x300 and 0..255; without `include_preprocessing` of -1..1."""
def EfficientNetV2L(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'efficientnetv2-l') -> Any:
    """EfficientNetV2L, for pictures of 480x480 and 0..255; without `include_preprocessing` of -1..1."""
def EfficientNetV2M(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'efficientnetv2-m') -> Any:
    """EfficientNetV2M, for pictures of 480x480 and 0..255; without `include_preprocessing` of -1..1."""
def EfficientNetV2S(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'efficientnetv2-s') -> Any:
    """EfficientNetV2S, for pictures of 384x384 and 0..255; without `include_preprocessing` of -1..1."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """As it is: the models scale pixels themselves."""
