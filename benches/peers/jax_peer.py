"""JAX without a library on top: an epoch is one jitted program, a lax.scan over its batches, the fastest way that JAX has.

Not like for like:
- It computes no metric.
- It drops the last partial batch: its epochs are up to a batch shorter, though samples_per_s counts all rows.
- mlp5 limits the norms of the output layer too, Keras those of the hidden layers only.
- The recurrent kernel of the lstm begins glorot, not orthogonal, and conv1d's kernel uniform in +-0.07, Keras's glorot +-0.075.
"""

import time

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

from job import Run

LAYERS = {"mlp2": [64, 16, 16, 1], "mlp5": [157, 64, 32, 32, 16, 5], "mlpreg": [100, 64, 64]}


def train(job):
    n, steps = len(job.x), len(job.x) // job.batch
    if not steps:
        raise SystemExit(f"peers: jax-scan drops the last partial batch, and {n} rows are less than one of {job.batch}")
    key = random.PRNGKey(job.seed)
    weights = WEIGHTS[job.workload](iter(random.split(key, 32)))
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, zeros, jnp.float32(0), key)
    step = step_of(job)

    @jax.jit
    def epoch(state, order):
        return jax.lax.scan(step, state, order)

    seconds, g = [], np.random.default_rng(job.seed)
    for _ in range(job.epochs):
        began = time.perf_counter()
        order = jnp.asarray(g.permutation(n)[: steps * job.batch].reshape(steps, job.batch))
        state, losses = epoch(state, order)
        loss = float(losses.mean())
        seconds.append(time.perf_counter() - began)
    return Run(seconds, loss)


def step_of(job):
    """The state after a batch, and its loss. The state: weights, first and second moments, steps taken, key."""
    x, y = jnp.asarray(job.x), jnp.asarray(job.y)
    forward, loss_of, plan = FORWARD[job.workload], LOSSES[job.plan.loss], job.plan
    update = sgd if plan.optimizer == "sgd" else adam

    def batch_loss(weights, x, y, key):
        return loss_of(forward(weights, x, key), y)

    def step(state, rows):
        weights, m, v, t, key = state
        key, drop = random.split(key)
        loss, gradient = jax.value_and_grad(batch_loss)(weights, x[rows], y[rows], drop)
        t = t + 1
        weights, m, v = update(plan.rate, weights, m, v, t, gradient)
        if job.workload == "mlp5":
            weights = [(limited(kernel), bias) for kernel, bias in weights]
        return (weights, m, v, t, key), loss

    return step


def sgd(rate, weights, m, v, _t, gradient):
    """Nesterov's momentum, as Keras writes it."""
    m = jax.tree.map(lambda m, g: 0.9 * m - rate * g, m, gradient)
    return jax.tree.map(lambda w, m, g: w + 0.9 * m - rate * g, weights, m, gradient), m, v


def adam(rate, weights, m, v, t, gradient):
    m = jax.tree.map(lambda m, g: m + (g - m) * 0.1, m, gradient)
    v = jax.tree.map(lambda v, g: v + (g * g - v) * 0.001, v, gradient)
    rate = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), weights, m, v), m, v


def limited(kernel):
    """Max-norm: no column longer than 3."""
    return kernel * jnp.minimum(1, 3 / (jnp.linalg.norm(kernel, axis=0) + 1e-7))


def class_loss(out, y):
    return -jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], 1).mean()


def binary_loss(out, y):
    out = out[:, 0]
    return (jnp.maximum(out, 0) - out * y + jnp.log1p(jnp.exp(-jnp.abs(out)))).mean()


def squared_loss(out, y):
    return ((out - y) ** 2).mean()


LOSSES = {
    "sparse_categorical_crossentropy": class_loss,
    "binary_crossentropy": binary_loss,
    "mean_squared_error": squared_loss,
}


def glorot(key, inputs, outputs):
    return random.uniform(key, (inputs, outputs), minval=-1, maxval=1) * (6 / (inputs + outputs)) ** 0.5


def dense_weights(widths):
    return lambda keys: [(glorot(next(keys), i, o), jnp.zeros(o)) for i, o in zip(widths, widths[1:])]


def dense(weights, x, relu_at_end=False):
    last = len(weights) - 1
    for i, (kernel, bias) in enumerate(weights):
        x = x @ kernel + bias
        if i < last or relu_at_end:
            x = jax.nn.relu(x)
    return x


def mlp5(weights, x, key):
    return dense(weights, x * random.bernoulli(key, 0.5, x.shape) * 2)


def lstm_weights(keys):
    return {
        "embedding": random.uniform(next(keys), (20000, 128), minval=-0.05, maxval=0.05),
        "kernel": glorot(next(keys), 128, 512),
        "recurrent": glorot(next(keys), 128, 512),
        "bias": jnp.zeros(512).at[128:256].set(1),
        "out": glorot(next(keys), 128, 1),
        "out_bias": jnp.zeros(1),
    }


def lstm(weights, ids, key):
    """Both dropout masks are one for all time steps; the products with the inputs are one for all, before the scan."""
    n = len(ids)
    words = weights["embedding"][ids] * random.bernoulli(key, 0.8, (n, 1, 128)) / 0.8
    kept = random.bernoulli(random.fold_in(key, 1), 0.8, (n, 128)) / 0.8
    inputs = words @ weights["kernel"] + weights["bias"]

    def cell(state, x):
        h, c = state
        i, f, g, o = jnp.split(x + (h * kept) @ weights["recurrent"], 4, -1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), None

    zeros = jnp.zeros((n, 128))
    (h, _), _ = jax.lax.scan(cell, (zeros, zeros), inputs.swapaxes(0, 1))
    return h @ weights["out"] + weights["out_bias"]


def conv1d_weights(keys):
    return {
        "embedding": random.uniform(next(keys), (149517, 100), minval=-0.05, maxval=0.05),
        "kernel": random.uniform(next(keys), (8, 100, 32), minval=-0.07, maxval=0.07),
        "bias": jnp.zeros(32),
        "hidden": glorot(next(keys), 32, 10),
        "hidden_bias": jnp.zeros(10),
        "out": glorot(next(keys), 10, 5),
        "out_bias": jnp.zeros(5),
    }


def conv1d(weights, ids, _key):
    words, kernel = weights["embedding"][ids], weights["kernel"]
    axes = ("NWC", "WIO", "NWC")
    found = jax.lax.conv_general_dilated(words, kernel, (1,), "VALID", dimension_numbers=axes) + weights["bias"]
    hidden = jax.nn.relu(jax.nn.relu(found).max(1) @ weights["hidden"] + weights["hidden_bias"])
    return hidden @ weights["out"] + weights["out_bias"]


WEIGHTS = {name: dense_weights(widths) for name, widths in LAYERS.items()}
WEIGHTS |= {"lstm": lstm_weights, "conv1d": conv1d_weights}
FORWARD = {
    "mlp2": lambda weights, x, _key: dense(weights, x),
    "mlp5": mlp5,
    "mlpreg": lambda weights, x, _key: dense(weights, x, relu_at_end=True),
    "lstm": lstm,
    "conv1d": conv1d,
}
