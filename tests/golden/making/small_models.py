"""The small models that the training traces, fits and summaries use."""

import keras
from keras import layers


def mlp():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(6, activation="tanh"),
            layers.Dense(4, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )


def embedding_conv():
    return keras.Sequential(
        [
            keras.Input((8,), dtype="int32"),
            layers.Embedding(12, 4),
            layers.Conv1D(3, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(4, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )


def masked_lstm():
    return keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            layers.Embedding(9, 3, mask_zero=True),
            layers.LSTM(4),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def bidirectional_lstm():
    return keras.Sequential(
        [
            keras.Input((5, 2)),
            layers.Masking(),
            layers.Bidirectional(layers.LSTM(2, return_sequences=True)),
            layers.LSTM(3, go_backwards=True),
            layers.Dense(2),
        ]
    )


def masked_sequence_loss():
    """The mask reaches the loss: masked steps do not count."""
    return keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            layers.Embedding(7, 3, mask_zero=True),
            layers.LSTM(3, return_sequences=True),
            layers.Dense(3, activation="softmax"),
        ]
    )


def functional_masked_lstm():
    """A functional model's config holds the making of the mask as operations."""
    ids = keras.Input((6,), dtype="int32", name="ids")
    h = layers.LSTM(4, name="lstm")(layers.Embedding(9, 3, mask_zero=True, name="words")(ids))
    return keras.Model(ids, layers.Dense(1, activation="sigmoid", name="out")(h))


def functional_masked_attention():
    ids = keras.Input((5,), dtype="int32", name="ids")
    h = layers.Embedding(9, 3, mask_zero=True, name="words")(ids)
    h = layers.Bidirectional(layers.LSTM(2, return_sequences=True, name="lstm"), name="both")(h)
    h = layers.MultiHeadAttention(2, 2, name="attention")(h, h)
    return keras.Model(ids, layers.Dense(2, name="out")(layers.GlobalAveragePooling1D(name="mean")(h)))


def functional_masking():
    """Masks of two inputs that are added, one of Masking, one of Embedding."""
    ids, x = keras.Input((5,), dtype="int32", name="ids"), keras.Input((5, 3), name="x")
    h = layers.Add(name="sum")([layers.Embedding(9, 3, mask_zero=True, name="words")(ids), layers.Masking(name="skip")(x)])
    return keras.Model([ids, x], layers.Dense(2, name="out")(layers.LSTM(3, name="lstm")(h)))


def convolution():
    return keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(3, 3, padding="same"),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(2, 2, activation="tanh"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )


def two_inputs():
    a, b, c = keras.Input((4,), name="a"), keras.Input((4,), name="b"), keras.Input((2,), name="c")
    shared = layers.Dense(3, activation="tanh", name="shared")
    merged = layers.Concatenate()([shared(a), shared(b), c])
    added = layers.Add()([layers.Dense(3, name="side")(merged), shared(a)])
    return keras.Model([a, b, c], layers.Dense(2, name="out")(added))


def two_outputs():
    x = keras.Input((4,), name="x")
    h = layers.Dense(5, activation="tanh", name="hidden")(x)
    return keras.Model(x, [layers.Dense(1, name="value")(h), layers.Dense(3, activation="softmax", name="kind")(h)])


def attention_block():
    x = keras.Input((4, 4))
    a = layers.MultiHeadAttention(2, 2, name="attention")(x, x)
    h = layers.LayerNormalization()(layers.Add()([x, a]))
    f = layers.Dense(4)(layers.Dense(6, activation="gelu")(h))
    h = layers.LayerNormalization()(layers.Add()([h, f]))
    return keras.Model(x, layers.Dense(2, activation="softmax")(layers.GlobalAveragePooling1D()(h)))


def regularized():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(
                6,
                activation="tanh",
                kernel_regularizer=keras.regularizers.L2(0.01),
                kernel_constraint=keras.constraints.MaxNorm(1.0),
                bias_regularizer=keras.regularizers.L1(0.01),
            ),
            layers.Dense(
                3, activation="softmax", activity_regularizer=keras.regularizers.L2(0.05), kernel_constraint="unit_norm"
            ),
        ]
    )


def frozen():
    """Frozen layers: no gradient, no regularization, BatchNormalization in inference mode."""
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(4, activation="relu", kernel_regularizer="l2", name="frozen"),
            layers.BatchNormalization(name="frozen_norm"),
            layers.Dense(2, name="head"),
        ]
    )
    model.layers[0].trainable = False
    model.layers[1].trainable = False
    return model


def nested():
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(3, activation="relu"), layers.Dense(2)], name="inner")
    return keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="tanh"), inner, layers.Dense(1)])
