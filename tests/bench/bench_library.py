"""How long whole libraries take, against other tools, as whole processes.

Run by `make bench`; no part of the suite. Limits:
    with the same phrase list, 1 MB            a twentieth of textlint + prh
    with the same phrase list, 1,000 files     a hundredth of textlint + prh
    with the full lexicon, 10 MB               3 s on two cores, and 300 MB
    time                                       linear in size
    an unchanged second run                    a tenth of the first
The tools from npm are installed, once, in ~/.cache/keqi-bench or $KEQI_BENCH_CACHE; without them
only the floor is there to compare with: Python and one Aho-Corasick pass. `--no-peers` leaves
them out, which takes a minute instead of several.

keqi's own figures are with `--jobs 2`. The compiled lexicon comes from the cache in all of them,
as in every run but a user's first; the results of files do not, unless it is said.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import peers
from libraries import BETTER, PHRASES, as_real_ones_are, every_one_different, library, phrases, write_folder
from measuring import Cost, measure, peak_of_tree

SMALL, MIDDLE, LARGE = 1_000, 10_000, 100_000
"""Replies in the libraries; the last ones are 1 MB and 10 MB."""
FILES, EACH = 1_000, 7
TEXTLINT_TIMES, TEXTLINT_TIMES_FILES = 20, 100
LIMIT_SECONDS, LIMIT_MB, CACHE_TIMES = 3.0, 300, 10
LINEAR = 1.25
"""How much longer a byte may take in a library ten times as large."""


@dataclass(frozen=True)
class Bench:
    """The folder that everything is in, and how keqi is run there."""

    folder: Path
    environment: Mapping[str, str]

    def keqi(self, lexicon: str, *more: str) -> tuple[str, ...]:
        """keqi with the `phrases` alone or with the `full` lexicon, results kept or not."""
        settings = ("--config", str(self.folder / f"{lexicon}.toml"))
        return (sys.executable, "-m", "keqi", "check", "--jobs", "2", *settings, *more)

    def cost(self, name: str, *command: str | Path, runs: int = 5) -> Cost:
        """Measure a command and print what came of it."""
        cost = measure([*map(str, command)], self.folder, self.environment, runs)
        row = f"  {name:<28}{cost.median:>9.3f}{cost.least:>9.3f}{cost.cpu:>9.3f}{cost.megabytes:>8.0f}"
        print(f"{row}{cost.lines:>10}{len(cost.walls):>6}", flush=True)
        return cost


def write_libraries(folder: Path) -> dict[str, Path]:
    """All libraries, by what they are called in the report."""
    made = {
        "1,000 replies": library(every_one_different(), SMALL),
        "10,000 replies, 1 MB": library(every_one_different(), MIDDLE),
        "100,000 replies, 10 MB, every one different": library(every_one_different(), LARGE),
        "100,000 replies, 10 MB, as real ones are": library(as_real_ones_are(), LARGE),
    }
    paths = {}
    for number, (name, text) in enumerate(made.items()):
        paths[name] = folder / f"library-{number}.txt"
        paths[name].write_text(text, encoding="utf-8", newline="\n")
    paths["1,000 small files"] = folder / "library"
    write_folder(paths["1,000 small files"], FILES, EACH)
    return paths


def write_lexicon(folder: Path) -> None:
    """The phrase list as an own lexicon, and settings with and without the shipped rules."""
    rules = folder / "lexicon" / "rules"
    rules.mkdir(parents=True)
    entries = "".join(f"      - say: {phrase}\n        safe: {BETTER}\n" for phrase in phrases())
    entry = f"""\
category: brush-off
rules:
  - id: brush-off.house-list
    title: 本店禁用语
    level: error
    find:
{entries}\
    message: 这句话在禁用语清单上。
    en: This phrase is on the house list.
    why: 清单上的话都会让客户生气。
    bad:
      - "[[{phrases()[0]}]]"
    good:
      - 您好。
