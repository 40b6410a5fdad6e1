"""Settings of the process."""

from .._keras.configs import tell as _tell
from .._keras.run_settings import max_epochs, set_max_epochs
from .._keras.run_settings import interactive as is_interactive_logging_enabled, set_interactive as _set_interactive
from .backend import backend, epsilon, floatx, image_data_format, set_epsilon, set_floatx, set_image_data_format
from .dtype_policies import _global as dtype_policy, _set_global as set_dtype_policy


def disable_interactive_logging():
    """Progress of runs and summaries of models are not printed from here on (Keras gives them to absl's log, which hides them)."""
    _set_interactive(False)


def enable_interactive_logging():
    """Progress of runs and summaries of models are printed from here on."""
    _set_interactive(True)


def max_steps_per_epoch():
    """None: there is no bound of steps."""
    return None


def set_max_steps_per_epoch(max_steps_per_epoch):
    """Not there; None, which is no bound, is taken."""
    if max_steps_per_epoch is not None:
        raise NotImplementedError("keras.config.set_max_steps_per_epoch is not supported here: give `steps_per_epoch` to fit")


def set_backend(backend):
    """There is one engine here."""
    raise NotImplementedError(f"keras.config.set_backend({backend!r}): everything computes on Regimen's engine here; the environment's "
                              "KERAS_BACKEND chooses one of Keras's")


def is_nnx_enabled():
    """False: there is no Flax here."""
    return False


def enable_unsafe_deserialization():
    """Not there: what files hold as code is never run here."""
    raise NotImplementedError("keras.config.enable_unsafe_deserialization: code in files is never run here; give functions as "
                              "`custom_objects`")


def disable_traceback_filtering():
    """Tracebacks are whole here."""


def enable_traceback_filtering():
    """Tracebacks stay whole, and a note says so."""
    _tell("keras.config.enable_traceback_filtering: tracebacks are whole here")


def is_traceback_filtering_enabled():
    """False: tracebacks are whole here."""
    return False


def enable_flash_attention():
    """Attention is computed in one way here, whose numbers are those of any other."""


def disable_flash_attention():
    """Attention is computed in one way here, whose numbers are those of any other."""


def is_flash_attention_enabled():
    """False: there is one way."""
    return False
