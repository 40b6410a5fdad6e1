"""Progbar: a line that says how far a loop of a program has come."""

import sys
import time

import numpy as np


class Progbar:
    """Shows steps and the means of values; with `verbose=2` at the end alone."""

    def __init__(self, target, width=20, verbose=1, interval=0.05, stateful_metrics=None, stateless_metrics=None, unit_name="step"):
        self.target, self.width, self.verbose, self.interval, self.unit_name = target, width, verbose, interval, unit_name
        self.stateful_metrics = set(stateful_metrics or [])
        # Where these are named, all others are stateful.
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._sums, self._seen, self._start, self._shown = {}, 0, time.time(), 0.0

    def update(self, current, values=None, finalize=None):
        """At a step; `values` are pairs of a name and the value of the steps since."""
        finalize = current >= self.target if finalize is None and self.target is not None else bool(finalize)
        for name, value in values or []:
            if name in self.stateful_metrics or self.stateless_metrics is not None and name not in self.stateless_metrics:
                self._sums[name] = (float(np.mean(value)), 1)
                continue
            steps = max(current - self._seen, 1)
            total, count = self._sums.get(name, (0.0, 0))
            self._sums[name] = (total + float(np.mean(value)) * steps, count + steps)
        self._seen = current
        now = time.time()
        if self.verbose == 1 and (finalize or now - self._shown >= self.interval):
            sys.stdout.write("\r" + self._line(current, now) + ("\n" if finalize else ""))
            sys.stdout.flush()
            self._shown = now
        elif self.verbose == 2 and finalize:
            print(self._line(current, now))

    def add(self, n, values=None):
        """So many steps further."""
        self.update(self._seen + n, values)

    def _line(self, current, now):
        line = f"{current}/{self.target if self.target is not None else 'Unknown'}"
        if self.target and self.verbose == 1:
            done = min(int(self.width * current / self.target), self.width)
            line += f" [{'=' * done}{'.' * (self.width - done)}]"
        each = (now - self._start) / current if current else 0.0
        line += f" - {now - self._start:.0f}s {each * 1000:.0f}ms/{self.unit_name}"
        return line + "".join(f" - {name}: {total / max(count, 1):.4f}" for name, (total, count) in self._sums.items())
