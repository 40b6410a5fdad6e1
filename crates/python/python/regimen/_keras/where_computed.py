"""What programs say about where and how something is computed: it changes nothing here, and a note says so."""

import contextlib

from . import configs


@contextlib.contextmanager
def device(device_name):
    """A `with` block whose content Keras puts on a device; the engine chooses it here."""
    configs.tell(f"keras.device({device_name!r}): the engine chooses where it computes here")
    yield device_name


def remat(f):
    """The function itself: nothing is computed a second time to save memory here."""
    configs.tell("keras.remat: what layers compute is kept for the step back here, no memory is saved")
    return f


class RematScope:
    """A `with` block in which Keras computes layers a second time to save memory; here it changes nothing."""

    def __init__(self, mode="full", output_size_threshold=1024, layer_names=None):
        if mode not in ("full", "activations", "larger_than", "list_of_layers", None):
            raise ValueError(f"Invalid mode '{mode}'. Supported modes are: ('full', 'activations', 'larger_than', 'list_of_layers', None)")
        self.mode, self.output_size_threshold, self.layer_names = mode, output_size_threshold, layer_names or []

    def __enter__(self):
        configs.tell("keras.RematScope: what layers compute is kept for the step back here, no memory is saved")
        return self

    def __exit__(self, *raised):
        return False
