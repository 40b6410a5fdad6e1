"""Clothes: four files of MNIST's format, as they are published."""

import gzip
import os

import numpy as np

from ._files import find

FILES = ["train-labels-idx1-ubyte.gz", "train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"]


def load_data():
    """`(x_train, y_train), (x_test, y_test)`"""
    parts = []
    for name in FILES:
        with gzip.open(find(os.path.join("fashion-mnist", name), "fashion_mnist"), "rb") as file:
            parts.append(np.frombuffer(file.read(), np.uint8, offset=8 if "labels" in name else 16))
    y_train, x_train, y_test, x_test = parts
    return (x_train.reshape(-1, 28, 28), y_train), (x_test.reshape(-1, 28, 28), y_test)
