"""How long one draft takes, in milliseconds and against a bare Aho-Corasick pass over the same text.

Run by `make bench`; no part of the suite. Limits (median, on an ordinary laptop):
    a clean draft of 200 characters    0.1 ms
    the same with three findings       1 ms
The ratio to the bare pass, measured in the same run, is what can be compared between machines.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from ahocorasick_rs import AhoCorasick, MatchKind

import keqi
from keqi.adapters.lexicons import load_shipped
from keqi.reply import one_by_one

CLEAN = (
    "您好，感谢您的耐心等待。您的订单已经交给快递，预计后天下午送达，届时会有短信通知您，"
    "请您保持电话畅通。收到商品以后，麻烦您先检查外包装是否完好，如有破损请拍照发给我们，"
    "我们会为您安排补发。这款书桌附有安装图，您也可以在商品页观看安装视频，"
    "按照图上的顺序把桌腿固定好再拧紧螺丝就可以了。安装过程中遇到任何疑问，欢迎您随时联系在线客服，"
    "我们每天上午九点到晚上九点都在。如果您对送达时间有要求，也请提前告诉我们。祝您生活愉快，再见。"
)[:200]
FINDINGS = "这个不行。自己看说明。不知道。"
LIMITS = {"clean": 0.1, "three": 1.0}
REPEATS = 2000


def median(work: Callable[[], object]) -> float:
    """Milliseconds that one call takes, the median of many."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter_ns()
        work()
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1e6


def bare() -> Callable[[str], object]:
    """An automaton with the lexicon's own literals, and nothing around it."""
    lexicon = load_shipped()
    patterns = [p for rule in lexicon.rules for p in rule.matcher.patterns]
    patterns += [p for fact in lexicon.facts.values() for p in fact.patterns]
    literals = sorted({literal for p in patterns for literal in one_by_one(p.needs[0])})
    automaton = AhoCorasick(literals, matchkind=MatchKind.Standard)
    return lambda text: automaton.find_matches_as_indexes(text, overlapping=True)


def long(linter: keqi.Linter) -> None:
    """Twice the text should take twice the time, whatever the script and however much is found."""
    for name, part in {"long": FINDINGS + CLEAN, "l.trad.": FINDINGS + CLEAN.replace("请", "請")}.items():
        times = []
        for copies in (40, 80):
            start = time.perf_counter()
            found = len(linter.check(part * copies))
            times.append((time.perf_counter() - start) * 1000)
        row = f"{name:<8}{len(part) * 80:>6}{found:>10}{times[1]:>10.0f}"
        print(f"{row}   {times[1] / times[0]:.1f} times as long for twice the text")


def main() -> None:
    """Print the table."""
    start = time.perf_counter()
    linter = keqi.Linter()
    built = time.perf_counter() - start
    scan = bare()
    drafts = {"clean": CLEAN, "three": FINDINGS + CLEAN[: 200 - len(FINDINGS)]}
    print(f"Linter() {built * 1000:.0f} ms, {len(linter.rules)} rules, median of {REPEATS} calls")
    print(f"{'draft':<8}{'chars':>6}{'findings':>10}{'check ms':>10}{'bare ms':>9}{'ratio':>7}{'limit':>7}")
    for name, text in drafts.items():
        found = len(linter.check(text))
        took, least = median(lambda t=text: linter.check(t)), median(lambda t=text: scan(t))
        verdict = "pass" if took <= LIMITS[name] else "FAIL"
        row = f"{name:<8}{len(text):>6}{found:>10}{took:>10.3f}{least:>9.4f}{took / least:>7.1f}"
        print(f"{row}{LIMITS[name]:>7} {verdict}")
    long(linter)
    text = CLEAN.replace("请", "請")
    print(
        f"{'trad.':<8}{len(text):>6}{0:>10}{median(lambda: linter.check(text)):>10.3f}   with OpenCC, no limit"
    )


if __name__ == "__main__":
    main()
