"""Traces of the real callbacks, driven by prescribed logs against a small compiled model."""

import contextlib
import io
import os
import tempfile
import warnings

import keras
import numpy as np

from .tensors import fresh, round_trip, write


class Harness:
    """A model whose single weight is set to the epoch's number (0-based), so that a restore shows from where."""

    def __init__(self, learning_rate=0.1):
        fresh()
        self.model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        metrics = ["accuracy", "mae", keras.metrics.AUC(name="auc"), keras.metrics.Precision(name="precision")]
        self.model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss="mse", metrics=metrics)
        self.model.train_on_batch(np.zeros((1, 1)), np.zeros((1, 1)))
        self.model.stop_training = False
        self.model.optimizer.iterations.assign(0)
        self.saves = []

        def record(filepath, overwrite=True):
            self.saves.append(os.path.basename(filepath))
            if os.path.basename(filepath) == "latest.weights.h5":
                open(filepath, "w").close()

        object.__setattr__(self.model, "save", record)
        object.__setattr__(self.model, "save_weights", record)

    @property
    def rate(self):
        return float(self.model.optimizer.learning_rate)

    def weight(self):
        return float(self.model.get_weights()[0][0, 0])


def run(name, class_name, config, logs, state=(), learning_rate=0.1, batches=0, callback=None):
    """One fit's worth of calls. Each epoch: begin, its batches, end; stops where the callback says so."""
    h = Harness(learning_rate)
    case = {
        "name": name,
        "class_name": class_name,
        "config": config,
        "learning_rate": learning_rate,
        "logs": round_trip(logs),
    }
    if batches:
        case["batches"] = batches
    epochs, all_warnings = [], []

    def capture(fn):
        text = io.StringIO()
        with contextlib.redirect_stdout(text), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fn()
        all_warnings.extend(str(w.message) for w in caught if issubclass(w.category, UserWarning))
        return text.getvalue()

    try:
        cb = callback or getattr(keras.callbacks, class_name)(**config)
        cb.set_model(h.model)
        capture(cb.on_train_begin)
        for epoch, values in enumerate(logs):
            values = dict(values)
            saved = len(h.saves)
            text = capture(lambda e=epoch: cb.on_epoch_begin(e))
            during = h.rate
            h.model.set_weights([np.full((1, 1), epoch, "float32")])
            for b in range(batches):
                text += capture(lambda b=b, v=values: cb.on_train_batch_end(b, dict(v)))
            text += capture(lambda e=epoch, v=values: cb.on_epoch_end(e, v))
            record = {"epoch": epoch, "stop": bool(h.model.stop_training)}
            if class_name in ("ReduceLROnPlateau", "LearningRateScheduler"):
                record.update({"rate_during": during, "rate_after": h.rate})
            record.update({k: round_trip(plain(getattr(cb, k))) for k in state})
            if class_name in ("ModelCheckpoint", "BackupAndRestore"):
                record["saved"] = h.saves[saved:]
            if class_name == "OrbaxCheckpoint":
                record["saved"] = cb.taken_saves()
            record["message"] = text
            added = {k: v for k, v in values.items() if k not in logs[epoch]}
            if added:
                record["added_logs"] = round_trip(added)
            epochs.append(record)
            if h.model.stop_training:
                break
        case["epochs"] = epochs
        case["end_message"] = capture(cb.on_train_end)
        case["final_weight_epoch"] = int(h.weight())
        case["warnings"] = sorted(set(all_warnings))
    except (ValueError, RuntimeError) as e:
        case["error"] = str(e)
    return case


def plain(v):
    return None if v is None else v if isinstance(v, (int, str, bool)) else float(v)


def logs_of(key, values):
    return [{} if v is None else {key: v} for v in values]


