"""What loading a file and writing it again keeps, and what is read alike from every format."""

import json
import warnings
import zipfile

import numpy as np
import pytest
import regimen.keras as keras
from regimen._keras import tf_loss_scale

layers = keras.layers


def _config(path):
    return json.loads(zipfile.ZipFile(path).read("config.json"))


def _model():
    x = layers.Input((6, 4))
    h = layers.Dense(3, activation=layers.LeakyReLU(negative_slope=0.2), kernel_regularizer="l2", kernel_constraint="max_norm")(x)
    h = layers.LSTM(2)(layers.Dropout(0.5)(h))
    return keras.Model(x, layers.Dense(3, activation="softmax")(layers.GaussianNoise(0.1)(h)))


def test_objects_in_the_json_of_a_loaded_model_say_where_they_are(tmp_path):
    _model().save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    for model in (loaded, keras.models.clone_model(loaded)):
        dense = json.loads(model.to_json())["config"]["layers"][1]["config"]
        assert dense["activation"]["module"] == "keras.layers" and dense["activation"]["registered_name"] is None
        assert dense["kernel_initializer"]["module"] == "keras.initializers"
        assert dense["kernel_regularizer"]["module"] == "keras.regularizers"
        assert dense["kernel_constraint"]["module"] == "keras.constraints"
    config = loaded.layers[1].get_config()
    assert config["activation"]["module"] == "keras.layers"
    assert layers.Dense.from_config(config).activation.negative_slope == pytest.approx(0.2)


def test_numbers_of_another_file_are_not_written():
    shared = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None,
              "shared_object_id": 7}
    layer = layers.Dense(2, activation={"class_name": "LeakyReLU", "config": {"negative_slope": 0.3, "dtype": shared}})
    assert "shared_object_id" not in json.dumps(layer.get_config())


@pytest.mark.parametrize("trained", [False, True])
def test_layers_without_a_seed_have_none_in_files(tmp_path, trained):
    model = _model()
    model.compile("sgd", "mse")
    if trained:
        model.fit(np.ones((4, 6, 4), "float32"), np.ones((4, 3), "float32"), verbose=0)
    for name in ("m.keras", "again.keras"):
        model.save(tmp_path / name)
        own = {entry["class_name"]: entry["config"] for entry in _config(tmp_path / name)["config"]["layers"]}
        assert [own[kind]["seed"] for kind in ("Dropout", "LSTM", "GaussianNoise")] == [None] * 3
        model = keras.models.load_model(tmp_path / name)
    x = np.ones((2, 6, 4), "float32")
    np.testing.assert_array_equal(model.predict(x, verbose=0), keras.models.load_model(tmp_path / "m.keras").predict(x, verbose=0))


def test_a_seed_of_the_program_stays(tmp_path):
    keras.Sequential([layers.Input((3,)), layers.Dropout(0.5, seed=11), layers.Dropout(0.5)]).save(tmp_path / "m.keras")
    seeds = [entry["config"]["seed"] for entry in _config(tmp_path / "m.keras")["config"]["layers"][1:]]
    assert seeds == [11, None]


def test_training_false_of_a_file_is_not_told_of():
    x = layers.Input((4,), name="quiet_input")
    config = keras.Model(x, layers.Dropout(0.5, name="quiet_dropout")(x)).get_config()
    config["layers"][1]["inbound_nodes"][0]["kwargs"] = {"training": False}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = keras.Model.from_config(config)
        keras.Model(model.input, layers.Dense(2)(model.output))
    # As in Keras, `fit` decides.
    model.compile("sgd", "mse")
    ones = np.ones((400, 4), "float32")
    assert 0.5 < model.train_on_batch(ones, ones) < 1.5


def test_training_of_the_program_is_told_of():
    x = layers.Input((4,))
    with pytest.warns(UserWarning, match="loud_dropout"):
        keras.Model(x, layers.Dropout(0.5, name="loud_dropout")(x, training=False))


