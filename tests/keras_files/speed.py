"""Times loading and saving a `.keras` of about 500 MB: Keras's own, and ours, in turn.

    cargo build --release -p regimen-train --example file_speed
    python tests/keras_files/speed.py target/release/examples/file_speed [--mb 500] [--times 5]

Needs keras==3.15.1, jax and h5py. Files are written to a temporary folder and read from the page cache by both. We put a file
on the disk (fsync) before it takes its name; Keras does not: `save_s` has Keras's fsync in it, too, `unsynced_s` has ours
alone.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")


def model_of(mb):
    import keras

    width = 2048
    layers = max(1, round(mb * 1e6 / (4 * width * width)))
    inner = [keras.layers.Dense(width, activation="relu") for _ in range(layers)]
    return keras.Sequential([keras.Input((width,)), *inner, keras.layers.Dense(1)])


def child(path):
    """One load and one save of Keras in a process of their own."""
    import keras

    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])  # what starts the backend is not counted
    before = time.perf_counter()
    model = keras.models.load_model(path)
    loaded = time.perf_counter()
    copy = path.with_name("keras-again.keras")
    model.save(copy)
    saved = time.perf_counter()
    with open(copy, "rb+") as file:
        os.fsync(file.fileno())
    synced = time.perf_counter()
    copy.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps({"load_s": loaded - before, "save_s": synced - loaded, "unsynced_s": saved - loaded, "peak_mib": peak}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path, help="file_speed, or `child` for Keras's own part")
    parser.add_argument("file", type=pathlib.Path, nargs="?")
    parser.add_argument("--mb", type=float, default=500)
    parser.add_argument("--times", type=int, default=5)
    args = parser.parse_args()
    if str(args.program) == "child":
        return child(args.file)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.keras"
        model_of(args.mb).save(path)
        print(f"{path.stat().st_size / 1e6:.0f} MB")
        theirs, ours = [], []
        for _ in range(args.times):
            # In turn, so that what else the machine does falls on both.
            for command, into in (
                ([sys.executable, __file__, "child", str(path)], theirs),
                ([str(args.program), str(path), "1"], ours),
            ):
                os.sync()
                text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                into.append(json.loads(text.splitlines()[-1]))
        for each in ours:
            each["unsynced_s"] = each["save_s"]
        for what in ("load_s", "save_s", "unsynced_s", "peak_mib"):
            k, r = (statistics.median(each[what] for each in all_) for all_ in (theirs, ours))
            print(f"{what:9} Keras {k:9.3f}   Regimen {r:9.3f}   ratio {k / r:.2f}")


if __name__ == "__main__":
    main()
