"""Written by crates/python/make_stubs.py."""

from numpy.typing import NDArray
from typing import Any

def load_data(version: str = 'large', path: str = 'california_housing.npz', test_split: float = 0.2, seed: int = 113) -> tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]]]:
    """`(x_train, y_train), (x_test, y_test)`; `version="small"` takes the first 600 rows, as Keras does."""