def test_bfloat16_in_json_is_read_as_in_files():
    config = json.loads(keras.Sequential([layers.Input((3,)), layers.Dense(2), layers.BatchNormalization()]).to_json())
    policy = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "bfloat16"}, "registered_name": None}
    for entry in config["config"]["layers"][1:]:
        entry["config"]["dtype"] = policy
    model = keras.models.model_from_json(json.dumps(config))
    assert [layer.dtype_policy.name for layer in model.layers] == ["mixed_bfloat16"] * 2


def _focal(y_true, y_pred, alpha, gamma):
    shares = np.clip(y_pred / y_pred.sum(-1, keepdims=True), 1e-7, 1 - 1e-7)
    return -(np.asarray(alpha) * (1 - shares) ** gamma * y_true * np.log(shares)).sum(-1)


def test_the_focal_loss_takes_a_weight_for_each_class(tmp_path):
    alpha, rng = [0.1, 0.2, 0.7], np.random.default_rng(0)
    y_true, y_pred = np.eye(3, dtype="float32")[[0, 2, 1, 2]], rng.random((4, 3)).astype("float32")
    loss = keras.losses.CategoricalFocalCrossentropy(alpha=alpha, gamma=1.5)
    expected = _focal(y_true, y_pred, alpha, 1.5)
    np.testing.assert_allclose(loss(y_true, y_pred), expected.mean(), rtol=1e-5)
    np.testing.assert_allclose(keras.losses.categorical_focal_crossentropy(y_true, y_pred, alpha=alpha, gamma=1.5), expected, rtol=1e-5)
    assert loss.get_config()["alpha"] == pytest.approx(alpha) and loss.get_config()["gamma"] == 1.5
    with pytest.raises(TypeError, match="beta"):
        keras.losses.CategoricalFocalCrossentropy(alpha=alpha, beta=1)

    model = keras.Sequential([layers.Input((5,)), layers.Dense(3, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.1), loss)
    x = rng.random((4, 5)).astype("float32")
    expected = _focal(y_true, model.predict(x, verbose=0), alpha, 1.5).mean()
    np.testing.assert_allclose(model.evaluate(x, y_true, verbose=0), expected, rtol=1e-5)
    model.fit(x, y_true, epochs=2, verbose=0)
    model.save(tmp_path / "m.keras")
    entry = _config(tmp_path / "m.keras")["compile_config"]["loss"]
    assert (entry["module"], entry["class_name"]) == ("keras.losses", "CategoricalFocalCrossentropy")
    assert entry["config"]["alpha"] == pytest.approx(alpha)
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.train_on_batch(x, y_true) == pytest.approx(model.train_on_batch(x, y_true), rel=1e-5)
    assert loaded.train_on_batch(x, y_true) == pytest.approx(model.train_on_batch(x, y_true), rel=1e-5)


def test_the_focal_loss_with_one_weight_is_the_librarys():
    assert keras.losses.CategoricalFocalCrossentropy(0.3)._object()["class_name"] == "CategoricalFocalCrossentropy"


_ADAM = {"module": "keras.optimizers", "class_name": "Adam", "config": {"learning_rate": 0.01, "is_legacy_optimizer": False}}


def test_loss_scales_of_tf_keras_become_todays():
    moving = {"inner_optimizer": _ADAM, "dynamic": True, "initial_scale": 64.0, "dynamic_growth_steps": 9}
    for name in ("LossScaleOptimizerV3", "LossScaleOptimizer"):
        made = keras.optimizers.get(tf_loss_scale.today({"class_name": name, "config": moving}))
        assert isinstance(made, keras.optimizers.LossScaleOptimizer) and made.inner_optimizer.name.startswith("adam")
        assert (made.initial_scale, made.dynamic_growth_steps) == (64.0, 9)
    fixed = keras.optimizers.get(tf_loss_scale.today({"class_name": "LossScaleOptimizerV3", "config": {**moving, "dynamic": False}}))
    assert isinstance(fixed, keras.optimizers.Adam) and fixed.loss_scale_factor == 64.0
    old = {"optimizer": _ADAM, "loss_scale": {"class_name": "FixedLossScale", "config": {"loss_scale_value": 8.0}}}
    assert tf_loss_scale.today({"class_name": "LossScaleOptimizer", "config": old})["config"]["loss_scale_factor"] == 8.0
    assert tf_loss_scale.today({"class_name": "LossScaleOptimizer", "config": {"inner_optimizer": _ADAM, "initial_scale": 2.0}}) is None
    assert tf_loss_scale.today(_ADAM) is None


def test_a_file_with_the_loss_scale_of_tf_keras_is_compiled_and_goes_on(tmp_path):
    x, y = np.random.default_rng(1).random((8, 3)).astype("float32"), np.ones((8, 1), "float32")
    model = keras.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.05), "mse")
    model.fit(x, y, epochs=3, verbose=0)
    model.save(tmp_path / "m.keras")
    scaled = {"class_name": "LossScaleOptimizerV3", "config": {"inner_optimizer": model.optimizer._object(), "dynamic": True}}
    _rewrite(tmp_path / "m.keras", tmp_path / "t.keras", lambda config: config["compile_config"].update(optimizer=scaled))
    loaded = keras.models.load_model(tmp_path / "t.keras")
    assert isinstance(loaded.optimizer, keras.optimizers.LossScaleOptimizer)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        losses = [loaded.train_on_batch(x, y) for _ in range(3)]
    assert losses == pytest.approx([model.train_on_batch(x, y) for _ in range(3)], rel=1e-5)


