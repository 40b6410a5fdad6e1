"""Wrong data and wrong arguments: what is said, and that nothing breaks."""

import numpy as np
import pytest

import regimen
import regimen.keras as keras
from regimen.keras import layers

X = np.ones((8, 3), "float32")
Y = np.ones((8, 1), "float32")


def model():
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    made.compile("sgd", "mse")
    return made


@pytest.mark.parametrize(
    "x, y, told",
    [
        (X[:, :2], Y, "expected shape=\\(None, 3\\), found shape=\\(8, 2\\)"),
        (X, Y[:5], "Data cardinality is ambiguous"),
        (X[:0], Y[:0], "there are no rows"),
        (np.array([[1, 2, 3], [4, 5]], dtype=object), Y, "dtype=object"),
        (np.array([["a", "b", "c"]] * 8), Y, "turn texts"),
        (X, None, "there are no targets"),
        (5.0, Y, "single value"),
        (X.astype("complex64"), Y, "complex"),
    ],
)
def test_data_that_do_not_fit(x, y, told):
    with pytest.raises((ValueError, NotImplementedError), match=told):
        model().fit(x, y, verbose=0)


def test_numbers_that_are_none_are_told_of():
    bad = X.copy()
    bad[0, 0] = np.nan
    history = model().fit(bad, Y, verbose=0)
    assert "nan_loss" in [finding.id for finding in history.findings]


def test_whole_numbers_and_float64_are_taken():
    made = model()
    made.fit(np.ones((8, 3), "int64"), np.ones((8, 1), "float64"), verbose=0)
    made.fit(np.asfortranarray(X.astype("float64")), Y[:, 0], verbose=0)


def test_wrong_names_are_told():
    with pytest.raises(ValueError, match="did you mean `relu`|Did you mean `relu`"):
        layers.Dense(3, activation="reluu")
    with pytest.raises(ValueError, match="did you mean `units`|no option `unit`"):
        layers.Dense(unit=3)
    with pytest.raises(TypeError, match="multiple values"):
        layers.Dense(3, units=4)
    with pytest.raises(ValueError, match="Could not interpret optimizer identifier: adamm. Did you mean `Adam`"):
        keras.Sequential([layers.Dense(1)]).compile("adamm", "mse")
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    made.compile("adam", "msse")
    with pytest.raises(ValueError, match="there is no loss `msse`"):
        made.fit(X, Y, verbose=0)


def test_a_model_that_was_not_compiled():
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    with pytest.raises(ValueError, match="must call `compile\\(\\)`"):
        made.fit(X, Y)


def test_layers_that_do_not_fit_together():
    with pytest.raises(ValueError):
        keras.Sequential([keras.Input((3,)), layers.Conv2D(4, 3)])
    a = keras.Input((3,))
    with pytest.raises(ValueError, match="not connected|is needed"):
        keras.Model(keras.Input((2,)), layers.Dense(1)(a))


def test_what_is_not_there_yet_says_so():
    class Mine(keras.metrics.Metric):
        def __init__(self):
            super().__init__()
            self.n = self.add_weight(name="n")

        def reset_state(self):
            self.n.assign(1.0)

    with pytest.raises(NotImplementedError, match="begin at zero"):
        model().compile("sgd", "mse", metrics=[Mine()])
    with pytest.raises(NotImplementedError, match="expand_nested"):
        keras.utils.plot_model(model(), expand_nested=True)
    with pytest.raises(NotImplementedError, match="keras.ops.fft"):
        keras.ops.fft


def test_files_that_are_none(tmp_path):
    with pytest.raises((ValueError, FileNotFoundError)):
        keras.models.load_model(tmp_path / "none.keras")
    (tmp_path / "bad.keras").write_text("no zip")
    with pytest.raises(ValueError, match="is no file of a model"):
        keras.models.load_model(tmp_path / "bad.keras")
    with pytest.raises(ValueError, match="Invalid filepath extension"):
        model().save(tmp_path / "model.txt")


@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
@pytest.mark.parametrize("name, value, error", [("batch_size", 2.5, TypeError), ("batch_size", 0, ValueError), ("batch_size", -3, ValueError),
                                                ("batch_size", "8", TypeError), ("epochs", 1.5, TypeError), ("epochs", -1, ValueError)])
