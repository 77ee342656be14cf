"""Wordings that only ask for understanding or are a mere courtesy: 请您谅解, 非常抱歉，给您带来了不便.

They say nothing, which makes them the safest thing to put in the place of a taunt, and the emptiest:
behind facts that disappoint nobody, 请您谅解 is nonsense. So they are safe only where they fit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from keqi.expressions import late
from keqi.findings import Finding, Fix
from keqi.removal import PAUSES
from keqi.reply import Reply
from keqi.text import Span

PARTS = late("[，,。；;]")
"""What stands between the parts of a wording."""

_FORGIVE = (
    r"(?:[还還]?[请請]您(?:多多)?|敬[请請]|感谢您的|感謝您的)(?:谅解|諒解|理解|包涵)哦?[。.]?"
    "|(?:[这這]方面)?希望您能?(?:多多)?(?:谅解|諒解|体谅|體諒|理解)[。.]?"
)
_PLEA = late(
    rf"{_FORGIVE}|我的服[务務]如有不周|(?:[还還]?[请請]您(?:多多)?|敬[请請])留意哦?[。.]?"
    "|您可以再考[虑慮]一下[。.]?|[欢歡]迎您[随隨]时?時?[咨諮][询詢][。.]?"
    "|您(?:[现現]在|反映|遇到|提到)?的(?:心情|情[况況]|要求|意[见見]|[问問][题題]|[顾顧][虑慮])我[们們]?(?:[都也])?(?:理解|已[经經][了瞭]解|[了瞭]解了)[。.]?"
    "|我理解您的(?:心情|想法|感受|[顾顧][虑慮])[。.]?|您的感受我[们們]理解[。.]?|[这這][种種]情[况況]我[们們]也感到[遗遺]憾[。.]?"
    "|您有不清楚的地方可以告[诉訴]我[。.]?|感[谢謝]您的意[见見][。.]?"
    "|[给給]您[带帶][来來][了瞭]?不便[。.]?"
    "|[请請]您(?:先)?(?:[讲講]一下主要的情[况況]|[听聽]我[说說]明一下)[。.]?"
    "|(?:目前(?:[咨諮][询詢]的客[户戶]|等候的人|需要[处處]理的事情)比[较較]多|目前比[较較]忙|我正在[处處]理其他事情)[。.]?"
)
_OFFER = late(
    "我(?:再|[来來])?(?:[为為]您|[帮幫]您|[协協]助您)?(?:看|查|[说說]明|核[实實]|[了瞭]解|[处處]理)(?:一下)?[。.]?"
    "|您有(?:什么|什麼)[顾顧][虑慮]|可以告[诉訴]我[。.]?|具[体體]情[况況]想跟您再核[对對]一下[。.]?"
    "|[请請]您[说說]一下具[体體]的情[况況][。.]?|[请請][问問]有什[么麼]可以[帮幫]您(?:的[吗嗎])?[?？。.]?"
)
"""Offers to look into whatever it may be: one of them does."""
_SORRY = late("(?:非常|很|十分|[实實]在|真的)?抱歉|[对對]不起|不好意思")
"""By itself no plea: an apology is for something."""
_AND_WAIT = late("(?<=比[较較]多|比[较較]忙|他事情)[，,][请請]您稍等")
"""Belongs to the excuse before it; by itself it tells what to do."""
_FORGIVENESS = late(_FORGIVE)
_LETDOWN = late(
    "(?<![您用])不|[没沒无無未]|只能|只有|[过過][了期]|晚[了点點]|[完光满滿停]了|下架|下班|[关關][门門]|[错錯][过過]|超[过過]|[涨漲贵貴]|失[败敗]"
    "|故障|取消|延[误誤]|抱歉|[对對]不起"
)
"""What a customer has to bear with."""
_REFUSING = frozenset({"refusal", "ignorance", "excuse", "buck-passing"})
"""Categories of acts that let a customer down, however they are put."""

_CANNOT = late("[无無]法|不[能上了]|没有|沒有")


NEEDING_A_REASON = frozenset({"请您谅解", "请您留意"})
"""Wordings that ask something of the customer about what has been said: by themselves they are not offered."""


def follows_something(reply: Reply, clause: int) -> bool:
    """Whether the reply has said something before the clause of that number, beyond a greeting."""
    return not reply.says_nothing(0, clause - 1)


def without_closing_plea(wording: str) -> str:
    """A refusal without the 请您谅解 that closes it: in mid-sentence it tears the reason off."""
    said, mark, last = wording.rpartition("，") if "，" in wording else wording.rpartition(",")
    refusal = mark and _FORGIVENESS.fullmatch(last) and _CANNOT.search(said) and not is_plea(said)
    return said if refusal else wording


@lru_cache(1024)
def is_plea(wording: str) -> bool:
    """Whether the wording says nothing."""
    return _all_are(_parts(wording), _PLEA)


def is_general(wording: str) -> bool:
    """Whether the wording would fit behind anything: it only pleads, or offers to look into the matter."""
    return _all_are(_parts(wording), _PLEA, _OFFER)


def _parts(wording: str) -> list[str]:
    """What a wording says, but for what it calls the customer."""
    return [part for part in PARTS.split(_AND_WAIT.sub("", wording)) if part and part != "亲"]


def _all_are(parts: Sequence[str], *kinds: re.Pattern[str]) -> bool:
    """Whether each part of a wording, apologies aside, is of one of the kinds; not where it only apologises."""
    said = [part for part in parts if not _SORRY.fullmatch(part)]
    return bool(said) and all(any(kind.fullmatch(part) for kind in kinds) for part in said)


def only_pleads(text: str, fix: Fix) -> bool:
    """Whether the fix tells the reply `text` nothing new, be it behind words that the reply has."""
    said = _said(text, fix)
    if not said or not is_plea(said[-1]):
        return False
    return said[0].startswith("如有") or _all_are(said, _PLEA)


def where_they_fit(acts: Sequence[Finding], reply: Reply) -> list[Finding]:
    """The `acts` found in a reply, in order, with a plea offered as safe, and early, only where it fits.

    It does where the reply says nothing else; to ask for understanding fits behind a letdown, too.
    """
    if not any(only_pleads(reply.view.original, fix) for act in acts for fix in act.fixes):
        return list(acts)
    said = _Said.of(reply, acts)
    return [said.without_misfits(act) for act in acts]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a reply says, for pleas to fit to."""

    text: str
    """The whole reply."""
    clauses: Sequence[Span]
    """Its clauses of substance."""
    bare: frozenset[Span]
    """Those that nobody finds fault with."""
    acts: Sequence[Finding]
    """What is found fault with, in order."""
    answering: Sequence[Finding]
    """Those in the place of which something will be said."""
    answered: frozenset[int]
    """Where those begin."""
    staying: Sequence[Finding]
    """Those that no safe fix mends."""

    @classmethod
    def of(cls, reply: Reply, acts: Sequence[Finding]) -> _Said:
        """`acts` do not overlap, and are in order."""
        told = (c for c in reply.clauses if not reply.is_light(c.number))
        clauses = [reply.view.origin(c.start, c.end) for c in told]
        bare = frozenset(clause for clause in clauses if not _is_met(clause, acts))
        text = reply.view.original
        answering = [a for a in acts if any(f.safe and not only_pleads(text, f) for f in a.fixes[:1])]
        staying = [a for a in acts if not any(fix.safe for fix in a.fixes)]
        return cls(text, clauses, bare, acts, answering, frozenset(a.start for a in answering), staying)

    def without_misfits(self, act: Finding) -> Finding:
        """The finding with pleas that do not fit made unsafe, behind its other fixes."""
        fixes = [fix if self._fits(fix, act) else replace(fix, safe=False) for fix in act.fixes]
        if fixes == list(act.fixes):
            return act
        return replace(act, fixes=tuple(sorted(fixes, key=lambda fix: fix not in act.fixes)))

    def _fits(self, fix: Fix, act: Finding) -> bool:
        if not only_pleads(self.text, fix) or not (self.bare or self._is_beside_others(act)):
            return True
        parts = PARTS.split(fix.title)
        if not any(map(_FORGIVENESS.fullmatch, parts)):
            return False
        lead = [part for part in parts if not is_plea(part)]
        if any(map(_LETDOWN.search, lead)) or self._follows_refusal(act):
            return True
        return not self._follows_what_stays(act) and any(map(_LETDOWN.search, self._before(act)))

    def _is_beside_others(self, act: Finding) -> bool:
        """Whether something else will be said in the place of another act, or that one stays as it is."""
        return any(other is not act for other in (*self.answering[:2], *self.staying[:2]))

    def _follows_what_stays(self, act: Finding) -> bool:
        """Whether an act that no safe fix mends stands right before it: 是您迟到的，请您谅解 pleads for a reproach."""
        last = bisect_right(self.acts, act.start, key=lambda other: other.end) - 1
        if last < 0 or any(fix.safe for fix in self.acts[last].fixes):
            return False
        return not self.text[self.acts[last].end : act.start].strip(PAUSES)

    def _follows_refusal(self, act: Finding) -> bool:
        """Whether what comes right before will be said as a refusal."""
        last = bisect_right(self.acts, act.start, key=lambda other: other.end) - 1
        return last >= 0 and self.acts[last].category in _REFUSING and self.acts[last].start in self.answered

    def _before(self, act: Finding) -> list[str]:
        """The two clauses before the act that nobody finds fault with, and what its own says before it."""
        last = bisect_right(self.clauses, act.start, key=lambda clause: clause.end)
        told = [c.of(self.text) for c in self.clauses[max(last - 2, 0) : last] if c in self.bare]
        own = self.clauses[last].start if last < len(self.clauses) else act.start
        return [*told, self.text[own : act.start]]


def _is_met(span: Span, acts: Sequence[Finding]) -> bool:
    """Whether one of the acts meets the stretch."""
    at = bisect_right(acts, span.start, key=lambda act: act.end)
    return at < len(acts) and acts[at].start < span.end


def _said(text: str, fix: Fix) -> list[str]:
    """The parts of the wording that the reply does not have yet."""
    return [part for part in PARTS.split(_AND_WAIT.sub("", fix.title)) if part and part not in text]