def test_arrays_among_the_options_of_a_metric_are_read(tmp_path):
    model = keras.Sequential([layers.Input((3,)), layers.Dense(3, activation="sigmoid")])
    model.compile("sgd", "mse", metrics=[keras.metrics.AUC(multi_label=True, num_labels=3, label_weights=[0.2, 0.3, 0.5], name="q")])
    model.save(tmp_path / "m.keras")

    def as_keras(config):
        options = config["compile_config"]["metrics"][0]["config"]
        options["label_weights"] = {"class_name": "__tensor__", "config": {"value": [0.2, 0.3, 0.5], "dtype": "float32"}}

    _rewrite(tmp_path / "m.keras", tmp_path / "t.keras", as_keras)
    x, y = np.random.default_rng(2).random((8, 3)).astype("float32"), np.eye(3, dtype="float32")[[0, 1, 2, 0, 1, 2, 0, 1]]
    assert keras.models.load_model(tmp_path / "t.keras").evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)


def test_how_keras_computes_is_kept_for_files_of_programs(tmp_path):
    model = keras.Sequential([layers.Input((3,)), layers.Dense(1)])

    @keras.saving.register_keras_serializable("kept")
    def squared(y, p):
        return keras.ops.mean((y - p) ** 2, axis=-1)

    model.compile("sgd", squared, jit_compile=True, steps_per_execution=4)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert (loaded.run_eagerly, loaded.jit_compile, loaded.steps_per_execution) == (False, True, 4)


def test_an_optimizer_that_is_not_known_names_the_way_to_the_predictions(tmp_path):
    model = keras.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.save(tmp_path / "m.keras")
    unknown = {"module": None, "class_name": "Mine", "config": {}, "registered_name": "own>Mine"}
    _rewrite(tmp_path / "m.keras", tmp_path / "t.keras", lambda config: config["compile_config"].update(optimizer=unknown))
    with pytest.raises(TypeError, match="compile=False"):
        keras.models.load_model(tmp_path / "t.keras")
    x = np.ones((2, 3), "float32")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is told of what was not asked for
        loaded = keras.models.load_model(tmp_path / "t.keras", compile=False)
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))


def _rewrite(source, target, change):
    """A `.keras` file whose config is another."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "config.json":
                config = json.loads(data)
                change(config)
                data = json.dumps(config).encode()
            new.writestr(name, data)
