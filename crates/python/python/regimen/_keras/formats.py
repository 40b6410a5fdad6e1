"""Where pictures have their channels if a program does not say: `set_image_data_format`, `set_image_dim_ordering` of Keras 1."""

from . import dialect

_FORMATS = ("channels_last", "channels_first")
# Keras 1 had the same as "tf" and "th".
_ORDERINGS = {"tf": "channels_last", "th": "channels_first"}

_format = "channels_last"


def image_data_format():
    """"channels_last" or "channels_first"."""
    return _format


def set_image_data_format(data_format):
    """Sets what layers and image functions take where they are not told."""
    global _format
    _format = standardized(data_format)


def image_dim_ordering():
    """The same in the words of Keras 1: "tf" or "th"."""
    return next(old for old, new in _ORDERINGS.items() if new == _format)


def set_image_dim_ordering(dim_ordering):
    """The same in the words of Keras 1: "tf" or "th"."""
    if dim_ordering not in _ORDERINGS:
        raise ValueError(f"Unknown dim_ordering: {dim_ordering!r}; expected 'tf' or 'th'")
    set_image_data_format(_ORDERINGS[dim_ordering])


def standardized(data_format):
    """A format as it is called today; what is set where none is given."""
    found = str(_format if data_format is None or data_format == "default" else data_format).lower()
    found = _ORDERINGS.get(found, found)
    if found not in _FORMATS:
        raise ValueError(f'The `data_format` argument must be one of "channels_first", "channels_last". Received: {data_format}')
    return found


def filled(class_name, options, given):
    """Arguments of a layer with the format that is set, where the layer has one and the program does not say."""
    has = any(option[0] == "data_format" for option in options)
    # Keras 1 flattened without moving channels.
    if not has or _format == "channels_last" or (class_name == "Flatten" and dialect.before(2)):
        return given
    if given.get("data_format") is None and given.get("dim_ordering") in (None, "default"):
        given = {name: value for name, value in given.items() if name != "dim_ordering"}
        given["data_format"] = _format
    return given
