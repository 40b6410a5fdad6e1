"""Runs of fit, evaluate and predict without shuffling."""

import keras
import numpy as np
from keras import layers

from .small_models import mlp, regularized
from .tensors import (
    Draw,
    fresh,
    keras_json,
    model_json,
    own_optimizer,
    round_trip,
    set_random_weights,
    tensor,
    tensors,
    weights_of,
    write,
)


def fit_trace(name, build, compile_args, x, y, fit_args):
    fresh()
    model = build()
    set_random_weights(model, Draw(f"models/{name}/weights"))
    start = weights_of(model)
    compile_args = own_optimizer(compile_args)
    model.compile(**compile_args)
    call = dict(fit_args)
    if "validation_data" in call:
        call["validation_data"] = tuple(call["validation_data"])
    history = model.fit(x, y, shuffle=False, verbose=0, **call)
    case = {
        "name": name,
        "model": model_json(model),
        "compile": {k: keras_json(v) for k, v in compile_args.items()},
        "x": tensors(x),
        "y": tensors(y),
        "fit": {k: stored_argument(v) for k, v in fit_args.items()},
        "initial_weights": start,
        "epochs": history.epoch,
        "history": round_trip(history.history),
        "iterations": int(getattr(model.optimizer, "inner_optimizer", model.optimizer)._iterations),
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
        base = {
            "optimizer": keras.optimizers.SGD(0.1, momentum=0.5),
            "loss": "categorical_crossentropy",
            "metrics": ["accuracy"],
        }
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
    fits()
