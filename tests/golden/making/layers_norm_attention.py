"""BatchNormalization, LayerNormalization, MultiHeadAttention."""

import numpy as np

from .layer_case import Cases
from .tensors import write


def batch_norm():
    c = Cases("layers/batch_normalization")
    x = c.draw("x").normal(5, 3)
    x4 = c.draw("x4").normal(2, 3, 2, 2)
    mask = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 0]], bool)
    x3 = c.draw("x3").normal(4, 3, 2)
    for training in [False, True]:
        t = {"training": training, "state": True}
        tag = "_training" if training else "_inference"
        c.add("plain" + tag, "BatchNormalization", {}, [x], initial=not training, **t)
        c.add("momentum_epsilon" + tag, "BatchNormalization", {"momentum": 0.9, "epsilon": 0.01}, [x], **t)
        c.add("no_center" + tag, "BatchNormalization", {"center": False}, [x], **t)
        c.add("no_scale" + tag, "BatchNormalization", {"scale": False}, [x], **t)
        c.add("neither" + tag, "BatchNormalization", {"center": False, "scale": False}, [x], **t)
        c.add("rank4" + tag, "BatchNormalization", {}, [x4], **t)
        c.add("axis1" + tag, "BatchNormalization", {"axis": 1}, [x4], **t)
        c.add("mask" + tag, "BatchNormalization", {}, [x3], mask=mask, **t)
        c.add("frozen" + tag, "BatchNormalization", {"trainable": False}, [x], **t)
    c.add("one_row_training", "BatchNormalization", {}, [x[:1]], training=True, state=True)
    write("layers/batch_normalization.json", {"cases": c.list})


def layer_norm():
    c = Cases("layers/layer_normalization")
    x = c.draw("x").normal(3, 4)
    x3 = c.draw("x3").normal(2, 3, 4)
    n = "LayerNormalization"
    c.add("plain", n, {}, [x], initial=True)
    c.add("rank3", n, {}, [x3])
    c.add("axis1", n, {"axis": 1}, [x3])
    c.add("axis_1_2", n, {"axis": [1, 2]}, [x3])
    c.add("axis_minus_2_minus_1", n, {"axis": [-2, -1]}, [x3])
    c.add("epsilon", n, {"epsilon": 1e-5}, [x])
    c.add("no_center", n, {"center": False}, [x])
    c.add("no_scale", n, {"scale": False}, [x])
    c.add("neither", n, {"center": False, "scale": False}, [x3])
    c.add("constant_row", n, {}, [np.array([[2, 2, 2, 2], [1, -1, 1, -1]], "float32")])
    c.add("large_offset", n, {}, [x + 100])
    c.add("mask_passes", n, {}, [x3], mask=np.array([[1, 1, 0], [0, 1, 1]], bool))
    write("layers/layer_normalization.json", {"cases": c.list})


def attention():
    c = Cases("layers/multi_head_attention")
    n = "MultiHeadAttention"
    q, v, k = c.draw("q").normal(2, 3, 4), c.draw("v").normal(2, 4, 3), c.draw("k").normal(2, 4, 2)
    a = {"num_heads": 2, "key_dim": 3}
    small = {"num_heads": 2, "key_dim": 2}
    c.add("self", n, a, [q, q], initial=True)
    c.add("query_value", n, a, [q, v])
    c.add("query_value_key", n, a, [q, v, k])
    # The JAX backend's fused attention fails where value_dim differs from key_dim; asking for the scores avoids it.
    c.add("value_dim", n, {**small, "value_dim": 4}, [q, v], call={"return_attention_scores": True})
    c.add("one_head", n, {"num_heads": 1, "key_dim": 2}, [q, v])
    c.add("no_bias", n, {**a, "use_bias": False}, [q, v, k])
    c.add("output_shape", n, {**small, "output_shape": 5}, [q, v])
    c.add("output_shape_2d", n, {**small, "output_shape": [2, 3]}, [q, v])
    c.add("dropout_inference", n, {**small, "dropout": 0.4}, [q, v])
    c.add("scores", n, small, [q, v], call={"return_attention_scores": True})
    c.add("causal", n, small, [q, q], call={"use_causal_mask": True, "return_attention_scores": True})
    c.add("causal_cross", n, small, [q, v], call={"use_causal_mask": True})
    am = np.array([[[1, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 0]], [[1, 1, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0]]], bool)
    scores = {"return_attention_scores": True}
    c.add("attention_mask", n, small, [q, v], call={"attention_mask": am, **scores})
    c.add("attention_mask_per_head", n, small, [q, v], call={"attention_mask": np.stack([am, ~am], axis=1)})
    qm = np.array([[1, 1, 0], [1, 1, 1]], bool)
    vm = np.array([[1, 1, 1, 0], [0, 1, 1, 0]], bool)
    c.add("query_mask", n, small, [q, v], call={"query_mask": qm, **scores})
    c.add("value_mask", n, small, [q, v], call={"value_mask": vm, **scores})
    c.add("key_mask", n, small, [q, v, k], call={"key_mask": vm, **scores})
    c.add(
        "all_masks",
        n,
        small,
        [q, v],
        call={"query_mask": qm, "value_mask": vm, "attention_mask": am, "use_causal_mask": True, **scores},
    )
    c.add("attached_masks_self", n, small, [q, q], masks=[qm, qm])
    c.add("attached_masks_cross", n, small, [q, v], masks=[qm, vm])
    q4, v4 = c.draw("q4").normal(1, 2, 3, 2), c.draw("v4").normal(1, 2, 3, 2)
    c.add("attention_axes_2", n, {**small, "attention_axes": [2]}, [q4, v4])
    c.add("attention_axes_1_2", n, {**small, "attention_axes": [1, 2]}, [q4, v4], call=scores)
    write("layers/multi_head_attention.json", {"cases": c.list})


def make():
    batch_norm()
    layer_norm()
    attention()
