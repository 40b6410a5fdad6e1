"""Dense, Activation, Dropout and kin, Flatten, Reshape, Rescaling, Embedding, Masking, Add, Concatenate, InputLayer."""

import keras
import numpy as np
from keras.src import activations

from .layer_case import Cases
from .tensors import fresh, keras_json, write


def dense():
    c = Cases("layers/dense")
    x = c.draw("x").normal(4, 3)
    x3 = c.draw("x3").normal(2, 3, 4)
    c.add("plain", "Dense", {"units": 2}, [x], initial=True)
    c.add("no_bias", "Dense", {"units": 3, "use_bias": False}, [x])
    for act in ["relu", "tanh", "sigmoid", "softmax", "gelu"]:
        c.add(f"activation_{act}", "Dense", {"units": 4, "activation": act}, [x])
    c.add("rank3", "Dense", {"units": 2, "activation": "elu"}, [x3])
    c.add("rank4", "Dense", {"units": 2}, [c.draw("x4").normal(2, 2, 2, 3)])
    c.add("mask_passes", "Dense", {"units": 2}, [x3], mask=np.array([[1, 1, 0], [0, 1, 1]], bool))
    c.add("one_unit_one_row", "Dense", {"units": 1}, [x[:1]])
    c.add("bias_ones", "Dense", {"units": 2, "bias_initializer": "ones"}, [x], initial=True)
    c.add(
        "everything_named",
        "Dense",
        {
            "units": 2,
            "activation": "softplus",
            "kernel_initializer": "he_normal",
            "bias_initializer": keras.initializers.Constant(0.25),
            "kernel_regularizer": keras.regularizers.L1L2(0.01, 0.02),
            "bias_regularizer": "l2",
            "activity_regularizer": keras.regularizers.L2(0.1),
            "kernel_constraint": keras.constraints.MaxNorm(3, axis=0),
            "bias_constraint": "non_neg",
            "name": "named",
        },
        [x],
    )
    write("layers/dense.json", {"cases": c.list})


def activation():
    c = Cases("layers/activation")
    x = c.draw("x").normal(3, 4, scale=2.5)
    names = sorted(k for k, v in activations.ALL_OBJECTS_DICT.items() if isinstance(k, str) and k == k.lower())
    names.remove("threshold")  # has no default arguments, so its name alone cannot be called
    for name in names:
        c.add(name, "Activation", {"activation": name}, [x])
    x3 = c.draw("x3").normal(2, 2, 3)
    for name in ["softmax", "log_softmax", "relu"]:
        c.add(f"{name}_rank3", "Activation", {"activation": name}, [x3])
    mask = np.array([[1, 0], [1, 1]], bool)
    c.add("mask_passes", "Activation", {"activation": "tanh"}, [x3], mask=mask)
    write("layers/activation.json", {"cases": c.list})


def inactive():
    """Layers that draw only in training: in inference they are the identity; a rate of 0 or 1 is exact in training too."""
    c = Cases("layers/dropout")
    x = c.draw("x").normal(2, 3, 4)
    mask = np.array([[1, 1, 0], [1, 0, 0]], bool)
    for training in [False, True]:
        tag = "training" if training else "inference"
        for rate in [0.0, 1.0]:
            c.add(f"dropout_{rate}_{tag}", "Dropout", {"rate": rate}, [x], training=training)
            c.add(f"spatial_{rate}_{tag}", "SpatialDropout1D", {"rate": rate}, [x], training=training)
        c.add(f"noise_0_{tag}", "GaussianNoise", {"stddev": 0.0}, [x], training=training)
    c.add("dropout", "Dropout", {"rate": 0.3, "noise_shape": [None, 1, 4], "seed": 7}, [x], mask=mask)
    c.add("spatial", "SpatialDropout1D", {"rate": 0.3, "seed": 7}, [x], mask=mask)
    c.add("noise", "GaussianNoise", {"stddev": 0.3, "seed": 7}, [x], mask=mask)
    write("layers/dropout.json", {"cases": c.list})


def shaping():
    c = Cases("layers/shaping")
    x = c.draw("x").normal(2, 2, 3, 2)
    mask = np.array([[1, 1, 0], [1, 0, 0]], bool)
    c.add("flatten", "Flatten", {}, [x])
    c.add("flatten_channels_first", "Flatten", {"data_format": "channels_first"}, [x])
    c.add("flatten_rank3_channels_first", "Flatten", {"data_format": "channels_first"}, [x[:, 0]])
    c.add("flatten_rank2", "Flatten", {}, [x[:, 0, 0]])
    c.add("flatten_rank1", "Flatten", {}, [x[:, 0, 0, 0]])
    c.add("flatten_masked", "Flatten", {}, [x[:, 0]], mask=mask)
    for target in [[3, 4], [-1], [-1, 2], [2, -1, 3], [12]]:
        c.add("reshape_" + "_".join(map(str, target)), "Reshape", {"target_shape": target}, [x])
    c.add("reshape_masked", "Reshape", {"target_shape": [2, 3]}, [x[:, 0]], mask=mask)
    write("layers/shaping.json", {"cases": c.list})


