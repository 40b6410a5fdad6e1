"""What the doctor found: each a dict by its name in `regimen explain`, shown as text and as HTML."""

import html
import json
import textwrap

from .. import _regimen


class Finding(dict):
    """One thing that was found: `id`, `severity`, `probability`, `title`, `explanation`, `evidence`, `check`, `remedies`."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self):
        sure = f"{self['probability']:.0%}"
        since = f", from epoch {self['from_epoch'] + 1}" if self.get("from_epoch") is not None else ""
        lines = [f"{self['severity']}: {self['title']} ({self['id']}, {sure}{since})"]
        lines += textwrap.wrap(self["explanation"], 110, initial_indent="  ", subsequent_indent="  ")
        if self.get("check"):
            lines += textwrap.wrap(f"to check: {self['check']}", 110, initial_indent="  ", subsequent_indent="    ")
        if self.get("remedies"):
            lines.append(f"  remedies: {', '.join(self['remedies'])}")
        return "\n".join(lines)

    def explain(self):
        """The long text on it."""
        return _regimen.explain(self["id"])


class Findings(list):
    """Findings, worst first."""

    def __str__(self):
        return "\n".join(str(finding) for finding in self) if self else "nothing was found"

    def _repr_html_(self):
        rows = "".join(
            f"<tr><td>{html.escape(f['severity'])}</td><td><b>{html.escape(f['title'])}</b><br>{html.escape(f['explanation'])}</td>"
            f"<td>{html.escape(', '.join(f.get('remedies', [])))}</td></tr>"
            for f in self
        )
        return f"<table><tr><th></th><th>finding</th><th>remedies</th></tr>{rows}</table>"


def read(text):
    """From the library's JSON."""
    return Findings(Finding(finding) for finding in json.loads(text))
