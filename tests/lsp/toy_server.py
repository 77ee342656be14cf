"""The real server around a linter of six words, so that protocol tests depend on no lexicon.

你 asks for 您 (safe) · 不行 has a safe and an unsafe fix · 没有 has no fix · 补 marks a place where
something is missing · 崩溃 makes the check fail with the draft in the exception · a lexicon folder
adds the words in its .yml files, and is broken when one of them says 坏.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence

from keqi.adapters.lsp.checker import BrokenLexiconError, presentable
from keqi.adapters.lsp.settings import Settings
from keqi.adapters.lsp.stdio import serve
from keqi.findings import Edit, Finding, Fix
from keqi.problems import Problem
from keqi.rules import Rule

WORDS: dict[str, tuple[str, str, tuple[tuple[str, bool], ...]]] = {
    "你": ("pronoun.you", "warning", (("您", True),)),
    "不行": ("refusal.bare", "error", (("非常抱歉,暂时不行", True), ("我马上为您申请", False))),
    "没有": ("refusal.none", "info", ()),
    "补": ("courtesy.please", "hint", (("请", True),)),
}


class Matcher:
    patterns = ()
    always = False


class Toy:
    """A checker that knows `WORDS` and what the lexicon adds."""

    def __init__(self, extra: Sequence[str]) -> None:
        self.words = {**WORDS, **dict.fromkeys(extra, ("own.word", "warning", ()))}

    def check(self, text: str, format: str) -> list[Finding]:
        if "崩溃" in text:
            raise ValueError(f"cannot check {text}")
        presentable(text).encode("utf-8")
        words = "|".join(map(re.escape, self.words))
        return [self.finding(hit[0], *hit.span()) for hit in re.finditer(words, text)]

    def finding(self, word: str, start: int, end: int) -> Finding:
        id, severity, fixes = self.words[word]
        at = (start, start) if word == "补" else (start, end)
        made = tuple(Fix(new, safe, (Edit(*at, new),)) for new, safe in fixes)
        return Finding(*at, id, id.partition(".")[0], severity, f"「{word}」不够客气", made)

    def repairs(self, text: str, format: str) -> list[Edit]:
        fixes = (next((fix for fix in f.fixes if fix.safe), None) for f in self.check(text, format))
        return [edit for fix in fixes if fix for edit in fix.edits]

    def rule(self, id: str) -> Rule | None:
        if id != "refusal.bare":
            return None
        why = "客户会觉得*没得商量*"
        return Rule(id, "生硬拒绝", "error", "消息", why, "RA29", "A bare refusal", Matcher())  # type: ignore[arg-type]


def load(settings: Settings) -> Toy:
    print("somebody prints to standard output")
    if settings.profile == "nowhere":
        raise ValueError("没有名为 nowhere 的行业")
    files = [file for folder in settings.lexicon for file in sorted(folder.glob("*.yml"))]
    lines = [
        (file, i, line) for file in files for i, line in enumerate(file.read_text("utf-8").splitlines(), 1)
    ]
    problems = [
        Problem(str(file), i, 1, "own.word", "不认识的键", "改成 好")
        for file, i, line in lines
        if "坏" in line
    ]
    if problems:
        raise BrokenLexiconError(problems)
    return Toy([line for _, _, line in lines if line])


if __name__ == "__main__":
    sys.exit(serve(logging.DEBUG, load))
