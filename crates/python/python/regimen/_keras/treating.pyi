"""Written by crates/python/make_stubs.py."""

from typing import Any

class Remedy(dict[str, Any]):
    """What became of a remedy: `id`, `change`, `verdict`, `effect`, `low`, `high`, `p`, `seeds`, `reason`, `diff`."""
    id: str
    change: str
    verdict: str
    effect: Any
    low: Any
    high: Any
    p: Any
    seeds: Any
    reason: Any
    diff: Any
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class Treatment:
    """The results of a treatment. `print` shows them as a table; notebooks do by themselves."""
    remedies: list[Remedy]
    folder: str
    improved: Any
    metric: str
    more_is_better: bool
    baseline: Any
    part: str
    margin: Any
    findings: Any
    def __init__(self, results: Any, text: Any, folder: Any, improved: Any) -> None: ...
    @property
    def helps(self) -> list[Remedy]:
        """Remedies that are shown to help, the best first."""
