"""Written by crates/python/make_stubs.py."""

from typing import Any

def affine_transform(images: Any, transform: Any, interpolation: Any = 'bilinear', fill_mode: Any = 'constant', fill_value: Any = 0, data_format: Any = None) -> Any:
    """Images turned, moved and sheared: (x, y) comes from (a0 x + a1 y + a2, b0 x + b1 y + b2)."""
def crop_images(images: Any, top_cropping: Any = None, left_cropping: Any = None, bottom_cropping: Any = None, right_cropping: Any = None, target_height: Any = None, target_width: Any = None, data_format: Any = None) -> Any:
    """A part of images."""
def elastic_transform(images: Any, alpha: Any = 20.0, sigma: Any = 5.0, interpolation: Any = 'bilinear', fill_mode: Any = 'reflect', fill_value: Any = 0.0, seed: Any = None, data_format: Any = None) -> Any:
    """Images whose cells come from elsewhere by smooth random ways."""
def extract_patches(images: Any, size: Any, strides: Any = None, dilation_rate: Any = 1, padding: Any = 'valid', data_format: Any = None) -> Any:
    """Patches of images, each along the channels."""
def extract_patches_3d(volumes: Any, size: Any, strides: Any = None, dilation_rate: Any = 1, padding: Any = 'valid', data_format: Any = None) -> Any:
    """Patches of volumes, each along the channels."""
def gaussian_blur(images: Any, kernel_size: Any = ..., sigma: Any = ..., data_format: Any = None) -> Any:
    """Images blurred by a bell."""
def hsv_to_rgb(images: Any, data_format: Any = None) -> Any:
    """Red, green and blue of hue, saturation and value."""
def map_coordinates(inputs: Any, coordinates: Any, order: Any, fill_mode: Any = 'constant', fill_value: Any = 0) -> Any:
    """Elements at places along all axes, between the cells by order 1."""
def pad_images(images: Any, top_padding: Any = None, left_padding: Any = None, bottom_padding: Any = None, right_padding: Any = None, target_height: Any = None, target_width: Any = None, data_format: Any = None) -> Any:
    """Zeros around images."""
def perspective_transform(images: Any, start_points: Any, end_points: Any, interpolation: Any = 'bilinear', fill_value: Any = 0, data_format: Any = None) -> Any:
    """Images seen from elsewhere: four points go to four others."""
def resize(images: Any, size: Any, interpolation: Any = 'bilinear', antialias: Any = False, crop_to_aspect_ratio: Any = False, pad_to_aspect_ratio: Any = False, fill_mode: Any = 'constant', fill_value: Any = 0.0, data_format: Any = None) -> Any:
    """Images in another size."""
def rgb_to_grayscale(images: Any, data_format: Any = None) -> Any:
    """One channel of how bright the three are."""
def rgb_to_hsv(images: Any, data_format: Any = None) -> Any:
    """Hue, saturation and value of red, green and blue."""
def scale_and_translate(images: Any, output_shape: Any, scale: Any, translation: Any, spatial_dims: Any, method: Any, antialias: Any = True) -> Any:
    """Images scaled and moved along axes."""
def sobel_edges(images: Any, data_format: Any = None) -> Any:
    """How steep images are down and across, along a new last axis."""
def ssim(image1: Any, image2: Any, max_val: Any = 1.0, filter_size: Any = 11, filter_sigma: Any = 1.5, k1: Any = 0.01, k2: Any = 0.03, data_format: Any = None) -> Any:
    """How alike images are in their structure."""
