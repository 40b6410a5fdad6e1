"""What a peer is given to train, and what it answers."""

from dataclasses import dataclass
from typing import Any

from known import WORKLOADS, Workload


@dataclass(frozen=True)
class Job:
    """One run: x and y are numpy arrays of the rows to train on."""

    workload: str
    peer: str
    x: Any
    y: Any
    batch: int
    epochs: int
    seed: int
    threads: int

    @property
    def plan(self) -> Workload:
        return WORKLOADS[self.workload]


@dataclass(frozen=True)
class Run:
    """Wall seconds of every epoch, and the training loss of the last one."""

    seconds: list
    loss: float
