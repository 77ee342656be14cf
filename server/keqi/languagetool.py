"""LanguageTool's HTTP protocol, without HTTP: parameters in, the answer's data out. Pure.

What clients send and need was established from LanguageTool's own server and from the sources of
seven clients. All offsets in the answer count UTF-16 code units, as theirs do.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keqi.findings import Finding, Fix, apply_edits, at_least
from keqi.fold import fold
from keqi.formats import Segment, SourceMap
from keqi.matchers import Absence, Count
from keqi.rules import CATEGORIES, Rule
from keqi.text import Span

LANGUAGES = (
    ("Chinese", "zh-CN"),
    ("Chinese (Hong Kong)", "zh-HK"),
    ("Chinese (Singapore)", "zh-SG"),
    ("Chinese (Taiwan)", "zh-TW"),
)
"""What `/v2/languages` lists: clients refuse a language that is not among these."""

_NAMES = {code: name for name, code in LANGUAGES}
_CODE = re.compile(r"auto|[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[”’」』\"')）]*|[^。！？!?\n]+")
_OLD_NAMES = {
    "enabled": "enabledRules",
    "disabled": "disabledRules",
    "preferredvariants": "preferredVariants",
    "autodetect": "language=auto",
}
_MODES = ("all", "textLevelOnly", "allButTextLevelOnly", "batch")
_LEVELS = {"default": "warning", "picky": "hint"}
_AROUND = 40
"""Characters of context on each side of a match."""
_MOST_REPLACEMENTS = 10
_MOST_WHEN_COMPACT = 5


class BadRequestError(ValueError):
    """Parameters that contradict each other or the protocol; the text says which, in English."""


@dataclass(frozen=True, slots=True)
class Query:
    """A request to `/v2/check`, understood."""

    segment: Segment
    """What is to be checked; its map leads to the text and markup as sent."""
    source: str
    """Text and markup as sent, one behind the other: what offsets in the answer refer to."""
    language: str
    """As asked for, `auto` included."""
    enabled: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()
    """Ids of rules and categories, as clients write them."""
    enabled_only: bool = False
    picky: bool = False
    mode: str = "all"
    compact: bool = False

    @property
    def is_chinese(self) -> bool:
        """Whether there is anything that keqi could judge."""
        other = self.language != "auto" and not self.language.lower().startswith(("zh", "yue", "cmn"))
        return not other and _HAN.search(self.segment.text) is not None


def understood(parameters: Mapping[str, str]) -> Query:
    """The request that `parameters` make. Raises BadRequestError; unknown ones are ignored."""
    for old, new in _OLD_NAMES.items():
        if old in parameters:
            raise BadRequestError(f"The parameter '{old}' is gone, please use '{new}'.")
    language = parameters.get("language", "")
    if not language:
        raise BadRequestError("Missing 'language' parameter, e.g. 'language=zh-CN' or 'language=auto'")
    if not _CODE.fullmatch(language):
        raise BadRequestError(f"'{language[:20]}' is not a language code known to keqi")
    segment, source = _texts(parameters)
    mode = parameters.get("mode", "all")
    if mode not in _MODES:
        raise BadRequestError(f"'mode' must be one of {', '.join(_MODES)}")
    level = parameters.get("level", "default")
    if level not in _LEVELS:
        raise BadRequestError("'level' must be 'default' or 'picky'")
    enabled = _ids(parameters, "enabledRules", "enabledCategories")
    disabled = _ids(parameters, "disabledRules", "disabledCategories")
    only = parameters.get("enabledOnly", "").lower() in ("true", "yes")
    if only and disabled:
        raise BadRequestError("You cannot specify disabled rules or categories using enabledOnly=true")
    if only and not enabled:
        raise BadRequestError("You must specify enabled rules or categories using enabledOnly=true")
    if parameters.get("preferredVariants") and language != "auto" and "multilingual" not in parameters:
        raise BadRequestError("You specified 'preferredVariants' but you didn't specify 'language=auto'")
    return Query(
        segment,
        source,
        language,
        enabled,
        disabled,
        only,
        level == "picky",
        mode,
        parameters.get("c") == "1",
    )


def _ids(parameters: Mapping[str, str], *names: str) -> frozenset[str]:
    listed = (part.strip() for name in names for part in parameters.get(name, "").split(","))
    return frozenset(filter(None, listed))


def _texts(parameters: Mapping[str, str]) -> tuple[Segment, str]:
    """What is to be checked, and text and markup as sent."""
    text, data = parameters.get("text"), parameters.get("data")
    if (text is None) == (data is None):
        raise BadRequestError("Set either 'text' or 'data' parameter, not both and not neither")
    if text is not None:
        return Segment(text, Span(0, len(text))), text
    assert data is not None
    try:
        said = json.loads(data)
    except ValueError as error:
        raise BadRequestError("Could not parse 'data' as JSON") from error
    plain, annotation = (said.get("text"), said.get("annotation")) if isinstance(said, dict) else (None, None)
    if (plain is None) == (annotation is None):
        raise BadRequestError("'data' must have either the key 'text' or the key 'annotation'")
    if annotation is None:
        if not isinstance(plain, str):
            raise BadRequestError("'text' in 'data' must be a string")
        return Segment(plain, Span(0, len(plain))), plain
    return _annotated(annotation)


def _annotated(annotation: object) -> tuple[Segment, str]:
    """The text of an annotated document, with the way back to text and markup."""
    if not isinstance(annotation, list):
        raise BadRequestError("'annotation' must be an array")
    read: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    holes: list[Span] = []
    source = ""
    at = 0
    sent: list[str] = []
    for part in annotation:
        shown, raw, is_markup = _part(part)
        if is_markup:
            if shown.strip():
                holes.append(Span(len(starts), len(starts) + len(shown)))
            starts += [at] * len(shown)
            ends += [at + len(raw)] * len(shown)
        else:
            starts += range(at, at + len(raw))
            ends += range(at + 1, at + len(raw) + 1)
        read.append(shown)
        sent.append(raw)
        at += len(raw)
    source = "".join(sent)
    span = Span(0, len(source))
    return Segment("".join(read), span, tuple(holes), SourceMap(tuple(starts), tuple(ends))), source


def _part(part: object) -> tuple[str, str, bool]:
    """One annotation: what is read, what was sent, and whether it is markup."""
    said = part if isinstance(part, dict) else {}
    text, markup, shown = (said.get(name) for name in ("text", "markup", "interpretAs"))
    if isinstance(text, str) and markup is None and shown is None:
        return text, text, False
    if isinstance(markup, str) and text is None and (shown is None or isinstance(shown, str)):
        return shown or "", markup, True
    raise BadRequestError("Each annotation needs either 'text', or 'markup' and perhaps 'interpretAs'")


# -- the answer -----------------------------------------------------------------------------------


def languages() -> list[dict[str, str]]:
    """The answer to `/v2/languages`."""
    return [{"name": name, "code": "zh", "longCode": code} for name, code in LANGUAGES]


def rule_id(rule: str) -> str:
    """A rule's id as clients of LanguageTool can write it: `refusal.bare` → `KEQI_REFUSAL_BARE`."""
    return "KEQI_" + re.sub(r"[^A-Z0-9]", "_", rule.upper())


