"""Where a program runs in a notebook: what shows HTML there, and what it is given. IPython is looked for, never imported."""

import sys


def display():
    """IPython's `display`, where a kernel shows what it gives and prints; None elsewhere."""
    ipython, module = sys.modules.get("IPython"), sys.modules.get("IPython.display")
    if ipython is None or module is None:
        return None
    shell = ipython.get_ipython()
    if not any(kind.__name__ == "ZMQInteractiveShell" for kind in type(shell).__mro__):
        return None
    # What a program gathers (`redirect_stdout`) or writes to a file stays text.
    return module.display if type(sys.stdout).__name__ == "OutStream" else None


class Shown:
    """A piece of HTML, and the text that stands for it where there is none."""

    def __init__(self, markup, text):
        self._markup, self._text = markup, text

    def _repr_html_(self):
        return self._markup

    def __repr__(self):
        return self._text


class Picture(str):
    """A picture in SVG: a text, and in notebooks the picture."""

    def _repr_html_(self):
        """As an image: rules of style inside of it then hold for nothing else on the page."""
        if not self:
            return ""
        import base64
        import html

        title = self.partition("<title>")[2].partition("</title>")[0]
        packed = base64.b64encode(self.encode()).decode()
        return f'<img style="max-width:100%" alt="{html.escape(html.unescape(title))}" src="data:image/svg+xml;base64,{packed}">'
