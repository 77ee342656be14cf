"""Switching a rule off in the text of a settings file, leaving everything else as it is. Pure.

Every edit is tried and read back: if the file does not then say what it should, and nothing else
than before, the next way is tried. None is better than a settings file that means something else.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from keqi.adapters.settings import PYPROJECT, settings_in
from keqi.findings import Edit, apply_edits
from keqi.settings import Settings

OFF = "none"


def turned_off(file: Path, text: str, rule: str, path: str = "") -> Edit | None:
    """The edit of `text`, the content of `file`, that switches `rule` off.

    For the whole project, or for the file at `path` (relative to the settings file, with `/`).
    None where no edit does so for sure: the file is broken, or written in an unusual way.
    """
    before, problems = settings_in(file, text)
    if problems or not _is_toml(text):
        return None
    section = "tool.keqi." if file.name == PYPROJECT else ""
    tries = _for_path(text, rule, path, section) if path else _for_project(text, rule, section)
    for edit in tries:
        after, problems = settings_in(file, apply_edits(text, [edit]))
        if not problems and _does(before, after, rule, path):
            return edit
    return None


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _does(before: Settings, after: Settings, rule: str, path: str) -> bool:
    """Whether `after` says what it should and everything else as `before`."""
    changed = {"files"} if path else {"rules", "layers", "origins"}
    same = all(
        getattr(before, f.name) == getattr(after, f.name) for f in fields(Settings) if f.name not in changed
    )
    if not path:
        return same and dict(after.rules) == {**before.rules, rule: OFF}
    added = after.files[len(before.files) :]
    return (
        same
        and after.files[: len(before.files)] == before.files
        and len(added) == 1
        and added[0].values == {"rules": {rule: OFF}}
        and added[0].paths == (glob_of(path),)
    )


def glob_of(path: str) -> str:
    """A pattern that means the file at `path` and, but for odd names, no other."""
    special = re.sub(r"[*?\[\]]", "?", path)
    return special if "/" in path else f"/{special}"


def _for_path(text: str, rule: str, path: str, section: str) -> Iterator[Edit]:
    lines = (f"[[{section}files]]", f"path = {_quoted(glob_of(path))}", f"rules = {{ {_entry(rule)} }}")
    yield _appended(text, lines)


def _for_project(text: str, rule: str, section: str) -> Iterator[Edit]:
    """The ways in which levels of rules may be written, the likeliest first."""
    name = re.escape(rule)
    for found in re.finditer(rf"""(?m)(["']?)\b{name}\1\s*=\s*("[^"\n]*"|'[^'\n]*'|true|false)""", text):
        yield Edit(found.start(2), found.end(2), _quoted(OFF))
    header = re.search(rf"(?m)^\s*\[\s*{re.escape(section)}rules\s*\][^\n]*(?:\n|\Z)", text)
    if header:
        entry = _entry(rule) + _line_end(text)
        lead = "" if header[0].endswith("\n") else _line_end(text)
        yield Edit(header.end(), header.end(), lead + entry)
    inline = re.search(r"(?m)^\s*rules\s*=\s*\{[^\S\n]*(\})?", text)
    if inline:
        at = inline.start(1) if inline[1] else inline.end()
        yield Edit(at, at, f"{_entry(rule)} " if inline[1] else f"{_entry(rule)}, ")
    yield _appended(text, (f"[{section}rules]", _entry(rule)))
    yield Edit(0, 0, f"rules.{_entry(rule)}{_line_end(text)}")


def _entry(rule: str) -> str:
    return f"{_quoted(rule)} = {_quoted(OFF)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _appended(text: str, lines: tuple[str, ...]) -> Edit:
    """The edit that puts a section at the end, behind a blank line."""
    end = _line_end(text)
    lead = end if not text or text.endswith("\n") else end * 2
    body = end.join(lines) + end
    return Edit(len(text), len(text), (lead if text.strip() else "") + body)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
