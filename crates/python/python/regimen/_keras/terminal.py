"""How wide the terminal is that a program prints to."""

import os
import sys

_USUAL = 80


def columns():
    """Columns of the terminal, those that COLUMNS in the environment says, or 80 where output goes into a file."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    for stream in (sys.__stdin__, sys.__stderr__, sys.__stdout__):
        try:
            return os.get_terminal_size(stream.fileno()).columns or _USUAL
        except (AttributeError, ValueError, OSError):
            continue
    return _USUAL
