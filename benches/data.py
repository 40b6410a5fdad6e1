#!/usr/bin/env python3
"""Writes the inputs of the bench workloads as .npy files.

    python benches/data.py OUT [NAME ...]

A workload is one folder, OUT/NAME, of four arrays: x.npy and y.npy to train on, xv.npy and yv.npy of the same kind for
validation. A folder that is complete is left alone. Without names all seven are written, about 540 MB.

| name        | what it is                                  | x.npy                 | y.npy             | rows of xv, yv | MB  |
|-------------|---------------------------------------------|-----------------------|-------------------|---------------:|----:|
| conv1d      | texts of 100 words, vocabulary 149,517      | int32 20000, 100      | int32, 5 classes  |          2,000 |   9 |
| mlp5        | rows of 157 numbers                         | float32 269501, 157   | int32, 5 classes  |         33,967 | 192 |
| lstm        | texts of 80 words, vocabulary 20,000        | int32 22500, 80       | float32, 0 or 1   |          2,500 |   8 |
| mlp2        | rows of 64 numbers                          | float32 40000, 64     | float32, 0 or 1   |         10,000 |  13 |
| mlpreg      | rows of 100 numbers, 64 numbers to predict  | float32 100000, 100   | float32 100000, 64|         10,000 |  72 |
| cnn         | images of 28 x 28 x 1                       | float32 60000,28,28,1 | int32, 10 classes |         10,000 | 220 |
| transformer | texts of 200 words, vocabulary 20,000       | int32 25000, 200      | int32, 2 classes  |          2,500 |  22 |

Where no shape is told, y has one number for each row of x. In a text, 0 is padding, on the left.

The content is synthetic, so that everybody can make it: there is nothing to download, nobody's data to pass on, and no
licence to read. What costs time is the shape, not the content; but each workload has a signal that can be learned, so that a
program that trains wrongly shows in its loss, and word ids fall off as those of real texts do, because an embedding's speed
depends on how often a row occurs.

Numbers are drawn from numpy's Philox with a fixed key: the same on every machine. exp, tanh and matrix products come after
them, so another processor or another numpy may differ in last digits, and with them, rarely, in a word or a class.
"""

import pathlib
import sys

try:
    import numpy as np
except ModuleNotFoundError:
    np = None

# Rows to train on, rows for validation.
ROWS = {
    "conv1d": (20000, 2000),
    "mlp5": (269501, 33967),
    "lstm": (22500, 2500),
    "mlp2": (40000, 10000),
    "mlpreg": (100000, 10000),
    "cnn": (60000, 10000),
    "transformer": (25000, 2500),
}
FILES = ("x", "y", "xv", "yv")


def draws(name):
    """The random numbers of a workload, its own."""
    return np.random.Generator(np.random.Philox(key=[sum(map(ord, name)), 20261120]))


def texts(name, n, length, vocabulary, classes):
    """Word ids whose frequency falls off as Zipf's law has it; six in a hundred are of 400 that belong to the text's class."""
    g = draws(name)
    y = g.integers(0, classes, n).astype(np.int32)
    ranks = np.floor(np.exp(g.random((n, length)) * np.log(vocabulary - 1))).astype(np.int64)
    ids = ranks.clip(1, vocabulary - 1)
    tells = g.random((n, length)) < 0.06
    ids = np.where(tells, 100 + y[:, None] * 400 + g.integers(0, 400, (n, length)), ids)
    words = g.integers(length // 3, length + 1, n)
    ids[np.arange(length)[None, :] < (length - words)[:, None]] = 0
    return ids.astype(np.int32), y


def numbers(name, n, width, outputs):
    """Normal rows, and what eight hidden tanh units make of them, with noise."""
    g = draws(name)
    x = g.standard_normal((n, width), dtype=np.float32)
    into = g.standard_normal((width, 8)).astype(np.float32) / np.sqrt(width)
    hidden = np.tanh(x @ into)
    out = g.standard_normal((8, outputs)).astype(np.float32)
    return x, hidden @ out + 0.5 * g.standard_normal((n, outputs)).astype(np.float32)


def images(name, n):
    """A third of the image of the class, two thirds noise."""
    g = draws(name)
    y = g.integers(0, 10, n).astype(np.int32)
    of_class = g.random((10, 28, 28, 1), dtype=np.float32)
    x = 0.35 * of_class[y] + 0.65 * g.random((n, 28, 28, 1), dtype=np.float32)
    return x.astype(np.float32), y


def rows_of(name, n):
    """The first n rows of a workload, training and validation together."""
    if name == "conv1d":
        return texts(name, n, 100, 149517, 5)
    if name == "lstm":
        x, y = texts(name, n, 80, 20000, 2)
        return x, y.astype(np.float32)
    if name == "transformer":
        return texts(name, n, 200, 20000, 2)
    if name == "cnn":
        return images(name, n)
    if name == "mlp5":
        x, z = numbers(name, n, 157, 5)
        return x, (z + np.array([0, 0.9, -0.5, 0.2, -0.1])).argmax(1).astype(np.int32)
    if name == "mlp2":
        x, z = numbers(name, n, 64, 1)
        return x, (z[:, 0] > 0).astype(np.float32)
    x, z = numbers(name, n, 100, 64)
    return x, np.maximum(z, 0).astype(np.float32)


def write(folder, name):
    """The four files of a workload, each complete before it has its name."""
    train, validation = ROWS[name]
    x, y = rows_of(name, train + validation)
    folder.mkdir(parents=True, exist_ok=True)
    for file, array in zip(FILES, (x[:train], y[:train], x[train:], y[train:])):
        part = folder / f"{file}.part.npy"
        np.save(part, np.ascontiguousarray(array))
        part.replace(folder / f"{file}.npy")


def main():
    if sys.argv[1:2] in (["-h"], ["--help"]):
        return print(__doc__)
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    if np is None:
        sys.exit("data.py needs numpy, which is not installed: pip install -r benches/requirements.txt")
    names = sys.argv[2:] or list(ROWS)
    for name in names:
        if name not in ROWS:
            sys.exit(f"data.py: unknown workload {name}; known: {', '.join(ROWS)}")
    for name in names:
        folder = pathlib.Path(sys.argv[1]) / name
        there = all((folder / f"{file}.npy").exists() for file in FILES)
        if not there:
            write(folder, name)
        print(f"{folder}: {'is there' if there else 'written'}", flush=True)


if __name__ == "__main__":
    main()
