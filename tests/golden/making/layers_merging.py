"""Average, Maximum, Minimum, Multiply, Subtract, Dot, and further cases of Concatenate."""

import numpy as np

from .layer_case import Cases
from .tensors import write

MANY = {"as_list": True}


def elementwise():
    c = Cases("layers/elementwise_merging")
    a, b, d = (c.draw(n).normal(2, 3, 2) for n in "abd")
    m1 = np.array([[1, 1, 0], [0, 1, 0]], bool)
    m2 = np.array([[1, 0, 0], [1, 1, 0]], bool)
    m3 = np.array([[0, 1, 0], [1, 0, 0]], bool)
    for n in ["Average", "Maximum", "Minimum", "Multiply"]:
        c.add("two", n, {}, [a, b], **MANY)
        c.add("three", n, {}, [a, b, d], **MANY)
        c.add("one", n, {}, [a], **MANY)
        c.add("broadcast", n, {}, [a, b[:, :1]], **MANY)
        c.add("other_rank", n, {}, [a[:, 0], b], **MANY)
        c.add("two_ranks_less", n, {}, [a, b[:, 0], d[:, 0, 0]], **MANY)
        c.add("masks", n, {}, [a, b, d], masks=[m1, m2, m3], **MANY)
        c.add("first_mask", n, {}, [a, b, d], masks=[m1, None, None], **MANY)
        c.add("last_mask", n, {}, [a, b, d], masks=[None, None, m3], **MANY)
        c.add("mask_of_fewer_steps", n, {}, [a, b[:, :1]], masks=[m1, m2[:, :1]], **MANY)
        c.add("other_rank_mask", n, {}, [a, b[:, 0]], masks=[m1, None], **MANY)
    n = "Subtract"
    c.add("two", n, {}, [a, b], **MANY)
    c.add("broadcast", n, {}, [a[:, :1], b], **MANY)
    c.add("other_rank", n, {}, [a, b[:, 0]], **MANY)
    c.add("masks", n, {}, [a, b], masks=[m1, m2], **MANY)
    c.add("second_mask", n, {}, [a, b], masks=[None, m2], **MANY)
    i, j = np.array([[1, 2, 4]], "int32"), np.array([[3, 0, -5]], "int32")
    for n in ["Add", "Average", "Maximum", "Multiply", "Subtract"]:
        c.add("integers", n, {}, [i, j], **MANY)
    write("layers/elementwise_merging.json", {"cases": c.list})


def dot():
    c = Cases("layers/dot")
    x, y = c.draw("x").normal(2, 3), c.draw("y").normal(2, 3)
    x3, y3 = c.draw("x3").normal(2, 4, 3), c.draw("y3").normal(2, 5, 3)
    x4, y4 = c.draw("x4").normal(2, 2, 3, 4), c.draw("y4").normal(2, 3, 2, 2)
    m = np.array([[1, 1, 0, 0], [0, 1, 1, 1]], bool)
    for normalize in [False, True]:
        o, tag = {"normalize": normalize}, "_unit" if normalize else ""
        c.add("vectors" + tag, "Dot", {"axes": 1, **o}, [x, y], **MANY)
        c.add("last" + tag, "Dot", {"axes": -1, **o}, [x3, y3], **MANY)
        c.add("pair" + tag, "Dot", {"axes": [2, 2], **o}, [x3, y3], **MANY)
        c.add("pair_mixed" + tag, "Dot", {"axes": [1, -1], **o}, [x, y3], **MANY)
        c.add("matrix_vector" + tag, "Dot", {"axes": [2, 1], **o}, [x3, y], **MANY)
        c.add("rank_4" + tag, "Dot", {"axes": [2, 1], **o}, [x4, y4], **MANY)
        c.add("rank_4_last" + tag, "Dot", {"axes": [-3, -1], **o}, [x4, y4], **MANY)
    c.add("rank_4_and_2", "Dot", {"axes": [2, 1]}, [x4, y], **MANY)
    c.add("masks_end", "Dot", {"axes": 2}, [x3, x3[:, ::-1] + 1], masks=[m, m], **MANY)
    write("layers/dot.json", {"cases": c.list})


def concatenate():
    c = Cases("layers/concatenating")
    a, b = c.draw("a").normal(2, 3, 2), c.draw("b").normal(2, 3, 2)
    a4, b4 = c.draw("a4").normal(2, 2, 3, 2), c.draw("b4").normal(2, 1, 3, 2)
    m1 = np.array([[1, 1, 0], [0, 1, 1]], bool)
    c.add("one", "Concatenate", {}, [a], **MANY)
    c.add("rank_2", "Concatenate", {"axis": 1}, [a[:, 0], b[:, 0, :1]], **MANY)
    c.add("rank_4", "Concatenate", {"axis": 1}, [a4, b4], **MANY)
    c.add("rank_4_minus_3", "Concatenate", {"axis": -3}, [a4, b4, a4], **MANY)
    c.add("axis_minus_2_masks", "Concatenate", {"axis": -2}, [a, b], masks=[m1, ~m1], **MANY)
    c.add("second_mask", "Concatenate", {"axis": 1}, [a, b], masks=[None, m1], **MANY)
    c.add("batch_axis", "Concatenate", {"axis": 0}, [a, b], **MANY)
    i = np.array([[1, 2, 4]], "int32")
    c.add("integers", "Concatenate", {}, [i, i[:, :2]], **MANY)
    write("layers/concatenating.json", {"cases": c.list})


def make():
    elementwise()
    dot()
    concatenate()
