"""The phrases prove themselves: none offends against a rule where it may be said, none is there twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keqi.lexicon import Lexicon
from keqi.linter import Engine, Segmenter
from keqi.phrases import Book, Phrase, folded
from keqi.problems import Problem


def verify(
    book: Book, lexicon: Lexicon, segment: Segmenter | None = None, of: str | tuple[str, ...] = ""
) -> list[Problem]:
    """Phrases that the linter would flag under a profile in which they are offered, and repetitions.

    Only those in files whose names begin with `of` have to prove themselves.
    """
    mine = [phrase for phrase in book.phrases if phrase.file.startswith(of)]
    if not mine:
        return []
    engines = {name: Engine(lexicon, profile, segment=segment) for name, profile in lexicon.profiles.items()}
    flagged = (problem for phrase in mine if (problem := _flagged(book, phrase, engines)))
    repeated = (problem for problem in _repeated(book) if problem.file.startswith(of))
    return [*repeated, *flagged]


def _problem(phrase: Phrase, reason: str, advice: str) -> Problem:
    return Problem(phrase.file, phrase.line, 0, f"{phrase.scene.id}/phrases", reason, advice)


def _flagged(book: Book, phrase: Phrase, engines: Mapping[str, Engine]) -> Problem | None:
    found: dict[str, list[str]] = {}
    for name in engines:
        if phrase.fits(book.lineage(name)):
            for finding in engines[name].check(phrase.text):
                found.setdefault(f"{finding.rule}“{finding.span.of(phrase.text)}”", []).append(name)
    if not found:
        return None
    where = "；".join(f"{what}（{'、'.join(names)}）" for what, names in found.items())
    advice = f"报的是：{where}；换个说法，或用 only、not 写明哪些行业才说"
    return _problem(phrase, f"常用话术自己触犯了规则：{phrase.text}", advice)


def _repeated(book: Book) -> Iterator[Problem]:
    first: dict[str, Phrase] = {}
    for phrase in book.phrases:
        known = first.setdefault(folded(phrase.text), phrase)
        if known is not phrase:
            yield _problem(
                phrase, f"这句话写了两次：{phrase.text}", f"另一处在 {known.file}:{known.line}，留下一处"
            )
