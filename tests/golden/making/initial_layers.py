"""How the weights of dense, normalization and attention layers begin; see initial.py."""

import keras

from .initial import store


def layer_cases():
    yield "sequence", "EinsumDense", {"equation": "abc,cd->abd", "output_shape": [None, 80], "bias_axes": "d"}, [[2, 3, 60]]
    heads = {"equation": "abc,cde->abde", "output_shape": [None, 6, 20], "bias_axes": "de"}
    yield "heads", "EinsumDense", heads, [[2, 3, 50]]
    yield "heads_he_normal", "EinsumDense", {**heads, "kernel_initializer": "he_normal"}, [[2, 3, 50]]
    joined = {"equation": "abcd,cde->abe", "output_shape": [None, 40], "kernel_initializer": "lecun_uniform"}
    yield "joined", "EinsumDense", joined, [[2, 3, 6, 20]]
    by_axis = {"equation": "abc,bcd->abd", "output_shape": [10, 30], "kernel_initializer": "he_uniform"}
    yield "by_axis", "EinsumDense", by_axis, [[2, 10, 20]]
    yield "transposed", "EinsumDense", {"equation": "abc,dc->adb", "output_shape": [70, 3]}, [[2, 3, 50]]
    own = keras.initializers.GlorotUniform(input_axes=[0, 1], output_axes=[2])
    yield "own_axes", "EinsumDense", {**heads, "kernel_initializer": own}, [[2, 3, 50]]
    yield "default", "ReversibleEmbedding", {"input_dim": 200, "output_dim": 30, "tie_weights": False}, [[2, 3]]
    yield "default", "PReLU", {}, [[2, 3, 4]]
    yield "uniform", "PReLU", {"alpha_initializer": "random_uniform"}, [[2, 30, 40]]
    yield "default", "GroupNormalization", {"groups": 2}, [[2, 8]]
    yield "default", "RMSNormalization", {}, [[2, 7]]
    yield "renorm", "BatchNormalization", {"renorm": True}, [[2, 7]]
    four = {"renorm": True, "moving_variance_initializer": keras.initializers.Constant(4.0)}
    yield "renorm_of_four", "BatchNormalization", four, [[2, 7]]
    yield "concat", "Attention", {"use_scale": True, "score_mode": "concat"}, [[2, 3, 4], [2, 5, 4]]
    yield "default", "AdditiveAttention", {}, [[2, 3, 900], [2, 5, 900]]
    grouped = {"head_dim": 20, "num_query_heads": 6, "num_key_value_heads": 2, "use_gate": True}
    yield "default", "GroupQueryAttention", grouped, [[2, 3, 48], [2, 5, 48]]
    yield "he_normal", "GroupQueryAttention", {**grouped, "kernel_initializer": "he_normal"}, [[2, 3, 48], [2, 5, 48]]


def make():
    store("initial_layers", layer_cases())
