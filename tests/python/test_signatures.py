"""Arguments by place stand in Keras's order, and signatures say so."""

import importlib
import inspect
import os
import subprocess
import sys

import numpy as np
import pytest
from regimen import keras
from regimen.keras import layers, losses, metrics, optimizers


def test_options_of_optimizers_by_place():
    found = optimizers.AdamW(1e-3, 1e-4)
    assert (found.weight_decay, found.beta_1) == (pytest.approx(1e-4), pytest.approx(0.9))
    assert list(inspect.signature(optimizers.Nadam).parameters)[3:6] == ["epsilon", "weight_decay", "clipnorm"]
    assert list(inspect.signature(optimizers.Muon).parameters)[4:7] == ["epsilon", "weight_decay", "clipnorm"]
    assert list(inspect.signature(optimizers.LossScaleOptimizer).parameters)[3] == "name"


def test_optimizers_of_keras_2_by_place():
    code = ("from regimen.keras import optimizers as o; a, b = o.SGD(0.1, 0.9, 1e-6, True), o.RMSprop(0.01, 0.8, 1e-8, 1e-3); "
            "print(a.nesterov, a.decay, b.momentum, b.epsilon, b.decay)")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], env={**os.environ, "REGIMEN_KERAS": "2.2"}, capture_output=True,
                          text=True, check=True)
    assert done.stdout.split() == ["True", "1e-06", "0.0", "1e-08", "0.001"]


def test_names_and_types_of_metrics_by_place():
    assert metrics.BinaryAccuracy("acc", None, 0.7).get_config()["threshold"] == pytest.approx(0.7)
    assert metrics.AUC(50, "PR", "interpolation", "pr").name == "pr"
    assert metrics.MeanIoU(3, "iou").name == "iou"
    assert metrics.TopKCategoricalAccuracy(3, "top").name == "top"
    assert metrics.Mean("m").name == "m"


def test_options_of_losses_by_place():
    found = losses.SparseCategoricalCrossentropy(True, None, "sum", -1, "mine")
    assert (found.get_config()["reduction"], found.name) == ("sum", "mine")
    assert losses.MeanSquaredError("sum", "mine").name == "mine"
    assert losses.Dice("sum", "d", 1).get_config()["axis"] == 1


def test_options_of_layers_by_place():
    assert layers.MaxPooling2D(2, 2, "same", None, "pool").name == "pool"
    assert layers.LayerNormalization(-1, 1e-3, True, True, "ones").beta_initializer.__class__.__name__ == "Ones"
    assert list(inspect.signature(layers.GRU).parameters)[17:22] == ["return_sequences", "return_state", "go_backwards", "stateful", "unroll"]


def test_functions_of_layers_take_their_axis_by_place():
    a, b = keras.Input((4, 2)), keras.Input((4, 3))
    assert layers.concatenate([a, b], 2).shape == (None, 4, 5)
    assert layers.dot([keras.Input((4,)), keras.Input((4,))], 1).shape == (None, 1)
    assert layers.dot([keras.Input((4,)), keras.Input((4,))]).shape == (None, 1)


def test_signatures_of_classes_of_a_program_are_their_own():
    class Mine(layers.Layer):
        def __init__(self, units, rate=0.5, **kwargs):
            super().__init__(**kwargs)

    assert list(inspect.signature(Mine).parameters) == ["units", "rate", "kwargs"]
    assert list(inspect.signature(layers.Lambda).parameters)[0] == "function"


@keras.saving.register_keras_serializable("tests")
class Slope(keras.regularizers.Regularizer):
    def __init__(self, slope=1.0):
        self.slope = slope

    def __call__(self, x):
        return keras.ops.sum(x) * self.slope

    def get_config(self):
        return {"slope": self.slope}


@keras.saving.register_keras_serializable("tests")
def doubled(x):
    return x * 2


def test_what_a_program_wrote_goes_into_configs_and_back():
    config = keras.regularizers.serialize(Slope(3.0))
    assert config == {"module": None, "class_name": "Slope", "config": {"slope": 3.0}, "registered_name": "tests>Slope"}
    assert keras.regularizers.get(config).slope == keras.regularizers.deserialize(config).slope == 3.0
    assert keras.regularizers.serialize(None) is None
    assert keras.activations.get(keras.activations.serialize(doubled)) is doubled
    with keras.saving.custom_object_scope({"mine": doubled}):
        assert keras.losses.get("mine") is keras.activations.get("mine") is doubled
    assert keras.optimizers.deserialize({"class_name": "Mine", "config": {}}, {"Mine": optimizers.SGD}).__class__ is optimizers.SGD


