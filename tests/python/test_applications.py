"""The architectures of keras.applications, without pretrained weights."""

import json
import subprocess
import sys

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import applications, layers

RNG = np.random.default_rng(5)

# Numbers of parameters that Keras documents.
PARAMETERS = {
    "VGG16": 138_357_544, "VGG19": 143_667_240, "ResNet50": 25_636_712, "ResNet101V2": 44_675_560, "MobileNet": 4_253_864,
    "MobileNetV2": 3_538_984, "MobileNetV3Small": 2_554_968, "DenseNet121": 8_062_504, "InceptionV3": 23_851_784,
    "Xception": 22_910_480, "EfficientNetB0": 5_330_571, "EfficientNetV2B0": 7_200_312,
    "NASNetMobile": 5_326_716, "ConvNeXtTiny": 28_589_128,
}


def small(**options):
    """A model that computes quickly."""
    return applications.MobileNet(**{"weights": None, "alpha": 0.25, "input_shape": (32, 32, 3), "classes": 4, **options})


@pytest.mark.parametrize("name", PARAMETERS)
def test_numbers_of_parameters(name):
    model = getattr(applications, name)(weights=None)
    assert model.count_params() == PARAMETERS[name]
    assert model.output_shape == (None, 1000)


def test_names_of_layers_are_those_of_keras():
    names = [layer.name for layer in applications.ResNet50(weights=None, include_top=False).layers]
    assert names[1:8] == ["conv1_pad", "conv1_conv", "conv1_bn", "conv1_relu", "pool1_pad", "pool1_pool", "conv2_block1_1_conv"]
    assert names[-1] == "conv5_block3_out"
    assert small().name == "mobilenet_0.25_32"
    assert [layer.name for layer in small().layers[-3:]] == ["conv_preds", "reshape_2", "predictions"]


def test_ends_of_models():
    assert small(include_top=False).output_shape == (None, 1, 1, 256)
    assert small(include_top=False, pooling="avg").output_shape == (None, 256)
    assert small(include_top=False, input_shape=None).output_shape == (None, None, None, 256)
    logits = small(classifier_activation=None)
    assert logits.layers[-1].get_config()["activation"] == "linear"
    assert logits.predict(RNG.normal(size=(2, 32, 32, 3)), verbose=0).shape == (2, 4)


def test_nothing_is_downloaded():
    with pytest.raises(ValueError, match="nothing is downloaded here. Give weights=None"):
        applications.ResNet50()
    with pytest.raises(ValueError, match="Received: weights=there_is_no_such_file.h5"):
        applications.ResNet50(weights="there_is_no_such_file.h5")


def test_weights_from_a_file(tmp_path):
    model, path = small(), tmp_path / "some.weights.h5"
    model.save_weights(path)
    x = RNG.normal(size=(2, 32, 32, 3)).astype("float32")
    assert np.array_equal(small(weights=str(path)).predict(x, verbose=0), model.predict(x, verbose=0))
    with pytest.raises(ValueError, match="Only `None` and `softmax` activations are allowed"):
        small(weights=str(path), classifier_activation="relu")


def test_shapes_that_models_cannot_take():
    for build, shape, text in [
        (applications.VGG16, (31, 64, 3), "Input size must be at least 32x32"),
        (applications.InceptionV3, (64, 80, 3), "Input size must be at least 75x75"),
        (applications.MobileNetV3Small, (16, 16, 3), "Input size must be at least 32x32"),
        (applications.VGG16, (None, 64, 3), "you should specify a static `input_shape`"),
        (applications.VGG16, (64, 64), "must be a tuple of three integers"),
    ]:
        with pytest.raises(ValueError, match=text):
            build(weights=None, input_shape=shape)
    with pytest.raises(ValueError, match=r"input_tensor.shape\[2\] must equal input_shape\[1\]"):
        applications.MobileNetV2(weights=None, input_tensor=keras.Input((64, 64, 3)), input_shape=(96, 96, 3))
    with pytest.raises(ValueError, match="`input_tensor` must be a KerasTensor"):
        small(input_tensor=np.zeros((1, 32, 32, 3)))
    with pytest.warns(UserWarning, match="passed an input_shape with 5 input channels"):
        small(input_shape=(32, 32, 5))


def test_pixels_as_models_take_them():
    x = RNG.uniform(0, 255, size=(2, 4, 5, 3)).astype("float32")
    means = np.array([103.939, 116.779, 123.68], "float32")
    assert np.array_equal(applications.vgg16.preprocess_input(x.copy()), x[..., ::-1] - means)
    assert np.array_equal(applications.xception.preprocess_input(x.copy()), x / np.float32(127.5) - np.float32(1))
    wanted = (x / np.float32(255) - np.array([0.485, 0.456, 0.406], "float32")) / np.array([0.229, 0.224, 0.225], "float32")
    assert np.array_equal(applications.densenet.preprocess_input(x.copy()), wanted)
    assert applications.convnext.preprocess_input(x) is x
    first = applications.densenet.preprocess_input(np.moveaxis(x, -1, 1).copy(), data_format="channels_first")
    assert np.array_equal(np.moveaxis(first, 1, -1), wanted)
    bytes_ = np.full((1, 2, 2, 3), 255, "uint8")
    assert applications.mobilenet.preprocess_input(bytes_).dtype == np.float32 and bytes_[0, 0, 0, 0] == 255
    kept = x.copy()
    assert np.array_equal(applications.nasnet.preprocess_input(kept), kept)
    with pytest.raises(ValueError, match="Expected mode to be one of"):
        applications.imagenet_utils.preprocess_input(x, mode="other")
    with pytest.raises(ValueError, match="Expected data_format to be one of"):
        applications.vgg16.preprocess_input(x, data_format="other")


