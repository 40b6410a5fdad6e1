"""Layers of pictures on dicts of arrays: `{"images", "labels", "bounding_boxes", "segmentation_masks"}`.

What a layer draws, it draws in the engine. So masks are further channels of the pictures where the layer moves pixels alone, and
channels that hold each pixel's own row and column tell where the pixels went, which is what becomes of the boxes.
"""

import numpy as np

# What changes colours alone: boxes and masks stay.
_COLOURS = frozenset((
    "AutoContrast ContrastLimitedAdaptiveHistogramEqualization Equalization RandomBrightness RandomColorDegeneration RandomColorJitter "
    "RandomContrast RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPosterization RandomSaturation RandomSharpness "
    "Solarization MaxNumBoundingBoxes"
).split())
# What moves pixels and mixes none of them, whatever channels they have.
_MOVES = ("RandomFlip", "RandomCrop", "CenterCrop")
# What blends whole pictures of a batch.
_BLENDS = ("MixUp",)
_KEYS = ("images", "labels", "bounding_boxes", "segmentation_masks")


def called(layer, data, training):
    """The dict with what becomes of its entries; as in Keras it is the one that was given."""
    images = np.asarray(data["images"])
    if images.ndim not in (3, 4):
        raise ValueError(
            f"Expected image tensor to have rank 3 (single image) or 4 (batch of images). Received: data.shape={images.shape}"
        )
    if other := set(data) - set(_KEYS):
        raise ValueError(f"{layer.name}: found the keys {sorted(other)}, expected some of {list(_KEYS)}")
    boxes = _boxes(layer, data["bounding_boxes"]) if "bounding_boxes" in data else None
    moves = training or layer._class in ("CenterCrop", "Resizing", "MaxNumBoundingBoxes")
    found, went, rest = _through(layer, images, data, boxes is not None and moves, training)
    if boxes is not None and moves:
        before, after = _size(layer, images.shape), _size(layer, found.shape)
        alone = images.ndim == 3
        each = {key: value[None] for key, value in boxes.items()} if alone else boxes
        each = _boxes_after(layer, each, went, before, after)
        boxes = {key: value[0] for key, value in each.items()} if alone else each
    data["images"] = found
    data.update(rest)
    if boxes is not None:
        data["bounding_boxes"] = boxes
    return data


def _refused(layer, what):
    return NotImplementedError(
        f"{type(layer).__name__}: {what} of a dict are not moved together with the pictures here; give the pictures alone, or use "
        "RandomFlip, RandomCrop, CenterCrop or Resizing"
    )


def _boxes(layer, given):
    """Boxes and their labels as arrays, rows of different lengths filled with zeros and -1."""
    if not layer._config.get("bounding_box_format"):
        raise ValueError(
            "You passed an input with a 'bounding_boxes' key, but you didn't specify a bounding box format. Pass a `bounding_box_format` "
            f"argument to your {type(layer).__name__} layer, e.g. `bounding_box_format='xyxy'`."
        )
    if not isinstance(given, dict) or "boxes" not in given or "labels" not in given:
        raise ValueError(f"Expected `bounding_boxes` to be a dict with keys 'boxes' and 'labels'. Received: bounding_boxes={given}")
    boxes, labels = given["boxes"], given["labels"]
    if isinstance(boxes, list) and len({len(row) for row in boxes if np.ndim(row) == 2}) > 1:
        most = max(len(row) for row in boxes)
        boxes = [[*np.asarray(row).tolist(), *[[0, 0, 0, 0]] * (most - len(row))] for row in boxes]
        labels = [[*np.asarray(row).tolist(), *[-1] * (most - len(row))] for row in labels]
    return {"boxes": np.asarray(boxes, dtype="float32"), "labels": np.asarray(labels)}


def _size(layer, shape):
    first = layer._config.get("data_format") == "channels_first"
    return shape[-2:] if first else shape[-3:-1]


def _through(layer, images, data, has_boxes, training):
    """The pictures behind the layer, where their pixels went, and labels and masks."""
    masks, labels = data.get("segmentation_masks"), data.get("labels")
    rest = {"labels": np.asarray(labels)} if labels is not None else {}
    if layer._class == "MaxNumBoundingBoxes":
        return images, None, {**rest, **({"segmentation_masks": masks} if masks is not None else {})}
    if layer._class in _COLOURS or not training and layer._class not in ("CenterCrop", "Resizing"):
        kept = {"segmentation_masks": np.asarray(masks)} if masks is not None else {}
        return layer(images, training=training), None, {**rest, **kept}
    if layer._class == "Resizing":
        if masks is not None:
            nearest = type(layer).from_config({**layer.get_config(), "interpolation": "nearest"})
            rest["segmentation_masks"] = nearest(np.asarray(masks))
        return layer(images), None, rest
    if layer._class not in (*_MOVES, *_BLENDS):
        if layer._class == "CutMix" and labels is not None:
            raise _refused(layer, "labels")
        if has_boxes or masks is not None:
            raise _refused(layer, "boxes and masks")
        return layer(images, training=training), None, rest
    if has_boxes and layer._class in _BLENDS:
        raise _refused(layer, "boxes")
    return _stacked(layer, images, masks, rest, training)


