"""Callbacks: the library's, classes of a program, exceptions."""

import copy
import pickle

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras import dialect
from regimen.keras import callbacks, layers

RNG = np.random.default_rng(3)
X = RNG.normal(size=(48, 2)).astype("float32")
Y = X[:, :1].copy()


def model():
    made = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="only")])
    made.compile(keras.optimizers.SGD(0.1), "mse")
    return made


def test_moments_come_in_order():
    seen = []

    class Seen(callbacks.Callback):
        def on_train_begin(self, logs=None):
            seen.append("train")
            assert self.params["epochs"] == 2 and self.params["steps"] == 3

        def on_epoch_begin(self, epoch, logs=None):
            seen.append(f"epoch {epoch}")

        def on_train_batch_end(self, batch, logs=None):
            seen.append(f"batch {batch}")
            assert "loss" in logs

        def on_test_begin(self, logs=None):
            seen.append("test")

        def on_epoch_end(self, epoch, logs=None):
            seen.append(f"end {epoch}")
            assert "val_loss" in logs

        def on_train_end(self, logs=None):
            seen.append("done")

    model().fit(X, Y, epochs=2, batch_size=16, validation_data=(X, Y), verbose=0, callbacks=[Seen()])
    epoch = ["batch 0", "batch 1", "batch 2", "test"]
    assert seen == ["train", "epoch 0", *epoch, "end 0", "epoch 1", *epoch, "end 1", "done"]