@pytest.mark.parametrize("family", ["resnet", "resnet_v2", "densenet"])
def test_pixels_inside_of_a_model(family):
    preprocess = getattr(applications, family).preprocess_input
    x = RNG.uniform(0, 255, size=(2, 4, 4, 3)).astype("float32")
    entry = keras.Input((4, 4, 3))
    assert np.allclose(keras.Model(entry, preprocess(entry)).predict(x, verbose=0), preprocess(x.copy()), rtol=1e-6, atol=1e-6)


def test_classes_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    scores = np.zeros((1, 1000), "float32")
    scores[0, [7, 3, 900]] = 0.5, 0.3, 0.2
    with pytest.raises(FileNotFoundError, match="imagenet_class_index.json"):
        applications.vgg16.decode_predictions(scores)
    (tmp_path / "models").mkdir()
    index = {str(i): [f"n{i}", f"thing {i}"] for i in range(1000)}
    (tmp_path / "models" / "imagenet_class_index.json").write_text(json.dumps(index))
    found = applications.resnet.decode_predictions(scores, top=3)
    assert [entry[:2] for entry in found[0]] == [("n7", "thing 7"), ("n3", "thing 3"), ("n900", "thing 900")]
    assert [entry[2] for entry in found[0]] == pytest.approx([0.5, 0.3, 0.2])
    with pytest.raises(ValueError, match=r"Received array with shape: \(1, 10\)"):
        applications.vgg16.decode_predictions(np.zeros((1, 10)))


def test_a_model_inside_of_another_is_trained():
    base = small(include_top=False)
    base.trainable = False
    entry = keras.Input((32, 32, 3))
    features = base(applications.mobilenet.preprocess_input(entry))
    model = keras.Model(entry, layers.Dense(2)(layers.Flatten()(features)))
    model.compile("sgd", "mse")
    before, bias = base.get_weights(), model.layers[-1].get_weights()[1]
    model.fit(RNG.uniform(0, 255, size=(4, 32, 32, 3)), np.ones((4, 2)), verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, base.get_weights()))
    assert not np.array_equal(bias, model.layers[-1].get_weights()[1])


def test_places_of_a_model_inside_of_another_are_counted_as_keras_does():
    entry = keras.Input((4,))
    inner = keras.Model(entry, layers.Dense(3)(entry), name="inner")
    first, second = keras.Input((4,)), keras.Input((4,))
    model = keras.Model([first, second], [layers.Dense(1, name="after")(inner(first)), inner(second)])
    config = model.get_config()
    after = next(entry for entry in config["layers"] if entry["name"] == "after")
    assert after["inbound_nodes"][0]["args"][0]["config"]["keras_history"] == ["inner", 0, 0]
    assert config["output_layers"] == [["after", 0, 0], ["inner", 2, 0]]
    again = keras.models.model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    x = [RNG.normal(size=(2, 4)).astype("float32") for _ in range(2)]
    assert all(np.array_equal(a, b) for a, b in zip(model.predict(x, verbose=0), again.predict(x, verbose=0)))


def test_from_a_tensor_that_layers_gave():
    entry = keras.Input((64, 64, 3), name="pictures")
    model = small(input_tensor=layers.AveragePooling2D(2, name="halved")(entry), include_top=False, input_shape=None)
    assert [layer.name for layer in model.layers][:2] == ["pictures", "halved"]
    assert model.output_shape == (None, 1, 1, 256)


def test_layers_written_for_an_architecture():
    model = applications.ConvNeXtTiny(weights=None, include_top=False)
    scale = model.get_layer("convnext_tiny_stage_0_block_0_layer_scale")
    assert type(scale).__name__ == "LayerScale" and np.array_equal(scale.get_weights()[0], np.full(96, 1e-6, "float32"))
    again = keras.models.model_from_json(model.to_json())
    assert type(again.get_layer(scale.name)) is type(scale) and again.count_params() == model.count_params()
    model = applications.InceptionResNetV2(weights=None)
    assert model.count_params() == 55_873_736
    scales = [layer.get_config()["scale"] for layer in model.layers if type(layer).__name__ == "CustomScaleLayer"]
    assert scales == [0.17] * 10 + [0.1] * 20 + [0.2] * 9 + [1.0]


def test_names_that_programs_import():
    program = """
import sys
import regimen
regimen.install()
import keras
assert not [name for name in sys.modules if "regimen.keras.applications." in name]
import keras.applications.resnet50 as r
from keras.applications.resnet50 import ResNet50, preprocess_input
from keras.applications.imagenet_utils import _obtain_input_shape
from tensorflow.keras.applications import VGG16
from tensorflow.keras.applications.vgg16 import VGG16 as same, decode_predictions
assert r.ResNet50 is ResNet50 is keras.applications.ResNet50 and VGG16 is same
assert {"VGG16", "vgg16", "EfficientNetB7"} <= set(dir(keras.applications))
assert not hasattr(keras.applications, "VGG17")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_channels_first_is_told():
    from regimen.keras import config

    config.set_image_data_format("channels_first")
    try:
        with pytest.raises(NotImplementedError, match="channels last"):
            keras.applications.ResNet50(weights=None)
        found = keras.applications.imagenet_utils.preprocess_input(np.zeros((1, 3, 2, 2), "float32"))
        assert found[0, :, 0, 0].tolist() == [np.float32(-103.939), np.float32(-116.779), np.float32(-123.68)]
    finally:
        config.set_image_data_format("channels_last")
