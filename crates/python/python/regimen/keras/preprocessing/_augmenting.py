"""Single changes of a picture, by given or random amounts. The random ones draw from NumPy's own generator, as Keras does."""

import numpy as np

from ..utils._pictures import img_to_array, to_bytes
from . import _affine


def apply_affine_transform(x, theta=0, tx=0, ty=0, shear=0, zx=1, zy=1, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest",
                           cval=0.0, order=1):
    """A picture rotated (degrees), shifted (pixels), sheared (degrees) and zoomed about its middle."""
    if len({row_axis, col_axis, channel_axis}) != 3:
        raise ValueError("'row_axis', 'col_axis', and 'channel_axis' must be distinct")
    wrong = {row_axis, col_axis, channel_axis} - {0, 1, 2}
    if wrong:
        raise ValueError(f"Invalid axis' indices: {wrong}")
    if x.ndim != 3:
        raise ValueError("Input arrays must be multi-channel 2D images.")
    if channel_axis not in (0, 2):
        raise ValueError("Channels are allowed and the first and last dimensions.")
    found = _affine.matrix(theta, tx, ty, shear, zx, zy)
    if found is None:
        return x
    found = _affine.about_centre(found, x.shape[row_axis], x.shape[col_axis])
    if col_axis > row_axis:
        # Keras's maps have columns first.
        found[:, [0, 1]] = found[:, [1, 0]]
        found[[0, 1]] = found[[1, 0]]
    moved = _affine.mapped(np.moveaxis(x, channel_axis, 0), found, fill_mode, cval, order)
    return np.moveaxis(moved, 0, channel_axis)


def random_rotation(x, rg, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0, interpolation_order=1):
    """Rotated by up to `rg` degrees either way."""
    theta = np.random.uniform(-rg, rg)
    return apply_affine_transform(x, theta=theta, row_axis=row_axis, col_axis=col_axis, channel_axis=channel_axis, fill_mode=fill_mode,
                                  cval=cval, order=interpolation_order)


def random_shift(x, wrg, hrg, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0, interpolation_order=1):
    """Shifted by up to these parts of width and height either way."""
    tx = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    ty = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    return apply_affine_transform(x, tx=tx, ty=ty, row_axis=row_axis, col_axis=col_axis, channel_axis=channel_axis, fill_mode=fill_mode,
                                  cval=cval, order=interpolation_order)


def random_shear(x, intensity, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0, interpolation_order=1):
    """Sheared by up to so many degrees either way."""
    shear = np.random.uniform(-intensity, intensity)
    return apply_affine_transform(x, shear=shear, row_axis=row_axis, col_axis=col_axis, channel_axis=channel_axis, fill_mode=fill_mode,
                                  cval=cval, order=interpolation_order)


def random_zoom(x, zoom_range, row_axis=1, col_axis=2, channel_axis=0, fill_mode="nearest", cval=0.0, interpolation_order=1):
    """Zoomed by amounts between two, one for each axis."""
    if len(zoom_range) != 2:
        raise ValueError(f"`zoom_range` should be a tuple or list of two floats. Received: {zoom_range}")
    plain = zoom_range[0] == 1 and zoom_range[1] == 1
    zx, zy = (1, 1) if plain else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    return apply_affine_transform(x, zx=zx, zy=zy, row_axis=row_axis, col_axis=col_axis, channel_axis=channel_axis, fill_mode=fill_mode,
                                  cval=cval, order=interpolation_order)


def apply_channel_shift(x, intensity, channel_axis=0):
    """A number added to all pixels, within the picture's least and largest. `channel_axis` is Keras's; it changes nothing."""
    return np.clip(x + intensity, np.min(x), np.max(x))


def random_channel_shift(x, intensity_range, channel_axis=0):
    """A random number added to all pixels."""
    return apply_channel_shift(x, np.random.uniform(-intensity_range, intensity_range), channel_axis=channel_axis)


def apply_brightness_shift(x, brightness, scale=True):
    """A picture as bytes, times a number; as floats again."""
    least, most = np.min(x), np.max(x)
    beyond = least < 0 or most > 255
    found = to_bytes(x, scale=beyond or scale).astype("float32")
    shown = found[:, :, :3]
    found[:, :, :3] = np.floor(np.clip(shown * np.float32(brightness), 0, 255))
    found = img_to_array(found)
    return found / 255 * (most - least) + least if beyond and not scale else found


def random_brightness(x, brightness_range, scale=True):
    """Brighter or darker by a number between two."""
    if len(brightness_range) != 2:
        raise ValueError(f"`brightness_range should be tuple or list of two floats. Received: {brightness_range}")
    return apply_brightness_shift(x, np.random.uniform(brightness_range[0], brightness_range[1]), scale)


def flip_axis(x, axis):
    """Mirrored along an axis."""
    return np.flip(np.asarray(x), axis)
