"""keras.tree: what nested structures are, and what goes through them."""

import collections

import pytest
from regimen.keras import tree

Point = collections.namedtuple("Point", "a b")


def test_leaves_and_their_paths():
    nested = [1, (2, None), {"b": 3, "a": [4]}, Point(5, collections.deque([6]))]
    assert tree.flatten(nested) == [1, 2, None, 4, 3, 5, 6]
    assert tree.flatten(collections.OrderedDict(b=1, a=2)) == [1, 2]
    assert tree.flatten_with_path({"b": 3, "a": [4]}) == [(("a", 0), 4), (("b",), 3)]
    assert [tree.is_nested(x) for x in (1, "ab", None, (), {}, Point(1, 2))] == [False, False, False, True, True, True]
    assert tree.pack_sequence_as(nested, "abcdefg") == ["a", ("b", "c"), {"b": "e", "a": ["d"]}, Point("f", collections.deque("g"))]
    with pytest.raises(ValueError, match="leaves"):
        tree.pack_sequence_as(nested, [1, 2])


def test_functions_of_leaves():
    assert tree.map_structure(lambda a, b: a + b, {"x": [1, 2]}, {"x": [3, 4]}) == {"x": [4, 6]}
    assert tree.map_structure(lambda a: 0, [1, None], none_is_leaf=False) == [0, None]
    assert tree.map_structure_up_to([None, [None, None]], str, [[1, 1], [2, 2]]) == ["[1, 1]", ["2", "2"]]
    assert tree.map_shape_structure(len, [(1, None), {"a": (2, 3, 4)}]) == [2, {"a": 3}]
    for first, other in (([1, 2], (1, 2)), ([1], [1, 2]), ({"a": 1}, {"b": 1}), (1, [1])):
        with pytest.raises(ValueError, match="same nested structure"):
            tree.assert_same_structure(first, other)
    tree.assert_same_structure({"a": 1, "b": 2}, collections.OrderedDict(b=1, a=2))
    tree.assert_same_paths([1, 2], (3, 4))
    with pytest.raises(ValueError, match="missing in `a`"):
        tree.assert_same_paths([1], [1, 2])
    with pytest.raises(TypeError, match="callable"):
        tree.map_structure(3, [1])


def test_walks():
    seen = []
    tree.traverse(seen.append, [(1, 2), {"a": 4}])
    assert seen == [[(1, 2), {"a": 4}], (1, 2), 1, 2, {"a": 4}, 4]
    assert tree.traverse(lambda x: tree.MAP_TO_NONE if x == 2 else None, [1, [2]]) == [1, [None]]
    assert tree.lists_to_tuples([1, [2, {"a": [3]}]]) == (1, (2, {"a": (3,)}))
