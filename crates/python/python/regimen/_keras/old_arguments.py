"""Arguments of BatchNormalization in Keras 2 that chose how it is computed, and not what."""

from . import configs

# Each with the values that ask for what is computed here.
_PLAIN = {"renorm": (False, None), "virtual_batch_size": (None,), "adjustment": (None,)}


def batch_normalization(given):
    """Takes them out of `given`; those that ask for another computation are refused."""
    if given.pop("fused", None) is not None:
        configs.tell("BatchNormalization: `fused` chose a kernel of TensorFlow, with the same results, and has no effect here")
    for name, plain in _PLAIN.items():
        if name in given and given.pop(name) not in plain:
            raise NotImplementedError(f"BatchNormalization: {name} is not supported here, leave it out; Keras 3 has it no more")
    for name in ("renorm_clipping", "renorm_momentum"):  # they say how renorm goes, and nothing without it
        given.pop(name, None)
