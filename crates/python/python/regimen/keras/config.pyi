"""Written by crates/python/make_stubs.py."""

from typing import Any

def backend() -> str:
    """The name that programs ask for; the engine is Regimen's."""
def disable_flash_attention() -> Any:
    """Attention is computed in one way here, whose numbers are those of any other."""
def disable_interactive_logging() -> Any:
    """Progress of runs and summaries of models are not printed from here on (Keras gives them to absl's log, which hides them)."""
def disable_traceback_filtering() -> Any:
    """Tracebacks are whole here."""
def dtype_policy() -> Any: ...
def enable_flash_attention() -> Any:
    """Attention is computed in one way here, whose numbers are those of any other."""
def enable_interactive_logging() -> Any:
    """Progress of runs and summaries of models are printed from here on."""
def enable_traceback_filtering() -> Any:
    """Tracebacks stay whole, and a note says so."""
def enable_unsafe_deserialization() -> Any:
    """Not there: what files hold as code is never run here."""
def epsilon() -> float:
    """A small number."""
def floatx() -> str:
    """The type of floats."""
def image_data_format() -> str:
    """"channels_last" or "channels_first"."""
def is_flash_attention_enabled() -> Any:
    """False: there is one way."""
def is_interactive_logging_enabled() -> Any:
    """Whether progress and summaries are printed."""
def is_nnx_enabled() -> Any:
    """False: there is no Flax here."""
def is_traceback_filtering_enabled() -> Any:
    """False: tracebacks are whole here."""
def max_epochs() -> Any:
    """The bound of epochs; None is none."""
def max_steps_per_epoch() -> Any:
    """None: there is no bound of steps."""
def set_backend(backend: Any) -> Any:
    """There is one engine here."""
def set_dtype_policy(policy: Any) -> None: ...
def set_epsilon(value: float) -> None:
    """Losses and metrics have 1e-07 here; another is refused."""
def set_floatx(value: str) -> None:
    """Everything computes in float32 here; another is refused."""
def set_image_data_format(data_format: str) -> None:
    """Sets what layers and image functions take where they are not told."""
def set_max_epochs(value: Any) -> None:
    """Sets the bound."""
def set_max_steps_per_epoch(max_steps_per_epoch: Any) -> None:
    """Not there; None, which is no bound, is taken."""