def test_weights_logs_and_rates_from_inside():
    rates = []

    class Mine(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            layer = self.model.get_layer("only")
            logs["largest"] = float(np.abs(layer.kernel.numpy()).max())
            layer.set_weights([np.zeros((2, 1)), np.array([7.0])])
            assert layer.get_weights()[1][0] == 7.0
            self.model.optimizer.learning_rate = 0.0
            rates.append(float(self.model.optimizer.learning_rate))
            if epoch == 1:
                self.model.stop_training = True

    made = model()
    history = made.fit(X, Y, epochs=9, verbose=0, callbacks=[Mine()])
    assert len(history.epoch) == 2 and len(history.history["largest"]) == 2
    assert rates == [0.0, 0.0]
    assert np.array_equal(made.get_weights()[1], [7.0])


def test_predictions_and_evaluations_from_inside():
    class Asks(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            told = self.model.evaluate(X, Y, verbose=0)
            assert np.mean((self.model.predict(X, verbose=0) - Y) ** 2) == pytest.approx(told, rel=1e-4)
            logs["asked"] = told

    history = model().fit(X, Y, epochs=3, verbose=0, callbacks=[Asks()])
    asked = history.history["asked"]
    assert asked[0] > asked[1] > asked[2]


@pytest.mark.parametrize("hook", ["on_train_begin", "on_epoch_end", "on_train_batch_end"])
def test_an_exception_comes_out_and_the_model_goes_on(hook):
    class Breaks(callbacks.Callback):
        pass

    def broken(self, *args, **kwargs):
        raise KeyError("mine")

    setattr(Breaks, hook, broken)
    made = model()
    with pytest.raises(KeyError, match="mine"):
        made.fit(X, Y, epochs=2, verbose=0, callbacks=[Breaks()])
    assert len(made.fit(X, Y, epochs=1, verbose=0).epoch) == 1


def test_ctrl_c_ends_training():
    class Interrupts(callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model().fit(X, Y, epochs=2, verbose=0, callbacks=[Interrupts()])


def test_early_stopping_and_its_state():
    stop = callbacks.EarlyStopping(monitor="loss", min_delta=1e6, patience=1, restore_best_weights=True)
    history = model().fit(X, Y, epochs=50, verbose=0, callbacks=[stop])
    assert len(history.epoch) == 2 and stop.stopped_epoch == 1
    assert stop.patience == 1 and stop.monitor == "loss"


def test_a_subclass_of_a_callback_of_the_library():
    told = []

    class Mine(callbacks.EarlyStopping):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            told.append(epoch)

    model().fit(X, Y, epochs=50, verbose=0, callbacks=[Mine(monitor="loss", min_delta=1e6, patience=1)])
    assert told == [0, 1]


def test_files_of_callbacks(tmp_path):
    kept = callbacks.ModelCheckpoint(str(tmp_path / "best-{epoch}.keras"), monitor="loss", save_best_only=True)
    logs = callbacks.CSVLogger(str(tmp_path / "log.csv"))
    made = model()
    made.fit(X, Y, epochs=2, verbose=0, callbacks=[kept, logs])
    assert (tmp_path / "log.csv").read_text().splitlines()[0] == "epoch,loss,val_loss"
    back = keras.models.load_model(tmp_path / "best-2.keras")
    assert np.array_equal(back.predict(X, verbose=0), made.predict(X, verbose=0))


def test_schedulers_and_functions():
    rates, ends = [], []
    schedule = callbacks.LearningRateScheduler(lambda epoch, rate: 0.5 / (epoch + 1))
    watch = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ends.append(epoch))
    made = model()
    history = made.fit(X, Y, epochs=2, verbose=0, callbacks=[schedule, watch])
    assert ends == [0, 1]
    assert history.history["learning_rate"] == pytest.approx([0.5, 0.25])


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match="patienc"):
        callbacks.EarlyStopping(patienc=3)
    with pytest.raises(TypeError, match="no Callback"):
        model().fit(X, Y, verbose=0, callbacks=["stop"])


def test_folders_of_steps_are_read_back(tmp_path):
    folder = tmp_path / "steps"
    trained = model()
    trained.fit(X, Y, epochs=3, batch_size=16, verbose=0, callbacks=[callbacks.OrbaxCheckpoint(str(folder), max_to_keep=2)])
    assert sorted(place.name for place in folder.iterdir()) == ["1", "2"]
    again = keras.models.load_model(folder)
    np.testing.assert_array_equal(again.get_weights()[0], trained.get_weights()[0])
    assert again.compiled and int(again.optimizer.iterations) == 9
    other = model()
    other.load_weights(folder)
    np.testing.assert_array_equal(other.get_weights()[0], trained.get_weights()[0])
    # Numbers of batches go on where the optimizer is.
    again.fit(X, Y, batch_size=16, verbose=0, callbacks=[callbacks.OrbaxCheckpoint(str(folder), save_freq=2, max_to_keep=None)])
    assert sorted(place.name for place in folder.iterdir()) == ["1", "11", "2"]


def test_folders_of_steps_with_the_best_weights_alone(tmp_path):
    class Falls(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["loss"] = [3.0, 1.0, 2.0, 0.5][epoch]

    folder = tmp_path / "best"
    saves = callbacks.OrbaxCheckpoint(str(folder), monitor="loss", save_best_only=True, save_weights_only=True, initial_value_threshold=2.5,
                                      max_to_keep=None)
    model().fit(X, Y, epochs=4, verbose=0, callbacks=[Falls(), saves])
    assert sorted(place.name for place in folder.iterdir()) == ["1", "3"]
    with pytest.raises(ValueError, match="weights alone"):
        keras.models.load_model(folder)
    with pytest.raises(ValueError, match="without steps"):
        keras.models.load_model(tmp_path)
    with pytest.raises(ValueError, match="max_to_keep"):
        callbacks.OrbaxCheckpoint(str(folder), max_to_keep=0)


def test_rates_of_several_optimizers_are_lowered_together():
    high, low = keras.optimizers.SGD(0.5), keras.optimizers.SGD(0.25)
    made = model()
    made.compile(keras.optimizers.MultiOptimizer(keras.optimizers.OptimizerMap(low, {"only/kernel": high})), "mse")
    plateau = callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1)
    plateau.set_model(made)
    plateau.on_train_begin()
    for epoch in range(2):
        plateau.on_epoch_end(epoch, {"loss": 1.0})
    assert [float(each.learning_rate) for each in (high, low)] == [0.25, 0.125]


def test_averages_of_several_optimizers_are_swapped():
    averaged, plain = keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.5), keras.optimizers.SGD(0.5)
    made = model()
    made.compile(keras.optimizers.MultiOptimizer(keras.optimizers.OptimizerMap(plain, {"only/kernel": averaged})), "mse")
    made.fit(X, Y, verbose=0, epochs=2, callbacks=[callbacks.SwapEMAWeights(swap_on_epoch=True)])
    made.compile(keras.optimizers.MultiOptimizer(keras.optimizers.OptimizerMap(plain)), "mse")
    with pytest.raises(ValueError, match="use_ema"):
        made.fit(X, Y, verbose=0, callbacks=[callbacks.SwapEMAWeights()])


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_callbacks_of_the_library_are_copied_with_their_state(again):
    stop = callbacks.EarlyStopping("loss", patience=7)
    trained = model()
    trained.fit(X, Y, epochs=2, verbose=0, callbacks=[stop])
    copied = again(stop)
    assert (copied.patience, copied.best, copied.model) == (7, stop.best, None)
    copied.patience = 1
    assert stop.patience == 7
    assert len(trained.fit(X, Y, epochs=2, verbose=0, callbacks=[copied]).epoch) == 2


