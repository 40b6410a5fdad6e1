"""Whole small models of sequences, pictures and volumes: ten training steps on fixed batches."""

import keras
from keras import layers

from .models import STEPS, one_hot_batches, write_traces
from .tensors import Draw


def sequences():
    return keras.Sequential(
        [
            keras.Input((5, 3)),
            layers.ZeroPadding1D((1, 0)),
            layers.DepthwiseConv1D(3, depth_multiplier=2, padding="same", activation="tanh"),
            layers.UpSampling1D(2),
            layers.SeparableConv1D(4, 3, dilation_rate=2, activation="tanh"),
            layers.Conv1DTranspose(3, 3, strides=2, output_padding=1),
            layers.Cropping1D((1, 2)),
            layers.AdaptiveMaxPooling1D(6),
            layers.Permute((2, 1)),
            layers.AdaptiveAveragePooling1D(2),
            layers.Flatten(),
            layers.RepeatVector(3),
            layers.Conv1D(2, 2, padding="causal"),
            layers.SpatialDropout1D(0.0),
            layers.GlobalAveragePooling1D(),
        ]
    )


def pictures():
    return keras.Sequential(
        [
            keras.Input((5, 6, 2)),
            layers.ZeroPadding2D(((1, 0), (1, 1))),
            layers.DepthwiseConv2D(
                3,
                strides=2,
                padding="same",
                depth_multiplier=2,
                depthwise_regularizer="l2",
                depthwise_constraint=keras.constraints.MaxNorm(1.0, axis=[0, 1]),
            ),
            layers.UpSampling2D(2, interpolation="bilinear"),
            layers.SeparableConv2D(3, (3, 2), activation="tanh", activity_regularizer=keras.regularizers.L2(0.1)),
            layers.Conv2DTranspose(2, 3, strides=(2, 1), padding="same", activation="tanh"),
            layers.Cropping2D(((1, 0), (0, 1))),
            layers.UpSampling2D((1, 2), interpolation="bicubic"),
            layers.AdaptiveAveragePooling2D((4, 3)),
            layers.Conv2D(4, 2, groups=2, activation="tanh"),
            layers.SpatialDropout2D(0.0),
            layers.AdaptiveMaxPooling2D((2, 2)),
            layers.Flatten(data_format="channels_first"),
            layers.Dense(3, activation="softmax"),
        ]
    )


def volumes():
    return keras.Sequential(
        [
            keras.Input((4, 4, 3, 2)),
            layers.ZeroPadding3D((1, 0, 1)),
            layers.Conv3D(3, (2, 3, 2), padding="same", activation="tanh", kernel_regularizer="l2"),
            layers.MaxPooling3D((2, 2, 1), padding="same"),
            layers.Conv3DTranspose(2, 2, strides=(2, 1, 1), activation="tanh"),
            layers.Cropping3D(((1, 0), (0, 1), (1, 1))),
            layers.AveragePooling3D((2, 1, 2), strides=1, padding="same"),
            layers.UpSampling3D((1, 2, 1)),
            layers.Conv3D(4, 2, strides=(1, 2, 1), groups=2, activation="tanh"),
            layers.AdaptiveAveragePooling3D((2, 1, 2)),
            layers.SpatialDropout3D(0.0),
            layers.GlobalMaxPooling3D(keepdims=True),
            layers.GlobalAveragePooling3D(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def traces():
    o = keras.optimizers
    d = Draw("models_spatial")
    return {
        "sequences_adam": (
            sequences,
            {"optimizer": o.Adam(0.01), "loss": "mse"},
            [(d.normal(3, 5, 3), d.normal(3, 2)) for _ in range(STEPS)],
        ),
        "pictures_sgd": (
            pictures,
            {"optimizer": o.SGD(0.05, momentum=0.9), "loss": "categorical_crossentropy"},
            one_hot_batches(d, 3, 5, 6, 2),
        ),
        "volumes_rmsprop": (
            volumes,
            {"optimizer": o.RMSprop(0.003), "loss": "categorical_crossentropy"},
            one_hot_batches(d, 3, 4, 4, 3, 2, n=3),
        ),
    }


def make():
    write_traces(traces())
