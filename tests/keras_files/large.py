"""A model with more than 2 GB of weights, one of them above 1 GB: there and back in `.keras` and `.weights.h5`.

    python tests/keras_files/large.py target/debug/regimen

Needs keras==3.15.1, jax and h5py, 8 GB of memory and 10 GB of disk; a minute. It says so where the machine has less.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import keras  # noqa: E402
import numpy as np  # noqa: E402


def ran(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def lacks():
    """What the machine has too little of; None where it is enough."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    cached = pathlib.Path("/proc/meminfo")
    if cached.exists():
        memory = next(int(line.split()[1]) for line in cached.open() if line.startswith("MemAvailable")) * 1024
    disk = shutil.disk_usage(tempfile.gettempdir()).free
    for what, there, needed in (("memory", memory, 8e9), ("disk", disk, 10e9)):
        if there < needed:
            return f"{there / 1e9:.1f} GB of {what} are free, {needed / 1e9:.0f} are needed"
    return None


def main():
    if (why := lacks()) is not None:
        print(f"SKIPPED: 2 GB of weights: {why}")
        return
    binary = pathlib.Path(sys.argv[1]).resolve()
    draw = keras.initializers.RandomUniform(-0.01, 0.01, seed=1)
    dense = [keras.layers.Dense(n, activation="tanh", kernel_initializer=draw) for n in (17_000, 16_000, 16_000)]
    model = keras.Sequential([keras.Input((64,)), *dense, keras.layers.Dense(2)])
    print(f"{model.count_params() * 4 / 1e9:.2f} GB of weights")
    x = np.random.RandomState(1).normal(size=(3, 64)).astype("float32")
    expected = np.asarray(model.predict(x, verbose=0))
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        folder = pathlib.Path(name)
        own, back, weights, out = (folder / n for n in ("own.keras", "back.keras", "back.weights.h5", "out.npy"))
        np.save(folder / "x.npy", x)
        model.save(own)
        ran(binary, "predict", own, folder / "x.npy", "--out", out)
        assert np.allclose(np.load(out), expected, rtol=1e-3, atol=1e-4), "other predictions here"
        ran(binary, "export", own, weights)
        ran(binary, "export", own, back)
        own.unlink()
        for layer in model.layers:
            layer.set_weights([np.zeros_like(w) for w in layer.get_weights()])
        model.load_weights(weights)
        assert np.allclose(model.predict(x, verbose=0), expected, rtol=1e-3, atol=1e-4), ".weights.h5: other predictions"
        del model
        loaded = keras.saving.load_model(back)
        assert np.allclose(loaded.predict(x, verbose=0), expected, rtol=1e-3, atol=1e-4), ".keras: other predictions"
    print("ok")


if __name__ == "__main__":
    main()
