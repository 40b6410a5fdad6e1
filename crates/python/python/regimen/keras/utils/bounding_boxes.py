"""Boxes around what is seen in a picture: their formats, what becomes of them when a picture is cut or turned, how far two overlap.

Boxes are tensors of shape `(boxes, 4)` or `(pictures, boxes, 4)`. All of it computes with `keras.ops`: on arrays, between symbolic
tensors, and inside of what is traced.
"""

from .. import config as _config
from .. import ops as _ops

_FORMATS = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")
_DEGREE = 3.141592653589793 / 180.0


def convert_format(boxes, source, target, height=None, width=None, dtype="float32"):
    """The same boxes in another format; formats that begin with `rel_` need the picture's `height` and `width`.

    Of a dict, its entry "boxes" is replaced.
    """
    if isinstance(boxes, dict):
        boxes["boxes"] = convert_format(boxes["boxes"], source, target, height, width, dtype)
        return boxes
    shape = tuple(_ops.shape(boxes))
    if shape[-1] != 4:
        raise ValueError(f"`boxes` must be a tensor with the last dimension of 4. Received: boxes.shape={shape}")
    source, target = source.lower(), target.lower()
    if source not in _FORMATS or target not in _FORMATS:
        raise ValueError(f"Invalid source or target format. Supported formats: {_FORMATS}. Received: source={source}, target={target}")
    relative = [form.startswith("rel_") for form in (source, target)]
    if any(relative) and (width is None or height is None):
        raise ValueError(
            "convert_format() must receive `height` and `width` transforming between relative and absolute formats. "
            f"Received: source={source}, target={target}, height={height} and width={width}"
        )
    boxes = _ops.cast(boxes, dtype)
    if source == target:
        return boxes
    height, width = (_ops.cast(size, dtype) if size is not None else None for size in (height, width))
    corners = _corners(boxes, source.removeprefix("rel_"))
    if relative[0] and not relative[1]:
        left, top, right, bottom = corners
        corners = (left * width, top * height, right * width, bottom * height)
    found = _of_corners(corners, target.removeprefix("rel_"))
    if relative[1] and not relative[0]:
        sizes = (height, width) if target == "rel_yxyx" else (width, height)
        found = [value / size for value, size in zip(found, (*sizes, *sizes))]
    return _ops.concatenate(found, axis=-1)


def _corners(boxes, form):
    """Left, top, right and bottom of boxes in a format."""
    a, b, c, d = _ops.split(boxes, 4, axis=-1)
    if form == "xyxy":
        return a, b, c, d
    if form == "yxyx":
        return b, a, d, c
    if form == "xywh":
        return a, b, a + c, b + d
    x, y, w, h = (b, a, d, c) if form == "center_yxhw" else (a, b, c, d)
    return x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0


def _of_corners(corners, form):
    """The four numbers of a format."""
    left, top, right, bottom = corners
    if form == "xyxy":
        return left, top, right, bottom
    if form == "yxyx":
        return top, left, bottom, right
    w, h = right - left, bottom - top
    if form == "xywh":
        return left, top, w, h
    x, y = left + w / 2.0, top + h / 2.0
    return (y, x, h, w) if form == "center_yxhw" else (x, y, w, h)


def clip_to_image_size(bounding_boxes, height=None, width=None, bounding_box_format="xyxy"):
    """A dict of "boxes" and "labels" with boxes inside of the picture; the label of a box of which nothing is left is -1."""
    _only(bounding_box_format, "clip_to_image_size", ("xyxy", "rel_xyxy"))
    if bounding_box_format == "xyxy" and (height is None or width is None):
        raise ValueError("`height` and `width` must be set if `format='xyxy'`.")
    boxes, labels = _ops.convert_to_tensor(bounding_boxes["boxes"]), bounding_boxes.get("labels")
    x, y = (1.0, 1.0) if bounding_box_format == "rel_xyxy" else (_ops.cast(width, boxes.dtype), _ops.cast(height, boxes.dtype))
    left, top, right, bottom = _inside(_ops.split(boxes, 4, axis=-1), x, y)
    found = {**bounding_boxes, "boxes": _ops.concatenate([left, top, right, bottom], axis=-1)}
    if labels is not None:
        area = _ops.squeeze((right - left) * (bottom - top), axis=-1)
        found["labels"] = _ops.where(area > 0, labels, -1)
    return found


