"""Images, as of old."""

import numpy as np


def img_to_array(img, data_format=None, dtype="float32"):
    """A picture as an array."""
    found = np.asarray(img, dtype=dtype)
    return found[..., None] if found.ndim == 2 else found
