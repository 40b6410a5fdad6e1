"""Written by crates/python/make_stubs.py."""

from typing import Any

def affine_transform(boxes: Any, angle: Any, translate_x: Any, translate_y: Any, scale: Any, shear_x: Any, shear_y: Any, height: Any, width: Any, center_x: Any = None, center_y: Any = None, bounding_box_format: str = 'xyxy') -> Any:
    """The boxes around what boxes `(pictures, boxes, 4)` become when each picture is turned, moved, scaled and sheared."""
def clip_to_image_size(bounding_boxes: Any, height: Any = None, width: Any = None, bounding_box_format: str = 'xyxy') -> Any:
    """A dict of "boxes" and "labels" with boxes inside of the picture; the label of a box of which nothing is left is -1."""
def compute_ciou(boxes1: Any, boxes2: Any, bounding_box_format: Any, image_shape: Any = None) -> Any:
    """The overlap of box with box, less what the distance of their centers and the difference of their proportions take off."""
def compute_iou(boxes1: Any, boxes2: Any, bounding_box_format: Any, use_masking: bool = False, mask_val: float = -1, image_shape: Any = None) -> Any:
    """The overlap of each box of one set with each of the other, as a share of what both cover."""
def convert_format(boxes: Any, source: Any, target: Any, height: Any = None, width: Any = None, dtype: Any = 'float32') -> Any:
    """The same boxes in another format; formats that begin with `rel_` need the picture's `height` and `width`."""
def crop(boxes: Any, top: int, left: Any, height: Any, width: Any, bounding_box_format: str = 'xyxy') -> Any:
    """Boxes as they lie in a part of the picture, cut off at its edges."""
def decode_deltas_to_boxes(anchors: Any, boxes_delta: Any, anchor_format: Any, box_format: Any, encoded_format: str = 'center_yxhw', variance: Any = None, image_shape: Any = None) -> Any:
    """The boxes that `encode_box_to_deltas` was given; of dicts of anchors and deltas, a dict of boxes."""
def encode_box_to_deltas(anchors: Any, boxes: Any, anchor_format: Any, box_format: Any, encoding_format: str = 'center_yxhw', variance: Any = None, image_shape: Any = None) -> Any:
    """How far boxes `(boxes, 4)` or `(pictures, boxes, 4)` are from their anchors, in sizes of the anchors and logarithms of ratios."""
def pad(boxes: Any, top: int, left: Any, height: Any = None, width: Any = None, bounding_box_format: str = 'xyxy') -> Any:
    """Boxes as they lie in a picture to which rows at the top and columns at the left were added; its new size changes nothing."""
