"""Functions of images."""

from . import images, warping
from ._namespaces import missing, public

globals().update(public(images, warping))
__getattr__ = missing("keras.ops.image", ("elastic_transform",))
