"""Kind `tone`: a clause that sounds rude to the learned model, where no rule has named why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from keqi.conditions import Condition
from keqi.expressions import late
from keqi.matchers.base import Match
from keqi.reply import Found, Pattern, Reply
from keqi.rewrite import Template, facts_of, parse_template
from keqi.tone import ToneModel

SHORT = 2
"""Clauses of a reply in which a rude one may be replaced by a general wording."""

MERE_UTTERANCE = 4
"""Clauses of a reply that hardly informs: what stands there beside an act is seldom a fact."""

BESIDE_AN_ACT = 25
"""What a clause of such a reply must score in a sentence in which a rule objects to another: who scolds seldom
scolds in one clause."""

OUTRIGHT = 118
"""What a clause must score for no apology and no way on beside it to make up for it, and for another
rule's letting it pass to count for nothing. No clause of 13,686 real replies and of the polite lines in
`lexicon/tone` is reported for as much."""

MATTER = late(
    r"[^您你我]{2,8}了[您你]|.*(?:自己[去上来到看查打关开找想]|先(?!生))|.*[了过]?就(?:不|没|作废|失效|取消|算|只能|得|要|会)"
    r"|.*[去找到上][^了过]{2,6}[啊吧呗呀问办看查拿取交]\W?$"
    r"|.*(?:[多少早晚差缺]一|没).{1,6}(?:[都也]|就没)|.*(?:[今明后][天日晚早]|[上下]午|月底|周[一二三四五六日末天]).{0,4}[来去交拿取停补办]"
    r"|.*[两二三四五六七八九十][次趟].*[没无]|.*[不没][^别]{1,5}就(?!别|是)"
    r"|.*(?:不(?:受理|予|退|换|赔|补|支持|可以|办理|接受|保修|包[退换赔邮])|无法|未能|恕)"
    r"|.*[都已][经經]?.{0,2}(?:[关關满滿停走开開完过過]|截止|[结結]束|起[飞飛]|[发發][车車]|下班|打烊)了?\W?$|.*不[全足够夠齐齊]\W?$"
    r"|.*(?:再[说来]|之前[别不先]|再不|[甭休别]想|才[能可行]|一律|概不|得[交付补带出买]|拿来|带来|来拿|交钱|排队|重[新启试])"
)
"""May hold a fact of the matter, a decision, what is to be done, or what happens if not: stays whatever its tone."""

THEN = late("(?:那|我|我们|咱们?|这边|系统|[您你])?(?:就|只好|只能)(?!是)")
"""Begins what happens if what was said before comes true."""

BARB = late(
    r".*(?:(?<!是)[你您妳]|[吗呢]\W?$|\?$)|(?:别|甭|少|不要)(?:跟|给|让|叫|老|总|拿|在|到时候)|还[想要敢]|偏[不要]|常识"
)
"""Said to the customer's face, asked, or forbidden."""

STRUCK_OUT = (parse_template("", safe=False),)


@dataclass(frozen=True, slots=True)
class Tone:
    """Matches whole clauses whose wording scores above the model's threshold."""

    load: Callable[[], ToneModel | None]
    """Gives the model, read when the rule is switched on; None where none is at hand."""
    pattern: Pattern
    """Stands for the model in findings; it never runs."""
    unless: tuple[Condition, ...] = ()
    softened: tuple[Condition, ...] = ()
    """Excuse what sounds rude, but not `OUTRIGHT`: around it the reply makes up for it."""

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """None: the model brings its own scan."""
        return ()

    @property
    def always(self) -> bool:
        """Always, where a model is at hand: it has no literals, and remembers the scores of clauses."""
        return self.load() is not None

    @property
    def last(self) -> bool:
        """It speaks only where no rule has."""
        return True

    def matches(self, reply: Reply) -> Iterator[Match]:
        """Suspicious clauses in order, each with what weighed most."""
        model = self.load()
        if model is None:
            return
        rude = _rude(model, reply)
        for index in rude:
            clause = reply.clauses[index]
            found = Found(clause.start, clause.end, index, {}, self.pattern)
            score = model.score(reply.text[clause.start : clause.end])
            if reply.is_light(index) or reply.quoted(clause.start, clause.end):
                continue
            if self._excuse(reply, found, score):
                continue
            fixes = _fixes(reply, found, rude, score)
            note = partial(_note, model, reply.text[clause.start : clause.end])
            yield Match(clause.start, clause.end, found, fixes, note)

    def _excuse(self, reply: Reply, found: Found, score: float) -> bool:
        """Whether what is said in or around the clause makes it none of this rule's business."""
        if found.clause in reply.named or (found.clause in reply.excused and score < OUTRIGHT):
            return True
        excuses = self.unless if score >= OUTRIGHT else (*self.unless, *self.softened)
        return any(excuse.holds(reply, found) for excuse in excuses)


def _rude(model: ToneModel, reply: Reply) -> Sequence[int]:
    """Numbers of the clauses that the model marks: beside what a rule objects to, it takes less to be sure."""
    found = {index for index, _ in model.suspicious(reply.text, reply.clauses)}
    if reply.objected and len(reply.clauses) <= MERE_UTTERANCE:
        acts = {reply.clauses[number].sentence for number in reply.objected}
        beside = (c for c in reply.clauses if c.sentence in acts and c.number not in found)
        found |= {c.number for c in beside if model.score(reply.text[c.start : c.end]) >= BESIDE_AN_ACT}
    return sorted(found)


def _note(model: ToneModel, clause: str) -> str:
    """What weighed most in a folded clause."""
    return "、".join(f"“{text}”" for text in model.heaviest(clause))


def _fixes(reply: Reply, found: Found, rude: Sequence[int], score: float) -> tuple[Template, ...] | None:
    """The rule's wordings in a short reply; in a longer one the clause may at most be struck out.

    What a clause says beside its tone nobody has understood, so that no other wording would keep it.
    `rude` are the numbers of the clauses that the model marks.
    """
    if len(reply.clauses) <= SHORT:
        return None
    told = reply.view.source(found.start, found.end)
    heard = reply.text[found.start : found.end + 1]
    if facts_of(told) or MATTER.match(heard) or _leads_on(reply, found):
        return ()
    if (
        score >= OUTRIGHT
        or BARB.match(heard)
        or reply.clauses[found.clause].sentence in _scolding(reply, rude)
    ):
        return STRUCK_OUT
    return ()


def _leads_on(reply: Reply, found: Found) -> bool:
    """Whether the clause is the "if" of the next one, which would make no sense without it."""
    after = reply.clauses[found.clause + 1 : found.clause + 2]
    return any(c.sentence == reply.clauses[found.clause].sentence for c in after) and bool(
        THEN.match(reply.text[after[0].start : after[0].end])
    )


def _scolding(reply: Reply, rude: Sequence[int]) -> frozenset[int]:
    """Numbers of the sentences in which a rule objects to something, or the model to every clause.

    Scolding seldom comes in one clause only, and where a sentence does nothing else, the matter stands elsewhere.
    """
    known: frozenset[int] | None = reply.memo.get("scolding")
    if known is None:
        marked = frozenset(rude)
        others = (c for c in reply.clauses if c.number not in marked and not reply.is_light(c.number))
        informing = frozenset(c.sentence for c in others)
        acts = frozenset(reply.clauses[number].sentence for number in reply.objected)
        known = reply.memo["scolding"] = frozenset(range(len(reply.sentences))) - informing | acts
    return known
