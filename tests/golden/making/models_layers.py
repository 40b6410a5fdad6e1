"""Ten training steps of models of merging, normalization and attention layers."""

import keras
from keras import layers

from .models import STEPS, left_padded, write_traces
from .tensors import Draw


def merging():
    a, b = keras.Input((4, 6), name="a"), keras.Input((4, 6), name="b")
    left = layers.EinsumDense("abc,cd->abd", output_shape=(None, 8), bias_axes="d", name="map")(a)
    left = layers.GroupNormalization(groups=2, name="groups")(layers.PReLU(shared_axes=[1], name="slopes")(left))
    right = layers.Dense(8, activation=layers.LeakyReLU(negative_slope=0.1), name="dense")(b)
    right = layers.BatchNormalization(
        renorm=True, renorm_clipping={"rmax": 1.5, "rmin": 0.5, "dmax": 0.5}, momentum=0.9, name="norm"
    )(right)
    right = layers.ActivityRegularization(l1=0.001, l2=0.01, name="small")(right)
    both = [left, right]
    merged = [
        layers.Multiply(name="product")(both),
        layers.Average(name="mean")(both),
        layers.Subtract(name="difference")(both),
        layers.Maximum(name="most")(both),
        layers.Minimum(name="least")(both),
    ]
    h = layers.RMSNormalization(name="rms")(layers.Concatenate(name="join")(merged))
    h = layers.ELU(alpha=0.5, activity_regularizer="l2", name="elu")(layers.Dense(5, name="narrow")(h))
    products = layers.Dot(axes=(1, 1), normalize=True, name="dot")([h, left])
    out = layers.Dense(2, name="out")(layers.Flatten(name="flat")(layers.ReLU(negative_slope=0.1, name="relu")(products)))
    return keras.Model([a, b], out)


def attention():
    ids = keras.Input((5,), dtype="int32", name="ids")
    words = layers.Embedding(9, 4, mask_zero=True, name="words")
    back = layers.ReversibleEmbedding(9, 4, logit_soft_cap=5.0, name="back")
    h = layers.Add(name="sum")([words(ids), back(ids)])
    g = layers.GroupQueryAttention(2, 4, 2, use_gate=True, sliding_window=3, name="grouped")(words(ids), h)
    a = layers.Attention(use_scale=True, name="dot")([g, words(ids)])
    d = layers.AdditiveAttention(name="additive")([a, g], use_causal_mask=True)
    h = layers.UnitNormalization(name="unit")(layers.Add(name="all")([h, d]))
    return keras.Model(ids, back(layers.Identity(name="same")(h), reverse=True))


def masked_blocks():
    """MultiHeadAttention deletes the masks of what it reads: only the first block and the mean see one."""
    ids = keras.Input((5,), dtype="int32", name="ids")
    h = words = layers.Embedding(9, 4, mask_zero=True, name="words")(ids)
    for i in range(2):
        a = layers.MultiHeadAttention(2, 3, name=f"attention{i}")(h, words)
        h = layers.LayerNormalization(name=f"norm{i}")(layers.Add(name=f"sum{i}")([h, a]))
        h = layers.Dense(4, activation="tanh", name=f"dense{i}")(h)
    mean = layers.GlobalAveragePooling1D(name="mean")(h)
    return keras.Model(ids, layers.Dense(2, name="out")(mean))


def shared_tower():
    """The calls of a layer with state run in the order of depths, not in that in which they were written."""
    x = keras.Input((4,), name="x")
    norm = layers.BatchNormalization(momentum=0.8, name="norm")
    h = layers.Dense(3, activation="tanh", name="dense")(x)
    tower = keras.Model(x, [norm(h), layers.Dense(2, name="side")(h)], name="tower")
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    joined = [layers.Concatenate(name=name)(tower(i)) for name, i in (("first", a), ("second", b))]
    out = layers.Dense(1, name="out")(layers.Subtract(name="difference")(joined))
    return keras.Model([a, b], out)


def make():
    o = keras.optimizers
    d = Draw("models_layers")
    b, t = Draw("masked_blocks"), Draw("shared_tower")
    write_traces(
        {
            "masked_blocks_sgd": (
                masked_blocks,
                {"optimizer": o.SGD(0.1), "loss": "mse"},
                [(left_padded(b, 9, 4, 5), b.normal(4, 2)) for _ in range(STEPS)],
            ),
            "shared_tower_sgd": (
                shared_tower,
                {"optimizer": o.SGD(0.05), "loss": "mse"},
                [([t.normal(5, 4), t.normal(5, 4)], t.normal(5, 1)) for _ in range(STEPS)],
            ),
            "merging_sgd": (
                merging,
                {"optimizer": o.SGD(0.01, momentum=0.9), "loss": "mse"},
                [([d.normal(5, 4, 6), d.normal(5, 4, 6)], d.normal(5, 2)) for _ in range(STEPS)],
            ),
            "grouped_attention_sgd": (
                attention,
                {
                    "optimizer": o.SGD(0.1, momentum=0.9),
                    "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                },
                [(left_padded(d, 9, 4, 5), d.ints(9, 4, 5)) for _ in range(STEPS)],
            ),
        }
    )