"""
    (rules / "brush-off.yml").write_text(entry, encoding="utf-8")
    said = 'shipped-lexicon = false\nlexicon = ["lexicon"]\n'
    (folder / "phrases.toml").write_text(said, encoding="utf-8")
    (folder / "full.toml").write_text("", encoding="utf-8")


def heading(title: str) -> None:
    """The first lines of a table."""
    print(f"\n{title}\n  {'':<28}{'wall s':>9}{'least':>9}{'CPU s':>9}{'MB':>8}{'lines':>10}{'runs':>6}")


def verdict(said: str, met: bool) -> None:
    """Print whether a limit is met."""
    print(f"  {'✓' if met else '✗'} {said}", flush=True)


def prepare(folder: Path) -> tuple[dict[str, Path], list[peers.Peer]]:
    """Everything that is measured on, written into `folder`; the libraries, and the tools from npm.

    Run in a process of its own, since a program counts what its parent held when it was started.
    """
    write_lexicon(folder)
    return write_libraries(folder), [peers.floor(folder), *peers.prepared(folder)]


def same_phrases(bench: Bench, paths: Mapping[str, Path], others: list[peers.Peer]) -> None:
    """The same phrase list for everybody."""
    limits = {"10,000 replies, 1 MB": TEXTLINT_TIMES, "1,000 small files": TEXTLINT_TIMES_FILES}
    for name, path in paths.items():
        heading(f"{PHRASES:,} phrases: {name}")
        costs = {"keqi": bench.cost("keqi", *bench.keqi("phrases", "--no-cache"), path)}
        for peer in others:
            costs[peer.name] = bench.cost(peer.name, *peer.on(path), runs=3)
        own = costs.pop("keqi").median
        print("  keqi's time: " + ", ".join(f"{own / c.median:.3f} × {n}" for n, c in costs.items()))
        textlint = costs.get("textlint + prh")
        if textlint and name in limits:
            times = textlint.median / own
            verdict(
                f"{times:.0f} times as fast as textlint + prh (at least {limits[name]})",
                times >= limits[name],
            )


def full_lexicon(bench: Bench, paths: Mapping[str, Path]) -> None:
    """keqi's own rules: time, memory, growth."""
    heading("full lexicon")
    command = bench.keqi("full", "--no-cache")
    costs = {name: bench.cost(name[:28], *command, path) for name, path in paths.items()}
    for name, path in paths.items():
        if "10 MB" not in name:
            continue
        seconds = costs[name].median
        verdict(f"{name}: {seconds:.2f} s (at most {LIMIT_SECONDS:.0f})", seconds <= LIMIT_SECONDS)
        peak = peak_of_tree([*command, str(path)], bench.folder, bench.environment)
        if peak is not None:
            verdict(f"{name}: {peak:.0f} MB, all processes (at most {LIMIT_MB})", peak <= LIMIT_MB)
    small, large = (
        costs[n].cpu for n in ("10,000 replies, 1 MB", "100,000 replies, 10 MB, every one different")
    )
    verdict(f"ten times the size: {large / small:.1f} times the processor time", large / small <= 10 * LINEAR)


def second_run(bench: Bench, paths: Mapping[str, Path]) -> None:
    """With results kept: the run that finds nothing known, and the one after it."""
    for name, path in paths.items():
        heading(f"full lexicon, results kept: {name}")
        command = (*bench.keqi("full"), str(path))
        first = bench.cost("first run", *command, runs=1)
        second = bench.cost("second run", *command)
        times = first.median / second.median
        verdict(f"unchanged: {times:.0f} times as fast (at least {CACHE_TIMES})", times >= CACHE_TIMES)
        if first.lines != second.lines:
            print("  THE SECOND RUN SAID SOMETHING ELSE")


def warm_up(bench: Bench) -> None:
    """Compile the lexicons, which every user does once."""
    file = bench.folder / "one-line.txt"
    file.write_text("您好。\n", encoding="utf-8")
    for lexicon in ("phrases", "full"):
        heading(f"one line, {lexicon}: first run ever, which compiles the lexicon, and the next ones")
        bench.cost("first", *bench.keqi(lexicon, "--no-cache"), file, runs=1)
        bench.cost("next", *bench.keqi(lexicon, "--no-cache"), file)


def main() -> None:
    """Make the libraries, run everybody on them, print the tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--no-peers", action="store_true", help="only keqi and the floor")
    chosen = options.parse_args()
    problem = "left out" if chosen.no_peers else peers.install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "KEQI_CACHE_DIR": str(folder / "cache"), "PYTHONUTF8": "1"}
        # Modules compiled once, as an installed package's are, and not into this checkout.
        environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "modules")}
        bench = Bench(folder, environment)
        with ProcessPoolExecutor(1) as process:
            paths, others = process.submit(prepare, folder).result()
        if problem:
            print(f"textlint, prh and AutoCorrect: {problem}")
            others = others[:1]
        parts: list[Callable[[], None]] = [
            lambda: warm_up(bench),
            lambda: same_phrases(bench, {n: p for n, p in paths.items() if "real" not in n}, others),
            lambda: full_lexicon(bench, paths),
            lambda: second_run(bench, {n: p for n, p in paths.items() if "different" in n or "files" in n}),
        ]
        for part in parts:
            part()


if __name__ == "__main__":
    main()
