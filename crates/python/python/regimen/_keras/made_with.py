"""What an object of a program was made with, where configs can hold that: a config follows then without `get_config`."""

import inspect


def plain_arguments(cls, args, kwargs):
    """What a layer is made with, by name; None where not all of it is numbers, texts, and lists and dicts of them."""
    signature = inspect.signature(cls.__init__)
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError:
        return {}  # which `__init__` says
    bound.apply_defaults()
    given = dict(list(bound.arguments.items())[1:])
    for parameter in list(signature.parameters.values())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            given.update(given.pop(parameter.name))
        elif parameter.kind is parameter.POSITIONAL_ONLY or parameter.kind is parameter.VAR_POSITIONAL and given.pop(parameter.name):
            return None
    return given if _is_plain(given) else None


def of_init(made, known):
    """The name of an object and what it was made with; what its `__init__` takes of that, or all where it takes `**kwargs`."""
    given = {**known, "name": made.name}
    taken = inspect.getfullargspec(type(made).__init__)
    return given if taken.varkw == "kwargs" else {key: value for key, value in given.items() if key in taken.args}


def _is_plain(value):
    if isinstance(value, (list, tuple)):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    return value is None or isinstance(value, (bool, int, float, str))
