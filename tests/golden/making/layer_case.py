"""Runs one Keras layer on fixed inputs and weights: outputs, masks, and gradients of a weighted sum of the outputs."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras.src import backend

from .tensors import Draw, fresh, gradients, keras_json, number, set_random_weights, tensor, weights_of


class Cases:
    """The cases of one layer file."""

    def __init__(self, file):
        self.file = file
        self.list = []

    def draw(self, name):
        return Draw(f"{self.file}/{name}")

    def add(self, name, class_name, config, inputs, **options):
        self.list.append(layer_case(self.draw(name + "/weights"), name, class_name, config, inputs, **options))


def call_layer(layer, inputs, masks, call, training, as_list):
    """Calls the layer the way a model does; a mask is passed by name where the layer takes one, else attached."""
    kwargs = dict(call)
    params = inspect.signature(layer.call).parameters
    if "training" in params:
        kwargs["training"] = training
    inputs = [jnp.asarray(x) for x in inputs]
    if masks is not None:
        if len(inputs) == 1 and "mask" in params:
            kwargs["mask"] = jnp.asarray(masks[0])
        else:
            for x, m in zip(inputs, masks):
                if m is not None:
                    backend.set_keras_mask(x, jnp.asarray(m))
    out = layer(inputs, **kwargs) if as_list else layer(*inputs, **kwargs)
    return keras.tree.flatten(out)


def layer_case(
    draw,
    name,
    class_name,
    config,
    inputs,
    mask=None,
    masks=None,
    call=None,
    training=False,
    as_list=False,
    state=False,
    initial=False,
    weight_scale=0.5,
    layer=None,
):
    """One case of a layer file; the keys are those of README.md.

    `state` stores the weights after the call, `initial` those before the random ones were set."""
    fresh()
    call = call or {}
    layer = layer or getattr(keras.layers, class_name)(**config)
    masks = [mask] if mask is not None else masks

    def convert(v):
        if isinstance(v, np.ndarray):
            return jnp.asarray(v)
        return [convert(x) for x in v] if isinstance(v, list) else v

    call_args = {k: convert(v) for k, v in call.items()}
    call_layer(layer, inputs, masks, call_args, training, as_list)
    initial_weights = weights_of(layer)
    set_random_weights(layer, draw, weight_scale)
    stored = weights_of(layer)

    def run(trainable, floats, extra):
        values = iter(floats)
        xs = [next(values) if x.dtype == np.float32 else x for x in inputs]
        mapping = list(zip(layer.trainable_variables, trainable))
        others = [v for v in layer.variables if not any(v is t for t in layer.trainable_variables)]
        mapping += [(v, v.value) for v in others]
        with keras.StatelessScope(state_mapping=mapping) as scope:
            out = call_layer(layer, xs, masks, {**call_args, **extra}, training, as_list)
        out_masks = [backend.get_keras_mask(o) for o in out]
        after = [scope.get_current_value(v) for v in layer.weights]
        after = [v.value if a is None else a for v, a in zip(layer.weights, after)]
        return out, out_masks, after

    trainable = [v.value for v in layer.trainable_variables]
    floats = [jnp.asarray(x) for x in inputs if x.dtype == np.float32]
    extra = {k: v for k, v in call_args.items() if k in ("initial_state", "states")}
    outputs, output_masks, after = run(trainable, floats, extra)
    weighting = [draw.normal(*o.shape) for o in outputs]

    def loss(trainable, floats, extra):
        return sum(jnp.sum(o * w) for o, w in zip(run(trainable, floats, extra)[0], weighting))

    value, (weight_grads, float_grads, extra_grads) = jax.value_and_grad(loss, argnums=(0, 1, 2))(
        trainable, floats, extra
    )
    float_grads = iter(gradients(float_grads))
    case = {
        "name": name,
        "class_name": class_name,
        "config": keras_json(config),
        "full_config": keras_json(layer.get_config()),
        "inputs": [tensor(x) for x in inputs],
    }
    if mask is not None:
        case["mask"] = tensor(mask)
    elif masks is not None:
        case["masks"] = [tensor(m) for m in masks]
    if call:
        case["call"] = {k: stored_call(v) for k, v in call.items()}
    case["training"] = training
    if initial:
        case["initial_weights"] = initial_weights
    case["weights"] = stored
    case["outputs"] = [tensor(o) for o in outputs]
    if masks is not None or any(m is not None for m in output_masks):
        case["output_mask"] = tensor(output_masks[0])
    case["weighting"] = [tensor(w) for w in weighting]
    case["loss"] = number(value)
    case["input_grads"] = [next(float_grads) if x.dtype == np.float32 else None for x in inputs]
    case["weight_grads"] = gradients(weight_grads)
    if extra_grads:
        case["call_grads"] = {k: gradients(keras.tree.flatten(v)) for k, v in extra_grads.items()}
    if state:
        case["weights_after"] = [tensor(a) for a in after]
    return case


def stored_call(v):
    if isinstance(v, np.ndarray):
        return tensor(v)
    return [tensor(x) for x in keras.tree.flatten(v)] if isinstance(v, list) else v
