"""A number of steps without rows of a batch: arrays are cut into as many batches. The numbers are those of Keras 3.15.1, and of tf_keras 2
where it says so."""

import random

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras import dialect
from regimen.keras import layers, ops

X = (np.arange(96 * 4, dtype="float32").reshape(96, 4) * 37 % 101) / 50 - 1
Y = X[:, :1] - X[:, 1:2]
PART = X[:50], Y[:50]


@pytest.fixture
def version(request):
    dialect.set_version(request.param)
    yield request.param
    dialect.set_version(None)


def largest(y_true, y_pred):
    """A metric that shows how rows are cut: its values are those of batches."""
    return ops.max(ops.abs(y_pred))


def model(metrics=None):
    made = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    made.set_weights([np.full((4, 1), 0.5, "float32"), np.zeros(1, "float32")])
    made.compile("sgd", "mse", metrics=metrics)
    return made


class Batches(keras.utils.PyDataset):
    """Five batches of sixteen rows."""

    def __len__(self):
        return 5

    def __getitem__(self, place):
        return X[place * 16 : (place + 1) * 16], Y[place * 16 : (place + 1) * 16]


@pytest.mark.parametrize(("options", "losses", "validation", "steps", "kernel"), [
    ({"epochs": 2, "steps_per_epoch": 2}, [0.79503, 0.768595], None, 2, [0.526037, 0.462991, 0.505377, 0.505019]),
    ({"steps_per_epoch": 5}, [0.777105], None, 5, [0.532173, 0.454013, 0.506498, 0.506275]),
    ({"validation_data": PART, "validation_steps": 2}, [0.788422], [0.74281], 3, [0.519638, 0.472117, 0.504068, 0.503813]),
    ({"validation_data": PART, "validation_steps": 7}, [0.788422], [0.74281], 3, [0.519638, 0.472117, 0.504068, 0.503813]),
    ({"validation_split": 0.25, "steps_per_epoch": 2}, [0.801625], [0.755655], 2, [0.513087, 0.481091, 0.502076, 0.503338]),
    ({"validation_data": PART, "steps_per_epoch": 2}, [0.79503], [0.755641], 2, [0.513166, 0.481325, 0.502738, 0.502584]),
])
def test_fit_cuts_rows_into_that_many_batches(options, losses, validation, steps, kernel):
    trained = model()
    history = trained.fit(X, Y, verbose=0, shuffle=False, **options)
    np.testing.assert_allclose(history.history["loss"], losses, atol=2e-6)
    np.testing.assert_allclose(history.history.get("val_loss", []), validation or [], atol=2e-6)
    np.testing.assert_allclose(trained.get_weights()[0].ravel(), kernel, atol=2e-6)
    assert history.params["steps"] == steps


def test_rows_that_do_not_divide_end_an_epoch_before():
    with pytest.warns(UserWarning, match="ran out of data"):
        history = model().fit(X, Y, epochs=2, steps_per_epoch=36, verbose=0, shuffle=False)
    np.testing.assert_allclose(history.history["loss"], [0.636901, 0.394043], atol=2e-6)


@pytest.mark.parametrize(("steps", "value"), [(1, 0.79), (2, 0.77), (5, 0.742), (50, 0.428958)])
def test_evaluate_and_predict_take_all_rows(steps, value):
    asked = model([largest])
    np.testing.assert_allclose(asked.evaluate(X, Y, steps=steps, verbose=0), [0.801774, value], atol=2e-6)
    assert asked.predict(X, steps=steps, verbose=0).shape == (96, 1)


def test_rows_of_a_batch_that_are_given_stay():
    asked = model([largest])
    np.testing.assert_allclose(asked.evaluate(X, Y, steps=2, batch_size=32, verbose=0), [0.789908, 0.79], atol=2e-6)
    assert asked.predict(X, steps=2, batch_size=10, verbose=0).shape == (20, 1)


def test_validation_without_a_size_has_32_rows_a_batch():
    seen = []
    counting = keras.callbacks.LambdaCallback()
    counting.on_test_batch_end = lambda batch, logs=None: seen.append(batch)
    model().fit(X, Y, steps_per_epoch=2, validation_data=PART, verbose=0, callbacks=[counting])
    assert seen == [0, 1]
    model().fit(Batches(), validation_data=PART, verbose=0, callbacks=[counting])
    assert seen == [0, 1, 0, 1]


