"""`python -m regimen script.py [ARGUMENTS]`: runs a Keras program on this engine."""

import os
import runpy
import sys
import tokenize


def _told_from(path):
    """What prints an exception, from the program's own lines on."""

    def told(kind, error, trace):
        first = trace
        while first is not None and first.tb_frame.f_code.co_filename != path:
            first = first.tb_next
        sys.__excepthook__(kind, error.with_traceback(first or trace), first or trace)

    return told


def main():
    """Reads the program's dialect, puts our modules in Keras's place, and runs it."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__.strip() + "\n\nREGIMEN_KERAS=VERSION says for which Keras it was written, where that cannot be read off its names; "
              "REGIMEN_SEED=N has a program draw the same numbers each time.")
        return 0 if len(sys.argv) > 1 else 2
    path = sys.argv[1]
    try:
        with tokenize.open(path) as file:  # in the encoding that it declares
            text = file.read()
    except OSError as error:
        print(f"error: {path}: {error.strerror}", file=sys.stderr)
        return 2
    except (SyntaxError, UnicodeDecodeError):
        text = ""  # running it says what is wrong
    from . import install
    from ._keras import dialect

    if "REGIMEN_KERAS" not in os.environ:
        dialect.set_version(dialect.of_source(text))
    install()
    sys.argv = sys.argv[1:]
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    sys.excepthook = _told_from(path)
    runpy.run_path(path, run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
