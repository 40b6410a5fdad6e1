"""Operators of what an optimizer keeps: those of its value now."""

import operator

import numpy as np

_BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
_COMPARED = ("eq", "ne", "lt", "le", "gt", "ge")
_UNARY = ("neg", "pos", "abs")


class NumberOperators:
    """Arithmetic and comparisons with the value that `_now` gives, and changes of it by `assign`."""

    def assign_add(self, value):
        """Adds to the value."""
        return self.assign(self._now() + _plain(value))

    def assign_sub(self, value):
        """Takes from the value."""
        return self.assign(self._now() - _plain(value))

    def __int__(self):
        return int(self._now())

    def __bool__(self):
        return bool(self._now())

    def __round__(self, ndigits=None):
        return round(float(self._now()), ndigits)


def _plain(other):
    """A number as it is, all else as an array."""
    return other if isinstance(other, (int, float)) else np.asarray(other)


def _give(name, function, swapped=False):
    def method(self, other):
        own, other = self._now(), _plain(other)
        return function(other, own) if swapped else function(own, other)

    setattr(NumberOperators, name, method)


for _name in (*_BINARY, *_COMPARED):
    _give(f"__{_name}__", getattr(operator, _name))
for _name in _BINARY:
    _give(f"__r{_name}__", getattr(operator, _name), swapped=True)
for _name in _UNARY:
    setattr(NumberOperators, f"__{_name}__", lambda self, _function=getattr(operator, _name): _function(self._now()))
NumberOperators.__hash__ = object.__hash__
