"""A rule as the rest of the program sees it: what it looks for, says, and offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keqi.matchers import Matcher
    from keqi.rewrite import Template

CATEGORIES: dict[str, str] = {
    "refusal": "生硬拒绝",
    "ignorance": "一问三不知",
    "buck-passing": "推诿",
    "brush-off": "敷衍打发",
    "impatience": "不耐烦",
    "blame": "责怪客户",
    "rhetorical": "反问质问",
    "command": "命令口气",
    "lecture": "教训客户",
    "insult": "侮辱贬低",
    "threat": "威胁挑衅",
    "doubt": "怀疑客户",
    "excuse": "拿规定或内部原因搪塞",
    "opener": "失礼的开头",
    "closer": "失礼的结尾",
    "filler": "口头禅",
    "perfunctory": "应付的短答",
    "pronoun": "人称",
    "address": "称呼",
    "courtesy": "礼貌用语",
    "structure": "回复结构",
    "promise": "承诺",
    "tone": "语气",
}
"""Every category with its Chinese name, in the order of the documentation."""


@dataclass(frozen=True, slots=True)
class BadExample:
    """A reply that the rule must flag."""

    text: str
    """The reply without marks."""
    start: int
    """Start of the expected finding, code points."""
    end: int
    """End of the expected finding, code points, half-open."""
    fixed: str | None = None
    """The reply after the rule's first fix; None when the example does not say."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What the rule proves itself with."""

    bad: tuple[BadExample, ...]
    good: tuple[str, ...]
    """Near misses: replies that the rule must leave alone."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the lexicon."""

    id: str
    """`category.name`; written, stable, never computed."""
    title: str
    level: str
    """The level where no profile or setting says otherwise; one of `findings.LEVELS`."""
    message: str
    why: str
    """Why it matters, in our own words."""
    source: str
    """The requirements that the rule comes from, in words; may be empty."""
    en: str
    """The message in English."""
    matcher: Matcher
    tags: tuple[str, ...] = ()
    fixes: tuple[Template, ...] = ()
    examples: Examples = field(default=Examples((), ()))
    file: str = ""
    line: int = 0
    """Where the entry stands, for error messages and documentation."""

    @property
    def category(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]
