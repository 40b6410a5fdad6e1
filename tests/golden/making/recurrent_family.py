"""SimpleRNN, GRU, RNN of cells, cells alone, ConvLSTM, TimeDistributed, SpectralNormalization, Bidirectional of all of them."""

import keras
import numpy as np
from keras import layers

from .initial import store
from .layer_case import Cases
from .layers_recurrent import HOLES_AND_EMPTY, LEFT, RIGHT
from .recurrent_models import models
from .stateful import stateful
from .tensors import fresh, keras_json, write

MASKS = {"right": RIGHT, "left": LEFT, "holes_and_empty": HOLES_AND_EMPTY}
PENALTIES = {
    "kernel_regularizer": keras.regularizers.L2(0.01),
    "recurrent_regularizer": keras.regularizers.L1(0.02),
    "bias_regularizer": keras.regularizers.L1L2(0.01, 0.02),
    "kernel_constraint": keras.constraints.MaxNorm(1.5),
    "recurrent_constraint": keras.constraints.UnitNorm(),
    "bias_constraint": keras.constraints.NonNeg(),
}
BEGINNINGS = {
    "kernel_initializer": "ones",
    "recurrent_initializer": keras.initializers.Constant(0.25),
    "bias_initializer": keras.initializers.Constant(0.5),
}


def dense_recurrent(file, class_name, gated):
    """The options that SimpleRNN, GRU and LSTM share."""
    c = Cases(f"layers/{file}")
    x = c.draw("x").normal(3, 4, 2)
    u = {"units": 3}
    seq = {**u, "return_sequences": True}

    def add(name, config, x=x, **options):
        c.add(name, class_name, config, [x], **options)

    add("plain", u, initial=True)
    add("return_sequences", seq)
    add("return_state", {**u, "return_state": True})
    add("go_backwards", {**seq, "go_backwards": True, "return_state": True})
    add("go_backwards_last", {**u, "go_backwards": True})
    add("unroll", {**seq, "unroll": True})
    add("unroll_mask", {**seq, "unroll": True}, mask=HOLES_AND_EMPTY)
    add("no_bias", {**u, "use_bias": False})
    add("activation_relu", {**seq, "activation": "relu"})
    add("activation_linear", {**u, "activation": None})
    add("penalties", {**u, **PENALTIES, "activity_regularizer": keras.regularizers.L2(0.1)})
    add("beginnings", {**u, **BEGINNINGS}, initial=True)
    add("dropouts_inference", {**u, "dropout": 0.3, "recurrent_dropout": 0.2, "seed": 5})
    add("frozen", {**u, "trainable": False})
    add("one_step", u, x=x[:, :1])
    for tag, mask in MASKS.items():
        add(f"mask_{tag}", {**u, "return_state": True}, mask=mask)
        add(f"mask_{tag}_sequences", {**seq, "return_state": True}, mask=mask)
        add(f"mask_{tag}_backwards", {**seq, "go_backwards": True}, mask=mask)
        add(f"mask_{tag}_zero", {**seq, "zero_output_for_mask": True}, mask=mask)
        add(f"mask_{tag}_zero_last", {**u, "zero_output_for_mask": True, "go_backwards": True}, mask=mask)
    state = [c.draw("h").normal(3, 3)] + ([c.draw("c").normal(3, 3)] if class_name == "LSTM" else [])
    add("initial_state", {**seq, "return_state": True}, call={"initial_state": state})
    add("initial_state_mask", seq, mask=HOLES_AND_EMPTY, call={"initial_state": state})
    if gated:
        add("recurrent_activation", {**seq, "recurrent_activation": "hard_sigmoid"})
        add("softmax", {**seq, "activation": "softmax", "recurrent_activation": "relu"})
        add("cudnn_not", {**u, "use_cudnn": False})
        add("implementation_1", {**u, "implementation": 1, "dropout": 0.5})
        add("training_no_dropout", {**u, "dropout": 0.0}, training=True)
    return c, add, u, seq, state


def simple_rnn():
    c = dense_recurrent("simple_rnn", "SimpleRNN", False)[0]
    write("layers/simple_rnn.json", {"cases": c.list})


