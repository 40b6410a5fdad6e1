"""Written by crates/python/make_stubs.py."""

from typing import Any

from regimen._keras.findings import Findings

def diagnose(what: Any, train_samples: int | None = None, val_samples: int | None = None) -> Findings:
    """What a training shows: a `History`, the text of a log of any Keras, or the path of one."""
def explain(id: str) -> str:
    """The long text on a finding."""
def install() -> None:
    """From here on `import keras` and `import tensorflow.keras` mean `regimen.keras` in this process."""
def set_threads(threads: int) -> None:
    """How many threads the engine computes with; 0: as many as there are cores."""
