"""What one `keqi check` on a small file costs as a whole process.

Run by `make bench`; no part of the suite. Limits (median, second run on, so that caches are filled):
    time of the process     0.3 s
    peak resident memory    80 MB
`python -c pass` is measured beside it: the least that any Python program costs here.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

RUNS = 15
LIMIT_SECONDS, LIMIT_MB = 0.3, 80.0
DRAFT = "您好，您的订单已经发出，请您留意短信。\n\n你这个不行，自己看说明。\n"


def process(*command: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one process."""
    start = time.perf_counter()
    with Path(os.devnull).open("wb") as nothing:
        redirect = [(os.POSIX_SPAWN_DUP2, nothing.fileno(), stream) for stream in (1, 2)]
        child = os.posix_spawn(command[0], command, os.environ, file_actions=redirect)
        _, _, usage = os.wait4(child, 0)
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return time.perf_counter() - start, usage.ru_maxrss / scale


def measure(*command: str) -> tuple[float, float]:
    """Medians over several runs; the first one fills caches and is not counted."""
    runs = [process(*command) for _ in range(RUNS + 1)][1:]
    return statistics.median(t for t, _ in runs), statistics.median(m for _, m in runs)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "draft.txt")
        file.write_text(DRAFT, encoding="utf-8")
        keqi = (sys.executable, "-m", "keqi", "check")
        rows = {
            "python -c pass": measure(sys.executable, "-c", "pass"),
            "keqi check": measure(*keqi, str(file)),
            "  with --diff": measure(*keqi, "--diff", str(file)),
        }
    print(f"{'process':<18}{'seconds':>9}{'limit':>7}{'':6}{'peak MB':>9}{'limit':>7}   (median of {RUNS})")
    for name, (seconds, megabytes) in rows.items():
        verdicts = [seconds <= LIMIT_SECONDS, megabytes <= LIMIT_MB]
        one, two = ("pass" if good else "FAIL" for good in verdicts)
        print(f"{name:<18}{seconds:>9.3f}{LIMIT_SECONDS:>7} {one:<5}{megabytes:>9.1f}{LIMIT_MB:>7.0f} {two}")


if __name__ == "__main__":
    main()
