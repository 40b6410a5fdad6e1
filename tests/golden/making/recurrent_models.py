"""Whole small models with recurrent layers and wrappers: ten training steps on fixed batches."""

import jax
import jax.numpy as jnp
import keras
from keras import layers

from .models import STEPS, left_padded, spread, train
from .tensors import (
    Draw,
    fresh,
    gradients,
    keras_json,
    model_json,
    number,
    own_optimizer,
    set_random_weights,
    tensor,
    tensors,
    weights_of,
    write,
)


def masked_gru():
    return keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            layers.Embedding(9, 3, mask_zero=True),
            layers.GRU(4, return_sequences=True),
            layers.Bidirectional(layers.GRU(2, reset_after=False)),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def simple_rnns():
    return keras.Sequential(
        [
            keras.Input((5, 2)),
            layers.Masking(),
            layers.SimpleRNN(
                3, return_sequences=True, kernel_regularizer="l2", recurrent_constraint=keras.constraints.MaxNorm(1.0)
            ),
            layers.SimpleRNN(2, go_backwards=True, activity_regularizer="l2"),
            layers.Dense(2),
        ]
    )


def conv_lstm2d():
    return keras.Sequential(
        [
            keras.Input((3, 4, 4, 1)),
            layers.ConvLSTM2D(2, 2, padding="same", return_sequences=True),
            layers.ConvLSTM2D(2, 2, return_sequences=False),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )


def time_distributed():
    return keras.Sequential(
        [
            keras.Input((3, 4, 4, 1)),
            layers.TimeDistributed(layers.Conv2D(2, 2)),
            layers.TimeDistributed(layers.BatchNormalization()),
            layers.TimeDistributed(layers.Flatten()),
            layers.LSTM(3, return_sequences=True),
            layers.TimeDistributed(layers.Dense(2, activation="tanh")),
        ]
    )


def stacked_cells():
    x = keras.Input((5, 2), name="x")
    cells = [layers.LSTMCell(3), layers.GRUCell(2)]
    rnn = layers.RNN(layers.StackedRNNCells(cells), return_sequences=True, return_state=True, name="rnn")
    h, a, b, c = keras.tree.flatten(rnn(x))
    last = layers.RNN(layers.SimpleRNNCell(2), name="last")(h)
    return keras.Model(x, layers.Dense(1, name="out")(layers.Concatenate(name="all")([last, a, b, c])))


def spectral():
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.SpectralNormalization(layers.Dense(3, kernel_regularizer="l2", activation="tanh")),
            layers.SpectralNormalization(layers.Dense(2), power_iterations=2),
        ]
    )


def stateful_lstm():
    return keras.Sequential(
        [keras.Input(batch_shape=(2, 3, 2)), layers.LSTM(3, stateful=True, name="carries"), layers.Dense(1)]
    )


def traces():
    o = keras.optimizers
    d = Draw("models/recurrent")
    return {
        "masked_gru_adam": (
            masked_gru,
            {"optimizer": o.Adam(0.01), "loss": "binary_crossentropy"},
            [(left_padded(d, 9, 4, 6), d.ints(2, 4, 1).astype("float32")) for _ in range(STEPS)],
        ),
        "simple_rnn_rmsprop": (
            simple_rnns,
            {"optimizer": o.RMSprop(0.01), "loss": "mse"},
            [
                (d.normal(3, 5, 2) * (left_padded(d, 2, 3, 5) > 0)[..., None].astype("float32"), d.normal(3, 2))
                for _ in range(STEPS)
            ],
        ),
        "conv_lstm2d_adam": (
            conv_lstm2d,
            {"optimizer": o.Adam(0.01), "loss": "mse"},
            [(d.normal(2, 3, 4, 4, 1), d.normal(2, 2)) for _ in range(STEPS)],
        ),
        "time_distributed_sgd": (
            time_distributed,
            {"optimizer": o.SGD(0.05, momentum=0.9), "loss": "mse"},
            [(d.normal(3, 3, 4, 4, 1), d.normal(3, 3, 2)) for _ in range(STEPS)],
        ),
        "stacked_cells_adam": (
            stacked_cells,
            {"optimizer": o.Adam(0.01), "loss": "mse"},
            [(d.normal(3, 5, 2), d.normal(3, 1)) for _ in range(STEPS)],
        ),
        "spectral_normalization_sgd": (
            spectral,
            {"optimizer": o.SGD(0.05), "loss": "mse"},
            [(d.normal(4, 4), d.normal(4, 2)) for _ in range(STEPS)],
        ),
    }


