"""Nested structures: lists, tuples, named tuples, deques and dicts, to any depth. What is none of them is a leaf, None among them."""

import collections
import warnings


class MAP_TO_NONE:
    """What a function of `traverse` gives where None is to stand."""


def _opened(structure):
    """The keys of a structure's parts, the parts, and how new parts are put together; None of a leaf."""
    if isinstance(structure, dict):
        ordered = isinstance(structure, collections.OrderedDict)
        keys = list(structure) if ordered else sorted(structure)
        return keys, [structure[key] for key in keys], lambda parts: _dict_like(structure, dict(zip(keys, parts)))
    if isinstance(structure, collections.deque):
        return list(range(len(structure))), list(structure), lambda parts: collections.deque(parts, structure.maxlen)
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return list(range(len(structure))), list(structure), lambda parts: type(structure)(*parts)
    if isinstance(structure, (list, tuple)):
        return list(range(len(structure))), list(structure), list if isinstance(structure, list) else tuple
    return None


def _dict_like(structure, parts):
    found = {key: parts[key] for key in structure}
    if isinstance(structure, collections.defaultdict):
        return collections.defaultdict(structure.default_factory, found)
    return collections.OrderedDict(found) if isinstance(structure, collections.OrderedDict) else found


def is_nested(structure):
    """Whether it is a structure and no leaf."""
    return _opened(structure) is not None


def traverse(func, structure, top_down=True):
    """A function of each structure and leaf. What it gives stands in its place; None leaves it, and goes on to its parts (from the top)."""
    found = func(structure) if top_down else None
    if found is None:
        opened = _opened(structure)
        inner = structure if opened is None else opened[2]([traverse(func, part, top_down) for part in opened[1]])
        found = inner if top_down else func(inner)
        found = inner if found is None else found
    return None if found is MAP_TO_NONE else found


def flatten(structure):
    """The leaves; those of dicts in the order of their sorted keys."""
    return [leaf for _, leaf in flatten_with_path(structure)]


def flatten_with_path(structure):
    """The leaves, each as (path, leaf)."""
    opened = _opened(structure)
    if opened is None:
        return [((), structure)]
    return [((key, *path), leaf) for key, part in zip(*opened[:2]) for path, leaf in flatten_with_path(part)]


def map_structure(func, *structures, none_is_leaf=True):
    """The same structure with a function of the leaves that stand in one place; None stays None without `none_is_leaf`."""
    if not callable(func):
        raise TypeError(f"`func` must be callable. Received: func={func}")
    if not structures:
        raise ValueError("Must provide at least one structure")
    first, *others = structures
    opened = _opened(first)
    if opened is None:
        if first is None and not none_is_leaf:
            return None
        if any(is_nested(other) for other in others):
            raise ValueError("Structures don't have the same nested structure.")
        return func(*structures)
    parts = zip(opened[1], *(_parts_like(first, other) for other in others))
    return opened[2]([map_structure(func, *each, none_is_leaf=none_is_leaf) for each in parts])


def map_structure_up_to(shallow_structure, func, *structures):
    """A function of what the structures have where the shallow one has leaves."""
    if not structures:
        raise ValueError("Must provide at least one structure")
    opened = _opened(shallow_structure)
    if opened is None:
        return func(*structures)
    parts = zip(opened[1], *(_parts_like(shallow_structure, other) for other in structures))
    return opened[2]([map_structure_up_to(shallow, func, *each) for shallow, *each in parts])


def _parts_like(first, other):
    """The parts of another structure, which has to be of the same kind and size."""
    keys, parts = (_opened(other) or ((), ()))[:2]
    wanted, known = _opened(first)[0], dict(zip(keys, parts))
    if _kind(first) != _kind(other) or known.keys() != set(wanted):
        raise ValueError(f"Structures don't have the same nested structure: {first!r} and {other!r}")
    return [known[key] for key in wanted]


def _kind(structure):
    return dict if isinstance(structure, dict) else type(structure)


def assert_same_structure(a, b, check_types=None):
    """Raises ValueError where two structures are not nested in the same way."""
    if check_types is not None:
        more = "" if check_types else " For a looser check, use `keras.tree.assert_same_paths()`."
        warnings.warn(f"The `check_types` argument is deprecated and no longer has any effect.{more}", DeprecationWarning, stacklevel=2)
    map_structure(lambda *leaves: None, a, b)


def assert_same_paths(a, b):
    """Raises ValueError where two structures have other paths; lists and tuples are the same here."""
    first, second = ({path for path, _ in flatten_with_path(each)} for each in (a, b))
    if first != second:
        told = "".join(f"\nPaths in `{one}` missing in `{other}`:\n{found}"
                       for one, other, found in (("a", "b", first - second), ("b", "a", second - first)) if found)
        raise ValueError(f"`a` and `b` don't have the same paths.{told}")


def pack_sequence_as(structure, flat_sequence):
    """A flat sequence in the form of a structure."""
    leaves = list(flat_sequence)
    count = len(flatten(structure))
    if len(leaves) != count:
        raise ValueError(f"Too {'few' if len(leaves) < count else 'many'} leaves: the structure has {count}, found {len(leaves)}")
    left = iter(leaves)
    return map_structure(lambda _: next(left), structure)


def lists_to_tuples(structure):
    """The same with tuples for lists."""
    return traverse(lambda part: tuple(part) if isinstance(part, list) else None, structure, top_down=False)


def map_shape_structure(func, structure):
    """A function of each shape: a list or tuple of numbers and Nones."""
    if isinstance(structure, (list, tuple)) and all(isinstance(size, (int, type(None))) for size in structure):
        return func(structure)
    opened = _opened(structure)
    return func(structure) if opened is None else opened[2]([map_shape_structure(func, part) for part in opened[1]])
