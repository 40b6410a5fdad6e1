"""Callbacks in real runs of fit, evaluate and predict: which moments they see, what they do to weights, what they write."""

import contextlib
import json
import os
import types
import urllib.parse

import keras
import numpy as np
from keras import layers
from keras.src.callbacks import remote_monitor, tensorboard

from .tensors import Draw, fresh, keras_json, model_json, round_trip, set_random_weights, tensor, tensors, weights_of, write


def small(name, optimizer, build=None):
    """A compiled model with drawn weights, and rows for it."""
    fresh()
    model = build() if build else keras.Sequential([keras.Input((2,)), layers.Dense(1, name="dense")])
    d = Draw(f"callbacks/{name}")
    set_random_weights(model, d)
    x, y = d.normal(5, *model.input_shape[1:]), d.normal(5, 1)
    start = weights_of(model)
    model.compile(optimizer=optimizer, loss="mse", metrics=["mae"])
    case = {
        "name": name,
        "model": model_json(model),
        "compile": {"optimizer": keras_json(optimizer), "loss": "mse", "metrics": ["mae"]},
        "x": tensors(x),
        "y": tensors(y),
        "initial_weights": start,
    }
    return case, model, x, y


class Moments(keras.callbacks.Callback):
    """Notes every call: its name, the epoch or batch, the names of the logs."""

    def __init__(self, stop_at=None):
        super().__init__()
        self.calls = []
        for phase in ["train", "test", "predict"]:
            for when in ["begin", "end"]:
                self.note(f"on_{phase}_{when}", False, stop_at)
                self.note(f"on_{phase}_batch_{when}", True, stop_at)
        self.note("on_epoch_begin", True, stop_at)
        self.note("on_epoch_end", True, stop_at)

    def note(self, name, numbered, stop_at):
        def call(*args, logs=None):
            index = int(args[0]) if numbered else None
            given = args[-1] if len(args) > int(numbered) else logs
            names = sorted(given) if isinstance(given, dict) and "predict" not in name else []
            self.calls.append([name, index, names])
            if [name, index] == stop_at:
                self.model.stop_training = True
                self.model.stop_evaluating = True
                self.model.stop_predicting = True

        setattr(self, name, call)


def moments():
    cases = []

    def add(name, act, stop_at=None, **arguments):
        case, model, x, y = small(f"moments_{name}", keras.optimizers.SGD(0.1))
        seen = Moments(stop_at)
        getattr(model, act)(x, **({} if act == "predict" else {"y": y}), verbose=0, callbacks=[seen], **arguments)
        stored = {k: v for k, v in arguments.items() if k != "validation_data"}
        cases.append({**case, "act": act, "arguments": stored, "stop_at": stop_at, "calls": seen.calls})

    fit = {"epochs": 2, "batch_size": 2, "shuffle": False}
    add("fit", "fit", **fit)
    add("validation", "fit", validation_split=0.4, validation_batch_size=1, **fit)
    add("validation_every_second", "fit", validation_split=0.4, validation_freq=2, validation_steps=1, **fit)
    add("initial_epoch", "fit", **{**fit, "initial_epoch": 1})
    add("stop_in_a_batch", "fit", ["on_train_batch_end", 1], validation_split=0.4, **{**fit, "batch_size": 1})
    add("stop_in_validation", "fit", ["on_test_batch_end", 0], validation_split=0.4, validation_batch_size=1, **fit)
    add("evaluate", "evaluate", batch_size=2)
    add("evaluate_steps", "evaluate", batch_size=2, steps=2)
    add("evaluate_stopped", "evaluate", ["on_test_batch_end", 1], batch_size=2)
    add("predict", "predict", batch_size=2)
    add("predict_steps", "predict", batch_size=2, steps=2)
    add("predict_stopped", "predict", ["on_predict_batch_end", 0], batch_size=2)
    write("callbacks/moments.json", {"cases": cases})


class Weights(keras.callbacks.Callback):
    """Notes the weights at every moment but batches."""

    def __init__(self):
        super().__init__()
        self.seen = []
        for name in ["train_begin", "epoch_begin", "test_begin", "test_end", "epoch_end", "train_end"]:
            setattr(self, f"on_{name}", lambda *args, _name=name, **kwargs: self.note(_name))

    def note(self, name):
        self.seen.append({"moment": f"on_{name}", "weights": tensors([v.numpy() for v in self.model.weights])})


def swap_ema():
    cases = []
    for name, config, epochs in [
        ("in_evaluation", {}, 3),
        ("on_epoch", {"swap_on_epoch": True}, 3),
        ("one_epoch", {"swap_on_epoch": True}, 1),
    ]:
        optimizer = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8)
        case, model, x, y = small(f"swap_ema_{name}", optimizer)
        seen = Weights()
        swap = keras.callbacks.SwapEMAWeights(**config)
        history = model.fit(
            x, y, batch_size=2, epochs=epochs, shuffle=False, validation_split=0.4, verbose=0, callbacks=[swap, seen]
        )
        case.update(class_name="SwapEMAWeights", config=config, epochs=epochs, seen=seen.seen)
        case["history"] = round_trip(history.history)
        case["evaluated"] = round_trip(
            model.evaluate(x, y, batch_size=5, verbose=0, return_dict=True, callbacks=[keras.callbacks.SwapEMAWeights()])
        )
        case["weights_after"] = [{"path": v.path, **tensor(v.value)} for v in model.weights]
        cases.append(case)
    case, model, x, y = small("swap_ema_without_averages", keras.optimizers.SGD(0.1))
    try:
        swap = keras.callbacks.SwapEMAWeights()
        model.fit(x, y, validation_split=0.4, verbose=0, callbacks=[swap])
    except ValueError as e:
        cases.append({**case, "class_name": "SwapEMAWeights", "config": {}, "epochs": 1, "error": str(e)})
    write("callbacks/swap_ema_weights.json", {"cases": cases})


