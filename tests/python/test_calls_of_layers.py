"""What is around the `call` of a layer: masks, shapes for `build`, weights, penalties, and batches of several sizes."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops
from regimen._keras import masks

X = np.linspace(-1, 1, 12).reshape(3, 4).astype("float32")


def masked(value):
    found = ops.convert_to_tensor(value)
    masks.set_mask(found, ops.ones(found.shape[:1], "bool"))
    return found


class Seen(layers.Layer):
    """Keeps which masks its call was given."""

    def __init__(self):
        super().__init__()
        self.supports_masking, self.seen = True, None


def kept(*found):
    return [[m is not None for m in each] if isinstance(each, (list, tuple)) else each is not None for each in found]


def test_masks_are_nested_as_the_argument_is():
    class One(Seen):
        def call(self, xs, mask=None):
            self.seen = kept(mask)
            return xs[0] + xs[1]

    layer = One()
    assert masks.get_mask(layer([masked(X), X])).all() and layer.seen == [[True, False]]
    layer([X, X])
    assert layer.seen == [[False, False]]
    given = keras.Input((4, 2))
    model = keras.Model(given, One()([layers.Masking()(given), given]))
    model.predict(np.ones((2, 4, 2)), verbose=0)
    assert model.layers[-1].seen == [[True, False]]


def test_each_of_several_arguments_has_its_mask():
    class Several(Seen):
        def call(self, one, other, one_mask=None, other_mask=None):
            self.seen = kept(one_mask, other_mask)
            return one[0] + one[1] + other

    layer = Several()
    layer((masked(X), X), X)
    assert layer.seen == [[True, False], False]
    layer(one=(X, X), other=masked(X))
    assert layer.seen == [[False, False], True]


def test_a_mask_by_name_goes_on():
    class Same(Seen):
        def call(self, x, mask=None):
            return x

    assert masks.get_mask(Same()(X, mask=np.array([True, False, True]))).tolist() == [True, False, True]


def test_build_takes_shapes_by_name_or_the_first_one():
    class ByName(layers.Layer):
        def build(self, other_shape, one_shape):
            self.shapes = one_shape, other_shape

        def call(self, one, other):
            return one[:, 0] + other[:, 0]

    class First(ByName):
        def build(self, anything):
            self.shapes = anything

    for made, shapes in ((ByName, ((3, 4), (3, 2))), (First, (3, 4))):
        layer = made()
        layer(X, X[:, :2])
        assert layer.shapes == shapes

    class Wrong(First):
        def build(self, one_shape, two):
            pass

    class Unknown(First):
        def build(self, one_shape, two_shape):
            pass

    with pytest.raises(ValueError, match="`two`, which does not end in `_shape`"):
        Wrong()(X, X)
    with pytest.raises(ValueError, match="`two_shape`, but `call\\(\\)` does not have argument `two`"):
        Unknown()(X, X)


def test_parts_of_an_argument_may_be_missing():
    class Maybe(layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, xs):
            return self.dense(xs["a"]) + (0 if xs.get("b") is None else self.dense(xs["b"]))

    layer = Maybe()
    assert layer({"a": keras.Input((4,)), "b": None}).shape == (None, 2) and len(layer.weights) == 2


def test_add_weight():
    class Holds(layers.Layer):
        def __init__(self):
            self.early = keras.Variable(np.ones(2))
            super().__init__()
            self.whole, self.truth = self.add_weight(dtype="int32", trainable=False), self.add_weight(dtype="bool", trainable=False)
            self.placed = self.add_weight((3, 4), "ones", "float32")
            self.alias = self.add_variable(shape=(2,), initializer="ones")

    layer = Holds()
    assert len(layer.weights) == 5 and int(layer.whole) == 0 and not layer.truth and layer.placed.numpy().sum() == 12
    with pytest.raises(ValueError, match="`name` must be passed as a keyword argument"):
        layer.add_weight("kernel", shape=(2,))
    with pytest.raises(ValueError, match="`shape` was passed both"):
        layer.add_weight((2,), shape=(2,))
    with pytest.raises(TypeError, match="at most 3 positional arguments"):
        layer.add_weight((2,), "ones", "float32", "name")

    class Late(layers.Layer):
        def call(self, x):
            return x + self.add_weight(shape=())

    with pytest.raises(ValueError, match="cannot add new elements of state"):
        Late()(X)


def test_penalties_of_what_layers_give_are_for_each_row():
    class Same(layers.Layer):
        def call(self, x):
            return x * 1.0

    class Holds(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = layers.Dense(4, kernel_initializer="identity", activity_regularizer="l2")

        def call(self, x):
            return self.inner(x)

    wanted = pytest.approx(0.01 * (X**2).sum() / 3, rel=1e-5)
    for layer in (Same(activity_regularizer="l2"), layers.Dense(4, kernel_initializer="identity", activity_regularizer="l2"), Holds()):
        layer(X)
        assert [float(loss) for loss in layer.losses] == [wanted]
        model = keras.Sequential([keras.Input((4,)), layer])
        model.compile("sgd", "mse")
        assert model.evaluate(X, X, verbose=0, batch_size=3) == wanted


def test_shapes_that_a_layer_tells_itself():
    class Tells(layers.Layer):
        def call(self, x):
            raise RuntimeError("never called")

        def compute_output_shape(self, shape):
            return {"a": shape, "b": [(*shape, 1), shape]}

    found = Tells().compute_output_spec(keras.KerasTensor((2, 3)))
    assert found["a"].shape == (2, 3) and [t.shape for t in found["b"]] == [(2, 3, 1), (2, 3)]


def test_what_is_not_there_says_so():
    layer = layers.Layer()
    for call, given in ((layer.quantize, "int8"), (layers.Dense(2).quantize, "int8"), (layer.compute_output_shape, (1,))):
        with pytest.raises(NotImplementedError, match="does not have a `\\w+` method implemented"):
            call(given)
    with pytest.raises(ValueError, match="`dtype` should be an integer type"):
        layers.Hashing(3, dtype="float32")
    with pytest.raises(ValueError, match="number of groups must be a positive integer"):
        layers.Conv2D(4, 2, groups=0)
    with pytest.raises(ValueError, match="evenly divisible by the number of groups. Received: groups=2, filters=5"):
        layers.Conv2D(5, 2, groups=2)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_batches_of_several_sizes_are_predicted_one_by_one():
    def batches():
        yield (np.ones((3, 5, 7), "float32"),)
        yield (2 * np.ones((2, 7, 5), "float32"),)

    flat = keras.Sequential([layers.Flatten()]).predict(batches(), verbose=0)
    assert flat.shape == (5, 35) and flat[:, 0].tolist() == [1, 1, 1, 2, 2]
    pooled = keras.Sequential([keras.Input((None, None, 1)), layers.GlobalAveragePooling2D()])
    assert pooled.predict(((b[0][..., None],) for b in batches()), verbose=0).ravel().tolist() == [1, 1, 1, 2, 2]
    with pytest.raises(NotImplementedError, match="callbacks"):
        pooled.predict(((b[0][..., None],) for b in batches()), verbose=0, callbacks=[keras.callbacks.Callback()])
