"""LanguageTool's HTTP protocol, without HTTP: parameters in, the answer's data out. Pure.

What clients send and need was established from LanguageTool's own server and from the sources of
seven clients. All offsets in the answer count UTF-16 code units, as theirs do.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keqi.findings import Edit, Finding, Fix, apply_edits, at_least
from keqi.fold import fold
from keqi.formats import Segment, SourceMap
from keqi.matchers import Absence, Count
from keqi.rules import Rule, category_name
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
    english: bool = False
    """Whether who reads the answer is at home in English: `motherTongue`, since `language` is the text's."""

    @property
    def may_be_chinese(self) -> bool:
        """Whether the client says nothing against it."""
        return self.language == "auto" or self.language.lower().startswith(("zh", "yue", "cmn"))

    @property
    def is_chinese(self) -> bool:
        """Whether there is anything that keqi could judge."""
        return self.may_be_chinese and _HAN.search(self.segment.text) is not None


_PAIR = re.compile(rb"[^&]+")
_BAD_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


def form(body: bytes) -> dict[str, str]:
    """The parameters in a form, percent-encoded UTF-8; of several alike the last, none without `=`.

    Raises BadRequestError for what is no form in UTF-8.
    """
    if _BAD_PERCENT.search(body):
        raise BadRequestError("The request has a '%' that begins no percent-encoded byte")
    pairs = (pair[0].partition(b"=") for pair in _PAIR.finditer(body))
    try:
        return {_decoded(name): _decoded(value) for name, equals, value in pairs if equals}
    except UnicodeDecodeError as error:
        raise BadRequestError("The request is not in UTF-8") from error


def _decoded(raw: bytes) -> str:
    return _ESCAPES.sub(_unescaped, raw.replace(b"+", b" ")).decode()


def _unescaped(escapes: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escapes[0].replace(b"%", b"").decode("ascii"))


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
    variants = parameters.get("preferredVariants", "")
    if variants and language != "auto" and "multilingual" not in parameters:
        raise BadRequestError("You specified 'preferredVariants' but you didn't specify 'language=auto'")
    if not all("-" in variant for variant in variants.split(",") if variant.strip()):
        raise BadRequestError("'preferredVariants' must be variants such as 'zh-CN', with a hyphen")
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
        is_english(parameters.get("motherTongue", "")),
    )


def is_english(language: str) -> bool:
    """Whether a language code means English, wherever it is spoken."""
    return re.split("[-_]", language.lower())[0] == "en"


def _ids(parameters: Mapping[str, str], *names: str) -> frozenset[str]:
    listed = (part.strip() for name in names for part in parameters.get(name, "").split(","))
    return frozenset(filter(None, listed))


def _texts(parameters: Mapping[str, str]) -> tuple[Segment, str]:
    """What is to be checked, and text and markup as sent."""
    text, data = parameters.get("text"), parameters.get("data")
    if (text is None) == (data is None):
        raise BadRequestError("Set either 'text' or 'data' parameter, not both and not neither")
    if text is not None:
        return _plain(text)
    assert data is not None
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRequestError("Could not parse 'data' as JSON") from error
    plain, annotation = (said.get("text"), said.get("annotation")) if isinstance(said, dict) else (None, None)
    if (plain is None) == (annotation is None):
        raise BadRequestError("'data' must have either the key 'text' or the key 'annotation'")
    if annotation is None:
        if not isinstance(plain, str):
            raise BadRequestError("'text' in 'data' must be a string")
        return _plain(plain)
    return _annotated(annotation)


def _plain(text: str) -> tuple[Segment, str]:
    whole = _whole(text)
    return Segment(whole, Span(0, len(whole))), whole


_HALF = re.compile("[\ud800-\udfff]")


