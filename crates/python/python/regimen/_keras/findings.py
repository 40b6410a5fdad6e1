"""What the doctor found: each a dict by its name in `regimen explain`, shown as text and as HTML."""

import json

from .. import _regimen


class Finding(dict):
    """One thing that was found: `id`, `severity`, `probability`, `title`, `explanation`, `evidence`, `check`, `remedies`."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self):
        import textwrap

        sure = f"{self['probability']:.0%}"
        since = f", from epoch {self['from_epoch']}" if self.get("from_epoch") is not None else ""
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

    def _repr_html_(self):
        return Findings([self])._repr_html_()

    def _cells(self):
        import html

        from .html_table import mark, prose

        since = f"<br>from epoch {self['from_epoch']}" if self.get("from_epoch") is not None else ""
        sure = f'<div style="margin-top:.4em;white-space:nowrap">{self["probability"]:.0%} sure{since}</div>'
        check = f"<br><i>To check:</i> {prose(self['check'])}" if self.get("check") else ""
        text = f"<b>{prose(self['title'])}</b> (<code>{html.escape(self['id'])}</code>)<br>{prose(self['explanation'])}{check}"
        return mark(self["severity"]) + sure, text, html.escape(", ".join(self.get("remedies", [])))


class Findings(list):
    """Findings, worst first."""

    def __str__(self):
        return "\n".join(str(finding) for finding in self) if self else "nothing was found"

    def _repr_html_(self):
        from .html_table import table

        return table(["", "finding", "remedies"], (finding._cells() for finding in self)) if self else "<p>Nothing was found.</p>"


def read(text):
    """From the library's JSON."""
    return Findings(Finding(finding) for finding in json.loads(text))
