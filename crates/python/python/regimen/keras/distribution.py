"""Devices and their meshes: nothing of it is there."""

from .._keras.absent import absent

__getattr__ = absent("keras.distribution", dict.fromkeys(
    ("DataParallel", "DeviceMesh", "LayoutMap", "ModelParallel", "TensorLayout", "distribute_tensor", "distribution", "get_device_count",
     "initialize", "list_devices", "set_distribution"),
    "a model trains on one device, which the engine chooses"))
