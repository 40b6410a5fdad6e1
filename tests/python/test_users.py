"""What programs of users do that no other file here has: found by writing such programs."""

import subprocess
import sys

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X = np.random.RandomState(0).normal(size=(16, 3)).astype("float32")
Y = X[:, :1] + 1


class TwoEnds(keras.Model):
    def __init__(self):
        super().__init__()
        self.a, self.b = layers.Dense(1), layers.Dense(2)

    def call(self, x):
        return self.a(x), self.b(x)


class OfDicts(keras.Model):
    def __init__(self):
        super().__init__()
        self.a, self.b = layers.Dense(2, use_bias=False), layers.Dense(3, use_bias=False)

    def call(self, x):
        return {"y": self.a(x["z"]), "b": self.b(x["a"])}


def ran(tmp_path, text, fails=False):
    path = tmp_path / "program.py"
    path.write_text(text)
    done = subprocess.run([sys.executable, "-W", "ignore", "-m", "regimen", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode != 0) == fails, done.stderr[-2000:]
    return done.stderr if fails else done.stdout


def test_a_model_of_a_class_with_several_outputs_trains_before_it_is_built():
    model = TwoEnds()
    model.compile("sgd", ["mse", "mae"], metrics=[["mae"], ["mse"]])
    history = model.fit(X, [Y, np.zeros((16, 2))], verbose=0).history
    assert sorted(history) == ["loss", "output_1_loss", "output_1_mae", "output_2_loss", "output_2_mse"]
    whole, *each = model.evaluate(X, [Y, np.zeros((16, 2))], verbose=0)
    assert whole == pytest.approx(each[0] + each[1]) and each[0] != each[1]


def test_dicts_reach_a_model_of_a_class_by_their_names_in_any_order():
    given = {"z": np.ones((4, 5)), "a": np.zeros((4, 5))}
    model = OfDicts()
    found = model.predict(given, verbose=0)
    assert not found["b"].any() and found["y"].any()
    found = model.predict({"a": given["a"], "z": given["z"]}, verbose=0)
    assert not found["b"].any() and found["y"].any()


def test_a_weight_of_a_layer_inside_is_read_by_the_layer_around_it():
    class Tied(layers.Layer):
        def __init__(self):
            super().__init__()
            self.table = layers.Embedding(5, 3)

        def call(self, ids):
            return ops.matmul(self.table(ids), ops.transpose(self.table.embeddings))

    layer = Tied()
    found = layer(np.array([[1, 2]]))
    table = layer.table.embeddings.numpy()
    np.testing.assert_allclose(found[0], table[[1, 2]] @ table.T, rtol=1e-5)


def test_metrics_come_third_as_until_keras_2():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    with pytest.warns(UserWarning, match="taken for metrics"):
        model.compile("sgd", "mse", ["mae"])
    assert sorted(model.fit(X, Y, verbose=0).history) == ["loss", "mae"]
    model.compile("sgd", "mse", [2.0], ["mae"])
    loss, mae = model.evaluate(X, Y, verbose=0)
    assert loss == pytest.approx(2 * np.mean((model.predict(X, verbose=0) - Y) ** 2), rel=1e-4)


def test_batches_have_the_rows_that_an_input_fixes():
    model = keras.Sequential([keras.Input(batch_shape=(4, 5, 3)), layers.LSTM(2, stateful=True), layers.Dense(1)])
    model.compile("sgd", "mse")
    rows = np.ones((8, 5, 3))
    assert len(model.fit(rows, np.ones(8), shuffle=False, verbose=0).epoch) == 1
    assert model.predict(rows, verbose=0).shape == (8, 1) and model.predict(rows[:4], batch_size=32, verbose=0).shape == (4, 1)
    assert model.evaluate(rows, np.ones(8), verbose=0) >= 0


def test_the_end_of_training_is_told_the_last_logs():
    seen = {}
    mine = lambda epoch, logs: logs.update(mine=epoch)
    end = keras.callbacks.LambdaCallback(on_epoch_end=mine, on_train_end=lambda logs: seen.update(logs))
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(X, Y, epochs=2, verbose=0, callbacks=[end]).history
    assert seen["mine"] == 1 and seen["loss"] == pytest.approx(history["loss"][-1])


def test_one_epoch_is_not_counted_today(capsys):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=2)
    assert "Epoch" not in capsys.readouterr().out
    model.fit(X, Y, epochs=2, verbose=2)
    assert "Epoch 2/2" in capsys.readouterr().out


def test_frozen_since_compile():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.trainable = False
    with pytest.warns(UserWarning, match="frozen after compile"):
        model.train_on_batch(X, Y)


