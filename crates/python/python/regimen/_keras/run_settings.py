"""Settings of the process that runs of models ask: whether they print, and how many epochs there are at most."""

import os

from .user_line import warn

_interactive = True


def _of_environment():
    given = os.environ.get("KERAS_MAX_EPOCHS", "")
    if given and not given.isdecimal():
        raise ValueError(f"KERAS_MAX_EPOCHS: found {given!r}, expected a whole number from 0 on")
    return int(given) if given else None


_max_epochs = _of_environment()


def interactive():
    """Whether progress and summaries are printed."""
    return _interactive


def set_interactive(value):
    """Prints progress and summaries from here on, or does not."""
    global _interactive
    _interactive = value


def verbosity(verbose):
    """How much a run prints: 0, 1 or 2; "auto" is 1."""
    if isinstance(verbose, str) and verbose != "auto":
        raise ValueError(f'verbose: found {verbose!r}, expected 0, 1, 2 or "auto"')
    told = 1 if verbose == "auto" else int(verbose)
    return told if _interactive else 0


def max_epochs():
    """The bound of epochs; None is none."""
    return _max_epochs


def set_max_epochs(value):
    """Sets the bound."""
    global _max_epochs
    _max_epochs = value


def bounded(epochs):
    """A number of epochs within the bound."""
    if _max_epochs and _max_epochs < epochs:
        warn(f"Limiting epochs to {_max_epochs}")
        return _max_epochs
    return epochs
