"""Modules, layers and functions of Keras 1 and 2: what programs of old import and call."""

import hashlib
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras import dialect
from regimen.keras import backend as K, layers

RNG = np.random.default_rng(7)
X = RNG.normal(size=(6, 5)).astype("float32")


@pytest.fixture
def keras_1():
    before = dialect.version()
    dialect.set_version("1.2")
    yield
    dialect.set_version(before)


def given(layer, scale=1.0):
    """A model of one layer with weights at random, and the weights."""
    model = keras.Sequential([layer])
    weights = [RNG.normal(size=w.shape) * scale for w in model.get_weights()]
    model.set_weights(weights)
    return model, weights


# -- layers


def test_branches_of_a_sequential():
    for mode in ("sum", "mul", "ave", "max", "concat", "dot", "cos", lambda t: t[0] - t[1]):
        left = keras.Sequential([layers.Dense(4, input_dim=5, activation="tanh")])
        right = keras.Sequential([layers.Dense(4, input_dim=3)])
        model = keras.Sequential()
        model.add(layers.Merge([left, right], mode=mode))
        model.add(layers.Dense(2))
        a, b = left.predict(X, verbose=0), right.predict(X[:, :3], verbose=0)
        product = (a * b).sum(axis=1, keepdims=True)
        lengths = np.linalg.norm(a, axis=1, keepdims=True) * np.linalg.norm(b, axis=1, keepdims=True)
        merged = {"sum": a + b, "mul": a * b, "ave": (a + b) / 2, "max": np.maximum(a, b), "concat": np.hstack([a, b]), "dot": product,
                  "cos": product / lengths}.get(mode if isinstance(mode, str) else "", a - b)
        kernel, bias = model.get_weights()[-2:]
        assert np.allclose(model.predict([X, X[:, :3]], verbose=0), merged @ kernel + bias, atol=1e-5), mode
        model.compile("adam", "mse")
        before = right.get_weights()[0]
        model.fit([X, X[:, :3]], np.zeros((6, 2)), verbose=0)
        assert not np.allclose(before, right.get_weights()[0])
    with pytest.raises(ValueError, match="Invalid merge mode"):
        layers.Merge(mode="other")
    with pytest.raises(ValueError, match="first layer"):
        keras.Sequential([layers.Dense(2, input_dim=3), layers.Merge([left, right])])


def test_merging_symbolic_tensors():
    a, b = keras.Input((4,)), keras.Input((4,))
    model = keras.Model([a, b], layers.merge([a, b], mode="concat", concat_axis=1))
    assert model.output_shape == (None, 8)
    assert layers.Merge(mode="cos")([a, b]).shape == (None, 1)


def test_dense_layers_of_keras_1():
    model, (kernel, bias) = given(layers.MaxoutDense(3, nb_feature=2, input_dim=5))
    assert np.allclose(model.predict(X, verbose=0), (np.einsum("nd,fdo->nfo", X, kernel) + bias).max(axis=1), atol=1e-5)
    model, (kernel, carry, bias, carry_bias) = given(layers.Highway(activation="tanh", input_dim=5))
    gate = 1 / (1 + np.exp(-(X @ carry + carry_bias)))
    assert np.allclose(model.predict(X, verbose=0), np.tanh(X @ kernel + bias) * gate + (1 - gate) * X, atol=1e-5)
    assert layers.Highway(input_dim=5).name.startswith("highway")
    model.compile("sgd", "mse")
    assert np.isfinite(model.fit(X, X, verbose=0).history["loss"][0])
    assert keras.Sequential([layers.TimeDistributedDense(4, input_dim=5, input_length=3)]).output_shape == (None, 3, 4)


