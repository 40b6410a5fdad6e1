"""`clone_model(input_tensors=..., call_function=...)`; what is expected is what Keras 3.15.1 does."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

clone_model = keras.models.clone_model


def wired():
    start = keras.Input((2,), name="in")
    inner = layers.Dense(3, name="a", kernel_initializer="ones")(start)
    made = keras.Model(start, layers.Dense(1, name="b", kernel_initializer="ones")(inner * 2.0), name="m")
    made.compile("sgd", "mse")
    return made


def stack():
    return keras.Sequential([keras.Input((2,), name="si"), layers.Dense(1, name="sd", kernel_initializer="ones")], name="seq")


def given(model, size=2):
    return float(np.asarray(model(np.ones((2, size), "float32"))).flat[0])


def test_a_clone_begins_at_an_input():
    made, start = wired(), keras.Input((2,), name="new")
    clone = clone_model(made, input_tensors=start)
    assert clone.input is start and clone.name == "m" and clone.compiled and given(clone) == 12
    assert all(mine is not own for mine, own in zip(clone.weights, made.weights))
    before = [weight.numpy() for weight in made.weights]
    assert len(clone.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0).history["loss"]) == 1
    assert all(np.array_equal(old, weight.numpy()) for old, weight in zip(before, made.weights))


def test_a_clone_begins_at_other_sizes_and_behind_layers():
    assert given(clone_model(wired(), input_tensors=keras.Input((5,))), 5) == 30
    behind = clone_model(wired(), input_tensors=layers.Dense(2, kernel_initializer="ones")(keras.Input((2,))))
    assert [layer.name for layer in behind.layers if isinstance(layer, layers.Dense)] == ["a", "b"]
    assert given(behind) == 12  # the layer before is no part of it


def test_inputs_are_nested_as_the_models_are():
    one, two = keras.Input((2,), name="x"), keras.Input((2,), name="y")
    less = layers.Subtract()([one, two])
    new, other = keras.Input((2,)), keras.Input((2,))
    assert clone_model(keras.Model([one, two], less), input_tensors=[new, other]).inputs == [new, other]
    rows = np.full((1, 2), 3.0), np.full((1, 2), 1.0)
    named = clone_model(keras.Model({"x": one, "y": two}, less), input_tensors={"y": other, "x": new})
    assert float(np.asarray(named({"x": rows[0], "y": rows[1]})).flat[0]) == 2
    single = keras.Model([one], layers.Dense(1)(one))
    assert clone_model(single, input_tensors=[new]).inputs == [new]
    for model, wrong in [(keras.Model([one, two], less), (new, other)), (keras.Model([one, two], less), new), (single, new),
                         (wired(), [new]), (keras.Model({"x": one, "y": two}, less), {"x": new, "z": other})]:
        with pytest.raises(ValueError, match="must have the same structure as model.input"):
            clone_model(model, input_tensors=wrong)
    with pytest.raises(ValueError, match="must be KerasTensors"):
        clone_model(wired(), input_tensors=np.ones((2, 2)))


def test_a_stack_begins_at_a_tensor():
    for tensor in (keras.Input((2,), name="sn"), [keras.Input((2,))], layers.Dense(2)(keras.Input((2,)))):
        clone = clone_model(stack(), input_tensors=tensor)
        assert isinstance(clone, keras.Sequential) and [layer.name for layer in clone.layers] == ["sd"] and given(clone) == 2
        assert clone.input_shape == (None, 2)
    assert given(clone_model(keras.Sequential([layers.Dense(1, kernel_initializer="ones")]), input_tensors=keras.Input((3,))), 3) == 3
    frozen = stack()
    frozen.trainable = False
    assert clone_model(frozen, input_tensors=keras.Input((2,))).trainable_weights == []
    for wrong in ([keras.Input((2,)), keras.Input((2,))], np.ones(2)):
        with pytest.raises(ValueError, match="Argument `input_tensors` must"):
            clone_model(stack(), input_tensors=wrong)


def test_models_inside_and_clone_function():
    start = keras.Input((2,))
    nested = keras.Model(start, stack()(layers.Dense(2, name="z", kernel_initializer="ones")(start)))
    for recursive in (False, True):
        assert given(clone_model(nested, input_tensors=keras.Input((2,)), recursive=recursive)) == 4
    wider = clone_model(wired(), keras.Input((2,)), lambda layer: layers.Dense(layer.units, kernel_initializer="zeros", name=layer.name))
    assert given(wider) == 0


def test_call_function_calls_the_layers():
    def with_dropout(layer, *args, **kwargs):
        outputs = layer(*args, **kwargs)
        return layers.Dropout(0.5, name=f"drop_{layer.name}")(outputs) if isinstance(layer, layers.Dense) else outputs

    made = wired()
    clone = clone_model(made, call_function=with_dropout)
    assert [layer.name for layer in clone.layers if isinstance(layer, layers.Dropout)] == ["drop_a", "drop_b"]
    assert clone_model(made, clone_function=lambda layer: layer, call_function=with_dropout).get_layer("a") is made.get_layer("a")
    with pytest.raises(ValueError, match="not supported with Sequential"):
        clone_model(stack(), call_function=with_dropout)


def test_models_of_a_class_are_refused():
    class Own(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(ValueError, match="only supported for Sequential models or Functional models"):
        clone_model(Own(), input_tensors=keras.Input((2,)))
    with pytest.raises(ValueError, match="`call_function` is only supported for Functional models"):
        clone_model(Own(), call_function=lambda layer, *args: layer(*args))
