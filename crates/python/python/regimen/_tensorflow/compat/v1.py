"""tf.compat.v1: what programs of TensorFlow 1 set up before they use Keras."""

from ..._keras import configs as _configs
from ... import keras
from .._missing import missing as _missing
from .._sessions import ConfigProto, GPUOptions, Session, get_logger, logging, reset_default_graph, set_random_seed


def disable_eager_execution():
    """Arrays compute at once here, models as graphs; a note says that nothing changes."""
    _configs.tell("tf.compat.v1.disable_eager_execution: nothing changes here; models run as graphs, arrays compute at once")


def disable_v2_behavior():
    """The same."""
    disable_eager_execution()


def enable_eager_execution():
    """It is so already."""


__getattr__ = _missing(__name__)
