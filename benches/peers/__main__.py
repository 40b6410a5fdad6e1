"""Trains one bench workload with one peer and prints one JSON line.

    python benches/peers DATA WORKLOAD PEER [--epochs N] [--samples N] [--batch N] [--seed N] [--threads N]

DATA is the folder that benches/data.py writes. known.py lists the workloads and the peers; each peer's file says what it does
and what is not like for like.

The line has the fields of `regimen bench --json`: workload, peer, batch, samples, epochs, threads, seed; first_epoch_s, told
apart because the first epoch pays for compilation; of the other epochs the median epoch_s, the shortest and the longest
(spread_s) and samples_per_s; the last epoch's training loss; and the process's peak memory, MiB.

--threads N: PyTorch is told to take N threads. The others take as many as they see processors, so the process is also kept on
the first N processors that it may run on, where the system can do that.
"""

import argparse
import importlib
import json
import math
import os
import pathlib
import statistics
import sys

from known import PEERS, WORKLOADS


def counts(least):
    """An argument that is a whole number of at least this."""

    def count(text):
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is below {least}")
        return int(text)

    return count


def arguments():
    about, options = __doc__.split("\n\n", 1)
    p = argparse.ArgumentParser(
        prog="peers", description=about, epilog=options, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument("data", help="the folder that benches/data.py writes")
    p.add_argument("workload", help=", ".join(WORKLOADS))
    p.add_argument("peer", help=", ".join(PEERS))
    p.add_argument("--epochs", type=counts(1), default=5, help="default 5")
    p.add_argument("--samples", type=counts(0), default=0, help="train on the first N rows; default 0, all")
    p.add_argument("--batch", type=counts(0), default=0, help="rows of a batch; default 0, the workload's")
    p.add_argument("--seed", type=counts(0), default=7, help="default 7")
    p.add_argument("--threads", type=counts(1), default=2, help="default 2")
    a = p.parse_args()
    if a.workload not in WORKLOADS:
        p.error(f"unknown workload {a.workload}; known: {', '.join(WORKLOADS)}")
    if a.peer not in PEERS:
        p.error(f"unknown peer {a.peer}; known: {', '.join(PEERS)}")
    if a.workload not in PEERS[a.peer].can:
        able = ", ".join(name for name, peer in PEERS.items() if a.workload in peer.can)
        p.error(f"{a.peer} does not do {a.workload}, only {', '.join(PEERS[a.peer].can)}; {a.workload} is done by {able}")
    for file in ("x.npy", "y.npy"):
        path = pathlib.Path(a.data, a.workload, file)
        if not path.is_file():
            p.error(f"{path}: there is no such file; write it with: python benches/data.py {a.data} {a.workload}")
    return a


def keep_on(threads):
    """Keeps this process, and what it starts, on as many processors as it is to have threads."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def load(a):
    import numpy as np

    from job import Job

    x, y = (np.load(pathlib.Path(a.data, a.workload, file)) for file in ("x.npy", "y.npy"))
    if a.samples:
        x, y = x[: a.samples], y[: a.samples]
    batch = a.batch or WORKLOADS[a.workload].batch
    return Job(a.workload, a.peer, x, y, batch, a.epochs, a.seed, a.threads)


def peak_mib():
    """The largest resident memory of this process so far; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def line_of(job, run):
    samples = len(job.x)
    timed = run.seconds[1:] or run.seconds
    epoch = statistics.median(timed)
    return {
        "workload": job.workload,
        "peer": job.peer,
        "batch": job.batch,
        "samples": samples,
        "epochs": job.epochs,
        "threads": job.threads,
        "seed": job.seed,
        "first_epoch_s": round(run.seconds[0], 4),
        "spread_s": [round(min(timed), 4), round(max(timed), 4)],
        "epoch_s": round(epoch, 4),
        "samples_per_s": round(samples / epoch),
        "loss": round(float(run.loss), 5) if math.isfinite(run.loss) else None,
        "peak_mib": peak_mib(),
    }


def main():
    a = arguments()
    keep_on(a.threads)
    peer = PEERS[a.peer]
    try:
        job = load(a)
        run = importlib.import_module(peer.file).train(job)
    except ModuleNotFoundError as error:
        if error.name not in (*peer.needs, "numpy"):
            raise
        sys.exit(f"peers: {a.peer} needs {error.name}, which is not installed: pip install -r benches/requirements.txt")
    print(json.dumps(line_of(job, run)))


if __name__ == "__main__":
    main()
