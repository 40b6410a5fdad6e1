"""Written by crates/python/make_stubs.py."""

from typing import Any

from . import convnext as convnext
from . import densenet as densenet
from . import efficientnet as efficientnet
from . import efficientnet_v2 as efficientnet_v2
from . import imagenet_utils as imagenet_utils
from . import inception_resnet_v2 as inception_resnet_v2
from . import inception_v3 as inception_v3
from . import mobilenet as mobilenet
from . import mobilenet_v2 as mobilenet_v2
from . import mobilenet_v3 as mobilenet_v3
from . import nasnet as nasnet
from . import resnet as resnet
from . import resnet50 as resnet50
from . import resnet_v2 as resnet_v2
from . import vgg16 as vgg16
from . import vgg19 as vgg19
from . import xception as xception

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
def DenseNet121(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'densenet121') -> Any:
    """DenseNet121, for pictures of 224x224."""
def DenseNet169(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'densenet169') -> Any:
    """DenseNet169, for pictures of 224x224."""
def DenseNet201(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'densenet201') -> Any:
    """DenseNet201, for pictures of 224x224."""
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
def InceptionResNetV2(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'inception_resnet_v2') -> Any:
    """Inception-ResNet V2, for pictures of 299x299."""
def InceptionV3(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'inception_v3') -> Any:
    """Inception V3, for pictures of 299x299."""
def MobileNet(input_shape: Any = None, alpha: float = 1.0, depth_multiplier: float = 1, dropout: float = 0.001, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = None) -> Any:
    """MobileNet, for pictures of 224x224. `alpha` scales the numbers of filters."""
def MobileNetV2(input_shape: Any = None, alpha: float = 1.0, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = None) -> Any:
    """MobileNet V2, for pictures of 224x224. `alpha` scales the numbers of filters."""
def MobileNetV3Large(input_shape: Any = None, alpha: float = 1.0, minimalistic: bool = False, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, classes: int = 1000, pooling: str | None = None, dropout_rate: float = 0.2, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'MobileNetV3Large') -> Any:
    """MobileNetV3Large, for pictures of 0..255. `alpha` scales the numbers of filters."""
def MobileNetV3Small(input_shape: Any = None, alpha: float = 1.0, minimalistic: bool = False, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, classes: int = 1000, pooling: str | None = None, dropout_rate: float = 0.2, classifier_activation: Any = 'softmax', include_preprocessing: bool = True, name: str | None = 'MobileNetV3Small') -> Any:
    """MobileNetV3Small, for pictures of 0..255. `alpha` scales the numbers of filters."""
def NASNetLarge(input_shape: Any = None, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'nasnet_large') -> Any:
    """NASNet-A of 6 cells a run, for pictures of 331x331."""
def NASNetMobile(input_shape: Any = None, include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'nasnet_mobile') -> Any:
    """NASNet-A of 4 cells a run, for pictures of 224x224."""
def ResNet101(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'resnet101') -> Any:
    """ResNet101, for pictures of 224x224."""
def ResNet101V2(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'resnet101v2') -> Any:
    """ResNet101V2, for pictures of 224x224."""
def ResNet152(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'resnet152') -> Any:
    """ResNet152, for pictures of 224x224."""
def ResNet152V2(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'resnet152v2') -> Any:
    """ResNet152V2, for pictures of 224x224."""
def ResNet50(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'resnet50') -> Any:
    """ResNet50, for pictures of 224x224."""
def ResNet50V2(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'resnet50v2') -> Any:
    """ResNet50V2, for pictures of 224x224."""
def VGG16(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'vgg16') -> Any:
    """VGG of 16 layers, for pictures of 224x224."""
def VGG19(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'vgg19') -> Any:
    """VGG of 19 layers, for pictures of 224x224."""
def Xception(include_top: bool = True, weights: Any = 'imagenet', input_tensor: Any = None, input_shape: Any = None, pooling: str | None = None, classes: int = 1000, classifier_activation: Any = 'softmax', name: str | None = 'xception') -> Any:
    """Xception, for pictures of 299x299."""
