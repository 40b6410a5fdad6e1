"""`keras.utils.bounding_boxes`, and layers of pictures on dicts with boxes. Numbers are those of Keras 3.15.1 on the same boxes."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

tools = keras.utils.bounding_boxes
FORMATS = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")
BOXES = np.array([[[1.0, 2, 5, 8], [0, 0, 10, 4]], [[3, 1, 6, 9], [2, 2, 4, 4]]], dtype="float32")


def test_every_format_leads_to_every_other_and_back():
    known = {"xywh": [1, 2, 4, 6], "center_yxhw": [5, 3, 6, 4], "rel_yxyx": [0.2, 0.05, 0.8, 0.25],
             "rel_center_xywh": [0.15, 0.5, 0.2, 0.6]}
    for form, numbers in known.items():
        assert tools.convert_format(BOXES, "xyxy", form, 10, 20)[0, 0] == pytest.approx(numbers)
    for one in FORMATS:
        there = tools.convert_format(BOXES, "xyxy", one, 10, 20)
        for other in FORMATS:
            back = tools.convert_format(tools.convert_format(there, one, other, 10, 20), other, "xyxy", 10, 20)
            assert np.allclose(back, BOXES, atol=1e-5), (one, other)
    given = {"boxes": BOXES, "labels": np.zeros((2, 2))}
    assert tools.convert_format(given, "xyxy", "XYWH")["boxes"][0, 0].tolist() == [1, 2, 4, 6]


def test_formats_that_cannot_be_converted_are_refused():
    with pytest.raises(ValueError, match="last dimension of 4"):
        tools.convert_format(np.zeros((2, 3)), "xyxy", "xywh")
    with pytest.raises(ValueError, match="Invalid source or target format"):
        tools.convert_format(BOXES, "xyxy", "corners")
    with pytest.raises(ValueError, match="must receive `height` and `width`"):
        tools.convert_format(BOXES, "xyxy", "rel_xyxy")


def test_boxes_are_cut_moved_and_clipped():
    found = tools.clip_to_image_size({"boxes": BOXES - 4, "labels": np.array([[1, 2], [3, 4]])}, 6, 7)
    assert found["boxes"][0].tolist() == [[0, 0, 1, 4], [0, 0, 6, 0]] and found["labels"].tolist() == [[1, -1], [3, -1]]
    relative = tools.clip_to_image_size({"boxes": BOXES / 8, "labels": np.array([[1, 2], [3, 4]])}, bounding_box_format="rel_xyxy")
    assert relative["boxes"].max() == 1
    assert tools.crop(BOXES, 1, 2, 4, 3)[0].tolist() == [[0, 1, 3, 4], [0, 0, 3, 3]]
    assert tools.pad(BOXES, 1, 2)[0, 0].tolist() == [3, 3, 7, 9]
    with pytest.raises(NotImplementedError, match="convert_format"):
        tools.crop(BOXES, 1, 2, 4, 3, bounding_box_format="xywh")


def test_a_picture_that_is_turned_turns_its_boxes():
    pair = lambda *numbers: np.array(numbers, dtype="float32")
    still = tools.affine_transform(BOXES, pair(0, 0), pair(0, 0), pair(0, 0), pair(1, 1), pair(0, 0), pair(0, 0), 11, 11)
    assert np.allclose(still, BOXES)
    turned = tools.affine_transform(BOXES, pair(90, 0), pair(0, 0.1), pair(0, 0), pair(1, 1), pair(0, 0), pair(0, 0), 11, 11)
    assert np.allclose(turned, [[[2, 5, 8, 9], [0, 0, 4, 10]], [[4, 1, 7, 9], [3, 2, 5, 4]]], atol=1e-5)


def test_deltas_go_both_ways():
    anchors = BOXES[0] + np.array([0, 1, 2, 1], dtype="float32")
    for form in ("center_xywh", "center_yxhw"):
        for variance in (None, [0.1, 0.1, 0.2, 0.2]):
            deltas = tools.encode_box_to_deltas(anchors, BOXES, "xyxy", "xyxy", form, variance)
            assert np.allclose(tools.decode_deltas_to_boxes(anchors, deltas, "xyxy", "xyxy", form, variance), BOXES, atol=1e-4)
    deltas = {"p3": tools.encode_box_to_deltas(anchors, BOXES, "xyxy", "xyxy")}
    levels = tools.decode_deltas_to_boxes({"p3": anchors}, deltas, "xyxy", "xyxy")
    assert np.allclose(levels["p3"], BOXES, atol=1e-4)
    with pytest.raises(ValueError, match="length 4"):
        tools.encode_box_to_deltas(anchors, BOXES, "xyxy", "xyxy", variance=[0.1])
    with pytest.raises(ValueError, match="encoded_format"):
        tools.decode_deltas_to_boxes(anchors, BOXES, "xyxy", "xyxy", encoded_format="xyxy")


def test_overlap():
    one, other = np.array([[0.0, 0, 4, 4]]), np.array([[2.0, 2, 6, 6], [0, 0, 4, 4], [-2, -2, -1, -1]])
    assert tools.compute_iou(one, other, "xyxy")[0] == pytest.approx([4 / 28, 1, 0], abs=1e-6)
    assert tools.compute_iou(one, other, "xyxy", use_masking=True, mask_val=-7)[0, 2] == -7
    assert tools.compute_iou(BOXES, BOXES, "xyxy").shape == (2, 2, 2) and tools.compute_iou(one, BOXES, "xyxy").shape == (2, 1, 2)
    # 1/7 less the distance of the centers, 8, by the diagonal of what holds both, 72.
    assert tools.compute_ciou(one, other[:1], "xyxy") == pytest.approx([4 / 28 - 8 / 72], abs=1e-6)
    with pytest.raises(ValueError, match="image_shape"):
        tools.compute_iou(one, other, "rel_xyxy")
    with pytest.raises(ValueError, match="rank 2 or 3"):
        tools.compute_iou(one[0], other, "xyxy")


def test_boxes_between_symbolic_tensors():
    inputs = keras.Input((3, 4))

    class Sizes(layers.Layer):
        def call(self, boxes):
            return tools.convert_format(boxes, "xyxy", "xywh")[..., 2:]

    model = keras.Model(inputs, Sizes()(inputs))
    assert model.predict(np.tile(BOXES[:, :1], (1, 3, 1)), verbose=0)[0].tolist() == [[4, 6]] * 3


@pytest.mark.parametrize("make", [
    lambda form: layers.RandomFlip("horizontal_and_vertical", bounding_box_format="xyxy", data_format=form),
    lambda form: layers.RandomFlip("horizontal", bounding_box_format="xyxy", data_format=form),
    lambda form: layers.RandomCrop(4, 5, bounding_box_format="xyxy", data_format=form),
    lambda form: layers.CenterCrop(4, 6, bounding_box_format="xyxy", data_format=form),
])
@pytest.mark.parametrize("form", ["channels_last", "channels_first"])
def test_boxes_and_masks_go_where_the_pixels_go(make, form):
    rng, layer = np.random.default_rng(0), make(form)
    for _ in range(4):
        images, boxes = np.zeros((3, 6, 8, 1), dtype="float32"), np.zeros((3, 1, 4))
        for i, (x, y) in enumerate(rng.integers(0, [6, 4], size=(3, 2))):
            images[i, y : y + 2, x : x + 2] = 1
            boxes[i, 0] = [x, y, x + 2, y + 2]
        images = images if form == "channels_last" else np.moveaxis(images, -1, 1)
        data = {"images": images, "segmentation_masks": images * 5, "bounding_boxes": {"boxes": boxes, "labels": np.ones((3, 1))}}
        found = layer(data, training=True)
        assert found is data and np.array_equal(found["segmentation_masks"], found["images"] * 5)
        planes = found["images"][..., 0] if form == "channels_last" else found["images"][:, 0]
        for plane, (left, top, right, bottom) in zip(planes, found["bounding_boxes"]["boxes"][:, 0]):
            rows, columns = np.nonzero(plane)
            if len(rows):
                assert [left, top, right, bottom] == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            else:
                assert (right - left) * (bottom - top) == 0


def test_resized_pictures_and_boxes():
    data = lambda: {"images": np.zeros((2, 10, 20, 3)), "bounding_boxes": {"boxes": BOXES, "labels": np.ones((2, 2))}}
    resized = lambda **options: layers.Resizing(20, 20, bounding_box_format="xyxy", **options)(data())
    made = lambda **options: resized(**options)["bounding_boxes"]["boxes"][0, 0].tolist()
    assert made() == [1, 4, 5, 16]
    assert made(pad_to_aspect_ratio=True) == [1, 7, 5, 13]
    assert made(crop_to_aspect_ratio=True) == [0, 4, 0, 16]
    one = layers.MaxNumBoundingBoxes(3, bounding_box_format="xyxy")(data())["bounding_boxes"]
    assert one["boxes"].shape == (2, 3, 4) and one["labels"][0].tolist() == [1, 1, -1]


def test_labels_are_blended_as_their_pictures():
    images = np.arange(6, dtype="float32").reshape(6, 1, 1, 1) * np.ones((1, 4, 4, 1), dtype="float32")
    found = layers.MixUp(seed=3)({"images": images, "labels": np.arange(6.0)[:, None] * [1, 2]})
    seen = found["images"][:, 0, 0, 0]
    assert np.allclose(found["labels"], seen[:, None] * [1, 2], atol=1e-5) and not np.allclose(seen, np.arange(6))


def test_what_cannot_be_moved_along_is_refused():
    data = {"images": np.zeros((2, 8, 8, 3)), "bounding_boxes": {"boxes": BOXES, "labels": np.ones((2, 2))}}
    with pytest.raises(NotImplementedError, match="RandomRotation: boxes and masks"):
        layers.RandomRotation(0.2, bounding_box_format="xyxy")(dict(data))
    with pytest.raises(ValueError, match="bounding_box_format"):
        layers.RandomFlip()(dict(data))
    with pytest.raises(NotImplementedError, match="CutMix: labels"):
        layers.CutMix()({"images": np.zeros((2, 8, 8, 3)), "labels": np.eye(2)})
    with pytest.raises(ValueError, match="keys 'boxes' and 'labels'"):
        layers.RandomFlip(bounding_box_format="xyxy")({"images": np.zeros((2, 8, 8, 3)), "bounding_boxes": BOXES})
    kept = layers.RandomBrightness(0.2, bounding_box_format="xyxy")(dict(data))
    assert np.array_equal(kept["bounding_boxes"]["boxes"], BOXES)


def test_a_crop_has_its_own_sizes_in_training_alone():
    images = np.random.default_rng(0).random((2, 6, 8, 3)).astype("float32")
    assert layers.RandomCrop(3, 4)(images).shape == (2, 3, 4, 3) and layers.RandomCrop(7, 8)(images[0]).shape == (7, 8, 3)
    assert layers.RandomCrop(3, 4)(images, training=False).shape == images.shape
