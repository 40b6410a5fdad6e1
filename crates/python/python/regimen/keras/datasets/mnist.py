"""Digits: mnist.npz."""

from ._files import arrays


def load_data(path="mnist.npz"):
    """`(x_train, y_train), (x_test, y_test)`"""
    x_train, y_train, x_test, y_test = arrays(path, "mnist", "x_train", "y_train", "x_test", "y_test")
    return (x_train, y_train), (x_test, y_test)
