"""Initializers, by Keras's names."""

from .._keras.described import Described, getter, make


class Initializer(Described):
    """What every class of this module is."""

    _kind = "initializers"

    def __init__(self, *args, **kwargs):
        if self._class_name:
            super().__init__(*args, **kwargs)

    def __call__(self, shape, dtype=None):
        """First values for a shape."""
        from .._keras.variable import Variable

        return Variable(self, shape, dtype=dtype or "float32").numpy()


make("initializers", Initializer, globals(), __name__)
get = getter("initializers", Initializer, globals())


def serialize(instance):
    """`{class_name, config}`."""
    return instance._object()


def deserialize(config, custom_objects=None):
    """An object from `{class_name, config}` or a name."""
    return get(config)


zeros, ones, constant = Zeros, Ones, Constant
random_normal = normal = RandomNormal
random_uniform = uniform = RandomUniform
truncated_normal = TruncatedNormal
glorot_uniform, glorot_normal, he_uniform, he_normal = GlorotUniform, GlorotNormal, HeUniform, HeNormal
lecun_uniform, lecun_normal, orthogonal, identity = LecunUniform, LecunNormal, Orthogonal, Identity
variance_scaling = VarianceScaling
