"""What reviews found: rows of many kinds, states of optimizers, models inside of models in files."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X = np.random.RandomState(0).normal(size=(8, 3)).astype("float32")
Y = np.ones(8)


def line(loss="mse"):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", loss)
    return model


def test_a_sequential_inside_of_a_model_of_a_program_keeps_its_weights(tmp_path):
    class Mod(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.enc = keras.Sequential([layers.Dense(4), layers.BatchNormalization(), layers.Dense(3)])
            self.end = layers.Dense(3)

        def call(self, x):
            return self.end(self.enc(x))

    one, two = Mod(), Mod()
    one(X), two(X)
    one.save_weights(tmp_path / "m.weights.h5")
    two.load_weights(tmp_path / "m.weights.h5")
    np.testing.assert_array_equal(one(X), two(X))


def test_large_arrays_of_whole_numbers_are_read_where_they_lie():
    ids = np.random.RandomState(1).randint(0, 100, (60_000, 100))
    model = keras.Sequential([layers.Embedding(100, 2), layers.GlobalAveragePooling1D(), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(ids, np.zeros((60_000, 1)), batch_size=5_000, verbose=0)
    whole = model.predict(ids, batch_size=5_000, verbose=0)
    parts = [model.predict(ids[i : i + 6_000], verbose=0) for i in range(0, 60_000, 6_000)]
    np.testing.assert_array_equal(whole, np.concatenate(parts))


@pytest.mark.parametrize("form", ["unaligned", "fortran", "strides", "reversed"])
def test_arrays_however_they_lie(form):
    packed = b"\0" + X.tobytes()
    forms = {
        "unaligned": np.frombuffer(packed, "u1")[1:].view("f4").reshape(X.shape), "fortran": np.asfortranarray(X),
        "strides": np.repeat(X, 2, axis=1)[:, ::2], "reversed": X[::-1].copy()[::-1],
    }
    model = line()
    np.testing.assert_array_equal(model.predict(forms[form], verbose=0), model.predict(X, verbose=0))
    assert model.train_on_batch(forms[form], Y) > 0


def test_targets_of_other_types_and_axes():
    history = line().fit(X, Y.astype("float32"), validation_data=(X, Y.astype("int64")[:, None]), verbose=0).history
    assert np.isfinite(history["val_loss"][0])
    own = line(lambda t, p: ops.mean(ops.square(t - p), axis=-1))
    assert own.evaluate(X, Y, verbose=0) == own.evaluate(X, Y[:, None], verbose=0)


@pytest.mark.parametrize("optimizer", ["adam", "nadam", "adafactor", "ftrl", "lamb"])
def test_training_goes_on_from_a_file(optimizer, tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(1)])
    model.compile(optimizer, "mse")
    model.fit(X, Y, epochs=3, verbose=0)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    histories = [m.fit(X, Y, epochs=2, shuffle=False, verbose=0).history["loss"] for m in (model, again)]
    assert histories[0] == histories[1]


def test_treat_with_a_share_for_validation(tmp_path):
    treatment = line().treat(np.random.rand(100, 3), np.random.rand(100), epochs=1, budget=3, validation_split=0.25, verbose=0,
                             folder=tmp_path / "t", remedies=["l2"])
    assert treatment.metric == "loss"
    with pytest.raises(ValueError, match="a share between 0 and 1"):
        line().treat(X, Y, validation_split=2, folder=tmp_path / "u")


WHOLE, HALF = np.ones((8, 3), "int32"), np.full((8, 3), 0.5, "float32")


class Sum(keras.Model):
    """A model of a program, built on what it sees first."""

    def __init__(self):
        super().__init__()
        self.end = layers.Dense(1, kernel_initializer="ones")

    def call(self, x):
        return self.end(x["a"] if isinstance(x, dict) else x)


def still(model, optimizer=None, loss="mse", **options):
    model.compile(optimizer or keras.optimizers.SGD(0.0), loss, **options)
    return model


@pytest.mark.parametrize("value, loss", [(0.75, 0.5625), (np.nan, np.nan), (1.0, 1.0)])
def test_validation_targets_are_not_cut_to_whole_numbers(value, loss):
    model = still(keras.Sequential([keras.Input((3,)), layers.Dense(1, kernel_initializer="zeros")]))
    history = model.fit(X, Y.astype(int), validation_data=(X, np.full(8, value)), verbose=0).history
    np.testing.assert_allclose([history["loss"][0], history["val_loss"][0]], [1, loss])


@pytest.mark.parametrize("make", [Sum, lambda: keras.Sequential([layers.Dense(1, kernel_initializer="ones")])])
def test_inputs_are_not_cut_to_the_whole_numbers_that_a_model_saw_first(make):
    model = still(make())
    history = model.fit(WHOLE, Y, validation_data=(HALF, Y), verbose=0).history
    assert (history["loss"], history["val_loss"]) == ([4.0], [0.25])
    model = still(make())
    model.fit(WHOLE, Y, verbose=0)
    assert model.predict(HALF, verbose=0)[0, 0] == model(HALF)[0, 0] == 1.5
    assert model.evaluate(HALF, Y, verbose=0) == model.train_on_batch(HALF, Y) == 0.25
    assert model.predict(WHOLE, verbose=0)[0, 0] == 3


def test_a_model_that_is_traced_anew_trains_on_as_before():
    one, two = still(Sum(), "adam"), still(Sum(), "adam")
    one.fit(WHOLE, Y, verbose=0)
    two.fit({"a": WHOLE}, Y, verbose=0)
    one.predict(HALF, verbose=0), two.predict({"a": HALF}, verbose=0)
    three = still(Sum(), "adam")
    three.fit(WHOLE.astype("float32"), Y, verbose=0)
    for model, x in ((one, WHOLE), (two, {"a": WHOLE}), (three, WHOLE)):
        model.fit(x, Y, epochs=3, verbose=0)
    for model in (one, two):
        assert model.optimizer.iterations == 4
        np.testing.assert_allclose(model.get_weights()[0], three.get_weights()[0], rtol=1e-6)


def test_a_model_of_whole_numbers_gets_whole_numbers():
    class Coded(keras.Model):
        def __init__(self):
            super().__init__()
            self.end = layers.Dense(1)

        def call(self, x):
            return self.end(ops.one_hot(x, 4))

    model = still(Coded())
    model.fit(np.arange(4), np.ones(4), validation_data=(np.arange(4.0), np.ones(4)), verbose=0)
    np.testing.assert_array_equal(model.predict(np.arange(4), verbose=0), model.predict(np.arange(4.0), verbose=0))
