"""Whole small models: ten training steps on fixed batches, and runs of fit, evaluate and predict."""

import json

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import layers

from .tensors import Draw, fresh, gradients, keras_json, number, round_trip, set_random_weights, tensor, weights_of, write

STEPS = 10


def mlp():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(6, activation="tanh"), layers.Dense(4, activation="relu"), layers.Dense(3, activation="softmax")]
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
            layers.Dense(3, activation="softmax", activity_regularizer=keras.regularizers.L2(0.05), kernel_constraint="unit_norm"),
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


def one_hot_batches(d, classes, *shape, n=4):
    return [(d.normal(n, *shape), d.one_hot(classes, n)) for _ in range(STEPS)]


def left_padded(d, vocabulary, n, length):
    ids = d.ints(vocabulary, n, length, low=1)
    for row, pad in zip(ids, d.ints(length, n)):
        row[:pad] = 0
    return ids


def traces():
    o = keras.optimizers
    sm = "softmax"
    d = Draw("models")
    return {
        "mlp_adam": (mlp, {"optimizer": o.Adam(0.01), "loss": "categorical_crossentropy"}, one_hot_batches(d, 3, 5), sm),
        "mlp_sample_weight": (
            mlp,
            {"optimizer": o.AdamW(0.01), "loss": "categorical_crossentropy"},
            [(d.normal(4, 5), d.one_hot(3, 4), d.uniform(4, high=2)) for _ in range(STEPS)],
            sm,
        ),
        "embedding_conv1d_adam": (
            embedding_conv,
            {"optimizer": o.Adam(0.01), "loss": "sparse_categorical_crossentropy"},
            [(d.ints(12, 4, 8), d.ints(3, 4)) for _ in range(STEPS)],
            sm,
        ),
        "masked_lstm_adam": (
            masked_lstm,
            {"optimizer": o.Adam(0.01), "loss": "binary_crossentropy"},
            [(left_padded(d, 9, 4, 6), d.ints(2, 4, 1).astype("float32")) for _ in range(STEPS)],
            None,
        ),
        "masked_bidirectional_rmsprop": (
            bidirectional_lstm,
            {"optimizer": o.RMSprop(0.01), "loss": "mse"},
            [(d.normal(3, 5, 2) * (left_padded(d, 2, 3, 5) > 0)[..., None].astype("float32"), d.normal(3, 2)) for _ in range(STEPS)],
            None,
        ),
        "masked_sequence_loss_sgd": (
            masked_sequence_loss,
            {"optimizer": o.SGD(0.1, momentum=0.9), "loss": "sparse_categorical_crossentropy"},
            [(left_padded(d, 7, 3, 4), d.ints(3, 3, 4)) for _ in range(STEPS)],
            None,
        ),
        "conv2d_batchnorm_sgd": (
            convolution,
            {"optimizer": o.SGD(0.05, momentum=0.9), "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
            [(d.normal(3, 6, 6, 1), d.ints(3, 3)) for _ in range(STEPS)],
            None,
        ),
        "two_inputs_shared_rmsprop": (
            two_inputs,
            {"optimizer": o.RMSprop(0.01, momentum=0.5), "loss": "huber"},
            [([d.normal(4, 4), d.normal(4, 4), d.normal(4, 2)], d.normal(4, 2)) for _ in range(STEPS)],
            None,
        ),
        "two_outputs_adam": (
            two_outputs,
            {
                "optimizer": o.Adam(0.01),
                "loss": {"value": "mae", "kind": "categorical_crossentropy"},
                "loss_weights": {"value": 0.5, "kind": 2.0},
            },
            [(d.normal(4, 4), [d.normal(4, 1), d.one_hot(3, 4)]) for _ in range(STEPS)],
            None,
        ),
        "attention_sgd": (
            attention_block,
            {"optimizer": o.SGD(0.05, momentum=0.9), "loss": "sparse_categorical_crossentropy"},
            [(d.normal(3, 4, 4), d.ints(2, 3)) for _ in range(STEPS)],
            None,
        ),
        "regularized_nesterov_clipnorm": (
            regularized,
            {"optimizer": o.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=0.3), "loss": "categorical_crossentropy"},
            one_hot_batches(d, 3, 5),
            sm,
        ),
        "frozen_adam": (frozen, {"optimizer": o.Adam(0.01), "loss": "mse"}, [(d.normal(4, 4), d.normal(4, 2)) for _ in range(STEPS)], None),
        "nested_global_clipnorm": (
            nested,
            {"optimizer": o.Adam(0.01, global_clipnorm=0.5, weight_decay=0.01), "loss": "mse"},
            [(d.normal(4, 4), d.normal(4, 1)) for _ in range(STEPS)],
            None,
        ),
    }


