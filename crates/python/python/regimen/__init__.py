"""Regimen: Keras's API on a fast engine that says why a model trains as it does.

    import regimen.keras as keras          the API of Keras
    python -m regimen script.py            an unmodified Keras script
    regimen.install()                      the same from inside a program, before it imports keras
"""

import os as _os

from ._regimen import explain, forked as _forked

if hasattr(_os, "register_at_fork"):
    _os.register_at_fork(after_in_child=_forked)


def install():
    """From here on `import keras` and `import tensorflow.keras` mean `regimen.keras` in this process."""
    from ._install import install as put

    put()


def set_threads(threads):
    """How many threads the engine computes with; 0: as many as there are cores."""
    from . import _regimen
    from ._keras import counts

    _regimen.set_threads(counts.whole(threads, "set_threads", 0))


def diagnose(what, train_samples=None, val_samples=None):
    """What a training shows: a `History`, the text of a log of any Keras, or the path of one."""
    import json
    import os

    from . import _regimen
    from ._keras import counts
    from ._keras.findings import Finding, Findings, read
    from ._keras.vector_logs import unfolded_course

    for name, given in (("train_samples", train_samples), ("val_samples", val_samples)):
        if given is not None:
            counts.whole(given, name, 0)
    known = getattr(what, "findings", None)
    if known is not None:
        return known
    history = getattr(what, "history", None)
    if isinstance(history, dict):
        what = json.dumps(unfolded_course(history))
    elif isinstance(what, dict):
        what = json.dumps(unfolded_course(what))
    elif isinstance(what, os.PathLike) or (isinstance(what, str) and "\n" not in what and os.path.exists(what)):
        with open(what, encoding="utf-8", errors="replace") as file:
            what = file.read()
    elif isinstance(what, str) and _is_path(what):
        raise FileNotFoundError(f"diagnose: there is no file {what!r}")
    elif not isinstance(what, str):
        raise TypeError(f"diagnose: found {type(what).__name__}, expected a History, a text or a path")
    runs = [read(json.dumps(found)) for found in json.loads(_regimen.diagnose(what, train_samples, val_samples))]
    return runs[0] if len(runs) == 1 else Findings(Finding(f) for run in runs for f in run)


def _is_path(text):
    """Whether a text reads as the name of a file, and not as a log."""
    import re

    return re.fullmatch(r"[^\s{}=]*(\.\w{1,8}|[/\\][^\s{}=]*)", text) is not None


__all__ = ["diagnose", "explain", "install", "set_threads"]
