"""Losses, metrics, initializers, regularizers and callbacks as objects: their types, masks, configs, variables and words."""

import json
import pickle
import warnings

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras import masks
from regimen.keras import layers, ops

Y = np.array([1.0, 0.0, 1.0, 0.0], "float32")
P = np.array([0.1, 0.2, 0.3, 0.4], "float32")
SQUARES = (Y - P) ** 2


class Squares(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return (y_true - y_pred) ** 2


class Counted(keras.metrics.Metric):
    def __init__(self, name="counted", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable(name="total", shape=(), initializer="zeros", dtype="int32")

    def update_state(self, y_true, y_pred):
        self.total.assign(self.total + ops.shape(y_true)[0])

    def result(self):
        return ops.cast(self.total, self.dtype)


def roundtrip(made):
    return keras.saving.deserialize_keras_object(json.loads(json.dumps(keras.saving.serialize_keras_object(made))))


def test_types_of_losses():
    for made in (keras.losses.MeanSquaredError(dtype="float16"), Squares(dtype=keras.DTypePolicy("mixed_float16"))):
        found = made(Y, P)
        assert found.dtype == np.float16 and float(found) == pytest.approx(SQUARES.mean(), rel=1e-2)
        with pytest.raises(AttributeError):
            made.dtype = "float32"
    assert keras.losses.MeanSquaredError(dtype="float16").get_config()["dtype"] == "float16"
    with pytest.raises(ValueError, match="Invalid value for argument `reduction`"):
        Squares(reduction="abc")


@pytest.mark.parametrize("made", [{"loss": keras.losses.MeanSquaredError(dtype="float16")}, {"loss": Squares(dtype="float16")},
                                  {"metrics": [keras.metrics.Mean(dtype="float16")]}, {"metrics": [Counted(dtype="float16")]}])
def test_training_is_float32(made):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    with pytest.raises(ValueError, match="dtype"):
        model.compile("sgd", **{"loss": "mse", **made})
        model.fit(np.ones((2, 2)), np.ones((2, 1)), verbose=0)


@pytest.mark.parametrize("loss", [Squares(), keras.losses.MeanSquaredError()])
def test_masks_of_predictions(loss):
    y, p, mask = Y[:, None], P[:, None].copy(), np.array([True, False, True, True])
    assert float(loss(y, p)) == pytest.approx(SQUARES.mean())
    masks.set_mask(p, mask)
    assert float(loss(y, p)) == pytest.approx(SQUARES[mask].mean())
    weights = np.array([0.4, 0.3, 0.2, 0.1], "float32")
    assert float(loss(y, p, sample_weight=weights)) == pytest.approx((SQUARES * weights)[mask].sum() / 3)
    masks.set_mask(p, np.zeros(4, bool))
    assert float(loss(y, p)) == 0.0


def test_a_mask_goes_with_its_array():
    held = np.ones(3)
    masks.set_mask(held, held > 0)
    assert masks.get_mask(held) is not None
    before = len(masks._of_arrays)
    del held
    assert len(masks._of_arrays) == before - 1


def test_reductions():
    weights = np.array([0.4, 0.3, 0.2, 0.1], "float32")
    assert Squares(reduction=None)(Y, P) == pytest.approx(SQUARES)
    assert float(Squares(reduction="sum")(Y, P, weights)) == pytest.approx((SQUARES * weights).sum())
    assert float(Squares(reduction="mean_with_sample_weight")(Y, P, weights)) == pytest.approx((SQUARES * weights).sum() / weights.sum())
    assert float(Squares()(Y[:, None], P[:, None], weights)) == pytest.approx((SQUARES * weights).sum() / 4)


def test_losses_by_name_are_functions():
    assert keras.losses.get("mse") is keras.losses.mean_squared_error
    assert isinstance(keras.losses.get("MeanSquaredError"), keras.losses.MeanSquaredError)
    assert pickle.loads(pickle.dumps(keras.losses.get("mse"))) is keras.losses.mean_squared_error
    with pytest.raises(ValueError):
        keras.losses.get("typo")


def test_circle_against_references():
    y, p = np.array([0, 1, 0, 1]), np.array([[1, 0], [0, 1], [0.8, 0.6], [0.6, 0.8]], "float32")
    own = keras.losses.Circle(gamma=2.0, reduction="none")(y, p)
    assert keras.losses.circle(y, p, gamma=2.0) == pytest.approx(own, rel=1e-4)
    assert keras.losses.circle(y, p, ref_labels=y, ref_embeddings=p, gamma=2.0) == pytest.approx(own, rel=1e-4)


def test_transposed_arrays_are_read_as_they_are():
    x = np.arange(6, dtype="float32").reshape(3, 2)
    assert not x.T.flags.c_contiguous and x.T.flags.f_contiguous
    assert keras.losses.mse(x.T, np.zeros((2, 3))) == pytest.approx((x.T**2).mean(axis=1))
    assert keras.constraints.NonNeg()(x.T).tolist() == x.T.tolist()
    layer = layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(np.arange(3)[:, None]))
    model = keras.Sequential([keras.Input((3,)), layer])
    assert model.predict(x.T, verbose=0) == pytest.approx(x.T @ np.arange(3)[:, None])


def test_variables_of_metrics():
    mean = keras.metrics.MeanSquaredError()
    assert [v.name for v in mean.variables] == ["total", "count"] and mean.result() == 0
    mean.update_state(Y[:, None], P[:, None])
    assert float(mean.total) == pytest.approx(SQUARES.sum(), rel=1e-5)
    state = mean.stateless_update_state([np.zeros(()), np.zeros(())], Y[:1], P[:1])
    assert float(mean.stateless_result(state)) == pytest.approx(SQUARES[0], rel=1e-5)
    assert mean.result() == pytest.approx(SQUARES.mean(), rel=1e-5)
    assert [float(v) for v in mean.stateless_reset_state()] == [0, 0]
    with pytest.raises(ValueError, match="expected 2 variables"):
        mean.stateless_result([0.0])
    outer = Counted()
    outer.more = {"a": [Counted(), keras.Variable(1.0)]}
    assert len(outer.variables) == 3


def test_a_metric_of_ones_own():
    made = Counted(dtype="float16")
    made.update_state(Y, P)
    assert made.total.dtype == "int32" and made.result().dtype == np.float16 and made.result() == 4
    assert made.get_config() == {"name": "counted", "dtype": "float16"}
    made.reset_state()
    assert made.result() == 0

    class Hasty(keras.metrics.Metric):
        def __init__(self):
            self.n = self.add_weight(name="n")

    with pytest.raises(RuntimeError, match="super"):
        Hasty()


def test_metrics_in_training_with_metrics_inside():
    class Outer(keras.metrics.Metric):
        def __init__(self):
            super().__init__(name="outer")
            self.inner = Counted()

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.inner.update_state(y_true, y_pred)

        def result(self):
            return self.inner.result()

    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[Outer()])
    history = model.fit(np.ones((6, 2)), np.ones((6, 1)), batch_size=2, verbose=0)
    assert history.history["outer"] == [6.0]


