"""Names that Keras has, or had, and this package has not: a module says so, and the way out. Modules of old are found where they were."""


def absent(place, names):
    """A module's `__getattr__`: NotImplementedError for `names` (a text for each, the way out), AttributeError for others."""

    def __getattr__(name):
        if name in names:
            raise NotImplementedError(f"{place}.{name} is not supported here: {names[name]}")
        if not name.startswith("__"):
            from . import old_modules

            found = old_modules.named(place, name)
            if found is not None:
                return found
        raise AttributeError(f"module {place!r} has no attribute {name!r}")

    return __getattr__
