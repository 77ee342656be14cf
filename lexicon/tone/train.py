"""Learn the tone model from the utterances in this folder, and write `model.json`.

    python lexicon/tone/train.py                   learn, write model.json
    python lexicon/tone/train.py --validate        ... and cross-validate at several thresholds
    python lexicon/tone/train.py --collect         first write the rules' own wordings to polite-lexicon.txt
    python lexicon/tone/train.py --check           verify that model.json is what the data give
    python lexicon/tone/train.py --measure FILE    also show which clauses of other replies sound rude
                                                   (.jsonl with "text", or one reply a line)

Data: `rude-*.txt` and `polite-*.txt`, one utterance a line, `#` begins a comment line. Every clause
of a polite line is polite; of a rude line at least one clause is rude, and learning finds out which.

Method: a linear support vector machine over character n-grams and pairs of frame words, learned by
dual coordinate descent (Hsieh et al., "A dual coordinate descent method for large-scale linear SVM",
ICML 2008, algorithm 1 with the squared hinge loss). A clause's features are weighted by how rare
they are and divided by the square root of their number, so that long and short clauses compare. It
learns twice: from all features, and again from the heaviest alone, which then make up for the others.
The result is the same to the bit everywhere: order comes from a digest of the text, and the arithmetic
is + - * / and square root, which IEEE 754 rounds exactly (so no exp, no log, no sum() of floats).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from keqi.adapters.lexicons import load_shipped
from keqi.fold import fold
from keqi.lexicon import Lexicon
from keqi.matchers import Find
from keqi.reply import Reply
from keqi.tone import FORMAT, MIN_CLAUSE, ToneModel, features, shape

FOLDER = Path(__file__).resolve().parent
MODEL = FOLDER / "model.json"
WORDINGS = FOLDER / "polite-lexicon.txt"

LENGTHS = (1, 2, 3)
"""Lengths of the n-grams."""
COST = 0.25
"""How much a clause on the wrong side costs: more follows the data more closely."""
EPOCHS = 12
SPREAD = 5.0
"""Divides every value, so that the values are near to one."""
SCALE = 100
"""Weights are kept as hundredths."""
MOST = 53_000
"""Features that are kept: as many as a file of 500 KB can hold. All of them find little more."""
THRESHOLD = 0.52
"""Set for precision: on utterances like these nineteen reports in twenty are right (`--validate`). In real
replies, hardly any of which are rude, about one in four was: `--measure` them before lowering it."""
FOLDS = 5
BLOCK = 15
"""Neighbouring lines of a file are often variants of each other: a fold takes or leaves them together."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line of the data."""

    text: str
    rude: bool
    file: str
    number: int
    """Its position among the utterances of its file, from 0."""
    bags: tuple[tuple[str, ...], ...]
    """The features of each clause, sorted: sets have no order of their own."""


# -- data ---------------------------------------------------------------------------------------


def clauses(text: str) -> list[str]:
    """The folded clauses of a reply, as the linter cuts them."""
    reply = Reply(fold(text), (), {})
    return [reply.text[clause.start : clause.end] for clause in reply.clauses]


def bags_of(text: str) -> tuple[tuple[str, ...], ...]:
    """The features of the clauses that are long enough to tell anything."""
    shaped = (shape(clause) for clause in clauses(text))
    return tuple(tuple(sorted(features(s, LENGTHS))) for s in shaped if len(s) - 2 >= MIN_CLAUSE)


def data_files(folder: Path = FOLDER) -> list[Path]:
    """The data in a fixed order."""
    return sorted([*folder.glob("polite-*.txt"), *folder.glob("rude-*.txt")])


def read(file: Path) -> Iterator[Utterance]:
    """The utterances of one file; a line that repeats an earlier one is left out."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    texts = dict.fromkeys(line for line in lines if line and not line.startswith("#"))
    for number, text in enumerate(texts):
        yield Utterance(text, file.name.startswith("rude"), file.name, number, bags_of(text))


_SLOT = re.compile(r"\[[^\[\]]*\]|<致歉>|<时>|<谁>|<[^<>]*>")
_FILLED = {"<时>": "明天", "<谁>": "同事"}


def collect(lexicon: Lexicon) -> str:
    """The text of `polite-lexicon.txt`: what the rules would say, and what they leave alone."""
    said: dict[str, None] = {}
    for rule in lexicon.rules:
        variants = rule.matcher.variants if isinstance(rule.matcher, Find) else ()
        for template in (*rule.fixes, *(t for v in variants for t in v.fixes)):
            plain = _SLOT.sub(lambda slot: _FILLED.get(slot[0], ""), template.source)
            said |= dict.fromkeys(part for part in re.split("[，。？！]", plain) if len(part) >= MIN_CLAUSE)
        said |= dict.fromkeys(text for text in rule.examples.good if "你" not in text)
    head = "# 词库自己的话:改法里的句子,和规则里不该报的例子。由 train.py --collect 写出。"
    return "\n".join([head, *said]) + "\n"


def digest(text: str) -> str:
    """A stable fingerprint."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_data(data: Iterable[Utterance]) -> str:
    """Changes with every utterance and label, not with comments or line ends."""
    return digest("\n".join(f"{u.file}\t{u.text}" for u in data))


# -- learning -----------------------------------------------------------------------------------


class Bag(NamedTuple):
    """What the learner sees of a clause."""

    features: list[int]
    """Numbers of those of its features that take part."""
    root: float
    """The square root of how many features it has, whether they take part or not."""


@dataclass(slots=True)
class Example:
    """What the learner sees at once: a polite clause, or the clauses of a rude utterance."""

    sign: float
    bags: list[Bag]
    """Its clauses."""
    key: str
    alpha: float = 0.0
    chosen: int = 0
    """The clause that counts: of a rude utterance the rudest."""