def gru():
    c, add, u, seq, state = dense_recurrent("gru", "GRU", True)
    before = {**seq, "reset_after": False}
    add("before", before, initial=True)
    add("before_no_bias", {**before, "use_bias": False})
    add("before_mask", {**before, "return_state": True}, mask=HOLES_AND_EMPTY)
    add("before_backwards", {**before, "go_backwards": True}, mask=RIGHT)
    add("before_activations", {**before, "activation": "softsign", "recurrent_activation": "hard_sigmoid"})
    add("before_implementation_1", {**before, "implementation": 1})
    add("before_initial_state", before, call={"initial_state": state})
    write("layers/gru.json", {"cases": c.list})


def recurrent_options():
    """LSTM: the options that lstm.json leaves out."""
    c = dense_recurrent("recurrent_options", "LSTM", True)[0]
    write("layers/recurrent_options.json", {"cases": c.list})


CELLS = {
    "simple": lambda **k: layers.SimpleRNNCell(2, **k),
    "gru": lambda **k: layers.GRUCell(2, **k),
    "gru_before": lambda **k: layers.GRUCell(2, reset_after=False, **k),
    "lstm": lambda **k: layers.LSTMCell(2, **k),
}


def cells():
    """Cells called alone, on one step."""
    c = Cases("layers/recurrent_cells")
    x = c.draw("x").normal(3, 4)
    h, k = c.draw("h").normal(3, 2), c.draw("c").normal(3, 2)

    def add(name, cell, states, **options):
        fresh()
        cell = cell()
        config = {n: v for n, v in keras_json(cell.get_config()).items() if n not in ("name", "dtype", "trainable")}
        c.add(name, type(cell).__name__, config, [x], layer=cell, call={"states": states}, **options)

    for name, make in CELLS.items():
        states = [h, k] if name == "lstm" else [h]
        add(name, make, states, initial=True)
        add(f"{name}_no_bias", lambda: make(use_bias=False), states)
        add(f"{name}_activation", lambda: make(activation="relu"), states)
        add(f"{name}_options", lambda: make(**PENALTIES, dropout=0.1, recurrent_dropout=0.2, seed=3), states)
        add(f"{name}_beginnings", lambda: make(**BEGINNINGS), states, initial=True)
        add(f"{name}_training", make, states, training=True)
    for name in ("gru", "gru_before", "lstm"):
        states = [h, k] if name == "lstm" else [h]
        add(f"{name}_gates", lambda: CELLS[name](recurrent_activation="hard_sigmoid"), states)
    add("lstm_no_forget_bias", lambda: layers.LSTMCell(2, unit_forget_bias=False), [h, k], initial=True)
    stack = lambda: layers.StackedRNNCells([layers.LSTMCell(2), layers.GRUCell(3)])
    add("stack", stack, [[h, k], [c.draw("g").normal(3, 3)]])
    write("layers/recurrent_cells.json", {"cases": c.list})


def rnn():
    c = Cases("layers/rnn")
    x = c.draw("x").normal(3, 4, 2)

    def add(name, cell, options=None, **more):
        fresh()
        options = options or {}
        layer = layers.RNN(cell(), **options)
        config = {"cell": keras_json(layer.cell), **keras_json(options)}
        c.add(name, "RNN", config, [x], layer=layer, **more)

    seq, state = {"return_sequences": True}, {"return_state": True}
    for name, make in CELLS.items():
        add(name, make, initial=True)
        add(f"{name}_everything", make, {**seq, **state, "go_backwards": True})
        add(f"{name}_mask", make, {**seq, **state}, mask=HOLES_AND_EMPTY)
        add(f"{name}_mask_zero", make, {**seq, "zero_output_for_mask": True}, mask=LEFT)
    add("unroll", CELLS["gru"], {**seq, "unroll": True})
    add("activity", CELLS["gru"], {**state, "activity_regularizer": keras.regularizers.L2(0.1)})
    add("frozen_cell", lambda: layers.GRUCell(2, trainable=False))
    add("relu_lstm", lambda: layers.LSTMCell(2, activation="relu"), seq, mask=RIGHT)
    h = [c.draw("h").normal(3, 2)]
    add("initial_state", CELLS["gru"], {**seq, **state}, call={"initial_state": h})
    pairs = {
        "list": lambda: [layers.LSTMCell(2), layers.GRUCell(3)],
        "stack": lambda: layers.StackedRNNCells([layers.SimpleRNNCell(2), layers.LSTMCell(3, name="top")]),
        "three": lambda: [layers.GRUCell(2, reset_after=False), layers.GRUCell(2), layers.LSTMCell(2)],
    }
    for name, make in pairs.items():
        add(f"{name}_last", make)
        add(f"{name}_everything", make, {**seq, **state, "go_backwards": True})
        for tag, mask in MASKS.items():
            add(f"{name}_mask_{tag}", make, {**seq, **state}, mask=mask)
    add("stack_zero", pairs["stack"], {**seq, "zero_output_for_mask": True}, mask=HOLES_AND_EMPTY)
    start = [[c.draw("h0").normal(3, 2), c.draw("c0").normal(3, 2)], [c.draw("h1").normal(3, 3)]]
    add("list_initial_state", pairs["list"], {**seq, **state}, call={"initial_state": start})
    write("layers/rnn.json", {"cases": c.list})


