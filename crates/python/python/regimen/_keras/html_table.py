"""Tables and marks in HTML that read on light and dark pages: colors of the page, but for marks that bring their own ground."""

import html
import re

_GROUND = {"error": "#b3261e", "harms": "#b3261e", "warning": "#8a5300", "helps": "#1b7a3d", "info": "#2459b8"}
_CELL = "padding:.35em .8em;vertical-align:top;white-space:normal"
_LINE = "rgba(128,128,128,.45)"


def mark(word, text=None):
    """A word on its color; a plain word where it has none."""
    shown = html.escape(text or word)
    if word not in _GROUND:
        return shown
    return f'<span style="background:{_GROUND[word]};color:#fff;border-radius:.8em;padding:.1em .65em;white-space:nowrap">{shown}</span>'


def prose(text):
    """A text; what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def table(columns, rows):
    """A table. `columns`: titles, those of numbers with `>` before; `rows`: cells in HTML."""
    sides = ["right" if title.startswith(">") else "left" for title in columns]
    head = "".join(
        f'<th style="{_CELL};text-align:{side};border-bottom:1px solid {_LINE}">{html.escape(title.lstrip(">"))}</th>'
        for title, side in zip(columns, sides)
    )
    body = "".join(
        "<tr>" + "".join(f'<td style="{_CELL};text-align:{side}">{cell}</td>' for cell, side in zip(row, sides)) + "</tr>" for row in rows
    )
    style = "border-collapse:collapse;margin:.5em 0;font-variant-numeric:tabular-nums"
    return f'<table style="{style}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def folded(title, inside):
    """What is shown at a click."""
    return f'<details style="margin:.4em 0"><summary style="cursor:pointer">{html.escape(title)}</summary>{inside}</details>'
