"""Keras, on TensorFlow, JAX or PyTorch: the models that every other program here is measured by.

`Model.fit` as its documentation uses it: compiled where the backend compiles, shuffled, with accuracy as metric for classes.

Not like for like: in the transformer, the layer of the positions is called on plain numbers while the model is built. Keras
keeps what it gives as a constant, so the positions stay as they were drawn, and no gradient is computed for them. (On PyTorch
the second step then refuses to go back through that constant: keras-torch does not do the transformer.)
"""

import os
import time

from job import Run


def train(job):
    backend = job.peer.removeprefix("keras-")
    os.environ["KERAS_BACKEND"] = backend
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    if backend == "torch":
        import torch

        torch.set_num_threads(job.threads)
    keras.utils.set_random_seed(job.seed)
    model = model_of(keras, job.workload)
    metrics = [] if job.plan.loss == "mean_squared_error" else ["accuracy"]
    model.compile(loss=job.plan.loss, optimizer=optimizer_of(keras, job.plan), metrics=metrics)
    seconds = []
    history = model.fit(
        job.x, job.y, epochs=job.epochs, batch_size=job.batch, verbose=0, callbacks=[stopwatch(keras, seconds)]
    )
    return Run(seconds, history.history["loss"][-1])


def model_of(keras, workload):
    if workload == "transformer":
        return transformer(keras)
    layers = {"conv1d": conv1d, "mlp5": mlp5, "lstm": lstm, "mlp2": mlp2, "mlpreg": mlpreg, "cnn": cnn}[workload]
    return keras.Sequential(layers(keras.layers))


def optimizer_of(keras, plan):
    if plan.optimizer == "sgd":
        return keras.optimizers.SGD(plan.rate, momentum=0.9, nesterov=True)
    return keras.optimizers.Adam(plan.rate)


def stopwatch(keras, seconds):
    """A callback that appends every epoch's time."""

    class Stopwatch(keras.callbacks.Callback):
        def on_epoch_begin(self, *_):
            self.began = time.perf_counter()

        def on_epoch_end(self, *_):
            seconds.append(time.perf_counter() - self.began)

    return Stopwatch()


# Every layer draws the seed of its weights when it is made: another order of the same layers has other numbers.


def conv1d(L):
    return [
        L.Embedding(149517, 100),
        L.Conv1D(32, 8, activation="relu"),
        L.GlobalMaxPooling1D(),
        L.Dense(10, activation="relu"),
        L.Dense(5, activation="softmax"),
    ]


def mlp5(L):
    from keras.constraints import MaxNorm

    return [
        L.Dropout(0.5),
        *(L.Dense(units, activation="relu", kernel_constraint=MaxNorm(3)) for units in (64, 32, 32, 16)),
        L.Dense(5, activation="softmax"),
    ]


def lstm(L):
    return [
        L.Embedding(20000, 128),
        L.LSTM(128, dropout=0.2, recurrent_dropout=0.2),
        L.Dense(1, activation="sigmoid"),
    ]


def mlp2(L):
    return [L.Dense(16, activation="relu"), L.Dense(16, activation="relu"), L.Dense(1, activation="sigmoid")]


def mlpreg(L):
    return [L.Dense(64, activation="relu"), L.Dense(64, activation="relu")]


def cnn(L):
    return [
        L.Conv2D(32, 3, activation="relu"),
        L.MaxPooling2D(2),
        L.Conv2D(64, 3, activation="relu"),
        L.MaxPooling2D(2),
        L.Flatten(),
        L.Dropout(0.5),
        L.Dense(10, activation="softmax"),
    ]


def transformer(keras):
    """One block after the sum of tokens and positions. The outer layer of a line is made before what it is called on."""
    L = keras.layers
    ids = keras.Input((200,), dtype="int32")
    h = L.Embedding(20000, 32)(ids) + L.Embedding(200, 32)(keras.ops.arange(200))
    attended = L.Dropout(0.1)(L.MultiHeadAttention(2, 32)(h, h))
    h = L.LayerNormalization(epsilon=1e-6)(h + attended)
    forward = L.Dropout(0.1)(L.Dense(32)(L.Dense(32, activation="relu")(h)))
    h = L.GlobalAveragePooling1D()(L.LayerNormalization(epsilon=1e-6)(h + forward))
    h = L.Dropout(0.1)(L.Dense(20, activation="relu")(L.Dropout(0.1)(h)))
    return keras.Model(ids, L.Dense(2, activation="softmax")(h))