def early_stopping():
    state = ["wait", "best", "best_epoch", "stopped_epoch"]
    falling = [1.0, 0.8, 0.7, 0.72, 0.71, 0.69, 0.75, 0.74, 0.73, 0.76]
    cases = []

    def add(name, config, values=falling, key="val_loss"):
        cases.append(run(name, "EarlyStopping", config, logs_of(key, values), state))

    for patience in [0, 1, 2, 3]:
        add(f"patience_{patience}", {"patience": patience, "verbose": 1})
    add("rising_from_the_start", {"patience": 0, "verbose": 1}, [1.0, 1.1, 1.2])
    add("restore", {"patience": 2, "restore_best_weights": True, "verbose": 1})
    add("restore_never_stopped", {"patience": 9, "restore_best_weights": True, "verbose": 1})
    add("restore_silent", {"patience": 1, "restore_best_weights": True})
    add("min_delta", {"patience": 2, "min_delta": 0.05, "verbose": 1})
    add("negative_min_delta", {"patience": 2, "min_delta": -0.05, "verbose": 1})
    add("min_delta_exact", {"patience": 1, "min_delta": 0.25, "verbose": 1}, [1.0, 0.75, 0.5, 0.25])
    add("baseline_never_met", {"patience": 3, "baseline": 0.5, "restore_best_weights": True, "verbose": 1})
    add("baseline_met_late", {"patience": 3, "baseline": 0.75, "verbose": 1})
    add("start_from_epoch", {"patience": 1, "start_from_epoch": 3, "restore_best_weights": True, "verbose": 1})
    add(
        "nan",
        {"patience": 2, "restore_best_weights": True, "verbose": 1},
        [1.0, float("nan"), 0.9, float("nan"), float("nan")],
    )
    add("nan_first", {"patience": 2, "restore_best_weights": True}, [float("nan"), 1.0, 0.5, 0.6])
    add("infinite", {"patience": 2}, [float("inf"), 1.0, float("inf"), float("inf")])
    add("missing", {"patience": 1}, [1.0, None, None, 2.0, 3.0])
    add("monitor_absent", {"monitor": "val_acc", "mode": "max"}, [1.0, 2.0])
    add(
        "accuracy_auto",
        {"monitor": "val_accuracy", "patience": 1, "verbose": 1},
        [0.5, 0.6, 0.55, 0.54],
        "val_accuracy",
    )
    add("auc_auto", {"monitor": "val_auc", "patience": 1}, [0.5, 0.6, 0.55, 0.54], "val_auc")
    add("precision_auto", {"monitor": "precision", "patience": 1}, [0.5, 0.6, 0.55, 0.54], "precision")
    add("mae_auto", {"monitor": "mae", "patience": 1}, [0.5, 0.6, 0.55, 0.54], "mae")
    add("loss_auto", {"monitor": "loss", "patience": 1}, [0.5, 0.6, 0.55, 0.54], "loss")
    add("unknown_auto", {"monitor": "val_mystery"}, [0.5, 0.6], "val_mystery")
    add("mode_max_on_loss", {"mode": "max", "patience": 1}, [0.5, 0.6, 0.55, 0.54])
    add("mode_unknown", {"mode": "sideways", "patience": 1}, [0.5, 0.6, 0.55, 0.54])
    add("mode_min", {"monitor": "val_accuracy", "mode": "min", "patience": 1}, [0.5, 0.6, 0.55], "val_accuracy")
    add("equal_is_no_improvement", {"patience": 2}, [0.5, 0.5, 0.5, 0.5])
    write("callbacks/early_stopping.json", {"cases": cases})


