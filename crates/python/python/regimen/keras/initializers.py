"""Initializers, by Keras's names."""

from .._keras.described import Described, getter, make


class Initializer(Described):
    """What every class of this module is."""

    _kind = "initializers"

    def __init__(self, *args, **kwargs):
        if not self._class_name:
            raise NotImplementedError(f"{type(self).__name__}: classes of your own are not supported here yet")
        super().__init__(*args, **kwargs)


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
