"""Word boundaries from jieba, for the few rules that ask.

jieba's full dictionary costs 1.4 s and 65 MB; here its 50,000 commonest words do, 0.1 s. Nothing is
loaded before a rule asks, nothing is printed, and the cache lies in a private folder.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

WORDS = 50_000
"""How many of jieba's words are kept, by frequency."""


class Segmenter:
    """Cuts text into words; loads its dictionary at the first call, once for all threads."""

    def __init__(self, cache: Path | None = None, load: Callable[[Path | None], Any] | None = None) -> None:
        self._cache = cache
        self._load = load or load_tokenizer
        self._lock = threading.Lock()
        self._tokenizer: Any = None

    def __call__(self, text: str) -> Sequence[tuple[int, int]]:
        """The words of `text` as half-open offsets in code points."""
        if self._tokenizer is None:
            with self._lock:
                if self._tokenizer is None:
                    self._tokenizer = self._load(self._cache)
        return [(start, end) for _, start, end in self._tokenizer.tokenize(text)]


def load_tokenizer(cache: Path | None) -> Any:
    """A jieba tokenizer over the commonest words, silent, with its cache in `cache` (None: no cache).

    Filled directly instead of through jieba's own loader: that one keeps its cache in a folder that
    all users share, believes any file it finds there, and logs to standard error.
    """
    import jieba

    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = _frequencies(cache)
    tokenizer.initialized = True
    return tokenizer


def _frequencies(cache: Path | None) -> tuple[dict[str, int], int]:
    import json
    import os
    import tempfile
    from importlib.metadata import version

    kept = cache / f"jieba-{version('jieba')}-{WORDS}.json" if cache else None
    if kept is not None:
        try:
            words: dict[str, int] = json.loads(kept.read_text(encoding="utf-8"))
            return _with_prefixes(words)
        except (OSError, ValueError):
            pass
    words = _commonest()
    if kept is not None:
        try:
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=kept.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(words, file, ensure_ascii=False)
            Path(name).replace(kept)
        except OSError:
            pass  # a read-only home costs a tenth of a second a run, no more
    return _with_prefixes(words)


def _commonest() -> dict[str, int]:
    import jieba

    with jieba.get_module_res("dict.txt") as file:
        rows = (line.decode("utf-8").split(" ") for line in file)
        words = sorted(((int(row[1]), row[0]) for row in rows), reverse=True)[:WORDS]
    return {word: frequency for frequency, word in words}


def _with_prefixes(words: dict[str, int]) -> tuple[dict[str, int], int]:
    """jieba walks a word character by character, so every prefix needs an entry (of frequency 0)."""
    total = sum(words.values())
    for word in list(words):
        for end in range(1, len(word)):
            words.setdefault(word[:end], 0)
    return words, total
