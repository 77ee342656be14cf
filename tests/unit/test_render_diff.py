"""The unified diff: what it shows, and that it can be applied."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi.findings import Edit, apply_edits
from keqi.render import diff

CASES = {
    "no edit": ("不行\n", [], ""),
    "a line": ("您好\n不行\n再见\n", [Edit(3, 5, "抱歉")], "@@ -1,3 +1,3 @@\n 您好\n-不行\n+抱歉\n 再见\n"),
    "the only line": ("不行\n", [Edit(0, 2, "抱歉")], "@@ -1 +1 @@\n-不行\n+抱歉\n"),
    "no line end": (
        "不行",
        [Edit(0, 2, "抱歉")],
        "@@ -1 +1 @@\n-不行\n\\ No newline at end of file\n+抱歉\n\\ No newline at end of file\n",
    ),
    "CR LF": ("不行\r\n", [Edit(0, 2, "抱歉")], "@@ -1 +1 @@\n-不行\r\n+抱歉\r\n"),
    "lines that meet": ("甲\n乙\n丙\n", [Edit(1, 2, "")], "@@ -1,3 +1,2 @@\n-甲\n-乙\n+甲乙\n 丙\n"),
    "a new line": ("甲\n乙\n", [Edit(2, 2, "新\n")], "@@ -1,2 +1,3 @@\n 甲\n+新\n 乙\n"),
    "at the end": ("甲\n", [Edit(2, 2, "新\n")], "@@ -1 +1,2 @@\n 甲\n+新\n"),
    "into nothing": ("", [Edit(0, 0, "新\n")], "@@ -0,0 +1 @@\n+新\n"),
    "far apart": (
        "不\n" + "甲\n" * 8 + "不\n",
        [Edit(0, 1, "抱"), Edit(18, 19, "抱")],
        "@@ -1,4 +1,4 @@\n-不\n+抱\n 甲\n 甲\n 甲\n@@ -7,4 +7,4 @@\n 甲\n 甲\n 甲\n-不\n+抱\n",
    ),
}


@pytest.mark.parametrize(("text", "edits", "expected"), CASES.values(), ids=CASES.keys())
def test_what_it_shows(text: str, edits: list[Edit], expected: str) -> None:
    shown = "".join(diff.render("库/甲.txt", text, edits))
    assert shown == (f"--- 库/甲.txt\n+++ 库/甲.txt\n{expected}" if expected else "")


def patched(text: str, patch: str) -> str:
    """A small patch(1) that believes nothing: contexts and counts must be right."""
    old = text.split("\n")
    old = [line + "\n" for line in old[:-1]] + [line for line in old[-1:] if line]
    new: list[str] = []
    at = 0
    body = patch.replace("\n\\ No newline at end of file\n", "\0").split("\n")[2:]
    for line in (part for row in body for part in re.split("(?<=\0)", row) if part):
        header = re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", line)
        if header:
            start = int(header[1]) - (header[2] != "0")
            new += old[at:start]
            at = start
            assert len(new) == int(header[3]) - (header[4] != "0")
            continue
        words = line[1:-1] if line.endswith("\0") else line[1:] + "\n"
        if line[0] != "+":
            assert old[at] == words
            at += 1
        if line[0] != "-":
            new.append(words)
    return "".join(new + old[at:])


@given(st.text(alphabet="甲乙\n\r", max_size=60), st.data())
def test_applying_it_makes_the_edits(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    words = st.text(alphabet="新\n", max_size=3)
    edits = [Edit(a, b, data.draw(words)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    shown = "".join(diff.render("x", text, edits))
    assert patched(text, shown) == apply_edits(text, edits)
    assert bool(shown) == (apply_edits(text, edits) != text)
