"""What `fit` and `evaluate` print, in the words of the Keras that a program was written for."""

import json
import re
import sys
import time

import numpy as np

from . import dialect, notebook, vector_logs
from .user_line import warn


def number(value):
    """As Keras prints a value of the logs: the mean of several."""
    value = float(np.mean(value))
    return f"{value:.4f}" if abs(value) > 1e-3 else f"{value:.4e}"


def ordered(logs, names=()):
    """Logs in the order in which they are printed: sorted today, what callbacks add behind those `names`; the loss first of old."""
    logs = vector_logs.folded(logs)
    if not dialect.before(3):
        places = {name: place for place, name in enumerate(names)}
        added = lambda name: bool(names) and name.removeprefix("val_") not in places
        return sorted(logs.items(), key=lambda item: (added(item[0]), item[0].startswith("val_"), places.get(item[0], 0), item[0]))
    shown = [item for item in logs.items() if item[0] != "lr" or not dialect.before(2, 4)]  # until then it came into the logs later
    return sorted(shown, key=lambda item: (item[0] == "lr", item[0].startswith("val_"), not item[0].endswith("loss"), item[0]))


def words(logs, names=()):
    """` - accuracy: 0.5000 - loss: 0.6931`"""
    return "".join(f" - {name}: {number(value)}" for name, value in ordered(logs, names))


def took(seconds):
    """A time in Keras's units."""
    if seconds >= 1:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"


def _line(display):
    from .progress_line import Line

    return Line(display)


class Progress:
    """Sees the events of a training; `names` are those of its loss and metrics."""

    def __init__(self, verbose, epochs, steps, rows, val_rows=0, names=()):
        self.verbose, self.epochs, self.steps, self.rows, self.val_rows = verbose, epochs, steps, rows, val_rows
        self._batches, self._names = verbose == 1, names
        # What waits until callbacks have had their say, which came after the line until Keras 2.3.
        self._waiting, self._last = None, not dialect.before(2, 4)
        self._begun = time.perf_counter()
        self._messages, self._width = [], 0
        display = notebook.display() if verbose == 1 else None
        self._live = _line(display) if display is not None else None
        if verbose and dialect.before(3) and epochs is not None and rows is not None:
            print(f"Train on {rows} samples" + (f", validate on {val_rows} samples" if val_rows else ""))

    def _tell(self, what, index, logs, text):
        if what == "epoch_begin":
            self.end_line()
            self._begun = time.perf_counter()
            if not self._last or self._live is not None:
                self.begin_line(index)
        elif what == "batch" and self.verbose == 1:
            self._show(index + 1, logs, False)
        elif what == "epoch_end" and self.verbose:
            self._show(self.steps, logs, True)
            if self._waiting is None:
                self._say_findings()
        elif what == "message":
            say(text)
        elif what == "finding" and self.verbose:
            finding = json.loads(text)
            self._messages.append(f"[{finding['severity']}] {finding['title']}: {finding['id']}")

    def begin_line(self, index):
        """The first line of an epoch."""
        if self._live is not None:
            self._live.begin(f"Epoch {index + 1}/{self.epochs}".ljust(len(f"Epoch {self.epochs}/{self.epochs}")))
            self._show(0, {}, False)
        elif self.verbose and (self.epochs > 1 or dialect.before(3)):
            print(f"Epoch {index + 1}/{self.epochs}")

    def end_line(self):
        """The last line of an epoch, where it still waits."""
        if self._waiting is not None:
            print(self._waiting)
            self._waiting = None
            self._say_findings()

    def _say_findings(self):
        for message in self._messages:
            print(message)
        self._messages.clear()

    def found(self, findings):
        """What was found, after the last epoch."""
        title = f"What the doctor found ({len(findings)}):"
        if self._live is not None:
            self._live.tell(f"<p>{title}</p>{findings._repr_html_()}", f"{title}\n{findings}")
        else:
            print(f"\n{title}\n{findings}")

    def _show(self, done, logs, last):
        seconds = time.perf_counter() - self._begun
        if self.verbose == 2:
            if last and self._last and self.epochs is not None:
                self._waiting = self._line(done, seconds, logs)
            elif last:
                print(self._line(done, seconds, logs))
            return
        if self._live is not None:
            if last or self._live.due():
                count, elapsed, rest = self._pieces(done, seconds, logs)
                self._live.show(done / max(self.steps or 0, 1), count, elapsed, rest if done else "")
            return
        line = self._bar(done, seconds, logs)
        if not last and not sys.stdout.isatty():
            return
        padding = " " * max(0, self._width - len(line))
        sys.stdout.write("\r" + line + padding if sys.stdout.isatty() else line)
        self._width = 0 if last else len(line)
        if last:
            sys.stdout.write("\n")
        sys.stdout.flush()

    def _line(self, done, seconds, logs):
        if dialect.before(3):
            return f" - {seconds:.0f}s{words(logs)}"
        return f"{done}/{self.steps} - {seconds:.0f}s - {took(seconds / max(done, 1))}/step{words(logs, self._names)}"

    def _pieces(self, done, seconds, logs):
        """How far it is, how long it took, and the logs."""
        if dialect.before(3):
            shown = done if self.rows is None else min(self.rows, done * -(-self.rows // max(self.steps, 1)))
            rate = "" if dialect.before(2) else f" {took(seconds / max(shown, 1))}/step"
            return f"{shown}/{self.rows or self.steps or 'Unknown'}", f"{seconds:.0f}s", rate + words(logs)
        return f"{done}/{self.steps or 'Unknown'}", f"{seconds:.0f}s", f" {took(seconds / max(done, 1))}/step{words(logs, self._names)}"

    def _bar(self, done, seconds, logs):
        count, elapsed, rest = self._pieces(done, seconds, logs)
        if self.steps is None:
            return f"{count} - {elapsed}{rest}"
        if dialect.before(3):
            filled = 30 * int(count.split("/")[0]) // max(self.rows or self.steps, 1)
            bar = "=" * filled if filled == 30 else "=" * max(filled - 1, 0) + ">" + "." * (30 - filled)
            return f"{count} [{bar}] - {elapsed}{rest}"
        filled = 20 * done // max(self.steps, 1)
        bar = f"\x1b[32m{'━' * filled}\x1b[0m\x1b[37m{'━' * (20 - filled)}\x1b[0m"
        return f"\x1b[1m{count}\x1b[0m {bar} \x1b[1m{elapsed}\x1b[0m{rest}"


class Silent:
    """Prints nothing but what callbacks say."""

    _batches = False

    def _tell(self, what, index, logs, text):
        if what == "message":
            say(text)

    def end_line(self):
        """Nothing waits."""


class AfterCallbacks:
    """Asked behind all callbacks of a training: what is printed there is printed after what they say."""

    _batches = False

    def __init__(self, observer):
        self._observer = observer

    def _on(self, moment, index, logs):
        if moment == "epoch_begin" and self._observer._live is None:
            self._observer.begin_line(index)
        elif moment == "train_end":
            self._observer.end_line()


def say(text):
    """What a callback or the loop says: a line, a warning where a value that is looked at is missing, or batches are.

    Before what a callback says of an epoch there is an empty line, as in Keras.
    """
    missing = ("Can save best model only", "Early stopping conditioned", "Learning rate reduction is conditioned")
    if (" available" in text and text.startswith(missing)) or text.startswith("Your input ran out of data"):
        warn(text)
    else:
        print(f"\n{text}" if re.match(r"Epoch \d+: (?!early stopping)", text) else text)
