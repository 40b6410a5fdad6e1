"""Losses, by Keras's names."""

import inspect

import numpy as np

from .._keras.absent import absent as _absent
from .._keras import circle_loss, configs, dtypes, eager, eager_array, focal_loss, foreign, masks, naming, reductions
from .._keras.described import Described, _Signature, deserializer, entries, getter, make, serialize_entry
from .._keras.function_layer import between
from .._keras.tensors import tensors_in
from .._keras.traced import any_traced


class Loss(Described):
    """What every class of this module is."""

    _kind = "losses"

    def __init__(self, *args, **kwargs):
        if self._class_name:
            super().__init__(*args, **kwargs)
            named = "huber_loss" if self._class_name == "Huber" else naming.snake_case(self._class_name)
            self.name = self._config.get("name") or named
            return
        names = dict(zip(("name", "reduction", "dtype"), args), **kwargs)
        unknown = set(names) - {"name", "reduction", "dtype"}
        if unknown or len(args) > 3:
            raise TypeError(f"{type(self).__name__}.__init__() got unexpected arguments: {sorted(unknown) or args[3:]}")
        self.name = names.get("name") or naming.snake_case(type(self).__name__)
        self.reduction = reductions.checked(names.get("reduction", "sum_over_batch_size"))
        self._dtype, self._config = dtypes.computed(names.get("dtype")), {}

    @property
    def dtype(self):
        """The type in which it takes and gives arrays; inside it computes in float32."""
        return self._dtype

    def call(self, y_true, y_pred):
        """Values of the loss, one for each row: override it."""
        if not self._class_name:
            raise NotImplementedError("Must be implemented by subclasses.")
        config = {**self._object()["config"], "reduction": "none"}
        config.pop("dtype", None)
        return eager.loss(config, self._class, y_true, y_pred, None)

    def __call__(self, y_true, y_pred, sample_weight=None):
        """The loss of predictions."""
        if tensors_in((y_true, y_pred, sample_weight)):
            return between(self.__call__, self.name)(y_true, y_pred, sample_weight)
        if any_traced((y_true, y_pred)):
            return reductions.reduced(self.call(y_true, y_pred), sample_weight, masks.get_mask(y_pred), self.reduction)
        mask = masks.get_mask(y_pred)
        y_true = eager.nested(y_true, self._dtype, keeps_whole=bool(self._class_name))
        y_pred = eager.nested(y_pred, self._dtype)
        if self._class_name and mask is None:
            config = {key: value for key, value in self._object()["config"].items() if key != "dtype"}
            found = eager.loss(config, self._class, y_true, y_pred, sample_weight)
        else:
            found = reductions.reduced(self.call(y_true, y_pred), sample_weight, mask, self.reduction)
        return eager_array.eager(dtypes.rounded(found, self._dtype)[()])

    def get_config(self):
        """The options, each with its value."""
        own = super().get_config() if self._class_name else {"reduction": self.reduction}
        return {**own, "name": self.name, **({"dtype": self._dtype} if self._dtype != "float32" else {})}

    def _checks(self, given):
        reductions.checked(given.get("reduction", "sum_over_batch_size"))

    def _object(self):
        if not self._class_name:
            dtypes.check_of_training(self)
            return foreign.of_function(self)
        found = super()._object()
        if self._dtype == "float32":
            return found
        return {**found, "config": {**found["config"], "dtype": self._dtype}}


class CategoricalFocalCrossentropy(Loss):
    """Crossentropy of one-hot labels that counts what is easy less. `alpha` is a weight, or one for each class."""

    __signature__ = _Signature()
    _class_name = "CategoricalFocalCrossentropy"
    _options = next(options for name, _, _, options in entries("losses") if name == "CategoricalFocalCrossentropy")

    def __init__(self, *args, **kwargs):
        given = configs.bound(self._class_name, self._options, args, kwargs)
        if not focal_loss.is_of_classes(given.get("alpha")):
            super().__init__(**given)
            return
        # The library knows one weight alone: this one is computed in Python.
        named, self._class_name = self._class_name, ""
        own = {key: given.pop(key) for key in ("name", "reduction", "dtype") if key in given}
        super().__init__(**{"name": naming.snake_case(named), **own})
        filled = {option[0]: option[1] for option in self._options if option[0] not in ("name", "reduction", "dtype")}
        unknown = set(given) - set(filled)
        if unknown:
            raise TypeError(f"{named}.__init__() got unexpected keyword arguments: {sorted(unknown)}")
        self._config = {**filled, **given, "alpha": np.asarray(given["alpha"], "float32").tolist()}

    def call(self, y_true, y_pred):
        """Values of the loss, one for each row."""
        return super().call(y_true, y_pred) if self._class_name else focal_loss.of_classes(y_true, y_pred, **self._config)

    def get_config(self):
        """The options, each with its value."""
        return super().get_config() if self._class_name else {**super().get_config(), **self._config}


make("losses", Loss, globals(), __name__)
_get = getter("losses", Loss, globals())


def get(identifier):
    """A loss: a class by its name, a function by its own, an object by its config, what can be called as it is."""
    if isinstance(identifier, str):
        found = globals().get(identifier)
        if callable(found) and hasattr(found, "_keras_name"):
            return found
    return _get(identifier)


def serialize(loss):
    """`{module, class_name, config, registered_name}`; None of None."""
    return serialize_entry(loss)


deserialize = deserializer(get)
_missing = _absent("keras.losses", {})


def __getattr__(name):
    return reductions.Reduction if name == "Reduction" else _missing(name)


def _signature(class_name, options):
    if class_name == "Circle":
        return inspect.signature(circle_loss.against)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    own = [inspect.Parameter(name, kind, default=default) for name, default in options if name not in ("reduction", "name", "dtype")]
    return inspect.Signature([inspect.Parameter("y_true", kind), inspect.Parameter("y_pred", kind), *own])


def _function(class_name, about, options):
    signature = _signature(class_name, options)

    def function(y_true, y_pred, *args, **kwargs):
        if tensors_in((y_true, y_pred)):
            return between(function, function.__name__)(y_true, y_pred, *args, **kwargs)
        try:
            given = signature.bind(y_true, y_pred, *args, **kwargs).arguments if args or kwargs else {}
        except TypeError as error:
            raise TypeError(f"{function.__name__}(): {error}") from None
        config = {name: value for name, value in given.items() if name not in ("y_true", "y_pred")}
        if class_name == "Circle":
            return circle_loss.against(y_true, y_pred, **config)
        if class_name == "CategoricalFocalCrossentropy" and focal_loss.is_of_classes(config.get("alpha")):
            return eager_array.eager(focal_loss.of_classes(y_true, y_pred, **config))
        return eager_array.eager(eager.loss({**config, "reduction": "none"}, class_name, y_true, y_pred, None))

    function.__signature__ = signature

    function.__name__ = function.__qualname__ = function._keras_name = naming.snake_case(class_name)
    function.__module__ = __name__
    function.__doc__ = f"{about[:1].upper()}{about[1:]}, for each row."
    return function


for _name, _aliases, _about, _options in entries("losses"):
    _made = _function(_name, _about, _options)
    for _alias in {naming.snake_case(_name), *(a for a in _aliases if a.isidentifier())}:
        globals().setdefault(_alias, _made)
mse, mae = globals()["mean_squared_error"], globals()["mean_absolute_error"]
mape, msle = globals()["mean_absolute_percentage_error"], globals()["mean_squared_logarithmic_error"]
MSE, MAE, MAPE, MSLE = mse, mae, mape, msle
