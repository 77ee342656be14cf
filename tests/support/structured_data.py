"""What JSON, YAML and TOML owe the reader, whatever the spelling: an independent parser is the judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from format_laws import AWKWARD, Replacing, parsing_the_fixed_is_fixing_the_parsed, spans_hold_what_they_say

from keqi import documents
from keqi.findings import Edit, apply_edits
from keqi.formats import BY_NAMES, FormatError, Reading, by_name, naming
from keqi.render.messages import Messages
from keqi.text import LineIndex

EVERYTHING = Reading(keys=("**",))
"""Every string value with Chinese in it is a reply."""


def mended(data: Any, wording: str = AWKWARD) -> Any:
    """`data` as a parser gives it, with every reply in it fixed; keys stay."""
    if isinstance(data, dict):
        return {key: mended(value, wording) for key, value in data.items()}
    if isinstance(data, list):
        return [mended(item, wording) for item in data]
    is_reply = isinstance(data, str) and naming.HAN.search(data)
    return Replacing(wording).fix(data) if is_reply else data


def the_fix_is_right(format: str, text: str, load: Callable[[str], Any]) -> None:
    """Assert every law for `text`, of which `load` is an independent parser."""
    spans_hold_what_they_say(format, text, EVERYTHING)
    fixed = parsing_the_fixed_is_fixing_the_parsed(format, text, reading=EVERYTHING)
    assert load(fixed) == mended(load(text))


def any_wording_fits(format: str, text: str, wording: str, load: Callable[[str], Any]) -> None:
    """Assert that the file still holds what it did, and `wording` where it is to hold that."""
    fixed = documents.fix(Replacing(wording), text, format, reading=EVERYTHING)
    assert load(fixed) == mended(load(text), wording)


def by_label(format: str, text: str, reading: Reading = BY_NAMES) -> dict[str, str]:
    """The replies of a file by their labels."""
    return {s.label: s.text for s in by_name(format).segments(text, reading)}


def edited(format: str, text: str, old: str, new: str) -> str:
    """The file with `new` in place of `old` in its only reply."""
    (segment,) = by_name(format).segments(text, EVERYTHING)
    start = segment.text.index(old)
    return apply_edits(text, segment.source_edits([Edit(start, start + len(old), new)]))


def fault(format: str, text: str) -> tuple[str, str, str] | None:
    """Kind, place as `line:column` and wording of what is wrong with a file; None when nothing is."""
    try:
        list(by_name(format).segments(text, BY_NAMES))
    except FormatError as error:
        line, column = LineIndex(text).position(error.offset)
        place = {"line": line + 1, "column": column + 1}
        for lang in ("en", "zh"):
            said = Messages(lang).failure("x", error.kind, {**place, **error.details})
        return error.kind, f"{line + 1}:{column + 1}", said
    return None


def whatever_it_is_it_is_read_or_refused(format: str, text: str) -> None:
    """Assert that nothing but a FormatError with a place and a wording comes of any text."""
    if fault(format, text) is None:
        spans_hold_what_they_say(format, text, EVERYTHING)
        before = len(list(by_name(format).segments(text, EVERYTHING)))
        fixed = documents.fix(Replacing(), text, format, reading=EVERYTHING)
        assert len(list(by_name(format).segments(fixed, EVERYTHING))) <= before
    for comment in by_name(format).comments(text):
        assert comment.text in comment.span.of(text)
