"""Metrics, by Keras's names."""

from .._keras.described import Described, getter, make


class Metric(Described):
    """What every class of this module is."""

    _kind = "metrics"

    def __init__(self, *args, **kwargs):
        if not self._class_name:
            raise NotImplementedError(
                f"{type(self).__name__}: metrics with a state of their own are not supported here yet; a function (y_true, y_pred) is, "
                "whose mean is kept"
            )
        super().__init__(*args, **kwargs)


make("metrics", Metric, globals(), __name__)
get = getter("metrics", Metric, globals())


def serialize(instance):
    """`{class_name, config}`."""
    return instance._object()


def deserialize(config, custom_objects=None):
    """An object from `{class_name, config}` or a name."""
    return get(config)
