"""Documents: replies checked one by one, and nothing but the edits changed in the file."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi import documents
from keqi.findings import Edit, Finding, Fix, apply_edits
from keqi.formats import FORMATS, FormatError
from keqi.text import Span

NAMES = [f.name for f in FORMATS if not f.binary]


class Fake:
    """Flags 不行 (→ 抱歉) and, less safely, 急 (deleted), outside holes."""

    def __init__(self) -> None:
        self.checked: list[str] = []

    def check(self, text: str, holes: tuple[Span, ...] = ()) -> list[Finding]:
        self.checked.append(text)
        return [
            self.finding(m)
            for m in re.finditer("不行|急", text)
            if not any(h.covers(Span(*m.span())) for h in holes)
        ]

    @staticmethod
    def finding(match: re.Match[str]) -> Finding:
        safe = match.group() == "不行"
        edit = Edit(*match.span(), "抱歉" if safe else "")
        return Finding(
            *match.span(), "refusal.bare", "refusal", "error", "不", (Fix(edit.text, safe, (edit,)),)
        )

    def fix(self, text: str, unsafe: bool = False, holes: tuple[Span, ...] = ()) -> str:
        fixes = [f.fixes[0] for f in self.check(text, holes)]
        return apply_edits(text, [e for f in fixes if f.safe or unsafe for e in f.edits])


class Identity(Fake):
    def fix(self, text: str, unsafe: bool = False, holes: tuple[Span, ...] = ()) -> str:
        return text


def test_findings_stand_where_they_are_in_the_document() -> None:
    text = "您好\n\n这个不行\n\n# 不行\n"
    found = documents.check(Fake(), text, "markdown")
    assert [(f.start, f.end, f.span.of(text)) for f in found] == [(6, 8, "不行"), (12, 14, "不行")]
    assert [f.fixes[0].edits for f in found] == [(Edit(6, 8, "抱歉"),), (Edit(12, 14, "抱歉"),)]


def test_a_finding_inside_markup() -> None:
    text = "> 这个**不\n> 行**\n\n`不行` 不**行**"
    found = documents.check(Fake(), text, "markdown")
    assert [f.span.of(text) for f in found] == ["不**行"]


def test_the_same_reply_is_checked_once() -> None:
    fake = Fake()
    assert len(documents.check(fake, "不行\n\n您好\n\n不行\n\n不行")) == 3
    assert fake.checked == ["不行", "您好"]


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("plain", "\ufeff这个不行\r\n\r\n  您急\t\r\n", "\ufeff这个抱歉\r\n\r\n  您急\t\r\n"),
        ("draft", "这个不行\n\n不行\n", "这个抱歉\n\n抱歉\n"),
        ("markdown", "- 这个**不行**  \n  `不行`\n", "- 这个**抱歉**  \n  `不行`\n"),
        ("markdown", "|不行|\n|-|\n|**不**行|", "|不行|\n|-|\n|**抱歉**|"),
    ],
)
def test_fix_changes_the_wording_only(format: str, text: str, expected: str) -> None:
    assert documents.fix(Fake(), text, format) == expected


def test_unsafe_fixes_only_when_asked() -> None:
    assert documents.fix(Fake(), "您急不行") == "您急抱歉"
    assert documents.fix(Fake(), "您急不行", unsafe=True) == "您抱歉"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("您好\r\n急\r\n再见", "您好\r\n再见"),
        ("急\n您好\n急\n", "您好\n"),
        ("您好\n急", "您好"),
    ],
)
def test_a_line_that_a_fix_empties_goes(text: str, expected: str) -> None:
    assert documents.fix(Fake(), text, unsafe=True) == expected


def test_what_lies_between_two_changes_of_marked_text_is_not_written_anew() -> None:
    text = "**甲**不行*乙*不行"
    assert documents.edits(Fake(), text, "markdown") == [Edit(5, 7, "抱歉"), Edit(10, 12, "抱歉")]


def test_what_is_too_long_for_a_reply_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST", 5)
    assert documents.fix(Fake(), "您好不行。", "plain") == "您好抱歉。"
    for work in (documents.check, documents.fix):
        with pytest.raises(documents.ReplyTooLongError) as caught:
            work(Fake(), "您好\n\n这个不行。。", "plain")
        assert (caught.value.line, caught.value.length) == (3, 6)


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown format"):
        documents.check(Fake(), "", "pdf")


replies = st.lists(
    st.sampled_from(
        [
            "不行",
            "急",
            "您好",
            "\n",
            "\n\n",
            "\r\n",
            "*",
            "**",
            "`",
            "> ",
            "- ",
            "|",
            "😀",
            " ",
            "#",
            "[",
            "](x)",
        ]
    )
).map("".join)


@given(replies, st.sampled_from(NAMES))
def test_nothing_to_fix_changes_nothing(text: str, format: str) -> None:
    with suppress(FormatError):
        assert documents.fix(Identity(), text, format) == text


@given(replies, st.sampled_from(NAMES))
def test_findings_are_in_order_and_cover_what_was_found(text: str, format: str) -> None:
    try:
        found = documents.check(Fake(), text, format)
    except FormatError:
        return  # what is no JSON has no replies
    assert [f.start for f in found] == sorted(f.start for f in found)
    for finding in found:
        words = re.sub(r"[^不行急]", "", finding.span.of(text))
        assert words in ("不行", "急")


@given(replies, st.sampled_from(["plain", "draft"]))
def test_a_fixed_document_has_nothing_left_to_fix(text: str, format: str) -> None:
    fixed = documents.fix(Fake(), text, format)
    assert "不行" not in fixed
    assert fixed.replace("抱歉", "不行") == text


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("markdown", "急**急**，好", "，好"),
        ("html", "<p><b>急</b>，好</p>", "<p>，好</p>"),
        ("html", "<p><b><i>急</i></b>，好</p>", "<p>，好</p>"),
        ("html", "<p><b>急好</b></p>", "<p><b>好</b></p>"),
    ],
)
def test_markup_that_would_enclose_nothing_goes_too(format: str, text: str, expected: str) -> None:
    assert documents.fix(Fake(), text, format, unsafe=True) == expected
