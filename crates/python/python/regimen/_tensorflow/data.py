"""tf.data: rows of arrays as a dataset, which fit takes."""

import numpy as _np

from ..keras.utils._datasets import BatchedDataset as _Batched, Rows as _Rows
from ._missing import missing as _missing

AUTOTUNE = -1


class Dataset:
    """Makes datasets; what they do is `map`, `cache`, `shuffle`, `batch`, `prefetch`, `take`, `skip`."""

    @staticmethod
    def from_tensor_slices(tensors, name=None):
        """A dataset of the rows of an array, or of a tuple of arrays; `name` is of TensorFlow's graphs."""
        arrays = tensors if isinstance(tensors, tuple) else (tensors,)
        if any(isinstance(array, dict) for array in arrays):
            raise NotImplementedError("tf.data.Dataset.from_tensor_slices: dicts are not supported here; give them to fit as they are")
        arrays = [_np.asarray(array) for array in arrays]
        if len({len(array) for array in arrays}) != 1:
            raise ValueError(f"Dimensions 0 in both shapes must be equal, but are {[len(array) for array in arrays]}")
        return _Batched(_Rows(len(arrays[0]), lambda i: tuple(array[i] for array in arrays)), None, False, None)


class _Experimental:
    AUTOTUNE = AUTOTUNE


experimental = _Experimental()

__getattr__ = _missing(__name__)
