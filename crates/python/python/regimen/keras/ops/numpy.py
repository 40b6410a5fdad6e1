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
from ._namespaces import public as _public

globals().update(
    _public(arithmetic, conversion, creation, diagonals, elementwise, indexing, joining, logic, matrices, missing_values, products,
            reductions, shapes, sorting, statistics, trigonometry),
    vectorize=control.vectorize,
)
