"""Layers by themselves: on arrays, their attributes, their configs, and what refuses what."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X = np.arange(12, dtype="float32").reshape(4, 3) / 12


def test_dropout_on_arrays_drops_in_training_alone():
    keras.utils.set_random_seed(3)
    ones = np.ones((50, 40), dtype="float32")
    dropped = layers.Dropout(0.25)(ones, training=True)
    assert set(np.unique(dropped)) == {np.float32(0), np.float32(1 / 0.75)}
    assert abs((dropped == 0).mean() - 0.25) < 0.05
    assert np.array_equal(layers.Dropout(0.25)(ones), ones)


def test_batch_normalization_on_arrays_in_both_modes():
    layer = layers.BatchNormalization(momentum=0.5)
    in_training = layer(X, training=True)
    assert np.allclose(in_training.mean(0), 0, atol=1e-5)
    assert np.allclose(layer.moving_mean, 0.5 * X.mean(0), atol=1e-6)
    assert not np.allclose(layer(X), in_training)
    assert np.array_equal(layer.gamma.numpy(), np.ones(3)) and layers.BatchNormalization(scale=False)(X).shape == X.shape


def test_masks_go_with_arrays_from_layer_to_layer():
    embedded = layers.Embedding(5, 2, mask_zero=True)(np.array([[1, 0], [2, 3]]))
    mean = layers.GlobalAveragePooling1D()(embedded)
    assert np.allclose(mean[0], embedded[0, 0]) and np.allclose(mean[1], embedded[1].mean(0))
    told = layers.GlobalAveragePooling1D()(np.ones((2, 3, 4), "float32") * [[[1], [5], [9]]], mask=np.array([[1, 1, 0], [1, 0, 0]], bool))
    assert np.allclose(told[:, 0], [3, 1])
    mask = layers.Masking(0.0).compute_mask(np.array([[[1.0], [0.0]]], "float32"))
    assert mask.tolist() == [[True, False]]


def test_rows_may_differ_and_a_single_value_is_an_array():
    assert layers.Add()([np.ones((1, 3), "float32"), np.ones((2, 3), "float32")]).shape == (2, 3)

    class Twice(layers.Layer):
        def call(self, x):
            return x * 2

    assert Twice()(np.float32(3)) == 6
    assert np.array_equal(layers.ReLU()(inputs=-X), np.zeros_like(X))


def test_penalties_of_a_call_and_of_weights():
    dense = layers.Dense(2, kernel_initializer="ones", kernel_regularizer=keras.regularizers.L2(0.5), activity_regularizer="l1")
    assert dense.losses == []
    output = dense(X)
    activity, weights = dense.losses
    assert activity == pytest.approx(0.01 * np.abs(output).sum() / len(X), rel=1e-5) and weights == pytest.approx(3)
    assert dense.kernel.regularizer.l2 == 0.5 and dense.bias.regularizer is None

    class Adds(layers.Layer):
        def call(self, x):
            self.add_loss(ops.sum(x))
            return x

    layer = Adds()
    layer(X)
    layer(X)
    assert [float(loss) for loss in layer.losses] == [pytest.approx(X.sum())]


def test_options_are_objects_where_keras_has_objects():
    dense = layers.Dense(2, activation="relu", kernel_initializer="he_normal", use_bias=False)
    assert dense.activation(np.array([-1.0, 2.0], "float32")).tolist() == [0, 2]
    assert isinstance(dense.kernel_initializer, keras.initializers.HeNormal)
    dense(X)
    assert dense.bias is None and dense.kernel.shape == (3, 2)


def test_types():
    dense = layers.Dense(2, dtype="mixed_float16")
    assert (dense.compute_dtype, dense.variable_dtype, dense.dtype) == ("float16", "float32", "float32")
    assert dense(X).dtype == np.float16 and dense.kernel.numpy().dtype == np.float32
    assert dense.compute_output_spec(keras.KerasTensor((None, 3))).dtype == "float16"
    assert layers.Dense(2).get_config()["dtype"]["config"] == {"name": "float32"}


def test_configs_go_around():
    for layer in (layers.Conv2D(3, (2, 1), strides=2), layers.ZeroPadding2D(((1, 2), (3, 4))), layers.LSTM(2), layers.Permute((2, 1))):
        again = type(layer).from_config(layer.get_config())
        assert again.get_config() == layer.get_config()
    assert layers.AdaptiveMaxPooling2D(3).get_config()["output_size"] == (3, 3)


def test_building_by_hand():
    dense = layers.Dense(2)
    assert dense.path is None and not dense.built and layers.ReLU().built
    dense.build((None, 3))
    assert dense.path == dense.name and dense.get_build_config() == {"input_shape": (None, 3)}
    attention = layers.MultiHeadAttention(2, 2)
    attention.build((2, 4, 8), (2, 5, 8))
    assert attention.built and attention.compute_output_shape((2, 4, 8), (2, 5, 8)) == (2, 4, 8)
    with pytest.raises(ValueError, match="build"):
        layers.Dense(2).build()


@pytest.mark.parametrize(("make", "error", "words"), [
    (lambda: layers.Dropout(1.5), ValueError, "Expected a float value between 0 and 1"),
    (lambda: layers.Dense(0), ValueError, "positive integer"),
    (lambda: layers.Conv1D(0, 1), ValueError, "strictly positive value. Received filters=0"),
    (lambda: layers.RepeatVector("3"), TypeError, "integer"),
    (lambda: layers.Dense(2)(np.ones(3, "float32")), ValueError, "expected min_ndim=2, found ndim=1"),
    (lambda: layers.Subtract()([X, X, X]), ValueError, "exactly 2 inputs"),
    (lambda: layers.Add().compute_mask([X, X], X), ValueError, "should be a list"),
    (lambda: layers.Cropping1D(9)(np.ones((1, 5, 2), "float32")), ValueError, "`cropping` parameter"),
    (lambda: layers.Dense(2)(), ValueError, "without any array"),
])
def test_what_is_wrong_is_said_in_known_words(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_stateful_layers_go_on_from_call_to_call():
    layer = layers.SimpleRNN(2, stateful=True, kernel_initializer="ones", recurrent_initializer="ones")
    steps = np.full((2, 3, 1), 0.1, "float32")
    first, second = layer(steps), layer(steps)
    assert not np.allclose(first, second)
    layer.reset_state()
    assert np.allclose(layer(steps), first)


def test_pictures_alone_and_in_batches():
    picture = np.random.default_rng(0).uniform(0, 255, (6, 6, 3)).astype("float32")
    assert layers.CenterCrop(4, 4)(picture).shape == (4, 4, 3)
    assert np.array_equal(layers.CenterCrop(4, 4)(picture[None])[0], layers.CenterCrop(4, 4)(picture))
    flip = layers.RandomFlip("horizontal", seed=1)
    assert np.array_equal(flip(picture, training=False), picture)
    assert any(np.array_equal(flip(picture), picture[:, ::-1]) for _ in range(20))


class Cell(layers.Layer):
    """A plain recurrence."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones", name="kernel")
        self.recurrent = self.add_weight(shape=(self.units, self.units), initializer="ones", name="recurrent")

    def call(self, inputs, states):
        output = ops.matmul(inputs, self.kernel) + ops.matmul(states[0], self.recurrent)
        return output, [output]


