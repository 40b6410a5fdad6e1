"""The architectures of keras.applications, without pretrained weights: nothing is downloaded here.

A family's module is read when one of its names is first asked for.
"""

import importlib

_FAMILIES = {
    "convnext": ("ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge"),
    "densenet": ("DenseNet121", "DenseNet169", "DenseNet201"),
    "efficientnet": tuple(f"EfficientNetB{n}" for n in range(8)),
    "efficientnet_v2": tuple(f"EfficientNetV2{size}" for size in ("B0", "B1", "B2", "B3", "L", "M", "S")),
    "imagenet_utils": (),
    "inception_resnet_v2": ("InceptionResNetV2",),
    "inception_v3": ("InceptionV3",),
    "mobilenet": ("MobileNet",),
    "mobilenet_v2": ("MobileNetV2",),
    "mobilenet_v3": ("MobileNetV3Large", "MobileNetV3Small"),
    "nasnet": ("NASNetLarge", "NASNetMobile"),
    "resnet": ("ResNet101", "ResNet152", "ResNet50"),
    "resnet50": (),
    "resnet_v2": ("ResNet101V2", "ResNet152V2", "ResNet50V2"),
    "vgg16": ("VGG16",),
    "vgg19": ("VGG19",),
    "xception": ("Xception",),
}
_HOMES = {name: family for family, names in _FAMILIES.items() for name in names}

__all__ = [*_FAMILIES, *_HOMES]


def __getattr__(name):
    if name in _FAMILIES:
        return importlib.import_module(f"regimen.keras.applications.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"regimen.keras.applications.{_HOMES[name]}"), name)
    raise AttributeError(f"keras.applications has no {name}")


def __dir__():
    return sorted({*globals(), *__all__})