def test_a_copied_callback_that_saves_batches(tmp_path):
    saving = copy.deepcopy(callbacks.OrbaxCheckpoint(str(tmp_path / "steps"), save_freq=1))
    model().fit(X, Y, epochs=1, verbose=0, callbacks=[saving])
    assert len(list((tmp_path / "steps").iterdir())) == 1


class Sees(callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.begun = self.params, self.validation_data


@pytest.fixture
def dialects():
    yield dialect.set_version
    dialect.set_version(None)


def test_what_callbacks_of_old_are_told(dialects):
    weights = np.arange(len(X), dtype="float32")
    dialects("2.2")
    seen, trained = Sees(), model()
    trained.compile("sgd", "mse", metrics=["acc"])
    trained.fit(X, Y, batch_size=4, epochs=1, validation_split=0.25, sample_weight=weights, verbose=0, callbacks=[seen])
    held = len(X) - int(len(X) * 0.75)
    params, validation = seen.begun
    assert params["metrics"] == ["loss", "acc", "val_loss", "val_acc"] and params["do_validation"] is True
    assert (params["samples"], params["batch_size"]) == (len(X) - held, 4)
    assert all(np.array_equal(a, b) for a, b in zip(validation, [X[-held:], np.reshape(Y[-held:], validation[1].shape), weights[-held:]]))
    trained.fit(X, Y, verbose=0, callbacks=[seen], validation_data=(X, Y))
    assert np.array_equal(seen.begun[1][2], np.ones(len(X)))
    trained.fit(X, Y, verbose=0, callbacks=[seen := Sees()])
    assert seen.begun[1] is None and seen.begun[0]["metrics"] == ["loss", "acc"] and not seen.begun[0]["do_validation"]
    dialects("1.2")
    trained.fit(X, Y, epochs=3, verbose=0, callbacks=[seen])
    assert (seen.begun[0]["nb_epoch"], seen.begun[0]["nb_sample"]) == (3, len(X))
    dialects(None)
    trained.fit(X, Y, verbose=0, callbacks=[seen], validation_data=(X, Y))
    assert set(seen.begun[0]) == {"verbose", "epochs", "steps"}


def test_history_is_there_while_training_goes_on():
    made, own, seen = model(), callbacks.History(), []

    class Seen(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(len(self.model.history.history.get("loss", [])))
            if epoch == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made.fit(X, Y, epochs=5, verbose=0, callbacks=[own, Seen()])
    assert seen == [0, 1, 2] and len(made.history.history["loss"]) == 2 and made.history.epoch == [0, 1] == own.epoch


def test_evaluations_and_predictions_tell_their_steps():
    told = []

    class Seen(callbacks.Callback):
        def on_test_begin(self, logs=None):
            told.append(self.params)

        on_predict_begin = on_test_begin

    made = model()
    made.evaluate(X, Y, batch_size=10, verbose=0, callbacks=[Seen()])
    made.predict(X, batch_size=20, verbose=0, callbacks=[Seen()])
    assert told == [{"verbose": 0, "epochs": 1, "steps": 5}, {"verbose": 0, "epochs": 1, "steps": 3}]


def test_weights_that_a_callback_loads_stay(tmp_path):
    made = model()
    made.save_weights(tmp_path / "first.weights.h5")
    before = made.get_weights()

    class Back(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.load_weights(tmp_path / "first.weights.h5")

    made.fit(X, Y, epochs=2, verbose=0, callbacks=[Back()])
    assert all(np.array_equal(a, b) for a, b in zip(made.get_weights(), before))


def test_an_epoch_may_be_longer_than_the_rows():
    with pytest.warns(UserWarning, match="ran out of data"):
        model().fit(X, Y, batch_size=24, steps_per_epoch=3, epochs=1, verbose=0)


def test_a_list_of_callbacks_shows_the_progress_of_a_loop(capsys):
    seen = []
    many = keras.callbacks.CallbackList([keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))], add_history=True,
                                        add_progbar=True, epochs=2, steps=2, verbose=2)
    many.set_model("a model")
    for epoch in range(2):
        many.on_epoch_begin(epoch)
        for step in range(2):
            many.on_train_batch_begin(step)
            many.on_train_batch_end(step, {"loss": 1.0 + step})
        many.on_epoch_end(epoch, {"loss": 2.0})
    assert seen == [0, 1] and many.callbacks[0].model == "a model"
    assert many.callbacks[1].history == {"loss": [2.0, 2.0]} and many.callbacks[1].epoch == [0, 1]
    told = capsys.readouterr().out
    assert "Epoch 2/2" in told and "2/2" in told and "loss: 2.0000" in told


def test_a_metric_of_several_values_is_one_array(capsys):
    import regimen

    seen, classes = [], np.eye(3, dtype="float32")[np.arange(48) % 3]
    made = keras.Sequential([keras.Input((2,)), layers.Dense(3, activation="softmax")])
    made.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score(name="f1"), "accuracy"])

    class Stops(callbacks.EarlyStopping):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(logs)
            super().on_epoch_end(epoch, logs)

    told = [Stops("val_f1[0]", mode="max"), callbacks.LambdaCallback(on_batch_end=lambda batch, logs: seen.append(logs))]
    history = made.fit(X, classes, epochs=2, verbose=2, validation_data=(X, classes), callbacks=told).history
    printed = capsys.readouterr().out
    assert set(history) == {"loss", "f1", "accuracy", "val_loss", "val_f1", "val_accuracy"}
    assert all(isinstance(logs["f1"], np.ndarray) and logs["f1"].shape == (3,) for logs in seen)
    assert history["val_f1"][1].dtype == np.float32 and f"val_f1: {history['val_f1'][1].mean():.4f}" in printed
    loss, f1, accuracy = made.evaluate(X, classes, verbose=0)
    np.testing.assert_array_equal(f1, history["val_f1"][1])
    assert made.metrics_names == ["loss", "f1", "accuracy"] and made.get_metrics_result()["f1"].shape == (3,)
    assert [np.shape(value) for value in made.train_on_batch(X, classes)] == [(), (3,), ()]
    made.reset_metrics()
    np.testing.assert_array_equal(made.get_metrics_result()["f1"], np.zeros(3))
    assert regimen.diagnose(history) == regimen.diagnose({**history, "f1": [1, 2], "val_f1": [1, 2]})