def test_activations_of_keras_1():
    model, (left, left_slope, right, right_slope) = given(layers.SReLU(input_shape=(5,)))
    top = left + np.abs(right)
    wanted = np.where(X < left, left + left_slope * (X - left), np.where(top > X, X, top + right_slope * (X - top)))
    assert np.allclose(model.predict(X, verbose=0), wanted, atol=1e-5)
    model = keras.Sequential([layers.ParametricSoftplus(input_shape=(5,))])
    assert np.allclose(model.predict(X, verbose=0), 0.2 * np.log1p(np.exp(5 * X)), atol=1e-5)
    assert np.array_equal(keras.Sequential([layers.ThresholdedReLU(theta=0.5)]).predict(X, verbose=0), np.where(X > 0.5, X, 0))


def test_locally_connected_layers():
    x = RNG.normal(size=(2, 9, 2)).astype("float32")
    model, (kernel, bias) = given(layers.LocallyConnected1D(4, 3, strides=2, input_shape=(9, 2)))
    wanted = np.stack([x[:, 2 * i : 2 * i + 3].reshape(2, 6) @ kernel[i] for i in range(4)], axis=1) + bias
    assert np.allclose(model.predict(x, verbose=0), wanted, atol=1e-5)
    x = RNG.normal(size=(2, 4, 3, 2)).astype("float32")
    model, (kernel, bias) = given(layers.LocallyConnected2D(3, (2, 2), activation="relu", input_shape=(4, 3, 2)))
    places = [x[:, r : r + 2, c : c + 2].reshape(2, 8) @ kernel[2 * r + c] for r in range(3) for c in range(2)]
    assert np.allclose(model.predict(x, verbose=0), np.maximum(np.stack(places, 1).reshape(2, 3, 2, 3) + bias, 0), atol=1e-5)
    with pytest.raises(NotImplementedError, match="ZeroPadding"):
        layers.LocallyConnected1D(4, 3, padding="same")


def test_arguments_by_place(keras_1):
    made = layers.Convolution2D(8, 3, 5, "normal", "relu", border_mode="same", subsample=(2, 2))
    assert made.kernel_size == (3, 5) and made.strides == (2, 2) and made.get_config()["activation"] == "relu"
    assert layers.AtrousConvolution2D(4, 3, 3, atrous_rate=(2, 2)).dilation_rate == (2, 2)
    assert layers.Convolution1D(4, 3).kernel_size == (3,) and layers.LocallyConnected2D(4, 3, 2).kernel_size == (3, 2)
    assert layers.Dense(3, "uniform", "tanh").get_config()["activation"] == "tanh"
    assert layers.Deconvolution2D(3, 2, 2, (None, 8, 8, 3), subsample=(2, 2)).strides == (2, 2)
    with pytest.raises(TypeError, match="multiple values"):
        layers.Dense(3, output_dim=3)


def test_sizes_by_place_in_keras_2(keras_1):
    dialect.set_version("2.2")
    assert layers.Conv2D(8, 3, 5).kernel_size == (3, 5) and layers.Conv2D(8, (3, 3), 2).strides == (2, 2)
    dialect.set_version(None)
    assert layers.Conv2D(8, 3, 2).strides == (2, 2)


def test_the_dialect_is_read_off_calls():
    assert dialect.of_source("model.add(Convolution2D(32, 3, 3))") == "1.2"
    assert dialect.of_source("x = merge([a, b], mode='sum')") == "1.2"
    assert dialect.of_source("table = merge(a, b); Conv2D(64, 3, 2)") is None


def test_weights_that_are_given():
    table = RNG.normal(size=(10, 4))
    made = keras.Sequential([layers.Embedding(10, 4, weights=[table], trainable=False, input_length=3)])
    assert np.allclose(made.predict(np.array([[1, 2, 9]]), verbose=0)[0], table[[1, 2, 9]], atol=1e-6)
    with pytest.raises(ValueError, match="not compatible"):
        keras.Sequential([layers.Dense(2, input_dim=3, weights=[np.ones((2, 2)), np.zeros(2)])])