def test_programs_of_keras_2_are_not_told_of_what_they_do_not_say(tmp_path):
    program = (
        "import numpy as np\nfrom keras.models import Sequential\nfrom keras.layers import Dense\nfrom keras.optimizers import SGD\n"
        "from keras.callbacks import LearningRateScheduler\n"
        "m = Sequential(); m.add(Dense(1, input_dim=3)); m.compile(SGD(lr=0.1), 'mse')\n"
        "m.predict(np.ones((4, 3)))\n"
        "def rows():\n    while True: yield np.ones((2, 3)), np.ones(2)\n"
        "h = m.fit_generator(rows(), steps_per_epoch=4, epochs=1, callbacks=[LearningRateScheduler(lambda epoch: 0.5)])\n"
        "print(h.history['lr'])\n"
    )
    out = ran(tmp_path, program)
    assert out.startswith("Epoch 1/1\n4/4 [====") and out.rstrip().endswith("[0.5]")


def test_what_tensorflow_calls_tensors_has_numpy(tmp_path):
    program = (
        "import numpy as np, tensorflow as tf\nfrom tensorflow import keras\n"
        "assert tf.reduce_mean(tf.constant([1.0, 3.0])).numpy() == 2 and tf.nn.softmax(np.ones((1, 2))).numpy().shape == (1, 2)\n"
        "m = keras.metrics.Mean(); m.update_state([1.0, 2.0]); assert m.result().numpy() == 1.5 and round(m.result(), 1) == 1.5\n"
        "assert keras.losses.mse(np.ones((2, 2)), np.zeros((2, 2))).numpy().shape == (2,)\n"
        "n = keras.layers.Normalization(); n.adapt(np.ones((3, 2))); assert n.mean.numpy().shape == (1, 2)\n"
        "d = tf.data.Dataset.from_tensor_slices((np.ones((8, 2)), np.ones(8))).repeat().batch(4)\n"
        "x, y = next(iter(d)); assert x.numpy().shape == (4, 2)\n"
        "m = keras.Sequential([keras.layers.Dense(1, activation=tf.nn.relu, input_shape=(2,))]); m.compile('sgd', 'mse')\n"
        "assert m.layers[0].get_config()['activation'] == 'relu'\n"
        "assert len(m.fit(d, steps_per_epoch=3, epochs=2, verbose=0).epoch) == 2\nprint('done')\n"
    )
    assert ran(tmp_path, program) == "done\n"


def test_an_exception_is_told_from_the_program_on(tmp_path):
    told = ran(tmp_path, "import tensorflow as tf\nwith tf.GradientTape() as tape:\n    pass\n", fails=True)
    assert "runpy" not in told and "program.py" in told and "compile(loss=function)" in told


def test_a_class_over_a_wiring(tmp_path):
    @keras.saving.register_keras_serializable()
    class Over(keras.Model):
        def __init__(self, units, **kwargs):
            given = keras.Input((3,))
            hidden = layers.Dense(units, activation="relu", name="first")(given)
            super().__init__(inputs=given, outputs=layers.Dense(1)(hidden), **kwargs)
            self.units = units

        def get_config(self):
            return {"units": self.units}

    model = Over(4)
    assert [layer.name for layer in model.layers][1] == "first" and model.input_shape == (None, 3) and model.count_params() == 21
    model.compile("sgd", "mse", metrics=["mae"])
    assert sorted(model.fit(X, Y, verbose=0).history) == ["loss", "mae"]
    inner = keras.Model(model.inputs, model.get_layer("first").output)
    assert inner.predict(X, verbose=0).shape == (16, 4)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    assert isinstance(again, Over)
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_classes_over_a_wiring_do_not_write_call_too():
    class Both(keras.Model):
        def __init__(self):
            given = keras.Input((3,))
            super().__init__(given, layers.Dense(1)(given))

        def call(self, x):
            return x

    with pytest.raises(NotImplementedError, match="leave one of them away"):
        Both()


def test_a_model_is_cloned_layer_by_layer():
    def stronger(layer):
        if isinstance(layer, layers.Dense):
            return layers.Dense(layer.units, activation="tanh", name=layer.name)
        return type(layer).from_config(layer.get_config())

    given, shared = keras.Input((3,), name="given"), layers.Dense(2, name="shared")
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="inside")], name="inner")
    model = keras.Model(given, {"end": inner(layers.concatenate([shared(given), shared(ops.square(given))]))})
    clone = keras.models.clone_model(model, clone_function=stronger)
    assert clone.get_layer("shared").activation.__name__ == "tanh" and clone.get_layer("shared") is not shared
    assert clone.get_layer("inner").layers[0].activation.__name__ == "linear" and list(clone.predict(X, verbose=0)) == ["end"]
    deep = keras.models.clone_model(model, clone_function=stronger, recursive=True)
    assert deep.get_layer("inner").layers[0].activation.__name__ == "tanh"
    with pytest.raises(TypeError, match="must return a Layer"):
        keras.models.clone_model(model, clone_function=lambda layer: 3)


def test_hooks_of_files_that_are_not_asked_are_told(tmp_path):
    class Mine(layers.Layer):
        def call(self, x):
            return x

        def save_own_variables(self, store):
            store["more"] = np.ones(1)

    model = keras.Sequential([keras.Input((3,)), Mine(), layers.Dense(1)])
    with pytest.warns(UserWarning, match="Mine.save_own_variables: not asked"):
        model.save_weights(tmp_path / "m.weights.h5")
