"""Modules and names of old: imported, asked for by attribute, and refused with the way out."""

import subprocess
import sys

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, losses


def run(program):
    """What a program in a process of its own prints, ours in Keras's place."""
    command = [sys.executable, "-W", "ignore", "-c", "import regimen; regimen.install()\n" + program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split()


@pytest.mark.parametrize(
    "path, today",
    [
        ("layers.core.Dense", layers.Dense), ("layers.recurrent.LSTM", layers.LSTM), ("layers.convolutional.Conv2D", layers.Conv2D),
        ("layers.embeddings.Embedding", layers.Embedding), ("layers.merge.concatenate", layers.concatenate),
        ("layers.merge.Add", layers.Add),
        ("layers.experimental.preprocessing.Rescaling", layers.Rescaling),
        ("layers.experimental.preprocessing.RandomFlip", layers.RandomFlip),
        ("layers.core.dense.Dense", layers.Dense),
        ("layers.normalization.batch_normalization.BatchNormalization", layers.BatchNormalization),
        ("engine.topology.Layer", keras.Layer), ("engine.InputSpec", keras.InputSpec), ("engine.training.Model", keras.Model),
        ("legacy.layers.Highway", layers.Highway), ("initializations.glorot_uniform", keras.initializers.glorot_uniform),
        ("optimizers.legacy.Adam", keras.optimizers.Adam), ("optimizers.experimental.AdamW", keras.optimizers.AdamW),
        ("experimental.CosineDecay", keras.optimizers.schedules.CosineDecay), ("api.layers.Dense", layers.Dense),
        ("mixed_precision.experimental.Policy", keras.DTypePolicy),
        ("mixed_precision.experimental.set_policy", keras.config.set_dtype_policy),
        ("callbacks.experimental.BackupAndRestore", keras.callbacks.BackupAndRestore),
        ("utils.io_utils.to_categorical", keras.utils.to_categorical),
        ("backend.tensorflow_backend.clear_session", keras.backend.clear_session),
    ],
)
def test_by_attribute(path, today):
    found = keras
    for part in path.split("."):
        found = getattr(found, part)
    assert found is today


def test_by_import():
    assert run(
        "from tensorflow.keras.layers.experimental import preprocessing\n"
        "from tensorflow.keras.layers.experimental.preprocessing import Rescaling\n"
        "from keras.layers.core.dense import Dense\n"
        "from keras.layers.rnn.lstm import LSTM\n"
        "import keras.layers.pooling.max_pooling2d as pool\n"
        "from keras.layers.locally_connected.locally_connected1d import LocallyConnected1D\n"
        "from keras_preprocessing.sequence import pad_sequences\n"
        "from keras_preprocessing.text import Tokenizer\n"
        "from keras_preprocessing.image import ImageDataGenerator\n"
        "from tensorflow.keras.mixed_precision import experimental\n"
        "from keras.api import layers\n"
        "from keras.api._v2.keras.layers import GRU\n"
        "from keras.legacy import layers as old\n"
        "from keras.layers.core import *\n"
        "import keras, tensorflow as tf\n"
        "print(Rescaling is preprocessing.Rescaling is keras.layers.Rescaling, pool.MaxPooling2D is keras.layers.MaxPooling2D)\n"
        "print(keras.preprocessing.sequence.pad_sequences is pad_sequences, layers is keras.layers, Dense is keras.layers.Dense)\n"
        "print(experimental.set_policy('float32'), tf.keras.layers.core.Dense is Dense, GRU is old.GRU, Dropout is keras.layers.Dropout)\n"
    ) == ["True"] * 5 + ["None"] + ["True"] * 3


def test_tensorflow_has_some_under_its_own_name():
    assert run(
        "import tensorflow as tf\nfrom tensorflow.optimizers import Adam\nfrom tensorflow.losses import mean_squared_error\n"
        "keras = tf.keras\n"
        "print(tf.optimizers is keras.optimizers, tf.losses is keras.losses, tf.metrics is keras.metrics)\n"
        "print(tf.initializers is keras.initializers)\n"
        "print(Adam is keras.optimizers.Adam, mean_squared_error is tf.losses.mean_squared_error)\n"
        "print(tf.initializers.he_normal().__class__.__name__)\n"
    ) == ["True"] * 6 + ["HeNormal"]


def test_functions_stay_functions_where_modules_of_their_names_are_imported():
    assert run(
        "from keras.layers.merge import concatenate\nimport keras.layers.merging.add, keras\nfrom keras.layers import Input, merge, add\n"
        "from keras.layers.merging import multiply\nfrom keras.layers.merging.dot import dot\n"
        "a, b = Input((3,)), Input((3,))\n"
        "made = merge([a, b], mode='sum'), add([a, b]), keras.layers.add([a, b]), multiply([a, b]), dot([a, b], 1)\n"
        "print(*[len(t.shape) for t in made])\n"
        "try: keras.layers.merging()\n"
        "except TypeError as error: print(error)\n"
    ) == ["2"] * 5 + "keras.layers.merging is a module, which cannot be called".split()


@pytest.mark.parametrize(
    "path, text",
    [
        ("layers.Recurrent", "give it to RNN"), ("layers.recurrent.Recurrent", "give it to RNN"), ("layers.DenseFeatures",
        "CategoryEncoding"),
        ("experimental.WideDeepModel", "a Dense and a model"), ("premade", "layers"), ("estimator", "fit"), ("legacy.interfaces",
        "layers themselves"),
        ("mixed_precision.experimental.LossScale", "LossScaleOptimizer"), ("layers.experimental.SyncBatchNormalization", "one device"),
        ("layers.containers", "keras.models"), ("src", "public"), ("metrics.fbeta_score", "FBetaScore"),
    ],
)
def test_what_is_gone_says_the_way_out(path, text):
    found, (*places, last) = keras, path.split(".")
    for part in places:
        found = getattr(found, part)
    with pytest.raises(NotImplementedError, match=text):
        getattr(found, last)


def test_what_never_was():
    for module in (keras, layers, layers.core, keras.engine, keras.optimizers, keras.losses, keras.callbacks, keras.experimental):
        with pytest.raises(AttributeError):
            module.nothing_of_that_name
    assert run("for name in 'layers.core.nothing', 'nothing', 'preprocessing.nothing', 'src.layers', 'estimator':\n"
               "    name = f'keras.{name}'\n"
               "    try: __import__(name)\n"
               "    except ModuleNotFoundError: print('refused')\n") == ["refused"] * 5


def test_reductions_by_their_old_names():
    y, p = np.array([[0.0], [2.0]]), np.array([[1.0], [5.0]])
    kind = losses.Reduction
    for reduction, wanted in ((kind.SUM, 10), (kind.NONE, [1, 9]), (kind.SUM_OVER_BATCH_SIZE, 5), (kind.AUTO, 5)):
        assert np.allclose(losses.MeanSquaredError(reduction=reduction)(y, p), wanted)
    assert set(kind.all()) == {"none", "sum", "sum_over_batch_size"}
    with pytest.raises(ValueError, match="Invalid Reduction"):
        kind.validate("other")
    with pytest.raises(ValueError, match="reduction"):
        losses.MeanSquaredError(reduction="auto")


def test_arguments_of_batch_normalization_that_chose_a_kernel():
    with pytest.warns(UserWarning, match="`fused` chose a kernel"):
        layer = layers.BatchNormalization(fused=True, renorm=True, virtual_batch_size=None)
    assert "fused" not in layer.get_config()
    assert layer.get_config()["renorm"] is True
    with pytest.raises(NotImplementedError, match="virtual_batch_size"):
        layers.BatchNormalization(virtual_batch_size=8)


def test_modules_of_old_are_not_read_at_once():
    later = "('regimen.keras._experimental', 'regimen.keras._engine', 'regimen._keras.age_of_program', 'regimen._keras.old_arguments')"
    assert run(f"import sys, regimen.keras\nprint([name for name in sys.modules if name in {later}])") == ["[]"]
