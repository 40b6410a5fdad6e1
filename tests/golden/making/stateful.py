"""Stateful layers: one layer called on batch after batch, and reset once."""

import jax.numpy as jnp
import keras
from keras import layers

from .layers_recurrent import HOLES_AND_EMPTY, LEFT
from .tensors import Draw, fresh, keras_json, set_random_weights, tensor, weights_of, write

RESET_BEFORE = 2  # the call before which the states are reset


def case(name, make, shape, masks=None, initial_state=None):
    fresh()
    draw = Draw(f"stateful/{name}")
    layer = make()
    xs = [draw.normal(*shape) for _ in range(4)]
    layer.build(xs[0].shape)
    set_random_weights(layer, draw)
    steps = []
    for i, x in enumerate(xs):
        if i == RESET_BEFORE:
            # Keras's reset_state() fails on the nested states of stacked cells.
            for state in keras.tree.flatten(layer.states):
                state.assign(jnp.zeros_like(state.value))
        kwargs = {"mask": jnp.asarray(masks[i % len(masks)])} if masks else {}
        if initial_state is not None and i == 1:
            kwargs["initial_state"] = [jnp.asarray(s) for s in initial_state]
        out = keras.tree.flatten(layer(jnp.asarray(x), **kwargs))
        states = keras.tree.flatten(layer.states)
        step = {"x": tensor(x), "outputs": [tensor(o) for o in out], "states": [tensor(s.value) for s in states]}
        if masks:
            step["mask"] = tensor(masks[i % len(masks)])
        if "initial_state" in kwargs:
            step["initial_state"] = [tensor(s) for s in initial_state]
        steps.append(step)
    config = {k: v for k, v in keras_json(layer.get_config()).items() if k not in ("name", "dtype", "trainable")}
    return {
        "name": name,
        "class_name": type(layer).__name__,
        "config": config,
        "weights": weights_of(layer),
        "reset_before": RESET_BEFORE,
        "steps": steps,
    }


def stateful():
    dense, lines, pictures = (3, 4, 2), (2, 3, 5, 2), (2, 2, 4, 4, 1)
    s = {"stateful": True}
    every = {**s, "return_sequences": True, "return_state": True}
    start = [Draw("stateful/h").normal(3, 2), Draw("stateful/c").normal(3, 2)]
    volumes = (2, 2, 3, 3, 3, 1)
    cases = [
        case("simple_rnn", lambda: layers.SimpleRNN(2, **s), dense),
        case("gru", lambda: layers.GRU(2, **s), dense),
        case("gru_everything", lambda: layers.GRU(2, go_backwards=True, **every), dense),
        case("lstm", lambda: layers.LSTM(2, **s), dense),
        case("lstm_everything", lambda: layers.LSTM(2, **every), dense),
        case("lstm_relu", lambda: layers.LSTM(2, activation="relu", **s), dense),
        case("lstm_masks", lambda: layers.LSTM(2, **every), dense, masks=[HOLES_AND_EMPTY, LEFT]),
        case("lstm_initial_state", lambda: layers.LSTM(2, **s), dense, initial_state=start),
        case("rnn", lambda: layers.RNN(layers.GRUCell(2), **every), dense),
        case("stack", lambda: layers.RNN([layers.LSTMCell(2), layers.SimpleRNNCell(3)], **every), dense),
        case("bidirectional", lambda: layers.Bidirectional(layers.GRU(2, stateful=True, return_sequences=True)), dense),
        case("conv_lstm1d", lambda: layers.ConvLSTM1D(2, 2, **s), lines),
        case("conv_lstm2d", lambda: layers.ConvLSTM2D(2, 2, **every), pictures),
        case("conv_lstm3d", lambda: layers.ConvLSTM3D(1, 2, **s), volumes),
    ]
    write("recurrent/stateful.json", {"cases": cases})
