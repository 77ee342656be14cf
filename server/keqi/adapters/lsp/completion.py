"""Completion of standard phrases: when what stands before the cursor asks for them, and as what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lsprotocol import types

from keqi.adapters import phrasebook
from keqi.adapters.lsp.convert import offset_of, range_of
from keqi.adapters.lsp.document import Document
from keqi.fold import fold
from keqi.phrase_search import Finder, Hit, Rank, in_script
from keqi.phrases import snippet
from keqi.rewrite import region_of
from keqi.settings import Policy
from keqi.text import LineIndex, Span, Unit

MOST = 60
"""Items in one answer: nobody reads on, and the next letter asks again."""
SHORTEST = 2
"""Letters without a trigger that ask for phrases: a single one is the beginning of any word."""
LONGEST_LABEL = 36
"""Code points of a phrase that the list shows; the whole phrase stands beside it."""
_LINE = 500
"""Code points of the line before the cursor that are looked at: some files are one line."""
_NEAR = 1000
"""Code points on each side of the cursor that tell which script the draft is written in."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the client can do with an item; the defaults are those of the simplest one."""

    snippets: bool = False
    label_details: bool = False


def abilities_of(capabilities: types.ClientCapabilities) -> Abilities:
    """What a client can do, by its own account."""
    text = capabilities.text_document
    item = text.completion.completion_item if text and text.completion else None
    if item is None:
        return Abilities()
    return Abilities(bool(item.snippet_support), bool(item.label_details_support))


# -- what is asked for --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed to get phrases."""

    start: int
    """Where it begins in the text that was looked at, in code points."""
    trigger: str
    """`/`, `、` or empty."""
    typed: str
    """What stands behind the trigger; may be empty."""

    @property
    def raw(self) -> str:
        """All of it, as it stands in the line: what is chosen replaces it."""
        return self.trigger + self.typed


_HAN = "\u3400-\u9fff\uf900-\ufaff"
_TRIGGERED = re.compile(rf"([/、])([A-Za-z0-9'{_HAN}]{{0,20}})$")
_LETTERS = re.compile("[a-z]{1,20}$")
_PINYIN = re.compile("[a-z]{2,}")
_CLOSE = frozenset("/\\.~_-%&=#@<>()[]{}*+$^|`、")
"""Marks that belong to what follows them: paths, addresses, code, formulas, enumerations."""
_APART = re.compile(r"[\s，。！？；：“”‘’（）《》【】…]")


def asked_in(before: str, explicit: bool = False) -> Asked | None:
    """What the end of `before` (the line up to the cursor) asks for; None when it is only text.

    A trigger counts at the start of a line and behind a blank or punctuation. Behind a Chinese
    character 、 lists things and / offers a choice (苹果、梨 · 是/否), behind a straight quote begins an
    address (href="/): there, pinyin must follow, or the person must have asked for completion
    (`explicit`). Numbers, dates, addresses and paths ask for nothing.
    """
    triggered = _TRIGGERED.search(before)
    if triggered is not None:
        asked = Asked(triggered.start(), triggered[1], triggered[2])
        wanted = (explicit and not asked.typed) or _PINYIN.fullmatch(asked.typed) is not None
        return asked if _free(before[: asked.start], wanted) else None
    letters = _LETTERS.search(before)
    if letters is None or not _free(before[: letters.start()], wanted=True):
        return None
    return Asked(letters.start(), "", letters[0])


def _free(before: str, wanted: bool) -> bool:
    """Whether what follows `before` stands for itself; where both is possible, whether it is `wanted`."""
    if not before:
        return True
    last = before[-1]
    if last.isalnum():
        return wanted and not last.isascii() and not last.isdigit() and not _in_path(before)
    if last in "\"'":
        return wanted
    if last == ":":
        return not before[-2:-1].isascii()
    return last not in _CLOSE


def _in_path(before: str) -> bool:
    word = _APART.split(before)[-1]
    return "/" in word or "\\" in word


def answer(
    document: Document,
    params: types.CompletionParams,
    policy: Policy,
    capabilities: types.ClientCapabilities,
    unit: Unit,
) -> types.CompletionList:
    """The phrases for a completion request: those of the document's own lexicons, under its profile."""
    explicit = params.context is None or params.context.trigger_kind == types.CompletionTriggerKind.Invoked
    lines, offset = document.lines, offset_of(document.lines, params.position, unit)
    if _asked_at(lines, offset, explicit) is None:  # most of the time: do not even look at the files
        return _NOTHING
    finder = phrasebook.finder(policy.lexicon, policy.profile)
    return complete(lines, offset, finder, abilities_of(capabilities), unit, explicit)


_NOTHING = types.CompletionList(is_incomplete=False, items=())


# -- what is offered ----------------------------------------------------------------------------


def complete(
    lines: LineIndex,
    offset: int,
    finder: Finder,
    abilities: Abilities,
    unit: Unit,
    explicit: bool = False,
) -> types.CompletionList:
    """The phrases to offer at `offset` (code points); an empty list where nothing is asked for.

    Nearly always incomplete, in the protocol's sense: with the next letter the order is another.
    """
    asked = _asked_at(lines, offset, explicit)
    if asked is None:
        return _NOTHING
    if not asked.trigger and len(asked.typed) < SHORTEST:
        return types.CompletionList(is_incomplete=True, items=[])
    region = _region(lines.text, offset)
    hits = _found(asked, finder, region is not None)
    place = range_of(lines, Span(offset - len(asked.raw), offset), unit)
    items = [_item(hit, n, asked, place, region, abilities) for n, hit in enumerate(hits[:MOST])]
    return types.CompletionList(is_incomplete=bool(items), items=items)


def _asked_at(lines: LineIndex, offset: int, explicit: bool) -> Asked | None:
    start = lines.line_span(lines.line_at(offset)).start
    return asked_in(lines.text[max(start, offset - _LINE) : offset], explicit)


def _region(text: str, offset: int) -> str | None:
    """The region whose Traditional script is written round the cursor; None for Simplified."""
    return region_of(fold(text[max(offset - _NEAR, 0) : offset + _NEAR]))


def _found(asked: Asked, finder: Finder, traditional: bool) -> Sequence[Hit]:
    """What to offer, best first."""
    if not asked.typed:
        return [Hit(phrase, Rank.LABEL) for phrase in finder.overview(MOST, traditional)]
    hits = finder.search(asked.typed, traditional)
    if asked.trigger:
        return hits
    # Letters alone may be an English word: only what begins with them is worth an interruption.
    return [hit for hit in hits if hit.rank <= Rank.CLAUSE]


def _item(
    hit: Hit, number: int, asked: Asked, place: types.Range, region: str | None, abilities: Abilities
) -> types.CompletionItem:
    phrase = hit.phrase
    text = in_script(phrase, region)
    filled = abilities.snippets and bool(phrase.gaps)
    details = types.CompletionItemLabelDetails(description=phrase.scene.title)
    return types.CompletionItem(
        label=_label(text),
        label_details=details if abilities.label_details else None,
        kind=types.CompletionItemKind.Snippet if filled else types.CompletionItemKind.Text,
        detail=" · ".join(filter(None, (phrase.scene.title, phrase.title))),
        documentation=text,
        sort_text=f"{number:04}",
        # Editors filter by this against what stands in the line, so it begins with just that.
        filter_text=asked.raw + hit.rest,
        insert_text_format=types.InsertTextFormat.Snippet if filled else None,
        text_edit=types.TextEdit(place, snippet(text) if filled else text),
    )


def _label(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LABEL else line[: LONGEST_LABEL - 1] + "…"
