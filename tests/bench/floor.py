"""The least that a Python program can do: one Aho-Corasick pass over each file, one line a hit.

Usage: floor.py PHRASES PATH…, a path being a file or a folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind


def main(phrase_file: str, *paths: str) -> None:
    """Print where the phrases stand."""
    phrases = Path(phrase_file).read_text(encoding="utf-8").splitlines()
    find = AhoCorasick(phrases, matchkind=MatchKind.LeftmostLongest).find_matches_as_indexes
    for path in map(Path, paths):
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                for index, start, _ in find(line):
                    print(f"{file}:{number}:{start + 1}: {phrases[index]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
