"""Metrics of a program that are made of the library's, are derived from them, or give dicts. Numbers are those of Keras 3.15.1."""

import copy

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4)[:, ::-1].copy()
Y = np.array([[0], [1], [0], [0], [1], [1], [1], [0]], "float32")


class F1(keras.metrics.Metric):
    def __init__(self, name="f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.precision, self.recall = keras.metrics.Precision(), keras.metrics.Recall()

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.precision.update_state(y_true, y_pred, sample_weight)
        self.recall.update_state(y_true, y_pred, sample_weight)

    def result(self):
        precision, recall = self.precision.result(), self.recall.result()
        return 2 * precision * recall / (precision + recall + 1e-7)

    def reset_state(self):
        self.precision.reset_state()
        self.recall.reset_state()


class Rates(F1):
    def result(self):
        return {"hit": self.precision.result(), "found": self.recall.result()}


class Sums(keras.metrics.Metric):
    def __init__(self, name="sums"):
        super().__init__(name=name)
        self.total, self.rows = (self.add_weight(name=each, initializer="zeros") for each in ("total", "rows"))

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(ops.sum(y_pred))
        self.rows.assign_add(ops.cast(ops.shape(y_true)[0], "float32"))

    def result(self):
        return {"total": self.total * 1, "average": self.total / self.rows}


class Distance(keras.metrics.Mean):
    def update_state(self, y_true, y_pred, sample_weight=None):
        return super().update_state(ops.abs(y_true - y_pred), sample_weight=sample_weight)


class Rounded(keras.metrics.Accuracy):
    def update_state(self, y_true, y_pred, sample_weight=None):
        return super().update_state(y_true, ops.round(y_pred), sample_weight)


class Root(keras.metrics.MeanSquaredError):
    def result(self):
        return ops.sqrt(super().result())


class Overlap(keras.metrics.MeanIoU):
    def update_state(self, y_true, y_pred, sample_weight=None):
        return super().update_state(y_true, ops.cast(y_pred > 0.5, "int32"), sample_weight)


def model(metrics, weighted=None):
    made = keras.Sequential([keras.Input((4,)), layers.Dense(1, "sigmoid", kernel_initializer="ones")])
    made.compile(keras.optimizers.SGD(0.5), "mse", metrics=metrics, weighted_metrics=weighted)
    return made


def trained(metrics, weighted=None, **options):
    return model(metrics, weighted).fit(X, Y, batch_size=3, epochs=2, shuffle=False, verbose=0, **options).history


def close(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=2e-5)


@pytest.mark.parametrize(("metric", "wanted", "validated"), [
    (F1(), [0.75, 0.75], [1.0, 1.0]),
    (Distance(name="distance"), [0.386897, 0.388681], [0.164402, 0.168145]),
    (Rounded(name="rounded"), [0.75, 0.75], [1.0, 1.0]),
    (Root(name="root"), [0.520627, 0.520219], [0.211412, 0.213866]),
    (Overlap(2), [0.6, 0.6], [1.0, 1.0]),
])  # fmt: skip
def test_metrics_over_those_of_the_library(metric, wanted, validated):
    history = trained([metric], sample_weight=np.arange(8.0), validation_data=(X[::2], Y[::2]))
    close(history[metric.name], wanted)
    close(history[f"val_{metric.name}"], validated)


def test_weights_reach_the_metrics_inside():
    history = trained(None, [Rounded(name="rounded"), Distance(name="far")], sample_weight=np.arange(8.0))
    close(history["rounded"], [0.714286, 0.714286])
    close(history["far"], [0.428316, 0.429942])


def test_they_work_on_arrays_and_are_copied():
    metric = F1()
    close(metric(Y, [[0.9], [0.8], [0.1], [0.2], [0.7], [0.3], [0.6], [0.4]]), 0.75)
    assert len(metric.variables) == 4 and float(copy.deepcopy(metric).result()) == float(metric.result())
    metric.reset_state()
    assert float(metric.result()) == 0.0
    root = Root()
    root.update_state([[0.0], [0.0]], [[3.0], [3.0]])
    assert float(root.result()) == 3.0 and root.name == "mean_squared_error" and Overlap(2).name == "overlap"
    assert Distance.from_config(Distance(name="far").get_config()).name == "far"


def test_a_metric_inside_whose_variables_follow_from_the_batch_is_told_before():
    class Best(keras.metrics.F1Score):
        def update_state(self, y_true, y_pred, sample_weight=None):
            super().update_state(y_true, y_pred * 1.0)

    with pytest.raises(NotImplementedError, match="call update_state\\(\\) on arrays"):
        trained([Best(name="best")])


def test_a_metric_of_the_library_outside_of_one_is_refused():
    outside = keras.metrics.Mean()

    def near(y_true, y_pred):
        outside.update_state(y_pred)
        return y_pred

    with pytest.raises(NotImplementedError, match="attribute of a metric of your own"):
        trained([near])


def test_a_metric_that_gives_a_dict_is_logged_by_its_keys(tmp_path):
    made, log = model([Sums(), "mae"]), tmp_path / "log.csv"
    stop = keras.callbacks.EarlyStopping(monitor="val_average", mode="min", patience=0)
    history = made.fit(X, Y, batch_size=3, epochs=9, shuffle=False, verbose=0, validation_data=(X, Y),
                       callbacks=[stop, keras.callbacks.CSVLogger(log)]).history
    assert list(history) == ["loss", "mae", "average", "total", "val_average", "val_loss", "val_mae", "val_total"]
    close(history["average"], [0.500903, 0.502059])  # which grows: it ends after two
    close(history["val_total"], [4.009194, 4.018082])
    assert log.read_text().splitlines()[0] == "epoch,average,loss,mae,total,val_average,val_loss,val_mae,val_total"
    told = made.evaluate(X, Y, verbose=0, return_dict=True)
    close([told[name] for name in ("loss", "mae", "average", "total")], [0.269385, 0.388557, 0.50226, 4.018083])
    close(made.evaluate(X, Y, verbose=0), [0.269385, 0.388557, 0.50226, 4.018083])  # entries of dicts come last
    assert made.metrics_names == ["loss", "mae", "average", "total"]


def test_a_dict_of_metrics_inside():
    history = trained([Rates()])
    close(history["hit"], [0.75, 0.75])
    close(history["found"], [0.75, 0.75])
    assert "rates" not in history


def test_a_dict_among_the_metrics_of_one_of_several_outputs():
    x = keras.Input((4,))
    made = keras.Model(x, [layers.Dense(1, name="a")(x), layers.Dense(1, name="b")(x)])
    for metrics, names in (([Sums(), "mae"], ["a_average", "a_total", "b_mae"]), ({"b": Sums()}, ["b_average", "b_total"])):
        made.compile("sgd", "mse", metrics=metrics)
        assert set(made.fit(X, [Y, Y], verbose=0).history) == {"loss", "a_loss", "b_loss", *names}