def tensors(v):
    return [tensor(x) for x in v] if isinstance(v, list) else [tensor(v)]


def first_gradients(model, x, y, w):
    """Gradients of the first step's whole loss (penalties included) by trainable variable."""
    state = [[v.value for v in vs] for vs in (model.trainable_variables, model.non_trainable_variables, model.metrics_variables)]
    grads, _ = jax.grad(model.compute_loss_and_updates, has_aux=True)(
        *state, x, y, w, training=True, optimizer_variables=[v.value for v in model.optimizer.variables]
    )
    return gradients(grads)


def jax_tree(v):
    return [jnp.asarray(x) for x in v] if isinstance(v, list) else None if v is None else jnp.asarray(v)


def train(build, compile_args, batches, nudge=0.0, name=""):
    fresh()
    model = build()
    set_random_weights(model, Draw(f"models/{name}/weights"))
    if nudge:
        for v in model.weights:
            v.assign(v.value * (1 + nudge * Draw(v.path).normal(*v.shape)))
    args = dict(compile_args)
    opt = args["optimizer"]
    args["optimizer"] = type(opt).from_config(opt.get_config())
    model.compile(**args)
    batches = [(*b, None) if len(b) == 2 else b for b in batches]
    model.optimizer.build(model.trainable_variables)
    trace = {"model": json.loads(model.to_json()), "initial_weights": weights_of(model)}
    x, y, w = batches[0]
    trace["forward"] = tensors(model(x, training=False))
    model.train_on_batch(x, y, w)  # builds metrics and optimizer; undone below
    for v, stored in zip(model.weights, trace["initial_weights"]):
        v.assign(np.array(stored["data"], "float32").reshape(v.shape))
    for v in model.optimizer.variables:
        if v is not model.optimizer._learning_rate:
            v.assign(np.zeros(v.shape, v.dtype))
    trace["first_gradients"] = first_gradients(model, jax_tree(x), jax_tree(y), jax_tree(w))
    logs = [model.train_on_batch(*b, return_dict=True) for b in batches]
    trace["losses"] = [number(v["loss"]) for v in logs]
    trace["weights_after"] = [{"path": v.path, **tensor(v.value)} for v in model.weights]
    skip = ("iteration", "learning_rate")
    trace["optimizer_after"] = [{"path": v.path, **tensor(v.value)} for v in model.optimizer.variables if v.name not in skip]
    trace["predict_after"] = tensors(model(x, training=False))
    return trace


def spread(trace, nudged):
    """How far weights end up apart, relative to each tensor, when the initial ones are moved by one part in 10^6."""
    worst = 0.0
    for a, b in zip(trace["weights_after"], nudged["weights_after"]):
        a, b = np.array(a["data"]), np.array(b["data"])
        worst = max(worst, float(np.max(np.abs(a - b) / np.maximum(np.abs(a), np.sqrt(np.mean(a * a)) + 1e-30))))
    return worst


def training_traces():
    for name, (build, compile_args, batches, _) in traces().items():
        trace = train(build, compile_args, batches, name=name)
        conditioning = spread(trace, train(build, compile_args, batches, nudge=1e-6, name=name))
        if conditioning > 3e-5:
            print(f"  {name}: ill-conditioned, a nudge of 1e-6 grew to {conditioning:.1e}")
        stored = [
            {"x": tensors(b[0]), "y": tensors(b[1]), "sample_weight": tensor(b[2] if len(b) == 3 else None)} for b in batches
        ]
        settings = {k: keras_json(v) for k, v in compile_args.items()}
        write(f"models/{name}.json", {"name": name, "compile": settings, "batches": stored, **trace})