class Summary:
    """What tf.summary is to the callback: notes what would be written by which writer. TensorFlow is not installed."""

    def __init__(self):
        self.records, self.writers, self.conditions = [], [], []

    def create_file_writer(self, folder):
        name = os.path.basename(folder)

        @contextlib.contextmanager
        def as_default(step=None):
            self.writers.append(name)
            yield
            self.writers.pop()

        return types.SimpleNamespace(as_default=as_default, flush=lambda: None, close=lambda: None)

    @contextlib.contextmanager
    def record_if(self, condition):
        self.conditions.append(condition)
        yield
        self.conditions.pop()

    def note(self, kind, tag, value, step):
        if self.writers and all(c() for c in self.conditions[-1:]):
            record = {"writer": self.writers[-1], "kind": kind, "tag": tag, "step": int(step), "value": value}
            self.records.append(record)

    def scalar(self, tag, value, step):
        self.note("scalar", tag, None if "per_second" in tag else round_trip(float(value)), step)

    def histogram(self, tag, data, step):
        self.note("histogram", tag, histogram(np.asarray(data)), step)

    def image(self, tag, data, step):
        self.note("image", tag, tensor(data), step)

    def model(self, name, model, step):
        self.note("model", name, json.loads(model.to_json()), step)


def histogram(data, buckets=30):
    """[left, right, count] as tensorboard/plugins/histogram/summary.py `histogram_pb` computes them."""
    data = data.flatten().astype(float)
    low, high = data.min(), data.max()
    if low == high:
        return [[low, high, 0.0]] * (buckets - 1) + [[low, high, float(data.size)]]
    index = np.minimum(np.floor((data - low) / ((high - low) / buckets)).astype(int), buckets - 1)
    counts = np.bincount(index, minlength=buckets)
    edges = np.linspace(low, high, buckets + 1)
    return [[float(a), float(b), float(n)] for a, b, n in zip(edges[:-1], edges[1:], counts)]


def pictured():
    return keras.Sequential(
        [
            keras.Input((4, 4, 2)),
            layers.Conv2D(3, 2, name="conv"),
            layers.Reshape((9, 3), name="reshape"),
            layers.Conv1D(2, 3, name="narrow"),
            layers.Flatten(name="flat"),
            layers.Dense(1, name="dense"),
        ]
    )


def tensor_board():
    cases = []

    def add(name, config, epochs=2, build=None, validation=0.4):
        case, model, x, y = small(f"tensor_board_{name}", keras.optimizers.SGD(0.01), build)
        summary = Summary()
        kept, tensorboard.keras_model_summary = tensorboard.keras_model_summary, summary.model
        board = keras.callbacks.TensorBoard("logs", **config)
        board._summary_module = summary
        model.fit(
            x, y, batch_size=2, epochs=epochs, shuffle=False, validation_split=validation, verbose=0, callbacks=[board]
        )
        tensorboard.keras_model_summary = kept
        records = [r for r in summary.records if r["kind"] != "model"]
        models = [[r["writer"], r["tag"], r["step"]] for r in summary.records if r["kind"] == "model"]
        case.update(class_name="TensorBoard", config=config, epochs=epochs, validation_split=validation)
        cases.append({**case, "records": records, "models": models})

    add("default", {})
    add("no_graph", {"write_graph": False, "update_freq": "epoch"})
    add("no_validation", {"write_graph": False}, validation=0.0)
    add("batch", {"update_freq": "batch"})
    add("every_2", {"update_freq": 2}, epochs=3)
    add("histograms", {"histogram_freq": 1}, build=pictured)
    add("histograms_every_2", {"histogram_freq": 2}, epochs=3)
    add("images", {"histogram_freq": 1, "write_images": True}, epochs=1, build=pictured)
    add("images_alone", {"write_images": True})
    add("steps_per_second", {"write_steps_per_second": True, "update_freq": 1})
    write("callbacks/tensor_board.json", {"cases": cases})


def remote():
    """`requests` is not installed: what it is asked to send is noted, and the body as it would encode it."""
    cases = []
    nan = float("nan")
    epochs = [{"loss": 0.5, "val_loss": 1 / 3}, {"accuracy": 1.0, "loss": 1e-7}]
    for name, config, logs in [
        ("default", {}, epochs),
        ("root_and_path", {"root": "http://127.0.0.1:8080", "path": "/a/b"}, epochs[:1]),
        ("field", {"field": "my data"}, epochs[:1]),
        ("json", {"send_as_json": True}, epochs),
        ("headers", {"headers": {"X-Run": "seven", "Authorization": "Bearer x"}, "send_as_json": True}, epochs[:1]),
        ("not_finite", {}, [{"loss": nan, "val_loss": float("inf")}]),
    ]:
        sent = []

        def post(url, data=None, json=None, headers=None):
            sent.append({"url": url, "headers": headers, **encoded(data, json)})

        remote_monitor.requests = types.SimpleNamespace(post=post)
        callback = keras.callbacks.RemoteMonitor(**config)
        for epoch, values in enumerate(logs):
            callback.on_epoch_end(epoch, dict(values))
        remote_monitor.requests = None
        case = {"name": name, "class_name": "RemoteMonitor", "config": config, "logs": round_trip(logs), "sent": sent}
        cases.append(case)
    write("callbacks/remote_monitor.json", {"cases": cases})


def encoded(data, value):
    if value is not None:
        return {"content_type": "application/json", "body": json.dumps(value, allow_nan=False)}
    return {"content_type": "application/x-www-form-urlencoded", "body": urllib.parse.urlencode(data)}


def make():
    moments()
    swap_ema()
    tensor_board()
    remote()
