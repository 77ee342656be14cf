"""Fix-all: several findings in one reply become one coherent reply.

All fixes are made together where they can be: one apology, nothing said twice, so that the reply
reads as if written in one go. Where that does not help, one fix after the other is tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from keqi.expressions import late
from keqi.findings import Edit, Finding, Fix, apply_edits
from keqi.plea import PARTS, is_general, is_plea, only_pleads
from keqi.removal import PAUSES, STOPS, take_out
from keqi.rewrite import DELETION, facts_of
from keqi.text import Span, claim

Check = Callable[[str, Sequence[Span]], list[Finding]]
Says = Callable[[str, Sequence[Span]], bool]
"""Whether a text says more than a greeting."""
Choice = Callable[[str, Finding], Sequence[Fix]]
"""The fixes of a finding in a text that may be made, the one to be tried first in front."""
State = tuple[str, list[Finding], Sequence[Span]]
"""A text, what is found in it, and where its holes are."""

_APOLOGY = late(
    r"^(?:亲+[，,])?((?:非常|很|实在|十分|真的|真是)*(?:抱歉|抱歉哦|对不起|對不起|不好意思)[，,])"
)
_SORRY = late("抱歉|对不起|對不起|不好意思|唔好意思|對唔住|对唔住|见谅|見諒|致歉")
_REQUEST = late("请|請|麻烦|麻煩|烦请|煩請|还请|還請")
_WAY_ON = late("^(?:请|請|烦请|煩請|建议您|建議您)|(?:请|請|麻烦|麻煩)您|您可以|由您[决決]定")
_IF = late("^[如若]|的[话話]")
_OPENING = late("(?:请您|請您|麻烦您|麻煩您)(?!谅解|諒解)")
_WAIT = late("等[候待]")


def repair(
    text: str, check: Check, says: Says, unsafe: bool, holes: Sequence[Span], beside: frozenset[str]
) -> str:
    """`text` with fixes made until none leaves fewer findings; safe ones only unless `unsafe`.

    Ends: every round that is kept leaves fewer findings than before. Doing it again changes
    nothing: it stops only where no round would be kept. A round that leaves a reply that `says`
    nothing is not. `beside` names the categories of words of
    address, mended after the acts around them.
    """
    state: State = (text, check(text, holes), holes)
    while (better := _better(state, check, says, unsafe, beside)) is not None:
        state = better
    return state[0]


def _better(state: State, check: Check, says: Says, unsafe: bool, beside: frozenset[str]) -> State | None:
    """The state after the first round of fixes that leaves fewer findings; None when there is none."""
    text, findings, holes = state
    for edits in _rounds(state, unsafe, beside):
        changed = apply_edits(text, edits)
        moved = move_holes(holes, edits)
        left = check(changed, moved)
        if len(left) < len(findings) and (all(e.text for e in edits) or says(changed, moved)):
            return changed, left, moved
    return None


def _rounds(state: State, unsafe: bool, beside: frozenset[str]) -> Iterator[tuple[Edit, ...]]:
    """What may be tried: the best fix of every finding together, asking once, then each fix alone."""
    text, findings, _ = state
    for together in _plans(text, findings, unsafe, beside):
        if together:
            together = without_stray_pauses(text, together)
            lean = with_joined_refusals(text, without_piled_requests(text, together))
            yield from (lean, together) if lean != together else (together,)
    for finding in findings:
        for fix in allowed(text, finding, unsafe):
            yield without_echo(text, fix.edits, "")


def _plans(
    text: str, findings: list[Finding], unsafe: bool, beside: frozenset[str]
) -> Iterator[tuple[Edit, ...]]:
    """The best fix of every finding together.

    Where all would be struck out, or all but a scrap, something is to be said in its place instead.
    """
    best = _together(text, findings, partial(allowed, unsafe=unsafe), beside)
    scrap = unsafe and _leaves_a_scrap(text, best)
    if not scrap:
        yield best
    if unsafe:
        yield _together(text, findings, partial(wordings_first, unsafe=unsafe), beside)
    if scrap:
        yield best


_ONE_SENTENCE = late(r"[^。！？!?；;\n]*[。.！？!?；;~～…]*\s*")
_SCRAP = late(r"[^，,。！？!?；;\n0-9A-Za-z]{0,10}[。.！？!?；;~～…]*\s*")


def _leaves_a_scrap(text: str, edits: Sequence[Edit]) -> bool:
    """Whether the edits leave the first few words of the one sentence that the reply is: 路灯不亮。"""
    struck = any(not edit.text for edit in edits) and edits[0].start > 0
    return struck and bool(_ONE_SENTENCE.fullmatch(text) and _SCRAP.fullmatch(apply_edits(text, edits)))


def allowed(text: str, finding: Finding, unsafe: bool) -> Sequence[Fix]:
    """The fixes that may be applied without asking (or all of them), the one to be tried first in front.

    What may be struck out says little: who takes all offers takes that one, rather than a mere plea for
    understanding, but not rather than a safe wording that keeps what was said.
    """
    fixes = [fix for fix in finding.fixes if fix.safe or unsafe]
    if fixes and fixes[0].safe and not only_pleads(text, fixes[0]):
        return fixes
    return sorted(fixes, key=lambda fix: fix.title != DELETION)


def wordings_first(text: str, finding: Finding, unsafe: bool) -> Sequence[Fix]:
    """The fixes that are `allowed`, with what strikes out behind what says something."""
    return sorted(allowed(text, finding, unsafe), key=lambda fix: fix.title == DELETION)


def _together(text: str, findings: list[Finding], choice: Choice, beside: frozenset[str]) -> tuple[Edit, ...]:
    """The first chosen fix of every finding, coordinated; those that collide with an earlier one wait.

    Acts come first and make one statement; words of address are mended where no act is.
    """
    acts = [f for f in findings if f.category not in beside]
    words = [f for f in findings if f.category in beside]
    taken: list[Span] = []
    chosen = _without_collisions(text, acts, choice, taken)
    made = apology_first(text, tuple(sorted(_without_echoes(text, chosen))))
    taken = []
    for edit in made:
        claim(taken, edit.span)
    return tuple(
        sorted([*made, *(e for edits in _without_collisions(text, words, choice, taken) for e in edits)])
    )


def _without_collisions(
    text: str, findings: list[Finding], choice: Choice, taken: list[Span]
) -> list[tuple[Edit, ...]]:
    """The first chosen fix of each finding, where its place is not `taken`; one apology in all.

    Clauses side by side that are all struck out go as one stretch: they share a comma.
    """
    chosen: list[tuple[Edit, ...]] = []
    struck: Span | None = None
    sorry = False
    for finding in sorted(findings, key=lambda f: f.start):
        fix = next(iter(choice(text, finding)), None)
        if fix is None:
            continue
        gone = _words_of(text, fix.edits[0]) if fix.title == DELETION and len(fix.edits) == 1 else None
        if gone and struck and not text[struck.end : gone.start].strip(PAUSES):
            taken.remove(chosen.pop()[0].span)
            gone = Span(struck.start, gone.end)
            fix = Fix(DELETION, False, (take_out(text, gone.start, gone.end),))
        edits = without_apology(fix.edits) if sorry else fix.edits
        if edits and all(claim(taken, e.span) for e in edits):
            sorry = sorry or any(_SORRY.search(e.text) for e in edits)
            chosen.append(edits)
            struck = gone
    return chosen


def _words_of(text: str, edit: Edit) -> Span:
    """What an edit strikes out, without the marks around it."""
    said = edit.span.of(text)
    start = edit.start + len(said) - len(said.lstrip(PAUSES + STOPS))
    return Span(start, edit.end - (len(said) - len(said.rstrip(PAUSES + STOPS))))


def _without_echoes(text: str, chosen: list[tuple[Edit, ...]]) -> Iterator[Edit]:
    """Of what several edits would say, the last says it: 请您谅解 closes a reply, it does not open one."""
    taken: list[Span] = []
    said = ""
    pleaded = len(text)
    general = len(text)
    for edits in sorted(chosen, reverse=True):
        kept = without_echo(text, edits, said)
        if len(kept) == 1 and is_general(kept[0].text):
            if general < len(text) and not text[kept[0].end : general].strip(PAUSES + STOPS):
                kept = (take_out(text, kept[0].start, kept[0].end),)
            general = kept[0].start
        if len(kept) == 1 and is_plea(kept[0].text):
            if pleaded < len(text) and not set(text[kept[0].end : pleaded]) & set(STOPS):
                kept = (take_out(text, kept[0].start, kept[0].end),)
            else:
                pleaded = kept[0].start
        if all(claim(taken, e.span) for e in kept):
            yield from kept
            said += "\n" + "\n".join(e.text for e in kept)


def apology_first(text: str, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits with an apology moved to the front of the first clause of its sentence that is rewritten.

    A request before it stays before it: 请您参考说明，非常抱歉，暂时无法办理.
    """
    for index, edit in enumerate(edits):
        found = _APOLOGY.match(edit.text)
        if found is None:
            continue
        for earlier, first in enumerate(edits[:index]):
            if _states(text, first) and not set(text[first.start : edit.start]) & set(STOPS):
                led = Edit(first.start, first.end, found[1] + first.text)
                left = Edit(edit.start, edit.end, _drop_apology(edit.text))
                rest = (left,) if left.text or left.start < left.end else ()
                return (*edits[:earlier], led, *edits[earlier + 1 : index], *rest, *edits[index + 1 :])
        break
    return edits


