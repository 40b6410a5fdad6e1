"""LSTM and Bidirectional(LSTM)."""

import keras
import numpy as np

from .layer_case import Cases
from .tensors import fresh, keras_json, write

RIGHT = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]], bool)
LEFT = np.array([[0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 0, 1]], bool)
HOLES_AND_EMPTY = np.array([[1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 0, 1]], bool)


def lstm():
    c = Cases("layers/lstm")
    x = c.draw("x").normal(3, 4, 2)
    u = {"units": 3}
    seq = {**u, "return_sequences": True}
    c.add("plain", "LSTM", u, [x], initial=True)
    c.add("return_sequences", "LSTM", seq, [x])
    c.add("return_state", "LSTM", {**u, "return_state": True}, [x])
    c.add("return_sequences_state", "LSTM", {**seq, "return_state": True}, [x])
    c.add("go_backwards", "LSTM", {**u, "go_backwards": True}, [x])
    c.add("go_backwards_sequences", "LSTM", {**seq, "go_backwards": True, "return_state": True}, [x])
    c.add("unroll", "LSTM", {**seq, "unroll": True}, [x])
    c.add("no_bias", "LSTM", {**u, "use_bias": False}, [x])
    c.add("no_forget_bias", "LSTM", {**u, "unit_forget_bias": False}, [x], initial=True)
    c.add("bias_ones", "LSTM", {**u, "bias_initializer": keras.initializers.Constant(0.5)}, [x], initial=True)
    c.add("activation_relu", "LSTM", {**seq, "activation": "relu"}, [x])
    c.add("recurrent_hard_sigmoid", "LSTM", {**seq, "recurrent_activation": "hard_sigmoid"}, [x])
    c.add("dropouts_inference", "LSTM", {**u, "dropout": 0.3, "recurrent_dropout": 0.2}, [x])
    for tag, mask in {"right": RIGHT, "left": LEFT, "holes_and_empty": HOLES_AND_EMPTY}.items():
        c.add(f"mask_{tag}", "LSTM", {**u, "return_state": True}, [x], mask=mask)
        c.add(f"mask_{tag}_sequences", "LSTM", {**seq, "return_state": True}, [x], mask=mask)
        c.add(f"mask_{tag}_backwards", "LSTM", {**seq, "go_backwards": True}, [x], mask=mask)
    state = [c.draw("h").normal(3, 3), c.draw("c").normal(3, 3)]
    c.add("initial_state", "LSTM", {**seq, "return_state": True}, [x], call={"initial_state": state})
    c.add("initial_state_mask", "LSTM", seq, [x], mask=HOLES_AND_EMPTY, call={"initial_state": state})
    c.add("one_step", "LSTM", u, [x[:, :1]])
    c.add("zero_output_for_mask", "LSTM", {**seq, "zero_output_for_mask": True}, [x], mask=HOLES_AND_EMPTY)
    write("layers/lstm.json", {"cases": c.list})


def bidirectional():
    c = Cases("layers/bidirectional")
    x = c.draw("x").normal(3, 4, 2)

    def add(name, inner, mode, **options):
        fresh()
        layer = keras.layers.Bidirectional(keras.layers.LSTM(units=2, **inner), merge_mode=mode)
        lstm = {
            "module": "keras.layers",
            "class_name": "LSTM",
            "config": {"units": 2, **inner},
            "registered_name": None,
        }
        config = {"layer": lstm, "merge_mode": mode}
        c.add(name, "Bidirectional", config, [x], layer=layer, **options)

    for mode in ["concat", "sum", "mul", "ave", None]:
        add(f"{mode}", {}, mode, initial=mode == "concat")
        add(f"{mode}_sequences", {"return_sequences": True}, mode)
    for tag, mask in {"right": RIGHT, "left": LEFT, "holes_and_empty": HOLES_AND_EMPTY}.items():
        add(f"mask_{tag}", {}, "concat", mask=mask)
        add(f"mask_{tag}_sequences", {"return_sequences": True}, "concat", mask=mask)
    add("return_state", {"return_state": True}, "concat")
    fresh()
    pair = [
        keras.layers.LSTM(2, return_sequences=True, name="ahead"),
        keras.layers.LSTM(3, return_sequences=True, go_backwards=True, activation="relu", name="behind"),
    ]
    config = {"layer": keras_json(pair[0]), "backward_layer": keras_json(pair[1])}
    both = keras.layers.Bidirectional(pair[0], backward_layer=pair[1])
    c.add("backward_layer", "Bidirectional", config, [x], layer=both)
    add("no_bias", {"use_bias": False}, "sum")
    state = [c.draw(n).normal(3, 2) for n in ["h1", "c1", "h2", "c2"]]
    add("initial_state", {"return_sequences": True}, "concat", call={"initial_state": state})
    for case in c.list[1:-2]:  # they differ from the first in the options of `config` only
        del case["full_config"]
    write("layers/bidirectional.json", {"cases": c.list})


def make():
    lstm()
    bidirectional()
