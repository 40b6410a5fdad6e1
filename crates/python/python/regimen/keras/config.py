"""Settings of the process."""

from .backend import backend, epsilon, floatx, image_data_format, set_epsilon, set_image_data_format
from .dtype_policies import _global as dtype_policy, _set_global as set_dtype_policy


def set_floatx(value):
    """Everything is float32 here."""
    if value != "float32":
        raise ValueError(f"set_floatx({value!r}): everything computes in float32 here; `mixed_bfloat16` is a policy of layers")


def disable_interactive_logging():
    """Lines of text are written as they are."""


def enable_interactive_logging():
    """Lines of text are written as they are."""


__all__ = ["backend", "epsilon", "floatx", "image_data_format", "dtype_policy", "set_dtype_policy", "set_epsilon", "set_floatx",
           "set_image_data_format"]


def disable_traceback_filtering():
    """Tracebacks are whole here."""


def is_traceback_filtering_enabled():
    """False: tracebacks are whole here."""
    return False


def enable_flash_attention():
    """Attention is computed in one way here, whose numbers are those of any other."""


def disable_flash_attention():
    """Attention is computed in one way here, whose numbers are those of any other."""


def is_flash_attention_enabled():
    """False: there is one way."""
    return False