def _whole(text: str) -> str:
    """`text` with half characters, which JSON can carry, as U+FFFD: each is one unit, so offsets stay."""
    return _HALF.sub("\ufffd", text)


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
        return _whole(text), _whole(text), False
    if isinstance(markup, str) and text is None and (shown is None or isinstance(shown, str)):
        return _whole(shown or ""), _whole(markup), True
    raise BadRequestError("Each annotation needs either 'text', or 'markup' and perhaps 'interpretAs'")


# -- the answer -----------------------------------------------------------------------------------


def languages() -> list[dict[str, str]]:
    """The answer to `/v2/languages`."""
    return [{"name": name, "code": "zh", "longCode": code} for name, code in LANGUAGES]


def rule_id(rule: str) -> str:
    """A rule's id as clients of LanguageTool can write it: `refusal.bare` → `KEQI_REFUSAL_BARE`."""
    return "KEQI_" + re.sub(r"[^A-Z0-9]", "_", rule.upper())


def answer(
    query: Query,
    findings: Sequence[Finding],
    rules: Mapping[str, Rule],
    version: str,
    complete: bool = True,
) -> dict[str, Any]:
    """The answer to `/v2/check` for the findings in the query's segment, by position.

    Not `complete`: the check took too long, and the client said that it would take less.
    """
    source = _Source(query.source)
    wanted = [f for f in findings if _is_wanted(query, f, rules.get(f.rule))]
    matches = [_match(query, f, rules.get(f.rule), source) for f in wanted]
    body: dict[str, Any] = {
        "software": _software(version),
        "warnings": {"incompleteResults": not complete},
        "language": _language(query),
        "matches": sorted(matches, key=lambda m: (m["offset"], m["length"])),
        "sentenceRanges": [[source.units(s.start), source.units(s.end)] for s in source.sentences],
        "extendedSentenceRanges": [],
    }
    if not complete:
        body["warnings"]["incompleteResultsReason"] = "Checking took longer than allowed"
    if query.compact:
        del body["software"]
        if complete:
            del body["warnings"]
    return body


def _software(version: str) -> dict[str, Any]:
    return {
        "name": "keqi",
        "version": version,
        "buildDate": "2026-01-01 00:00:00 +0000",
        "apiVersion": 1,
        "premium": False,
        "status": "",
    }


def _language(query: Query) -> dict[str, Any]:
    """The language used; one that keqi cannot judge is given back as it was asked for."""
    code = _code(query)
    name = _NAMES.get(code, code)
    confidence = 1.0 if query.is_chinese else 0.0
    detected = {"name": name, "code": code, "confidence": confidence, "source": "keqi"}
    return {"name": name, "code": code, "detectedLanguage": detected}


def _code(query: Query) -> str:
    asked = query.language.replace("_", "-")
    if asked in _NAMES or not query.may_be_chinese:
        return asked
    hant = asked.lower().startswith("zh-hant") or fold(query.segment.text).traditional
    return "zh-TW" if hant else "zh-CN"


def _is_wanted(query: Query, finding: Finding, rule: Rule | None) -> bool:
    names = {rule_id(finding.rule), finding.rule, _category(finding.category), finding.category}
    if query.enabled_only and not names & query.enabled:
        return False
    if names & query.disabled:
        return False
    low = not at_least(finding.severity, _LEVELS["picky" if query.picky else "default"])
    if low and not names & query.enabled:
        return False
    # The browser add-on asks for either half of the rules, so each must be in exactly one.
    whole = rule is not None and isinstance(rule.matcher, Absence | Count)
    return query.mode in ("all", "batch") or whole == (query.mode == "textLevelOnly")


def _category(name: str) -> str:
    return "KEQI_" + name.upper().replace("-", "_")