def test_numbers_that_count_nothing(method, name, value, error):
    made, x = model(), np.ones((4, 3), "float32")
    made.predict(x, verbose=0)
    if name == "epochs" and method != "fit":
        return
    with pytest.raises(error, match=name):
        getattr(made, method)(*((x,) if method == "predict" else (x, np.ones((4, 1)))), verbose=0, **{name: value})


def test_arguments_that_no_call_has():
    x, made = np.ones((4, 3), "float32"), model()
    assert np.array_equal(made(x, False), made(x)) and made(x, None, None).shape == made(x).shape
    for call in (lambda: made(x, x), lambda: made(x, foo=3), lambda: made(), lambda: made(x, None, None, 1), lambda: made(x, training=False, inputs=x),
                 lambda: layers.Dense(2)(x, foo=3), lambda: layers.Dense(2)(keras.Input((3,)), foo=3), lambda: layers.Dropout(0.5)(x, x, x, foo=1)):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(ValueError, match="Only input tensors"):
        layers.Dense(2)(x, True)


def test_arguments_that_no_file_has(tmp_path):
    made = model()
    made.save_weights(tmp_path / "w.weights.h5")
    for call in (lambda: made.save(tmp_path / "m.keras", foo=1), lambda: made.save_weights(tmp_path / "w.weights.h5", foo=1),
                 lambda: made.load_weights(tmp_path / "w.weights.h5", foo=1)):
        with pytest.raises(TypeError, match="foo"):
            call()
    with pytest.raises(ValueError, match="save_format='tf'"):
        made.save(tmp_path / "m.keras", save_format="tf")
    made.save(tmp_path / "m.h5", save_format="h5")
    for asked in ({"zipped": False}, {"signatures": 1}, {"options": 1}):
        with pytest.raises(NotImplementedError, match=next(iter(asked))):
            made.save(tmp_path / "m.keras", **asked)


def test_weights_that_fit_no_value():
    x, y = np.ones((4, 3), "float32"), np.ones((4, 1))
    with pytest.raises(ValueError, match=r"\[4, 2\]"):
        model().fit(x, y, sample_weight=np.ones((4, 2)), verbose=0)


def test_losses_and_metrics_of_several_outputs():
    entry = keras.Input((3,))
    x, y = np.ones((4, 3), "float32"), np.ones((4, 1))
    made = keras.Model(entry, [layers.Dense(1, name="a")(entry), layers.Dense(1, name="b")(entry)])
    made.compile("sgd", ["mse"])
    with pytest.warns(UserWarning, match="b are trained by none"):
        assert list(made.fit(x, [y, y], verbose=0).history) == ["loss"]
    made.compile("sgd", "mse", metrics=["mae"])
    with pytest.raises(ValueError, match="Invalid `metrics`"):
        made.fit(x, [y, y], verbose=0)
    with pytest.raises(ValueError, match="list, tuple, or dict"):
        made.compile("sgd", "mse", metrics="mae")


def test_texts_that_say_what_to_do():
    class Forgets(layers.Layer):
        def __init__(self):
            self.inner = layers.Dense(2)

    with pytest.raises(RuntimeError, match="forgot to call `super"):
        Forgets()
    with pytest.raises(NotImplementedError, match="the rules of optimizers are the engine's") as refused:

        class Mine(keras.optimizers.SGD):
            def update_step(self, gradient, variable, learning_rate):
                pass

    assert "derive it" not in str(refused.value)
    with pytest.raises(FileNotFoundError, match="no file 'nofile.txt'"):
        regimen.diagnose("nofile.txt")
    frozen = model()
    frozen.trainable = False
    with pytest.warns(UserWarning, match="does not have any trainable weights") as told:
        frozen.train_on_batch(np.ones((4, 3)), np.ones((4, 1)))
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    "given, told",
    [
        ({"steps_per_epoch": -2}, "steps_per_epoch: has to be 0 or more, found -2"),
        ({"initial_epoch": -3}, "initial_epoch: has to be 0 or more, found -3"),
        ({"validation_split": 0.5, "validation_steps": -1}, "validation_steps: has to be 0 or more, found -1"),
        ({"validation_split": 0.5, "validation_freq": 0}, "validation_freq: has to be 1 or more, found 0"),
        ({"validation_split": 0.5, "validation_freq": [0, 2]}, "validation_freq: has to be 1 or more, found 0"),
        ({"shuffle": "foo"}, "shuffle: found 'foo'"),
        ({"verbose": "loud"}, "verbose: found 'loud'"),
        ({"class_weight": {"a": 1}}, "class_weight: found 'a': 1"),
    ],
)
def test_numbers_of_fit_that_cannot_be(given, told):
    with pytest.raises(ValueError, match=told):
        model().fit(X, Y, **{"verbose": 0, **given})


