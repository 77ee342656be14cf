"""Learn the tone model from the utterances in this folder, and write `model.json`.

    python lexicon/tone/train.py                   learn, cross-validate, write model.json
    python lexicon/tone/train.py --check           verify that model.json is what the data give
    python lexicon/tone/train.py --measure FILE    also show which clauses of other replies sound rude
                                                   (.jsonl with "text", or one reply a line)

Data: `rude-*.txt` and `polite-*.txt`, one utterance a line, `#` begins a comment line. Every clause
of a polite line is polite; of a rude line at least one clause is rude, and learning finds out which.

Method: a linear model over character n-grams, learned with FTRL-proximal (McMahan et al., "Ad click
prediction: a view from the trenches", KDD 2013), whose L1 term keeps most weights at zero. The result
is the same to the bit everywhere: order comes from a digest of the text, and the arithmetic is + - * /
and square root, which IEEE 754 rounds exactly (so no exp, and no sum() of floats).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from keqi.fold import fold
from keqi.reply import Reply
from keqi.tone import EDGE, FORMAT, ToneModel, features

FOLDER = Path(__file__).resolve().parent
MODEL = FOLDER / "model.json"

OWN, BESIDE = (1, 2, 3, 4), (1, 2)
"""Lengths of the n-grams of a clause and of its neighbours."""
SINGLE = 0.4
"""How much a single character of the clause counts: 啊 or 吧 says little, and is everywhere."""
EPOCHS = 15
L1, ALPHA, BETA = 0.5, 0.1, 1.0
"""FTRL: sparsity, learning rate, and how slowly the rate falls at first."""
SCALE = 50
"""Integer weights are fiftieths."""
LIGHTEST = 0.1
"""Weights nearer to zero are left out: they double the file and change next to nothing."""
THRESHOLD = 150
"""Set for precision: real replies are clean in more than 95 of 100 cases."""
GATE = 20
"""A clause is scored only when it holds an n-gram of this weight: what makes clean drafts cheap."""
FOLDS = 5
BLOCK = 15
"""Neighbouring lines of a file are often variants of each other: a fold takes or leaves them together."""

Bag = tuple[tuple[str, ...], ...]
"""The features of each clause of one utterance."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line of the data."""

    text: str
    rude: bool
    file: str
    number: int
    """Its position among the utterances of its file, from 0."""
    bag: Bag


# -- data ---------------------------------------------------------------------------------------


def clauses(text: str) -> list[str]:
    """The folded clauses of a reply, as the linter cuts them."""
    reply = Reply(fold(text), (), {})
    return [reply.text[clause.start : clause.end] for clause in reply.clauses]


def bag_of(text: str) -> Bag:
    """Sorted features of each clause: sets have no order of their own."""
    found = clauses(text)
    around = (found[max(at - 1, 0) : at] + found[at + 1 : at + 2] for at in range(len(found)))
    return tuple(
        tuple(sorted(features(clause, others, OWN, BESIDE)))
        for clause, others in zip(found, around, strict=True)
    )


def data_files(folder: Path = FOLDER) -> list[Path]:
    """The data in a fixed order."""
    return sorted([*folder.glob("polite-*.txt"), *folder.glob("rude-*.txt")])


def read(file: Path) -> Iterator[Utterance]:
    """The utterances of one file; a line that repeats an earlier one is left out."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    texts = dict.fromkeys(line for line in lines if line and not line.startswith("#"))
    for number, text in enumerate(texts):
        yield Utterance(text, file.name.startswith("rude"), file.name, number, bag_of(text))


def digest(text: str) -> str:
    """A stable fingerprint."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_data(data: Iterable[Utterance]) -> str:
    """Changes with every utterance and label, not with comments or line ends."""
    return digest("\n".join(f"{u.file}\t{u.text}" for u in data))


# -- learning -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Learner:
    """FTRL-proximal with one learning rate a weight; `""` is the bias, which L1 does not touch."""

    weights: dict[str, float] = field(default_factory=dict)
    _z: dict[str, float] = field(default_factory=dict)
    _n: dict[str, float] = field(default_factory=dict)

    def score(self, found: Iterable[str]) -> float:
        """Positive for rude. Adds in the order given."""
        total = self.weights.get("", 0.0)
        for feature in found:
            total += value(feature) * self.weights.get(feature, 0.0)
        return total

    def learn(self, bag: Bag, rude: bool) -> None:
        """One step: all clauses of a polite utterance, the rudest of a rude one."""
        for found in [max(bag, key=self.score)] if rude else bag:
            sign = 1.0 if rude else -1.0
            margin = sign * self.score(found)
            # The slope of (sqrt(1 + m²) - m) / 2: a logistic loss in spirit, exact everywhere.
            slope = -0.5 * sign * (1.0 - margin / math.sqrt(1.0 + margin * margin))
            for feature in (*found, ""):
                self._step(feature, slope * value(feature))

    def _step(self, feature: str, slope: float) -> None:
        before = self._n.get(feature, 0.0)
        after = before + slope * slope
        self._n[feature] = after
        pull = (math.sqrt(after) - math.sqrt(before)) / ALPHA
        z = self._z.get(feature, 0.0) + slope - pull * self.weights.get(feature, 0.0)
        self._z[feature] = z
        spare = abs(z) - (L1 if feature else 0.0)
        rate = (BETA + math.sqrt(after)) / ALPHA
        self.weights[feature] = math.copysign(spare, -z) / rate if spare > 0.0 else 0.0


@cache
def value(feature: str) -> float:
    """What one occurrence adds to a score besides its weight."""
    return SINGLE if len(feature.strip(EDGE)) == 1 else 1.0


