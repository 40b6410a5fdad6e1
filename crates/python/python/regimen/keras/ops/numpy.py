"""Functions of tensors that NumPy has, too."""

from . import (
    arithmetic,
    control,
    conversion,
    creation,
    diagonals,
    elementwise,
    indexing,
    joining,
    logic,
    matrices,
    missing_values,
    products,
    reductions,
    shapes,
    sorting,
    statistics,
    trigonometry,
)
from ._namespaces import MISSING, missing, public

globals().update(
    public(arithmetic, conversion, creation, diagonals, elementwise, indexing, joining, logic, matrices, missing_values, products,
           reductions, shapes, sorting, statistics, trigonometry),
    vectorize=control.vectorize,
)
__getattr__ = missing("keras.ops.numpy", MISSING)