def test_summary_names_and_batches_of_an_evaluation_from_inside():
    seen = []

    class Inside(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.model.summary(print_fn=lambda text: seen.append("Optimizer params" in text))

        def on_epoch_end(self, epoch, logs=None):
            seen.append(self.model.metrics_names)
            values = self.model.test_on_batch(x, y)
            seen.append(np.allclose(values, self.model.evaluate(x, y, verbose=0)))

    x, y = np.random.rand(8, 3).astype("float32"), np.random.rand(8, 1).astype("float32")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    model.fit(x, y, verbose=0, callbacks=[Inside()])
    assert seen == [True, ["loss", "mae"], True]


def test_names_of_functions_and_losses_in_logs(dialects):
    def meanPred(y_true, y_pred):
        return keras.ops.mean(y_pred)

    def names():
        model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
        given = [meanPred, lambda y_true, y_pred: keras.ops.mean(y_true), keras.losses.MeanSquaredError(), keras.losses.Huber(name="H")]
        model.compile("sgd", "mse", metrics=given)
        rate = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)
        return list(model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0, callbacks=[rate]).history)

    assert names() == ["H", "lambda", "loss", "mean_pred", "mean_squared_error", "learning_rate"]
    dialects("2.15")
    assert names()[0] == "loss" and {"meanPred", "<lambda>", "mean_squared_error", "H"} < set(names())
