"""ImageDataGenerator and what belongs to it. The numbers are those of Keras 3.15.1 with SciPy."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers
from regimen.keras.preprocessing import image

PICTURE = np.arange(12, dtype="float32").reshape(3, 4, 1)
CURVED = np.arange(24, dtype="float32").reshape(2, 3, 2, 2)[..., :1] ** 1.5

TURNED = {
    "constant": [[1.694, 3.987, 6.28, -1], [4.658, 6.951, 9.244, -1], [7.622, -1, -1, -1]],
    "nearest": [[1.694, 3.987, 6.28, 8.004], [4.658, 6.951, 9.244, 11], [7.622, 9.183, 9.876, 10.569]],
    "reflect": [[1.694, 3.987, 6.28, 8.004], [4.658, 6.951, 9.244, 11], [7.622, 9.183, 9.876, 10.569]],
    "wrap": [[1.694, 3.987, 6.28, 5.573], [4.658, 6.951, 9.244, 0.537], [7.622, 1.915, 4.208, 6.501]],
}
MOVED = {
    "constant": [[0, 0, 8, 9], [0, 0, 0, 0], [0, 0, 0, 0]], "nearest": [[8, 8, 8, 9]] * 3,
    "reflect": [[9, 8, 8, 9], [9, 8, 8, 9], [5, 4, 4, 5]], "wrap": [[9, 10, 8, 9], [5, 6, 4, 5], [9, 10, 8, 9]],
}


@pytest.mark.parametrize("mode", TURNED)
def test_affine_maps(mode):
    axes = {"row_axis": 0, "col_axis": 1, "channel_axis": 2, "fill_mode": mode}
    found = image.apply_affine_transform(PICTURE, theta=30, tx=0.5, zx=0.8, cval=-1, **axes)
    assert np.allclose(found[:, :, 0], TURNED[mode], atol=1e-3)
    moved = image.apply_affine_transform(PICTURE, tx=-2, ty=1.7, order=0, **axes)
    assert moved[:, :, 0].tolist() == MOVED[mode]
    first = image.apply_affine_transform(PICTURE.transpose(2, 0, 1), theta=30, tx=0.5, zx=0.8, cval=-1, row_axis=1, col_axis=2,
                                         channel_axis=0,
                                         fill_mode=mode)
    assert np.array_equal(first[0], found[:, :, 0])


def test_the_same_seed_changes_a_picture_as_keras_does():
    made = image.ImageDataGenerator(rotation_range=20, width_shift_range=0.2, height_shift_range=2, zoom_range=0.2, shear_range=10,
                                    horizontal_flip=True, channel_shift_range=2.0)
    drawn = made.get_random_transform((3, 4, 1), seed=7)
    wanted = {"theta": -16.94767, "tx": -1, "ty": -0.09855, "shear": 4.4693, "zx": 1.1912, "zy": 1.0154,
              "channel_shift_intensity": -0.92624}
    for name, value in wanted.items():
        assert drawn[name] == pytest.approx(value, abs=1e-4), name
    assert drawn["brightness"] is None and not drawn["flip_vertical"]
    found = made.random_transform(PICTURE, seed=7)[:, :, 0]
    assert np.allclose(found, [[1.303, 0.825, 0.825, 1.038], [5.269, 3.88, 3.535, 3.286], [7.074, 7.198, 7.72, 7.471]], atol=1e-3)
    shown = image.apply_brightness_shift(np.array([[[10.0, 200, 255]]]), 1.5, scale=False)
    assert shown.tolist() == [[[15, 255, 255]]]
    flipped = image.ImageDataGenerator().apply_transform(PICTURE, {"flip_horizontal": True, "flip_vertical": True})
    assert np.array_equal(flipped, PICTURE[::-1, ::-1])


def test_scales_that_are_fitted():
    made = image.ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True)
    made.fit(CURVED)
    assert np.allclose(made.standardize(CURVED[0].copy())[:, :, 0], [[-1.261, -1.177], [-1.022, -0.822], [-0.585, -0.317]], atol=1e-3)
    with pytest.warns(UserWarning, match="featurewise_center"):
        made = image.ImageDataGenerator(zca_whitening=True)
    made.fit(CURVED)
    assert np.allclose(made.standardize(CURVED[0].copy())[:, :, 0], [[-0.909, -0.785], [-0.606, -0.39], [-0.143, 0.13]], atol=2e-3)
    made = image.ImageDataGenerator(samplewise_center=True, samplewise_std_normalization=True, rescale=0.5,
                                    preprocessing_function=lambda x: x + 1)
    found = made.standardize(CURVED[1].copy())
    assert found.mean() == pytest.approx(0, abs=1e-6) and found.std() == pytest.approx(1, abs=1e-5)
    with pytest.warns(UserWarning, match="hasn't been fit"):
        image.ImageDataGenerator(featurewise_center=True).standardize(PICTURE.copy())


def test_batches_come_in_the_order_of_keras():
    made = image.ImageDataGenerator().flow(np.arange(5.0).reshape(5, 1, 1, 1), np.arange(5), batch_size=2, seed=3)
    assert [next(made)[1].tolist() for _ in range(4)] == [[3, 4], [1, 0], [2], [3, 4]]
    assert [made[i][1].tolist() for i in range(3)] == [[3, 4], [0, 1], [2]]
    x, y = np.arange(40.0).reshape(10, 2, 2, 1), np.arange(10) % 2
    split = image.ImageDataGenerator(validation_split=0.4)
    held, kept = (split.flow(x, y, subset=part, shuffle=False, sample_weight=y + 1) for part in ("validation", "training"))
    assert held.n == 4 and kept.n == 6 and np.array_equal(held[0][0], x[:4]) and kept[0][2].tolist() == [1, 2] * 3
    several = image.ImageDataGenerator().flow([x, [y, y * 2]], y, shuffle=False, batch_size=3)
    assert [part.tolist() for part in several[0][0][1:]] == [[0, 1, 0], [0, 2, 0]]
    with pytest.raises(ValueError, match="rank 4"):
        image.ImageDataGenerator().flow(y, y)


def test_what_a_generator_refuses():
    for options, error, words in (({"fill_mode": "mirror"}, ValueError, "fill_mode"),
                                  ({"interpolation_order": 3}, NotImplementedError, "order"),
                                  ({"zoom_range": [1]}, ValueError, "zoom_range"),
                                  ({"validation_split": 2}, ValueError, "strictly between"),
                                  ({"brightness_range": 3}, ValueError, "brightness_range"), ({"rotate": 3}, TypeError, "rotate"),
                                  ({"data_format": "x"}, ValueError, "data_format")):
        with pytest.raises(error, match=words):
            image.ImageDataGenerator(**options)


def test_generators_train_models_of_every_era():
    keras.utils.set_random_seed(2)
    x = np.random.default_rng(0).uniform(0, 255, (20, 4, 4, 1)).astype("float32")
    y = x.mean(axis=(1, 2, 3)) / 255
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    made = image.ImageDataGenerator(rescale=1 / 255, horizontal_flip=True).flow(x, y, batch_size=8)
    history = model.fit(made, epochs=8, verbose=0, validation_data=made).history
    assert history["loss"][-1] < history["loss"][0] and len(history["val_loss"]) == 8
    assert model.fit_generator(made, samples_per_epoch=20, nb_epoch=1, verbose=0, validation_data=made,
                               nb_val_samples=20).params["steps"] == 3
    assert model.fit_generator(made, steps_per_epoch=5, epochs=1, verbose=0).params["steps"] == 5
    assert model.predict_generator(image.ImageDataGenerator().flow(x, batch_size=8, shuffle=False), steps=3).shape == (20, 1)

    def endless():
        while True:
            yield x[:5], y[:5]

    assert model.fit_generator(endless(), samples_per_epoch=12, nb_epoch=1, verbose=0).params["steps"] == 3


def test_arrays_as_pictures():
    assert keras.utils.img_to_array(np.zeros((3, 4))).shape == (3, 4, 1)
    assert keras.utils.img_to_array(np.zeros((3, 4, 2)), data_format="channels_first").shape == (2, 3, 4)
    with pytest.raises(ValueError, match="Unsupported image shape"):
        keras.utils.img_to_array(np.zeros(3))
    assert image.smart_resize(PICTURE, (6, 2)).shape == (6, 2, 1)
    assert np.array_equal(image.smart_resize(PICTURE, (3, 3), "nearest"), PICTURE[:, :3])


def test_files_need_pillow(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(ImportError, match="pip install pillow"):
        keras.utils.load_img("none.png")


def test_folders_and_tables(tmp_path, capsys):
    pytest.importorskip("PIL")
    for i, name in enumerate(("cats", "dogs")):
        (tmp_path / name).mkdir()
        for k in range(4):
            keras.utils.save_img(tmp_path / name / f"{k}.png", np.full((6, 5, 3), 40.0 * i + k), scale=False)
    made = image.ImageDataGenerator(rescale=0.5, validation_split=0.25).flow_from_directory(
        str(tmp_path), target_size=(4, 4), batch_size=3, shuffle=False, class_mode="binary", color_mode="grayscale", subset="training")
    assert made.class_indices == {"cats": 0, "dogs": 1} and made.classes.tolist() == [0] * 3 + [1] * 3
    assert made[1][0][:, 0, 0, 0].tolist() == [20.5, 21, 21.5] and made[1][1].tolist() == [1, 1, 1]
    assert "Found 6 images belonging to 2 classes." in capsys.readouterr().out
    dataset = keras.utils.image_dataset_from_directory(tmp_path, image_size=(3, 3), batch_size=5, shuffle=False, label_mode="categorical")
    x, y = dataset.map(lambda x, y: (x / 2, y)).cache().take(1)[0]
    assert x.shape == (5, 3, 3, 3) and x[4, 0, 0, 0] == 20 and y[4].tolist() == [0, 1]
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"filename": ["cats/1.png", "dogs/3.png", "none.png"], "class": ["a", "b", "a"], "value": [1.0, 2.0, 3.0]})
    with pytest.warns(UserWarning, match="1 invalid"):
        made = image.ImageDataGenerator().flow_from_dataframe(table, str(tmp_path), target_size=(2, 2), shuffle=False)
    assert made[0][1].tolist() == [[1, 0], [0, 1]] and made[0][0][1, 0, 0].tolist() == [43, 43, 43]
    raw = image.ImageDataGenerator().flow_from_dataframe(table[:2], str(tmp_path), y_col="value", class_mode="raw", shuffle=False)
    assert raw[0][1].tolist() == [1, 2]
