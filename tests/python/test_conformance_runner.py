"""The runner of Keras's own tests: what is not there can be imported and fails when it is used, and no test is lost from the count."""

import pytest

import conformance
import public_names
import stand_in


def test_names_that_are_not_there_fail_when_they_are_used():
    absent = stand_in.Fails("Absent", "Absent is not there")

    class Derived(absent):
        """A class of a test file."""

    for use in (absent, lambda: absent.part, Derived):
        with pytest.raises(AttributeError, match="Absent is not there"):
            use()


def test_a_class_that_is_refused_fails_where_it_is_used():
    source = "class Base:\n    def __init_subclass__(cls):\n        raise NotImplementedError('refused')\n\n" \
             "class Own(Base):\n    pass\n\nclass OwnTest(object):\n    def test_it(self):\n        Own()\n"
    space = {}
    exec(conformance.readable(source), space)  # noqa: S102
    with pytest.raises(AttributeError, match="refused"):
        space["OwnTest"]().test_it()


def test_tests_of_a_file_that_is_not_read_fail():
    found = [("/a/test_one.py", "error", "SyntaxError"), ("/a/test_two.py::T::test_a", "passed", "")]
    assert conformance.unread(found) == {"test_one.py"}
    every, public = public_names.counted([*found, ("test_one.py::T::test_b", "failed", "its file is not read")], lambda node_id: "")
    assert every == {"error": 1, "passed": 1, "failed": 1} and public == {"passed": 1, "failed": 1}
