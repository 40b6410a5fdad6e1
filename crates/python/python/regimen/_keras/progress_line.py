"""The line of an epoch in a notebook, brought up to date in its place."""

import html
import time

from .notebook import Shown

_EVERY = 0.1


class Line:
    """One line after another, each with a bar; `display` is IPython's."""

    def __init__(self, display):
        self._display, self._handle, self._name, self._seen = display, None, "", float("-inf")

    def begin(self, name):
        """The next line."""
        self._handle, self._name = None, name

    def due(self):
        """Whether the last change was seen long enough: a page takes ten a second."""
        return time.perf_counter() - self._seen >= _EVERY

    def show(self, share, count, elapsed, rest):
        """The line as it stands. `share` of 1 is all of it."""
        shown = Shown(self._markup(share, count, elapsed, rest), f"{self._name} {count} - {elapsed}{rest}".strip())
        if self._handle is None:
            self._handle = self._display(shown, display_id=True)
        else:
            self._handle.update(shown)
        self._seen = time.perf_counter()

    def tell(self, markup, text):
        """Something that is no line of progress."""
        self._display(Shown(markup, text))

    def _markup(self, share, count, elapsed, rest):
        bar = (
            '<span style="display:inline-block;width:9em;height:.5em;margin:0 .8em;border-radius:.25em;overflow:hidden;'
            'vertical-align:middle;background:rgba(128,128,128,.3)">'
            f'<span style="display:block;width:{100 * min(share, 1):.0f}%;height:100%;background:#2e9e57"></span></span>'
        )
        name = f"{html.escape(self._name)} " if self._name else ""
        style = "white-space:pre;font-family:var(--jp-code-font-family,monospace);font-size:13px;font-variant-numeric:tabular-nums"
        return f'<div style="{style}">{name}{bar}<b>{html.escape(count)}</b> <b>{html.escape(elapsed)}</b>{html.escape(rest)}</div>'