def carried(model):
    return [v for layer in model.layers if getattr(layer, "states", None) for v in keras.tree.flatten(layer.states)]


def stateful_trace():
    """Keras's JAX trainer loses the states of stateful layers (they are among no variables of the model), so the steps
    are written out here: loss and gradients with the states as they are, the optimizer, then the states after."""
    fresh()
    model = stateful_lstm()
    d = Draw("models/stateful_lstm")
    set_random_weights(model, d)
    optimizer, loss = keras.optimizers.Adam(0.01), keras.losses.MeanSquaredError()
    optimizer.build(model.trainable_variables)
    batches = [(d.normal(2, 3, 2), d.normal(2, 1)) for _ in range(STEPS)]
    states = carried(model)
    trace = {"model": model_json(model, build_configs=True), "initial_weights": weights_of(model)}

    def run(trainable, x, y=None, training=False):
        mapping = list(zip(model.trainable_variables, trainable)) + [(v, v.value) for v in states]
        with keras.StatelessScope(state_mapping=mapping) as scope:
            out = model(x, training=training)
        after = [scope.get_current_value(v) for v in states]
        return (out if y is None else loss(y, out)), after

    def keep(after):
        for v, value in zip(states, after):
            v.assign(value)

    def weights():
        return [v.value for v in model.trainable_variables]

    losses, forwards = [], []
    for i, (x, y) in enumerate(batches):
        x, y = jnp.asarray(x), jnp.asarray(y)
        (value, after), grads = jax.value_and_grad(lambda w: run(w, x, y, True), has_aux=True)(weights())
        if i == 0:
            trace["first_gradients"] = gradients(grads)
        optimizer.apply(grads, model.trainable_variables)
        keep(after)
        losses.append(number(value))
        if i in (4, 9):  # prediction carries states as well
            out, after = run(weights(), x)
            keep(after)
            forwards.append({"after_step": i, "output": tensor(out), "states": [tensor(s) for s in after]})
    trace["losses"] = losses
    trace["predictions"] = forwards
    trace["weights_after"] = [{"path": v.path, **tensor(v.value)} for v in model.weights]
    for v in states:
        v.assign(jnp.zeros_like(v.value))
    x, y = (jnp.asarray(v) for v in batches[0])
    trace["loss_after_reset"] = number(run(weights(), x, y)[0])
    stored = [{"x": tensors(x), "y": tensors(y), "sample_weight": None} for x, y in batches]
    settings = {"optimizer": keras_json(own_optimizer({"optimizer": optimizer})["optimizer"]), "loss": "mse"}
    write("recurrent/stateful_model.json", {"name": "stateful_lstm_adam", "compile": settings, "batches": stored, **trace})


def models():
    stateful_trace()
    for name, (build, compile_args, batches) in traces().items():
        trace = train(build, compile_args, batches, name=name)
        conditioning = spread(trace, train(build, compile_args, batches, nudge=1e-6, name=name))
        if conditioning > 3e-5:
            print(f"  {name}: ill-conditioned, a nudge of 1e-6 grew to {conditioning:.1e}")
        stored = [{"x": tensors(x), "y": tensors(y), "sample_weight": None} for x, y in batches]
        settings = {k: keras_json(v) for k, v in own_optimizer(compile_args).items()}
        write(f"models/{name}.json", {"name": name, "compile": settings, "batches": stored, **trace})