def test_configs_there_and_back():
    for made in (keras.metrics.Poisson(name="p"), keras.losses.Poisson(reduction="sum"), keras.metrics.AUC(thresholds=[0.5]),
                 keras.initializers.Identity(gain=2.0), keras.regularizers.L1L2(l1=0.1, l2=0.2), keras.constraints.UnitNorm(axis=1),
                 keras.initializers.VarianceScaling(seed=keras.random.SeedGenerator(3))):
        back = roundtrip(made)
        assert type(back) is type(made) and back.get_config() == made.get_config()
    assert keras.metrics.AUC(thresholds=[0.5]).num_thresholds == 3


@pytest.mark.parametrize("make, told", [
    (lambda: keras.metrics.AUC(curve="Invalid"), 'Invalid AUC curve value: "Invalid"'),
    (lambda: keras.metrics.AUC(num_thresholds=1), "must be an integer > 1"),
    (lambda: keras.metrics.Precision(thresholds=[-1, 0.5]), r"Threshold values must be in \[0, 1\]. Received: \[-1\]"),
    (lambda: keras.metrics.FBetaScore(beta=-1.0), "It should be > 0"),
    (lambda: keras.metrics.FBetaScore(threshold="0.5"), "Python float"),
    (lambda: keras.metrics.RecallAtPrecision(2), r"`precision` must be in the range \[0, 1\]"),
    (lambda: keras.metrics.R2Score()([1.0], [1.0]), "expects 2D inputs"),
    (lambda: keras.metrics.Recall(class_id=1)(Y, P), "y_pred must be a 2D array"),
    (lambda: keras.losses.BinaryCrossentropy()(np.ones((3, 1)), np.ones((3, 3))), "must have the same shape"),
    (lambda: keras.regularizers.L1(-1.0), "expected a non-negative float"),
    (lambda: keras.regularizers.OrthogonalRegularizer(mode="x"), "Invalid value for argument `mode`"),
    (lambda: keras.regularizers.OrthogonalRegularizer()(np.ones((2, 2, 2))), "must have rank 2"),
    (lambda: keras.initializers.VarianceScaling(mode="x"), "Invalid `mode` argument"),
    (lambda: keras.initializers.STFT("imaginary"), "Invalid `side` argument"),
    (lambda: keras.initializers.STFT("real", "unknown"), "unknown"),
    (lambda: keras.initializers.get(np.ones((2, 2)))((3, 3)), "Expected `shape` to be"),
    (lambda: keras.DTypePolicy("float33"), "DTypePolicy"),
    (lambda: keras.config.set_dtype_policy("mixed_float16"), "mixed_bfloat16"),
    (lambda: keras.callbacks.BackupAndRestore(""), "Empty `backup_dir`"),
    (lambda: keras.callbacks.ModelCheckpoint("m.keras", save_freq="batch"), "Unrecognized save_freq"),
])
def test_words_of_refusals(make, told):
    with pytest.raises(ValueError, match=told):
        make()


