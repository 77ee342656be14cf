"""The replies in examples/ show what keqi does: some are fine, some are not, and fixing helps."""

from __future__ import annotations

from pathlib import Path

import pytest

import keqi
from keqi import documents
from keqi.findings import at_least
from keqi.formats import by_name, for_path

FILES = sorted((Path(__file__).parents[2] / "examples").iterdir())
LINTER = keqi.Linter()


def blamed(reply):
    return any(at_least(f.severity, "warning") for f in LINTER.check(reply.text, reply.holes))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_about_half_of_the_replies_are_fine(file):
    replies = list(by_name(for_path(file).name).segments(file.read_text(encoding="utf-8")))
    spoken = [reply for reply in replies if len(reply.text) > 6]
    bad = sum(map(blamed, spoken))
    assert len(spoken) >= 8
    assert 0.25 <= bad / len(spoken) <= 0.6


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_fixing_helps_and_keeps_the_layout(file):
    text, name = file.read_text(encoding="utf-8"), for_path(file).name
    fixed = documents.fix(LINTER, text, name)
    assert len(documents.check(LINTER, fixed, name)) < len(documents.check(LINTER, text, name))
    assert fixed.count("\n") == text.count("\n")
    for mark in ("{订单号}", "`{订单号}`", "| --- |", "https://help.example.com/desk?id=12", "3000K"):
        assert fixed.count(mark) == text.count(mark)