def test_recurrence_over_a_cell_of_ones_own():
    steps = np.full((2, 3, 1), 0.5, "float32")
    layer = layers.RNN(Cell(1), return_sequences=True, return_state=True)
    sequence, state = layer(steps)
    assert np.allclose(sequence[0, :, 0], [0.5, 1.0, 1.5]) and np.allclose(state, 1.5)
    masked = layers.RNN(Cell(1))(steps, mask=np.array([[True, False, True]] * 2))
    assert np.allclose(masked, 1.0)
    stacked = layers.RNN([Cell(2), layers.GRUCell(3)])
    assert stacked(steps).shape == (2, 3)
    with pytest.raises(NotImplementedError, match="stateful"):
        layers.RNN(Cell(1), stateful=True)
    model = keras.Sequential([keras.Input((3, 1)), layers.RNN(Cell(2)), layers.Dense(1)])
    model.compile("sgd", "mse")
    assert model.train_on_batch(steps, np.ones((2, 1), "float32")) > 0


def test_a_wrapper_of_ones_own():
    class Doubled(layers.Wrapper):
        def call(self, inputs):
            return self.layer(inputs) * 2

    layer = Doubled(layers.Dense(2, kernel_initializer="ones"))
    assert np.allclose(layer(X)[:, 0], 2 * X.sum(1)) and len(layer.trainable_weights) == 2
    again = Doubled.from_config(layer.get_config())
    assert again.layer.units == 2
    with pytest.raises(ValueError, match="isn't a supported layer"):
        Doubled("dense")