def test_initializers_of_arrays_and_generators():
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    for made in (keras.initializers.Constant(values), keras.initializers.get(values)):
        layer = layers.Dense(2, kernel_initializer=made)
        layer.build((None, 2))
        assert layer.get_weights()[0].tolist() == values.tolist()
    drawn = keras.initializers.RandomNormal(seed=keras.random.SeedGenerator(3))
    assert not np.array_equal(drawn((3,)), drawn((3,)))
    fixed = keras.initializers.RandomNormal(seed=3)
    assert np.array_equal(fixed((3,)), fixed((3,)))


def test_bases_do_nothing():
    assert keras.constraints.Constraint()(P) is P and keras.constraints.Constraint().get_config() == {}
    assert keras.regularizers.Regularizer()(P) == 0
    with pytest.raises(NotImplementedError):
        keras.initializers.Initializer()((2,))


def test_activations_with_options():
    x = np.array([[-2.0, -0.5, 0.5, 2.0]], "float32")
    assert keras.activations.relu(x, 0.1, 1.5)[0] == pytest.approx([-0.2, -0.05, 0.5, 1.5])
    assert keras.activations.celu(x, alpha=0.5)[0, 0] == pytest.approx(0.5 * np.expm1(-4.0), rel=1e-5)
    assert keras.activations.glu(x)[0] == pytest.approx(x[0, :2] / (1 + np.exp(-x[0, 2:])), rel=1e-5)
    assert keras.activations.threshold(x, 0, 7)[0].tolist() == [7, 7, 0.5, 2]
    assert keras.activations.sparsemax(x)[0] == pytest.approx([0, 0, 0, 1])
    assert keras.activations.sparsemax(x / 4)[0].sum() == pytest.approx(1)


def test_accuracies_as_functions():
    p, labels = np.array([[0.1, 0.7, 0.2], [0.5, 0.1, 0.4]], "float32"), np.array([1, 2])
    one_hot = np.eye(3)[labels]
    metrics = keras.metrics
    assert metrics.sparse_categorical_accuracy(labels, p).tolist() == metrics.categorical_accuracy(one_hot, p).tolist() == [1, 0]
    assert metrics.sparse_categorical_accuracy(labels[:, None], p).tolist() == [1, 0]
    assert metrics.top_k_categorical_accuracy(one_hot, p, k=2).tolist() == [1, 1]
    assert metrics.sparse_top_k_categorical_accuracy(labels, p, k=1).tolist() == [1, 0]
    assert metrics.sparse_top_k_categorical_accuracy(labels, np.array([[1, 0], [0, 1]]), k=2, from_sorted_ids=True).tolist() == [1, 0]
    assert metrics.binary_accuracy(one_hot, p)[0].tolist() == [1, 1, 1] and metrics.mean_squared_error is keras.losses.mean_squared_error
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3, activation="softmax", kernel_initializer="ones")])
    model.compile("sgd", "categorical_crossentropy", metrics=[metrics.categorical_accuracy, metrics.pearson_correlation])
    history = model.fit(np.ones((2, 2)), np.eye(3)[[0, 0]], verbose=0).history
    assert history["categorical_accuracy"] == [1.0] and "pearson_correlation" in history


def test_deserialize_asks_a_programs_own_objects():
    class Mine(keras.regularizers.Regularizer):
        pass

    found = keras.regularizers.deserialize({"class_name": "Mine", "config": {}}, custom_objects={"Mine": Mine})
    assert isinstance(found, Mine)
    assert keras.losses.deserialize("squares", custom_objects={"squares": Squares}) is Squares


