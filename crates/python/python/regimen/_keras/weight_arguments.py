"""Arguments of `add_weight` that may stand by their places, as they did in Keras 2, where a name could be the first of them."""


def by_name(args, named):
    """Values of the arguments by name, in their order, of which the first ones may stand by their places."""
    if len(args) > len(named):
        raise TypeError(f"add_weight() takes at most {len(named)} positional arguments ({', '.join(named)}), found {len(args)}")
    if args and isinstance(args[0], str):
        raise ValueError(
            f"add_weight(): `name` must be passed as a keyword argument, the first argument is the shape. Received: {args[0]!r}. Use "
            f"add_weight(shape=..., name={args[0]!r})"
        )
    for name, _ in zip(named, args):
        if named[name] is not None:
            raise ValueError(f"add_weight(): `{name}` was passed both positionally and as a keyword argument.")
    return [*args, *list(named.values())[len(args) :]]