def affine_transform(boxes, angle, translate_x, translate_y, scale, shear_x, shear_y, height, width, center_x=None, center_y=None,
                     bounding_box_format="xyxy"):
    """The boxes around what boxes `(pictures, boxes, 4)` become when each picture is turned, moved, scaled and sheared.

    Angles are degrees, `translate_*` and `center_*` shares of the picture; each has one number a picture.
    """
    _only(bounding_box_format, "affine_transform")
    rows = _inverse(angle, (translate_x, translate_y), scale, (shear_x, shear_y), (height, width),
                    (0.5 if center_x is None else center_x, 0.5 if center_y is None else center_y))
    left, top, right, bottom = (_ops.cast(side, rows[0][0].dtype) for side in _ops.split(_ops.convert_to_tensor(boxes), 4, axis=-1))
    xs = _ops.concatenate([left, right, right, left], axis=-1)
    ys = _ops.concatenate([top, top, bottom, bottom], axis=-1)
    x, y = (by_x[:, None, None] * xs + by_y[:, None, None] * ys + moved[:, None, None] for by_x, by_y, moved in rows)
    sides = [_ops.min(x, axis=-1), _ops.min(y, axis=-1), _ops.max(x, axis=-1), _ops.max(y, axis=-1)]
    return _ops.stack(sides, axis=-1)


def _inverse(angle, translate, scale, shear, sizes, center):
    """How places of the picture move when the pixels of the result are read through such a matrix: its first two rows."""
    height, width = sizes
    turn, shear_x, shear_y = (-_ops.convert_to_tensor(value) * _DEGREE for value in (angle, *shear))
    cx, cy = center[0] * (width - 1), center[1] * (height - 1)
    from_x, from_y = cx - translate[0] * (width - 1), cy - translate[1] * (height - 1)
    # Turned by the angle, sheared: the determinant of [[a, b], [c, d]] is 1, which makes its inverse [[d, -b], [-c, a]].
    a = _ops.cos(turn - shear_y) / _ops.cos(shear_y)
    b = a * _ops.tan(shear_x) + _ops.sin(turn)
    c = -_ops.sin(turn - shear_y) / _ops.cos(shear_y)
    d = _ops.cos(turn) - c * _ops.tan(shear_x)
    xx, xy, yx, yy = d * scale, -b * scale, -c * scale, a * scale
    return (xx, xy, cx - xx * from_x - xy * from_y), (yx, yy, cy - yx * from_x - yy * from_y)


def crop(boxes, top, left, height, width, bounding_box_format="xyxy"):
    """Boxes as they lie in a part of the picture, cut off at its edges."""
    _only(bounding_box_format, "crop")
    x1, y1, x2, y2 = _ops.split(boxes, 4, axis=-1)
    return _ops.concatenate(_inside((x1 - left, y1 - top, x2 - left, y2 - top), width, height), axis=-1)


def pad(boxes, top, left, height=None, width=None, bounding_box_format="xyxy"):
    """Boxes as they lie in a picture to which rows at the top and columns at the left were added; its new size changes nothing."""
    _only(bounding_box_format, "pad")
    x1, y1, x2, y2 = _ops.split(boxes, 4, axis=-1)
    return _ops.concatenate([x1 + left, y1 + top, x2 + left, y2 + top], axis=-1)


def _inside(sides, width, height):
    x1, y1, x2, y2 = sides
    return _ops.clip(x1, 0, width), _ops.clip(y1, 0, height), _ops.clip(x2, 0, width), _ops.clip(y2, 0, height)


def _only(form, function, taken=("xyxy",)):
    if form not in taken:
        raise NotImplementedError(
            f"{function}: `bounding_box_format` must be {' or '.join(taken)}; convert_format() gives it. Received: {form!r}"
        )


def encode_box_to_deltas(anchors, boxes, anchor_format, box_format, encoding_format="center_yxhw", variance=None, image_shape=None):
    """How far boxes `(boxes, 4)` or `(pictures, boxes, 4)` are from their anchors, in sizes of the anchors and logarithms of ratios."""
    variance = _variance(variance)
    height, width = _sizes(image_shape)
    _centered(encoding_format, "encoding_format")
    anchors = convert_format(anchors, anchor_format, encoding_format, height, width)
    boxes = convert_format(boxes, box_format, encoding_format, height, width)
    least = _config.epsilon()
    sizes, wanted = _ops.maximum(anchors[..., 2:], least), _ops.maximum(boxes[..., 2:], least)
    found = _ops.concatenate([(boxes[..., :2] - anchors[..., :2]) / sizes, _ops.log(wanted / sizes)], axis=-1)
    return found if variance is None else found / variance