def test_where_channels_are():
    try:
        K.set_image_dim_ordering("th")
        assert K.image_data_format() == keras.config.image_data_format() == "channels_first" and K.image_dim_ordering() == "th"
        assert keras.Sequential([layers.Conv2D(2, 3, input_shape=(3, 8, 9))]).output_shape == (None, 2, 6, 7)
        assert layers.MaxPooling2D(data_format="channels_last").data_format == "channels_last"
    finally:
        keras.config.set_image_data_format("channels_last")
    assert layers.Conv2D(2, 3).data_format == "channels_last"
    with pytest.raises(ValueError, match="data_format"):
        K.set_image_data_format("other")


# -- keras.backend


def test_products_of_the_backend():
    a, b = RNG.normal(size=(3, 4, 5)).astype("float32"), RNG.normal(size=(3, 5, 2)).astype("float32")
    assert np.allclose(K.batch_dot(a, b), a @ b, atol=1e-5)
    assert np.allclose(K.batch_dot(a, a, axes=(1, 1)), np.einsum("nij,nik->njk", a, a), atol=1e-5)
    assert np.allclose(K.batch_dot(X, X, axes=1), (X * X).sum(axis=1, keepdims=True), atol=1e-5)
    assert np.allclose(K.dot(X, RNG.normal(size=(3, 5, 2))).shape, (6, 3, 2))
    assert K.batch_flatten(a).shape == (3, 20) and K.permute_dimensions(a, (0, 2, 1)).shape == (3, 5, 4)
    assert np.allclose(K.l2_normalize(X, axis=1), X / np.linalg.norm(X, axis=1, keepdims=True), atol=1e-5)
    assert K.repeat(X, 3).shape == (6, 3, 5) and K.repeat_elements(X, 2, axis=1).shape == (6, 10)
    assert K.resize_images(np.ones((1, 2, 3, 1)), 2, 3, "channels_last").shape == (1, 4, 9, 1)
    assert K.spatial_2d_padding(np.ones((1, 2, 3, 1)), ((1, 2), (0, 1))).shape == (1, 5, 4, 1)
    assert np.array_equal(K.switch(X[:, 0] > 0, X, -X), np.where(X[:, :1] > 0, X, -X))
    assert np.allclose(K.relu(X, alpha=0.1, max_value=0.8, threshold=0.2), np.where(X < 0.2, 0.1 * (X - 0.2), np.minimum(X, 0.8)),
                       atol=1e-6)
    assert np.allclose(K.foldl(lambda so_far, row: so_far * 0.5 + row, X[:2]), X[0] * 0.5 + X[1])


def test_cross_entropies_of_the_backend(keras_1):
    p, t = np.array([[0.2, 0.8]], "float32"), np.array([[0.0, 1.0]], "float32")
    # Keras 1 had the outputs first.
    assert K.categorical_crossentropy(p, t) == pytest.approx([-np.log(0.8)], abs=1e-5)
    dialect.set_version(None)
    assert K.categorical_crossentropy(t, p) == pytest.approx([-np.log(0.8)], abs=1e-5)
    assert np.allclose(K.binary_crossentropy(t, p), [[-np.log(0.8), -np.log(0.8)]], atol=1e-5)
    assert K.sparse_categorical_crossentropy(np.array([1]), p) == pytest.approx([-np.log(0.8)], abs=1e-5)


def test_recurrence_of_the_backend():
    x = RNG.normal(size=(2, 3, 4)).astype("float32")
    mask = np.array([[True, False, True], [True, True, True]])
    last, outputs, _ = K.rnn(lambda now, states: (now + states[0], [now + states[0]]), x, [np.zeros((2, 4), "float32")], mask=mask)
    assert np.allclose(outputs[0], [x[0, 0], x[0, 0], x[0, 0] + x[0, 2]], atol=1e-6) and np.allclose(last[1], x[1].sum(axis=0), atol=1e-6)