def test_normalization_learns_from_batches():
    x = np.random.default_rng(0).normal(3, 2, size=(32, 4)).astype("float32")
    for data in (x, [x[:8], x[8:]], iter([x[:8], x[8:20], x[20:]]), [(x[:16], None), (x[16:], None)]):
        layer = layers.Normalization()
        layer.adapt(data)
        assert np.allclose(layer(x).mean(0), 0, atol=1e-5) and np.allclose(layer(x).var(0), 1, atol=1e-5)
    assert layer.mean.shape == (1, 4) and np.allclose(layer.variance, x.var(0), atol=1e-5)
    for wrong, text in (([], "empty iterable"), (iter(()), "empty iterable"), (iter([x, x[:, :2]]), "incompatible shape")):
        with pytest.raises(ValueError, match=text):
            layers.Normalization().adapt(wrong)
    with pytest.raises(TypeError, match="`.shape`"):
        layers.Normalization().adapt(iter([42]))
    with pytest.raises(ValueError, match="an incompatible shape"):
        layer.adapt(x[:, :2])


def test_normalization_shows_what_it_was_given():
    layer = layers.Normalization(axis=(1, 2), mean=[1.0, 2, 3], variance=[1.0, 1, 1])
    assert layer.mean is None
    layer.build((None, 2, 3, 5))
    assert layer.mean.shape == (1, 2, 3, 1) and layer.mean[0, :, :, 0].tolist() == [[1, 2, 3], [1, 2, 3]]
    with pytest.raises(ValueError, match="both `mean` and `variance`"):
        layers.Normalization(mean=1.0)
    with pytest.raises(ValueError, match="must be in the range"):
        layers.Normalization(axis=3).build((None, 2))
    with pytest.raises(ValueError, match="to be kept"):
        layers.Normalization(axis=1).build((None, None))


def test_a_layer_of_a_program_is_told_the_mode_on_arrays():
    class Doubles(layers.Layer):
        def call(self, x, training=False):
            return x * 2 if training else x

    assert Doubles()(np.ones((2, 2)), training=True).tolist() == [[2, 2]] * 2 and Doubles()(np.ones((1, 1))).tolist() == [[1]]


class Halves(layers.Wrapper):
    """A wrapper that no program registers: its config names this module."""

    def call(self, inputs, mask=None):
        found = self.layer(inputs) * 0.5
        return found if mask is None else found * keras.ops.expand_dims(keras.ops.cast(mask, "float32"), -1)


def test_a_class_is_found_in_a_module_that_is_loaded():
    layer = Halves(layers.Dense(2))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert isinstance(again, Halves) and again.layer.units == 2
    config = {**keras.saving.serialize_keras_object(layer), "module": "json", "class_name": "JSONDecoder", "registered_name": None}
    with pytest.raises(TypeError, match="Could not locate class"):
        keras.saving.deserialize_keras_object(config)


def test_a_wrapper_of_a_program_at_each_step():
    layer = layers.TimeDistributed(Halves(layers.Dense(1, kernel_initializer="ones")))
    found = layer(np.ones((2, 3, 4), dtype="float32"), mask=np.array([[True, False, True]] * 2))
    assert found[0, :, 0].tolist() == [2, 0, 2]


