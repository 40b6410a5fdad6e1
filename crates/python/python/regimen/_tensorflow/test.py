"""tf.test: whether there are graphics processors that TensorFlow would see."""

from ._missing import missing as _missing


def is_gpu_available(cuda_only=False, min_cuda_compute_capability=None):
    """No: what the engine computes on is its own."""
    return False


def is_built_with_cuda():
    """No."""
    return False


def gpu_device_name():
    """No name."""
    return ""


__getattr__ = _missing(__name__)
