"""Functions of matrices."""

from . import matrices
from ._namespaces import missing as _missing, public as _public

globals().update(_public(matrices))
__getattr__ = _missing("keras.ops.linalg", ("eig", "jvp", "lu_factor"))
