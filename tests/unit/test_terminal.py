"""Colours, width and progress on a terminal, and their absence elsewhere."""

from __future__ import annotations

import io

import pytest

from keqi.adapters import terminal
from keqi.adapters.terminal import Progress, style
from keqi.render.messages import LANGUAGES, Messages, keys, size, wording


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


COLOURS = [
    (Screen(), "auto", {}, True),
    (Screen(), "auto", {"NO_COLOR": "1"}, False),
    (Screen(), "auto", {"NO_COLOR": ""}, True),
    (Screen(), "auto", {"TERM": "dumb"}, False),
    (Screen(), "never", {}, False),
    (io.StringIO(), "auto", {}, False),
    (io.StringIO(), "always", {"NO_COLOR": "1"}, True),
]


@pytest.mark.parametrize(("stream", "wanted", "environ", "coloured"), COLOURS)
def test_colour(stream: io.StringIO, wanted: str, environ: dict[str, str], coloured: bool) -> None:
    assert style(stream, wanted, Messages(), environ).colour is coloured


def test_width() -> None:
    assert style(Screen(), "auto", Messages(), {"COLUMNS": "60"}).width == 60
    assert style(io.StringIO(), "auto", Messages(), {"COLUMNS": "60"}).width == 100


def run(screen: io.StringIO, clock: list[float], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(terminal.time, "monotonic", lambda: clock[0])
    progress = Progress(screen, 9, Messages("en"), started=clock[0])
    for done in range(9):
        clock[0] += 0.3
        progress.step(done)
    progress.clear()
    return screen.getvalue()


def test_progress_shows_after_a_second_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run(Screen(), [100.0], monkeypatch)
    assert "checking 2/9" not in shown
    assert "checking 3/9" in shown
    assert shown.endswith("\r\x1b[K")


def test_no_progress_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(io.StringIO(), [100.0], monkeypatch) == ""


class AnyValue(dict[str, str]):
    """A value for whatever a wording asks for, and a note of what it asked for."""

    def __missing__(self, name: str) -> str:
        self[name] = "x"
        return "x"


@pytest.mark.parametrize("key", sorted(keys()))
def test_both_languages_say_the_same_values(key: str) -> None:
    asked = [AnyValue() for _ in LANGUAGES]
    said = [wording(key, lang).format_map(values) for lang, values in zip(LANGUAGES, asked, strict=True)]
    assert all(said)
    assert asked[0].keys() == asked[1].keys()
    assert said[0].count("|") == said[1].count("|") or "|" not in said[1]


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "1B"), (1024, "1KB"), (64 << 20, "64MB"), (3 << 30, "3GB"), (1500, "1500B")]
)
def test_sizes_are_written_as_they_may_be_given(count: int, expected: str) -> None:
    assert size(count) == expected