def test_layers_as_configs():
    config = layers.serialize(layers.Dense(3, activation="relu", name="d"))
    assert (config["class_name"], layers.deserialize(config).units, layers.deserialize(config).name) == ("Dense", 3, "d")
    with pytest.raises(ValueError, match="not a `keras.layers.Layer`"):
        layers.deserialize("Dense")


def test_interactive_logging_is_turned_off(capsys):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    keras.utils.disable_interactive_logging()
    try:
        assert not keras.config.is_interactive_logging_enabled()
        model.fit(np.ones((4, 2)), np.ones((4, 1)))
        model.summary()
        assert capsys.readouterr().out == ""
    finally:
        keras.utils.enable_interactive_logging()
    model.predict(np.ones((4, 2)))
    assert capsys.readouterr().out


def test_a_bound_of_epochs():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    keras.config.set_max_epochs(2)
    try:
        with pytest.warns(UserWarning, match="Limiting epochs to 2"):
            assert model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=5, verbose=0).epoch == [0, 1]
    finally:
        keras.config.set_max_epochs(None)


def test_what_is_not_there_says_so():
    for place, name in (("", "StatelessScope"), (".distribution", "DataParallel"), (".quantizers", "get"), (".layers", "JaxLayer"),
                        (".utils", "FeatureSpace"), (".dtype_policies", "DTypePolicyMap"), (".ops", "fft")):
        with pytest.raises(NotImplementedError, match=f"keras{place}.{name} is not supported here"):
            getattr(importlib.import_module(f"regimen.keras{place}"), name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        keras.distribution.nothing


def test_where_something_is_computed_changes_nothing():
    with keras.device("cpu:0"), keras.RematScope(mode="full"):
        assert keras.remat(layers.Dense(2))(np.ones((1, 3))).shape == (1, 2)
    with pytest.raises(ValueError, match="Invalid mode"):
        keras.RematScope(mode="some")


def test_functions_refuse_what_they_do_not_take():
    assert str(inspect.signature(losses.binary_crossentropy)) == "(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1)"
    assert str(inspect.signature(keras.activations.relu)) == "(x, negative_slope=0.0, max_value=None, threshold=0.0)"
    for call in (lambda: losses.mean_squared_error([1.0], [2.0], 3), lambda: losses.huber([1.0], [2.0], foo=3),
                 lambda: keras.activations.mish(1.0, foo=3), lambda: keras.activations.elu(1.0, 2.0, 3.0)):
        with pytest.raises(TypeError, match="argument"):
            call()


def test_penalties_that_are_not_given():
    assert keras.regularizers.l1_l2().get_config() == {"l1": 0.0, "l2": 0.0}
    code = "from regimen.keras import regularizers as r; print(r.l1_l2().get_config(), r.get('l1l2').get_config())"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], env={**os.environ, "REGIMEN_KERAS": "2.2"}, capture_output=True,
                          text=True, check=True)
    assert done.stdout.count("'l1': 0.01, 'l2': 0.01") == 2


def test_activations_leave_whole_numbers_whole():
    whole = np.array([-2, 3])
    for name in ("relu", "linear", "hard_tanh"):
        assert getattr(keras.activations, name)(whole).dtype.kind == "i", name
    assert keras.activations.glu(np.array([[1, 2]])).dtype == "float32"
    assert keras.activations.threshold([0.1, 0.9], 0.5, -1.0).tolist() == [-1.0, pytest.approx(0.9)]


def test_a_registered_class_hides_none_of_the_library():
    @keras.saving.register_keras_serializable("mine")
    class L2(keras.regularizers.Regularizer):
        def __call__(self, x):
            return 0.0

        def get_config(self):
            return {}

    try:
        assert type(keras.regularizers.get({"class_name": "L2", "config": {"l2": 0.1}})) is type(keras.regularizers.get("l2"))
        assert type(keras.regularizers.get("L2")) is keras.regularizers.L2
        assert type(keras.regularizers.get({"class_name": "L2", "config": {}, "registered_name": "mine>L2"})) is L2
    finally:
        del keras.saving.get_custom_objects()["mine>L2"]
