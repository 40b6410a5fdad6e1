"""Functions of images."""

from . import images, warping
from ._namespaces import public

globals().update(public(images, warping))
