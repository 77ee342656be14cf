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

ENGLISH_CATEGORIES: dict[str, str] = {
    "refusal": "Blunt refusals",
    "ignorance": "Pleading ignorance",
    "buck-passing": "Passing the buck",
    "brush-off": "Brushing the customer off",
    "impatience": "Impatience",
    "blame": "Blaming the customer",
    "rhetorical": "Accusing questions",
    "command": "Commanding tone",
    "lecture": "Lecturing the customer",
    "insult": "Insults and belittling",
    "threat": "Threats and provocation",
    "doubt": "Doubting the customer",
    "excuse": "Hiding behind rules or internal reasons",
    "opener": "Impolite openings",
    "closer": "Impolite endings",
    "filler": "Filler words",
    "perfunctory": "Perfunctory short answers",
    "pronoun": "Pronouns",
    "address": "Forms of address",
    "courtesy": "Courtesy phrases",
    "structure": "Structure of the reply",
    "promise": "Promises",
    "tone": "Tone",
}
"""The same categories with their English names."""


def category_name(category: str, english: bool) -> str:
    """What a category is called; one that is not among ours is called by its id."""
    return (ENGLISH_CATEGORIES if english else CATEGORIES).get(category, category)


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
    title_en: str = ""
    why_en: str = ""
    """Title and reason in English; empty where the entry does not give them."""
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

    def title_in(self, english: bool) -> str:
        """The title for readers of English or of Chinese; in Chinese where there is no English."""
        return (english and self.title_en) or self.title

    def message_in(self, english: bool) -> str:
        """The message, likewise."""
        return (english and self.en) or self.message

    def why_in(self, english: bool) -> str:
        """The reason, likewise."""
        return (english and self.why_en) or self.why