def answer(
    query: Query, findings: Sequence[Finding], rules: Mapping[str, Rule], version: str
) -> dict[str, Any]:
    """The answer to `/v2/check` for the findings in the query's segment, by position."""
    units = _Units(query.source)
    wanted = [f for f in findings if _is_wanted(query, f, rules.get(f.rule))]
    matches = [_match(query, f, rules.get(f.rule), units) for f in wanted]
    code = _code(query)
    detected = {"name": "Chinese", "code": code, "confidence": 1.0 if query.is_chinese else 0.0}
    body: dict[str, Any] = {
        "software": {
            "name": "keqi",
            "version": version,
            "buildDate": "2026-01-01 00:00:00 +0000",
            "apiVersion": 1,
            "premium": False,
            "status": "",
        },
        "warnings": {"incompleteResults": False},
        "language": {
            "name": _NAMES[code],
            "code": code,
            "detectedLanguage": {**detected, "source": "keqi"},
        },
        "matches": sorted(matches, key=lambda m: (m["offset"], m["length"])),
        "sentenceRanges": [list(r) for r in _sentence_ranges(query.source, units)],
        "extendedSentenceRanges": [],
    }
    if query.compact:
        del body["software"], body["warnings"]
    return body


def _code(query: Query) -> str:
    asked = query.language.replace("_", "-")
    if asked in _NAMES:
        return asked
    hant = asked.lower() == "zh-hant" or fold(query.segment.text).traditional
    return "zh-TW" if hant else "zh-CN"


