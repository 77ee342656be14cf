"""Results of earlier checks on disk, so that an unchanged file is not checked again.

A result is kept under everything that it depends on: the file's bytes, how it is read, the
policy, the lexicon, and keqi itself. So it cannot be stale; what is no longer asked for is
dropped in time. The findings quote replies: they are encrypted with a key that only the file's
own bytes give, and whoever has the cache but not the file reads nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from keqi.findings import Edit, Finding, Fix

LARGEST = 256 << 20
"""Bytes of results that are kept; the ones not asked for longest go first."""
_NAME = "results.sqlite"
_TABLE = "CREATE TABLE IF NOT EXISTS results (id BLOB PRIMARY KEY, at INTEGER, data BLOB) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class Result:
    """What is remembered of a file."""

    findings: list[Finding]
    used: frozenset[str] = frozenset()
    """Entries of the ignore file that covered something."""
    after: str = ""
    """The last day (`YYYY-MM-DD`) on which this did not yet hold: a suppression was in force then."""
    until: str = ""
    """The last day on which this still holds, since a suppression expires then."""

    def holds(self, today: str) -> bool:
        """Whether the same suppressions are in force as when it was found."""
        return not (self.after and today <= self.after) and not (self.until and today > self.until)


class Results:
    """The cache in `folder`; one that cannot be used is as good as empty."""

    def __init__(self, folder: Path, about: Sequence[str]) -> None:
        """`about`: what the results depend on besides each file."""
        self._about = hashlib.sha256("\0".join(about).encode("utf-8", "surrogatepass")).digest()
        self._database: sqlite3.Connection | None = None
        self._new: list[tuple[bytes, int, bytes]] = []
        self._seen: list[tuple[int, bytes]] = []
        self._now = int(time.time())
        with suppress(OSError, sqlite3.Error):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            database = sqlite3.connect(folder / _NAME, timeout=2, isolation_level=None)
            database.execute("PRAGMA synchronous=OFF")
            database.execute(_TABLE)
            (folder / _NAME).chmod(0o600)
            self._database = database

    def secret(self, data: bytes, how: str) -> bytes:
        """What the result of a file with this `data`, read in this way, is encrypted with."""
        digest = hashlib.sha256(self._about + how.encode("utf-8", "surrogatepass") + b"\0")
        digest.update(data)
        return digest.digest()

    def get(self, secret: bytes, today: str) -> Result | None:
        """The result kept under `secret`, if it still holds today."""
        if self._database is None:
            return None
        try:
            name = _name(secret)
            row = self._database.execute("SELECT data, at FROM results WHERE id = ?", (name,)).fetchone()
            if row is None:
                return None
            result = _loaded(zlib.decompress(_crypt(row[0], secret)))
        except (sqlite3.Error, zlib.error, ValueError, TypeError, LookupError):
            return None
        if not result.holds(today):
            return None
        if self._now - row[1] > 86_400:
            self._seen.append((self._now, name))
        return result

    def put(self, secret: bytes, result: Result) -> None:
        """Keep `result` under `secret`; written when closed."""
        data = _crypt(zlib.compress(_dumped(result), 1), secret)
        self._new.append((_name(secret), self._now, data))

    def close(self) -> None:
        """Write what is new, and drop what has not been asked for longest when there is too much."""
        if self._database is None:
            return
        with suppress(sqlite3.Error):
            if self._new or self._seen:
                self._database.execute("BEGIN IMMEDIATE")
                self._database.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", self._new)
                self._database.executemany("UPDATE results SET at = ? WHERE id = ?", self._seen)
                self._prune()
                self._database.execute("COMMIT")
        self._database.close()
        self._database = None

    def _prune(self) -> None:
        assert self._database is not None
        if not self._new:
            return
        total = self._database.execute("SELECT coalesce(sum(length(data)), 0) FROM results").fetchone()[0]
        if total > LARGEST:
            rows = self._database.execute("SELECT id, length(data) FROM results ORDER BY at").fetchall()
            for name, length in rows:
                if total <= LARGEST // 2:
                    break
                self._database.execute("DELETE FROM results WHERE id = ?", (name,))
                total -= length


def _name(secret: bytes) -> bytes:
    """What the result is found by; the secret cannot be had from it."""
    return hashlib.sha256(b"name" + secret).digest()[:16]


def _crypt(data: bytes, secret: bytes) -> bytes:
    """`data` encrypted, or decrypted: every secret is used for one result only."""
    stream = hashlib.shake_256(b"data" + secret).digest(len(data))
    mixed = int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")
    return mixed.to_bytes(len(data), "little")


def _dumped(result: Result) -> bytes:
    """A result as JSON: lists, for they are short."""
    rows = [
        [
            *(f.start, f.end, f.rule, f.severity, f.message),
            [[x.title, x.safe, [[e.start, e.end, e.text] for e in x.edits]] for x in f.fixes],
        ]
        for f in result.findings
    ]
    days = [result.after, result.until]
    data = {"findings": rows, "used": sorted(result.used), "days": days}
    return json.dumps(data, separators=(",", ":")).encode()


def _loaded(data: bytes) -> Result:
    said = json.loads(data)
    findings = [
        Finding(
            start,
            end,
            rule,
            rule.partition(".")[0],
            severity,
            message,
            tuple(Fix(title, safe, tuple(Edit(*e) for e in edits)) for title, safe, edits in fixes),
        )
        for start, end, rule, severity, message, fixes in said["findings"]
    ]
    return Result(findings, frozenset(said["used"]), *said["days"])


def stamp() -> str:
    """What changes whenever keqi itself does: version, and the times of its files in a working copy."""
    package = Path(__file__).resolve().parents[1]
    times = [
        f"{entry.name}{entry.stat().st_mtime_ns}"
        for folder in (package, *(package / name for name in ("adapters", "formats", "matchers")))
        for entry in sorted(os.scandir(folder), key=lambda e: e.name)
        if entry.name.endswith(".py")
    ]
    return " ".join(times)