def test_no_steps_are_all_steps():
    made, x, y = model(), np.random.rand(70, 3).astype("float32"), np.ones((70, 1), "float32")
    whole = made.evaluate(x, y, verbose=0)
    assert made.evaluate(x, y, steps=0, verbose=0) == whole
    assert made.predict(x, steps=0, verbose=0).shape == (70, 1)
    history = made.fit(x, y, steps_per_epoch=0, validation_data=(x, y), validation_steps=0, verbose=0).history
    assert list(history) == ["loss", "val_loss"] and int(made.optimizer.iterations) == 3
    with pytest.raises(ValueError, match="steps_per_epoch: has to be 1 or more, found 0"):
        made.fit(iter([(x, y)]), steps_per_epoch=0, verbose=0)
    for ask in (lambda: made.evaluate(x, y, steps=-1, verbose=0), lambda: made.predict(x, steps=-1, verbose=0)):
        with pytest.raises(ValueError, match="steps: has to be 0 or more, found -1"):
            ask()


def test_rows_are_left_in_order_where_shuffle_is_false_in_any_form():
    x, y = np.random.rand(100, 3).astype("float32"), np.random.rand(100, 1).astype("float32")
    made = model()
    first = made.get_weights()
    found = []
    for shuffle in (False, 0, np.bool_(False), None):
        made.set_weights(first)
        made.fit(x, y, shuffle=shuffle, verbose=0)
        found.append(made.get_weights()[0].tolist())
    assert found == found[:1] * 4


def test_what_is_missing_and_what_is_too_much_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"y: the model has one output \(.*\), found a list of 2 arrays"):
        model().fit(X, [Y, Y], verbose=0)
    with pytest.raises(ValueError, match="^x: found None, expected an array$"):
        model().predict(None, verbose=0)
    with pytest.raises(FileNotFoundError):
        model().save(tmp_path / "nowhere" / "m.keras")
    for name in ("m.keras", "m"):
        with pytest.raises(ValueError, match="File not found"):
            keras.models.load_model(tmp_path / name)
    with pytest.raises(TypeError, match="Foo"):
        keras.models.model_from_json('{"class_name": "Foo", "config": {}}')
    with pytest.raises(ValueError, match="train_samples: has to be 0 or more"):
        regimen.diagnose("loss: 1", train_samples=-1)
    with pytest.raises(ValueError, match="set_threads: has to be 0 or more"):
        regimen.set_threads(-1)


def test_symbolic_values_are_no_numbers():
    with pytest.raises(ValueError, match="symbolic"):
        float(keras.Input((3,)))
    with pytest.raises(NotImplementedError, match="Iterating"):
        list(keras.Input((3,)))

    class OfNumpy(layers.Layer):
        def call(self, x):
            return np.exp(x)

    with pytest.raises(TypeError, match="numpy.exp .* use keras.ops"):
        OfNumpy()(keras.Input((3,)))


def test_operators_between_arrays_and_values_of_a_graph():
    class Mixed(layers.Layer):
        def call(self, x):
            total = np.ones(3, "float32")
            total += x
            return total * (np.array([1.0, 2.0, 3.0]) - x) / np.float32(2)

    inputs = keras.Input((3,))
    made = keras.Model(inputs, Mixed()(inputs))
    assert made.predict(np.ones((1, 3)), verbose=0).tolist() == [[0.0, 1.0, 2.0]]