def _states(text: str, edit: Edit) -> bool:
    """Whether the edit puts a statement of its own, not a request, in the place of a whole clause."""
    return (
        bool(edit.text) and not _requests(edit.text) and not _warns(edit.text) and _fills_a_clause(text, edit)
    )


def _requests(wording: str) -> bool:
    """Whether the wording comes to a request or a way on: 换码的话，麻烦您联系供应商. A plea is none."""
    said = [part for part in PARTS.split(wording) if part and not is_plea(part)]
    return bool(_REQUEST.match(wording)) or bool(said and _WAY_ON.search(said[-1]))


def _warns(wording: str) -> bool:
    """Whether the wording says what will be if: nothing to apologise for."""
    return bool(_IF.search(wording)) and not _CANNOT.search(wording)


def _fills_a_clause(text: str, edit: Edit) -> bool:
    """Whether the edit replaces a whole clause, from one mark to the next."""
    around = (text[: edit.start][-1:], text[edit.end : edit.end + 1])
    marked = all(not sign or sign in PAUSES + STOPS for sign in around)
    return edit.start < edit.end and (marked or edit.text[-1:] in tuple(STOPS))


def without_apology(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The same edits where an earlier one has apologised already."""
    dropped = (Edit(e.start, e.end, _drop_apology(e.text)) for e in edits)
    return tuple(e for e in dropped if e.text or e.start < e.end)


def _drop_apology(text: str) -> str:
    found = _APOLOGY.match(text)
    return text[: found.start(1)] + text[found.end(1) :] if found else text


def without_echo(text: str, edits: tuple[Edit, ...], said: str) -> tuple[Edit, ...]:
    """The edits without what the reply (or an edit before, `said`) says already.

    When nothing is left to say, or only a condition for it, the old words are only taken out. What
    completes a clause of the draft (蛋糕做好了改不了) stays: without it, that would say something else.
    """
    if not edits:
        return edits
    start, end = min(e.start for e in edits), max(e.end for e in edits)
    others = text[:start] + "\n" + text[end:] + "\n" + said
    whole = [e for e in edits if _fills_a_clause(text, e) or PARTS.search(e.text)]
    if not whole:
        return edits
    completing = [e.text for e in edits if e not in whole and e.text]
    parts = [p for e in whole for p in PARTS.split(e.text) if p.strip(" ~!！?？谢謝")]
    heard = _plainly(others)
    again = set(PARTS.split(_plainly(said)))

    def is_said(part: str) -> bool:
        plain = _plainly(part)
        # 改不了 in another clause is about something else: a decision belongs to its own.
        longer = len(part) >= 4 and plain in heard and not _CANNOT.search(part)
        return (plain in again or longer) and not facts_of(part)

    known = list(filter(is_said, parts))
    if not known:
        return edits
    left = [p for p in parts if p not in known]
    if completing or not all(map(_ONLY_IF.search, left)):
        return tuple(Edit(e.start, e.end, _drop_parts(e.text, known)) if e in whole else e for e in edits)
    return (take_out(text, start, end),)


_ONLY_IF = late("的(?:[话話]|[时時]候)$")
"""Ends a condition, which by itself says nothing."""


def _plainly(text: str) -> str:
    """`text` with one word for words that say the same: who asked for patience has asked for patience."""
    return _WAIT.sub("等待", text).replace("一下", "")


def without_stray_pauses(text: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """`edits` without the comma before a wording of which what stood before is gone."""
    kept: list[Edit] = []
    said, done = "", 0
    for edit in edits:
        said = (said + text[done : edit.start])[-1:]
        new = edit.text.lstrip("，,") if not said or said in PAUSES + STOPS else edit.text
        kept.append(Edit(edit.start, edit.end, new))
        said, done = (said + new)[-1:], edit.end
    return tuple(kept)


def without_piled_requests(text: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """`edits` where one 请您 does for clauses side by side: 请您别着急，耐心等待.

    Only words that the edits themselves write are left out, and only within a sentence.
    """
    kept: list[Edit] = []
    opening, done = "", 0
    for edit in edits:
        between = text[done : edit.start]
        beside = bool(kept) and bool(between) and not between.strip(PAUSES)
        parts = PARTS.split(edit.text)
        first = _OPENING.match(parts[0])
        said = edit.text
        if first and beside and first[0] == opening:
            said = said[first.end() :]
        if edit.text:
            last = _OPENING.match(parts[-1])
            opening = last[0] if last else ""
        kept.append(Edit(edit.start, edit.end, said))
        done = edit.end
    return tuple(kept)


_CANNOT = late("(?:暂时|暫時)?(无法|無法)")
_REFUSED = late("无法[^，,。]*$|無法[^，,。]*$")


def with_joined_refusals(text: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """`edits` where a refusal right behind another joins it: 暂时无法为您退款，也无法换货."""
    kept: list[Edit] = []
    done, refused = 0, False
    for edit in edits:
        between = text[done : edit.start]
        beside = refused and bool(between) and not between.strip(PAUSES)
        again = _CANNOT.match(edit.text) if beside else None
        kept.append(Edit(edit.start, edit.end, f"也{again[1]}{edit.text[again.end() :]}") if again else edit)
        refused = bool(_REFUSED.search(edit.text))
        done = edit.end
    return tuple(kept)


def _drop_parts(text: str, known: list[str]) -> str:
    for part in known:
        text = re.sub(rf"[，,]{re.escape(part)}(?=[，,。；;！？!?]|$)|^{re.escape(part)}[，,]", "", text)
    return text


def move_holes(holes: Sequence[Span], edits: Sequence[Edit]) -> Sequence[Span]:
    """Where the holes lie after the edits, which touch none of them."""
    if not holes:
        return holes

    def shift(hole: Span) -> int:
        return sum(len(e.text) - (e.end - e.start) for e in edits if e.end <= hole.start)

    return tuple(hole.shift(shift(hole)) for hole in holes)