def _stacked(layer, images, masks, rest, training):
    """The pictures with masks, labels that are blended, and places of pixels as further channels of one call."""
    axis = -3 if layer._config.get("data_format") == "channels_first" else -1
    height, width = _size(layer, images.shape)
    rows, columns = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    wide = lambda plane: np.broadcast_to(np.expand_dims(plane, axis), _with(images.shape, axis, 1))
    parts = [images] + ([np.asarray(masks)] if masks is not None else [])
    blended = layer._class in _BLENDS and "labels" in rest
    if blended:
        parts.append(_planes(rest["labels"], images, axis))
    parts += [wide(rows), wide(columns)]
    ends = np.cumsum([part.shape[axis] for part in parts])[:-1]
    found = layer(np.concatenate([part.astype("float32") for part in parts], axis=axis), training=training)
    pieces = np.split(np.asarray(found), ends, axis=axis)
    went = np.concatenate(pieces[-2:], axis=axis)
    if masks is not None:
        rest["segmentation_masks"] = pieces[1]
    if blended:
        rest["labels"] = np.moveaxis(pieces[-3], axis, -1)[:, 0, 0, :].reshape(rest["labels"].shape)
    return pieces[0], np.moveaxis(went, axis, -1), rest


def _with(shape, axis, size):
    shape = list(shape)
    shape[axis] = size
    return tuple(shape)


def _planes(labels, images, axis):
    """Each number of a label as a plane."""
    labels = labels.reshape(len(labels), -1)
    planes = np.broadcast_to(labels[:, None, None, :], (*images.shape[:1], *_plane(images.shape, axis), labels.shape[1]))
    return np.moveaxis(planes, -1, axis)


def _plane(shape, axis):
    return shape[2:] if axis == -3 else shape[1:3]


def _boxes_after(layer, boxes, went, before, after):
    """The boxes in the pictures that come out."""
    from ..keras.utils import bounding_boxes as tools

    if layer._class in _COLOURS:
        return _at_most(boxes, layer._config) if layer._class == "MaxNumBoundingBoxes" else boxes
    form = layer._config["bounding_box_format"]
    corners = tools.convert_format(boxes["boxes"], form, "xyxy", *before)
    empty = np.all(corners == -1, axis=-1) | np.all(corners == 0, axis=-1)
    moved = _moved(layer, corners, went, before, after)
    if layer._class == "RandomCrop":
        height, width = after
        found = {**boxes, "boxes": np.clip(moved, 0, np.array([width, height] * 2, dtype="float32"))}
    else:
        found = tools.clip_to_image_size({**boxes, "boxes": moved}, *after)
    if layer._class == "Resizing":
        found["boxes"] = np.where(empty[..., None], np.float32(0), found["boxes"])
    return tools.convert_format(found, "xyxy", form, *after)


def _moved(layer, corners, went, before, after):
    """Corners where the pixels went."""
    if layer._class == "Resizing":
        return _resized(layer._config, corners, before, after)
    if layer._class == "RandomFlip":
        went = went if went.ndim == 4 else went[None]
        height, width = before
        left, top, right, bottom = (corners[..., i] for i in range(4))
        wide = (-1, *[1] * (corners.ndim - 2))
        across, down = (went[:, 0, 0, 1] > 0).reshape(wide), (went[:, 0, 0, 0] > 0).reshape(wide)
        left, right = np.where(across, width - right, left), np.where(across, width - left, right)
        top, bottom = np.where(down, height - bottom, top), np.where(down, height - top, bottom)
        return np.stack([left, top, right, bottom], axis=-1).astype("float32")
    return _cropped(layer, corners, went, before, after)


def _cropped(layer, corners, went, before, after):
    """In a part of the picture, which is scaled where it has other sizes than the output."""
    (height, width), (target_height, target_width) = before, after
    fits = height >= target_height and width >= target_width
    drawn = layer._class == "RandomCrop" and height > target_height and width > target_width
    if drawn or fits and layer._class == "CenterCrop":
        first = went.reshape(-1, *went.shape[-3:])[0, 0, 0]
        top, left, part = first[0], first[1], (target_height, target_width)
    else:
        wanted = (int(width * target_height / target_width), int(height * target_width / target_height))
        part = (max(min(height, wanted[0]), 1), max(min(width, wanted[1]), 1))
        top, left = int((height - part[0]) / 2), int((width - part[1]) / 2)
    inside = np.clip(corners - np.array([left, top] * 2, dtype="float32"), 0, np.array([part[1], part[0]] * 2, dtype="float32"))
    return inside * np.array([target_width / part[1], target_height / part[0]] * 2, dtype="float32")


def _resized(config, corners, before, after):
    (height, width), (target_height, target_width) = before, after
    down, across, top, left = target_height / height, target_width / width, 0, 0
    if config["pad_to_aspect_ratio"]:
        down = across = min(down, across)
        top, left = (target_height - height * down) // 2, (target_width - width * across) // 2
    elif config["crop_to_aspect_ratio"]:
        down = across = max(down, across)
        top, left = -((height * down - target_height) // 2), -((width * across - target_width) // 2)
    return (corners * np.array([across, down] * 2) + np.array([left, top] * 2)).astype("float32")


def _at_most(boxes, config):
    """A number of boxes that is the same for all pictures."""
    most, found = config["max_number"], {}
    for key in ("boxes", "labels"):
        value = boxes[key][:, :most]
        room = [(0, 0), (0, most - value.shape[1])] + [(0, 0)] * (value.ndim - 2)
        found[key] = np.pad(value, room, constant_values=config["fill_value"])
    return {**boxes, **found}
