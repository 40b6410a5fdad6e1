"""Whole small models: ten training steps on fixed batches."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from . import small_models
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

STEPS = 10


def one_hot_batches(d, classes, *shape, n=4):
    return [(d.normal(n, *shape), d.one_hot(classes, n)) for _ in range(STEPS)]


def left_padded(d, vocabulary, n, length):
    ids = d.ints(vocabulary, n, length, low=1)
    for row, pad in zip(ids, d.ints(length, n)):
        row[:pad] = 0
    return ids


def traces():
    o = keras.optimizers
    d = Draw("models")
    return {
        "mlp_adam": (
            small_models.mlp,
            {"optimizer": o.Adam(0.01), "loss": "categorical_crossentropy"},
            one_hot_batches(d, 3, 5),
        ),
        "mlp_sample_weight": (
            small_models.mlp,
            {"optimizer": o.AdamW(0.01), "loss": "categorical_crossentropy"},
            [(d.normal(4, 5), d.one_hot(3, 4), d.uniform(4, high=2)) for _ in range(STEPS)],
        ),
        "embedding_conv1d_adam": (
            small_models.embedding_conv,
            {"optimizer": o.Adam(0.01), "loss": "sparse_categorical_crossentropy"},
            [(d.ints(12, 4, 8), d.ints(3, 4)) for _ in range(STEPS)],
        ),
        "masked_lstm_adam": (
            small_models.masked_lstm,
            {"optimizer": o.Adam(0.01), "loss": "binary_crossentropy"},
            [(left_padded(d, 9, 4, 6), d.ints(2, 4, 1).astype("float32")) for _ in range(STEPS)],
        ),
        "masked_bidirectional_rmsprop": (
            small_models.bidirectional_lstm,
            {"optimizer": o.RMSprop(0.01), "loss": "mse"},
            [
                (d.normal(3, 5, 2) * (left_padded(d, 2, 3, 5) > 0)[..., None].astype("float32"), d.normal(3, 2))
                for _ in range(STEPS)
            ],
        ),
        "masked_sequence_loss_sgd": (
            small_models.masked_sequence_loss,
            {"optimizer": o.SGD(0.1, momentum=0.9), "loss": "sparse_categorical_crossentropy"},
            [(left_padded(d, 7, 3, 4), d.ints(3, 3, 4)) for _ in range(STEPS)],
        ),
        "conv2d_batchnorm_sgd": (
            small_models.convolution,
            {
                "optimizer": o.SGD(0.05, momentum=0.9),
                "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            },
            [(d.normal(3, 6, 6, 1), d.ints(3, 3)) for _ in range(STEPS)],
        ),
        "two_inputs_shared_rmsprop": (
            small_models.two_inputs,
            {"optimizer": o.RMSprop(0.01, momentum=0.5), "loss": "huber"},
            [([d.normal(4, 4), d.normal(4, 4), d.normal(4, 2)], d.normal(4, 2)) for _ in range(STEPS)],
        ),
        "two_outputs_adam": (
            small_models.two_outputs,
            {
                "optimizer": o.Adam(0.01),
                "loss": {"value": "mae", "kind": "categorical_crossentropy"},
                "loss_weights": {"value": 0.5, "kind": 2.0},
            },
            [(d.normal(4, 4), [d.normal(4, 1), d.one_hot(3, 4)]) for _ in range(STEPS)],
        ),
        "attention_sgd": (
            small_models.attention_block,
            {"optimizer": o.SGD(0.05, momentum=0.9), "loss": "sparse_categorical_crossentropy"},
            [(d.normal(3, 4, 4), d.ints(2, 3)) for _ in range(STEPS)],
        ),
        "regularized_nesterov_clipnorm": (
            small_models.regularized,
            {"optimizer": o.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=0.3), "loss": "categorical_crossentropy"},
            one_hot_batches(d, 3, 5),
        ),
        "frozen_adam": (
            small_models.frozen,
            {"optimizer": o.Adam(0.01), "loss": "mse"},
            [(d.normal(4, 4), d.normal(4, 2)) for _ in range(STEPS)],
        ),
        "nested_global_clipnorm": (
            small_models.nested,
            {"optimizer": o.Adam(0.01, global_clipnorm=0.5, weight_decay=0.01), "loss": "mse"},
            [(d.normal(4, 4), d.normal(4, 1)) for _ in range(STEPS)],
        ),
        "functional_masked_lstm_adam": (
            small_models.functional_masked_lstm,
            {"optimizer": o.Adam(0.01), "loss": "binary_crossentropy"},
            [(left_padded(d, 9, 4, 6), d.ints(2, 4, 1).astype("float32")) for _ in range(STEPS)],
        ),
        "functional_masked_attention_sgd": (
            small_models.functional_masked_attention,
            {"optimizer": o.SGD(0.05, momentum=0.9), "loss": "mse"},
            [(left_padded(d, 9, 3, 5), d.normal(3, 2)) for _ in range(STEPS)],
        ),
        "functional_masking_sgd": (
            small_models.functional_masking,
            {"optimizer": o.SGD(0.05, momentum=0.9), "loss": "mse"},
            [
                (
                    [
                        left_padded(d, 9, 3, 5),
                        d.normal(3, 5, 3) * (left_padded(d, 2, 3, 5) > 0)[..., None].astype("float32"),
                    ],
                    d.normal(3, 2),
                )
                for _ in range(STEPS)
            ],
        ),
    }


def first_gradients(model, x, y, w):
    """Gradients of the first step's whole loss (penalties included) by trainable variable."""
    state = [
        [v.value for v in vs]
        for vs in (model.trainable_variables, model.non_trainable_variables, model.metrics_variables)
    ]
    grads, _ = jax.grad(model.compute_loss_and_updates, has_aux=True)(
        *state, x, y, w, training=True, optimizer_variables=[v.value for v in model.optimizer.variables]
    )
    return gradients([g / loss_scale(model.optimizer) for g in grads])


