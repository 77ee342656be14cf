"""Where the report of `keqi check` goes, and in which format."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from keqi.adapters import files
from keqi.adapters.cli_arguments import UsageError
from keqi.adapters.files import FileError
from keqi.render.messages import Messages
from keqi.render.report import Explain, Report

if TYPE_CHECKING:
    from keqi.render.html import Page
    from keqi.rules import Rule

COUNTED = ("text", "json", "jsonl")
"""The formats that `--statistics` can be had in."""
WITH_REPLIES = ("html", "sarif")
"""The formats that show or depend on the whole reply around a finding."""


# -- formats --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Voice:
    """What a renderer may need besides the reports."""

    rules: Callable[[], Sequence[Rule]]
    """Asked for only where a format tells about rules: not every run needs to load them."""
    messages: Messages
    explain: Explain


def pieces(name: str, reports: Iterable[Report], voice: Voice) -> Iterator[str]:
    """The reports in the format called `name`, in pieces as they come; KeyError for an unknown one.

    `text` is not among them: what people read depends on where they read it.
    """
    return _RENDERERS[name](reports, voice)


def _json(reports: Iterable[Report], voice: Voice) -> Iterator[str]:
    from keqi.render import jsons

    return jsons.array(record for report in reports for record in jsons.records(report, voice.explain))


def _jsonl(reports: Iterable[Report], voice: Voice) -> Iterator[str]:
    from keqi.render import jsons

    return jsons.lines(record for report in reports for record in jsons.records(report, voice.explain))


def _sarif(reports: Iterable[Report], voice: Voice) -> Iterator[str]:
    from keqi import __version__
    from keqi.render import sarif

    return sarif.render(reports, voice.rules(), voice.messages, __version__, voice.explain)


def _github(reports: Iterable[Report], voice: Voice) -> Iterator[str]:
    from keqi.render import github

    titles = {rule.id: rule.title_in(voice.messages.lang == "en") for rule in voice.rules()}
    return github.render(reports, titles, voice.messages, voice.explain)


def _junit(reports: Iterable[Report], voice: Voice) -> Iterator[str]:
    from keqi.render import junit

    return junit.render(reports, voice.messages, voice.explain)


def _checkstyle(reports: Iterable[Report], voice: Voice) -> Iterator[str]:
    from keqi.render import checkstyle

    return checkstyle.render(reports, voice.messages, voice.explain)


def _html(reports: Iterable[Report], voice: Voice) -> Iterator[str]:
    from datetime import datetime

    from keqi import __version__
    from keqi.render import html

    when = f"{datetime.now():%Y-%m-%d %H:%M}"
    return html.render(reports, voice.rules(), page(), voice.messages, __version__, when, voice.explain)


_RENDERERS: Mapping[str, Callable[[Iterable[Report], Voice], Iterator[str]]] = {
    "json": _json,
    "jsonl": _jsonl,
    "sarif": _sarif,
    "github": _github,
    "junit": _junit,
    "checkstyle": _checkstyle,
    "html": _html,
}


def page() -> Page:
    """What the HTML report is made from, as it was installed."""
    from importlib.resources import files as installed

    from keqi.render.html import Page

    folder = installed("keqi.render") / "page"
    html, css, js = (
        folder.joinpath(f"report.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")
    )
    return Page(html, css, js)


# -- where it goes --------------------------------------------------------------------------------


def must_agree(options: Namespace, messages: Messages, screen: TextIO) -> None:
    """UsageError when the report cannot go where, or be what, the options say."""
    if options.statistics and options.format not in COUNTED:
        choices = " ".join(COUNTED)
        raise UsageError(messages.say("statistics-format", value=options.format, choices=choices))
    if target(options) is None and options.format == "html" and screen.isatty():
        raise UsageError(messages.say("needs-output", value=options.format))
    _must_be_writable(options, messages)
    for path in options.paths:
        if path != "-" and not Path(path).is_dir() and is_target(options, Path(path)):
            raise UsageError(messages.say("output-is-input", path=path))


def _must_be_writable(options: Namespace, messages: Messages) -> None:
    """UsageError, before anything is checked, when the report can never be written where it should."""
    named = target(options)
    if named is not None and named.is_dir():
        raise UsageError(messages.failure(str(named), "folder", {}))
    if named is not None and not named.parent.is_dir():
        raise UsageError(messages.failure(str(named.parent), "missing", {}))


def target(options: Namespace) -> Path | None:
    """The file that the report is to be written to; None for standard output."""
    return None if options.output in (None, "-") else Path(options.output)


def is_target(options: Namespace, path: Path) -> bool:
    """Whether `path` is the file that the report will be written to."""
    named = target(options)
    try:
        return named is not None and named.samefile(path)
    except OSError:  # one of them does not exist, or not yet
        return False


def save(options: Namespace, report: str) -> Path:
    """Write the report to the file that was asked for, as UTF-8; the file. Raises FileError."""
    named = target(options)
    assert named is not None
    data = report.encode("utf-8", "backslashreplace")
    if named.exists() and not named.is_file():
        _pour(named, data)
    else:
        files.write_new(named, data)
    return named


def _pour(named: Path, data: bytes) -> None:
    """Write to a pipe or a device, which no file may take the place of."""
    try:
        named.write_bytes(data)
    except OSError as error:
        raise FileError(str(named), "unwritable", reason=error.strerror) from error