def _match(query: Query, finding: Finding, rule: Rule | None, source: _Source) -> dict[str, Any]:
    span, values = _place(query, finding)
    title = rule.title_in(query.english) if rule else finding.rule
    offset = source.units(span.start)
    missing = finding.start == finding.end
    made: dict[str, Any] = {
        "message": rule.en if query.english and rule and rule.en else finding.message,
        "shortMessage": title,
        "replacements": _replacements(values, _MOST_WHEN_COMPACT if query.compact else _MOST_REPLACEMENTS),
        "offset": offset,
        "length": source.units(span.end) - offset,
        "type": {"typeName": "Other"},
        "rule": _rule(finding, title, rule, query.english),
        "ignoreForIncompleteSentence": missing,
        "contextForSureMatch": -1 if missing else 0,
    }
    if not query.compact:
        made["context"] = _context(query.source, span)
        made["sentence"] = source.sentence(span.start)
    return made


def _replacements(values: Sequence[tuple[str, bool]], most: int) -> list[dict[str, Any]]:
    """What may be put in a match's place; only the first may say that it can be, unread."""
    return [
        {"value": value, "autoCorrect": True} if safe and not number else {"value": value}
        for number, (value, safe) in enumerate(values[:most])
    ]


def _rule(finding: Finding, title: str, rule: Rule | None, english: bool) -> dict[str, Any]:
    category = category_name(finding.category, english)
    return {
        "id": rule_id(finding.rule),
        "description": rule.why_in(english) if rule and rule.why else title,
        "issueType": "register" if finding.category in ("pronoun", "address") else "style",
        "category": {"id": _category(finding.category), "name": category},
        "isPremium": False,
    }


def _place(query: Query, finding: Finding) -> tuple[Span, list[tuple[str, bool]]]:
    """What a match covers in the source, and what may stand there instead, with whether it is safe.

    A client replaces just what the match covers, so it covers all that the best fix changes, and
    never nothing. Where markup lies inside, nothing is offered: it would be lost.
    """
    text, span = query.segment.text, finding.span
    if finding.fixes:
        edits = finding.fixes[0].edits
        span = Span(min(span.start, *(e.start for e in edits)), max(span.end, *(e.end for e in edits)))
    if not len(span):
        last = len(text.rstrip()) or len(text)
        at = min(max(span.start, 1), last)
        span = Span(at - 1, at)
    source = query.segment.source_span(span)
    if len(source) != len(span) or query.source[source.start : source.end] != span.of(text):
        return source, []
    inside = (x for x in finding.fixes if all(span.start <= e.start and e.end <= span.end for e in x.edits))
    return source, [(_within(text, span, x), x.safe) for x in inside]


def _within(text: str, span: Span, fix: Fix) -> str:
    """What stands in `span` once the fix, which changes nothing else, is made."""
    edits = (Edit(e.start - span.start, e.end - span.start, e.text) for e in fix.edits)
    return apply_edits(span.of(text), tuple(edits))


def _context(text: str, span: Span) -> dict[str, Any]:
    """A match with up to `_AROUND` characters around it; `...` marks what was cut off."""
    start, end = max(span.start - _AROUND, 0), min(span.end + _AROUND, len(text))
    head, tail = "..." if start else "", "..." if end < len(text) else ""
    shown = re.sub(r"[\r\n]", " ", text[start:end])
    before = _length(head + shown[: span.start - start])
    return {"text": head + shown + tail, "offset": before, "length": _length(span.of(text))}


def _length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


class _Source:
    """A text as sent: its sentences, and its offsets in UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._wide = [n for n, char in enumerate(text) if char > "\uffff"] if not text.isascii() else []
        self.sentences = [Span(*found.span()) for found in _SENTENCE.finditer(text) if found[0].strip()]
        """Every stretch up to a mark that ends a sentence."""
        self._ends = [sentence.end for sentence in self.sentences]

    def units(self, offset: int) -> int:
        """An offset in code points as one in UTF-16 code units."""
        return offset + bisect_left(self._wide, offset)

    def sentence(self, offset: int) -> str:
        """The sentence around an offset."""
        at = min(bisect_right(self._ends, offset), len(self.sentences) - 1)
        return self.sentences[at].of(self._text).strip() if self.sentences else self._text.strip()
