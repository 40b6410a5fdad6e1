"""Batches that come one after the other: generators, PyDataset, loaders; metrics with a state; layers that adapt."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

RNG = np.random.default_rng(5)
X = RNG.normal(size=(40, 3)).astype("float32")
Y = X[:, :1] * 2


def model(seed=1):
    keras.utils.set_random_seed(seed)
    made = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="tanh"), layers.Dense(1)])
    made.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    return made


class Rows(keras.utils.PyDataset):
    """Ten rows at a time; the last batch is smaller."""

    def __init__(self, size=12):
        super().__init__()
        self.size, self.ends = size, 0

    def __len__(self):
        return -(-len(X) // self.size)

    def __getitem__(self, index):
        part = slice(index * self.size, (index + 1) * self.size)
        return X[part], Y[part]

    def on_epoch_end(self):
        self.ends += 1


def test_a_dataset_trains_as_its_arrays_do():
    rows, known, mine = Rows(), model(), model()
    wanted = known.fit(X, Y, batch_size=12, epochs=3, shuffle=False, verbose=0, validation_data=(X, Y)).history
    found = mine.fit(rows, epochs=3, shuffle=False, verbose=0, validation_data=Rows()).history
    for name, values in wanted.items():
        assert found[name] == pytest.approx(values, rel=1e-5), name
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(known.get_weights(), mine.get_weights()))
    # Keras looks at a first batch to build the model, and tells the dataset that this pass has ended, too.
    assert rows.ends == 4
    assert mine.evaluate(Rows(), verbose=0) == pytest.approx(known.evaluate(X, Y, batch_size=12, verbose=0), rel=1e-5)
    assert np.array_equal(mine.predict(Rows(), verbose=0), mine.predict(X, verbose=0))


def test_a_generator_gives_what_it_is_asked_for():
    given = []

    def endless():
        while True:
            for start in range(0, 40, 10):
                given.append(start)
                yield X[start : start + 10], Y[start : start + 10]

    history = model().fit(endless(), steps_per_epoch=3, epochs=2, verbose=0)
    assert len(history.epoch) == 2 and given == [0, 10, 20, 30, 0, 10]
    old = model()
    old.fit_generator(endless(), steps_per_epoch=2, epochs=1, verbose=0)
    assert old.optimizer.iterations == 2


def test_weights_come_with_batches_or_by_class():
    def weighted():
        while True:
            yield X[:8], Y[:8], np.zeros(8)

    made = model()
    before = made.get_weights()
    assert made.fit(weighted(), steps_per_epoch=2, verbose=0).history["loss"] == [0.0]
    assert all(np.array_equal(a, b) for a, b in zip(before, made.get_weights()))

    def classes():
        while True:
            yield X[:8], np.array([0, 1] * 4, "float32")

    one = made.fit(classes(), steps_per_epoch=1, class_weight={0: 0.0, 1: 0.0}, verbose=0)
    assert one.history["loss"] == [0.0]


def test_streams_that_break():
    def broken():
        yield X[:8], Y[:8]
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        model().fit(broken(), steps_per_epoch=2, verbose=0)

    def uneven():
        yield X[:8], Y[:8]
        yield X[:8], np.concatenate([Y[:8]] * 2, axis=1)

    with pytest.raises(ValueError, match="equal sizes"):
        model().fit(uneven(), steps_per_epoch=2, verbose=0)
    with pytest.raises(ValueError, match="y and sample_weight come with them"):
        model().fit(Rows(), Y, verbose=0)


def test_a_loader_of_torch():
    torch = pytest.importorskip("torch")
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y)), batch_size=10)
    assert len(model().fit(loader, epochs=2, verbose=0).epoch) == 2


def test_a_metric_with_a_state():
    class Largest(keras.metrics.Metric):
        def __init__(self, name="largest", **kwargs):
            super().__init__(name=name, **kwargs)
            self.top = self.add_weight(shape=(), initializer="zeros", name="top")
            self.seen = self.add_weight(shape=(), initializer="zeros", name="seen")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.top.assign(ops.maximum(self.top, ops.max(ops.abs(y_true - y_pred))))
            self.seen.assign_add(ops.cast(ops.shape(y_pred)[0], "float32"))

        def result(self):
            return self.top + 0.0 * self.seen

    class Seen(Largest):
        def result(self):
            return self.seen

    made = model()
    made.compile("sgd", "mse", metrics=[Largest(), Seen(name="rows")])
    told = made.evaluate(X, Y, batch_size=7, verbose=0, return_dict=True)
    assert told["largest"] == pytest.approx(np.abs(Y - made.predict(X, verbose=0)).max(), rel=1e-5)
    assert told["rows"] == 40
    history = made.fit(X, Y, epochs=2, verbose=0, validation_data=(X[:5], Y[:5])).history
    assert history["rows"] == [40, 40] and history["val_rows"] == [5, 5]


def test_normalization_adapts():
    layer = layers.Normalization()
    layer.adapt(X * 5 + 3)
    made = keras.Sequential([keras.Input((3,)), layer])
    found = made.predict(X * 5 + 3, verbose=0)
    assert np.allclose(found.mean(axis=0), 0, atol=1e-4) and np.allclose(found.std(axis=0), 1, atol=1e-3)


def test_classes_of_a_program_come_back_from_configs():
    @keras.saving.register_keras_serializable("mine")
    class Twice(layers.Layer):
        def __init__(self, factor=2.0, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor

        def call(self, x):
            return x * self.factor

        def get_config(self):
            return {**super().get_config(), "factor": self.factor}

    made = keras.Sequential([keras.Input((3,)), Twice(3.0)])
    again = keras.models.model_from_json(made.to_json())
    assert np.allclose(again.predict(X, verbose=0), 3 * X)
    clone = keras.models.clone_model(made)
    assert np.allclose(clone.predict(X, verbose=0), 3 * X)
    entry = keras.Input((3,))
    wired = keras.Model(entry, layers.Add()([Twice()(entry), entry]))
    assert "python" not in wired.to_json()
    assert np.allclose(keras.models.clone_model(wired).predict(X, verbose=0), 3 * X, atol=1e-6)


def test_data_sets_come_from_files_that_are_placed(tmp_path, monkeypatch):
    rows = {"x_train": X, "y_train": Y[:, 0], "x_test": X[:4], "y_test": Y[:4, 0]}
    np.savez(tmp_path / "mnist.npz", **rows)
    monkeypatch.setenv("REGIMEN_DATA", str(tmp_path))
    (x, y), (test, _) = keras.datasets.mnist.load_data()
    assert np.array_equal(x, X) and len(y) == 40 and len(test) == 4
    np.savez(tmp_path / "boston_housing.npz", x=X, y=Y)
    (x, _), (test, _) = keras.datasets.boston_housing.load_data()
    assert len(x) == 32 and len(test) == 8
    with pytest.raises(FileNotFoundError, match="place it there"):
        keras.datasets.california_housing.load_data()
    with pytest.raises(NotImplementedError, match="pickled"):
        keras.datasets.imdb.load_data()
    np.savez(tmp_path / "other.npz", x=np.array([None, {}], dtype=object))
    with pytest.raises(ValueError):
        keras.datasets.mnist.load_data(str(tmp_path / "other.npz"))


def finite(batches):
    for start in range(batches):
        yield X[start : start + 8], Y[start : start + 8]


def test_generators_that_end():
    known, mine = model(), model()
    wanted = known.fit(finite(3), steps_per_epoch=3, verbose=0).history
    with pytest.warns(UserWarning, match="ran out of data"):
        history = mine.fit(finite(3), epochs=3, verbose=0, validation_data=(X, Y))
    assert history.history["loss"] == wanted["loss"] and len(history.history["val_loss"]) == 1
    assert history.params["steps"] is None and mine.optimizer.iterations == 3
    with pytest.warns(UserWarning, match="ran out of data") as told:
        assert len(model().fit(finite(3), steps_per_epoch=2, epochs=5, verbose=0).epoch) == 2
    assert len(told) == 1 and told[0].filename == __file__
    taken = finite(4)
    assert len(model().fit(taken, steps_per_epoch=2, epochs=1, verbose=0).epoch) == 1 and len(list(taken)) == 2
    with pytest.warns(UserWarning, match="ran out of data"):
        assert mine.predict(finite(2), verbose=0).shape == (16, 1)
    with pytest.warns(UserWarning, match="ran out of data"):
        assert mine.evaluate(finite(2), steps=5, verbose=0) == pytest.approx(mine.evaluate(*map(np.concatenate, zip(*finite(2))), verbose=0))
    with pytest.raises(ValueError, match="at least one batch"):
        model().fit(finite(0), verbose=0)


def test_the_bar_of_a_generator_that_ends(capsys):
    with pytest.warns(UserWarning):
        model().fit(finite(3), verbose=2)
    assert "3/3 - " in capsys.readouterr().out


def test_hooks_of_datasets_are_called_around_epochs():
    class Told(Rows):
        def __init__(self):
            super().__init__()
            self.told = []

        def __getitem__(self, index):
            self.told.append(str(index))
            return super().__getitem__(index)

        def on_epoch_begin(self):
            self.told.append("B")

        def on_epoch_end(self):
            self.told.append("E")

    def told(use):
        rows = Told()
        use(rows)
        return "".join(rows.told)

    mine = model()
    assert told(lambda rows: mine.fit(rows, epochs=2, verbose=0, shuffle=False)) == "B0EB0123EB0123E"
    assert told(lambda rows: mine.fit(rows, verbose=0, shuffle=False)) == "EB0123E"
    # Rows of validation are read once ahead, for their sizes: Keras begins with what comes behind that.
    assert told(lambda rows: mine.fit(X, Y, validation_data=rows, verbose=0)) == "0123" + "EB0123E"
    assert told(lambda rows: mine.fit(X, Y, validation_data=rows, verbose=0, epochs=2)) == "0123" + "EB0123E" * 2
    assert told(lambda rows: mine.predict(rows, verbose=0)) == "B0123E"
    assert told(lambda rows: model().evaluate(rows, verbose=0)) == "B0EB0123E"


def _mixed(first, second):
    while True:
        yield first
        yield second


def test_batches_of_whole_numbers_and_of_others():
    x, whole, half = np.zeros((4, 3)), np.ones((4, 1), int), np.full((4, 1), 0.5)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    assert model.fit(_mixed((x, whole), (x, half)), steps_per_epoch=2, verbose=0).history["loss"] == [0.625]
    history = model.fit(_mixed((x, whole), (x, whole)), steps_per_epoch=2, validation_data=(x, half), verbose=0).history
    assert (history["loss"], history["val_loss"]) == ([1.0], [0.25])
    model.compile("sgd", lambda t, p: keras.ops.mean(keras.ops.square(keras.ops.cast(t, "float32") - p), axis=-1))
    with pytest.raises(ValueError, match="a batch's y: holds numbers that are not whole.*from the first batch on"):
        model.fit(_mixed((x, whole), (x, half)), steps_per_epoch=2, verbose=0)


def test_a_model_of_a_program_does_not_cut_inputs_of_later_batches():
    class Sum(keras.Model):
        def __init__(self):
            super().__init__()
            self.end = keras.layers.Dense(1, kernel_initializer="ones")

        def call(self, x):
            return self.end(x)

    whole, half = (np.ones((4, 3), int), np.ones((4, 1))), (np.full((4, 3), 0.5), np.ones((4, 1)))
    model = Sum()
    model.compile(keras.optimizers.SGD(0.0), "mse")
    with pytest.raises(ValueError, match="x: holds numbers that are not whole.*from the first batch on"):
        model.fit(_mixed(whole, half), steps_per_epoch=2, verbose=0)
    assert model.fit(_mixed(whole, half), steps_per_epoch=2, validation_data=half, verbose=0).history["val_loss"] == [0.25]


@pytest.mark.parametrize("loss", ["sparse_categorical_crossentropy", keras.losses.SparseCategoricalCrossentropy()])
def test_classes_of_a_stream_are_those_of_arrays(loss):
    x, y = np.random.RandomState(0).normal(size=(6, 3)), np.array([0, 1, 2, 2, 1, 0])
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, activation="softmax")])
    model.compile(keras.optimizers.SGD(0.0), loss, metrics=["accuracy", keras.metrics.MeanIoU(3, sparse_y_pred=False)])
    given = {"class_weight": {0: 1.0, 1: 2.0, 2: 3.0}, "verbose": 0}
    of_stream = model.fit(_mixed((x, y), (x, y)), steps_per_epoch=1, **given).history
    of_arrays = model.fit(x, y, batch_size=6, **given).history
    for name, values in of_arrays.items():
        np.testing.assert_allclose(of_stream[name], values, rtol=1e-6)
