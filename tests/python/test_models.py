"""Models, training and files through the API of Keras."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

RNG = np.random.default_rng(7)


def line():
    x = RNG.normal(size=(64, 3)).astype("float32")
    return x, (x @ np.array([[1.0], [-2.0], [0.5]])).astype("float32")


def small(*more):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(8, activation="tanh"), *more, layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    return model


def test_training_lowers_the_loss_and_history_tells_it():
    x, y = line()
    history = small().fit(x, y, epochs=30, validation_split=0.25, verbose=0)
    assert set(history.history) == {"loss", "mae", "val_loss", "val_mae"}
    assert history.epoch == list(range(30))
    assert history.history["loss"][-1] < history.history["loss"][0] / 3


def test_the_same_seed_gives_the_same_bits():
    x, y = line()

    def trained():
        keras.utils.set_random_seed(3)
        model = small(layers.Dropout(0.2))
        model.fit(x, y, epochs=3, verbose=0)
        return model.predict(x, verbose=0)

    assert np.array_equal(trained(), trained())


def test_weights_there_and_back():
    x, y = line()
    model = small()
    model.fit(x, y, verbose=0)
    weights = model.get_weights()
    assert [w.shape for w in weights] == [(3, 8), (8,), (8, 1), (1,)]
    other = small()
    other.set_weights(weights)
    assert np.array_equal(model.predict(x, verbose=0), other.predict(x, verbose=0))
    with pytest.raises(ValueError, match="weight list of length 1"):
        model.set_weights(weights[:1])
    with pytest.raises(ValueError, match="not compatible with provided weight shape"):
        model.layers[0].set_weights([w.T for w in weights[:2]])


def test_weights_are_shared_between_models():
    x, y = line()
    entry = keras.Input((3,))
    hidden = layers.Dense(4, activation="relu", name="hidden")
    features = keras.Model(entry, hidden(entry))
    whole = keras.Model(entry, layers.Dense(1)(hidden.output))
    before = features.predict(x, verbose=0)
    whole.compile("sgd", "mse")
    whole.fit(x, y, verbose=0)
    assert not np.array_equal(features.predict(x, verbose=0), before)
    hidden.set_weights([np.zeros((3, 4)), np.ones(4)])
    assert np.array_equal(features.predict(x, verbose=0), np.ones((64, 4)))


def test_frozen_layers_stay():
    x, y = line()
    model = small()
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    first, last = (model.layers[i].get_weights()[0] for i in (0, 1))
    model.fit(x, y, verbose=0)
    assert np.array_equal(model.layers[0].get_weights()[0], first)
    assert not np.array_equal(model.layers[1].get_weights()[0], last)
    assert len(model.trainable_weights) == 2 and len(model.non_trainable_weights) == 2


def test_two_inputs_two_outputs():
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    joined = layers.concatenate([layers.Dense(4)(a), b])
    model = keras.Model([a, b], [layers.Dense(1, name="y")(joined), layers.Dense(2, activation="softmax", name="z")(joined)])
    model.compile("adam", {"y": "mse", "z": "sparse_categorical_crossentropy"}, loss_weights={"y": 1.0, "z": 0.5}, metrics={"z": ["accuracy"]})
    x = {"a": RNG.normal(size=(20, 2)), "b": RNG.normal(size=(20, 3))}
    targets = {"y": RNG.normal(size=(20, 1)), "z": RNG.integers(0, 2, 20)}
    history = model.fit(x, targets, epochs=2, verbose=0)
    assert set(history.history) == {"loss", "y_loss", "z_loss", "z_accuracy"}
    y, z = model.predict([x["a"], x["b"]], verbose=0)
    assert y.shape == (20, 1) and np.allclose(z.sum(axis=1), 1, atol=1e-5)


def test_arithmetic_between_tensors():
    a = keras.Input((3,))
    model = keras.Model(a, (a * 2.0 + 1.0) / 4.0 - a)
    x = RNG.normal(size=(5, 3)).astype("float32")
    assert np.allclose(model.predict(x, verbose=0), (x * 2 + 1) / 4 - x, atol=1e-6)


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_files_there_and_back(tmp_path, name):
    x, y = line()
    model = small(layers.BatchNormalization())
    model.fit(x, y, epochs=2, verbose=0)
    model.save(tmp_path / name)
    back = keras.models.load_model(tmp_path / name)
    assert np.array_equal(back.predict(x, verbose=0), model.predict(x, verbose=0))
    assert back.evaluate(x, y, verbose=0) == pytest.approx(model.evaluate(x, y, verbose=0), rel=1e-5)
    again = keras.models.model_from_json(model.to_json())
    model.save_weights(tmp_path / "w.weights.h5")
    again.load_weights(tmp_path / "w.weights.h5")
    assert np.array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_a_nested_model_and_a_shared_layer():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="relu")], name="inner")
    shared = layers.Dense(4)
    a, b = keras.Input((2,)), keras.Input((2,))
    model = keras.Model([a, b], layers.Add()([inner(shared(a)), inner(shared(b))]))
    assert model.count_params() == 2 * 4 + 4 + 4 * 3 + 3
    x = RNG.normal(size=(6, 2)).astype("float32")
    twice = model.predict([x, x], verbose=0)
    model.compile("sgd", "mse")
    model.fit([x, x], twice + 1, verbose=0)
    assert not np.allclose(model.predict([x, x], verbose=0), twice)


def test_learning_rate_is_seen_and_set():
    x, y = line()
    model = small()
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
    model.optimizer.learning_rate = 0.5
    model.fit(x, y, verbose=0)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.5)
    model.optimizer.learning_rate.assign(0.25)
    assert float(keras.backend.get_value(model.optimizer.lr)) == pytest.approx(0.25)
    assert model.optimizer.iterations == 2


def test_findings_are_in_the_history(capsys):
    x = RNG.normal(size=(40, 5))
    model = keras.Sequential([layers.Dense(3, activation="sigmoid")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, keras.utils.to_categorical(RNG.integers(0, 3, 40), 3), verbose=2)
    found = [finding.id for finding in history.findings]
    assert "wrong_activation_loss_pairing" in found
    assert "What the doctor found" in capsys.readouterr().out
    assert "softmax" in next(f for f in history.findings if f.id == "wrong_activation_loss_pairing").explain()
    assert history._repr_html_().startswith("<img") and "<table" in history._repr_html_() and "<table" in history.findings._repr_html_()


def test_a_model_may_begin_at_the_output_of_a_layer(tmp_path):
    entry = keras.Input((4,))
    hidden = layers.Dense(3, activation="tanh")(entry)
    end = layers.Dense(1)(layers.Concatenate()([layers.Dense(2)(hidden), hidden * 2.0]))
    whole, head, tail = keras.Model(entry, end), keras.Model(entry, hidden), keras.Model(hidden, end)
    x = np.random.RandomState(0).normal(size=(5, 4)).astype("float32")
    between = head.predict(x, verbose=0)
    np.testing.assert_array_equal(tail.predict(between, verbose=0), whole.predict(x, verbose=0))
    tail.compile("sgd", "mse")
    tail.fit(between, np.ones((5, 1)), verbose=0)
    np.testing.assert_array_equal(tail.predict(between, verbose=0), whole.predict(x, verbose=0))
    tail.save(tmp_path / "tail.keras")
    again = keras.models.load_model(tmp_path / "tail.keras")
    np.testing.assert_array_equal(again.predict(between, verbose=0), tail.predict(between, verbose=0))
    with pytest.raises(ValueError, match="not connected"):
        keras.Model(layers.Dense(2)(entry), end)


def shapes(value):
    if isinstance(value, dict):
        return {key: shapes(item) for key, item in value.items()}
    return type(value)(shapes(item) for item in value) if isinstance(value, (list, tuple)) else tuple(value.shape)


def test_outputs_have_the_form_that_the_model_was_given():
    x, inputs = line()[0], keras.Input((3,), name="data")
    one, two = layers.Dense(1, name="one")(inputs), layers.Dense(2, name="two")(inputs)
    forms = [([one, (two, one)], [(64, 1), ((64, 2), (64, 1))]), ((one, two), ((64, 1), (64, 2))), ([one], (64, 1)), ({"q": one}, {"q": (64, 1)}),
             ({"z": [one, two], "a": two}, {"a": (64, 2), "z": [(64, 1), (64, 2)]})]
    for form, wanted in forms:
        model = keras.Model(inputs, form)
        assert shapes(model.predict(x, verbose=0)) == wanted and shapes(model(x)) == wanted
    # Dicts go by their keys, in weights too.
    model = keras.Model(inputs, {"z": one, "a": two})
    assert [w.shape for w in model.get_weights()] == [(3, 2), (2,), (3, 1), (1,)] and list(model.output) == ["a", "z"]
    assert shapes(model(keras.Input((3,)))) == {"a": (None, 2), "z": (None, 1)} and inputs.name == "data"


def test_inputs_by_the_keys_that_the_model_was_given(tmp_path):
    x, (z, a) = line()[0], (keras.Input((3,)), keras.Input((3,)))
    model = keras.Model({"z": z, "a": a}, layers.Subtract()([z, a]))
    for call in (lambda given: model.predict(given, verbose=0), model):
        assert np.allclose(call({"z": x, "a": 0 * x}), x) and np.allclose(call({"a": x, "z": 0 * x}), -x)
    first, second = keras.Input((3,)), keras.Input((3,))
    outer = keras.Model([first, second], model({"a": second, "z": first}))
    assert np.allclose(outer.predict([x, 0 * x], verbose=0), x)
    model.compile("sgd", "mse")
    model.evaluate({"z": x, "a": x}, x, verbose=0)
    with pytest.raises(ValueError, match="expected a dict with the keys \\['a', 'z'\\], found a dict with the keys \\['b'\\]"):
        model.predict({"b": x})
    nested = keras.Model([z, {"k": a}], layers.Subtract()([z, a]))
    assert np.allclose(nested.predict([x, {"k": 0 * x}], verbose=0), x)


def test_a_deep_model_from_a_tensor_inside_of_another():
    made = [keras.Input((2,))]
    for _ in range(1200):
        made.append(layers.Activation("relu")(made[-1]))
    assert len(keras.Model(made[0], made[-1]).layers) == 1201
    assert len(keras.Model(made[1], made[-1]).layers) == 1200


def test_configs_of_keras_2_as_json():
    import json

    dense = {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 3, "activation": "relu"}, "inbound_nodes": [[["i", 0, 0, {}]]]}
    entry = {"class_name": "InputLayer", "name": "i", "config": {"batch_input_shape": [None, 4], "name": "i"}, "inbound_nodes": []}
    config = {"name": "m", "layers": [entry, dense], "input_layers": [["i", 0, 0]], "output_layers": [["d", 0, 0]]}
    made = keras.models.model_from_json(json.dumps({"class_name": "Model", "config": config, "keras_version": "2.2.4"}))
    assert (made.input_shape, made.output_shape) == ((None, 4), (None, 3))
    with pytest.raises(ValueError, match="expected the JSON of a model"):
        keras.models.model_from_json("[1, 2]")


def test_compile_configs_make_the_same_again():
    model, other = small(), keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    other.compile_from_config(model.get_compile_config())
    x, y = line()
    assert set(other.evaluate(x, y, verbose=0, return_dict=True)) == {"loss", "mae"} and float(other.optimizer.learning_rate) == pytest.approx(0.01)
    with pytest.raises(NotImplementedError, match="compile\\(optimizer=None\\)"):
        other.compile(None, "mse")


def test_classes_that_have_no_place_in_a_list_are_refused():
    x, y = line()
    for wrong in ({-1: 1.0}, {0.5: 1.0}, {1 << 40: 1.0}):
        with pytest.raises(ValueError, match="classes are whole numbers from 0 on"):
            small().fit(x, y > 0, class_weight=wrong, verbose=0)
    assert small().fit(x, y, epochs=0, verbose=0).history == {}


def test_a_config_says_whether_a_model_is_trained_at_all():
    inputs = keras.Input((3,))
    model = keras.Model(inputs, layers.Dense(1)(inputs))
    model.trainable = False
    model.layers[1].trainable = True
    again = keras.models.model_from_json(model.to_json())
    assert not again.trainable and again.layers[1].trainable and not again.supports_masking
    model.compile("sgd", "mse", run_eagerly=True)
    assert model.run_eagerly and not again.run_eagerly


@pytest.mark.parametrize("name", ["reset_metrics", "get_metrics_result", "stateless_call", "metrics", "test_step", "predict_step",
                                  "compute_loss", "compute_metrics", "make_train_function"])
def test_what_training_would_not_ask_is_refused_when_defined(name):
    with pytest.raises(NotImplementedError, match=f"overrides {name}"):
        type("Own", (keras.Model,), {name: lambda self: None})


def test_a_stack_without_ends_says_so():
    stack = keras.Sequential([layers.Dense(2)], name="stack")
    for name in ("inputs", "outputs", "input_shape", "output_shape"):
        with pytest.raises(AttributeError, match=f"Sequential model 'stack' has no defined {name.replace('_', ' ')} yet"):
            getattr(stack, name)
    for layer in (stack, layers.Dense(2, name="stack")):
        with pytest.raises(AttributeError, match="The layer stack has never been called and thus has no defined input"):
            layer.input
    stack.build((None, 3))
    assert stack.input_shape == (None, 3) and stack.output_shape == (None, 2) and len(stack.inputs) == len(stack.outputs) == 1
