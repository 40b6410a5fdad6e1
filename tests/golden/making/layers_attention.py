"""Attention, AdditiveAttention, GroupQueryAttention, and further options of MultiHeadAttention."""

import keras
import numpy as np

from .layer_case import Cases
from .tensors import write

SCORES = {"return_attention_scores": True}
CAUSAL = {"use_causal_mask": True}
QM = np.array([[1, 1, 0], [1, 1, 1]], bool)
VM = np.array([[1, 1, 1, 0], [0, 1, 1, 0]], bool)
NONE_OPEN = np.array([[1, 0, 1, 1], [0, 0, 0, 0]], bool)


def named():
    """Every option of the inner layers, with values of its own."""
    return {
        "kernel_initializer": "he_normal",
        "bias_initializer": "ones",
        "kernel_regularizer": "l2",
        "bias_regularizer": "l1",
        "activity_regularizer": keras.regularizers.L2(0.1),
        "kernel_constraint": keras.constraints.MaxNorm(2.0),
        "bias_constraint": "non_neg",
        "seed": 3,
    }


def sequences():
    c = Cases("layers/attention")
    q, v, k = c.draw("q").normal(2, 3, 4), c.draw("v").normal(2, 4, 5), c.draw("k").normal(2, 4, 4)
    u = c.draw("u").normal(2, 4, 4)
    many = {"as_list": True}
    for n in ["Attention", "AdditiveAttention"]:
        c.add("query_value", n, {}, [q, u], initial=n == "Attention", **many)
        c.add("query_value_key", n, {}, [q, v, k], **many)
        c.add("scale", n, {"use_scale": True}, [q, v, k], initial=n == "Attention", **many)
        c.add("no_scale", n, {"use_scale": False}, [q, v, k], **many)
        c.add("scores", n, {}, [q, v, k], call=SCORES, **many)
        c.add("causal", n, {}, [q, v, k], call={**SCORES, **CAUSAL}, **many)
        c.add("causal_self", n, {}, [q, q], call=CAUSAL, **many)
        c.add("masks", n, {}, [q, u], masks=[QM, VM], call=SCORES, **many)
        c.add("query_mask", n, {}, [q, u], masks=[QM, None], **many)
        c.add("value_mask", n, {}, [q, u], masks=[None, VM], **many)
        c.add("masks_of_three", n, {}, [q, v, k], masks=[QM, VM, ~VM], **many)
        c.add("causal_value_mask", n, {}, [q, u], masks=[None, VM], call={**SCORES, **CAUSAL}, **many)
        c.add("nothing_open", n, {"use_scale": True}, [q, u], masks=[None, NONE_OPEN], call=SCORES, **many)
        c.add("dropout_inference", n, {"dropout": 0.4, "seed": 5}, [q, u], **many)
        c.add("no_dropout_training", n, {"dropout": 0.0}, [q, u], training=True, **many)
    n = "Attention"
    concat = {"score_mode": "concat"}
    c.add("concat", n, concat, [q, v, k], initial=True, **many)
    c.add("concat_scale", n, {**concat, "use_scale": True}, [q, v, k], call=SCORES, initial=True, **many)
    c.add("concat_masks", n, concat, [q, u], masks=[QM, VM], call=CAUSAL, **many)
    c.add("rank_4", n, {}, [c.draw("q4").normal(2, 2, 3, 4), c.draw("v4").normal(2, 2, 4, 4)], **many)
    write("layers/attention.json", {"cases": c.list})


def grouped():
    c = Cases("layers/group_query_attention")
    n = "GroupQueryAttention"
    q, v, k = c.draw("q").normal(2, 3, 4), c.draw("v").normal(2, 4, 4), c.draw("k").normal(2, 4, 3)
    a = {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2}
    am = np.array([[[1, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 0]], [[1, 1, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0]]], bool)
    c.add("self", n, a, [q, q], initial=True)
    c.add("query_value_key", n, a, [q, v, k])
    c.add("one_key_head", n, {**a, "num_key_value_heads": 1}, [q, v])
    c.add("all_key_heads", n, {**a, "num_query_heads": 2}, [q, v])
    c.add("no_bias", n, {**a, "use_bias": False}, [q, v])
    c.add("gate", n, {**a, "use_gate": True}, [q, v, k])
    c.add("gate_scores", n, {**a, "use_gate": True, "use_bias": False}, [q, v], call=SCORES)
    c.add("scores", n, a, [q, v], call=SCORES)
    c.add("causal", n, a, [q, v], call=CAUSAL)
    c.add("causal_scores", n, a, [q, v], call={**SCORES, **CAUSAL})
    c.add("window", n, {**a, "sliding_window": 2}, [q, v])
    c.add("window_causal", n, {**a, "sliding_window": 2}, [q, q], call={**SCORES, **CAUSAL})
    c.add("attention_mask", n, a, [q, v], call={"attention_mask": am})
    c.add("attention_mask_scores", n, a, [q, v], call={"attention_mask": am, **SCORES})
    c.add("masks_named", n, a, [q, v], call={"query_mask": QM, "value_mask": VM, **SCORES})
    c.add("key_mask", n, a, [q, v, k], call={"key_mask": VM, "attention_mask": am, **CAUSAL})
    c.add("masks_attached", n, a, [q, v], masks=[QM, VM])
    c.add("masks_attached_key", n, a, [q, v, k], masks=[QM, VM, NONE_OPEN], call=SCORES)
    c.add("dropout_inference", n, {**a, "dropout": 0.3}, [q, v])
    c.add("everything_named", n, {**a, **named(), "flash_attention": False}, [q, v], initial=True)
    write("layers/group_query_attention.json", {"cases": c.list})


def multi_head():
    c = Cases("layers/multi_head_attention_options")
    n = "MultiHeadAttention"
    q, v = c.draw("q").normal(2, 4, 3), c.draw("v").normal(2, 5, 3)
    a = {"num_heads": 2, "key_dim": 2}
    c.add("gate", n, {**a, "use_gate": True}, [q, v], initial=True)
    c.add("gate_value_dim", n, {**a, "use_gate": True, "value_dim": 3, "use_bias": False}, [q, v], call=SCORES)
    c.add("window", n, {**a, "sliding_window": 2}, [q, v])
    c.add("window_of_one", n, {**a, "sliding_window": 1}, [q, q], call=SCORES)
    c.add("window_causal", n, {**a, "sliding_window": 3}, [q, q], call={**SCORES, **CAUSAL})
    c.add("everything_named", n, {**a, **named(), "flash_attention": False}, [q, v], initial=True)
    x = c.draw("x").normal(1, 2, 3, 2)
    c.add("axes_negative", n, {**a, "attention_axes": [-2]}, [x, x], call=SCORES)
    c.add("axis_1", n, {**a, "attention_axes": [1]}, [x, x])
    write("layers/multi_head_attention_options.json", {"cases": c.list})


def make():
    sequences()
    grouped()
    multi_head()
