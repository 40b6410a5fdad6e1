"""Written by crates/python/make_stubs.py."""

from typing import Any

class Finding(dict[str, Any]):
    """One thing that was found: `id`, `severity`, `probability`, `title`, `explanation`, `evidence`, `check`, `remedies`."""
    def explain(self) -> str:
        """The long text on it."""
    id: str
    severity: str
    probability: float
    title: str
    explanation: str
    evidence: Any
    check: str
    remedies: list[str]
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class Findings(list[Finding]):
    """Findings, worst first."""