def test_outputs_in_the_middle_of_a_model():
    model = keras.Sequential([layers.Dense(4, input_dim=5, activation="tanh", name="middle"), layers.Dropout(0.5), layers.Dense(1)])
    kernel, bias = model.get_layer("middle").get_weights()
    found = K.function([model.layers[0].input, K.learning_phase()], [model.layers[1].output])
    assert np.allclose(found([X, 0])[0], np.tanh(X @ kernel + bias), atol=1e-5)
    with pytest.raises(NotImplementedError, match="phase of learning"):
        found([X, 1])
    with pytest.raises(NotImplementedError, match="K.gradients"):
        K.gradients(model.output, model.input)
    with pytest.raises(NotImplementedError, match="no sessions"):
        K.get_session()


def test_a_layer_written_with_the_backend():
    class Halved(layers.Layer):
        def build(self, input_shape):
            self.input_spec = [layers.InputSpec(ndim=2, axes={-1: input_shape[-1]})]
            self.w = self.add_weight(name="w", shape=(input_shape[-1], 3), initializer="uniform")
            super().build(input_shape)

        def call(self, x):
            return K.in_train_phase(lambda: K.dot(x, self.w) * 2.0, K.dot(x, self.w))

    model = keras.Sequential([Halved(input_shape=(5,))])
    assert np.allclose(model.predict(X, verbose=0), X @ model.get_weights()[0], atol=1e-5)
    with pytest.raises(ValueError, match="incompatible"):
        model.layers[0](keras.Input((2, 5)))
    model.compile("sgd", "mse")
    before = model.get_weights()[0]
    # Training sees twice the outputs that a prediction has.
    assert model.train_on_batch(X, X[:, :3]) == pytest.approx(((X @ before * 2 - X[:, :3]) ** 2).mean(), rel=1e-4)


# -- keras.utils


def test_files_of_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"put the file of http://x/data\.csv at .*datasets.data\.csv"):
        keras.utils.get_file("data.csv", "http://x/data.csv")
    (tmp_path / "datasets").mkdir()
    path = tmp_path / "datasets" / "data.csv"
    path.write_bytes(b"1,2\n")
    good = hashlib.sha256(b"1,2\n").hexdigest()
    assert keras.utils.get_file(origin="http://x/data.csv?a=b", file_hash=good) == str(path)
    assert keras.utils.get_file("data.csv", "http://x/y", md5_hash=hashlib.md5(b"1,2\n").hexdigest()) == str(path)
    with pytest.raises(ValueError, match="its hash is not"):
        keras.utils.get_file("data.csv", "http://x/data.csv", file_hash="0" * 64)
    with zipfile.ZipFile(tmp_path / "datasets" / "all.zip", "w") as archive:
        archive.writestr("a/b.txt", "text")
    folder = keras.utils.get_file("all.zip", "http://x/all.zip", extract=True)
    assert open(os.path.join(folder, "a", "b.txt")).read() == "text"
    with zipfile.ZipFile(tmp_path / "datasets" / "bad.zip", "w") as archive:
        archive.writestr("../../out.txt", "text")
    with pytest.raises(ValueError, match="leads out"):
        keras.utils.get_file("bad.zip", "http://x/bad.zip", extract=True)
    assert not (tmp_path / "out.txt").exists()


def test_pictures_of_models(tmp_path, monkeypatch):
    a = keras.Input((4,), name="first")
    b = layers.Dense(3, name="left<")(a)
    model = keras.Model(a, layers.Add(name="sum")([b, layers.Dense(3, name="right")(a)]))
    keras.utils.plot_model(model, tmp_path / "model.svg", show_shapes=True, show_layer_names=True, rankdir="LR")
    drawn = (tmp_path / "model.svg").read_text()
    assert drawn.count("<rect") == 4 and drawn.count("<line") == 4 and "left&lt; (Dense)" in drawn and "Output shape: (None, 3)" in drawn
    text = keras.utils.model_to_dot(model).to_string()
    assert 'n0 [label="first (InputLayer)"];' in text and text.count("->") == 4
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ImportError, match="Graphviz"):
        keras.utils.plot_model(model, tmp_path / "model.png")


