"""Counts and timings in Prometheus's text format. Numbers only: no text ever comes here."""

from __future__ import annotations

import json
import os
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of a timing's buckets, in seconds."""
NUMBERS = ("replies", "findings", "sessions", "messages")
"""What is counted besides requests."""


class Metrics:
    """One process's numbers, and where there are several processes, the sum. Threads may share it."""

    def __init__(self, folder: str = "") -> None:
        """`folder`: where the processes tell each other their numbers; empty: there is one process."""
        self._folder = Path(folder) if folder else None
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self._numbers: Counter[str] = Counter(dict.fromkeys(NUMBERS, 0))
        self.sessions = 0
        """WebSocket sessions that are open now."""

    def request(self, route: str, status: int, seconds: float) -> None:
        """A request to `route` (a fixed name, never a path that a client made up) was answered."""
        with self._lock:
            self._requests[route, status] += 1
            buckets = self._buckets.setdefault(route, [0] * (len(_BUCKETS) + 1))
            buckets[bisect_left(_BUCKETS, seconds)] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def count(self, name: str, by: int = 1) -> None:
        """Add to one of `NUMBERS`."""
        self._numbers[name] += by

    def tell(self) -> None:
        """Let the other processes know; a number that is late by a second does no harm."""
        if self._folder is None:
            return
        file = self._folder / f"{os.getpid()}.json"
        with suppress(OSError):
            file.with_suffix(".new").write_text(json.dumps(self._told()), encoding="ascii")
            file.with_suffix(".new").replace(file)

    def render(self) -> str:
        """Everything, as Prometheus reads it."""
        return "\n".join(_lines(_sum([self._told(), *self._others()]))) + "\n"

    def _told(self) -> dict[str, Any]:
        with self._lock:
            return {
                "requests": [[route, status, n] for (route, status), n in self._requests.items()],
                "buckets": {route: list(buckets) for route, buckets in self._buckets.items()},
                "seconds": dict(self._seconds),
                "numbers": dict(self._numbers),
                "sessions": self.sessions,
            }

    def _others(self) -> Iterator[dict[str, Any]]:
        own = f"{os.getpid()}.json"
        for file in self._folder.glob("*.json") if self._folder else ():
            if file.name != own:
                with suppress(OSError, ValueError):
                    said = json.loads(file.read_text(encoding="ascii"))
                    yield said if _lives(int(file.stem)) else {**said, "sessions": 0}


def _lives(process: int) -> bool:
    """Whether a process still runs; where nobody can tell, yes."""
    return not Path("/proc/self").exists() or Path(f"/proc/{process}").exists()


def _sum(told: Iterable[dict[str, Any]]) -> dict[str, Any]:
    requests: Counter[tuple[str, int]] = Counter()
    buckets: dict[str, list[int]] = {}
    seconds: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    sessions = 0
    for one in told:
        for route, status, count in one["requests"]:
            requests[route, status] += count
        for route, counts in one["buckets"].items():
            before = buckets.get(route, [0] * len(counts))
            buckets[route] = [a + b for a, b in zip(before, counts, strict=True)]
        seconds.update(one["seconds"])
        numbers.update(one["numbers"])
        sessions += one["sessions"]
    return {
        "requests": requests,
        "buckets": buckets,
        "seconds": seconds,
        "numbers": numbers,
        "sessions": sessions,
    }


def _lines(said: dict[str, Any]) -> Iterator[str]:
    yield "# HELP keqi_requests_total Requests answered."
    yield "# TYPE keqi_requests_total counter"
    for (route, status), count in sorted(said["requests"].items()):
        yield f'keqi_requests_total{{route="{route}",status="{status}"}} {count}'
    yield "# HELP keqi_request_seconds Time to answer."
    yield "# TYPE keqi_request_seconds histogram"
    for route, buckets in sorted(said["buckets"].items()):
        total = 0
        for bound, count in zip((*_BUCKETS, "+Inf"), buckets, strict=True):
            total += count
            yield f'keqi_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}'
        yield f'keqi_request_seconds_sum{{route="{route}"}} {said["seconds"][route]:.6f}'
        yield f'keqi_request_seconds_count{{route="{route}"}} {total}'
    for name, count in sorted(said["numbers"].items()):
        yield f"# TYPE keqi_{name}_total counter"
        yield f"keqi_{name}_total {count}"
    yield "# HELP keqi_sessions_open WebSocket sessions that are open now."
    yield "# TYPE keqi_sessions_open gauge"
    yield f"keqi_sessions_open {said['sessions']}"
