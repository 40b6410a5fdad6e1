"""Prices of houses: california_housing.npz."""

from ._files import arrays, parted


def load_data(version="large", path="california_housing.npz", test_split=0.2, seed=113):
    """`(x_train, y_train), (x_test, y_test)`; `version="small"` takes the first 600 rows, as Keras does."""
    x, y = arrays(path, "california_housing", "x", "y")
    if version == "small":
        x, y = x[:600], y[:600]
    elif version != "large":
        raise ValueError(f"Argument `version` must be one of 'small', 'large'. Received: version={version}")
    return parted(x, y, test_split, seed)