def reduce_lr():
    state = ["wait", "best", "cooldown_counter"]
    flat = [1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.5, 0.5, 0.5, 0.5, 0.5]
    cases = []

    def add(name, config, values=flat, key="val_loss", **kwargs):
        cases.append(run(name, "ReduceLROnPlateau", {"verbose": 1, **config}, logs_of(key, values), state, **kwargs))

    add("patience_2", {"patience": 2})
    add("patience_0", {"patience": 0}, flat[:5])
    add("patience_1", {"patience": 1, "factor": 0.5})
    add("cooldown_2", {"patience": 1, "cooldown": 2, "factor": 0.5})
    add("cooldown_1_patience_2", {"patience": 2, "cooldown": 1, "factor": 0.5})
    add("min_lr", {"patience": 1, "min_lr": 0.01})
    add("min_lr_between", {"patience": 1, "min_lr": 0.004, "factor": 0.3})
    add("min_delta_default", {"patience": 2}, [1.0, 0.99995, 0.9999, 0.99985, 0.9998])
    add("min_delta_0", {"patience": 2, "min_delta": 0.0}, [1.0, 0.99995, 0.9999, 0.99985, 0.9998])
    add("min_delta_0.3", {"patience": 2, "min_delta": 0.3})
    add("accuracy", {"monitor": "val_accuracy", "patience": 1}, [0.5, 0.6, 0.6, 0.55, 0.7], "val_accuracy")
    add("missing", {"patience": 1}, [1.0, None, 1.0, None])
    add("nan", {"patience": 2}, [1.0, float("nan"), float("nan"), 0.5])
    add("silent", {"patience": 1, "verbose": 0}, flat[:5])
    add("unknown_auto", {"monitor": "val_mystery"}, [1.0], "val_mystery")
    add("mode_max", {"mode": "max", "patience": 1}, [1.0, 2.0, 1.5, 3.0, 2.5])
    add("mode_min", {"monitor": "val_accuracy", "mode": "min", "patience": 1}, [0.5, 0.6, 0.4], "val_accuracy")
    add("all_options", {"monitor": "loss", "factor": 0.2, "patience": 2, "mode": "auto", "min_delta": 0.05, "cooldown": 3,
                        "min_lr": 1e-3}, flat + flat, "loss")
    cases.append(
        {
            "name": "factor_1",
            "class_name": "ReduceLROnPlateau",
            "config": {"factor": 1.0},
            "error": error_of(factor=1.0),
        }
    )
    write("callbacks/reduce_lr_on_plateau.json", {"cases": cases})


def error_of(**config):
    try:
        keras.callbacks.ReduceLROnPlateau(**config)
    except ValueError as e:
        return str(e)


def scheduler():
    """The schedule is named in words; its values are in the trace."""
    cases = []
    for name, words, fn in [
        ("epoch_and_rate", "rate if epoch < 2 else rate * 0.5", lambda epoch, lr: lr if epoch < 2 else lr * 0.5),
        ("epoch_only", "0.1 / (1 + epoch)", lambda epoch: 0.1 / (1 + epoch)),
        ("not_a_float", "1", lambda epoch, lr: 1),
    ]:
        cb = keras.callbacks.LearningRateScheduler(fn, verbose=1)
        case = run(name, "LearningRateScheduler", {"verbose": 1}, [{"loss": 1.0}] * 4, callback=cb)
        cases.append({**case, "schedule": words})
    silent = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch))
    case = run("silent", "LearningRateScheduler", {"verbose": 0}, [{"loss": 1.0}] * 2, callback=silent)
    cases.append({**case, "schedule": "0.1 / (1 + epoch)"})
    write("callbacks/learning_rate_scheduler.json", {"cases": cases})


def terminate():
    cases = []
    nan, inf = float("nan"), float("inf")
    for name, values in [
        ("nan", [1.0, nan, 1.0]),
        ("infinite", [1.0, inf, 1.0]),
        ("negative_infinite", [-inf]),
        ("fine", [1.0, 2.0]),
    ]:
        cases.append(run(name, "TerminateOnNaN", {}, logs_of("loss", values), batches=1))
    cases.append(run("raise_error", "TerminateOnNaN", {"raise_error": True}, logs_of("loss", [1.0, nan]), batches=1))
    cases.append(run("no_loss", "TerminateOnNaN", {}, logs_of("accuracy", [1.0, nan]), batches=1))
    write("callbacks/terminate_on_nan.json", {"cases": cases})


