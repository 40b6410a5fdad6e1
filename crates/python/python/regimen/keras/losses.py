"""Losses, by Keras's names."""

from .._keras import foreign
from .._keras.described import Described, getter, make


class Loss(Described):
    """What every class of this module is."""

    _kind = "losses"

    def __init__(self, *args, **kwargs):
        if self._class_name:
            super().__init__(*args, **kwargs)
            return
        names = dict(zip(("name", "reduction", "dtype"), args), **kwargs)
        self.name, self.reduction = names.get("name"), names.get("reduction", "sum_over_batch_size")
        self._config = {}

    def call(self, y_true, y_pred):
        """Values of the loss: override it."""
        raise NotImplementedError

    def _object(self):
        return super()._object() if self._class_name else foreign.of_function(self)


make("losses", Loss, globals(), __name__)
get = getter("losses", Loss, globals())


def serialize(instance):
    """`{class_name, config}`."""
    return instance._object()


def deserialize(config, custom_objects=None):
    """An object from `{class_name, config}` or a name."""
    return get(config)
