"""Completion of standard phrases: when what stands before the cursor asks for them, and as what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice

from lsprotocol import types

from keqi import insertion
from keqi.adapters import phrasebook
from keqi.adapters.lsp.checker import presentable
from keqi.adapters.lsp.convert import offset_of, range_of
from keqi.adapters.lsp.document import Document
from keqi.adapters.lsp.examine import is_too_large
from keqi.adapters.lsp.resolver import Context
from keqi.findings import Edit
from keqi.fold import fold
from keqi.insertion import Writer
from keqi.phrase_search import Finder, Hit, Rank, in_script
from keqi.phrases import snippet
from keqi.region import region_of
from keqi.text import LineIndex, Span, Unit

MOST = 60
"""Items in one answer: nobody reads on, and the next letter asks again."""
SHORTEST = 2
"""Letters without a trigger that ask for phrases: a single one is the beginning of any word."""
LONGEST_LABEL = 36
"""Code points of a phrase that the list shows; the whole phrase stands beside it."""
_UNTYPED = "…"
"""Follows what was typed where nothing is left to type: editors put what is typed to its end before all
else, and here that would be phrases of which somebody typed the last words."""
_LINE = 500
"""Code points of the line before the cursor that are looked at: some files are one line."""
_NEAR = 1000
"""Code points on each side of the cursor that tell which script the draft is written in."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the client can do with an item; the defaults are those of the simplest one."""

    snippets: bool = False
    label_details: bool = False
    as_it_is: bool = False
    """Whether it can be told to leave the lines of an item as they are."""


def abilities_of(capabilities: types.ClientCapabilities) -> Abilities:
    """What a client can do, by its own account."""
    text = capabilities.text_document
    item = text.completion.completion_item if text and text.completion else None
    if item is None:
        return Abilities()
    modes = item.insert_text_mode_support.value_set if item.insert_text_mode_support else ()
    as_it_is = types.InsertTextMode.AsIs in modes
    return Abilities(bool(item.snippet_support), bool(item.label_details_support), as_it_is)


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
    sure: bool = True
    """Whether it can mean nothing else; behind a straight quote it may begin an address (href="/)."""

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
    character 、 lists things and / offers a choice (苹果、梨 · 是/否): there, pinyin must follow, or the
    person must have asked for completion (`explicit`). Numbers, dates, addresses and paths ask for
    nothing.
    """
    triggered = _TRIGGERED.search(before)
    if triggered is not None:
        asked = Asked(triggered.start(), triggered[1], triggered[2])
        wanted = (explicit and not asked.typed) or _PINYIN.fullmatch(asked.typed) is not None
        if before[: asked.start].endswith(('"', "'")):
            return replace(asked, sure=wanted)
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


class Completer:
    """Answers one client. Called from worker threads."""

    def __init__(self) -> None:
        # With each letter that is typed the file is the same but for those letters.
        self._place = lru_cache(maxsize=1)(insertion.place)

    def answer(
        self,
        document: Document,
        params: types.CompletionParams,
        context: Context,
        format_of: Callable[[], str],
        capabilities: types.ClientCapabilities,
        unit: Unit,
    ) -> types.CompletionList:
        """The phrases for a request: those of the document's own lexicons, under its profile."""
        invoked = types.CompletionTriggerKind.Invoked
        explicit = params.context is None or params.context.trigger_kind == invoked
        lines, offset = document.lines, offset_of(document.lines, params.position, unit)
        if _asked_at(lines, offset, explicit) is None:  # most of the time: do not even look at the files
            return _NOTHING
        policy = context.settings.policy
        finder = phrasebook.finder(policy.lexicon, policy.profile)
        writer = partial(self._writer, document, context, format_of)
        return complete(lines, offset, finder, abilities_of(capabilities), unit, explicit, writer)

    def _writer(
        self, document: Document, context: Context, format_of: Callable[[], str], span: Span, sure: bool
    ) -> Writer | None:
        """How phrases are written in place of `span`; None where no reply can stand.

        Unless it is `sure` that they are asked for, the file has to show that one stands there.
        """
        format = "" if is_too_large(document.text) else format_of()
        if not format:
            return None
        text, reading = presentable(document.text), context.settings.reading
        return insertion.writer(text, span, format, reading, self._place, not sure)


