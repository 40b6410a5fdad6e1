"""Objects written in Python that the library asks for by number while it writes a graph."""

import itertools
import weakref

_objects = weakref.WeakValueDictionary()
_numbers = itertools.count(1)
# Functions that cannot hold an attribute, with what stands for them.
_kept = {}


def register(held):
    """The name by which configs refer to an object; it lives as long as the object does."""
    number = getattr(held, "_foreign_number", None)
    if number is None:
        number = next(_numbers)
        held._foreign_number = number
        _objects[number] = held
    return f"python>{number}"


def find(number):
    """The object of a number: the library asks."""
    return _objects[number]


class Function:
    """A function of tensors: a loss, an activation, a regularizer, a constraint."""

    def __init__(self, function, name, reduction=None):
        self.function, self._foreign_name, self._reduction = function, name, reduction

    def _trace(self, *inputs):
        from .traced import Tensor, native, near

        near.append(inputs[0])
        try:
            return native(self.function(*(Tensor(x) for x in inputs)))
        finally:
            near.pop()


def of_function(function, reduction="sum_over_batch_size"):
    """`{class_name, config}` of a function or a callable object."""
    holder = getattr(function, "_regimen_holder", None) or _kept.get(id(function))
    if holder is None:
        name = getattr(function, "__name__", type(function).__name__)
        name = "lambda" if name == "<lambda>" else name
        # A class that says what `__call__` does is asked by it.
        own = not getattr(type(function).__call__, "__module__", "").startswith("regimen.")
        run = function.call if hasattr(function, "call") and not own else function
        holder = Function(run, name, getattr(function, "reduction", reduction))
        try:
            function._regimen_holder = holder
        except AttributeError:
            _kept[id(function)] = holder
    return {"class_name": register(holder), "config": {}}
