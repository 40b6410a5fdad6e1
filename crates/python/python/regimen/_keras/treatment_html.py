"""A `Treatment` in a notebook: what was judged as a table with its intervals drawn, what was not judged below."""

import html

from .html_table import folded, mark, prose, table


def shown(treatment):
    """The results in HTML."""
    judged = [remedy for remedy in treatment.remedies if remedy.get("effect") is not None]
    scale = max((abs(end) for remedy in judged for end in _ends(remedy)), default=0.0)
    columns = ["remedy", "change", "verdict", f">effect on {treatment.metric}", "95 % interval", ">p", ">seeds"]
    parts = [f"<p>{_baseline(treatment)}</p>"]
    if judged:
        parts.append(table(columns, [_row(remedy, scale) for remedy in judged]))
        parts.append(f"<p>{_caption(treatment)}</p>")
    parts += [_helped(remedy, treatment) for remedy in treatment.helps] or ["<p>Nothing that was tried is shown to help.</p>"]
    if treatment.findings:
        told = ", ".join(f"<code>{html.escape(name)}</code> {html.escape(_words(state))}" for name, state in treatment.findings.items())
        parts.append(f"<p>Findings by treatment: {told}.</p>")
    return "".join(parts) + _not_judged(treatment)


def _words(verdict):
    return verdict.replace("_", " ")


def _ends(remedy):
    return [remedy[name] for name in ("low", "high", "effect") if remedy.get(name) is not None]


def _number(value):
    return "-" if value is None else f"{value:.4f}"


def _baseline(treatment):
    base = treatment.baseline
    text = f"The model as it is: {treatment.metric} {_number(base['validation'])} on validation, {_number(base['test'])} on test rows"
    seeds = f"{base['seeds']} seed{'' if base['seeds'] == 1 else 's'}, deviation {_number(base['deviation'])}"
    return html.escape(f"{text} ({seeds}).") + (f" A difference below {treatment.margin:.4f} does not matter." if treatment.margin else "")


def _caption(treatment):
    return (
        f"Effects are differences of {html.escape(treatment.metric)} on {treatment.part} rows from the same fresh seeds, "
        f"positive where the remedy is better."
    )


def _row(remedy, scale):
    verdict = mark(remedy["verdict"], _words(remedy["verdict"]))
    if remedy.get("seeds_needed") is not None:
        verdict += f"<br>needs about {remedy['seeds_needed']} seeds"
    p = f"{remedy['p']:.3g}" if remedy.get("p") is not None else "-"
    name, change = html.escape(remedy["id"]), html.escape(remedy["change"])
    if remedy.get("reason"):
        verdict += f"<br>{prose(remedy['reason'])}"
    return f"<b>{name}</b>", change, verdict, f"{remedy['effect']:+.4f}", _interval(remedy, scale), p, str(remedy["seeds"])


def _interval(remedy, scale):
    """The interval, drawn around no effect, and in numbers."""
    if remedy.get("low") is None or not scale:
        return "-"
    low, effect, high = (80 + 76 * remedy[name] / scale for name in ("low", "effect", "high"))
    drawn = (
        f'<svg width="160" height="14" role="img" aria-label="interval" style="display:block">'
        f'<line x1="80" x2="80" y1="0" y2="14" stroke="currentColor" stroke-opacity=".45"/>'
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="7" y2="7" stroke="currentColor" stroke-width="2"/>'
        f'<circle cx="{effect:.1f}" cy="7" r="4" fill="currentColor"/></svg>'
    )
    return f"{drawn}{remedy['low']:+.4f} to {remedy['high']:+.4f}"


def _helped(remedy, treatment):
    """The sentence on a remedy that helps, and its edit."""
    name, change = html.escape(remedy["id"]), html.escape(remedy["change"])
    after = remedy.get("score")
    before = after - remedy["effect"] * (1 if treatment.more_is_better else -1) if after is not None else None
    went = f": {html.escape(treatment.metric)} goes from {before:.4f} to {after:.4f}" if after is not None else ""
    lines = html.escape("\n".join(remedy.get("diff") or []))
    edit = folded("what it changes in the run file", f'<pre style="overflow:auto">{lines}</pre>') if lines else ""
    return f"<p><b>{name}</b> ({change}) helps{went} on the seeds that it was judged on.</p>{edit}"


def _not_judged(treatment):
    """Remedies without a verdict, by the reason."""
    groups = {}
    for remedy in treatment.remedies:
        if remedy.get("effect") is None and remedy.get("reason"):
            looked = f" ({remedy['screened']:+.4f})" if remedy.get("screened") is not None else ""
            groups.setdefault((_words(remedy["verdict"]), remedy["reason"]), []).append(remedy["id"] + looked)
    rows = [(html.escape(", ".join(names)), verdict, prose(reason)) for (verdict, reason), names in groups.items()]
    count = sum(map(len, groups.values()))
    return folded(f"{count} not judged", table(["remedy", "verdict", "why"], rows)) if rows else ""
