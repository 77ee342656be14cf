"""Counts and timings in Prometheus's text format. Numbers only: no text ever comes here."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of a timing's buckets, in seconds."""


class Metrics:
    """One process's numbers. May be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()
        self.sessions = 0
        """WebSocket sessions that are open now."""

    def request(self, route: str, status: int, seconds: float) -> None:
        """A request to `route` (a fixed name, never a path that a client made up) was answered."""
        with self._lock:
            self._requests[route, status] += 1
            buckets = self._buckets.setdefault(route, [0] * (len(_BUCKETS) + 1))
            buckets[bisect_left(_BUCKETS, seconds)] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]

    def count(self, name: str, by: int = 1) -> None:
        """Add to the number `name`: `replies`, `findings`, `fixes`, `sessions`."""
        with self._lock:
            self._numbers[name] += by

    def render(self) -> str:
        """Everything, as Prometheus reads it."""
        with self._lock:
            return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "# HELP keqi_requests_total Requests answered."
        yield "# TYPE keqi_requests_total counter"
        for (route, status), count in sorted(self._requests.items()):
            yield f'keqi_requests_total{{route="{route}",status="{status}"}} {count}'
        yield "# HELP keqi_request_seconds Time to answer."
        yield "# TYPE keqi_request_seconds histogram"
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*_BUCKETS, "+Inf"), buckets, strict=True):
                total += count
                yield f'keqi_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}'
            yield f'keqi_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}'
            yield f'keqi_request_seconds_count{{route="{route}"}} {total}'
        for name, count in sorted(self._numbers.items()):
            yield f"# TYPE keqi_{name}_total counter"
            yield f"keqi_{name}_total {count}"
        yield "# TYPE keqi_sessions gauge"
        yield f"keqi_sessions {self.sessions}"