class Learner:
    """Squared-hinge linear SVM; the last weight is the bias."""

    def __init__(self, data: Iterable[Utterance], kept: Container[str] | None = None) -> None:
        """`kept`: the features that take part; None: all."""
        data = [u for u in data if u.bags]
        counts = Counter(feature for u in data for bag in u.bags for feature in bag)
        total = len([bag for u in data for bag in u.bags])
        self.features = sorted(counts if kept is None else filter(kept.__contains__, counts))
        number = {feature: at for at, feature in enumerate(self.features)}
        self.rarity = [float((total // counts[feature]).bit_length()) for feature in self.features]
        """The whole part of the logarithm to base two of how rare a feature is, and one more."""
        self.examples = list(_examples(data, number))
        self.weights = [0.0] * (len(self.features) + 1)

    def learn(self) -> None:
        """Run all epochs, each in an order of its own."""
        for epoch in range(EPOCHS):
            for example in sorted(self.examples, key=lambda e: digest(f"{epoch} {e.key}")):
                self._choose(example)
                self._step(example)

    def value(self, bag: Bag) -> float:
        """What a clause scores. Adds in the order given."""
        total, weights, rarity = 0.0, self.weights, self.rarity
        for at in bag.features:
            total += weights[at] * rarity[at]
        return total / (SPREAD * bag.root) + weights[-1]

    def scaled(self) -> dict[str, int]:
        """What each feature weighs in a score, in hundredths."""
        weighed = zip(self.features, self.weights, self.rarity, strict=False)
        return {feature: round(SCALE * weight * rarity / SPREAD) for feature, weight, rarity in weighed}

    def _choose(self, example: Example) -> None:
        if len(example.bags) < 2:
            return
        scores = [self.value(bag) for bag in example.bags]
        best = scores.index(max(scores))
        if best != example.chosen:
            self._add(example, -example.alpha)
            example.alpha, example.chosen = 0.0, best

    def _step(self, example: Example) -> None:
        bag = example.bags[example.chosen]
        slack = 1.0 / (2.0 * COST)
        length = 1.0
        for at in bag.features:
            length += self.rarity[at] * self.rarity[at] / (SPREAD * SPREAD * bag.root * bag.root)
        slope = example.sign * self.value(bag) - 1.0 + slack * example.alpha
        alpha = max(example.alpha - slope / (length + slack), 0.0)
        self._add(example, alpha - example.alpha)
        example.alpha = alpha

    def _add(self, example: Example, change: float) -> None:
        if change:
            bag = example.bags[example.chosen]
            step = change * example.sign / (SPREAD * bag.root)
            for at in bag.features:
                self.weights[at] += step * self.rarity[at]
            self.weights[-1] += change * example.sign


def _examples(data: Sequence[Utterance], number: dict[str, int]) -> Iterator[Example]:
    """Each polite clause once, however many utterances hold it; each rude utterance."""
    polite: set[tuple[str, ...]] = set()
    for u in data:
        bags = [Bag([number[f] for f in bag if f in number], math.sqrt(len(bag))) for bag in u.bags]
        if u.rude:
            yield Example(1.0, bags, u.text)
            continue
        for index, (bag, names) in enumerate(zip(bags, u.bags, strict=True)):
            if names not in polite:
                polite.add(names)
                yield Example(-1.0, [bag], f"{index} {u.text}")


def learn(data: Iterable[Utterance]) -> dict[str, Any]:
    """The model as data, without its digest."""
    data = list(data)
    learner = Learner(data)
    learner.learn()
    weights = learner.scaled()
    learner = Learner(data, frozenset(sorted(weights, key=lambda f: (-abs(weights[f]), f))[:MOST]))
    learner.learn()
    of_weight: dict[int, list[str]] = {}
    for feature, weight in learner.scaled().items():
        if weight:
            of_weight.setdefault(weight, []).append(feature)
    return {
        "format": FORMAT,
        "bias": round(SCALE * learner.weights[-1]),
        "threshold": round(SCALE * THRESHOLD),
        "lengths": list(LENGTHS),
        "weights": {str(weight): " ".join(of_weight[weight]) for weight in sorted(of_weight)},
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
    parser.add_argument("--collect", action="store_true", help="bring polite-lexicon.txt up to date first")
    parser.add_argument("--validate", action="store_true", help="cross-validate at several thresholds")
    parser.add_argument("--verbose", action="store_true", help="list what cross-validation got wrong")
    parser.add_argument("--measure", type=Path, nargs="+", default=[], metavar="FILE", help="other replies")
    options = parser.parse_args(arguments)
    if options.collect:
        WORDINGS.write_text(collect(load_shipped()), encoding="utf-8", newline="\n")
    data = [utterance for file in data_files() for utterance in read(file)]
    text = artefact(data)
    if options.check:
        return check(text)
    MODEL.write_text(text, encoding="utf-8", newline="\n")
    model = ToneModel.from_data(json.loads(text))
    print(f"{len(data)} utterances, {len(model.weights)} weights, {len(text.encode()) / 1024:.0f} KB")
    if options.validate or options.verbose:
        standing = round(SCALE * THRESHOLD)
        qualities = cross_validate(data, range(standing - 40, standing + 41, 10))
        for threshold, quality in qualities.items():
            print(f"cross-validated at {threshold}{'*' if threshold == standing else ' '} {quality}")
        if options.verbose:
            quality = qualities[standing]
            print(*(f"  alarm   {t}" for t in quality.alarms), sep="\n")
            print(*(f"  missed  {t}" for t in quality.missed), sep="\n")
    for file in options.measure:
        measure(model, file)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
