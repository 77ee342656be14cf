"""The lexicon proves itself: every example, and what no single entry can see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from keqi.findings import apply_edits
from keqi.lexicon import Lexicon
from keqi.linter import Engine, Segmenter
from keqi.matchers import Find
from keqi.policy import Decision, Layer, Profile
from keqi.problems import Problem
from keqi.rewrite import DEFAULT_WORDING, Template
from keqi.rules import BadExample, Rule

_ALL_ON = Profile("self-test", "", (Layer("self-test"),))
"""Rules at their own levels."""


def verify(
    lexicon: Lexicon, segment: Segmenter | None = None, of: str | tuple[str, ...] = ""
) -> list[Problem]:
    """Examples that do not hold, and rules or redirects that contradict each other.

    `segment` is asked where a rule wants whole words. Only what stands in files whose names begin with
    `of` has to prove itself.
    """
    problems = list(_verify_examples(lexicon, segment, of))
    for name, file in lexicon.unused.items():
        problems.append(Problem(file, 0, 0, name, f"词类“{name}”没有被用到", "删去,或在句式里写 <词类名>"))
    problems += (*_verify_redirects(lexicon), *_verify_profiles(lexicon, of), *_verify_repetitions(lexicon))
    return [problem for problem in problems if problem.file.startswith(of)]


def _problem(rule: Rule, key: str, reason: str, advice: str = "") -> Problem:
    return Problem(rule.file, rule.line, 0, f"{rule.id}/{key}", reason, advice)


def _verify_examples(
    lexicon: Lexicon, segment: Segmenter | None, of: str | tuple[str, ...]
) -> Iterator[Problem]:
    """The examples of all rules, each tried with that rule switched on, were it off by default."""
    usual = Engine(lexicon, _ALL_ON, segment=segment)
    for rule in lexicon.rules:
        if rule.file.startswith(of):
            off = rule.level == "none"
            yield from _verify_rule(_engine_with(lexicon, rule, segment) if off else usual, rule)


def _engine_with(lexicon: Lexicon, rule: Rule, segment: Segmenter | None) -> Engine:
    """The rules at their own levels, and this one, which is off by default, switched on."""
    layer = Layer("self-test", (Decision(rule.id, "warning", "self-test"),))
    return Engine(lexicon, replace(_ALL_ON, layers=(layer,)), segment=segment)


def _verify_rule(engine: Engine, rule: Rule) -> Iterator[Problem]:
    for example in rule.examples.bad:
        yield from _verify_bad(engine, rule, example)
    for text in rule.examples.good:
        found = [f for f in engine.check(text) if f.rule == rule.id]
        if found:
            yield _problem(rule, "good", f"这个例子不该报,却报了:{text}", f"报在“{found[0].span.of(text)}”")


def _verify_bad(engine: Engine, rule: Rule, example: BadExample) -> Iterator[Problem]:
    findings = engine.check(example.text)
    mine = [f for f in findings if f.rule == rule.id]
    span = (example.start, example.end)
    hit = next((f for f in mine if (f.start, f.end) == span), None)
    if hit is None:
        others = "、".join(f"{f.rule}“{f.span.of(example.text)}”" for f in findings) or "什么也没有"
        yield _problem(rule, "bad", f"没有报在标出的地方:{example.text}", f"实际报出:{others}")
        return
    if example.fixed is not None and not hit.fixes:
        yield _problem(rule, "bad", f"例子写了改法,规则却没有给出:{example.text}")
    for index, fix in enumerate(hit.fixes):
        after = apply_edits(example.text, fix.edits)
        if index == 0 and example.fixed is not None and after != example.fixed:
            yield _problem(rule, "bad", f"改法与例子不一致:{example.text}", f"实际改成:{after}")
        yield from _verify_improves(engine, rule, example, after, len(findings))


def _verify_improves(
    engine: Engine, rule: Rule, example: BadExample, after: str, before: int
) -> Iterator[Problem]:
    left = engine.check(after)
    if len(left) >= before:
        what = "、".join(f"{f.rule}“{f.span.of(after)}”" for f in left)
        yield _problem(rule, "fix", f"改完问题没有减少:{example.text} → {after}", f"还有:{what}")


def _verify_redirects(lexicon: Lexicon) -> Iterator[Problem]:
    ids = {rule.id for rule in lexicon.rules}
    for old, (new, file) in lexicon.redirects.items():
        if old in ids or new not in ids:
            yield Problem(file, 0, 0, old, "改名记录不对:旧编号还在用,或新编号不存在", f"{old} → {new}")


def _verify_repetitions(lexicon: Lexicon) -> Iterator[Problem]:
    """A way of saying something belongs to one rule, once: the second place would never report."""
    seen: dict[tuple[str, str], str] = {}
    for rule in lexicon.rules:
        variants = rule.matcher.variants if isinstance(rule.matcher, Find) else ()
        for pattern in (v.pattern for v in variants):
            first = seen.setdefault((pattern.expression, pattern.unit), rule.id)
            if first != rule.id or [v.pattern for v in variants].count(pattern) > 1:
                yield _problem(rule, "find", f"这个句式写了两次：{pattern.source[:60]}", f"另一处在 {first}")


def _verify_profiles(lexicon: Lexicon, of: str | tuple[str, ...]) -> Iterator[Problem]:
    said = "\n".join(t.source for rule in lexicon.rules for t in _templates(rule))
    for profile in (p for p in lexicon.profiles.values() if p.file.startswith(of)):
        name = profile.file
        try:
            engine = Engine(lexicon, profile)
        except (KeyError, ValueError) as error:
            yield Problem(name, 0, 0, profile.id, "行业配置无法使用", str(error))
            continue
        for phrase in profile.wording:
            if phrase not in DEFAULT_WORDING and phrase not in said:
                yield Problem(
                    name,
                    0,
                    0,
                    f"{profile.id}/wording",
                    f"没有一个改法里有“{phrase}”",
                    "删去,或改成改法里的说法",
                )
        if profile.wording:
            yield from _verify_colours(engine, lexicon, profile, name)


def _verify_colours(engine: Engine, lexicon: Lexicon, profile: Profile, name: str) -> Iterator[Problem]:
    """What a profile says in its own way must not offend against a rule of that profile."""
    for text in (rule.examples.bad[0].text for rule in lexicon.rules if rule.examples.bad):
        findings = engine.check(text)
        for fix in (fix for finding in findings for fix in finding.fixes):
            after = apply_edits(text, fix.edits)
            if len(engine.check(after)) >= len(findings):
                yield Problem(
                    name, 0, 0, f"{profile.id}/wording", f"改完问题没有减少:{text} → {after}", "换一种说法"
                )


def _templates(rule: Rule) -> Iterator[Template]:
    yield from rule.fixes
    if isinstance(rule.matcher, Find):
        for variant in rule.matcher.variants:
            yield from variant.fixes