def rescaling():
    c = Cases("layers/rescaling")
    x = c.draw("x").normal(2, 3, 2)
    mask = np.array([[1, 1, 0], [1, 0, 0]], bool)
    c.add("scale", "Rescaling", {"scale": 1.0 / 127.5, "offset": -1.0}, [x])
    c.add("integers", "Rescaling", {"scale": 0.5}, [np.array([[3, -4], [0, 7]], dtype="int32")])
    c.add("channels", "Rescaling", {"scale": [0.5, -3.0], "offset": [0.25, 1.0]}, [x])
    c.add("scale_alone", "Rescaling", {"scale": [0.5, -3.0], "offset": 2.0}, [x])
    c.add("mask_passes", "Rescaling", {"scale": 1e5, "offset": 2e5}, [x], mask=mask)
    write("layers/rescaling.json", {"cases": c.list})


def embedding():
    c = Cases("layers/embedding")
    ids = np.array([[1, 0, 4, 2], [0, 0, 3, 1], [0, 0, 0, 0]], dtype="int32")
    e = {"input_dim": 5, "output_dim": 3}
    c.add("plain", "Embedding", e, [ids])
    c.add("mask_zero", "Embedding", {**e, "mask_zero": True}, [ids])
    c.add("rank1", "Embedding", e, [ids[0]])
    c.add("rank3", "Embedding", {**e, "mask_zero": True}, [ids.reshape(3, 2, 2)])
    c.add("float_ids", "Embedding", e, [ids.astype("float32")])
    c.add("constraint_named", "Embedding", {**e, "embeddings_constraint": "unit_norm"}, [ids])
    write("layers/embedding.json", {"cases": c.list})


def masking():
    c = Cases("layers/masking")
    x = c.draw("x").normal(2, 3, 2)
    x[0, 2] = 0
    x[1, 0] = 0
    x[1, 1, 0] = 0
    c.add("zero", "Masking", {}, [x])
    y = c.draw("y").normal(2, 3, 2)
    y[0, 0] = -1
    y[1, 2] = -1
    y[1, 1, 1] = -1
    c.add("minus_one", "Masking", {"mask_value": -1.0}, [y])
    write("layers/masking.json", {"cases": c.list})


def merging():
    c = Cases("layers/merging")
    a, b, d = (c.draw(n).normal(2, 3, 2) for n in "abd")
    m1 = np.array([[1, 1, 0], [0, 1, 1]], bool)
    m2 = np.array([[1, 0, 0], [1, 1, 1]], bool)
    many = {"as_list": True}
    c.add("add_two", "Add", {}, [a, b], **many)
    c.add("add_three", "Add", {}, [a, b, d], **many)
    c.add("add_broadcast", "Add", {}, [a, b[:, :1]], **many)
    c.add("add_other_rank", "Add", {}, [a, b[:, 0]], **many)
    c.add("add_masks", "Add", {}, [a, b], masks=[m1, m2], **many)
    c.add("add_one_mask", "Add", {}, [a, b], masks=[m1, None], **many)
    c.add("concat_last", "Concatenate", {}, [a, b, d], **many)
    c.add("concat_1", "Concatenate", {"axis": 1}, [a, b[:, :2]], **many)
    c.add("concat_minus_2", "Concatenate", {"axis": -2}, [a, b[:, :1]], **many)
    c.add("concat_last_masks", "Concatenate", {}, [a, b], masks=[m1, m2], **many)
    c.add("concat_1_masks", "Concatenate", {"axis": 1}, [a, b], masks=[m1, m2], **many)
    c.add("concat_last_one_mask", "Concatenate", {}, [a, b], masks=[m1, None], **many)
    c.add("concat_1_one_mask", "Concatenate", {"axis": 1}, [a, b], masks=[m1, None], **many)
    write("layers/merging.json", {"cases": c.list})


def input_layer():
    """What Input makes of its options: the config of the InputLayer and the symbolic shape."""
    cases = []
    for name, config in {
        "shape": {"shape": [3]},
        "shape_none": {"shape": [None, 4]},
        "batch_size": {"shape": [3], "batch_size": 8},
        "batch_shape": {"batch_shape": [None, 5, 2]},
        "dtype_name": {"shape": [7], "dtype": "int32", "name": "tokens"},
        "scalar": {"shape": []},
    }.items():
        fresh()
        x = keras.Input(**{k: tuple(v) if isinstance(v, list) else v for k, v in config.items()})
        layer = x._keras_history.operation
        cases.append(
            {
                "name": name,
                "class_name": "InputLayer",
                "config": config,
                "full_config": keras_json(layer.get_config()),
                "shape": list(x.shape),
                "dtype": str(x.dtype),
                "layer_name": layer.name,
            }
        )
    write("layers/input.json", {"cases": cases})


def make():
    dense()
    activation()
    inactive()
    shaping()
    rescaling()
    embedding()
    masking()
    merging()
    input_layer()
