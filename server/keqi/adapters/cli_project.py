"""`keqi config`, `keqi init` and `keqi ignore`: a project's settings, and what it lives with."""

from __future__ import annotations

import json
import re
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from keqi.adapters import files, suppressions
from keqi.adapters.checking import Checking, Source
from keqi.adapters.cli_arguments import UsageError
from keqi.adapters.cli_check import decided
from keqi.adapters.files import FileError
from keqi.adapters.pool import Linters, PolicyError, Pool
from keqi.adapters.settings import Project, Projects, SettingsError
from keqi.documents import Located
from keqi.formats import FormatError, by_name, for_text
from keqi.formats.naming import HAN
from keqi.render import starter
from keqi.render.messages import Messages
from keqi.settings import DEFAULT, FILE, KEYS, Settings, schema


def config(options: Namespace, messages: Messages) -> int:
    """What settings hold for a path, and who decided each. Raises UsageError."""
    if options.schema:
        linter = Linters().under(Settings().policy)
        sys.stdout.write(json.dumps(schema(linter.selectors), ensure_ascii=False, indent=2) + "\n")
        return 0
    project = _project(options)
    settings = project.at(options.path)
    try:
        Linters().under(settings.policy)  # a profile or rule that does not exist is said here, too
    except PolicyError as error:
        raise UsageError(str(error)) from error
    if options.format == "json":
        sys.stdout.write(json.dumps(_as_data(project, settings), ensure_ascii=False, indent=2) + "\n")
        return 0
    file = str(project.file) if project.file else messages.say("config-none")
    sys.stdout.write(messages.say("config-file", file=file) + "\n")
    for line in _table(settings, messages):
        sys.stdout.write(line + "\n")
    return 0


def _project(options: Namespace) -> Project:
    try:
        return Projects(options.config, partial(decided, options)).at(options.path)
    except SettingsError as error:
        raise UsageError(str(error)) from error


def _table(settings: Settings, messages: Messages) -> Iterator[str]:
    """One line a setting, and one for each level that somebody decided."""
    width = max(len(key.name) for key in KEYS)
    for key in KEYS:
        if key.name != "rules":
            value = starter.toml(getattr(settings, key.field))
            yield f"  {key.name:<{width}}  {value}  ← {_who(settings.origin(key.field), messages)}"
    for layer in settings.layers:
        for decision in layer.decisions:
            yield f"  {'rules':<{width}}  {decision.selector} = {decision.level}  ← {layer.name}"


def _who(origin: str, messages: Messages) -> str:
    return messages.say("config-default") if origin == DEFAULT else origin


def _as_data(project: Project, settings: Settings) -> dict[str, object]:
    """The same for programs."""
    return {
        "file": str(project.file) if project.file else None,
        "settings": {
            key.name: {"value": getattr(settings, key.field), "origin": settings.origin(key.field)}
            for key in KEYS
        },
    }


def init(options: Namespace, messages: Messages) -> int:
    """Write a commented `keqi.toml` that fits what the folder holds. Raises UsageError."""
    folder: Path = options.path
    if not folder.is_dir():
        raise UsageError(messages.failure(str(folder), "missing", {}))
    target = folder / FILE
    if target.exists() and not options.force:
        raise UsageError(messages.say("init-exists", path=target))
    found = list(_holdings(folder))
    try:
        files.write_new(target, starter.render(found).encode())
    except FileError as error:
        raise UsageError(messages.failure(error.path, error.kind, error.details)) from error
    sys.stdout.write(messages.say("init-written", path=target, count=len(found)) + "\n")
    return 0


def _holdings(folder: Path) -> Iterator[starter.Holding]:
    """What the folder's files are, as far as they can be read."""
    for path in files.walk([folder]):
        if isinstance(path, FileError):
            continue
        kind = files.kind_of(path)
        try:
            text = files.opened(files.read_bytes(path), str(path), kind.binary).text
            kind = for_text(kind, text)
            segments = list(kind.segments(text))
        except (FileError, FormatError):
            continue
        if not HAN.search(text):
            continue
        name = path.relative_to(folder).as_posix()
        labels = Counter(re.sub(r"\[\d+\]|\d+", "", s.label) for s in segments if s.label)
        lone = kind.name == "plain" and bool(segments) and all("\n" in s.text for s in segments)
        yield starter.Holding(name, kind.name, len(segments), tuple(labels), lone)


def ignore(options: Namespace, messages: Messages) -> int:
    """Note findings in the ignore file. Raises UsageError when there is nothing to note."""
    path, place = _split(options.place)
    if not path.is_file():
        raise UsageError(messages.failure(str(path), "missing", {}))
    if options.until and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", options.until):
        raise UsageError(messages.say("not-a-day", value=options.until))
    try:
        project = Projects(options.config, partial(decided, options)).at(path)
        found = [at for at, where in _located(project, path, messages) if _meant(where, place)]
    except (SettingsError, PolicyError) as error:
        raise UsageError(str(error)) from error
    chosen = [at for at in found if options.rule in (None, at.finding.rule, at.finding.category)]
    if not chosen:
        raise UsageError(messages.say("ignore-nothing", place=options.place))
    name = project.relative(path)
    entries = [suppressions.entry_for(at, name, options.reason, options.until) for at in chosen]
    try:
        count = suppressions.add_ignored(project.ignore_file, entries)
    except FileError as error:
        raise UsageError(messages.failure(error.path, error.kind, error.details)) from error
    said = messages.say("ignore-written", count=count, path=project.ignore_file)
    sys.stdout.write(said + "\n")
    return 0


def _split(place: str) -> tuple[Path, str]:
    """A file and the place in it: `a.csv:12`, `a.csv:12:3`, `a.xlsx[售后!C12]`."""
    cell = re.fullmatch(r"(.+)\[([^\[\]]+![A-Z]+\d+)\]", place)
    if cell is not None:
        return Path(cell[1]), cell[2]
    line = re.fullmatch(r"(.+?):(\d+(?::\d+)?)", place)
    return (Path(line[1]), line[2]) if line is not None else (Path(place), "")


def _meant(where: str, place: str) -> bool:
    """Whether a finding at `where` (line and column, or cell) is at the place that was named."""
    return not place or where == place or where.partition(":")[0] == place


def _located(project: Project, path: Path, messages: Messages) -> Iterator[tuple[Located, str]]:
    """The findings of one file, each with its place as reports write it."""

    def complain(error: FileError) -> None:
        raise UsageError(messages.failure(error.path, error.kind, error.details))

    settings = project.at(path)
    kind = by_name(settings.format) if settings.format else files.kind_of(path)
    try:
        file = files.opened(files.read_bytes(path, settings.max_size), str(path), kind.binary)
    except FileError as error:
        complain(error)
    format = kind.name if settings.format else for_text(kind, file.text).name
    linters = Linters()
    checking = Checking(linters, Pool(linters, 1), complain, today=date.today().isoformat())
    source = Source(file, str(path), format, settings, path=project.relative(path))
    for outcome in checking.outcomes([source]):
        places = [
            report.cell or "{}:{}".format(*(n + 1 for n in report.lines().position(finding.start)))
            for report in outcome.reports()
            for finding in report.findings
        ]
        yield from zip(outcome.settled.located, places, strict=False)
