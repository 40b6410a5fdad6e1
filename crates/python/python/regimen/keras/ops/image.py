"""Functions of images."""

from . import images, warping
from ._namespaces import public as _public

globals().update(_public(images, warping))