def checkpoint():
    cases = []
    losses = [0.5, 0.4, 0.45, 0.4, 0.3]

    def add(name, config, values=losses, key="val_loss", **kwargs):
        config = {"filepath": "m.keras", "verbose": 1, **config}
        cases.append(run(name, "ModelCheckpoint", config, logs_of(key, values), ["best"], **kwargs))

    add("every_epoch", {})
    add("file_name", {"filepath": "m-{epoch:02d}-{val_loss:.2f}.keras"})
    add("best_only", {"save_best_only": True})
    add("best_only_silent", {"save_best_only": True, "verbose": 0})
    add("best_only_accuracy", {"save_best_only": True, "monitor": "val_accuracy"}, [0.5, 0.6, 0.6, 0.7], "val_accuracy")
    add("mode_max", {"save_best_only": True, "mode": "max"})
    add("threshold", {"save_best_only": True, "initial_value_threshold": 0.42})
    add("missing", {"save_best_only": True}, [0.5, None, 0.6, 0.4])
    add("nan", {"save_best_only": True}, [0.5, float("nan"), 0.4])
    add("nan_first", {"save_best_only": True}, [float("nan"), 0.5, 0.4])
    add("weights_only", {"save_weights_only": True, "filepath": "m.weights.h5"}, losses[:2])
    add("weights_only_wrong_name", {"save_weights_only": True})
    add("wrong_name", {"filepath": "m.bin"})
    add("unknown_auto", {"save_best_only": True, "monitor": "val_mystery"}, [0.5], "val_mystery")
    add(
        "every_3_batches",
        {"save_freq": 3, "filepath": "m-{epoch}-{batch}.keras", "monitor": "loss"},
        losses[:3],
        "loss",
        batches=4,
    )
    add("every_batch_best", {"save_freq": 2, "save_best_only": True, "monitor": "loss"}, losses[:4], "loss", batches=3)
    add("save_freq_word", {"save_freq": "batch"})
    write("callbacks/model_checkpoint.json", {"cases": cases})


def backup():
    """The files of weights that are left, too; their writing is replaced, the callback's own files are real."""
    cases = []
    for name, config, epochs, batches in [
        ("every_epoch", {}, 3, 2),
        ("kept", {"delete_checkpoint": False}, 2, 2),
        ("double", {"double_checkpoint": True, "delete_checkpoint": False}, 3, 2),
        ("double_once", {"double_checkpoint": True, "delete_checkpoint": False}, 1, 2),
        ("double_deleted", {"double_checkpoint": True}, 3, 2),
        ("every_3_batches", {"save_freq": 3, "delete_checkpoint": False}, 3, 4),
        ("every_5_of_2_batches", {"save_freq": 5}, 6, 2),
        ("every_batch", {"save_freq": 1, "double_checkpoint": True, "delete_checkpoint": False}, 2, 3),
    ]:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "backup")
            callback = keras.callbacks.BackupAndRestore(path, **config)
            case = run(name, "BackupAndRestore", config, [{"loss": 1.0}] * epochs, batches=batches, callback=callback)
            left = sorted(os.listdir(path)) if os.path.exists(path) else []
        case["config"] = {"backup_dir": "backup", **config}
        cases.append({**case, "left": [f for f in left if "weights" in f]})
    for name, config in [("empty_folder", {"backup_dir": ""}), ("word", {"backup_dir": "b", "save_freq": "batch"})]:
        cases.append(run(name, "BackupAndRestore", config, []))
    write("callbacks/backup_and_restore.json", {"cases": cases})


def csv_logger():
    """The file's exact text."""
    cases = []
    both = [
        {"loss": 0.5, "accuracy": 0.25, "val_loss": 1.0},
        {"loss": 1 / 3, "accuracy": 0.1, "val_loss": float("nan")},
    ]
    for name, config, runs in [
        ("plain", {}, [both]),
        ("no_validation", {}, [[{"loss": 0.5, "acc": 0.25}, {"loss": 0.4, "acc": 0.5}]]),
        ("validation_later", {}, [[{"loss": 0.5}, {"loss": 0.4, "val_loss": 0.6}, {"loss": 0.3}]]),
        ("separator", {"separator": ";"}, [both]),
        ("append", {"append": True}, [both, both]),
        ("overwrite", {}, [both, both[:1]]),
        ("small_and_large", {}, [[{"loss": 1e-7, "big": 1e20}]]),
        ("float32_value", {}, [[{"loss": float(np.float32(0.1))}]]),
    ]:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "log.csv")
            for logs in runs:
                cb = keras.callbacks.CSVLogger(path, **config)
                cb.on_train_begin()
                for epoch, values in enumerate(logs):
                    cb.on_epoch_end(epoch, values)
                cb.on_train_end()
            with open(path, newline="") as f:
                text = f.read()
        cases.append(
            {"name": name, "class_name": "CSVLogger", "config": config, "runs": round_trip(runs), "text": text}
        )
    write("callbacks/csv_logger.json", {"cases": cases})


def make():
    early_stopping()
    reduce_lr()
    scheduler()
    terminate()
    checkpoint()
    backup()
    csv_logger()
