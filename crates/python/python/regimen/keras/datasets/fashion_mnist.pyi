"""Written by crates/python/make_stubs.py."""

from numpy.typing import NDArray
from typing import Any

def load_data() -> tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]]]:
    """`(x_train, y_train), (x_test, y_test)`"""
