"""The ignore file and the baseline on disk."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keqi.adapters.files import FileError, write_new
from keqi.documents import Located
from keqi.findings import Finding
from keqi.suppress import CATEGORY, EXPIRED, MESSAGES, UNUSED, Ignored, Suppressions, fingerprint

VERSION = 1


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The findings that somebody decided to live with, one by one."""

    path: Path
    entries: Mapping[str, Ignored] = field(default_factory=dict)
    """By fingerprint."""
    text: str = ""
    """What the file holds, to know when it changes."""


def read_ignored(path: Path) -> IgnoreFile:
    """The ignore file at `path`; an empty one where there is none. FileError for one that cannot be used."""
    text, data = _load(path)
    if data is None:
        return IgnoreFile(path)
    listed = data.get("ignored")
    if not isinstance(listed, list):
        raise FileError(str(path), "bad-ignore-file", line=1)
    entries: dict[str, Ignored] = {}
    for raw in listed:
        known = raw if isinstance(raw, dict) else {}
        said = {name: str(known.get(name, "")) for name in ("rule", "path", "reason", "until", "fingerprint")}
        at = text.find(f'"{said["fingerprint"]}"')
        if not re.fullmatch("[0-9a-f]{16}", said["fingerprint"]) or not _is_day(said["until"]):
            raise FileError(str(path), "bad-ignore-file", line=text.count("\n", 0, max(at, 0)) + 1)
        line = text.count("\n", 0, at) + 1
        entries[said["fingerprint"]] = Ignored(**said, line=line)
    return IgnoreFile(path, entries, text)


def _is_day(until: str) -> bool:
    return not until or re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", until) is not None


def add_ignored(path: Path, entries: Iterable[Ignored]) -> int:
    """Add `entries` to the ignore file at `path`, which may not exist yet; how many were new."""
    known = read_ignored(path).entries
    new = {e.fingerprint: e for e in entries if e.fingerprint not in known}
    if new:
        listed = [_entry(e) for e in (*known.values(), *new.values())]
        _dump(path, {"version": VERSION, "ignored": listed})
    return len(new)


def unused(entry: Ignored, content: str, today: str = "") -> Finding:
    """The finding, in the ignore file that holds `content`, that an entry of it covers nothing.

    Where it is known what day it is (`YYYY-MM-DD`), whether that is because its last day is over.
    """
    rule = EXPIRED if Suppressions(today=today).expired(entry.until) else UNUSED
    at = max(content.find(f'"{entry.fingerprint}"'), 0)
    end = min(at + len(entry.fingerprint) + 2, len(content))
    return Finding(at, end, rule, CATEGORY, "warning", MESSAGES[rule][0])


def entry_for(found: Located, path: str, reason: str = "", until: str = "") -> Ignored:
    """What ignores `found`, in the file that the ignore file calls `path`."""
    mark = fingerprint(found.inner, found.segment.text)
    return Ignored(mark, found.finding.rule, path, reason, until)


def _entry(ignored: Ignored) -> dict[str, str]:
    said = {
        "rule": ignored.rule,
        "path": ignored.path,
        "fingerprint": ignored.fingerprint,
        "reason": ignored.reason,
        "until": ignored.until,
    }
    return {name: value for name, value in said.items() if value}


def baseline_of(located: Sequence[Located]) -> Counter[str]:
    """How often each finding of a file occurs in it, by fingerprint."""
    return Counter(fingerprint(at.inner, at.segment.text) for at in located)


def read_baseline(path: Path) -> dict[str, dict[str, int]]:
    """For each file, as the baseline calls it, its findings by fingerprint. Raises FileError."""
    _, data = _load(path)
    if data is None:
        raise FileError(str(path), "missing-baseline")
    files = data.get("files")
    good = isinstance(files, dict) and all(
        isinstance(marks, dict) and all(isinstance(n, int) for n in marks.values())
        for marks in files.values()
    )
    if not good:
        raise FileError(str(path), "bad-baseline")
    assert isinstance(files, dict)
    return files


def read_baseline_or_complain(
    path: Path, complain: Callable[[FileError], None]
) -> Mapping[str, Mapping[str, int]]:
    """As `read_baseline`; an empty one, once it has been said why, where it cannot be used."""
    try:
        return read_baseline(path)
    except FileError as error:
        complain(error)
        return {}


def write_baseline(path: Path, files: Mapping[str, Mapping[str, int]]) -> None:
    """Write the baseline at `path`, wholly or not at all; sorted, so that a diff of it can be read."""
    ordered = {name: dict(sorted(marks.items())) for name, marks in sorted(files.items()) if marks}
    _dump(path, {"version": VERSION, "files": ordered})


def _load(path: Path) -> tuple[str, dict[str, Any] | None]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return "", None
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(str(path), "unreadable", reason=type(error).__name__) from error
    try:
        data = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise FileError(str(path), "bad-json-file", line=line) from error
    return text, data if isinstance(data, dict) else {}


def _dump(path: Path, data: object) -> None:
    write_new(path, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())
