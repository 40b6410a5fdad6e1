"""Initializers, by Keras's names."""

import numpy as np

from .. import _regimen
from .._keras import configs, dtypes, eager_array, initializer_options
from .._keras.described import Described, deserializer, getter, make, serialize_entry


class Initializer(Described):
    """What every class of this module is. One of your own overrides `__call__`."""

    _kind = "initializers"

    def __init__(self, *args, **kwargs):
        self._config, self._drawn_from = {}, None
        if self._class_name:
            super().__init__(*args, **kwargs)

    def __call__(self, shape, dtype=None):
        """First values for a shape."""
        from .._keras.variable import Variable

        if not self._class_name:
            raise NotImplementedError("Initializer subclasses must implement the `__call__()` method.")
        return eager_array.viewed(Variable(self._object(), shape, dtype=dtypes.standard(dtype)).numpy())

    def clone(self):
        """Another one with these options."""
        return self.__class__.from_config(self.get_config())

    def get_config(self):
        """The options, each with its value."""
        found = super().get_config()
        return {**found, "seed": initializer_options.written_seed(self._drawn_from)} if self._drawn_from is not None else found

    def _checks(self, given):
        initializer_options.check(self._class_name, given)
        if self._class_name == "STFT" and isinstance(given.get("window"), str):
            # The library knows which windows there are.
            _regimen.sample(configs.dumps({"class_name": "STFT", "config": {"window": given["window"]}}), [8, 1, 5], 0, "")
        seed = initializer_options.read_seed(given.get("seed"))
        if initializer_options.is_generator(seed):
            # Each call draws a seed of its own.
            self._drawn_from, given["seed"] = seed, None

    def __getattr__(self, name):
        drawn_from = self.__dict__.get("_drawn_from")
        return drawn_from if name == "seed" and drawn_from is not None else super().__getattr__(name)

    def _object(self):
        if not self._class_name:
            return {"class_name": type(self).__name__, "config": self.get_config()}
        found = super()._object()
        return found if self._drawn_from is None else {**found, "config": {**found["config"], "seed": int(self._drawn_from)}}


class _Given(Initializer):
    """Values that are there already: layers ask it in Python, and configs do not hold it."""

    def __init__(self, value):
        super().__init__()
        self.value = np.asarray(value)

    def __call__(self, shape, dtype=None):
        """The values, where the shape is theirs."""
        if tuple(shape) != self.value.shape:
            raise ValueError(f"Expected `shape` to be {self.value.shape}. Received: shape={tuple(shape)}")
        return eager_array.viewed(dtypes.rounded(self.value, dtypes.standard(dtype)))

    def get_config(self):
        """The values as a list."""
        return {"value": self.value.tolist()}


class Constant(Initializer):
    """The same number everywhere; an array is repeated along the axes that it has not."""

    _class_name, _options = "Constant", [["value", 0.0]]

    def __init__(self, value=0.0):
        if np.ndim(value) == 0:
            super().__init__(value=value)
            return
        # The library knows numbers alone: layers ask this one in Python.
        self._class_name = ""
        super().__init__()
        self.value = np.asarray(value)

    def __call__(self, shape, dtype=None):
        """First values for a shape."""
        if self._class_name:
            return super().__call__(shape, dtype)
        return eager_array.viewed(np.broadcast_to(dtypes.rounded(self.value, dtypes.standard(dtype)), tuple(shape)).copy())

    def get_config(self):
        """The number, or the array as a list."""
        return super().get_config() if self._class_name else {"value": self.value.tolist()}


make("initializers", Initializer, globals(), __name__)
_get = getter("initializers", Initializer, globals())


def get(identifier):
    """An initializer by name, config, or as it is; an array stands for its own values."""
    if hasattr(identifier, "shape") and hasattr(identifier, "dtype"):
        return _Given(identifier)
    return _get(identifier)


def serialize(initializer):
    """`{module, class_name, config, registered_name}`; None of None."""
    return serialize_entry(initializer)


deserialize = deserializer(get)


zeros, ones, constant = Zeros, Ones, Constant
zero, one = Zeros, Ones
random_normal = normal = RandomNormal
random_uniform = uniform = RandomUniform
truncated_normal = TruncatedNormal
glorot_uniform, glorot_normal, he_uniform, he_normal = GlorotUniform, GlorotNormal, HeUniform, HeNormal
lecun_uniform, lecun_normal, orthogonal, identity = LecunUniform, LecunNormal, Orthogonal, Identity
variance_scaling, stft = VarianceScaling, STFT
IdentityInitializer, OrthogonalInitializer, STFTInitializer = Identity, Orthogonal, STFT
