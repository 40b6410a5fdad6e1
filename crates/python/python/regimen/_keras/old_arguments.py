"""Arguments of BatchNormalization in Keras 2 that chose how it is computed, and not what."""

from . import configs

# They are taken where they are not given, and refused with a value: they ask for another computation.
_OTHER = ("virtual_batch_size", "adjustment")


def batch_normalization(given):
    """Takes them out of `given`; those that ask for another computation are refused."""
    if given.pop("fused", None) is not None:
        configs.tell("BatchNormalization: `fused` chose a kernel of TensorFlow, with the same results, and has no effect here")
    for name in _OTHER:
        if given.pop(name, None) is not None:
            raise NotImplementedError(f"BatchNormalization: {name} is not supported here, leave it out; Keras 3 has it no more")
