"""Weights in several files: what `save_weights(max_shard_size=...)` may ask for."""

import math

from .user_line import warn

_GB = 1 << 30


def checked(model, path, size):
    """The path of the map of shards and the bytes of a shard; a size that a weight exceeds raises."""
    if path.endswith(".weights.h5"):
        json = f"{path.removesuffix('.h5')}.json"
        warn(f"Saving sharded weights requires `*.json` as the extension. The original path: {path} will be renamed to {json}.")
        path = json
    if not path.endswith(".weights.json"):
        raise ValueError(f"The filename must end in `.weights.json` when `max_shard_size` is specified. Received: filepath={path}")
    most = float(size) * _GB
    each = [(math.prod(weight.shape) * 4, weight.path) for weight in model.weights]
    largest, name = max(each, default=(0, ""))
    if largest > most:
        told = f"The size of {name} is {_told(largest)} which exceeds the maximum shard size {_told(most)}"
        raise ValueError(f"{told}. Increase `max_shard_size`")
    return path, int(most)


def _told(size):
    for unit in ("B", "KB", "MB"):
        if abs(size) < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} GB"