def test_attention_gives_a_tuple_and_takes_a_list_of_masks():
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    output, scores = layers.Attention()([x, x], return_attention_scores=True)
    assert output.shape == (2, 3, 4) and scores.shape == (2, 3, 3)
    assert isinstance(layers.MultiHeadAttention(2, 2)(x, x, return_attention_scores=True), tuple)
    with pytest.raises(ValueError, match="layer mask must be a list"):
        layers.Attention()([x, x], mask=np.ones((2, 3), dtype=bool))
    with pytest.raises(ValueError, match="length 2 or 3"):
        layers.Attention()([x, x], mask=[np.ones((2, 3), dtype=bool)])
    assert layers.Attention().compute_output_shape(input_shape=[(2, 3, 4), (2, 5, 6), (2, 5, 4)]) == (2, 3, 6)
    for options, text in (({"value_dim": 0}, "argument `value_dim`"), ({"output_shape": 8.0}, "Invalid `output_shape`")):
        with pytest.raises(ValueError, match=text):
            layers.MultiHeadAttention(2, 2, **options)


def test_what_a_layer_was_built_for_holds():
    layer = layers.Dense(2)
    layer(keras.Input((3,)))
    with pytest.raises(ValueError, match="incompatible with the layer"):
        layer(keras.Input((4,)))
    both = layers.Bidirectional(layers.LSTM(2, use_cudnn=False))
    assert both.forward_layer.use_cudnn is False and both.backward_layer.use_cudnn is False and both.backward_layer.go_backwards
    with pytest.raises(TypeError, match="deserializing class 'Dense'"):
        layers.Dense.from_config({"units": -1})
    with pytest.raises(ValueError, match="incompatible `batch_size`"):
        layers.InputLayer(batch_size=3, input_tensor=keras.Input((2,), batch_size=4))


def test_signals_without_an_axis_of_rows():
    layer = layers.MelSpectrogram(num_mel_bins=8, sampling_rate=8000, sequence_stride=64, fft_length=128)
    wave = np.sin(np.arange(1600, dtype="float32") / 5)
    assert np.array_equal(layer(wave), layer(wave[None])[0]) and layer.compute_output_shape((1600,)) == layer(wave).shape


def doubled(x, training=None):
    return x * 2


def test_a_lambda_comes_back_by_the_name_of_its_function():
    layer = layers.Lambda(doubled, mask=np.array([[True, False]]))
    assert layer(X).tolist() == (X * 2).tolist() and layer.supports_masking
    again = layers.Lambda.from_config(layer.get_config(), custom_objects={"doubled": doubled})
    assert again.function is doubled and layers.Lambda(lambda x, mask: x, mask=None)(X).shape == X.shape
    for function in (doubled, lambda x: x):
        with pytest.raises(ValueError, match="Lambda: a function"):
            layers.Lambda.from_config(layers.Lambda(function).get_config())


def test_what_a_layer_was_made_with_is_its_config():
    class Scaled(layers.Layer):
        def __init__(self, factor, shift=0, **kwargs):
            super().__init__(**kwargs)
            self.factor = factor

        def call(self, x):
            return x * self.factor

    config = Scaled(3, name="three").get_config()
    assert config["factor"] == 3 and config["name"] == "three" and Scaled.from_config(config).factor == 3
    with pytest.raises(NotImplementedError, match="must override `get_config"):
        Scaled(np.ones(3)).get_config()

    class Bare(Scaled):
        def __init__(self, factor):
            super().__init__(factor)

    class Named(Scaled):
        def __init__(self, factor, name=None, **options):
            super().__init__(factor, name=name, **options)

    # What `__init__` does not take is not told, but for what `Layer` adds itself.
    assert set(Bare(2).get_config()) == {"factor", "trainable", "dtype"}
    assert set(Named(2, trainable=False).get_config()) == {"factor", "name", "trainable", "dtype"}


