"""The real server around a linter of six words, so that protocol tests depend on no lexicon.

你 asks for 您 (safe) · 不行 has a safe and an unsafe fix · 没有 has no fix · 补 marks a place where
something is missing · 崩溃 makes the check fail with the draft in the exception · 摘要 is found with a
digest of the whole reply as its message · a lexicon folder adds the words in its .yml files, and is
broken when one of them says 坏.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from keqi.adapters.lsp import network
from keqi.adapters.lsp.checker import BrokenLexiconError, Mistakes, TextOf
from keqi.adapters.lsp.stdio import serve
from keqi.findings import Edit, Finding, Fix, apply_edits
from keqi.policy import Layer, resolve
from keqi.problems import Problem
from keqi.rules import Rule
from keqi.settings import Policy
from keqi.suppress import SPARE_NOTHING, Spared

WORDS: dict[str, tuple[str, str, tuple[tuple[str, bool], ...]]] = {
    "你": ("pronoun.you", "warning", (("您", True),)),
    "不行": ("refusal.bare", "error", (("非常抱歉,暂时不行", True), ("我马上为您申请", False))),
    "没有": ("refusal.none", "info", ()),
    "补": ("courtesy.please", "hint", (("请", True),)),
    "嗯": ("filler.um", "hint", (("", True),)),
    "摘要": ("structure.digest", "info", ()),
}
PROFILES = ("general", "hotel")


class Matcher:
    patterns = ()
    always = False


def rule_of(id: str) -> Rule:
    why = "客户会觉得*没得商量*"
    english = ("Blunt refusal", "It leaves no *way on*")
    return Rule(id, "生硬拒绝", "error", "消息", why, "RA29", "A bare refusal", Matcher(), *english)  # type: ignore[arg-type]


class Toy:
    """A checker that knows `WORDS` and what the lexicon adds."""

    profiles = PROFILES

    def __init__(self, extra: Sequence[str], layers: Sequence[Layer] = (), profile: str = "general") -> None:
        self.extra, self.layers = extra, layers
        self.words = {**WORDS, **dict.fromkeys(extra, ("own.word", "warning", ()))}
        if profile == "hotel":
            del self.words["你"]

    @property
    def selectors(self) -> list[str]:
        ids = {id for id, _, _ in self.words.values()}
        return sorted(ids | {id.partition(".")[0] for id in ids})

    def under(self, policy: Policy) -> Toy:
        return Toy(self.extra, policy.layers, policy.profile)

    def check(self, text: str, holes: object = (), spared: Spared = SPARE_NOTHING) -> list[Finding]:
        if "崩溃" in text:
            raise ValueError(f"cannot check {text}")
        text.encode("utf-8")
        words = "|".join(map(re.escape, self.words))
        found = [self.finding(hit[0], *hit.span(), text) for hit in re.finditer(words, text)]
        levelled = [replace(f, severity=self.level(f)) for f in found]
        return [f for f in levelled if f.severity != "none" and not spared.covers(f, text)]

    def level(self, finding: Finding) -> str:
        verdict = resolve(rule_of(finding.rule), self.layers)
        return finding.severity if verdict.layer == "lexicon" else verdict.level

    def finding(self, word: str, start: int, end: int, text: str) -> Finding:
        id, severity, fixes = self.words[word]
        at = (start, start) if word == "补" else (start, end)
        made = tuple(Fix(new, safe, (Edit(*at, new),)) for new, safe in fixes)
        said = f"「{word}」不够客气"
        if word == "摘要":
            said = hashlib.sha256(text.encode()).hexdigest()
        return Finding(*at, id, id.partition(".")[0], severity, said, made)

    def fix(self, text: str, unsafe: bool = False, holes: object = (), spared: Spared = SPARE_NOTHING) -> str:
        fixes = (next((fix for fix in f.fixes if fix.safe), None) for f in self.check(text, holes, spared))
        return apply_edits(text, [edit for fix in fixes if fix for edit in fix.edits])

    def rule(self, id: str) -> Rule | None:
        return rule_of(id) if id == "refusal.bare" else None


class Toys:
    """Makes them."""

    def load(self, policy: Policy) -> Toy:
        print("somebody prints to standard output")
        texts = {file: file.read_text("utf-8") for file in files(policy.lexicon)}
        problems = [problem for file, text in texts.items() for problem in mistakes(file, text)]
        if problems:
            raise BrokenLexiconError(problems)
        return Toy([line for text in texts.values() for line in text.splitlines() if line])

    def mistakes(self, folders: Sequence[str], shipped: bool, text_of: TextOf) -> Mistakes:
        return {file: mistakes(file, text_of(file) or file.read_text("utf-8")) for file in files(folders)}


def files(folders: Sequence[str]) -> list[Path]:
    return [file for folder in folders for file in sorted(Path(folder).glob("*.yml"))]


def mistakes(file: Path, text: str) -> tuple[Problem, ...]:
    lines = enumerate(text.splitlines(), 1)
    return tuple(
        Problem(str(file), n, 1, "own.word", "不认识的键", "改成 好") for n, line in lines if "坏" in line
    )


def main(way: str) -> int:
    anywhere = network.Address("127.0.0.1", 0)
    if way == "tcp":
        return network.serve_tcp(anywhere, logging.DEBUG, partial(network.announce, way), Toys())
    if way == "ws":
        return network.serve_websocket(anywhere, logging.DEBUG, partial(network.announce, way), Toys())
    return serve(logging.DEBUG, Toys())


if __name__ == "__main__":
    sys.exit(main((*sys.argv, "")[1]))
