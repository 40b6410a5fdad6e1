"""Names that Keras has, or had, and this package has not: a module says so, and the way out."""


def absent(place, names):
    """A module's `__getattr__`: NotImplementedError for `names` (a text for each, the way out), AttributeError for others."""

    def __getattr__(name):
        if name in names:
            raise NotImplementedError(f"{place}.{name} is not supported here: {names[name]}")
        raise AttributeError(f"module {place!r} has no attribute {name!r}")

    return __getattr__
