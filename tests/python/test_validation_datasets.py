"""A PyDataset as `validation_data`: when it is read and its hooks are called; the expected calls and numbers are those of Keras 3.15.1."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X, Y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")


class Told(keras.utils.PyDataset):
    """Batches whose rows hold the epoch and the number of the batch; writes down what is asked of it."""

    def __init__(self, said, size=2, weight=None):
        super().__init__()
        self.said, self.size, self.epoch, self.weight = said, size, 0, weight

    def __len__(self):
        return self.size

    def __getitem__(self, index):
        self.said.append(str(index))
        rows = np.full((4, 2), self.epoch + index, "float32"), np.zeros((4, 1), "float32")
        return rows if self.weight is None else (*rows, np.full(4, self.weight(self.epoch), "float32"))

    def on_epoch_begin(self):
        self.said.append("begin")

    def on_epoch_end(self):
        self.said.append("end")
        self.epoch += 1


class Callback(keras.callbacks.Callback):
    def __init__(self, said):
        super().__init__()
        self.said = said

    def on_epoch_begin(self, epoch, logs=None):
        self.said.append("<")

    def on_epoch_end(self, epoch, logs=None):
        self.said.append(">")

    def on_test_begin(self, logs=None):
        self.said.append("[")

    def on_test_end(self, logs=None):
        self.said.append("]")


def model():
    made = keras.Sequential([keras.Input((2,)), layers.Dense(1, kernel_initializer="ones")])
    made.compile(keras.optimizers.SGD(0.0), "mse")
    return made


def fitted(size=2, weight=None, **options):
    said = []
    history = model().fit(X, Y, epochs=2, verbose=0, validation_data=Told(said, size, weight), callbacks=[Callback(said)], **options)
    # Before training it is read once for its sizes, without its hooks.
    ahead = said.index("<")
    assert not {"begin", "end"} & set(said[:ahead])
    return " ".join(said[ahead:]), history.history["val_loss"]


TWO = "< end [ begin 0 1 end ] >"


@pytest.mark.parametrize(("size", "options", "calls", "losses"), [
    (2, {}, f"{TWO} {TWO}", [10, 50]),
    (3, {"validation_steps": 2}, f"{TWO} {TWO}", [10, 50]),
    (3, {"validation_freq": 2}, "< > < end [ begin 0 1 2 end ] >", [56 / 3]),
    (3, {"validation_steps": 3}, " ".join(["< end [ begin 0 1 2 end ] >"] * 2), [56 / 3, 200 / 3]),
])
def test_hooks_are_called_as_keras_calls_them(size, options, calls, losses):
    found, values = fitted(size, **options)
    assert found == calls
    np.testing.assert_allclose(values, losses, rtol=1e-6)


def test_a_dataset_is_not_begun_again_for_more_steps():
    with pytest.warns(UserWarning, match="ran out of data"):
        found, values = fitted(2, validation_steps=3)
    assert found == f"{TWO} {TWO}"
    np.testing.assert_allclose(values, [10, 50], rtol=1e-6)


def test_weights_are_read_anew():
    _, values = fitted(weight=lambda epoch: epoch)  # 1 in the first validation, 3 in the second
    np.testing.assert_allclose(values, [10, 150], rtol=1e-6)


def test_a_dataset_without_hooks_is_read_once_for_each_validation():
    class Plain(Told):
        on_epoch_begin, on_epoch_end = keras.utils.PyDataset.on_epoch_begin, keras.utils.PyDataset.on_epoch_end

        def __getitem__(self, index):
            self.epoch = len(self.said) // self.size
            return super().__getitem__(index)

    said = []
    history = model().fit(X, Y, epochs=2, verbose=0, validation_data=Plain(said))
    assert said == ["0", "1"] * 2
    np.testing.assert_allclose(history.history["val_loss"], [2, 10], rtol=1e-6)


def test_training_and_validation_on_datasets():
    said, trained = [], []
    made = model()
    made.fit(Told(trained), epochs=2, verbose=0, validation_data=Told(said))
    assert "".join(said).replace("end", "E").replace("begin", "B") == "01" + "EB01E" * 2


def test_sizes_stay():
    class Grows(Told):
        def __len__(self):
            return 1 + self.epoch // 3

    with pytest.raises(NotImplementedError, match="validation_data"):
        model().fit(X, Y, epochs=3, verbose=0, validation_data=Grows([]))


def test_what_a_dataset_raises_comes_out():
    class Breaks(Told):
        def on_epoch_begin(self):
            raise LookupError("no rows")

    with pytest.raises(LookupError, match="no rows"):
        model().fit(X, Y, verbose=0, validation_data=Breaks([]))
