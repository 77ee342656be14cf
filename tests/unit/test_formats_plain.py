"""Plain text and drafts: where one reply ends and the next begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi.formats import FORMATS, SUFFIXES, by_name, for_path

# Text, and the replies that are in it.
LIBRARIES = {
    "nothing": ("", []),
    "blank lines only": ("\n \n\t\r\n", []),
    "one line": ("您好", ["您好"]),
    "one line with its end": ("您好\n", ["您好"]),
    "lines of one reply": ("您好,\n请稍等。\n", ["您好,\n请稍等。"]),
    "a blank line between two": ("您好\n\n请稍等\n", ["您好", "请稍等"]),
    "a line of spaces is blank": ("您好\n \t \n请稍等\n", ["您好", "请稍等"]),
    "an ideographic space is white": ("您好\n\u3000\n\u3000\u3000请稍等\n", ["您好", "请稍等"]),
    "many blank lines": ("\n\n您好\n\n\n\n请稍等\n\n", ["您好", "请稍等"]),
    "CR LF": ("您好,\r\n请\r\n\r\n稍等\r\n", ["您好,\r\n请", "稍等"]),
    "CR alone": ("您好,\r请\r\r稍等\r", ["您好,\r请", "稍等"]),
    "spaces around a reply are not part of it": ("  您好  \n\n  请稍等  ", ["您好", "请稍等"]),
    "U+2028 ends no line": ("您好\u2028\u2028请", ["您好\u2028\u2028请"]),
    "a byte order mark is no character of a reply": ("\ufeff您好", ["您好"]),
}

DRAFTS = {
    "nothing": ("", []),
    "blank": (" \n\t\n", []),
    "paragraphs stay together": ("您好\n\n请稍等\n", ["您好\n\n请稍等"]),
    "spaces around it are left out": ("\ufeff\n  您好 \n", ["您好"]),
}


@pytest.mark.parametrize(("text", "replies"), LIBRARIES.values(), ids=LIBRARIES.keys())
def test_one_reply_a_paragraph(text: str, replies: list[str]) -> None:
    assert [s.text for s in by_name("plain").segments(text)] == replies


@pytest.mark.parametrize(("text", "replies"), DRAFTS.values(), ids=DRAFTS.keys())
def test_a_draft_is_one_reply(text: str, replies: list[str]) -> None:
    assert [s.text for s in by_name("draft").segments(text)] == replies


@given(st.text(alphabet="您好,\n\r \t\u3000\u2028\ufeff😀x"), st.sampled_from(["plain", "draft"]))
def test_a_segment_is_the_text_at_its_span(text: str, name: str) -> None:
    segments = list(by_name(name).segments(text))
    end = 0
    for segment in segments:
        assert segment.span.of(text) == segment.text == segment.text.strip()
        assert end <= segment.span.start
        end = segment.span.end
    visible = "".join(text.replace("\ufeff", "").split())
    assert "".join("".join(s.text.replace("\ufeff", "").split()) for s in segments) == visible


@given(st.text(alphabet="您好 \n\r\t"))
def test_no_paragraph_holds_a_blank_line(text: str) -> None:
    for segment in by_name("plain").segments(text):
        lines = segment.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert all(line.strip() for line in lines)


def test_a_line_of_many_megabytes_is_read_in_one_pass() -> None:
    text = "请稍等 " * 1_000_000
    assert [len(s.text) for s in by_name("plain").segments(text)] == [len(text) - 1]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("库/回复.txt", "plain"),
        ("README.md", "markdown"),
        ("A.MARKDOWN", "markdown"),
        ("没有后缀", "plain"),
        ("回复.xyz", "plain"),
        (".md", "plain"),
    ],
)
def test_the_ending_of_a_name_means_a_format(path: str, name: str) -> None:
    assert for_path(path).name == name


def test_formats_are_known_by_name() -> None:
    assert [by_name(f.name) for f in FORMATS] == list(FORMATS)
    assert {".txt", ".md", ".markdown"} <= SUFFIXES
    with pytest.raises(ValueError, match=r"markdwon.*markdown"):
        by_name("markdwon")