def test_correlations():
    y, p = np.random.default_rng(0).random((2, 3, 8)).astype("float32")
    expected = [np.corrcoef(a, b)[0, 1] for a, b in zip(y, p)]
    assert keras.metrics.pearson_correlation(y, p) == pytest.approx(expected, rel=1e-3)
    assert keras.metrics.concordance_correlation(y, y) == pytest.approx([1, 1, 1], rel=1e-3)


def test_callbacks_in_a_loop_of_ones_own():
    class Model:
        stop_training, weights = False, -1

        def get_weights(self):
            return self.weights

        def set_weights(self, weights):
            self.weights = weights

    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True)
    stop.set_model(Model())
    stop.on_train_begin()
    for epoch, value in enumerate([0.2, 0.15, 0.1, 0.11, 0.12, 0.13]):
        stop.model.weights = epoch
        stop.on_epoch_end(epoch, {"val_loss": value})
        if stop.model.stop_training:
            break
    stop.on_train_end()
    assert (epoch, stop.stopped_epoch, stop.best_epoch, stop.model.weights) == (4, 4, 2, 2)
    stop.on_train_begin()
    assert stop.best is None and stop.wait == 0 and stop.best_weights is None

    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_lr=0.03)
    plateau.set_model(model)
    plateau.on_train_begin()
    rates = []
    for epoch in range(4):
        plateau.on_epoch_end(epoch, {"loss": 1.0})
        rates.append(float(model.optimizer.learning_rate))
    assert rates == pytest.approx([0.1, 0.05, 0.03, 0.03])


def test_callbacks_say_what_they_cannot_do():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert keras.callbacks.ModelCheckpoint("m.keras", mode="unknown").mode == "auto"
    assert "fallback to auto" in str(told[0].message)
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)), "mse")
    for callback, error, words in ((keras.callbacks.ReduceLROnPlateau(monitor="loss"), TypeError, "LearningRateSchedule"),
                                   (keras.callbacks.SwapEMAWeights(), ValueError, "use_ema=True")):
        with pytest.raises(error, match=words):
            model.fit(np.ones((2, 2)), np.ones((2, 1)), verbose=0, callbacks=[callback])


def test_variables_take_types_and_arguments_as_in_keras():
    told = [keras.Variable(value).dtype for value in (1, 1.5, True, np.array([1, 2]), np.zeros(2), np.zeros(2, "uint8"))]
    assert told == ["int32", "float32", "bool", "int32", "float32", "uint8"]
    made = keras.Variable("zeros", (2,), "int32", False, True, "sum", name="x")
    assert (made.shape, made.dtype, made.trainable, made.aggregation, made.name) == ((2,), "int32", False, "sum", "x")
    assert keras.Variable(np.ones(2), shape=(2,)).shape == (2,)
    with pytest.raises(ValueError, match="the `shape` argument should be specified"):
        keras.Variable(keras.initializers.Zeros())


def test_whole_numbers_that_int32_does_not_hold_are_not_cut():
    assert float(keras.losses.MeanAbsoluteError()(np.array([2**40]), np.array([0.0]))) == 2.0**40
    metric = keras.metrics.MeanAbsoluteError()
    metric.update_state(np.array([2**40]), np.array([0.0]))
    assert float(metric.result()) == 2.0**40


def test_registered_names_are_whole_names_and_stay():
    saving = keras.saving

    with saving.custom_object_scope({"lent": len}):
        assert saving.get_registered_object("lent") is len

        @saving.register_keras_serializable("scoped")
        def stays(x):
            return x

    assert saving.get_registered_object("lent") is None and saving.get_registered_object("scoped>stays") is stays
    with pytest.raises(ValueError, match="does not have a get_config"):
        saving.register_keras_serializable()(type("Nothing", (), {}))

    @saving.register_keras_serializable("mine")
    class Dense(layers.Layer):
        def call(self, x):
            return 0 * x

    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    assert type(keras.models.model_from_json(model.to_json()).layers[0]) is layers.Dense


def test_top_k_of_labels_in_a_column_and_of_no_numbers():
    labels, scores = np.array([0, 1, 2]), np.array([[np.nan, 1.0, 2.0]] * 3)
    top = keras.metrics.sparse_top_k_categorical_accuracy
    assert np.array_equal(top(labels, scores, k=2), [0, 1, 1]) and np.array_equal(top(labels[:, None], scores, k=2), [[0], [1], [1]])