def _is_wanted(query: Query, finding: Finding, rule: Rule | None) -> bool:
    names = {rule_id(finding.rule), finding.rule, _category(finding.category), finding.category}
    if query.enabled_only and not names & query.enabled:
        return False
    if names & query.disabled:
        return False
    if not at_least(finding.severity, _LEVELS["picky" if query.picky else "default"]):
        return bool(names & query.enabled)
    # The browser add-on asks for either half of the rules, so each must be in exactly one.
    whole = rule is not None and isinstance(rule.matcher, Absence | Count)
    return query.mode in ("all", "batch") or whole == (query.mode == "textLevelOnly")


def _category(name: str) -> str:
    return "KEQI_" + name.upper().replace("-", "_")


def _match(query: Query, finding: Finding, rule: Rule | None, units: _Units) -> dict[str, Any]:
    span, values = _place(query, finding)
    most = _MOST_WHEN_COMPACT if query.compact else _MOST_REPLACEMENTS
    replacements = [
        {"value": value} | ({"autoCorrect": True} if safe and not n else {})
        for n, (value, safe) in enumerate(values[:most])
    ]
    title = rule.title if rule else finding.rule
    offset, end = units.at(span.start), units.at(span.end)
    made: dict[str, Any] = {
        "message": finding.message,
        "shortMessage": title,
        "replacements": replacements,
        "offset": offset,
        "length": max(end - offset, 1),
        "context": _context(query.source, span),
        "sentence": _sentence(query.source, span),
        "type": {"typeName": "Other"},
        "rule": {
            "id": rule_id(finding.rule),
            "description": rule.why if rule and rule.why else title,
            "issueType": "register" if finding.category in ("pronoun", "address") else "style",
            "category": {
                "id": _category(finding.category),
                "name": CATEGORIES.get(finding.category, finding.category),
            },
            "isPremium": False,
        },
        "ignoreForIncompleteSentence": finding.start == finding.end,
        "contextForSureMatch": -1 if finding.start == finding.end else 0,
    }
    if query.compact:
        del made["context"], made["sentence"]
    return made


def _place(query: Query, finding: Finding) -> tuple[Span, list[tuple[str, bool]]]:
    """What a match covers in the source, and what may stand there instead, with whether it is safe.

    A client replaces just what the match covers, so it covers all that the best fix changes. Where
    markup lies inside, nothing is offered: it would be lost.
    """
    text = query.segment.text
    inside = [x for x in finding.fixes if _covers(finding.span, x)]
    span = finding.span
    if not inside and finding.fixes:
        edits = finding.fixes[0].edits
        span = Span(min(span.start, edits[0].start), max(span.end, edits[-1].end))
        inside = [x for x in finding.fixes if _covers(span, x)]
    if not len(span):
        last = len(text.rstrip()) or len(text)
        anchor = Span(max(last - 1, 0), last)
        values = [(_within(text, anchor, x), x.safe) for x in finding.fixes if _covers(anchor, x)]
        return query.segment.source_span(anchor) if text else Span(0, 0), values
    source = query.segment.source_span(span)
    if len(source) != len(span):
        return source, []
    return source, [(_within(text, span, x), x.safe) for x in inside]


def _covers(span: Span, fix: Fix) -> bool:
    return all(span.start <= e.start and e.end <= span.end for e in fix.edits)


def _within(text: str, span: Span, fix: Fix) -> str:
    """What stands in `span` once the fix is made."""
    tail = len(text) - span.end
    done = apply_edits(text, fix.edits)
    return done[span.start : len(done) - tail]


def _context(text: str, span: Span) -> dict[str, Any]:
    """A match with up to `_AROUND` characters around it; `...` marks what was cut off."""
    start, end = max(span.start - _AROUND, 0), min(span.end + _AROUND, len(text))
    head, tail = "..." if start else "", "..." if end < len(text) else ""
    shown = re.sub(r"[\r\n]", " ", text[start:end])
    before = _length(head + shown[: span.start - start])
    return {"text": head + shown + tail, "offset": before, "length": max(_length(span.of(text)), 1)}


def _sentence(text: str, span: Span) -> str:
    for found in _SENTENCE.finditer(text):
        if found.end() > span.start:
            return found[0].strip()
    return text.strip()


def _sentence_ranges(text: str, units: _Units) -> Iterator[tuple[int, int]]:
    for found in _SENTENCE.finditer(text):
        if found[0].strip():
            yield units.at(found.start()), units.at(found.end())


def _length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


class _Units:
    """Offsets in code points of one text as offsets in UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self._wide = [n for n, char in enumerate(text) if char > "\uffff"] if not text.isascii() else []

    def at(self, offset: int) -> int:
        """The offset in UTF-16 code units."""
        return offset + bisect_right(self._wide, offset - 1)
