"""Written by crates/python/make_stubs.py."""

from typing import Any

class MAP_TO_NONE:
    """What a function of `traverse` gives where None is to stand."""

def assert_same_paths(a: Any, b: Any) -> Any:
    """Raises ValueError where two structures have other paths; lists and tuples are the same here."""
def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> Any:
    """Raises ValueError where two structures are not nested in the same way."""
def flatten(structure: Any) -> list[Any]:
    """The leaves; those of dicts in the order of their sorted keys."""
def flatten_with_path(structure: Any) -> Any:
    """The leaves, each as (path, leaf)."""
def is_nested(structure: Any) -> bool:
    """Whether it is a structure and no leaf."""
def lists_to_tuples(structure: Any) -> Any:
    """The same with tuples for lists."""
def map_shape_structure(func: Any, structure: Any) -> Any:
    """A function of each shape: a list or tuple of numbers and Nones."""
def map_structure(func: Any, *structures: Any, none_is_leaf: bool = True) -> Any:
    """The same structure with a function of the leaves that stand in one place; None stays None without `none_is_leaf`."""
def map_structure_up_to(shallow_structure: Any, func: Any, *structures: Any) -> Any:
    """A function of what the structures have where the shallow one has leaves."""
def pack_sequence_as(structure: Any, flat_sequence: Any) -> Any:
    """A flat sequence in the form of a structure."""
def traverse(func: Any, structure: Any, top_down: bool = True) -> Any:
    """A function of each structure and leaf. What it gives stands in its place; None leaves it, and goes on to its parts (from the top)."""
