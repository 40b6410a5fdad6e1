"""What checkers of types are told by the stubs: mypy, where it is installed."""

import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import textwrap

import pytest
import regimen

PACKAGE = pathlib.Path(regimen.__file__).parent

GOOD = """
    from typing import Any

    import numpy as np
    import regimen
    import regimen.keras as keras
    from numpy.typing import NDArray
    from regimen.keras import layers
    from regimen.keras.callbacks import EarlyStopping, History
    from typing_extensions import assert_type

    class Doubled(layers.Layer):
        def __init__(self, units: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.inner = layers.Dense(units, activation="relu", name="inner")

        def build(self, shape: Any) -> None:
            self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

        def call(self, x: Any, training: bool = False) -> Any:
            return self.inner(x) * self.scale

    class Told(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            self.model.stop_training = epoch > 2

    class Net(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="net")
            self.last = layers.Dense(1)

        def call(self, x: Any, training: bool = False) -> Any:
            return self.last(x)

    class Batches(keras.utils.PyDataset):
        def __len__(self) -> int:
            return 3

        def __getitem__(self, index: int) -> Any:
            return np.zeros((2, 4)), np.zeros((2, 1))

    x = keras.Input(shape=(4,), dtype="float32")
    h = layers.Dense(8)(x)
    assert_type(h, keras.KerasTensor)
    assert_type(h + 1, keras.KerasTensor)
    assert_type(h.shape, tuple[int | None, ...])
    out = layers.Dense(1, kernel_regularizer="l2")(Doubled(3)(layers.Concatenate()([x, h])))
    model = keras.Model(x, out, name="m")
    small = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    small.add(layers.Dropout(0.5))
    model.compile(optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.1, 100)), loss="mse", metrics=["mae"])
    told = model.fit(np.zeros((8, 4)), np.zeros((8, 1)), batch_size=4, epochs=2, verbose=0, callbacks=[EarlyStopping(patience=2), Told()],
                     validation_split=0.25)
    Net().fit(Batches(), epochs=1)
    assert_type(told, History)
    assert_type(told.history["loss"], list[float])
    assert_type(told.findings[0].severity, str)
    assert_type(regimen.diagnose(told)[0].explain(), str)
    assert_type(model.predict(np.zeros((8, 4)), verbose=0), NDArray[Any])
    assert_type(model.get_weights(), list[NDArray[Any]])
    assert_type(model.layers[1].kernel.shape, Any)
    assert_type(model.treat(np.zeros((8, 4)), np.zeros((8, 1)), budget="1m").helps[0].verdict, str)
    model.save("m.keras")
    model.load_weights("m.keras")
    keras.utils.set_random_seed(3)
    y = keras.utils.to_categorical([0, 1], num_classes=2)
    assert_type(y, NDArray[Any])
    keras.backend.clear_session()
    z = keras.ops.matmul(keras.random.normal((2, 3), seed=1), np.zeros((3, 2)))
    (train, labels), held = keras.datasets.mnist.load_data()
    assert_type(train, NDArray[Any])
    assert_type(keras.mixed_precision.Policy("float32").compute_dtype, str)
    regimen.set_threads(2)
"""

# Each line with the kind of its error behind it.
WRONG = """
    import numpy as np
    import regimen
    import regimen.keras as keras
    from regimen.keras import layers

    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.fit(np.zeros(3), batch_siz=3)  # call-arg
    model.fit(np.zeros(3), epochs="3")  # arg-type
    model.fitt(np.zeros(3))  # attr-defined
    model.compile(optimiser="adam")  # call-arg
    model.predict(np.zeros(3), batchsize=2)  # call-arg
    model.evaluate(np.zeros(3), verbos=0)  # call-arg
    model.train_on_batch(np.zeros(3), weight=1)  # call-arg
    model.save(3)  # arg-type
    model.get_layer(index="a")  # arg-type
    model.fit(np.zeros(3)).histories  # attr-defined
    layers.Dense(units="a")  # arg-type
    layers.Dense(3, foo=1)  # call-arg
    keras.Input(shap=(3,))  # call-arg
    keras.optimizers.Adam(learning_rte=0.1)  # call-arg
    keras.callbacks.EarlyStopping(patienc=3)  # call-arg
    keras.losses.Huber(detla=1.0)  # call-arg
    keras.metrics.AUC(curv="PR")  # call-arg
    keras.ops.matmull  # attr-defined
    keras.ops.matmul(1, 2, 3)  # call-arg
    keras.random.normal((2,), std=1.0)  # call-arg
    keras.utils.to_categorical([1], classes=2)  # call-arg
    keras.backend.set_epsilon()  # call-arg
    keras.models.load_model("m", safemode=True)  # call-arg
    keras.saving.save_weights(model, path="m")  # call-arg
    keras.applications.VGG16(weigths=None)  # call-arg
    regimen.set_threads("2")  # arg-type
    regimen.diagnose("log", train=3)  # call-arg
"""


def mypy(folder, *given):
    """What mypy says of files, strictly, and whether it is content."""
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed: pip install mypy")
    # Where it is installed mypy finds the package by itself.
    found = {} if "site-packages" in PACKAGE.parts else {"MYPYPATH": str(PACKAGE.parent)}
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", "--cache-dir", str(folder / "cache")]
    command += map(str, given)
    done = subprocess.run(command, cwd=folder, env={**os.environ, **found}, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    folder = tmp_path_factory.mktemp("types")
    for name, text in (("good", GOOD), ("wrong", WRONG)):
        (folder / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    return mypy(folder, "good.py", "wrong.py", *sorted(PACKAGE.rglob("*.pyi")))


def test_stubs_and_what_is_right_have_no_error(said):
    assert [line for line in said.splitlines() if not line.startswith("wrong.py")] == []


def test_what_is_wrong_is_found_line_by_line(said):
    lines = textwrap.dedent(WRONG).splitlines()
    expected = {(number, line.rpartition("# ")[2]) for number, line in enumerate(lines, 1) if "# " in line}
    found = {(int(number), kind) for number, kind in re.findall(r"^wrong\.py:(\d+): error: .*\[([\w-]+)\]$", said, re.MULTILINE)}
    assert found == expected


def test_every_public_module_has_a_stub():
    public = [path for path in PACKAGE.joinpath("keras").rglob("*.py")
              if not any(part.startswith("_") and part != "__init__.py" for part in path.relative_to(PACKAGE).parts)]
    ours = {"activations", "arithmetic", "control", "conversion", "creation", "diagonals", "elementwise", "images", "indexing", "joining",
            "logic", "matrices", "missing_values", "neural", "products", "reductions", "shapes", "slices", "sorting", "statistics",
            "trigonometry", "warping", "windows"}  # files of keras.ops that are no modules of Keras
    without = [path for path in public if not path.with_suffix(".pyi").exists() and not (path.parent.name == "ops" and path.stem in ours)]
    assert without == [] and len(public) > 60 and (PACKAGE / "py.typed").exists() and (PACKAGE / "__init__.pyi").exists()
