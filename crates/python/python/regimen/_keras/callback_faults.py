"""What keeps the library's callbacks from going on, as the exceptions that programs know from Keras."""

import contextlib


@contextlib.contextmanager
def as_in_keras():
    """Inside of a `with` statement: an unknown name in a file name is a KeyError, a value that cannot be watched a ValueError."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        told = str(error)
        if "Failed to format this callback filepath" in told:
            raise KeyError(told.removeprefix("callback ModelCheckpoint: ")) from None
        if isinstance(error, RuntimeError) and "`monitor = " in told:
            raise ValueError(told) from None
        raise
