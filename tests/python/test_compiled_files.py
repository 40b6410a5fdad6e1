"""What models were compiled with, in files: objects of the program as Keras writes them, and found again by their names alone."""

import json
import zipfile

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X, Y = np.ones((6, 4), "float32"), np.zeros((6, 2), "float32")
register = keras.saving.register_keras_serializable


@register("compiled")
def distance(y_true, y_pred):
    return ops.mean(ops.abs(y_true - y_pred), axis=-1)


@register("compiled")
class Weighted(keras.losses.Loss):
    def __init__(self, weight=2.0, **kwargs):
        super().__init__(**kwargs)
        self.weight = weight

    def call(self, y_true, y_pred):
        return self.weight * ops.mean(ops.abs(y_true - y_pred), axis=-1)

    def get_config(self):
        return {**super().get_config(), "weight": self.weight}


@register("compiled")
class Total(keras.metrics.Metric):
    def __init__(self, name="total", **kwargs):
        super().__init__(name=name, **kwargs)
        self.total = self.add_variable(shape=(), initializer="zeros", name="total")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(ops.sum(ops.abs(y_true - y_pred)))

    def result(self):
        return self.total


@register("compiled")
class Falling(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1 / (1.0 + ops.cast(step, "float32"))

    def get_config(self):
        return {}


FUNCTION = {"module": "builtins", "class_name": "function", "config": "compiled>distance", "registered_name": "function"}
TOTAL = {"module": None, "class_name": "Total", "config": {"name": "total", "dtype": "float32"}, "registered_name": "compiled>Total"}
MEAN = {"module": "keras.metrics", "class_name": "MeanMetricWrapper", "config": {"fn": FUNCTION, "name": "far", "dtype": "float32"},
        "registered_name": None}
LOSS = {"module": None, "class_name": "Weighted", "config": {"reduction": "sum_over_batch_size", "name": "weighted", "weight": 3.0},
        "registered_name": "compiled>Weighted"}
FALLING = {"module": None, "class_name": "Falling", "config": {}, "registered_name": "compiled>Falling"}


def made(optimizer="sgd", loss="mse", metrics=None):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    model.compile(optimizer, loss, metrics=metrics)
    return model


def compiled_in(path):
    return json.loads(zipfile.ZipFile(path).read("config.json"))["compile_config"]


def with_compiled(path, compiled):
    """A file of a model that says to have been compiled so."""
    made().save(path)
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    members["config.json"] = json.dumps({**json.loads(members["config.json"]), "compile_config": compiled}).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, value in members.items():
            file.writestr(name, value)
    return path


KINDS = [
    ("function", lambda: made(loss=distance), "loss", FUNCTION), ("class", lambda: made(loss=Weighted(3.0)), "loss", LOSS),
    ("list", lambda: made(loss=[Weighted(3.0)]), "loss", [{**LOSS, "config": {**LOSS["config"]}}]),
    ("metrics", lambda: made(metrics=[distance, Total(), keras.metrics.MeanMetricWrapper(distance, name="far"), "accuracy"]), "metrics",
     [FUNCTION, TOTAL, MEAN, "accuracy"]),
]


@pytest.mark.parametrize("make, part, wanted", [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
def test_a_compile_config_is_that_of_keras(make, part, wanted):
    told = make().get_compile_config()
    assert told[part] == wanted
    again = made()
    again.compile_from_config(json.loads(json.dumps(told)))
    assert again.get_compile_config()[part] == wanted


@pytest.mark.parametrize("extension", ["keras", "h5"])
@pytest.mark.parametrize("make, part, wanted", [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
def test_files_hold_names_and_no_numbers(tmp_path, make, part, wanted, extension):
    model, paths = make(), [tmp_path / f"{when}.{extension}" for when in ("before", "during", "after")]
    model.save(paths[0])
    model.fit(X, Y, verbose=0, callbacks=[keras.callbacks.ModelCheckpoint(str(paths[1]))])
    model.save(paths[2])
    for path in paths:
        if extension == "keras":
            assert compiled_in(path)[part] == wanted
        assert b"python>" not in path.read_bytes()
        again = keras.models.load_model(path)
        assert again.get_compile_config()[part] == wanted
        if path != paths[0]:
            assert again.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)
    assert again.fit(X, Y, verbose=0).history


def test_a_schedule_and_the_state_of_its_optimizer_are_in_the_file(tmp_path):
    model = made(keras.optimizers.Adam(Falling()))
    model.fit(X, Y, epochs=3, verbose=0, shuffle=False)
    model.save(tmp_path / "m.keras")
    assert compiled_in(tmp_path / "m.keras")["optimizer"]["config"]["learning_rate"] == FALLING
    again = keras.models.load_model(tmp_path / "m.keras")
    for each in (model, again):
        each.fit(X, Y, epochs=2, verbose=0, shuffle=False)
    for one, other in zip(model.get_weights(), again.get_weights()):
        np.testing.assert_array_equal(one, other)


def test_a_file_finds_what_the_program_has_under_the_name(tmp_path):
    path = with_compiled(tmp_path / "m.keras", {"optimizer": "sgd", "loss": FUNCTION, "metrics": ["mae"]})
    assert keras.models.load_model(path).loss is distance

    def other(y_true, y_pred):
        return 7.0 + 0.0 * ops.mean(y_pred, axis=-1)

    again = keras.models.load_model(path, custom_objects={"compiled>distance": other})
    assert again.loss is other and again.evaluate(X, Y, verbose=0)[0] == 7.0


@pytest.mark.parametrize("entry, what", [
    ({**FUNCTION, "config": "nobodys"}, "function 'nobodys'"),
    ({**LOSS, "class_name": "Gone", "registered_name": "compiled>Gone"}, "class 'Gone'"),
    ({**LOSS, "class_name": "Gone", "registered_name": "Gone"}, "class 'Gone'"),
])
def test_what_nobody_has_is_told(tmp_path, entry, what):
    path = with_compiled(tmp_path / "m.keras", {"optimizer": "sgd", "loss": entry})
    with pytest.raises(TypeError, match=f"Could not locate {what}.*compile=False"):
        keras.models.load_model(path)
    assert not keras.models.load_model(path, compile=False).compiled
    found = distance if "function" in what else Weighted
    assert keras.models.load_model(path, custom_objects={what.split("'")[1]: found}).compiled


@pytest.mark.parametrize("given", [
    {"optimizer": "sgd", "loss": "python>1"}, {"optimizer": "sgd", "loss": {"class_name": "python>1", "config": {}}},
    {"optimizer": "sgd", "loss": "mse", "metrics": [{"class_name": "MeanMetricWrapper", "config": {"fn": "python>1", "name": "m"}}]},
    {"optimizer": {"class_name": "Adam", "config": {"learning_rate": {"class_name": "python>1", "config": {}}}}, "loss": "mse"},
])
def test_numbers_of_a_process_are_refused(tmp_path, given):
    path = with_compiled(tmp_path / "m.keras", given)
    made(loss=distance).fit(X, Y, verbose=0)  # there is a number 1 here, too
    with pytest.raises(ValueError, match="only its number"):
        keras.models.load_model(path)
    assert not keras.models.load_model(path, compile=False).compiled


def test_numbers_in_layers_are_refused():
    text = made().to_json()
    for old, new in (('"linear"', '"python>1"'), ('"kernel_initializer": {', '"kernel_initializer": "python>1", "other": {')):
        assert old in text
        with pytest.raises(ValueError, match="only its number"):
            keras.models.model_from_json(text.replace(old, new))


def test_what_no_file_can_hold(tmp_path):
    class Callable:
        def __call__(self, y_true, y_pred):
            return ops.mean(ops.abs(y_true - y_pred), axis=-1)

    model = made(loss=lambda y_true, y_pred: ops.mean(ops.abs(y_true - y_pred), axis=-1))
    with pytest.warns(UserWarning, match="does not say what the model was compiled with"):
        model.save(tmp_path / "m.keras")
    assert not keras.models.load_model(tmp_path / "m.keras").compiled
    with pytest.warns(UserWarning, match="ModelCheckpoint: the file does not say"):
        model.fit(X, Y, verbose=0, callbacks=[keras.callbacks.ModelCheckpoint(str(tmp_path / "c.keras"))])
    assert not keras.models.load_model(tmp_path / "c.keras").compiled
    model = made(loss=Callable())
    for name in ("m.keras", "m.h5"):
        with pytest.raises(TypeError, match="get_config"):
            model.save(tmp_path / name)
        model.save(tmp_path / name, include_optimizer=False)


def test_a_state_without_a_learning_rate_gets_one_in_files():
    """Until Keras 3 the rate was none of an optimizer's variables; a rate that is set before training stands in its place."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.25, momentum=0.9), "mse")
    slots = [np.full((2, 1), 3, "float32"), np.full((1,), 4, "float32")]
    model.optimizer._from_file = [np.array(7, "int32"), *slots]
    for rate in (0.25, 0.5):
        model.optimizer.learning_rate = rate
        found = model.optimizer._for_file()
        assert [value.shape for value in found] == [(), (), (2, 1), (1,)]
        assert found[0] == 7 and found[1] == rate and np.array_equal(found[2], slots[0])
    model.optimizer._from_file = found
    model.optimizer.learning_rate = 0.125
    assert [float(value) for value in model.optimizer._for_file()[:2]] == [7, 0.125]