def test_a_pipeline_with_a_layer_of_a_program():
    seen = []

    class Watching(layers.Layer):
        def call(self, x, training=False):
            seen.append(training)
            return x + 1

    pipeline = layers.Pipeline([Watching(), layers.Rescaling(3.0)])
    assert pipeline(np.ones((1, 2))).tolist() == [[6, 6]] and [layer.name for layer in pipeline.layers][1].startswith("rescaling")
    pipeline(np.ones((1, 2)), training=True)
    assert True in seen
    with pytest.raises(ValueError, match="`layers`"):
        layers.Pipeline.from_config({"name": "none"})


def test_colours_are_spread_on_arrays():
    pictures = (np.random.default_rng(0).random((1, 16, 16, 3)) ** 2 * 255).astype("float32")
    spread = layers.Equalization()(pictures)
    assert np.array_equal(spread, np.round(spread)) and spread.mean() > pictures.mean() + 20
    assert np.array_equal(layers.Equalization()(pictures, training=False), pictures)


def test_a_mask_of_attention_that_is_the_same_for_all_rows():
    x = np.random.default_rng(0).normal(size=(2, 5, 8)).astype("float32")
    layer, mask = layers.MultiHeadAttention(2, 4), np.tril(np.ones((5, 5)))
    assert np.array_equal(layer(x, x, attention_mask=mask), layer(x, x, attention_mask=np.stack([mask] * 2)))


def test_methods_that_a_layer_does_not_have():
    assert not any(hasattr(layers.Dense(2), name) for name in ("reset_state", "reset_states", "adapt"))
    lstm = layers.LSTM(2)
    assert hasattr(lstm, "reset_states") and hasattr(layers.Normalization(), "adapt")
    lstm.reset_state()  # carries nothing: there is nothing to do
    with pytest.raises(TypeError, match="Cannot serialize object functools.partial"):
        import functools

        layers.Lambda(functools.partial(ops.multiply, 2.0)).get_config()


def test_wrappers_hand_their_layers_out(tmp_path):
    x = np.ones((2, 3, 2), "float32")
    dense = layers.Dense(2)
    wrapped = layers.TimeDistributed(dense)
    model = keras.Sequential([keras.Input((3, 2)), wrapped, layers.RNN([layers.LSTMCell(2), layers.GRUCell(3)]), layers.Dense(1)])
    assert wrapped.layer is dense and dense.built and dense.kernel is wrapped.weights[0] and np.allclose(dense(x[:, 0]), wrapped(x)[:, 0])
    assert [cell.units for cell in model.layers[1].cell.cells] == [2, 3]
    dense.trainable = False
    assert not wrapped.trainable_weights and len(model.non_trainable_weights) == 2
    model.compile("sgd", "mse")
    before = dense.get_weights()
    model.fit(x, np.ones((2, 1)), verbose=0)
    assert np.array_equal(dense.kernel, before[0])
    wrapped.trainable = True
    assert dense.trainable
    model.save(tmp_path / "wrapped.keras")
    again = keras.models.load_model(tmp_path / "wrapped.keras")
    assert again.layers[0].layer.units == 2 and np.array_equal(again.layers[0].layer.kernel, dense.kernel)
    assert layers.Bidirectional.from_config(layers.Bidirectional(layers.GRU(4)).get_config()).forward_layer.units == 4


def test_a_written_layer_is_built_inside_of_one_of_the_library():
    class Scaled(layers.Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="scale")

        def call(self, x):
            return x * self.scale

    assert layers.TimeDistributed(Scaled())(np.ones((2, 3, 2), "float32")).sum() == 12


def test_whole_numbers_keep_their_type():
    pictures = np.arange(96, dtype="uint8").reshape(2, 4, 4, 3)
    for layer in (layers.Flatten(), layers.Resizing(2, 2), layers.ZeroPadding2D(), layers.Permute((2, 1, 3))):
        assert layer(pictures).dtype == "uint8"
    assert layers.Flatten()(pictures.astype("int64")).dtype == "int32" and layers.Rescaling(0.5)(pictures).dtype == "float32"
