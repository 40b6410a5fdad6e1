#!/usr/bin/env python3
"""Trains two workloads through the Python package and through the binary, in turn, and prints the ratios.

    maturin build --release -m crates/python/Cargo.toml --out dist && pip install dist/*.whl
    cargo build --release -p regimen-cli
    python benches/data.py target/benchdata mlp2 lstm
    python benches/through_python.py target/benchdata target/release/regimen [--times 5]

The same model, optimizer, batches and number of threads; seconds are those of the median epoch after the first. `callback` is the
package with a callback of Python that is asked at every batch. Nothing else may run meanwhile.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

EPOCHS = {"mlp2": 12, "lstm": 3}
SAMPLES = {"mlp2": 40_000, "lstm": 2_560}


def model_of(name):
    import regimen.keras as keras
    from regimen.keras import layers

    if name == "mlp2":
        stack = [layers.Dense(16, activation="relu"), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")]
        model, optimizer = keras.Sequential(stack), keras.optimizers.Adam(0.01)
    else:
        stack = [layers.Embedding(20_000, 128), layers.LSTM(128, dropout=0.2, recurrent_dropout=0.2), layers.Dense(1, activation="sigmoid")]
        model, optimizer = keras.Sequential(stack), "adam"
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def child(name, data, batches):
    """One training in a process of its own: prints the median epoch after the first."""
    import numpy as np

    import regimen.keras as keras

    class Clock(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.seconds = []

        def on_epoch_begin(self, epoch, logs=None):
            self.begun = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds.append(time.perf_counter() - self.begun)

    class Counting(Clock):
        def on_train_batch_end(self, batch, logs=None):
            self.loss = logs["loss"]

    rows = SAMPLES[name]
    x, y = (np.load(data / name / f"{part}.npy")[:rows] for part in "xy")
    clock = Counting() if batches else Clock()
    model_of(name).fit(x, y, batch_size=200 if name == "mlp2" else 32, epochs=EPOCHS[name], verbose=0, callbacks=[clock])
    print(json.dumps({"epoch_s": statistics.median(clock.seconds[1:])}))


def ran(command):
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])["epoch_s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("binary", help="target/release/regimen")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--child", choices=list(EPOCHS))
    args = parser.parse_args()
    if args.child:
        return child(args.child, args.data, args.binary == "batches")
    for name in EPOCHS:
        own = [sys.executable, __file__, args.data]
        commands = {
            "binary": [args.binary, "bench", name, "--data", args.data, "--epochs", EPOCHS[name], "--samples", SAMPLES[name], "--json"],
            "python": [*own, "epochs", "--child", name],
            "callback": [*own, "batches", "--child", name],
        }
        seconds = {which: [] for which in commands}
        for _ in range(args.times):
            for which, command in commands.items():
                seconds[which].append(ran(command))
        medians = {which: statistics.median(found) for which, found in seconds.items()}
        ratios = ", ".join(f"{which} {medians[which] / medians['binary']:.3f}" for which in ("python", "callback"))
        print(f"{name}: binary 1 ({medians['binary'] * 1e3:.1f} ms an epoch), {ratios} times as long")


if __name__ == "__main__":
    main()