@pytest.mark.parametrize("version", [None, "2.15"], indirect=True)
def test_tensorflow_s_keras_2_cuts_rows_alike(version):
    trained = model()
    history = trained.fit(X, Y, epochs=2, steps_per_epoch=2, verbose=0, shuffle=False)
    np.testing.assert_allclose(history.history["loss"], [0.79503, 0.768595], atol=2e-6)
    assert trained.predict(X, steps=1, verbose=0).shape == (96, 1)


@pytest.mark.parametrize("version", ["2.2"], indirect=True)
def test_each_step_took_all_rows_until_2_3(version):
    weights, classes, by_steps, by_rows = {"class_weight": {0: 2.0}, "validation_split": 0.25}, (Y > 0).astype("int32"), model(), model()
    history = by_steps.fit(X, classes, epochs=2, steps_per_epoch=3, validation_steps=2, verbose=0, **weights).history
    whole = by_rows.fit(X, classes, epochs=6, batch_size=72, verbose=0, shuffle=False, **weights).history
    np.testing.assert_array_equal(by_steps.get_weights()[0], by_rows.get_weights()[0])
    np.testing.assert_allclose(history["loss"], [np.mean(whole["loss"][:3]), np.mean(whole["loss"][3:])], rtol=1e-6)
    assert history["val_loss"] == [whole["val_loss"][2], whole["val_loss"][5]]
    assert by_steps.predict(X, steps=2).shape == (192, 1)
    assert by_steps.evaluate(X, Y, steps=3, verbose=0) == by_steps.evaluate(X, Y, batch_size=96, verbose=0)


def test_a_dataset_shorter_than_an_epoch_gives_what_it_has():
    with pytest.warns(UserWarning, match="ran out of data"):
        history = model().fit(Batches(), epochs=4, steps_per_epoch=7, verbose=0, shuffle=False)
    np.testing.assert_allclose(history.history["loss"], [0.78431, 0.719815, 0.661739, 0.6094], atol=2e-6)
    assert history.params["steps"] == 7


@pytest.mark.parametrize("version", ["2.15"], indirect=True)
def test_in_tensorflow_s_keras_2_each_epoch_begins_the_dataset_anew(version):
    history = model().fit(Batches(), epochs=3, steps_per_epoch=2, verbose=0, shuffle=False).history
    rows = model().fit(X[:32], Y[:32], epochs=3, batch_size=16, verbose=0, shuffle=False).history
    np.testing.assert_allclose(history["loss"], rows["loss"], rtol=1e-6)
    with pytest.warns(UserWarning, match="ran out of data"):
        assert len(model().fit(Batches(), epochs=3, steps_per_epoch=7, verbose=0).epoch) == 1


@pytest.mark.parametrize(("steps", "losses"), [
    (2, [0.835425, 0.705231, 0.840237, 0.767928]),
    (3, [0.784593, 0.783884, 0.720349, 0.719015]),
])
def test_an_epoch_ends_with_the_pass_of_its_dataset(steps, losses):
    with pytest.warns(UserWarning, match="ran out of data"):
        history = model().fit(Batches(), epochs=4, steps_per_epoch=steps, verbose=0, shuffle=False)
    np.testing.assert_allclose(history.history["loss"], losses, atol=2e-6)


def test_batches_of_a_dataset_come_in_another_order_each_pass():
    class Told(Batches):
        places = []

        def __getitem__(self, place):
            self.places.append(place)
            return super().__getitem__(place)

    random.seed(5)
    trained = model()
    trained.fit(X[:16], Y[:16], verbose=0)  # nothing is left to be built
    trained.fit(Told(), epochs=2, verbose=0)
    passes = Told.places[:5], Told.places[5:]
    assert [sorted(each) for each in passes] == [list(range(5))] * 2
    assert passes[0] != passes[1]
    Told.places.clear()
    trained.fit(Told(), verbose=0, shuffle=False)
    trained.evaluate(Told(), verbose=0)
    assert Told.places == list(range(5)) * 2