def loss_scale(optimizer):
    """What the optimizer multiplies the loss with."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer.initial_scale
    return optimizer.loss_scale_factor or 1.0


def jax_tree(v):
    return [jnp.asarray(x) for x in v] if isinstance(v, list) else None if v is None else jnp.asarray(v)


def train(build, compile_args, batches, nudge=0.0, name=""):
    fresh()
    model = build()
    set_random_weights(model, Draw(f"models/{name}/weights"))
    if nudge:
        for v in model.weights:
            v.assign(v.value * (1 + nudge * Draw(v.path).normal(*v.shape)))
    model.compile(**own_optimizer(compile_args))
    batches = [(*b, None) if len(b) == 2 else b for b in batches]
    model.optimizer.build(model.trainable_variables)
    trace = {"model": model_json(model, build_configs=True), "initial_weights": weights_of(model)}
    fresh_optimizer = [np.array(v.value) for v in model.optimizer.variables]
    x, y, w = batches[0]
    trace["forward"] = tensors(model(x, training=False))
    model.train_on_batch(x, y, w)  # builds metrics and optimizer; undone below
    for v, stored in zip(model.weights, trace["initial_weights"]):
        v.assign(np.array(stored["data"], "float32").reshape(v.shape))
    for v, start in zip(model.optimizer.variables, fresh_optimizer):
        v.assign(start)
    trace["first_gradients"] = first_gradients(model, jax_tree(x), jax_tree(y), jax_tree(w))
    logs = [model.train_on_batch(*b, return_dict=True) for b in batches]
    trace["losses"] = [number(v["loss"]) for v in logs]
    trace["weights_after"] = [{"path": v.path, **tensor(v.value)} for v in model.weights]
    skip = ("iteration", "learning_rate")
    trace["optimizer_after"] = [
        {"path": v.path, **tensor(v.value)} for v in model.optimizer.variables if v.name not in skip
    ]
    trace["predict_after"] = tensors(model(x, training=False))
    return trace


def spread(trace, nudged):
    """How far weights end up apart, relative to each tensor, when the initial ones are moved by one part in 10^6."""
    worst = 0.0
    for a, b in zip(trace["weights_after"], nudged["weights_after"]):
        a, b = np.array(a["data"]), np.array(b["data"])
        worst = max(worst, float(np.max(np.abs(a - b) / np.maximum(np.abs(a), np.sqrt(np.mean(a * a)) + 1e-30))))
    return worst


def write_traces(traces):
    """One file for each model of `traces`: name, and (build, arguments of compile, batches)."""
    for name, (build, compile_args, batches) in traces.items():
        trace = train(build, compile_args, batches, name=name)
        conditioning = spread(trace, train(build, compile_args, batches, nudge=1e-6, name=name))
        if conditioning > 3e-5:
            print(f"  {name}: ill-conditioned, a nudge of 1e-6 grew to {conditioning:.1e}")
        stored = [
            {"x": tensors(b[0]), "y": tensors(b[1]), "sample_weight": tensor(b[2] if len(b) == 3 else None)}
            for b in batches
        ]
        settings = {k: keras_json(v) for k, v in own_optimizer(compile_args).items()}
        write(f"models/{name}.json", {"name": name, "compile": settings, "batches": stored, **trace})


def make():
    write_traces(traces())
