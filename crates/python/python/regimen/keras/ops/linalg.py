"""Functions of matrices."""

from . import matrices
from ._namespaces import missing, public

globals().update(public(matrices))
__getattr__ = missing("keras.ops.linalg", ("eig", "jvp", "lu_factor"))
