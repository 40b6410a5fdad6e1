"""Prices of houses: boston_housing.npz."""

from ._files import arrays, parted


def load_data(path="boston_housing.npz", test_split=0.2, seed=113):
    """`(x_train, y_train), (x_test, y_test)`"""
    return parted(*arrays(path, "boston_housing", "x", "y"), test_split, seed)
