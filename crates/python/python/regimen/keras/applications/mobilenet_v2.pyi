"""Written by crates/python/make_stubs.py."""

from typing import Any

def MobileNetV2(input_shape: Any = None, alpha: float = 1.0, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = None) -> Any:
    """MobileNet V2, for pictures of 224x224. `alpha` scales the numbers of filters."""
def decode_predictions(preds: Any, top: int = 5) -> Any:
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Pixels in -1..1."""