_NOTHING = types.CompletionList(is_incomplete=False, items=())


# -- what is offered ----------------------------------------------------------------------------


def _as_typed(span: Span, sure: bool) -> Writer | None:
    return insertion.writer("", span, sure=not sure)


def complete(
    lines: LineIndex,
    offset: int,
    finder: Finder,
    abilities: Abilities,
    unit: Unit,
    explicit: bool = False,
    writer: Callable[[Span, bool], Writer | None] = _as_typed,
) -> types.CompletionList:
    """The phrases to offer at `offset` (code points); an empty list where nothing is asked for.

    `writer` knows how they are written in place of what was typed. Nearly always incomplete, in the
    protocol's sense: with the next letter the order is another.
    """
    asked = _asked_at(lines, offset, explicit)
    if asked is None:
        return _NOTHING
    if not asked.trigger and len(asked.typed) < SHORTEST:
        return types.CompletionList(is_incomplete=True, items=[])
    region = _region(lines.text, offset)
    hits = _found(asked, finder, region is not None)
    write = writer(Span(offset - len(asked.raw), offset), asked.sure) if hits else None
    if write is None:
        return _NOTHING
    menu = _Menu(lines, offset, asked, unit, abilities)
    items = list(islice(menu.items(_written(hits, region, write)), MOST))
    return types.CompletionList(is_incomplete=bool(items), items=items)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A phrase as it may be put in."""

    hit: Hit
    text: str
    """What the customer reads."""
    edit: Edit
    """What makes it so in the file."""


def _written(hits: Iterable[Hit], region: str | None, write: Writer) -> Iterator[_Offer]:
    """The phrases that can be written, in the script of `region`."""
    for hit in hits:
        text = in_script(hit.phrase, region)
        edit = write(text)
        if edit is not None:
            yield _Offer(hit, text, edit)


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


@dataclass(frozen=True, slots=True)
class _Menu:
    """Makes what the editor shows: where phrases are asked for, and by whom."""

    lines: LineIndex
    offset: int
    asked: Asked
    unit: Unit
    abilities: Abilities

    def items(self, offers: Iterable[_Offer]) -> Iterator[types.CompletionItem]:
        """The items of those offers that an editor can make: it replaces nothing beyond the line."""
        line = self.lines.line_span(self.lines.line_at(self.offset))
        fitting = (offer for offer in offers if line.covers(offer.edit.span))
        return (self.item(number, offer) for number, offer in enumerate(fitting))

    def item(self, number: int, offer: _Offer) -> types.CompletionItem:
        """One item, the `number`th best."""
        phrase, edit, scene = offer.hit.phrase, offer.edit, offer.hit.phrase.scene
        typed = Span(self.offset - len(self.asked.raw), self.offset)
        # What else of the reply is written anew might hold braces of its own.
        filled = self.abilities.snippets and bool(phrase.gaps) and edit.span == typed
        new = snippet(edit.text) if filled else edit.text
        details = types.CompletionItemLabelDetails(description=scene.title)
        return types.CompletionItem(
            label=_label(offer.text),
            label_details=details if self.abilities.label_details else None,
            kind=types.CompletionItemKind.Snippet if filled else types.CompletionItemKind.Text,
            detail=" · ".join(filter(None, (scene.title, phrase.title))),
            documentation=offer.text,
            sort_text=f"{number:04}",
            # Editors filter by this against what stands in the line, so it begins with just that.
            filter_text=self.lines.text[edit.start : self.offset] + (offer.hit.rest or _UNTYPED),
            insert_text_format=types.InsertTextFormat.Snippet if filled else None,
            insert_text_mode=self._mode(new),
            text_edit=types.TextEdit(range_of(self.lines, edit.span, self.unit), new),
        )

    def _mode(self, new: str) -> types.InsertTextMode | None:
        """Lines are set in already as the format wants it: the editor must not do so again."""
        return types.InsertTextMode.AsIs if self.abilities.as_it_is and "\n" in new else None


def _label(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LABEL else line[: LONGEST_LABEL - 1] + "…"