def both_ways():
    """Bidirectional around every recurrent layer but LSTM, which has its own file."""
    c = Cases("layers/bidirectional_family")
    x = c.draw("x").normal(3, 4, 2)
    pictures = c.draw("pictures").normal(2, 3, 4, 4, 1)
    inner = {
        "simple": (lambda **k: layers.SimpleRNN(2, **k), x),
        "gru": (lambda **k: layers.GRU(2, **k), x),
        "rnn": (lambda **k: layers.RNN(layers.LSTMCell(2), **k), x),
        "stack": (lambda **k: layers.RNN([layers.GRUCell(3), layers.LSTMCell(2)], **k), x),
        "conv": (lambda **k: layers.ConvLSTM2D(2, 2, **k), pictures),
    }

    def add(name, layer, mode, x, backward=None, **options):
        both = layers.Bidirectional(layer, merge_mode=mode, backward_layer=backward)
        config = {"layer": keras_json(layer), "merge_mode": mode}
        if backward is not None:
            config["backward_layer"] = keras_json(backward)
        c.add(name, "Bidirectional", config, [x], layer=both, **options)

    for name, (make, x) in inner.items():
        for mode in ["concat", "sum", "mul", "ave", None]:
            fresh()
            add(f"{name}_{mode}", make(return_sequences=mode != "sum"), mode, x)
        fresh()
        add(f"{name}_state", make(return_state=True, return_sequences=True), "concat", x)
        if name != "conv":
            for tag, mask in MASKS.items():
                fresh()
                add(f"{name}_mask_{tag}", make(return_sequences=tag != "left"), "concat", x, mask=mask)
    x = inner["gru"][1]
    fresh()
    pair = layers.GRU(2, return_sequences=True), layers.SimpleRNN(2, return_sequences=True, go_backwards=True)
    add("mixed", pair[0], "sum", x, pair[1])
    fresh()
    add("start_backwards", layers.GRU(2, go_backwards=True), "concat", x, layers.GRU(2, name="ahead"))
    fresh()
    state = [c.draw(n).normal(3, 2) for n in ["h1", "h2"]]
    add("gru_initial_state", layers.GRU(2, return_sequences=True), "concat", x, call={"initial_state": state})
    write("layers/bidirectional_family.json", {"cases": c.list})


