"""What a model lays over its layers: LoRA, and the policy mixed_bfloat16. Ten training steps each."""

import keras
from keras import layers

from .models import STEPS, spread, train
from .tensors import Draw, keras_json, own_optimizer, tensors, write


def lora_stack():
    model = keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            layers.Embedding(9, 4, name="words"),
            layers.Conv1D(3, 2, activation="tanh", name="conv"),
            layers.Flatten(),
            layers.Dense(4, activation="tanh", kernel_regularizer="l2", name="hidden"),
            layers.Dense(2, name="out"),
        ]
    )
    model.get_layer("words").enable_lora(2)
    model.get_layer("conv").enable_lora(1, lora_alpha=3)
    model.get_layer("hidden").enable_lora(2, lora_alpha=1)
    return model


def lora_volumes():
    model = keras.Sequential(
        [
            keras.Input((4, 4, 4, 2)),
            layers.Conv3D(3, 2, activation="tanh", name="volumes"),
            layers.Reshape((3, 3, 9)),
            layers.Conv2D(4, 2, activation="tanh", name="pictures"),
            layers.Reshape((4, 4)),
            layers.EinsumDense("abc,cd->abd", output_shape=(4, 3), bias_axes="d", name="einsum"),
            layers.Flatten(),
            layers.Dense(2, name="out"),
        ]
    )
    model.get_layer("volumes").enable_lora(2)
    model.get_layer("pictures").enable_lora(1, lora_alpha=2)
    model.get_layer("einsum").enable_lora(2, lora_alpha=3)
    return model


def mixed(*stack):
    return keras.Sequential([layer for layer in stack])


def mixed_mlp():
    p = {"dtype": "mixed_bfloat16"}
    return mixed(
        keras.Input((5,)),
        layers.Dense(6, activation="tanh", kernel_regularizer="l2", **p),
        layers.LayerNormalization(**p),
        layers.Dense(4, activation="relu", **p),
        layers.Dense(3, activation="softmax", dtype="float32"),
    )


def mixed_sequence():
    p = {"dtype": "mixed_bfloat16"}
    return mixed(
        keras.Input((6,), dtype="int32"),
        layers.Embedding(9, 4, **p),
        layers.Conv1D(4, 3, activation="relu", **p),
        layers.LSTM(3, **p),
        layers.Dense(2, **p),
    )


def mixed_pictures():
    p = {"dtype": "mixed_bfloat16"}
    return mixed(
        keras.Input((6, 6, 2)),
        layers.Conv2D(3, 3, padding="same", use_bias=False, **p),
        layers.BatchNormalization(**p),
        layers.Activation("relu", **p),
        layers.MaxPooling2D(**p),
        layers.GlobalAveragePooling2D(**p),
        layers.Dense(2, **p),
    )


def traces():
    o = keras.optimizers
    d = Draw("adaptations")
    ids = [(d.ints(9, 4, 6), d.normal(4, 2)) for _ in range(STEPS)]
    mse = {"loss": "mse"}
    d3 = Draw("lora_volumes")
    volumes = [(d3.normal(4, 4, 4, 4, 2), d3.normal(4, 2)) for _ in range(STEPS)]
    # A result of bfloat16 has 8 bits, and Keras rounds inside a layer where ours rounds its result.
    low = 0.03
    return {
        "lora_adam": (lora_stack, {"optimizer": o.Adam(0.01), **mse}, ids, None),
        "lora_volumes_adam": (lora_volumes, {"optimizer": o.Adam(0.01), **mse}, volumes, None),
        "mixed_bfloat16_mlp": (
            mixed_mlp,
            {"optimizer": o.SGD(0.05), "loss": "categorical_crossentropy"},
            [(d.normal(4, 5), d.one_hot(3, 4)) for _ in range(STEPS)],
            low,
        ),
        "mixed_bfloat16_sequence": (mixed_sequence, {"optimizer": o.SGD(0.05), **mse}, ids, low),
        "mixed_bfloat16_pictures": (
            mixed_pictures,
            {"optimizer": o.SGD(0.05), **mse},
            [(d.normal(4, 6, 6, 2), d.normal(4, 2)) for _ in range(STEPS)],
            low,
        ),
    }


def make():
    for name, (build, compile_args, batches, tolerance) in traces().items():
        trace = train(build, compile_args, batches, name=name)
        if tolerance is None:
            conditioning = spread(trace, train(build, compile_args, batches, nudge=1e-6, name=name))
            assert conditioning < 3e-5, f"{name}: a nudge of 1e-6 grew to {conditioning:.1e}"
        else:
            trace["tolerance"] = tolerance
        stored = [{"x": tensors(b[0]), "y": tensors(b[1]), "sample_weight": None} for b in batches]
        settings = {k: keras_json(v) for k, v in own_optimizer(compile_args).items()}
        write(f"models/{name}.json", {"name": name, "compile": settings, "batches": stored, **trace})