def decode_deltas_to_boxes(anchors, boxes_delta, anchor_format, box_format, encoded_format="center_yxhw", variance=None, image_shape=None):
    """The boxes that `encode_box_to_deltas` was given; of dicts of anchors and deltas, a dict of boxes."""
    variance = _variance(variance)
    height, width = _sizes(image_shape)
    _centered(encoded_format, "encoded_format")

    def decoded(anchor, delta):
        anchor = convert_format(anchor, anchor_format, encoded_format, height, width)
        delta = delta if variance is None else delta * variance
        sizes = anchor[..., 2:]
        boxes = _ops.concatenate([delta[..., :2] * sizes + anchor[..., :2], _ops.exp(delta[..., 2:]) * sizes], axis=-1)
        return convert_format(boxes, encoded_format, box_format, height, width)

    if isinstance(anchors, dict) and isinstance(boxes_delta, dict):
        return {level: decoded(anchor, boxes_delta[level]) for level, anchor in anchors.items()}
    return decoded(anchors, boxes_delta)


def _variance(variance):
    if variance is None:
        return None
    variance = _ops.convert_to_tensor(variance, "float32")
    if variance.shape[-1] != 4:
        raise ValueError(f"`variance` must be length 4, got {variance}")
    return variance


def _centered(form, name):
    if form not in ("center_xywh", "center_yxhw"):
        raise ValueError(f"`{name}` should be one of 'center_xywh' or 'center_yxhw', got {form}")


def _sizes(image_shape):
    return (None, None) if image_shape is None else tuple(image_shape)[:2]


def compute_iou(boxes1, boxes2, bounding_box_format, use_masking=False, mask_val=-1, image_shape=None):
    """The overlap of each box of one set with each of the other, as a share of what both cover.

    With `use_masking`, pairs with a box that lies wholly at negative places get `mask_val`.
    """
    ranks = [len(_ops.shape(boxes)) for boxes in (boxes1, boxes2)]
    for i, rank in enumerate(ranks):
        if rank not in (2, 3):
            raise ValueError(
                f"compute_iou() expects boxes{i + 1} to be batched, or to be unbatched: of rank 2 or 3. Received: "
                f"len(boxes1.shape)={ranks[0]}, len(boxes2.shape)={ranks[1]}"
            )
    if "rel" in bounding_box_format and image_shape is None:
        raise ValueError(
            "When using relative bounding box formats (e.g. `rel_yxyx`) the `image_shape` argument must be provided. "
            f"Received: image_shape={image_shape}"
        )
    height, width = _sizes(image_shape)
    one, other = (convert_format(boxes, bounding_box_format, "xyxy", height, width) for boxes in (boxes1, boxes2))
    one, other = _ops.expand_dims(one, -2), _ops.expand_dims(other, -3)
    shared = _shared(one, other)
    found = shared / (_area(one) + _area(other) - shared + _config.epsilon())
    if not use_masking:
        return found
    outside = _ops.logical_or(_ops.max(one, axis=-1) < 0.0, _ops.max(other, axis=-1) < 0.0)
    return _ops.where(outside, _ops.cast(mask_val, found.dtype), found)


def _area(boxes):
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def _shared(one, other):
    """What two boxes have in common."""
    sides = [_ops.minimum(one[..., i + 2], other[..., i + 2]) - _ops.maximum(one[..., i], other[..., i]) for i in (0, 1)]
    return _ops.maximum(sides[0], 0) * _ops.maximum(sides[1], 0)


def compute_ciou(boxes1, boxes2, bounding_box_format, image_shape=None):
    """The overlap of box with box, less what the distance of their centers and the difference of their proportions take off."""
    if "rel" in bounding_box_format:
        raise ValueError(
            "compute_ciou() takes no relative bounding box formats (e.g. `rel_yxyx`); convert_format() makes them absolute. "
            f"Received: bounding_box_format={bounding_box_format}, image_shape={image_shape}"
        )
    least = _config.epsilon()
    one, other = (convert_format(boxes, bounding_box_format, "xyxy", *_sizes(image_shape)) for boxes in (boxes1, boxes2))
    (w1, h1), (w2, h2) = ((b[..., 2] - b[..., 0], b[..., 3] - b[..., 1] + least) for b in (one, other))
    shared = _shared(one, other)
    iou = shared / (w1 * h1 + w2 * h2 - shared + least + least)
    around = [_ops.maximum(one[..., i + 2], other[..., i + 2]) - _ops.minimum(one[..., i], other[..., i]) for i in (0, 1)]
    apart = [(one[..., i] + one[..., i + 2]) / 2 - (other[..., i] + other[..., i + 2]) / 2 for i in (0, 1)]
    distance = (apart[0] ** 2 + apart[1] ** 2) / (around[0] ** 2 + around[1] ** 2 + least)
    proportion = (2 / (180 * _DEGREE)) ** 2 * (_ops.arctan(w2 / h2) - _ops.arctan(w1 / h1)) ** 2
    return iou - (distance + proportion * proportion / (proportion - iou + (1 + least)))
