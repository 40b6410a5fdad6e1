"""Objects written in Python that the library asks for by number while it writes a graph."""

import itertools
import types
import weakref

_objects = weakref.WeakValueDictionary()
_numbers = itertools.count(1)
# What stands for functions that can hold no attribute, such as those built into Python; methods are kept by their objects.
_kept = {}


def register(held):
    """The name by which configs refer to an object; it lives as long as the object does."""
    number = getattr(held, "_foreign_number", None)
    if number is None or _objects.get(number) is not held:  # a copy has the number of what it was copied from
        number = next(_numbers)
        held._foreign_number = number
        _objects[number] = held
    return f"python>{number}"


def find(number):
    """The object of a number: the library asks."""
    return _objects[number]


class Function:
    """A function of tensors: a loss, an activation, a regularizer, a constraint."""

    def __init__(self, function, name, reduction=None, original=None):
        self.function, self._foreign_name, self._reduction = function, name, reduction
        self.original = function if original is None else original

    def _trace(self, *inputs):
        from .traced import Tensor, native, near

        near.append(inputs[0])
        try:
            return native(self.function(*(Tensor(x) for x in inputs)))
        finally:
            near.pop()


def of_function(function, reduction="sum_over_batch_size"):
    """`{class_name, config}` of a function or a callable object."""
    holder = _holder_of(function)
    if holder is None:
        name = getattr(function, "__name__", type(function).__name__)
        name = "lambda" if name == "<lambda>" else name
        # A class that says what `__call__` does is asked by it.
        own = not getattr(type(function).__call__, "__module__", "").startswith("regimen.")
        run = function.call if hasattr(function, "call") and not own else function
        holder = Function(run, name, getattr(function, "reduction", reduction), function)
        _keep(function, holder)
    return {"class_name": register(holder), "config": {}}


def _holder_of(function):
    """What stands for a function; None where nothing does yet, or only for the one that it is a copy of."""
    if isinstance(function, types.MethodType):
        return _of_methods(function.__self__).get(function.__func__) or _kept.get(function)
    owner, holder = getattr(function, "_regimen_holder", None) or (id(function), _kept.get(id(function)))
    return holder if owner == id(function) else None


def _keep(function, holder):
    """Keeps what stands for a function as long as the function lives, that of a method as long as its object."""
    is_method = isinstance(function, types.MethodType)
    try:
        if is_method:
            owner = function.__self__
            owner.__dict__["_regimen_methods"] = (id(owner), {**_of_methods(owner), function.__func__: holder})
        else:
            function._regimen_holder = (id(function), holder)
    except (AttributeError, TypeError):
        _kept[function if is_method else id(function)] = holder


def _of_methods(owner):
    of, methods = getattr(owner, "__dict__", {}).get("_regimen_methods", (id(owner), {}))
    return methods if of == id(owner) else {}
