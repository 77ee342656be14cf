"""What a command costs as a whole process: wall time, processor time, memory of the process tree."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 30.0
"""Seconds after which a command is not run another time."""
_PERIOD = 0.02


@dataclass
class Cost:
    """What several runs of a command cost."""

    walls: list[float] = field(default_factory=list)
    """Seconds from start to exit, one a run."""
    cpus: list[float] = field(default_factory=list)
    """Seconds of processor time, of all its processes."""
    lines: int = 0
    """Lines that it printed."""
    megabytes: float = 0.0
    """Peak memory of the largest of its processes."""

    @property
    def median(self) -> float:
        return statistics.median(self.walls)

    @property
    def least(self) -> float:
        return min(self.walls)

    @property
    def cpu(self) -> float:
        return statistics.median(self.cpus)


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], cost: Cost) -> None:
    """Run `command` in `folder` once and add what it cost."""
    with (folder / "output").open("w+b") as output:
        started = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        _, _, usage = os.wait4(child.pid, 0)
        cost.walls.append(time.perf_counter() - started)
        child.returncode = 0
        output.seek(0)
        cost.lines = sum(1 for _ in output)
    cost.cpus.append(usage.ru_utime + usage.ru_stime)
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    cost.megabytes = max(cost.megabytes, usage.ru_maxrss / scale)


def measure(command: Sequence[str], folder: Path, environment: Mapping[str, str], runs: int = 5) -> Cost:
    """What `runs` runs of `command` cost; fewer of a slow one."""
    cost = Cost()
    while len(cost.walls) < runs and sum(cost.walls) < PATIENCE:
        run(command, folder, environment, cost)
    return cost


def peak_of_tree(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> float | None:
    """Megabytes that a command and its processes take together at most; None where nobody can tell.

    Pages that several processes share count once (Linux's PSS). Looks every few milliseconds, so
    it is a run of its own.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    peak = 0
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        while child.poll() is None:
            peak = max(peak, sum(map(_share, _tree(child.pid))))
            time.sleep(_PERIOD)
    return peak / 1024


def _tree(process: int) -> list[int]:
    """A process and all that descend from it."""
    found = [process]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                found += map(int, children.read_text().split())
    return found


def _share(process: int) -> int:
    """Kilobytes of memory that a process answers for."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
