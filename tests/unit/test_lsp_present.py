"""What is shown again without being made again is what would be made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi.adapters.lsp.convert import Client
from keqi.adapters.lsp.document import Change, Document, Place, opened
from keqi.adapters.lsp.examine import Memo, examine
from keqi.adapters.lsp.present import present
from keqi.adapters.lsp.resolver import Context
from keqi.adapters.settings import Project
from keqi.findings import Edit, Finding, Fix
from keqi.settings import Settings
from keqi.suppress import Suppressions
from keqi.text import Unit


class Finder:
    """Objects to every 你, beside 您 in other words, and offers 您."""

    profiles = ("general",)
    selectors = ()

    def under(self, policy: object) -> Finder:
        return self

    def check(self, text: str, holes: object = (), spared: object = None) -> list[Finding]:
        rule = "pronoun.mixed" if "您" in text else "pronoun.you"
        said = f"共 {text.count('你')} 处"
        fixes = lambda at: (Fix("您", True, (Edit(at, at + 1, "您"),)),)  # noqa: E731
        hits = [at for at, char in enumerate(text) if char == "你"]
        return [Finding(at, at + 1, rule, "pronoun", "warning", said, fixes(at)) for at in hits]

    def fix(self, text: str, *args: object, **kwargs: object) -> str:
        return text.replace("你", "您")

    def rule(self, id: str) -> None:
        return None


HERE = Context(Settings(), Finder(), Suppressions(), Project(Settings(), Path("/w")), "a.txt")  # type: ignore[arg-type]
PIECES = st.text(st.sampled_from("你您好😀a，\n"), min_size=1, max_size=4)
EDITS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 12), st.integers(0, 3), PIECES), max_size=8)
LONG = "\n".join(["您好，请讲。"] * 400)
"""What makes a text too long to be read again as a whole."""
FULL = {"related": True, "tags": True, "links": True, "rule_pages": "https://a.cn/"}


def typed(document: Document, edit: tuple[int, int, int, str], unit: Unit) -> Document:
    line, column, length, text = edit
    change = Change(text, Place(line, column), Place(line, column + length))
    return document.changed(document.version + 1, [change], unit)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, min_size=1, max_size=6),
    EDITS,
    st.sampled_from(list(Unit)),
    st.sampled_from(["draft", "lines"]),
    st.booleans(),
    st.booleans(),
)
def test_after_any_edits(
    lines: Sequence[str],
    edits: Sequence[tuple[int, int, int, str]],
    unit: Unit,
    format: str,
    able: bool,
    long: bool,
) -> None:
    client = Client(unit=unit, **(FULL if able else {}))  # type: ignore[arg-type]
    text = "\n".join(lines) + (f"\n{LONG}\n你好" if long else "")
    document, memo = opened("untitled:1", "", 1, text), dict[object, object]()
    shown = present(examine(document, HERE, lambda: format, memo), client)  # type: ignore[arg-type]
    for edit in edits:
        document = typed(document, edit, unit)
        outcome = examine(document, HERE, lambda: format, memo, shown.outcome)  # type: ignore[arg-type]
        shown = present(outcome, client, shown)
        afresh = present(examine(document, HERE, lambda: format, {}), client)
        # With a shortcut, it may be that what was typed has cut a reply in two; that is found out later.
        if not outcome.patches or len(shown.sent) == len(afresh.sent):
            assert shown.sent == afresh.sent


@pytest.mark.parametrize(
    ("text", "edit", "kept"),
    [
        ("你。\n你。\n你。", (2, 1, 0, "好"), 2),
        ("你。\n你。\n你。", (0, 0, 0, "好"), 0),
        ("你。\n你。\n你。", (1, 2, 0, "好"), 2),
    ],
    ids=["at the end", "at the start", "behind the second"],
)
def test_what_stands_before_an_edit_is_not_made_again(
    text: str, edit: tuple[int, int, int, str], kept: int
) -> None:
    memo: Memo = {}
    client, document = Client(), opened("untitled:1", "", 1, text)
    before = present(examine(document, HERE, lambda: "draft", memo), client)
    outcome = examine(typed(document, edit, client.unit), HERE, lambda: "draft", memo, before.outcome)
    after = present(outcome, client, before)
    assert [a is b for a, b in zip(after.sent, before.sent, strict=True)] == [True] * kept + [False] * (
        3 - kept
    )


def test_another_client_gets_all_of_it_anew() -> None:
    memo: Memo = {}
    document = opened("untitled:1", "", 1, "😀你")
    before = present(examine(document, HERE, lambda: "draft", memo), Client(unit=Unit.UTF16))
    outcome = examine(document, HERE, lambda: "draft", memo, before.outcome)
    after = present(outcome, Client(unit=Unit.UTF8), before)
    assert json.loads(after.sent[0])["range"]["start"]["character"] == 4
