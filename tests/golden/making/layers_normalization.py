"""GroupNormalization, RMSNormalization, UnitNormalization, further options of the others, and layers that draw."""

import keras
import numpy as np

from .layer_case import Cases
from .tensors import write

STEPS = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 0]], bool)


def named(gamma="gamma", beta="beta"):
    """Every option of the trained scale and offset, with values of its own."""
    return {
        f"{beta}_initializer": keras.initializers.Constant(0.5),
        f"{gamma}_initializer": keras.initializers.Constant(2.0),
        f"{beta}_regularizer": "l1",
        f"{gamma}_regularizer": keras.regularizers.L2(0.1),
        f"{beta}_constraint": "non_neg",
        f"{gamma}_constraint": keras.constraints.MaxNorm(3.0),
    }


def groups():
    c = Cases("layers/group_normalization")
    n = "GroupNormalization"
    x, x4 = c.draw("x").normal(3, 4), c.draw("x4").normal(2, 3, 2, 4)
    x3 = c.draw("x3").normal(4, 3, 6)
    c.add("two", n, {"groups": 2}, [x4], initial=True)
    c.add("one", n, {"groups": 1}, [x4])
    c.add("each", n, {"groups": -1}, [x4])
    c.add("all", n, {"groups": 4}, [x4])
    c.add("rank_2", n, {"groups": 2}, [x])
    c.add("rank_3_mask", n, {"groups": 3}, [x3], mask=STEPS)
    c.add("axis_1", n, {"groups": 3, "axis": 1}, [x4])
    c.add("axis_minus_2", n, {"groups": 2, "axis": -2}, [x4])
    c.add("thirty_two", n, {}, [c.draw("wide").normal(1, 2, 64)])
    c.add("epsilon", n, {"groups": 2, "epsilon": 0.1}, [x4])
    c.add("no_center", n, {"groups": 2, "center": False}, [x4])
    c.add("no_scale", n, {"groups": 2, "scale": False}, [x4])
    c.add("everything_named", n, {"groups": 2, **named()}, [x], initial=True)
    write("layers/group_normalization.json", {"cases": c.list})


def lengths():
    c = Cases("layers/length_normalization")
    x, x3 = c.draw("x").normal(3, 4), c.draw("x3").normal(4, 3, 2)
    square = c.draw("square").normal(2, 3, 3)
    n = "UnitNormalization"
    c.add("plain", n, {}, [x])
    c.add("axis_1", n, {"axis": 1}, [x3], mask=STEPS)
    c.add("axes", n, {"axis": [1, 2]}, [x3])
    c.add("list_of_one", n, {"axis": [-1]}, [x3])
    c.add("tiny", n, {}, [x * 1e-6])
    n = "RMSNormalization"
    c.add("plain", n, {}, [x], initial=True)
    c.add("rank_3_mask", n, {}, [x3], mask=STEPS)
    c.add("axes", n, {"axis": [1, 2]}, [x3])
    c.add("axes_negative", n, {"axis": [-2, -1]}, [x3])
    c.add("square_axis_1", n, {"axis": 1}, [square])
    c.add("epsilon", n, {"epsilon": 0.1}, [x])
    c.add("zeros", n, {}, [x * 0])
    write("layers/length_normalization.json", {"cases": c.list})


def older():
    c = Cases("layers/normalization_options")
    x, x3, x4 = c.draw("x").normal(5, 3), c.draw("x3").normal(4, 3, 2), c.draw("x4").normal(2, 3, 2, 2)
    n = "BatchNormalization"
    clipping = {"rmax": 1.2, "rmin": 0.8, "dmax": 0.3}
    averages = {"moving_mean_initializer": "ones", "moving_variance_initializer": keras.initializers.Constant(4.0)}
    for training in [False, True]:
        t = {"training": training, "state": True}
        tag = "_training" if training else "_inference"
        c.add("renorm" + tag, n, {"renorm": True}, [x], initial=not training, **t)
        c.add("clipped" + tag, n, {"renorm": True, "renorm_clipping": clipping, "renorm_momentum": 0.8}, [x], **t)
        c.add("clipped_r" + tag, n, {"renorm": True, "renorm_clipping": {"rmax": 0.9}}, [x], **t)
        c.add("renorm_bare" + tag, n, {"renorm": True, "center": False, "scale": False}, [x], **t)
        c.add("renorm_no_scale" + tag, n, {"renorm": True, "scale": False, "momentum": 0.7}, [x4], **t)
        c.add("renorm_no_center" + tag, n, {"renorm": True, "center": False, "epsilon": 0.1}, [x], **t)
        c.add("renorm_axis_1" + tag, n, {"renorm": True, "axis": 1}, [x4], **t)
        c.add("renorm_mask" + tag, n, {"renorm": True}, [x3], mask=STEPS, **t)
        c.add("renorm_frozen" + tag, n, {"renorm": True, "trainable": False}, [x], **t)
        c.add("everything_named" + tag, n, {**named(), **averages, "renorm": True}, [x], initial=not t["training"], **t)
    c.add("averages_named", n, averages, [x], initial=True, state=True)
    c.add("axis_minus_2", n, {"axis": -2}, [x4], training=True, state=True)
    n = "LayerNormalization"
    c.add("rms_scaling", n, {"rms_scaling": True}, [x], initial=True)
    c.add("rms_scaling_axes", n, {"rms_scaling": True, "axis": [1, 2], "epsilon": 0.01}, [x3])
    c.add("rms_scaling_no_scale", n, {"rms_scaling": True, "scale": False, "center": False}, [x])
    c.add("everything_named", n, named(), [x3], initial=True)
    c.add("axis_2", n, {"axis": 2}, [x4])
    write("layers/normalization_options.json", {"cases": c.list})


def drawing():
    """In inference the identity; a rate of 0 is exact in training too."""
    c = Cases("layers/drawing")
    x = c.draw("x").normal(4, 3, 2)
    for n in ["AlphaDropout", "GaussianDropout"]:
        for training in [False, True]:
            c.add(f"rate_0_{training}", n, {"rate": 0.0}, [x], training=training)
        c.add("inference", n, {"rate": 0.3, "seed": 7}, [x], mask=STEPS)
        c.add("rate_1_inference", n, {"rate": 1.0}, [x])
    c.add("noise_shape", "AlphaDropout", {"rate": 0.3, "noise_shape": [None, 1, 2]}, [x])
    c.add("noise_shape", "Dropout", {"rate": 0.0, "noise_shape": [4, 3, 1]}, [x], training=True)
    write("layers/drawing.json", {"cases": c.list})


def make():
    groups()
    lengths()
    older()
    drawing()
