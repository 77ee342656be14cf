"""How many polite lines the rules object to: the lines that the tone model learns from, none written for a rule.

Many of them differ from a rude line in one word, so some objections will stay; more than there are now
means that a pattern has grown too wide.
"""

from __future__ import annotations

from pathlib import Path

import keqi

TONE = Path(__file__).parents[2] / "lexicon" / "tone"
EVERY = 8
"""Of so many lines one is read."""
AT_MOST = 0.006
"""The share of them that rules may object to."""
NOT_ABOUT_RUDENESS = frozenset({"pronoun", "address", "filler", "structure", "promise", "tone"})


def lines():
    """Lines of the polite files but those of the rules' own wordings, which another test reads."""
    for file in sorted(TONE.glob("polite-*.txt")):
        if file.name != "polite-lexicon.txt":
            said = file.read_text(encoding="utf-8").splitlines()
            yield from (line for line in said if line and not line.startswith("#"))


def graves(findings):
    """The rules behind the findings that say: this is rude."""
    rude = (f for f in findings if f.severity in ("warning", "error"))
    return [f.rule for f in rude if f.category not in NOT_ABOUT_RUDENESS]


def test_rules_object_to_few_polite_lines():
    linter = keqi.Linter()
    read = list(lines())[::EVERY]
    objected = [f"{found[0]}: {line}" for line in read if (found := graves(linter.check(line)))]
    assert len(objected) <= AT_MOST * len(read), "\n".join(objected)
