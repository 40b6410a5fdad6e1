"""Losses, by Keras's names."""

from .._keras import eager, foreign, naming
from .._keras.described import Described, entries, getter, make


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
        """Values of the loss, one for each row: override it."""
        if not self._class_name:
            raise NotImplementedError("Must be implemented by subclasses.")
        return eager.loss({**self._object()["config"], "reduction": "none"}, self._class, y_true, y_pred, None)

    def __call__(self, y_true, y_pred, sample_weight=None):
        """The loss of predictions."""
        if self._class_name:
            return eager.loss(self._object()["config"], self._class, y_true, y_pred, sample_weight)
        return eager.reduced(self.call(y_true, y_pred), sample_weight, self.reduction)

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


def _function(name, about):
    class_name, options = name, next(entry[3] for entry in entries("losses") if entry[0] == name)
    taken = [option[0] for option in options if option[0] not in ("reduction", "name", "dtype")]

    def function(y_true, y_pred, *args, **kwargs):
        config = dict(zip(taken, args), **kwargs)
        return eager.loss({**config, "reduction": "none"}, class_name, y_true, y_pred, None)

    function.__name__ = function._keras_name = naming.snake_case(name)
    function.__doc__ = f"{about[:1].upper()}{about[1:]}, for each row."
    return function


for _name, _aliases, _about, _options in entries("losses"):
    _made = _function(_name, _about)
    for _alias in {naming.snake_case(_name), *(a for a in _aliases if a.isidentifier())}:
        globals().setdefault(_alias, _made)
mse, mae, mape, msle = (globals()[n] for n in ("mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_logarithmic_error"))
MSE, MAE, MAPE, MSLE = mse, mae, mape, msle
