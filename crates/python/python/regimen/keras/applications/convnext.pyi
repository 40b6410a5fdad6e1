"""Written by crates/python/make_stubs.py."""

from typing import Any

from regimen.keras.layers import Layer

class LayerScale(Layer):
    """Each channel times a weight that begins small."""
    gamma: Any
    init_values: Any
    projection_dim: Any
    def __init__(self, init_values: Any, projection_dim: Any, **kwargs: Any) -> None: ...
    def build(self, input_shape: Any) -> Any:
        """Makes the weights."""
    def call(self, inputs: Any) -> Any:
        """The product."""

def ConvNeXtBase(include_top: bool = True, include_preprocessing: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'convnext_base') -> Any:
    """ConvNeXtBase, for pictures of 224x224 and 0..255; without `include_preprocessing` they are to be normalized."""
def ConvNeXtLarge(include_top: bool = True, include_preprocessing: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'convnext_large') -> Any:
    """ConvNeXtLarge, for pictures of 224x224 and 0..255; without `include_preprocessing` they are to be normalized."""
def ConvNeXtSmall(include_top: bool = True, include_preprocessing: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'convnext_small') -> Any:
    """ConvNeXtSmall, for pictures of 224x224 and 0..255; without `include_preprocessing` they are to be normalized."""
def ConvNeXtTiny(include_top: bool = True, include_preprocessing: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'convnext_tiny') -> Any:
    """ConvNeXtTiny, for pictures of 224x224 and 0..255; without `include_preprocessing` they are to be normalized."""
def ConvNeXtXLarge(include_top: bool = True, include_preprocessing: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'convnext_xlarge') -> Any:
    """ConvNeXtXLarge, for pictures of 224x224 and 0..255; without `include_preprocessing` they are to be normalized."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """As it is: the models scale pixels themselves."""
