"""tf.config: which devices there are (the processor alone, as TensorFlow would see them), and threads."""

import collections as _collections
import sys as _sys

from .. import set_threads as _set_threads
from .._keras import configs as _configs
from ._missing import missing as _missing

PhysicalDevice = _collections.namedtuple("PhysicalDevice", ["name", "device_type"])
LogicalDevice = _collections.namedtuple("LogicalDevice", ["name", "device_type"])


def list_physical_devices(device_type=None):
    """The processor; no others, whatever the engine computes on."""
    return [PhysicalDevice("/physical_device:CPU:0", "CPU")] if device_type in (None, "CPU") else []


def list_logical_devices(device_type=None):
    """The processor."""
    return [LogicalDevice("/device:CPU:0", "CPU")] if device_type in (None, "CPU") else []


get_visible_devices = list_physical_devices


def set_visible_devices(devices, device_type=None):
    """The engine chooses where it computes; a note says so."""
    _configs.tell("tf.config.set_visible_devices: the engine chooses where it computes here")


def set_memory_growth(device, enable):
    """There are no devices whose memory grows; one that is none is refused."""
    if device not in list_physical_devices():
        raise ValueError(f"Unrecognized device: {device!r}")


def run_functions_eagerly(run_eagerly):
    """Functions are run as they stand where they are called on arrays; a note says so."""
    _configs.tell("tf.config.run_functions_eagerly: what layers and losses compute is made a graph here, functions on arrays compute at "
                  "once")


def set_intra_op_parallelism_threads(num_threads):
    """How many threads the engine computes with."""
    _set_threads(num_threads)


# Names of other times for the same.
experimental = threading = _sys.modules[__name__]

__getattr__ = _missing(__name__)
