"""Pictures of boxes and masks: nothing of it is there."""

from .._keras.absent import absent

__getattr__ = absent("keras.visualization", dict.fromkeys(
    ("draw_bounding_boxes", "draw_segmentation_masks", "plot_bounding_box_gallery", "plot_image_gallery",
     "plot_segmentation_mask_gallery"),
    "draw the arrays with Matplotlib"))
