"""Settings of the process."""

from .backend import backend, epsilon, floatx, image_data_format


def set_floatx(value):
    """Everything is float32 here."""
    if value != "float32":
        raise ValueError(f"set_floatx({value!r}): everything computes in float32 here; `mixed_bfloat16` is a policy of layers")


def set_image_data_format(data_format):
    """Channels are the last axis; layers take another by their `data_format`."""
    if data_format != "channels_last":
        raise ValueError(f"set_image_data_format({data_format!r}): give layers their own data_format")


def disable_interactive_logging():
    """Lines of text are written as they are."""


def enable_interactive_logging():
    """Lines of text are written as they are."""


__all__ = ["backend", "epsilon", "floatx", "image_data_format", "set_floatx", "set_image_data_format"]
