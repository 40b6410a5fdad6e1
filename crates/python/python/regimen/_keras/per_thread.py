"""State of what runs right now: each thread has its own."""

import threading


class Stack(threading.local):
    """A list, innermost last."""

    def __init__(self):
        self._items = []

    def append(self, item):
        """Puts one on top."""
        self._items.append(item)

    def pop(self):
        """Takes the last one off."""
        return self._items.pop()

    def clear(self):
        """Takes all of them off."""
        self._items.clear()

    def taken(self):
        """All of them, which are not there any more."""
        items, self._items = self._items, []
        return items

    def put_back(self, items):
        """What `taken` gave, in place of what is there now."""
        self._items = items

    def __getitem__(self, index):
        return self._items[index]

    def __len__(self):
        return len(self._items)

    def __iter__(self):
        return iter(self._items)

    def __reversed__(self):
        return reversed(self._items)


class Table(threading.local):
    """A dict."""

    def __init__(self):
        self._items = {}

    def clear(self):
        """Takes everything out."""
        self._items.clear()

    def taken(self):
        """All of it, which is not there any more."""
        items, self._items = self._items, {}
        return items

    def put_back(self, items):
        """What `taken` gave, in place of what is there now."""
        self._items = items

    def __contains__(self, key):
        return key in self._items

    def __getitem__(self, key):
        return self._items[key]

    def __setitem__(self, key, value):
        self._items[key] = value
