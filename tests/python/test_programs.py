"""Whole programs through `python -m regimen`: modules of Keras mean ours, names of old are understood."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

PROGRAMS = pathlib.Path(__file__).parent / "programs"


def ran(path, **environment):
    command = [sys.executable, "-W", "ignore", "-m", "regimen", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def written(tmp_path, text, **environment):
    path = tmp_path / "program.py"
    path.write_text(text)
    return ran(path, **environment)


def test_keras_and_tensorflow_mean_ours(tmp_path):
    out = written(
        tmp_path,
        "import keras, tensorflow as tf\n"
        "from tensorflow.keras.layers import Dense\n"
        "from tensorflow import keras as other\n"
        "from keras.layers.core import Dropout\n"
        "from keras.utils.np_utils import to_categorical\n"
        "from keras.layers.normalization import BatchNormalization\n"
        "from keras.preprocessing.sequence import pad_sequences\n"
        "print(keras.layers.Dense is Dense, other is keras, tf.keras is keras, Dense.__module__)\n",
    )
    assert out.split() == ["True", "True", "True", "regimen.keras.layers"]


def test_lines_of_old(tmp_path):
    program = (
        "import numpy as np\nfrom keras.models import Sequential\nfrom keras.layers import Dense\nfrom keras.optimizers import SGD\n"
        "x = np.random.rand(40, 4); y = (x.sum(1) > 2).astype(int)\n"
        "m = Sequential(); m.add(Dense(1, input_dim=4, activation='sigmoid'))\n"
        "m.compile(loss='binary_crossentropy', optimizer=SGD(lr=0.1), metrics=['accuracy'])\n"
        "h = m.fit(x, y, epochs=2, verbose=2, validation_split=0.25)\nname = 'accuracy'\nprint(sorted(h.history), len(h.history[name]))\n"
    )
    out = written(tmp_path, program)
    assert "Train on 30 samples, validate on 10 samples" in out
    assert " - acc: " in out and "['acc', 'loss', 'val_acc', 'val_loss'] 2" in out
    today = written(tmp_path, program, REGIMEN_KERAS="3.15.1")
    assert "accuracy: " in today and "['accuracy', 'loss', 'val_accuracy', 'val_loss'] 2" in today


def test_a_program_that_is_not_there():
    done = subprocess.run([sys.executable, "-m", "regimen", "none.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "none.py" in done.stderr


def data():
    folder = os.environ.get("REGIMEN_DATA")
    if not folder:
        pytest.skip("REGIMEN_DATA names no folder with the data of this program")
    return folder


def told(out):
    return json.loads(out.strip().splitlines()[-1])


def test_mlp_of_five_classes():
    out = ran(PROGRAMS / "seed_001_mlp.py", REGIMEN_SEED="1")
    result = told(out)
    assert result["history"]["val_acc"][-1] == pytest.approx(result["majority_share"], abs=1e-4)
    assert 1 in result["predicted_classes"]
    for finding in ("majority_class", "wrong_activation_loss_pairing", "train_val_distribution_shift", "no_signal"):
        assert f"({finding}," in out


def test_every_technique_of_the_article():
    result = told(ran(PROGRAMS / "seed_004_article.py"))["result"]
    assert result["early_stopping"]["epochs"] < 200
    assert result["more_data"]["val_mse"] < result["plain"]["val_mse"]


def test_reviews_by_convolution():
    out = ran(PROGRAMS / "seed_000_conv1d.py", DATA=data())
    assert "Total params: 14,977,717" in out
    assert told(out)["full_params"] == 14_977_717
    assert "overfitting" in out and "unregularized_parameters" in out


def test_reviews_by_lstm():
    result = told(ran(PROGRAMS / "seed_002_imdb_lstm.py", DATA=data(), EPOCHS="3"))
    assert 0.82 < max(result["history"]["val_acc"]) < 0.86


def test_a_thousand_epochs():
    out = ran(PROGRAMS / "seed_003_mlp.py", REGIMEN_SEED="1")
    result = told(out)
    loss = result["history"]["loss"]
    assert 0.1 < loss[81] < 0.41 and 0.045 < loss[454] < 0.18
    assert result["plateau"]["loss"][-1] < loss[-1]
    assert "diminishing_returns" in out


def test_seed_of_a_program(tmp_path):
    program = "import keras, numpy as np\nprint(keras.layers.Dense(2)(np.ones((1, 3))))\n"
    assert written(tmp_path, program, REGIMEN_SEED="4") == written(tmp_path, program, REGIMEN_SEED="4")
    command = [sys.executable, "-m", "regimen", str(tmp_path / "program.py")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "REGIMEN_SEED": "-1"}, check=False)
    assert done.returncode == 1 and "REGIMEN_SEED: found '-1'" in done.stderr


def test_what_is_trained_was_decided_by_compile_of_old(tmp_path):
    program = (
        "import numpy as np\nfrom keras.models import Sequential, Model\nfrom keras.layers import Dense, Input\nfrom keras.optimizers import Adam\n"
        "x = np.random.RandomState(0).normal(size=(32, 4)); ones = np.ones((32, 1))\n"
        "d = Sequential(); d.add(Dense(1, input_dim=4, activation='sigmoid')); d.compile(loss='binary_crossentropy', optimizer=Adam(lr=0.01))\n"
        "g = Sequential(); g.add(Dense(4, input_dim=3))\nz = Input(shape=(3,)); d.trainable = False\n"
        "both = Model(input=z, output=d(g(z))); both.compile(loss='binary_crossentropy', optimizer='sgd')\n"
        "w = lambda m: np.concatenate([a.ravel() for a in m.get_weights()])\n"
        "before = w(d), w(g); d.train_on_batch(x, ones); alone = w(d); both.train_on_batch(x[:, :3], ones)\n"
        "print((before[0] != alone).any(), (alone != w(d)).any(), (before[1] != w(g)).any())\n"
    )
    assert written(tmp_path, program).split()[-3:] == ["True", "False", "True"]


@pytest.mark.parametrize("version, moved", [("2.15.0", "False"), ("3.15.1", "True")])
def test_training_of_a_call_counts_in_programs_of_old(tmp_path, version, moved):
    """Keras 3 leaves `training=False` of a call in a functional model out of account in fit."""
    program = (
        "import numpy as np\nimport keras\nfrom keras import layers\n"
        "entry = keras.Input((4,)); norm = layers.BatchNormalization()\n"
        "m = keras.Model(entry, layers.Dense(1)(norm(entry, training=False))); m.compile('sgd', 'mse')\n"
        "x = np.random.RandomState(0).normal(3, 2, size=(32, 4)); m.fit(x, x[:, :1], verbose=0)\n"
        "print(bool(norm.get_weights()[2].any()))\n"
    )
    assert written(tmp_path, program, REGIMEN_KERAS=version).split()[-1] == moved


def test_modules_of_old_say_which_keras_it_was(tmp_path):
    program = (
        "import numpy as np\n"
        "from keras.models import Sequential\n"
        "from keras.layers.core import Dense\n"
        "model = Sequential([Dense(1, input_dim=2, activation='sigmoid')])\n"
        "model.compile('sgd', 'binary_crossentropy', metrics=['accuracy'])\n"
        "print(sorted(model.fit(np.ones((4, 2)), np.ones(4), verbose=0).history))\n"
    )
    assert written(tmp_path, program) == "['acc', 'loss']\n"
    assert written(tmp_path, program, REGIMEN_KERAS="3") == "['accuracy', 'loss']\n"


def test_programs_in_other_encodings_and_installed_twice(tmp_path):
    latin = tmp_path / "latin.py"
    latin.write_bytes(b'# -*- coding: latin-1 -*-\nimport keras\nprint(len("caf\xe9"), keras.__name__, keras.layers.__spec__.name)\n')
    assert ran(latin).split() == ["4", "regimen.keras", "regimen.keras.layers"]
    twice = tmp_path / "twice.py"
    twice.write_text("import keras\nimport regimen\nregimen.install()\nprint('again')\n")
    assert ran(twice).split() == ["again"]


def test_a_version_that_is_none_is_told():
    done = subprocess.run([sys.executable, "-c", "import regimen.keras"], capture_output=True, text=True, env={**os.environ, "REGIMEN_KERAS": "foo"},
                          check=False)
    assert "found 'foo', expected the version of a Keras" in done.stderr
