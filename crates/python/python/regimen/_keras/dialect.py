"""Which Keras a program was written for: names, defaults and log keys follow it.

`REGIMEN_KERAS` in the environment goes before what `python -m regimen` reads off a program (see `age_of_program`); without
either it is today's Keras.
"""

import os
import re


def version():
    """Such as "1.2"; None for today's."""
    return _version


def set_version(text):
    """Sets the version; None for today's."""
    global _version, _parts
    if text is not None and not re.fullmatch(r"\d+(\.\d+)*", text):
        raise ValueError(f"REGIMEN_KERAS: found {text!r}, expected the version of a Keras, such as 1.2, 2.2 or 3")
    _version, _parts = text, tuple(int(part) for part in (text or "").split(".")[:2] if part)


def before(major, minor=0):
    """Whether the dialect is older than a version."""
    return _version is not None and (*_parts, 0)[:2] < (major, minor)


def of_source(text):
    """The version that the names in a program's text belong to: "1.2", "2.2", or None for today's."""
    from .age_of_program import of_source as read

    return read(text)


set_version(os.environ.get("REGIMEN_KERAS") or None)
