"""The verdicts of a strict supervisor on every automatic rewrite of `drafts.txt`.

`verdicts.tsv` holds one line a draft and way of fixing: number, `safe` or `unsafe` (what fix-all
gives without and with the fixes that want a look), verdict, the rewrite (line ends as ⏎), and a
remark. Of a `safe` rewrite only what was changed is judged (the rest waits for a person), of an
`unsafe` one the whole reply. Verdicts: `send` as it is, `acceptable`, `wrong`; `same` where nothing was changed and
nothing had to be; `?` not read yet.

    python tests/corpus/review.py       brings the file up to date: a rewrite that has changed since it
                                        was read becomes `?`, with the wanted reply as its remark
    python tests/corpus/review.py -s    the shares
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from drafts import Draft, drafts

import keqi

FILE = Path(__file__).with_name("verdicts.tsv")
HEADER = "number\tmode\tverdict\trewrite\tremark\n"
VERDICTS = ("send", "acceptable", "wrong", "same", "?")
BREAK = "⏎"


@dataclass(frozen=True)
class Verdict:
    """One line of the file."""

    number: int
    mode: str
    verdict: str
    rewrite: str
    remark: str


@cache
def linter(profile: str) -> keqi.Linter:
    """One linter a profile."""
    return keqi.Linter(profile)


def rewrite(draft: Draft, mode: str) -> str:
    """What fix-all makes of the draft, in one line."""
    return linter(draft.profile).fix(draft.text, unsafe=mode == "unsafe").replace("\n", BREAK)


def read() -> list[Verdict]:
    """All verdicts; none where there is no file."""
    if not FILE.exists():
        return []
    lines = FILE.read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return [Verdict(int(number), mode, verdict, said, remark) for number, mode, verdict, said, remark in rows]


def current() -> list[Verdict]:
    """A line for every draft and mode, with the verdict where that very rewrite has one."""
    known = {(v.number, v.mode, v.rewrite): v for v in read() if v.verdict != "?"}
    lines: list[Verdict] = []
    for draft in drafts():
        for mode in ("safe", "unsafe"):
            said = rewrite(draft, mode)
            verdict = known.get((draft.number, mode, said))
            if draft.fine and said == draft.text.replace("\n", BREAK):
                lines.append(Verdict(draft.number, mode, "same", said, ""))
            elif verdict is not None:
                lines.append(Verdict(draft.number, mode, verdict.verdict, said, verdict.remark))
            else:
                lines.append(Verdict(draft.number, mode, "?", said, draft.wanted.replace("\n", BREAK)))
    return lines


def main() -> int:
    """The command line; see the top of this file."""
    if sys.argv[1:] == ["-s"]:
        for mode in ("safe", "unsafe"):
            print(mode, dict(Counter(v.verdict for v in read() if v.mode == mode)))
        return 0
    lines = current()
    body = "".join(f"{v.number}\t{v.mode}\t{v.verdict}\t{v.rewrite}\t{v.remark}\n" for v in lines)
    FILE.write_text(HEADER + body, encoding="utf-8", newline="\n")
    print(f"{sum(v.verdict == '?' for v in lines)} of {len(lines)} not read yet")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
