"""Names of layers, counted as Keras counts them, and the random numbers that weights begin with."""

import os
import re

_counts = {}
_seed = None
_draws = 0


def snake_case(name):
    """`MaxPooling2D` to `max_pooling2d`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def unique(base):
    """`dense`, then `dense_1`, and so on."""
    count = _counts.get(base, 0)
    _counts[base] = count + 1
    return base if count == 0 else f"{base}_{count}"


def apart(name, taken):
    """The name, with the first number behind it that makes it none of those that are taken."""
    found, count = name, 0
    while found in taken:
        count += 1
        found = f"{name}_{count}"
    return found


def clear():
    """Counts anew."""
    _counts.clear()


def set_seed(seed):
    """Every number that is drawn from here on follows from this one."""
    global _seed, _draws
    _seed, _draws = int(seed), 0


def draw():
    """A number that no draw before had: the seed of a weight's first value, or of a training."""
    global _seed, _draws
    if _seed is None:
        given = os.environ.get("REGIMEN_SEED", "")
        if given and not given.isdecimal():
            raise ValueError(f"REGIMEN_SEED: found {given!r}, expected a whole number from 0 on")
        _seed = int(given) if given else int.from_bytes(os.urandom(4), "little") >> 1
    _draws += 1
    return (_seed * 0x9E3779B97F4A7C15 + _draws * 0xBF58476D1CE4E5B9) % (1 << 63)