def conv_lstm():
    c = Cases("layers/conv_lstm")
    line, picture = c.draw("line").normal(2, 3, 5, 2), c.draw("picture").normal(2, 3, 4, 5, 2)
    volume = c.draw("volume").normal(2, 2, 3, 3, 3, 1)
    f = {"filters": 2, "kernel_size": 2}
    sizes = {1: (line, "ConvLSTM1D"), 2: (picture, "ConvLSTM2D"), 3: (volume, "ConvLSTM3D")}
    for n, (x, name) in sizes.items():
        all_of = {**f, "return_sequences": True, "return_state": True}
        c.add(f"plain{n}", name, f, [x], initial=True)
        c.add(f"sequences{n}", name, {**f, "return_sequences": True}, [x])
        c.add(f"state{n}", name, all_of, [x])
        c.add(f"backwards{n}", name, {**all_of, "go_backwards": True}, [x])
        c.add(f"same{n}", name, {**f, "padding": "same", "kernel_size": 3}, [x])
        c.add(f"strides{n}", name, {**all_of, "strides": 2}, [x])
        c.add(f"dilation{n}", name, {**f, "dilation_rate": 2}, [x])
        c.add(f"no_bias{n}", name, {**f, "use_bias": False}, [x])
        c.add(f"dropouts{n}", name, {**f, "dropout": 0.2, "recurrent_dropout": 0.3, "seed": 2}, [x])
        c.add(f"penalties{n}", name, {**f, **PENALTIES, "activity_regularizer": "l2"}, [x])
        first = np.ascontiguousarray(np.moveaxis(x, -1, 2))
        c.add(f"channels_first{n}", name, {**all_of, "data_format": "channels_first"}, [first])
        # Keras's scan tiles a mask over the wrong axes of pictures; unrolled it is right.
        for tag, mask in MASKS.items():
            mask = mask[:2, : x.shape[1]]
            c.add(f"mask_{tag}{n}", name, {**all_of, "unroll": True}, [x], mask=mask)
    x = picture
    c.add("beginnings", "ConvLSTM2D", {**f, **BEGINNINGS}, [x], initial=True)
    c.add("no_forget_bias", "ConvLSTM2D", {**f, "unit_forget_bias": False}, [x], initial=True)
    c.add("activations", "ConvLSTM2D", {**f, "activation": "relu", "recurrent_activation": "hard_sigmoid"}, [x])
    c.add("rectangle", "ConvLSTM2D", {"filters": 3, "kernel_size": [1, 3], "strides": [2, 1], "padding": "same"}, [x])
    c.add("uneven_dilation", "ConvLSTM2D", {"filters": 1, "kernel_size": [2, 3], "dilation_rate": [1, 2]}, [x])
    c.add("mask_backwards", "ConvLSTM2D", {**f, "go_backwards": True, "unroll": True}, [x], mask=HOLES_AND_EMPTY[:2, :3])
    first = np.ascontiguousarray(np.moveaxis(x, -1, 2))
    softmax = {**f, "activation": "softmax", "data_format": "channels_first", "return_sequences": True}
    c.add("softmax_channels_first", "ConvLSTM2D", softmax, [first])
    state = [c.draw("h").normal(2, 3, 4, 2), c.draw("c").normal(2, 3, 4, 2)]
    c.add("initial_state", "ConvLSTM2D", {**f, "return_sequences": True}, [x], call={"initial_state": state})
    state = [np.ascontiguousarray(np.moveaxis(s, -1, 1)) for s in state]
    config = {**f, "return_state": True, "data_format": "channels_first"}
    c.add("initial_state_first", "ConvLSTM2D", config, [first], call={"initial_state": state})
    write("layers/conv_lstm.json", {"cases": c.list})


def every_step():
    c = Cases("layers/time_distributed")
    x = c.draw("x").normal(3, 4, 2)
    deep = c.draw("deep").normal(2, 3, 4, 2)
    pictures = c.draw("pictures").normal(2, 3, 4, 4, 1)
    ids = c.draw("ids").ints(5, 2, 3, 4)

    def add(name, layer, x, **options):
        layer = layers.TimeDistributed(layer)
        c.add(name, "TimeDistributed", {"layer": keras_json(layer.layer)}, [x], layer=layer, **options)

    cases = {
        "dense": (lambda: layers.Dense(3, activation="tanh"), x),
        "named": (lambda: layers.Dense(3, name="step", use_bias=False), x),
        "deep_dense": (lambda: layers.Dense(2), deep),
        "conv1d": (lambda: layers.Conv1D(2, 2), deep),
        "conv2d": (lambda: layers.Conv2D(2, 2), pictures),
        "pooling": (lambda: layers.MaxPooling2D(2), pictures),
        "flatten": (lambda: layers.Flatten(), pictures),
        "reshape": (lambda: layers.Reshape([2, 8]), pictures),
        "embedding": (lambda: layers.Embedding(5, 2, mask_zero=True), ids),
        "lstm": (lambda: layers.LSTM(2), deep),
        "gru_sequences": (lambda: layers.GRU(2, return_sequences=True), deep),
        "both_ways": (lambda: layers.Bidirectional(layers.GRU(2)), deep),
        "nested": (lambda: layers.TimeDistributed(layers.Dense(2)), deep),
        "normalization": (lambda: layers.BatchNormalization(), x),
        "layer_normalization": (lambda: layers.LayerNormalization(), x),
        "dropout": (lambda: layers.Dropout(0.5), x),
        "frozen": (lambda: layers.Dense(3, trainable=False), x),
        "penalty": (lambda: layers.Dense(3, activity_regularizer="l2", kernel_regularizer="l1"), x),
        "model": (lambda: keras.Sequential([layers.Dense(3), layers.Dense(2)], name="inner"), x),
    }
    for name, (make, x) in cases.items():
        fresh()
        add(name, make(), x)
    x = cases["dense"][1]
    for tag, mask in MASKS.items():
        fresh()
        add(f"dense_mask_{tag}", layers.Dense(3), x, mask=mask)
        fresh()
        add(f"normalization_mask_{tag}", layers.BatchNormalization(), x, mask=mask, training=True, state=True)
    fresh()
    add("normalization_training", layers.BatchNormalization(momentum=0.8), x, training=True, state=True)
    fresh()
    add("deep_normalization_training", layers.BatchNormalization(), deep, training=True, state=True)
    fresh()
    model = keras.Sequential([layers.Dense(3), layers.BatchNormalization()], name="inner")
    add("model_training", model, x, training=True, state=True)
    fresh()
    add("lstm_mask", layers.LSTM(2, return_sequences=True), deep, mask=c.draw("mask").bools(2, 3, 4))
    write("layers/time_distributed.json", {"cases": c.list})