def test_small_helpers(capsys):
    assert keras.utils.np_utils.probas_to_classes(np.array([[0.2], [0.7]])).tolist() == [0, 1]
    assert keras.utils.categorical_probas_to_classes([[0.2, 0.8], [0.6, 0.4]]).tolist() == [1, 0]
    assert keras.utils.to_categorical([1], nb_classes=3).tolist() == [[0, 1, 0]]
    assert keras.utils.unpack_x_y_sample_weight([1, 2]) == (1, 2, None) and keras.utils.pack_x_y_sample_weight(1, 2) == (1, 2)
    left, right = keras.utils.split_dataset((np.arange(10), np.arange(10) * 2), left_size=0.7)
    assert [y for _, y in left] == list(range(0, 14, 2)) and len(right) == 3
    bar = keras.utils.Progbar(4)
    bar.add(1, [("loss", 2.0)])
    bar.update(4, [("loss", 1.0)])
    assert "4/4" in capsys.readouterr().out and bar._sums["loss"] == (5.0, 4)
    with pytest.raises(NotImplementedError, match="HDF5Matrix"):
        keras.utils.HDF5Matrix
    with pytest.raises(RuntimeError, match="model_from_yaml"):
        keras.models.model_from_yaml("")
    with pytest.raises(NotImplementedError, match="Graph"):
        keras.models.Graph
    assert keras.optimizers.adam is keras.optimizers.Adam


# -- modules

PROGRAM = """
import numpy as np, tensorflow as tf, keras
from keras.engine.topology import Layer, InputSpec
from keras.engine import Model
from keras.layers.normalization import BatchNormalization
from keras.layers.advanced_activations import LeakyReLU
from keras.wrappers.scikit_learn import KerasClassifier
from keras.preprocessing.text import Tokenizer
from keras.preprocessing.image import ImageDataGenerator
from keras.backend.tensorflow_backend import set_session
from keras.utils.visualize_util import plot
from keras.utils import np_utils, generic_utils
from keras.objectives import mean_squared_error
from keras.regularizers import l2
from tensorflow.python.keras.layers import LSTM
from tensorflow.keras.preprocessing.image import ImageDataGenerator as Same
assert Same is ImageDataGenerator and tf.keras is keras
config = tf.ConfigProto()
config.gpu_options.allow_growth = True
set_session(tf.Session(config=config))
tf.compat.v1.set_random_seed(1)
tf.random.set_seed(1)
assert tf.config.list_physical_devices("GPU") == [] and tf.__version__
rows = tf.data.Dataset.from_tensor_slices((np.arange(20.).reshape(10, 2), np.arange(10.))).map(lambda a, b: (a * 2, b))
rows = rows.shuffle(10, seed=1).batch(4).prefetch(tf.data.AUTOTUNE)
model = keras.Sequential([keras.layers.Dense(1, input_dim=2)])
model.compile('sgd', lambda t, p: tf.reduce_mean(tf.square(t - tf.cast(p, tf.float32)), axis=-1))
print(len(model.fit(rows, epochs=2, verbose=0).history['loss']), float(tf.reduce_sum(tf.constant([1, 2.]))))
for text in ("tf.GradientTape", "tf.nn.conv9d", "from tensorflow.compat.v1 import placeholder", "import tensorflow.lite",
             "from keras.layers.containers import X", "keras.layers.Nothing"):
    try:
        exec(text)
        print("found", text)
    except (AttributeError, ImportError) as error:
        print(type(error).__name__)
"""


def test_modules_of_old(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    done = subprocess.run([sys.executable, "-W", "ignore", "-m", "regimen", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split() == ["2", "3.0", "AttributeError", "AttributeError", "ImportError", "ModuleNotFoundError",
                                   "ModuleNotFoundError",
                                   "AttributeError"]