def learn(data: Iterable[Utterance]) -> dict[str, Any]:
    """The model as data, without its digest."""
    ordered = sorted((u for u in data if u.bag), key=lambda u: digest(u.text))
    learner = Learner()
    for _ in range(EPOCHS):
        for utterance in ordered:
            learner.learn(utterance.bag, utterance.rude)
    bias = learner.weights.pop("")
    kept = ((f, w) for f, w in sorted(learner.weights.items()) if abs(w) >= LIGHTEST)
    weights = {f: round(SCALE * value(f) * w) for f, w in kept}
    return {
        "format": FORMAT,
        "bias": round(SCALE * bias),
        "threshold": THRESHOLD,
        "own": list(OWN),
        "beside": list(BESIDE),
        "gate": GATE,
        "weights": weights,
    }


def artefact(data: Sequence[Utterance]) -> str:
    """The text of `model.json`."""
    model = {"data": digest_of_data(data), **learn(data)}
    return json.dumps(model, ensure_ascii=False, indent=0) + "\n"


# -- measuring ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a model tells utterances that it has not learned from."""

    rude: int
    found: int
    polite: int
    alarms: tuple[str, ...]
    missed: tuple[str, ...]

    def __str__(self) -> str:
        reported = self.found + len(self.alarms)
        precision = 100 * self.found / reported if reported else 100.0
        recall = 100 * self.found / self.rude if self.rude else 100.0
        return (
            f"precision {precision:.1f} %, recall {recall:.1f} % "
            f"({self.found} of {self.rude} rude found, {len(self.alarms)} of {self.polite} polite reported)"
        )


def sounds_rude(model: ToneModel, text: str) -> bool:
    """Whether any clause of the reply does, exactly as the linter asks."""
    reply = Reply(fold(text), (), {})
    return any(True for _ in model.suspicious(reply.text, reply.clauses))


def judge(model: ToneModel, data: Iterable[Utterance]) -> Quality:
    """The model's quality on labelled utterances."""
    said = [(u, sounds_rude(model, u.text)) for u in data]
    rude = [(u, yes) for u, yes in said if u.rude]
    return Quality(
        len(rude),
        sum(yes for _, yes in rude),
        len(said) - len(rude),
        tuple(u.text for u, yes in said if yes and not u.rude),
        tuple(u.text for u, yes in rude if not yes),
    )


def in_fold(utterance: Utterance, fold_number: int) -> bool:
    """Whether the utterance is kept for judging in that fold."""
    return utterance.number // BLOCK % FOLDS == fold_number


def cross_validate(data: Sequence[Utterance], thresholds: Sequence[int]) -> dict[int, Quality]:
    """Quality at each threshold on each part of the data when learned from the others."""
    parts: dict[int, list[Quality]] = {threshold: [] for threshold in thresholds}
    for number in range(FOLDS):
        learned = learn(u for u in data if not in_fold(u, number))
        others = [u for u in data if in_fold(u, number)]
        for threshold, found in parts.items():
            found.append(judge(ToneModel.from_data({**learned, "threshold": threshold}), others))
    return {threshold: together(found) for threshold, found in parts.items()}


def together(parts: Sequence[Quality]) -> Quality:
    """The quality on all parts."""
    return Quality(
        sum(p.rude for p in parts),
        sum(p.found for p in parts),
        sum(p.polite for p in parts),
        tuple(text for p in parts for text in p.alarms),
        tuple(text for p in parts for text in p.missed),
    )


def replies(file: Path) -> Iterator[str]:
    """The replies in a file to measure on."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)["text"] if file.suffix == ".jsonl" else line


def measure(model: ToneModel, file: Path) -> None:
    """Print which clauses of the replies sound rude, rudest first, and how many."""
    total, found = 0, []
    for text in replies(file):
        reply = Reply(fold(text), (), {})
        total += len(reply.clauses)
        for index, score in model.suspicious(reply.text, reply.clauses):
            clause = reply.clauses[index]
            found.append((-score, reply.text[clause.start : clause.end]))
    for score, said in sorted(found):
        print(f"{-score:5.0f}  {said}  ({'、'.join(model.heaviest(said))})")
    print(f"{file.name}: {len(found)} of {total} clauses ({100 * len(found) / max(total, 1):.3f} %)")


# -- command line -------------------------------------------------------------------------------


def check(text: str) -> int:
    """Exit status 0 when `model.json` holds `text`."""
    if MODEL.is_file() and MODEL.read_text(encoding="utf-8") == text:
        return 0
    print(f"{MODEL.name} is not what the data give: run python lexicon/tone/train.py", file=sys.stderr)
    return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the top of this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="only verify model.json")
    parser.add_argument("--verbose", action="store_true", help="list what cross-validation got wrong")
    parser.add_argument("--measure", type=Path, nargs="+", default=[], metavar="FILE", help="other replies")
    options = parser.parse_args(arguments)
    data = [utterance for file in data_files() for utterance in read(file)]
    text = artefact(data)
    if options.check:
        return check(text)
    MODEL.write_text(text, encoding="utf-8", newline="\n")
    model = ToneModel.from_data(json.loads(text))
    print(f"{len(data)} utterances, {len(model.weights)} weights, {len(text.encode()) / 1024:.0f} KB")
    qualities = cross_validate(data, range(THRESHOLD - 30, THRESHOLD + 31, 10))
    for threshold, quality in qualities.items():
        print(f"cross-validated at {threshold}{'*' if threshold == THRESHOLD else ' '} {quality}")
    quality = qualities[THRESHOLD]
    if options.verbose:
        print(
            *(f"  alarm   {t}" for t in quality.alarms), *(f"  missed  {t}" for t in quality.missed), sep="\n"
        )
    for file in options.measure:
        measure(model, file)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