def spectral_normalization():
    c = Cases("layers/spectral_normalization")
    x = c.draw("x").normal(3, 4, 2)
    pictures = c.draw("pictures").normal(2, 4, 4, 2)
    ids = c.draw("ids").ints(5, 2, 3).astype("float32")

    def add(name, layer, x, options=None, **more):
        options = options or {}
        layer = layers.SpectralNormalization(layer, **options)
        c.add(name, "SpectralNormalization", {"layer": keras_json(layer.layer), **options}, [x], layer=layer, **more)

    for training in [False, True]:
        tag = "training" if training else "inference"
        more = {"training": training, "state": True}
        fresh()
        add(f"dense_{tag}", layers.Dense(3), x, **more)
        fresh()
        add(f"three_{tag}", layers.Dense(3, use_bias=False), x, {"power_iterations": 3}, **more)
        fresh()
        add(f"conv2d_{tag}", layers.Conv2D(3, 2, activation="relu"), pictures, **more)
        fresh()
        add(f"conv1d_{tag}", layers.Conv1D(2, 2, name="inside"), x, {"power_iterations": 2}, **more)
        fresh()
        add(f"embedding_{tag}", layers.Embedding(5, 4), ids, **more)
        fresh()
        add(f"frozen_{tag}", layers.Dense(3, trainable=False), x, **more)
    fresh()
    add("zeros", layers.Dense(3), x, training=True, state=True, weight_scale=0.0)
    write("layers/spectral_normalization.json", {"cases": c.list})


def beginnings():
    """How their weights begin; cells alone need states, which initial.py does not give, and stand inside RNN."""
    f = {"filters": 20, "kernel_size": 3}
    x = [[2, 3, 50]]
    store(
        "initial_recurrent",
        [
            ("default", "SimpleRNN", {"units": 60}, x),
            ("default", "GRU", {"units": 36}, x),
            ("before", "GRU", {"units": 36, "reset_after": False}, x),
            ("default", "RNN", {"cell": [layers.LSTMCell(36), layers.GRUCell(36), layers.SimpleRNNCell(60)]}, x),
            ("default", "ConvLSTM1D", f, [[2, 3, 6, 20]]),
            ("default", "ConvLSTM2D", f, [[2, 3, 5, 5, 8]]),
            ("default", "ConvLSTM3D", {"filters": 8, "kernel_size": 3}, [[2, 2, 3, 3, 3, 4]]),
            ("ones", "ConvLSTM2D", {**f, "bias_initializer": "ones", "unit_forget_bias": False}, [[2, 3, 5, 5, 8]]),
            ("default", "SpectralNormalization", {"layer": layers.Dense(80)}, [[2, 60]]),
            ("default", "TimeDistributed", {"layer": layers.Dense(80)}, [[2, 3, 60]]),
        ],
    )


def make():
    simple_rnn()
    gru()
    recurrent_options()
    cells()
    rnn()
    both_ways()
    conv_lstm()
    every_step()
    spectral_normalization()
    beginnings()
    stateful()
    models()