def fit_trace(name, build, compile_args, x, y, fit_args, test=None):
    fresh()
    model = build()
    set_random_weights(model, Draw(f"models/{name}/weights"))
    start = weights_of(model)
    model.compile(**compile_args)
    call = {k: v for k, v in fit_args.items()}
    if "validation_data" in call:
        call["validation_data"] = tuple(call["validation_data"])
    history = model.fit(x, y, shuffle=False, verbose=0, **call)
    case = {
        "name": name,
        "model": json.loads(model.to_json()),
        "compile": {k: keras_json(v) for k, v in compile_args.items()},
        "x": tensors(x),
        "y": tensors(y),
        "fit": {k: stored_argument(v) for k, v in fit_args.items()},
        "initial_weights": start,
        "epochs": history.epoch,
        "history": round_trip(history.history),
        "iterations": int(model.optimizer.iterations),
        "weights_after": [{"path": v.path, **tensor(v.value)} for v in model.weights],
    }
    evaluated = model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True)
    case["evaluate_batch_4"] = round_trip(evaluated)
    case["metrics_names"] = list(evaluated)
    case["predict_first_rows"] = tensors(model.predict(x[:5], batch_size=2, verbose=0))
    return case


def stored_argument(v):
    if isinstance(v, np.ndarray):
        return tensor(v)
    if isinstance(v, (list, tuple)):
        return [stored_argument(x) for x in v]
    return {str(k): x for k, x in v.items()} if isinstance(v, dict) else v


def fits():
    d = Draw("models/fits")
    n = 22
    x = d.normal(n, 5)
    labels = d.ints(3, n)
    one_hot = np.eye(3, dtype="float32")[labels]
    w = d.uniform(n, high=2)
    vx, vy, vw = d.normal(7, 5), d.one_hot(3, 7), d.uniform(7, high=2)

    def compiled(**more):
        base = {"optimizer": keras.optimizers.SGD(0.1, momentum=0.5), "loss": "categorical_crossentropy", "metrics": ["accuracy"]}
        return {**base, **more}

    both = compiled(metrics=["accuracy", "mse"], weighted_metrics=["acc", "mae"])
    sparse = compiled(loss="sparse_categorical_crossentropy", metrics=["acc"])
    base = {"epochs": 2, "batch_size": 4}
    cases = [
        fit_trace("plain", mlp, compiled(), x, one_hot, base),
        fit_trace("validation_split", mlp, compiled(), x, one_hot, {**base, "validation_split": 0.25}),
        fit_trace("validation_split_weights", mlp, both, x, one_hot, {**base, "validation_split": 0.25, "sample_weight": w}),
        fit_trace("validation_data", mlp, compiled(), x, one_hot, {**base, "validation_data": [vx, vy], "validation_batch_size": 3}),
        fit_trace("validation_data_weights", mlp, both, x, one_hot, {**base, "validation_data": [vx, vy, vw], "sample_weight": w}),
        fit_trace("validation_freq", mlp, compiled(), x, one_hot, {**base, "epochs": 5, "validation_split": 0.3, "validation_freq": 2}),
        fit_trace("class_weight", mlp, both, x, one_hot, {**base, "class_weight": {0: 0.5, 1: 2.0}, "validation_split": 0.25}),
        fit_trace("class_weight_sparse", mlp, sparse, x, labels, {**base, "class_weight": {0: 0.5, 1: 2.0, 2: 1.5}}),
        fit_trace("steps_per_epoch", mlp, compiled(), x, one_hot, {**base, "epochs": 2, "steps_per_epoch": 3}),
        fit_trace("initial_epoch", mlp, compiled(), x, one_hot, {**base, "initial_epoch": 1, "epochs": 3}),
        fit_trace("default_batch", mlp, compiled(), x, one_hot, {"epochs": 2}),
        fit_trace(
            "regularized", regularized, compiled(metrics=["accuracy", "categorical_crossentropy"]), x, one_hot,
            {**base, "validation_split": 0.25},
        ),
        fit_trace(
            "binary_many_metrics",
            lambda: keras.Sequential([keras.Input((5,)), layers.Dense(1, activation="sigmoid")]),
            {
                "optimizer": keras.optimizers.Adam(0.05),
                "loss": "binary_crossentropy",
                "metrics": ["accuracy", keras.metrics.AUC(name="auc"), keras.metrics.Precision(name="p"), keras.metrics.Recall(name="r")],
            },
            x, (labels > 0).astype("float32").reshape(-1, 1), {**base, "validation_split": 0.25},
        ),
    ]  # fmt: skip
    write("models/fit.json", {"cases": cases})


def make():
    training_traces()
    fits()
